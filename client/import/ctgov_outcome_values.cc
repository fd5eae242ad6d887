#include "client/import/ctgov_outcome_values.h"

#include <cmath>
#include <map>

#include "absl/strings/str_cat.h"
#include "proto/base/errors.h"
#include "proto/base/number_text.h"
#include "proto/base/utf8.h"

namespace consilium {

v1::Statistic StatisticOfParam(const std::string& param_type) {
  static const auto& statistics = *new std::map<std::string, v1::Statistic>{
      {"GEOMETRIC_MEAN", v1::STATISTIC_GEOMETRIC_MEAN},
      {"GEOMETRIC_LEAST_SQUARES_MEAN",
       v1::STATISTIC_GEOMETRIC_LEAST_SQUARES_MEAN},
      {"LEAST_SQUARES_MEAN", v1::STATISTIC_LEAST_SQUARES_MEAN},
      {"LOG_MEAN", v1::STATISTIC_LOG_MEAN},
      {"MEAN", v1::STATISTIC_MEAN},
      {"MEDIAN", v1::STATISTIC_MEDIAN},
      {"COUNT_OF_PARTICIPANTS", v1::STATISTIC_COUNT},
      {"COUNT_OF_UNITS", v1::STATISTIC_COUNT_OF_UNITS}};
  const auto found = statistics.find(param_type);
  return found == statistics.end() ? v1::STATISTIC_NUMBER : found->second;
}

std::optional<int32_t> ParticipantsOf(const JsonNode& holder,
                                      const std::string& group,
                                      StudyBuilder& builder) {
  for (const JsonNode& denom : holder["denoms"].items()) {
    if (denom["units"].text() != "Participants") continue;
    for (const JsonNode& count : denom["counts"].items()) {
      if (count["groupId"].text() == group) {
        return builder.CountAt(count["value"]);
      }
    }
  }
  return std::nullopt;
}

std::optional<v1::Dispersion> DispersionOf(const std::string& type,
                                           const JsonNode& measurement) {
  static const auto& kinds = *new std::map<std::string, v1::DispersionKind>{
      {"standard-deviation", v1::DISPERSION_KIND_STANDARD_DEVIATION},
      {"standard-error", v1::DISPERSION_KIND_STANDARD_ERROR},
      {"inter-quartile-range", v1::DISPERSION_KIND_INTER_QUARTILE_RANGE},
      {"full-range", v1::DISPERSION_KIND_FULL_RANGE},
      {"geometric-coefficient", v1::DISPERSION_KIND_GEOMETRIC_COEFFICIENT},
      {"geometric-coefficient-of-variation",
       v1::DISPERSION_KIND_GEOMETRIC_COEFFICIENT}};
  const auto kind = kinds.find(KebabOf(type));
  v1::Dispersion dispersion;
  dispersion.set_kind(kind == kinds.end() ? v1::DISPERSION_KIND_NOT_STATED
                                          : kind->second);
  const auto spread = NumberOf(measurement["spread"].text());
  const auto low = NumberOf(measurement["lowerLimit"].text());
  const auto high = NumberOf(measurement["upperLimit"].text());
  if (spread && *spread >= 0) dispersion.set_value(*spread);
  const bool ordered = !low || !high || *low <= *high;
  if (low && ordered) dispersion.set_low(*low);
  if (high && ordered) dispersion.set_high(*high);
  if (dispersion.has_value() || dispersion.has_low() || dispersion.has_high()) {
    return dispersion;
  }
  return std::nullopt;
}

std::string PrintedValue(const JsonNode& measurement) {
  std::string text = measurement["value"].text();
  if (measurement["spread"].exists()) {
    absl::StrAppend(&text, " (spread ", measurement["spread"].text(), ")");
  }
  if (measurement["lowerLimit"].exists() ||
      measurement["upperLimit"].exists()) {
    absl::StrAppend(&text, " (", measurement["lowerLimit"].text(), " to ",
                    measurement["upperLimit"].text(), ")");
  }
  return ShortenUtf8(text, 8000);
}

Bound BoundOf(const JsonNode& node, absl::string_view comment) {
  const std::string text = node.text();
  if (text == "NA") return {std::nullopt, StatusOfNa(comment)};
  return {NumberOf(text), v1::VALUE_STATUS_UNSPECIFIED};
}

std::optional<double> LevelOf(const JsonNode& node, const std::string& text,
                              StudyBuilder& builder) {
  if (text.empty()) return std::nullopt;
  // Below half, the interval would be no more likely than not to hold it.
  constexpr double kLevelMin = 50;
  constexpr double kLevelMax = 99.9999;
  const auto level = NumberOf(text);
  if (level && *level >= kLevelMin && *level <= kLevelMax) return level;
  if (level && *level * 100 >= kLevelMin && *level < 1) {
    const double percent = std::round(*level * 1e6) / 1e4;
    builder.Warn(node, Quote(text),
                 absl::StrCat("is a share where a percentage is wanted; taken "
                              "as ",
                              ShortestDecimal(percent), " %"));
    return percent;
  }
  builder.Warn(node, Quote(text), "is no level of an interval; left out");
  return std::nullopt;
}

std::string PrintedLimits(const Bound& low, const Bound& high) {
  return absl::StrCat(low.value ? ShortestDecimal(*low.value) : "", " to ",
                      high.value ? ShortestDecimal(*high.value) : "");
}

bool HoldsValue(const Bound& low, const Bound& high,
                std::optional<double> value) {
  if (low.value && high.value && *low.value > *high.value) return false;
  if (!value) return true;
  return (!low.value || *value >= *low.value) &&
         (!high.value || *value <= *high.value);
}

void SetBounds(const Bound& low, const Bound& high, v1::Interval& interval) {
  if (low.value) interval.set_low(*low.value);
  if (high.value) interval.set_high(*high.value);
  if (low.status != 0) interval.set_low_status(low.status);
  if (high.status != 0) interval.set_high_status(high.status);
}

}  // namespace consilium

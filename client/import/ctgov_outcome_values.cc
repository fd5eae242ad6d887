#include "client/import/ctgov_outcome_values.h"

#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "client/import/text_pattern.h"
#include "proto/base/errors.h"
#include "proto/base/number_text.h"
#include "proto/base/utf8.h"

namespace consilium {

namespace {

constexpr char kConfidence[] = "confidence|credible";

const std::map<std::string, v1::DispersionKind>& DispersionKinds() {
  static const auto& kinds = *new std::map<std::string, v1::DispersionKind>{
      {"standard-deviation", v1::DISPERSION_KIND_STANDARD_DEVIATION},
      {"standard-error", v1::DISPERSION_KIND_STANDARD_ERROR},
      {"inter-quartile-range", v1::DISPERSION_KIND_INTER_QUARTILE_RANGE},
      {"full-range", v1::DISPERSION_KIND_FULL_RANGE},
      {"geometric-coefficient", v1::DISPERSION_KIND_GEOMETRIC_COEFFICIENT},
      {"geometric-coefficient-of-variation",
       v1::DISPERSION_KIND_GEOMETRIC_COEFFICIENT}};
  return kinds;
}

}  // namespace

v1::Statistic StatisticAt(const JsonNode& param_type, StudyBuilder& builder) {
  static const auto& statistics = *new std::map<std::string, v1::Statistic>{
      {"GEOMETRIC_MEAN", v1::STATISTIC_GEOMETRIC_MEAN},
      {"GEOMETRIC_LEAST_SQUARES_MEAN",
       v1::STATISTIC_GEOMETRIC_LEAST_SQUARES_MEAN},
      {"LEAST_SQUARES_MEAN", v1::STATISTIC_LEAST_SQUARES_MEAN},
      {"LOG_MEAN", v1::STATISTIC_LOG_MEAN},
      {"MEAN", v1::STATISTIC_MEAN},
      {"MEDIAN", v1::STATISTIC_MEDIAN},
      {"NUMBER", v1::STATISTIC_NUMBER},
      {"COUNT_OF_PARTICIPANTS", v1::STATISTIC_COUNT},
      {"COUNT_OF_UNITS", v1::STATISTIC_COUNT_OF_UNITS}};
  const std::string word = param_type.text();
  const auto found = statistics.find(word);
  if (found != statistics.end()) return found->second;
  if (!word.empty()) {
    builder.Problem(
        param_type,
        absl::StrCat("want one of ",
                     absl::StrJoin(statistics, ", ",
                                   [](std::string* out, const auto& each) {
                                     absl::StrAppend(out, each.first);
                                   })));
  }
  return v1::STATISTIC_NUMBER;
}

std::string DispersionTypeAt(const JsonNode& node, StudyBuilder& builder) {
  const std::string type = node.text();
  const std::string word = KebabOf(type);
  if (!word.empty() && word != "na" && DispersionKinds().count(word) == 0 &&
      !Says(type, kConfidence)) {
    builder.Problem(node,
                    "want Standard Deviation, Standard Error, Inter-Quartile "
                    "Range, Full Range, Geometric Coefficient of Variation, or "
                    "a Confidence Interval, as 95% Confidence Interval");
  }
  return type;
}

Denominators DenominatorsOf(const JsonNode& holder, const std::string& units,
                            StudyBuilder& builder) {
  Denominators found;
  for (const JsonNode& denom : holder["denoms"].items()) {
    if (denom["units"].text() != units) continue;
    for (const JsonNode& count : denom["counts"].items()) {
      if (const auto number = builder.CountAt(count["value"])) {
        found.emplace(count["groupId"].text(), *number);
      }
    }
  }
  return found;
}

std::optional<int32_t> DenominatorOf(
    const std::vector<const Denominators*>& lists, const std::string& group) {
  for (const Denominators* list : lists) {
    const auto found = list->find(group);
    if (found != list->end()) return found->second;
  }
  return std::nullopt;
}

void CheckDenominators(const JsonNode& place, const Denominators& part,
                       const Denominators& whole, StudyBuilder& builder) {
  for (const auto& [group, number] : part) {
    const auto all = whole.find(group);
    if (all == whole.end() || number <= all->second) continue;
    builder.Warn(place["denoms"], absl::StrCat(number, " in group ", group),
                 absl::StrCat("are more than the ", all->second,
                              " that the group has as a whole; taken as "
                              "printed"));
  }
}

std::optional<v1::Dispersion> DispersionOf(const std::string& type,
                                           const JsonNode& measurement) {
  const auto kind = DispersionKinds().find(KebabOf(type));
  v1::Dispersion dispersion;
  dispersion.set_kind(kind == DispersionKinds().end()
                          ? v1::DISPERSION_KIND_NOT_STATED
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

void CheckSpread(const JsonNode& measurement, StudyBuilder& builder) {
  const JsonNode node = measurement["spread"];
  const std::string text = node.text();
  if (text.empty() || text == "NA") return;
  const auto spread = NumberOf(text);
  if (spread && *spread >= 0) return;
  builder.Warn(node, Quote(text),
               spread ? "is below zero, as no spread is; left out"
                      : "is no number; left out");
}

std::string PrintedValue(const std::string& dispersion_type,
                         const JsonNode& measurement) {
  // An interval is known by its limits.
  std::string spread;
  if (!Says(dispersion_type, kConfidence)) {
    spread = absl::StrReplaceAll(absl::AsciiStrToLower(dispersion_type),
                                 {{"_", " "}});
    if (!spread.empty()) spread += ' ';
  }
  std::string text = measurement["value"].text();
  if (measurement["spread"].exists()) {
    absl::StrAppend(&text, " (", spread.empty() ? "spread " : spread,
                    measurement["spread"].text(), ")");
  }
  if (measurement["lowerLimit"].exists() ||
      measurement["upperLimit"].exists()) {
    // A deviation beside limits is itself, and not what they are.
    absl::StrAppend(&text, " (", measurement["spread"].exists() ? "" : spread,
                    measurement["lowerLimit"].text(), " to ",
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

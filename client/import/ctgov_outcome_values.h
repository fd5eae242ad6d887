// What numbers of the results of ClinicalTrials.gov share, wherever they stand.
#ifndef CONSILIUM_CLIENT_IMPORT_CTGOV_OUTCOME_VALUES_H_
#define CONSILIUM_CLIENT_IMPORT_CTGOV_OUTCOME_VALUES_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "client/import/ctgov_values.h"
#include "client/import/json_node.h"
#include "client/import/study_builder.h"
#include "consilium/v1/common.pb.h"

namespace consilium {

// The kind of number that a paramType is; NUMBER when it does not say. A word
// that the API does not have is a problem.
v1::Statistic StatisticAt(const JsonNode& param_type, StudyBuilder& builder);

// A dispersionType as it stands. A word that the API does not have is a
// problem.
std::string DispersionTypeAt(const JsonNode& node, StudyBuilder& builder);

// How many there are of what a holder of "denoms" counts, by group.
using Denominators = std::map<std::string, int32_t>;
// Those of `holder` whose units are `units`, "Participants".
Denominators DenominatorsOf(const JsonNode& holder, const std::string& units,
                            StudyBuilder& builder);
// That of `group` in the first of `lists` that has one.
std::optional<int32_t> DenominatorOf(
    const std::vector<const Denominators*>& lists, const std::string& group);
// Notes each group of which `part`, at `place`, has more than `whole`.
void CheckDenominators(const JsonNode& place, const Denominators& part,
                       const Denominators& whole, StudyBuilder& builder);

// The spread of a measurement, unless it is an interval or a standard error.
// Both of the registry's spellings of `type` will do.
std::optional<v1::Dispersion> DispersionOf(const std::string& type,
                                           const JsonNode& measurement);

// Notes a spread that can be none.
void CheckSpread(const JsonNode& measurement, StudyBuilder& builder);

// "18.9 (15.2 to NA)", "-15.6 (standard deviation 10.1)".
std::string PrintedValue(const std::string& dispersion_type,
                         const JsonNode& measurement);

// A bound, or why there is none.
struct Bound {
  std::optional<double> value;
  v1::ValueStatus status = v1::VALUE_STATUS_UNSPECIFIED;

  bool exists() const { return value.has_value() || status != 0; }
};
// `comment` may say that it is not reached.
Bound BoundOf(const JsonNode& node, absl::string_view comment);

// The interval around the value of `element`, an Estimate or a Contrast.
// Limits that do not hold the value are no interval of it: the registry is not
// corrected, and the doubt is kept as another reading.
template <typename Element>
void SetInterval(const JsonNode& node, const Bound& low, const Bound& high,
                 const std::string& level, StudyBuilder& builder,
                 Element& element);

// The interval of a printed level: "95" or "95.03"; absent with a warning for
// what is no percentage.
std::optional<double> LevelOf(const JsonNode& node, const std::string& text,
                              StudyBuilder& builder);

// "18.9 with limits 20 to 25".
std::string PrintedLimits(const Bound& low, const Bound& high);

// Whether the limits hold `value`, and are in order.
bool HoldsValue(const Bound& low, const Bound& high,
                std::optional<double> value);

// Sets the bounds of an interval.
void SetBounds(const Bound& low, const Bound& high, v1::Interval& interval);

// ---- Implementation of the template.

template <typename Element>
void SetInterval(const JsonNode& node, const Bound& low, const Bound& high,
                 const std::string& level, StudyBuilder& builder,
                 Element& element) {
  std::optional<double> value;
  if (element.has_value()) value = element.value();
  if (HoldsValue(low, high, value)) {
    SetBounds(low, high, *element.mutable_interval());
    if (const auto percent = LevelOf(node, level, builder)) {
      element.mutable_interval()->set_level(*percent);
    }
    return;
  }
  const std::string printed = PrintedLimits(low, high);
  v1::Alternative& reading = *element.add_alternatives();
  reading.set_reading("limits " + printed + " as printed");
  reading.set_reason("the limits do not contain the value");
  builder.Warn(node,
               node["value"].text() + node["paramValue"].text() +
                   " with limits " + printed,
               "the value lies outside its limits; they were kept as a doubted "
               "reading, not as the interval");
}

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_IMPORT_CTGOV_OUTCOME_VALUES_H_

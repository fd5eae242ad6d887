#include "server/review/preference_rank.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "absl/strings/numbers.h"
#include "proto/base/enum_text.h"
#include "server/evidence/row_fields.h"

namespace consilium {
namespace {

constexpr double kLast = std::numeric_limits<double>::infinity();

double FollowUpOf(const v1::EvidenceRow& row) {
  return std::max(Months(row.estimate().median_follow_up()).value_or(0),
                  Months(row.contrast().median_follow_up()).value_or(0));
}

bool IsRegistration(const v1::EvidenceRow& row) {
  return row.estimate().has_registration() ||
         row.contrast().has_registration() || row.count().has_registration() ||
         row.event_contrast().has_registration();
}

// What `row` is in the words of the criterion.
std::vector<std::string> WordsOf(v1::PreferenceCriterion criterion,
                                 const v1::EvidenceRow& row) {
  switch (criterion) {
    case v1::PREFERENCE_CRITERION_POPULATION:
      return {EnumText(*v1::AnalysisPopulation_descriptor()->FindValueByNumber(
          row.population()))};
    case v1::PREFERENCE_CRITERION_ASSESSOR:
      return {EnumText(
          *v1::Assessor_descriptor()->FindValueByNumber(row.assessor()))};
    case v1::PREFERENCE_CRITERION_ADJUSTMENT: {
      const v1::AdjustmentKind kind =
          row.has_event_contrast() ? row.event_contrast().adjustment().kind()
                                   : row.contrast().adjustment().kind();
      return {
          EnumText(*v1::AdjustmentKind_descriptor()->FindValueByNumber(kind))};
    }
    case v1::PREFERENCE_CRITERION_REPORT:
      return {IsRegistration(row) ? "registration" : "publication",
              row.secondary() ? "secondary" : "primary"};
    case v1::PREFERENCE_CRITERION_SUBGROUP:
      return {row.subgroups().empty() ? "whole" : "narrowed"};
    case v1::PREFERENCE_CRITERION_METHOD:
      return {EnumText(
          *v1::EstimationMethod_descriptor()->FindValueByNumber(row.method()))};
    default:
      return {};
  }
}

// A report's result is of all who were randomized unless it says otherwise, so
// that a paper that does not name its population loses nothing by that against
// a registry, which always names one. Protocols may place it elsewhere.
std::vector<std::string> UnstatedPopulation(const v1::Preference& preference) {
  const auto& order = preference.order();
  const std::string unstated(kUnstatedPopulation);
  return {
      std::find(order.begin(), order.end(), unstated) != order.end()
          ? unstated
          : EnumText(*v1::AnalysisPopulation_descriptor()->FindValueByNumber(
                v1::ANALYSIS_POPULATION_INTENTION_TO_TREAT))};
}

double RankBy(const v1::Preference& preference, const v1::EvidenceRow& row) {
  if (preference.criterion() == v1::PREFERENCE_CRITERION_FOLLOW_UP) {
    const double months = FollowUpOf(row);
    if (months <= 0) return kLast;
    const bool shortest =
        !preference.order().empty() && preference.order(0) == "shortest";
    return shortest ? months : -months;
  }
  if (preference.criterion() == v1::PREFERENCE_CRITERION_TIME) {
    double wanted = 0;
    if (preference.order().empty() || !row.has_time_months() ||
        !absl::SimpleAtod(preference.order(0), &wanted)) {
      return kLast;
    }
    return std::fabs(row.time_months() - wanted);
  }
  const std::vector<std::string> words =
      preference.criterion() == v1::PREFERENCE_CRITERION_POPULATION &&
              row.population() == v1::ANALYSIS_POPULATION_UNSPECIFIED
          ? UnstatedPopulation(preference)
          : WordsOf(preference.criterion(), row);
  for (int i = 0; i < preference.order_size(); ++i) {
    if (std::find(words.begin(), words.end(), preference.order(i)) !=
        words.end()) {
      return i;
    }
  }
  return kLast;
}

}  // namespace

Rank RankOf(const v1::ReviewOutcome& plan, const v1::EvidenceRow& row) {
  Rank rank;
  for (const v1::Preference& preference : plan.preferences()) {
    rank.push_back(RankBy(preference, row));
  }
  return rank;
}

}  // namespace consilium

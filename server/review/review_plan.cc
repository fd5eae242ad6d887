#include "server/review/review_plan.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <set>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "proto/base/enum_text.h"
#include "proto/base/number_text.h"
#include "proto/base/status_macros.h"
#include "server/evidence/evidence_filter.h"

namespace consilium {
namespace {

v1::Preference MakePreference(v1::PreferenceCriterion criterion,
                              std::vector<absl::string_view> order) {
  v1::Preference preference;
  preference.set_criterion(criterion);
  for (const absl::string_view value : order) {
    preference.add_order(std::string(value));
  }
  return preference;
}

std::vector<v1::Preference> DefaultPreferences() {
  return {
      MakePreference(v1::PREFERENCE_CRITERION_SUBGROUP, {"whole"}),
      MakePreference(v1::PREFERENCE_CRITERION_POPULATION,
                     {"itt", "mitt", "full-analysis"}),
      MakePreference(v1::PREFERENCE_CRITERION_ASSESSOR, {"bicr", "irc"}),
      MakePreference(v1::PREFERENCE_CRITERION_ADJUSTMENT,
                     {"adjusted", "stratified", "propensity"}),
      MakePreference(v1::PREFERENCE_CRITERION_REPORT, {"publication"}),
      MakePreference(v1::PREFERENCE_CRITERION_FOLLOW_UP, {"longest"}),
  };
}

bool IsRatio(v1::EffectMeasure measure) {
  return measure == v1::EFFECT_MEASURE_HAZARD_RATIO ||
         measure == v1::EFFECT_MEASURE_ODDS_RATIO ||
         measure == v1::EFFECT_MEASURE_RISK_RATIO;
}

bool IsOfCounts(v1::EffectMeasure measure) {
  return measure == v1::EFFECT_MEASURE_ODDS_RATIO ||
         measure == v1::EFFECT_MEASURE_RISK_RATIO ||
         measure == v1::EFFECT_MEASURE_RISK_DIFFERENCE;
}

// What the order of a criterion may hold; empty when anything.
std::vector<std::string> OrderChoices(v1::PreferenceCriterion criterion) {
  switch (criterion) {
    case v1::PREFERENCE_CRITERION_POPULATION:
      return EnumTexts(*v1::AnalysisPopulation_descriptor());
    case v1::PREFERENCE_CRITERION_ASSESSOR:
      return EnumTexts(*v1::Assessor_descriptor());
    case v1::PREFERENCE_CRITERION_ADJUSTMENT:
      return EnumTexts(*v1::AdjustmentKind_descriptor());
    case v1::PREFERENCE_CRITERION_FOLLOW_UP:
      return {"longest", "shortest"};
    case v1::PREFERENCE_CRITERION_REPORT:
      return {"publication", "registration", "primary", "secondary"};
    case v1::PREFERENCE_CRITERION_SUBGROUP:
      return {"whole", "narrowed"};
    case v1::PREFERENCE_CRITERION_METHOD:
      return EnumTexts(*v1::EstimationMethod_descriptor());
    default:
      return {};
  }
}

void CheckPreferences(
    const google::protobuf::RepeatedPtrField<v1::Preference>& preferences,
    absl::string_view prefix, std::vector<FieldViolation>& violations) {
  for (int i = 0; i < preferences.size(); ++i) {
    const v1::Preference& preference = preferences[i];
    const std::vector<std::string> choices =
        OrderChoices(preference.criterion());
    for (const std::string& value : preference.order()) {
      double months = 0;
      const bool fits = preference.criterion() == v1::PREFERENCE_CRITERION_TIME
                            ? absl::SimpleAtod(value, &months) && months > 0
                            : std::find(choices.begin(), choices.end(),
                                        value) != choices.end();
      if (fits) continue;
      violations.push_back(
          {absl::StrCat(prefix, "preferences[", i, "].order"),
           absl::StrCat("has \"", value, "\"; want ",
                        choices.empty() ? "months above 0"
                                        : absl::StrJoin(choices, ", "))});
    }
  }
}

void CheckFilter(absl::string_view text, absl::string_view field,
                 std::vector<FieldViolation>& violations) {
  const absl::StatusOr<Filter> filter = ParseRowFilter(text);
  if (filter.ok()) return;
  const std::vector<FieldViolation> found = GetFieldViolations(filter.status());
  violations.push_back({std::string(field),
                        found.empty() ? std::string(filter.status().message())
                                      : found.front().description});
}

void CheckMethod(const v1::ReviewOutcome& outcome, v1::PoolingMethod method,
                 absl::string_view field,
                 std::vector<FieldViolation>& violations) {
  const std::string name =
      EnumText(*v1::PoolingMethod_descriptor()->FindValueByNumber(method));
  if (method == v1::POOLING_METHOD_MANTEL_HAENSZEL &&
      !IsOfCounts(outcome.measure())) {
    violations.push_back(
        {std::string(field), absl::StrCat("is ", name,
                                          ", which pools counts; want the "
                                          "measure or, rr or rd")});
  }
  if (method == v1::POOLING_METHOD_PETO &&
      outcome.measure() != v1::EFFECT_MEASURE_ODDS_RATIO) {
    violations.push_back(
        {std::string(field),
         absl::StrCat("is ", name,
                      ", which pools odds ratios; want "
                      "the measure or",
                      outcome.measure() == v1::EFFECT_MEASURE_HAZARD_RATIO
                          ? "; hazard ratios of O - E and V are "
                            "Peto's by inverse-variance with the "
                            "model common-effect"
                          : "")});
  }
  if (method == v1::POOLING_METHOD_GLMM &&
      outcome.measure() != v1::EFFECT_MEASURE_ODDS_RATIO &&
      outcome.statistic() != v1::STATISTIC_PROPORTION) {
    violations.push_back(
        {std::string(field),
         absl::StrCat("is ", name,
                      "; want the measure or, or the statistic proportion")});
  }
}

void CheckWhatIsPooled(const v1::ReviewOutcome& outcome,
                       absl::string_view prefix,
                       std::vector<FieldViolation>& violations) {
  if (outcome.has_measure() == outcome.has_statistic()) {
    violations.push_back(
        {absl::StrCat(prefix, "measure"),
         outcome.has_measure()
             ? "stands beside a statistic; want one of them: measure for "
               "comparisons, statistic for single groups"
             : "is missing; want a measure for comparisons, or a statistic "
               "for single groups"});
    return;
  }
  if (outcome.has_measure() && !IsRatio(outcome.measure()) &&
      outcome.measure() != v1::EFFECT_MEASURE_RISK_DIFFERENCE &&
      outcome.measure() != v1::EFFECT_MEASURE_MEAN_DIFFERENCE &&
      outcome.measure() != v1::EFFECT_MEASURE_STANDARDIZED_MEAN_DIFFERENCE) {
    violations.push_back(
        {absl::StrCat(prefix, "measure"),
         absl::StrCat(
             "is ",
             EnumText(*v1::EffectMeasure_descriptor()->FindValueByNumber(
                 outcome.measure())),
             ", which is not pooled; want hr, or, rr, rd, md or smd")});
  }
  if (outcome.statistic() == v1::STATISTIC_RATE &&
      (outcome.proportion_scale() == v1::PROPORTION_SCALE_ARCSINE ||
       outcome.proportion_scale() == v1::PROPORTION_SCALE_FREEMAN_TUKEY)) {
    violations.push_back(
        {absl::StrCat(prefix, "proportionScale"),
         absl::StrCat(
             "is ",
             EnumText(*v1::ProportionScale_descriptor()->FindValueByNumber(
                 outcome.proportion_scale())),
             ", which is of counts, and a rate has none; want logit "
             "or raw")});
  }
  if (outcome.has_statistic() &&
      outcome.statistic() != v1::STATISTIC_PROPORTION &&
      outcome.statistic() != v1::STATISTIC_RATE &&
      outcome.statistic() != v1::STATISTIC_MEAN &&
      outcome.statistic() != v1::STATISTIC_MEDIAN) {
    violations.push_back(
        {absl::StrCat(prefix, "statistic"),
         absl::StrCat("is ",
                      EnumText(*v1::Statistic_descriptor()->FindValueByNumber(
                          outcome.statistic())),
                      ", which is not pooled; want proportion, rate or mean, "
                      "or median, which is listed")});
  }
}

}  // namespace

absl::StatusOr<Filter> ParseRowFilter(absl::string_view text) {
  return ParseEvidenceFilter(text);
}

bool IsSingleGroup(const v1::ReviewOutcome& plan) {
  return plan.has_statistic();
}

v1::IntervalMethod UsualInterval(v1::PoolingModel model) {
  return model == v1::POOLING_MODEL_COMMON_EFFECT
             ? v1::INTERVAL_METHOD_NORMAL
             : v1::INTERVAL_METHOD_HARTUNG_KNAPP;
}

v1::ReviewOutcome ResolvePlan(const v1::Review& review,
                              const v1::ReviewOutcome& outcome) {
  v1::ReviewOutcome plan = outcome;
  plan.clear_source();
  if (!plan.has_title()) plan.set_title(plan.id());
  if (!plan.has_model()) plan.set_model(v1::POOLING_MODEL_RANDOM_EFFECTS);
  if (!plan.has_estimator()) {
    plan.set_estimator(v1::HETEROGENEITY_ESTIMATOR_REML);
  }
  if (!plan.has_level()) plan.set_level(95);
  if (!plan.has_pooling()) {
    plan.set_pooling(v1::POOLING_METHOD_INVERSE_VARIANCE);
  }
  if (!plan.has_interval_method()) {
    plan.set_interval_method(UsualInterval(plan.model()));
  }
  if (!plan.has_prediction_method()) {
    plan.set_prediction_method(v1::PREDICTION_METHOD_T_K_MINUS_1);
  }
  if (IsSingleGroup(plan) && !plan.has_proportion_scale() &&
      (plan.statistic() == v1::STATISTIC_PROPORTION ||
       plan.statistic() == v1::STATISTIC_RATE)) {
    plan.set_proportion_scale(v1::PROPORTION_SCALE_LOGIT);
  }
  if (!plan.has_direction()) {
    plan.set_direction(IsSingleGroup(plan) || !IsRatio(plan.measure()) ||
                               plan.measure() != v1::EFFECT_MEASURE_HAZARD_RATIO
                           ? v1::OUTCOME_DIRECTION_UNSPECIFIED
                           : v1::OUTCOME_DIRECTION_LOWER_IS_BETTER);
  }
  if (plan.preferences().empty()) {
    if (!review.preferences().empty()) {
      *plan.mutable_preferences() = review.preferences();
    } else {
      for (v1::Preference& preference : DefaultPreferences()) {
        *plan.add_preferences() = std::move(preference);
      }
    }
  }
  if (plan.designs().empty()) {
    plan.add_designs(v1::STUDY_DESIGN_RANDOMIZED);
    if (IsSingleGroup(plan)) {
      plan.add_designs(v1::STUDY_DESIGN_NON_RANDOMIZED);
      plan.add_designs(v1::STUDY_DESIGN_SINGLE_ARM);
    }
  }
  if (plan.derivations().empty()) {
    plan.add_derivations(v1::DERIVATION_METHOD_INTERVAL);
    plan.add_derivations(v1::DERIVATION_METHOD_COUNTS);
    plan.add_derivations(v1::DERIVATION_METHOD_P_VALUE);
  }
  if (!plan.has_allow_overlap()) plan.set_allow_overlap(false);
  return plan;
}

std::vector<FieldViolation> CheckOutcomePlan(const v1::ReviewOutcome& outcome,
                                             absl::string_view prefix,
                                             PlanExtent extent) {
  std::vector<FieldViolation> violations;
  const bool says_what = extent == PlanExtent::kWhole ||
                         outcome.has_measure() || outcome.has_statistic();
  if (says_what) CheckWhatIsPooled(outcome, prefix, violations);
  if (outcome.has_filter()) {
    CheckFilter(outcome.filter(), absl::StrCat(prefix, "filter"), violations);
  }
  if (says_what) {
    CheckMethod(outcome, outcome.pooling(), absl::StrCat(prefix, "pooling"),
                violations);
  }
  CheckPreferences(outcome.preferences(), prefix, violations);
  for (int i = 0; i < outcome.subgroups_size(); ++i) {
    const auto field = ParseRowField(outcome.subgroups(i));
    if (field.ok()) continue;
    violations.push_back(
        {absl::StrCat(prefix, "subgroups[", i, "]"),
         GetFieldViolations(field.status()).front().description});
  }
  for (int i = 0; i < outcome.moderators_size(); ++i) {
    const auto field = ParseRowField(outcome.moderators(i));
    if (field.ok()) continue;
    violations.push_back(
        {absl::StrCat(prefix, "moderators[", i, "]"),
         GetFieldViolations(field.status()).front().description});
  }
  std::set<std::string> ids;
  for (int i = 0; i < outcome.sensitivity_size(); ++i) {
    const v1::SensitivityAnalysis& analysis = outcome.sensitivity(i);
    const std::string at = absl::StrCat(prefix, "sensitivity[", i, "].");
    if (!ids.insert(analysis.id()).second) {
      violations.push_back(
          {absl::StrCat(at, "id"), "stands twice; want one analysis an id"});
    }
    if (analysis.has_filter()) {
      CheckFilter(analysis.filter(), absl::StrCat(at, "filter"), violations);
    }
    if (says_what) {
      CheckMethod(outcome, analysis.pooling(), absl::StrCat(at, "pooling"),
                  violations);
    }
  }
  for (const int design : outcome.designs()) {
    if (design != v1::STUDY_DESIGN_PRECLINICAL) continue;
    violations.push_back({absl::StrCat(prefix, "designs"),
                          "has preclinical; preclinical evidence is listed "
                          "and never pooled"});
  }
  if (outcome.has_threshold() && outcome.has_measure() &&
      IsRatio(outcome.measure()) && outcome.threshold().effect() <= 0) {
    violations.push_back(
        {absl::StrCat(prefix, "threshold.effect"),
         absl::StrCat("is ", ShortestDecimal(outcome.threshold().effect()),
                      "; want a ratio above 0")});
  }
  return violations;
}

std::vector<FieldViolation> CheckReviewPlan(const v1::Review& review,
                                            absl::string_view prefix,
                                            PlanExtent extent) {
  std::vector<FieldViolation> violations;
  if (review.has_inclusion_filter()) {
    CheckFilter(review.inclusion_filter(),
                absl::StrCat(prefix, "inclusionFilter"), violations);
  }
  CheckPreferences(review.preferences(), prefix, violations);
  for (int i = 0; i < review.sections_size(); ++i) {
    if (!review.sections(i).has_filter()) continue;
    CheckFilter(review.sections(i).filter(),
                absl::StrCat(prefix, "sections[", i, "].filter"), violations);
  }
  for (int i = 0; i < review.outcomes_size(); ++i) {
    for (FieldViolation& violation :
         CheckOutcomePlan(review.outcomes(i),
                          absl::StrCat(prefix, "outcomes[", i, "]."), extent)) {
      violations.push_back(std::move(violation));
    }
  }
  return violations;
}

}  // namespace consilium

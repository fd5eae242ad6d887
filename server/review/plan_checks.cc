#include "server/review/plan_checks.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "proto/base/enum_text.h"
#include "server/evidence/evidence_filter.h"
#include "server/evidence/unmet_comparisons.h"
#include "server/review/covariate_checks.h"
#include "server/review/preference_rank.h"
#include "server/review/review_plan.h"
#include "server/review/study_field.h"
#include "server/review/zero_cells.h"
#include "server/synthesis/derivation_text.h"

namespace consilium {
namespace {

bool IsRatioMeasure(v1::EffectMeasure measure) {
  return measure == v1::EFFECT_MEASURE_HAZARD_RATIO ||
         measure == v1::EFFECT_MEASURE_ODDS_RATIO ||
         measure == v1::EFFECT_MEASURE_RISK_RATIO ||
         measure == v1::EFFECT_MEASURE_RATIO_OF_MEANS ||
         measure == v1::EFFECT_MEASURE_RATE_RATIO;
}

bool IsOfCounts(v1::EffectMeasure measure) {
  return measure == v1::EFFECT_MEASURE_ODDS_RATIO ||
         measure == v1::EFFECT_MEASURE_RISK_RATIO ||
         measure == v1::EFFECT_MEASURE_RISK_DIFFERENCE;
}

// What the order of a criterion may hold; empty when anything.
std::vector<std::string> OrderChoices(v1::PreferenceCriterion criterion) {
  switch (criterion) {
    case v1::PREFERENCE_CRITERION_POPULATION: {
      std::vector<std::string> texts =
          EnumTexts(*v1::AnalysisPopulation_descriptor());
      texts.emplace_back(kUnstatedPopulation);
      return texts;
    }
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

// Every fault of the filter is told.
void CheckFilter(absl::string_view text, absl::string_view field,
                 std::vector<FieldViolation>& violations) {
  const absl::StatusOr<Filter> filter = ParseRowFilter(text);
  if (filter.ok()) return;
  const std::vector<FieldViolation> found = GetFieldViolations(filter.status());
  for (const FieldViolation& each : found) {
    violations.push_back({std::string(field), each.description});
  }
  if (found.empty()) {
    violations.push_back(
        {std::string(field), std::string(filter.status().message())});
  }
}

// The filter of what is pooled, too: an outcome that no vocabulary knows finds
// no number.
void CheckPooledFilter(absl::string_view text, absl::string_view field,
                       PlanExtent extent,
                       std::vector<FieldViolation>& violations) {
  CheckFilter(text, field, violations);
  if (extent == PlanExtent::kEntered) return;
  const absl::StatusOr<Filter> filter = ParseRowFilter(text);
  if (!filter.ok()) return;
  for (std::string& word : UnknownOutcomes(*filter)) {
    violations.push_back({std::string(field), std::move(word)});
  }
}

void CheckFields(const google::protobuf::RepeatedPtrField<std::string>& fields,
                 absl::string_view path,
                 std::vector<FieldViolation>& violations) {
  for (int i = 0; i < fields.size(); ++i) {
    const auto field = StudyField::Parse(fields[i]);
    if (field.ok()) continue;
    violations.push_back(
        {absl::StrCat(path, "[", i, "]"),
         GetFieldViolations(field.status()).front().description});
  }
}

void CheckZeroCells(const v1::ReviewOutcome& outcome,
                    const v1::ZeroCells& cells, const std::string& field,
                    std::vector<FieldViolation>& violations) {
  if (!outcome.has_measure() && !outcome.has_statistic()) return;
  if (!MayHaveZeroCells(outcome)) {
    violations.push_back(
        {field,
         "has no place here; want the measure or, rr, rd or rate-ratio, or "
         "the statistic proportion on the scale logit or raw"});
    return;
  }
  if (cells.has_add() && cells.to() != v1::ZERO_CELL_TABLES_NONE &&
      !(cells.add() > 0)) {
    violations.push_back({absl::StrCat(field, ".add"),
                          absl::StrCat("is ", PlainDecimal(cells.add()),
                                       "; want above 0, or to none")});
  }
  if (cells.correction() == v1::ZERO_CELL_CORRECTION_TREATMENT_ARM &&
      IsSingleGroup(outcome)) {
    violations.push_back({absl::StrCat(field, ".correction"),
                          "is treatment-arm, which divides between two arms; "
                          "want constant for a single group"});
  }
  // What is decided by all effects must stand before they are made.
  if (cells.to() == v1::ZERO_CELL_TABLES_ALL_IF_ANY && IsSingleGroup(outcome)) {
    violations.push_back({absl::StrCat(field, ".to"),
                          "is all-if-any, which is of two arms; want "
                          "only-zero, all or none for a single group"});
  }
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
  if (outcome.has_measure() && !IsRatioMeasure(outcome.measure()) &&
      outcome.measure() != v1::EFFECT_MEASURE_RISK_DIFFERENCE &&
      outcome.measure() != v1::EFFECT_MEASURE_MEAN_DIFFERENCE &&
      outcome.measure() != v1::EFFECT_MEASURE_STANDARDIZED_MEAN_DIFFERENCE &&
      outcome.measure() != v1::EFFECT_MEASURE_RATIO_OF_MEANS &&
      outcome.measure() != v1::EFFECT_MEASURE_RATE_RATIO) {
    violations.push_back(
        {absl::StrCat(prefix, "measure"),
         absl::StrCat(
             "is ",
             EnumText(*v1::EffectMeasure_descriptor()->FindValueByNumber(
                 outcome.measure())),
             ", which is not pooled; want hr, or, rr, rd, md, smd, "
             "ratio-of-means or rate-ratio")});
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

// Numbers of arms are combined by themselves, and methods of counts have no
// use for printed comparisons.
void CheckSharedComparator(const v1::ReviewOutcome& outcome,
                           absl::string_view prefix, PlanExtent extent,
                           std::vector<FieldViolation>& violations) {
  if (outcome.shared_comparator() <= v1::SHARED_COMPARATOR_NONE) return;
  if (outcome.has_statistic() && !outcome.has_measure()) {
    violations.push_back({absl::StrCat(prefix, "sharedComparator"),
                          "is of comparisons; want the measure of one, or no "
                          "sharedComparator"});
  } else if (extent == PlanExtent::kWhole &&
             outcome.pooling() > v1::POOLING_METHOD_INVERSE_VARIANCE) {
    violations.push_back({absl::StrCat(prefix, "sharedComparator"),
                          "is of printed comparisons, which are pooled by "
                          "inverse variance; want pooling inverse-variance, or "
                          "no sharedComparator"});
  }
}

void CheckMixedModel(const v1::ReviewOutcome& outcome,
                     v1::PoolingMethod pooling, const std::string& field,
                     std::vector<FieldViolation>& violations) {
  if (pooling == v1::POOLING_METHOD_GLMM && outcome.has_measure()) return;
  violations.push_back({field,
                        "is of odds ratios that are pooled by glmm; want "
                        "pooling glmm with the measure or, or no mixedModel"});
}

// Of a regression on several moderators at once.
void CheckRegressions(const v1::ReviewOutcome& outcome,
                      absl::string_view prefix,
                      std::vector<FieldViolation>& violations) {
  std::set<std::string> ids;
  for (int i = 0; i < outcome.regressions_size(); ++i) {
    const v1::PlannedRegression& regression = outcome.regressions(i);
    const std::string at = absl::StrCat(prefix, "regressions[", i, "].");
    if (!ids.insert(regression.id()).second) {
      violations.push_back(
          {absl::StrCat(at, "id"), "stands twice; want one regression an id"});
    }
    CheckFields(regression.moderators(), absl::StrCat(at, "moderators"),
                violations);
    std::set<std::string> moderators;
    for (int j = 0; j < regression.moderators_size(); ++j) {
      const auto field = StudyField::Parse(regression.moderators(j));
      if (!field.ok() || moderators.insert(field->name()).second) continue;
      violations.push_back(
          {absl::StrCat(at, "moderators[", j, "]"),
           absl::StrCat("is ", field->name(),
                        " again; want each field once in a regression")});
    }
  }
}

}  // namespace

std::vector<FieldViolation> CheckOutcomePlan(const v1::ReviewOutcome& outcome,
                                             absl::string_view prefix,
                                             PlanExtent extent) {
  std::vector<FieldViolation> violations;
  const bool says_what = extent != PlanExtent::kPart || outcome.has_measure() ||
                         outcome.has_statistic();
  if (says_what) CheckWhatIsPooled(outcome, prefix, violations);
  if (outcome.has_filter()) {
    CheckPooledFilter(outcome.filter(), absl::StrCat(prefix, "filter"), extent,
                      violations);
  }
  if (says_what) {
    CheckMethod(outcome, outcome.pooling(), absl::StrCat(prefix, "pooling"),
                violations);
    if (outcome.has_zero_cells()) {
      CheckZeroCells(outcome, outcome.zero_cells(),
                     absl::StrCat(prefix, "zeroCells"), violations);
    }
    if (outcome.has_mixed_model() && extent == PlanExtent::kWhole) {
      CheckMixedModel(outcome, outcome.pooling(),
                      absl::StrCat(prefix, "mixedModel"), violations);
    }
  }
  CheckSharedComparator(outcome, prefix, extent, violations);
  CheckPreferences(outcome.preferences(), prefix, violations);
  CheckFields(outcome.subgroups(), absl::StrCat(prefix, "subgroups"),
              violations);
  CheckFields(outcome.moderators(), absl::StrCat(prefix, "moderators"),
              violations);
  CheckRegressions(outcome, prefix, violations);
  std::set<std::string> ids;
  for (int i = 0; i < outcome.sensitivity_size(); ++i) {
    const v1::SensitivityAnalysis& analysis = outcome.sensitivity(i);
    const std::string at = absl::StrCat(prefix, "sensitivity[", i, "].");
    if (!ids.insert(analysis.id()).second) {
      violations.push_back(
          {absl::StrCat(at, "id"), "stands twice; want one analysis an id"});
    }
    if (analysis.has_filter()) {
      CheckPooledFilter(analysis.filter(), absl::StrCat(at, "filter"), extent,
                        violations);
    }
    if (says_what) {
      CheckMethod(outcome, analysis.pooling(), absl::StrCat(at, "pooling"),
                  violations);
      if (analysis.has_risk_of_bias_max() &&
          BiasRank(analysis.risk_of_bias_max()) < 0) {
        violations.push_back(
            {absl::StrCat(at, "riskOfBiasMax"),
             "is no rank of risk; want low, some-concerns, moderate, high, "
             "serious or critical"});
      }
      if (analysis.has_mixed_model() && extent == PlanExtent::kWhole) {
        CheckMixedModel(
            outcome,
            analysis.has_pooling() ? analysis.pooling() : outcome.pooling(),
            absl::StrCat(at, "mixedModel"), violations);
      }
      if (analysis.has_zero_cells()) {
        CheckZeroCells(outcome, analysis.zero_cells(),
                       absl::StrCat(at, "zeroCells"), violations);
      }
    }
  }
  for (const int design : outcome.designs()) {
    if (design != v1::STUDY_DESIGN_PRECLINICAL) continue;
    violations.push_back({absl::StrCat(prefix, "designs"),
                          "has preclinical; preclinical evidence is listed "
                          "and never pooled"});
  }
  if (outcome.has_threshold() && outcome.has_measure() &&
      IsRatioMeasure(outcome.measure()) && outcome.threshold().effect() <= 0) {
    violations.push_back(
        {absl::StrCat(prefix, "threshold.effect"),
         absl::StrCat("is ", PlainDecimal(outcome.threshold().effect()),
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
  if (extent == PlanExtent::kWhole) {
    for (FieldViolation& violation :
         CheckCovariates(review, v1::Review(), prefix)) {
      violations.push_back(std::move(violation));
    }
  }
  return violations;
}

}  // namespace consilium

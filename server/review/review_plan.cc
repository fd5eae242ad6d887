#include "server/review/review_plan.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/generated_enum_reflection.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/base/enum_text.h"
#include "server/evidence/evidence_filter.h"
#include "server/review/zero_cells.h"

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

constexpr double kZeroCellAddition = 0.5;

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

// What zeroCells come to where the plan does not say.
void ResolveZeroCells(v1::ReviewOutcome& plan) {
  if (!MayHaveZeroCells(plan)) {
    plan.clear_zero_cells();
    return;
  }
  v1::ZeroCells& cells = *plan.mutable_zero_cells();
  if (!cells.has_to()) cells.set_to(v1::ZERO_CELL_TABLES_ONLY_ZERO);
  if (cells.to() == v1::ZERO_CELL_TABLES_NONE) {
    cells.clear_add();
    cells.clear_correction();
    return;
  }
  if (!cells.has_add()) cells.set_add(kZeroCellAddition);
  if (!cells.has_correction()) {
    cells.set_correction(v1::ZERO_CELL_CORRECTION_CONSTANT);
  }
}

// "pooling mantel-haenszel has no use for estimator reml".
template <typename Enum>
void NoteUnused(absl::string_view field, bool stated, Enum was, bool kept,
                Enum is, absl::string_view method,
                std::vector<std::string>& notes) {
  if (!stated || (kept && was == is)) return;
  const auto text = [](Enum value) {
    return EnumText(
        *google::protobuf::GetEnumDescriptor<Enum>()->FindValueByNumber(value));
  };
  notes.push_back(absl::StrCat(
      "the protocol states ", field, " ", text(was), ", which ", method,
      " has no use for", kept ? absl::StrCat("; it was ", text(is)) : ""));
}

std::string MethodName(const v1::ReviewOutcome& plan) {
  return plan.pooling() == v1::POOLING_METHOD_INVERSE_VARIANCE
             ? "a common effect"
             : absl::StrCat(
                   "pooling ",
                   EnumText(*v1::PoolingMethod_descriptor()->FindValueByNumber(
                       plan.pooling())));
}

}  // namespace

absl::StatusOr<Filter> ParseRowFilter(absl::string_view text) {
  return ParseEvidenceFilter(text);
}

std::vector<const v1::ReviewOutcome*> OutcomesInOrder(
    const v1::Review& review) {
  std::vector<const v1::ReviewOutcome*> outcomes;
  for (const v1::ReviewOutcome& outcome : review.outcomes()) {
    outcomes.push_back(&outcome);
  }
  std::sort(
      outcomes.begin(), outcomes.end(),
      [](const v1::ReviewOutcome* a, const v1::ReviewOutcome* b) {
        return std::make_tuple(!a->has_position(), a->position(), a->id()) <
               std::make_tuple(!b->has_position(), b->position(), b->id());
      });
  return outcomes;
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
    plan.set_direction(plan.measure() == v1::EFFECT_MEASURE_HAZARD_RATIO
                           ? v1::OUTCOME_DIRECTION_LOWER_IS_BETTER
                           : v1::OUTCOME_DIRECTION_UNSPECIFIED);
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

v1::ReviewOutcome CarriedOutPlan(const v1::ReviewOutcome& plan) {
  v1::ReviewOutcome carried = plan;
  ResolveZeroCells(carried);
  if (!carried.has_unusable_studies()) {
    carried.set_unusable_studies(v1::UNUSABLE_STUDIES_REFUSE);
  }
  if (IsSingleGroup(plan)) {
    carried.clear_shared_comparator();
  } else if (!carried.has_shared_comparator()) {
    carried.set_shared_comparator(v1::SHARED_COMPARATOR_NONE);
  }
  const bool mixed = plan.pooling() == v1::POOLING_METHOD_GLMM;
  const bool inverse = plan.pooling() == v1::POOLING_METHOD_INVERSE_VARIANCE;
  if (!inverse) {
    carried.set_model(mixed ? v1::POOLING_MODEL_RANDOM_EFFECTS
                            : v1::POOLING_MODEL_COMMON_EFFECT);
    carried.set_interval_method(v1::INTERVAL_METHOD_NORMAL);
    carried.set_prediction_method(v1::PREDICTION_METHOD_NONE);
  }
  if (mixed) {
    carried.set_estimator(v1::HETEROGENEITY_ESTIMATOR_ML);
  } else if (carried.model() == v1::POOLING_MODEL_COMMON_EFFECT) {
    carried.clear_estimator();
    carried.set_prediction_method(v1::PREDICTION_METHOD_NONE);
  }
  if (mixed && !IsSingleGroup(plan)) {
    if (!carried.has_mixed_model()) {
      carried.set_mixed_model(v1::MIXED_MODEL_UNCONDITIONAL_FIXED_STUDIES);
    }
  } else {
    carried.clear_mixed_model();
  }
  return carried;
}

std::vector<std::string> UnusedChoices(const v1::ReviewOutcome& stated,
                                       const v1::ReviewOutcome& carried) {
  std::vector<std::string> notes;
  const std::string method = MethodName(carried);
  NoteUnused("model", stated.has_model(), stated.model(), carried.has_model(),
             carried.model(), method, notes);
  NoteUnused("estimator", stated.has_estimator(), stated.estimator(),
             carried.has_estimator(), carried.estimator(), method, notes);
  NoteUnused("intervalMethod", stated.has_interval_method(),
             stated.interval_method(), carried.has_interval_method(),
             carried.interval_method(), method, notes);
  NoteUnused("predictionMethod", stated.has_prediction_method(),
             stated.prediction_method(), carried.has_prediction_method(),
             carried.prediction_method(), method, notes);
  NoteUnused("mixedModel", stated.has_mixed_model(), stated.mixed_model(),
             carried.has_mixed_model(), carried.mixed_model(), method, notes);
  return notes;
}

v1::ReviewOutcome PlanOfSensitivity(const v1::ReviewOutcome& plan,
                                    const v1::SensitivityAnalysis& analysis) {
  v1::ReviewOutcome changed = plan;
  // Another model has another usual interval.
  if (analysis.has_model() && analysis.model() != plan.model()) {
    changed.set_model(analysis.model());
    changed.set_interval_method(UsualInterval(analysis.model()));
  }
  if (analysis.has_estimator()) changed.set_estimator(analysis.estimator());
  if (analysis.has_interval_method()) {
    changed.set_interval_method(analysis.interval_method());
  }
  if (analysis.has_pooling()) changed.set_pooling(analysis.pooling());
  if (analysis.has_mixed_model()) {
    changed.set_mixed_model(analysis.mixed_model());
  }
  if (analysis.has_zero_cells()) {
    *changed.mutable_zero_cells() = analysis.zero_cells();
  }
  return changed;
}

}  // namespace consilium

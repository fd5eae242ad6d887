#include "server/review/arm_effect.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/review/arm_means.h"
#include "server/review/row_counts.h"
#include "server/review/zero_cells.h"
#include "server/synthesis/continuous_effect.h"
#include "server/synthesis/rate_ratio.h"

namespace consilium {
namespace {

RowEffect NoCounts(ArmRows rows) {
  return Exclude(v1::EXCLUSION_REASON_NO_VALUE,
                 absl::StrCat("events and participants are not printed for ",
                              rows.size() == 1 ? "the group" : "every group"));
}

RowEffect ExcludeMeans(const absl::Status& status) {
  return Exclude(absl::IsFailedPrecondition(status)
                     ? v1::EXCLUSION_REASON_NO_VARIANCE
                     : v1::EXCLUSION_REASON_CONTRADICTION,
                 std::string(status.message()));
}

RowEffect EffectOfMeans(ArmRows group, ArmRows reference,
                        const v1::ReviewOutcome& plan) {
  const auto treated = MeanOfArms(group);
  if (!treated.ok()) return ExcludeMeans(treated.status());
  const auto control = MeanOfArms(reference);
  if (!control.ok()) return ExcludeMeans(control.status());
  auto effects =
      ContinuousEffects(ScaleOf(plan), {{treated->mean, control->mean}});
  if (!effects.ok()) return ExcludeMeans(effects.status());
  RowEffect result =
      FromLibrary(std::move(effects->front()),
                  treated->from_interval || control->from_interval
                      ? v1::DERIVATION_METHOD_INTERVAL
                      : v1::DERIVATION_METHOD_UNSPECIFIED,
                  plan);
  result.group_participants = treated->mean.participants;
  result.reference_participants = control->mean.participants;
  for (const std::string& how : {control->how, treated->how}) {
    if (!how.empty()) {
      result.effect.how = absl::StrCat(how, "; ", result.effect.how);
    }
  }
  return result;
}

// The participants of `rows`; 0 where one does not tell them.
double ParticipantsOf(ArmRows rows) {
  double participants = 0;
  for (const v1::EvidenceRow* row : rows) {
    if (row->participants() <= 0) return 0;
    participants += row->participants();
  }
  return participants;
}

RowEffect EffectOfRates(ArmRows group, ArmRows reference,
                        const v1::ReviewOutcome& plan) {
  const auto treated = CombinedRate(group);
  const auto control = CombinedRate(reference);
  if (!treated.has_value() || !control.has_value()) {
    return Exclude(
        v1::EXCLUSION_REASON_NO_VALUE,
        absl::StrCat("events with person-time, or with the rate that "
                     "they make, are not printed for the ",
                     treated.has_value() ? "reference" : "group"));
  }
  auto effects =
      RateRatios({{treated->rate, control->rate}}, ZeroCellsOf(plan));
  if (!effects.ok()) {
    return Exclude(v1::EXCLUSION_REASON_CONTRADICTION,
                   Sentence(effects.status()));
  }
  std::string why = WhyNoInformation(treated->rate, control->rate);
  if (!why.empty()) {
    return Exclude(v1::EXCLUSION_REASON_NO_INFORMATION, std::move(why));
  }
  RowEffect result = FromLibrary(std::move(effects->front()),
                                 v1::DERIVATION_METHOD_COUNTS, plan);
  result.group_rate = treated->rate;
  result.reference_rate = control->rate;
  result.group_participants = ParticipantsOf(group);
  result.reference_participants = ParticipantsOf(reference);
  for (const std::string& how : {control->how, treated->how}) {
    if (!how.empty()) {
      result.effect.how = absl::StrCat(how, "; ", result.effect.how);
    }
  }
  return result;
}

}  // namespace

bool IsOfArms(const v1::ReviewOutcome& plan) {
  return plan.measure() == v1::EFFECT_MEASURE_ODDS_RATIO ||
         plan.measure() == v1::EFFECT_MEASURE_RISK_RATIO ||
         plan.measure() == v1::EFFECT_MEASURE_RISK_DIFFERENCE ||
         plan.measure() == v1::EFFECT_MEASURE_RATE_RATIO || IsOfMeans(plan);
}

RowEffect EffectOfArms(ArmRows group, ArmRows reference,
                       const v1::ReviewOutcome& plan) {
  if (IsOfMeans(plan)) return EffectOfMeans(group, reference, plan);
  if (plan.measure() == v1::EFFECT_MEASURE_RATE_RATIO) {
    return EffectOfRates(group, reference, plan);
  }
  const auto treated = CombinedCounts(group);
  const auto control = CombinedCounts(reference);
  if (!treated.ok() || !control.ok()) {
    return Exclude(
        v1::EXCLUSION_REASON_CONTRADICTION,
        Sentence(treated.ok() ? control.status() : treated.status()));
  }
  if (!treated->has_value()) return NoCounts(group);
  if (!control->has_value()) return NoCounts(reference);
  auto effects =
      BinaryEffects(ScaleOf(plan), {{(*treated)->counts, (*control)->counts}},
                    {.zero_cells = ZeroCellsOf(plan)});
  if (!effects.ok()) {
    return Exclude(v1::EXCLUSION_REASON_CONTRADICTION,
                   Sentence(effects.status()));
  }
  std::string why =
      WhyNoInformation((*treated)->counts, (*control)->counts, plan);
  if (!why.empty()) {
    return Exclude(v1::EXCLUSION_REASON_NO_INFORMATION, std::move(why));
  }
  RowEffect result = FromLibrary(std::move(effects->front()),
                                 v1::DERIVATION_METHOD_COUNTS, plan);
  // Methods of counts need no effect of the single study.
  if (plan.pooling() != v1::POOLING_METHOD_INVERSE_VARIANCE &&
      result.reason == v1::EXCLUSION_REASON_NO_VARIANCE) {
    result = RowEffect();
    result.method = v1::DERIVATION_METHOD_COUNTS;
    result.effect.measure = ScaleOf(plan);
    result.effect.derivation = Derivation::kCounts;
    result.effect.how = "counts, which give no ratio of their own";
  }
  result.group = (*treated)->counts;
  result.reference = (*control)->counts;
  result.counts_from_percentages =
      (*treated)->from_percentage || (*control)->from_percentage;
  for (const std::string& how : {(*treated)->how, (*control)->how}) {
    if (!how.empty()) {
      result.effect.how = absl::StrCat(how, "; ", result.effect.how);
    }
  }
  return result;
}

}  // namespace consilium

#include "server/review/absolute_effects.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "server/review/review_plan.h"
#include "server/review/row_effect.h"
#include "server/synthesis/real_math.h"

namespace consilium {
namespace {

std::optional<double> BaselineOf(const v1::ReviewOutcome& plan,
                                 const v1::OutcomeResult& result) {
  if (plan.has_baseline_risk()) return plan.baseline_risk() / 1000;
  std::vector<double> risks;
  for (const v1::StudyResult& study : result.studies()) {
    if (!study.has_reference_events() || study.reference_participants() <= 0) {
      continue;
    }
    risks.push_back(static_cast<double>(study.reference_events()) /
                    study.reference_participants());
  }
  if (risks.empty()) return std::nullopt;
  std::sort(risks.begin(), risks.end());
  const size_t middle = risks.size() / 2;
  return risks.size() % 2 == 1 ? risks[middle]
                               : (risks[middle - 1] + risks[middle]) / 2;
}

// The risk of the group where the reference's is `baseline`. Of a risk
// difference it may lie outside 0 to 1: then the two do not fit.
double RiskUnder(const v1::ReviewOutcome& plan, double baseline,
                 double effect) {
  switch (plan.measure()) {
    case v1::EFFECT_MEASURE_HAZARD_RATIO:
      return 1 - Pow(1 - baseline, effect);
    case v1::EFFECT_MEASURE_RISK_RATIO:
      return std::min(1.0, baseline * effect);
    case v1::EFFECT_MEASURE_ODDS_RATIO:
      return baseline * effect / (1 - baseline + baseline * effect);
    case v1::EFFECT_MEASURE_RISK_DIFFERENCE:
      return baseline + effect / 100;
    default:
      return baseline;
  }
}

}  // namespace

void FillAbsoluteEffects(const v1::ReviewOutcome& plan,
                         v1::OutcomeResult& result) {
  const bool relative = plan.measure() == v1::EFFECT_MEASURE_HAZARD_RATIO ||
                        plan.measure() == v1::EFFECT_MEASURE_RISK_RATIO ||
                        plan.measure() == v1::EFFECT_MEASURE_ODDS_RATIO ||
                        plan.measure() == v1::EFFECT_MEASURE_RISK_DIFFERENCE;
  if (IsSingleGroup(plan) || !relative) return;
  const std::optional<double> baseline = BaselineOf(plan, result);
  if (!baseline.has_value()) return;
  const v1::EffectEstimate& effect = result.pooled().effect();
  const double reference = *baseline * 1000;
  result.set_baseline_per_1000(Rounded(reference));
  v1::EffectEstimate group;
  group.set_value(Rounded(RiskUnder(plan, *baseline, effect.value()) * 1000));
  group.set_low(Rounded(RiskUnder(plan, *baseline, effect.low()) * 1000));
  group.set_high(Rounded(RiskUnder(plan, *baseline, effect.high()) * 1000));
  group.set_level(effect.level());
  v1::EffectEstimate& difference = *result.mutable_difference_per_1000();
  if (plan.measure() == v1::EFFECT_MEASURE_RISK_DIFFERENCE) {
    // It is the difference, whatever the baseline.
    difference.set_value(Rounded(effect.value() * 10));
    difference.set_low(Rounded(effect.low() * 10));
    difference.set_high(Rounded(effect.high() * 10));
  } else {
    difference.set_value(Rounded(group.value() - reference));
    difference.set_low(Rounded(group.low() - reference));
    difference.set_high(Rounded(group.high() - reference));
  }
  difference.set_level(effect.level());
  const auto is_risk = [](double value) { return value >= 0 && value <= 1000; };
  if (is_risk(group.value()) && is_risk(group.low()) && is_risk(group.high())) {
    *result.mutable_group_per_1000() = std::move(group);
  }
}

}  // namespace consilium

#include "server/review/pooled_effect.h"

#include "server/review/review_plan.h"
#include "server/synthesis/derivation_text.h"
#include "server/synthesis/distributions.h"
#include "server/synthesis/proportion.h"
#include "server/synthesis/real_math.h"

namespace consilium {
namespace {

ArmSizes SizesOfPrinted(const Candidate& comparison) {
  const ArmSizes& sizes = comparison.sizes;
  const bool known = sizes.group > 0 && sizes.reference > 0;
  const bool others =
      comparison.row().has_participants() &&
      sizes.group + sizes.reference != comparison.row().participants();
  return known && !others ? sizes : ArmSizes();
}

}  // namespace

ArmSizes SizesCompared(const Candidate& study) {
  if (study.parts.empty()) {
    ArmSizes sizes = SizesOfPrinted(study);
    if (study.sharers > 0) sizes.reference /= study.sharers;
    return sizes;
  }
  ArmSizes sizes = SizesOfPrinted(study.parts.front());
  for (size_t i = 1; i < study.parts.size(); ++i) {
    const ArmSizes part = SizesOfPrinted(study.parts[i]);
    if (part.group <= 0) return ArmSizes();
    sizes.group += part.group;
  }
  return sizes;
}

void FillPooledEffect(const Estimate& estimate, Candidates studies,
                      const v1::ReviewOutcome& plan, v1::PooledEffect& pooled) {
  *pooled.mutable_effect() = NaturalEstimate(estimate, studies, plan);
  pooled.set_estimate(Rounded(estimate.effect));
  pooled.set_standard_error(Rounded(estimate.standard_error));
  // Against no effect, of which a single group has none.
  if (!IsSingleGroup(plan)) {
    if (estimate.statistic.has_value()) {
      pooled.set_statistic(*estimate.statistic);
    }
    if (estimate.p_value.has_value()) pooled.set_p(*estimate.p_value);
  }
  if (estimate.df.has_value()) pooled.set_degrees_of_freedom(*estimate.df);
}

void FillStudies(Candidates studies, v1::PooledEffect& pooled) {
  pooled.set_studies(static_cast<int32_t>(studies.size()));
  double participants = 0;
  for (const Candidate* study : studies) {
    // A comparison that shares its comparator prints that once more.
    double of_study = study->sharers > 0 ? 0 : study->row().participants();
    if (study->effect.group.has_value()) {
      of_study = study->effect.group->participants;
      if (study->effect.reference.has_value()) {
        of_study += study->effect.reference->participants;
      }
    } else if (study->effect.group_participants > 0 &&
               study->effect.reference_participants > 0) {
      of_study = study->effect.group_participants +
                 study->effect.reference_participants;
    } else if (of_study <= 0) {
      const ArmSizes sizes = SizesCompared(*study);
      if (sizes.reference > 0) of_study = sizes.group + sizes.reference;
    }
    if (of_study <= 0) return;
    participants += of_study;
  }
  // Parts of a comparator that was split add up to it.
  pooled.set_participants(static_cast<int32_t>(participants + 0.5));
}

std::optional<double> MeanParticipants(Candidates studies) {
  std::vector<ArmCounts> arms;
  for (const Candidate* study : studies) {
    if (!study->effect.group.has_value()) return std::nullopt;
    arms.push_back(*study->effect.group);
  }
  if (arms.empty()) return std::nullopt;
  return HarmonicMeanParticipants(arms);
}

v1::EffectEstimate NaturalInterval(const v1::ReviewOutcome& plan, double value,
                                   double low, double high,
                                   std::optional<double> participants) {
  v1::EffectEstimate natural;
  natural.set_value(ToNatural(plan, value, participants));
  natural.set_low(ToNatural(plan, low, participants));
  natural.set_high(ToNatural(plan, high, participants));
  natural.set_level(plan.level());
  return natural;
}

v1::EffectEstimate NaturalEstimate(const Estimate& estimate, Candidates studies,
                                   const v1::ReviewOutcome& plan) {
  return NaturalInterval(plan, estimate.effect, estimate.interval.lower,
                         estimate.interval.upper, MeanParticipants(studies));
}

v1::EffectEstimate NaturalEffect(const RowEffect& effect,
                                 const v1::ReviewOutcome& plan) {
  const double estimate = effect.effect.estimate.value_or(0);
  const double reach = NormalQuantile(0.5 + plan.level() / 200) *
                       effect.effect.standard_error.value_or(0);
  std::optional<double> participants;
  if (effect.group.has_value()) participants = effect.group->participants;
  return NaturalInterval(plan, estimate, estimate - reach, estimate + reach,
                         participants);
}

std::string ThreeDigits(double value) {
  return PlainDecimal(RoundToDigits(value, 3));
}

}  // namespace consilium

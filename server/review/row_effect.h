// The effect that one evidence row, or the rows of a study's arms, give for an
// outcome: what contrast_effect.h, group_effect.h and arm_effect.h share.
#ifndef CONSILIUM_SERVER_REVIEW_ROW_EFFECT_H_
#define CONSILIUM_SERVER_REVIEW_ROW_EFFECT_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "consilium/v1/evidence.pb.h"
#include "consilium/v1/review.pb.h"
#include "consilium/v1/review_result.pb.h"
#include "server/synthesis/binary_effect.h"
#include "server/synthesis/effect_size.h"
#include "server/synthesis/rate_ratio.h"
#include "server/synthesis/reported_effect.h"

namespace consilium {

struct RowEffect {
  EffectSize effect;
  v1::DerivationMethod method = v1::DERIVATION_METHOD_UNSPECIFIED;
  // Counts that it was made of, or that stand beside it.
  std::optional<ArmCounts> group;
  std::optional<ArmCounts> reference;
  bool counts_from_percentages = false;
  // Events and person-years that a rate ratio was made of.
  std::optional<ArmRate> group_rate;
  std::optional<ArmRate> reference_rate;
  // Participants of both sides where there are no counts; 0 when not known.
  double group_participants = 0;
  double reference_participants = 0;
  // Why it is not pooled; unspecified when it may be.
  v1::ExclusionReason reason = v1::EXCLUSION_REASON_UNSPECIFIED;
  std::string explanation;

  bool is_usable() const { return reason == v1::EXCLUSION_REASON_UNSPECIFIED; }
};

// The measure on whose scale the plan pools.
EffectMeasure ScaleOf(const v1::ReviewOutcome& plan);

// Whether the plan pools differences or ratios of means.
bool IsOfMeans(const v1::ReviewOutcome& plan);

// Whether a study of that effect tells anything of what `plan` measures: of a
// ratio it does not without any event, or with nothing but events, in its arms.
bool TellsOfEffect(const RowEffect& effect, const v1::ReviewOutcome& plan);

// Why a comparison of these counts, or of these rates, tells nothing of the
// plan's ratio; "" when it does. Mantel and Haenszel's risk ratio counts those
// whom all had it.
std::string WhyNoInformation(const ArmCounts& group, const ArmCounts& reference,
                             const v1::ReviewOutcome& plan);
std::string WhyNoInformation(const ArmRate& group, const ArmRate& reference);

// The value for people of one on the scale of `plan`: the ratio itself, a
// percentage. `participants` serves the Freeman-Tukey scale alone.
double ToNatural(const v1::ReviewOutcome& plan, double value,
                 std::optional<double> participants);

// A number of a result: 12 significant digits.
double Rounded(double value);

// An effect that is not pooled, and why.
RowEffect Exclude(v1::ExclusionReason reason, std::string explanation);
RowEffect ExcludeWithoutValue(const v1::EvidenceRow& row);
RowEffect ExcludeBound(const v1::EvidenceRow& row);

bool IsBound(v1::Comparator comparator);

// Whether the plan lets numbers come about by `method`.
bool Allows(const v1::ReviewOutcome& plan, v1::DerivationMethod method);

// What a status of the effects library says of a row, without the names that
// the library gives its fields.
std::string Sentence(const absl::Status& status);

// What the effects library made of a row, if the plan allows that; a status
// says that the numbers do not fit together.
RowEffect FromLibrary(absl::StatusOr<EffectSize> effect,
                      v1::DerivationMethod method,
                      const v1::ReviewOutcome& plan);

// The numbers of the row times `scale`.
ReportedEffect ReportedOf(const v1::EvidenceRow& row, EffectMeasure measure,
                          double scale);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_REVIEW_ROW_EFFECT_H_

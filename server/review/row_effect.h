// The effect that one evidence row, or the rows of a study's arms, give for an
// outcome.
#ifndef CONSILIUM_SERVER_REVIEW_ROW_EFFECT_H_
#define CONSILIUM_SERVER_REVIEW_ROW_EFFECT_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "consilium/v1/evidence.pb.h"
#include "consilium/v1/review.pb.h"
#include "consilium/v1/review_result.pb.h"
#include "server/synthesis/binary_effect.h"
#include "server/synthesis/effect_size.h"

namespace consilium {

struct RowEffect {
  EffectSize effect;
  v1::DerivationMethod method = v1::DERIVATION_METHOD_UNSPECIFIED;
  // Counts that it was made of, or that stand beside it.
  std::optional<ArmCounts> group;
  std::optional<ArmCounts> reference;
  bool counts_from_percentages = false;
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

// A comparison as printed. `plan` has its defaults.
RowEffect EffectOfContrast(const v1::EvidenceRow& row,
                           const v1::ReviewOutcome& plan);

// A single group.
RowEffect EffectOfGroup(const v1::EvidenceRow& row,
                        const v1::ReviewOutcome& plan);

// Whether the plan pools differences of means.
bool IsOfMeans(const v1::ReviewOutcome& plan);

// A comparison worked out from counts or means of arms; several rows of one
// side are combined into one arm. Neither side is empty.
RowEffect EffectOfArms(absl::Span<const v1::EvidenceRow* const> group,
                       absl::Span<const v1::EvidenceRow* const> reference,
                       const v1::ReviewOutcome& plan);

// Whether a study of that effect tells anything of what `plan` measures: of a
// ratio it does not without any event, or with nothing but events, in its arms.
bool TellsOfEffect(const RowEffect& effect, const v1::ReviewOutcome& plan);

// Events and participants of `row`. Counts that only a percentage tells are
// marked; nullopt when nothing tells them.
struct RowCounts {
  ArmCounts counts;
  bool from_percentage = false;
  std::string how;
};
std::optional<RowCounts> CountsOf(const v1::EvidenceRow& row);

// Pools single groups: the rows of disjoint arms as one group.
RowEffect EffectOfCombinedGroups(absl::Span<const v1::EvidenceRow* const> rows,
                                 const v1::ReviewOutcome& plan);

// The value for people of one on the scale of `plan`: the ratio itself, a
// percentage. `participants` serves the Freeman-Tukey scale alone.
double ToNatural(const v1::ReviewOutcome& plan, double value,
                 std::optional<double> participants);

// A number of a result: 12 significant digits.
double Rounded(double value);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_REVIEW_ROW_EFFECT_H_

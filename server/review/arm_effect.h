// The effect of a comparison that is worked out from numbers of its arms:
// counts, events in person-time, means.
#ifndef CONSILIUM_SERVER_REVIEW_ARM_EFFECT_H_
#define CONSILIUM_SERVER_REVIEW_ARM_EFFECT_H_

#include "absl/types/span.h"
#include "consilium/v1/evidence.pb.h"
#include "consilium/v1/review.pb.h"
#include "server/review/row_effect.h"

namespace consilium {

using ArmRows = absl::Span<const v1::EvidenceRow* const>;

// Whether numbers of single arms give the measure of `plan`.
bool IsOfArms(const v1::ReviewOutcome& plan);

// Several rows of one side are combined into one arm. Neither side is empty.
// `plan` has its defaults.
RowEffect EffectOfArms(ArmRows group, ArmRows reference,
                       const v1::ReviewOutcome& plan);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_REVIEW_ARM_EFFECT_H_

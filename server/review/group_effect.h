// The effect of a single group: a proportion, a rate at a landmark, a mean.
#ifndef CONSILIUM_SERVER_REVIEW_GROUP_EFFECT_H_
#define CONSILIUM_SERVER_REVIEW_GROUP_EFFECT_H_

#include "absl/types/span.h"
#include "consilium/v1/evidence.pb.h"
#include "consilium/v1/review.pb.h"
#include "server/review/row_effect.h"

namespace consilium {

// Of one row. `plan` has its defaults.
RowEffect EffectOfGroup(const v1::EvidenceRow& row,
                        const v1::ReviewOutcome& plan);

// Of the rows of disjoint arms as one group.
RowEffect EffectOfCombinedGroups(absl::Span<const v1::EvidenceRow* const> rows,
                                 const v1::ReviewOutcome& plan);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_REVIEW_GROUP_EFFECT_H_

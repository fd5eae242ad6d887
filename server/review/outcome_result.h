// One outcome of a review: selection, pooling, dispute, certainty, conclusion.
#ifndef CONSILIUM_SERVER_REVIEW_OUTCOME_RESULT_H_
#define CONSILIUM_SERVER_REVIEW_OUTCOME_RESULT_H_

#include <vector>

#include "absl/types/span.h"
#include "consilium/v1/review_result.pb.h"
#include "server/review/review_input.h"
#include "server/review/review_tables.h"

namespace consilium {

// The results of `outcome`, one for each design, among `rows`: those of the
// trials that the review includes, and of those that it may include, whose rows
// are listed as possible.
std::vector<v1::OutcomeResult> ComputeOutcome(
    const ReviewInput& input, const Inclusion& inclusion,
    absl::Span<const v1::EvidenceRow* const> rows,
    const v1::ReviewOutcome& outcome);

// Whether the conclusion stands, from effect and certainty alone.
v1::ConclusionState Conclude(const v1::ReviewOutcome& plan,
                             const v1::EffectEstimate& effect,
                             v1::CertaintyLevel certainty);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_REVIEW_OUTCOME_RESULT_H_

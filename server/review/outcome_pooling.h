// Pools the studies of one outcome as its plan says.
#ifndef CONSILIUM_SERVER_REVIEW_OUTCOME_POOLING_H_
#define CONSILIUM_SERVER_REVIEW_OUTCOME_POOLING_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "consilium/v1/review.pb.h"
#include "consilium/v1/review_result.pb.h"
#include "server/review/pooled_effect.h"
#include "server/synthesis/pooling.h"

namespace consilium {

// Studies and conventions of an inverse-variance pooling.
std::vector<StudyEffect> StudiesOf(Candidates studies);
PoolingOptions OptionsOf(const v1::ReviewOutcome& plan);

// Pools `studies`, at least one. Errors say why nothing comes of it.
absl::StatusOr<Pooling> PoolStudies(Candidates studies,
                                    const v1::ReviewOutcome& plan);

// A part of the studies: pooled, or the reason why not.
v1::PooledPart PoolPart(std::string id, std::string title, Candidates studies,
                        const v1::ReviewOutcome& plan);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_REVIEW_OUTCOME_POOLING_H_

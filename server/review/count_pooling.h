// Pools counts themselves, not effects of single studies: Mantel and Haenszel's
// method, Peto's, and mixed models.
#ifndef CONSILIUM_SERVER_REVIEW_COUNT_POOLING_H_
#define CONSILIUM_SERVER_REVIEW_COUNT_POOLING_H_

#include "absl/status/statusor.h"
#include "consilium/v1/review.pb.h"
#include "server/review/pooled_effect.h"

namespace consilium {

// Of at least one study, by the plan's pooling, which is none of inverse
// variance. Errors say why nothing comes of it, and what would.
absl::StatusOr<Pooling> PoolCounts(Candidates studies,
                                   const v1::ReviewOutcome& plan);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_REVIEW_COUNT_POOLING_H_

// The regressions that a plan asks for: on each moderator alone, and on several
// at once.
#ifndef CONSILIUM_SERVER_REVIEW_REGRESSIONS_H_
#define CONSILIUM_SERVER_REVIEW_REGRESSIONS_H_

#include "consilium/v1/review.pb.h"
#include "consilium/v1/review_result.pb.h"
#include "server/review/pooled_effect.h"

namespace consilium {

// Adds them to `result`, or why one cannot be fitted: methods that pool no
// effects, a study without a value, moderators without variety or that follow
// from each other, too few studies.
void AddRegressions(Candidates studies, const v1::ReviewOutcome& plan,
                    v1::OutcomeResult& result);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_REVIEW_REGRESSIONS_H_

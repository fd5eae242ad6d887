// Pools the studies of one outcome as its plan says, and again under all that
// the plan or good practice asks for beside.
#ifndef CONSILIUM_SERVER_REVIEW_OUTCOME_POOLING_H_
#define CONSILIUM_SERVER_REVIEW_OUTCOME_POOLING_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "consilium/v1/review.pb.h"
#include "consilium/v1/review_result.pb.h"
#include "server/review/study_selection.h"

namespace consilium {

using Candidates = absl::Span<const Candidate* const>;

struct Pooling {
  v1::PooledEffect pooled;
  std::vector<double> weights_percent;  // Empty where the method has none.
};

// Studies and conventions of an inverse-variance pooling.
std::vector<StudyEffect> StudiesOf(Candidates studies);
PoolingOptions OptionsOf(const v1::ReviewOutcome& plan);

// Pools `studies`, at least one. Errors say why nothing comes of it.
absl::StatusOr<Pooling> PoolStudies(Candidates studies,
                                    const v1::ReviewOutcome& plan);

// A part of the studies: pooled, or the reason why not.
v1::PooledPart PoolPart(std::string id, std::string title, Candidates studies,
                        const v1::ReviewOutcome& plan);

// One study's effect on the natural scale, with an interval at the plan's
// level.
v1::EffectEstimate NaturalEffect(const RowEffect& effect,
                                 const v1::ReviewOutcome& plan);

// Fills what the plan asks for beside the main result: subgroups, regressions,
// sensitivity analyses, leave-one-out, cumulative, influence, small studies.
void AddFurtherAnalyses(Candidates studies, const v1::ReviewOutcome& plan,
                        v1::OutcomeResult& result);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_REVIEW_OUTCOME_POOLING_H_

// Pools the studies of one outcome as its plan says.
#ifndef CONSILIUM_SERVER_REVIEW_OUTCOME_POOLING_H_
#define CONSILIUM_SERVER_REVIEW_OUTCOME_POOLING_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "consilium/v1/review.pb.h"
#include "consilium/v1/review_result.pb.h"
#include "server/review/study_selection.h"
#include "server/synthesis/pooling.h"

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

// An estimate that `studies` gave, on the natural scale.
v1::EffectEstimate NaturalEstimate(const Estimate& estimate, Candidates studies,
                                   const v1::ReviewOutcome& plan);

// One study's effect on the natural scale, with an interval at the plan's
// level.
v1::EffectEstimate NaturalEffect(const RowEffect& effect,
                                 const v1::ReviewOutcome& plan);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_REVIEW_OUTCOME_POOLING_H_

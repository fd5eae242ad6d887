// A pooled effect as results tell it: what every method of pooling fills.
#ifndef CONSILIUM_SERVER_REVIEW_POOLED_EFFECT_H_
#define CONSILIUM_SERVER_REVIEW_POOLED_EFFECT_H_

#include <optional>
#include <string>
#include <vector>

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

// The sizes of the arms that a printed comparison is of, or those of all that
// were combined, or with its part of a comparator that was split; 0 where they
// are not known, or where it counts others.
ArmSizes SizesCompared(const Candidate& study);

// Studies and their participants, where every one or its arms tell them.
void FillStudies(Candidates studies, v1::PooledEffect& pooled);

// The effect on both scales, with its test.
void FillPooledEffect(const Estimate& estimate, Candidates studies,
                      const v1::ReviewOutcome& plan, v1::PooledEffect& pooled);

// Participants for which a pooled Freeman-Tukey value is meant.
std::optional<double> MeanParticipants(Candidates studies);

// An effect with its interval on the natural scale; `participants` serves the
// Freeman-Tukey scale alone.
v1::EffectEstimate NaturalInterval(const v1::ReviewOutcome& plan, double value,
                                   double low, double high,
                                   std::optional<double> participants);

// An estimate that `studies` gave, on the natural scale.
v1::EffectEstimate NaturalEstimate(const Estimate& estimate, Candidates studies,
                                   const v1::ReviewOutcome& plan);

// The effect of a single study on the natural scale, with an interval at the
// plan's level.
v1::EffectEstimate NaturalEffect(const RowEffect& effect,
                                 const v1::ReviewOutcome& plan);

// "0.0123".
std::string ThreeDigits(double value);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_REVIEW_POOLED_EFFECT_H_

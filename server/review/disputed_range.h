// Pooled effects over the values in dispute.
#ifndef CONSILIUM_SERVER_REVIEW_DISPUTED_RANGE_H_
#define CONSILIUM_SERVER_REVIEW_DISPUTED_RANGE_H_

#include <cstddef>
#include <vector>

#include "absl/types/span.h"
#include "consilium/v1/review.pb.h"
#include "consilium/v1/review_result.pb.h"
#include "server/review/review_input.h"
#include "server/review/study_selection.h"

namespace consilium {

// What a study would contribute under each combination of its rows' values,
// those that count among them first.
struct StudyReadings {
  std::vector<RowEffect> effects;  // At least one.
  size_t refused = 0;              // Readings that could not be pooled.
};

StudyReadings ReadingsOfStudy(const Candidate& study, const ReviewInput& input,
                              const v1::ReviewOutcome& plan);

// Pools `studies` under every combination of their readings, or where these are
// too many, under each study's readings in turn; adds the lowest and the
// highest pooled effect to `result`, when anything is in dispute.
void AddDisputedRange(absl::Span<const Candidate> studies,
                      absl::Span<const StudyReadings> readings,
                      const v1::ReviewOutcome& plan, v1::OutcomeResult& result);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_REVIEW_DISPUTED_RANGE_H_

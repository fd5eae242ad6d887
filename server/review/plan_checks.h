// What keeps the plan of a protocol from being carried out.
#ifndef CONSILIUM_SERVER_REVIEW_PLAN_CHECKS_H_
#define CONSILIUM_SERVER_REVIEW_PLAN_CHECKS_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "consilium/v1/review.pb.h"
#include "proto/base/errors.h"

namespace consilium {

// How much of a protocol is there to be checked.
enum class PlanExtent {
  kWhole,
  // What is not stated stands elsewhere, and may fit or not.
  kPart,
  // As kWhole, of a plan that was entered before, perhaps in parts: words that
  // no vocabulary knows and choices without use are no fault of it, though a
  // new one is refused for them.
  kEntered,
};

// All that keeps an outcome's plan from being carried out, by field, after
// `prefix`: "outcomes[pfs].filter". Empty when nothing does.
std::vector<FieldViolation> CheckOutcomePlan(const v1::ReviewOutcome& outcome,
                                             absl::string_view prefix,
                                             PlanExtent extent);

// The same of a protocol; outcomes and sections are told by their places in it:
// "outcomes[0].filter".
std::vector<FieldViolation> CheckReviewPlan(const v1::Review& review,
                                            absl::string_view prefix,
                                            PlanExtent extent);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_REVIEW_PLAN_CHECKS_H_

// The plan of a protocol: its defaults, and whether it can be carried out.
#ifndef CONSILIUM_SERVER_REVIEW_REVIEW_PLAN_H_
#define CONSILIUM_SERVER_REVIEW_REVIEW_PLAN_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "consilium/v1/evidence.pb.h"
#include "consilium/v1/review.pb.h"
#include "proto/base/errors.h"
#include "proto/base/row_field.h"
#include "server/query/filter.h"

namespace consilium {

// A filter over evidence rows.
absl::StatusOr<Filter> ParseRowFilter(absl::string_view text);

// Whether it is an outcome of single groups.
bool IsSingleGroup(const v1::ReviewOutcome& plan);

// The interval method of a plan that names none.
v1::IntervalMethod UsualInterval(v1::PoolingModel model);

// `outcome` of `review` with every default written out. README.md lists them.
v1::ReviewOutcome ResolvePlan(const v1::Review& review,
                              const v1::ReviewOutcome& outcome);

// How much of a protocol is there to be checked.
enum class PlanExtent {
  kWhole,
  // What is not stated stands elsewhere, and may fit or not.
  kPart,
};

// What keeps an outcome's plan from being carried out, by field, after
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

#endif  // CONSILIUM_SERVER_REVIEW_REVIEW_PLAN_H_

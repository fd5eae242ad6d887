// The plan of a protocol, with its defaults. plan_checks.h tells whether it can
// be carried out.
#ifndef CONSILIUM_SERVER_REVIEW_REVIEW_PLAN_H_
#define CONSILIUM_SERVER_REVIEW_REVIEW_PLAN_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "consilium/v1/evidence.pb.h"
#include "consilium/v1/review.pb.h"
#include "proto/base/row_field.h"
#include "server/query/filter.h"

namespace consilium {

// A filter over evidence rows.
absl::StatusOr<Filter> ParseRowFilter(absl::string_view text);

// The outcomes of `review` as results and pages have them: by position, then
// by id.
std::vector<const v1::ReviewOutcome*> OutcomesInOrder(const v1::Review& review);

// Whether it is an outcome of single groups.
bool IsSingleGroup(const v1::ReviewOutcome& plan);

// The interval method of a plan that names none.
v1::IntervalMethod UsualInterval(v1::PoolingModel model);

// `outcome` of `review` with every default written out. README.md lists them.
v1::ReviewOutcome ResolvePlan(const v1::Review& review,
                              const v1::ReviewOutcome& outcome);

// `plan`, which has its defaults, as it is carried out: choices that the method
// of pooling has no use for are absent, those that it makes itself are written
// out, and so is what is added to counts of 0.
v1::ReviewOutcome CarriedOutPlan(const v1::ReviewOutcome& plan);

// What `stated` chooses and `carried` does not do, each in words.
std::vector<std::string> UnusedChoices(const v1::ReviewOutcome& stated,
                                       const v1::ReviewOutcome& carried);

// `plan`, which has its defaults, with what `analysis` has in place of them.
v1::ReviewOutcome PlanOfSensitivity(const v1::ReviewOutcome& plan,
                                    const v1::SensitivityAnalysis& analysis);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_REVIEW_REVIEW_PLAN_H_

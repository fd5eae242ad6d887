// What a review's protocol must keep to beyond the rules of its fields.
#ifndef CONSILIUM_SERVER_RPC_REVIEW_RULES_H_
#define CONSILIUM_SERVER_RPC_REVIEW_RULES_H_

#include <google/protobuf/message.h>

#include <vector>

#include "absl/strings/string_view.h"
#include "proto/base/errors.h"
#include "server/review/plan_checks.h"

namespace consilium {

// Reports what keeps the plan that `stated` states from being carried out: a
// filter that is none, a field that rows have not, a method that does not fit
// the measure. Paths start with `prefix`. Does nothing for other kinds.
void CheckPlan(const google::protobuf::Message& stated, PlanExtent extent,
               absl::string_view prefix,
               std::vector<FieldViolation>& violations);

// Reports what keeps the plan that `stated` states from being carried out
// beside what `current`, the record as it is, says: a covariate of which
// neither has a value. Paths start with `prefix`. Does nothing for other kinds.
void CheckPlanBeside(const google::protobuf::Message& stated,
                     const google::protobuf::Message& current,
                     absl::string_view prefix,
                     std::vector<FieldViolation>& violations);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_RPC_REVIEW_RULES_H_

#include "server/rpc/review_rules.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "consilium/v1/review.pb.h"
#include "server/review/covariate_checks.h"

namespace consilium {

void CheckPlan(const google::protobuf::Message& stated, PlanExtent extent,
               absl::string_view prefix,
               std::vector<FieldViolation>& violations) {
  if (stated.GetDescriptor() != v1::Review::descriptor()) return;
  const auto& review = static_cast<const v1::Review&>(stated);
  for (FieldViolation& violation : CheckReviewPlan(
           review, prefix.empty() ? "" : absl::StrCat(prefix, "."), extent)) {
    violations.push_back(std::move(violation));
  }
}

void CheckPlanBeside(const google::protobuf::Message& stated,
                     const google::protobuf::Message& current,
                     absl::string_view prefix,
                     std::vector<FieldViolation>& violations) {
  if (stated.GetDescriptor() != v1::Review::descriptor()) return;
  for (FieldViolation& violation :
       CheckCovariates(static_cast<const v1::Review&>(stated),
                       static_cast<const v1::Review&>(current),
                       prefix.empty() ? "" : absl::StrCat(prefix, "."))) {
    violations.push_back(std::move(violation));
  }
}

}  // namespace consilium

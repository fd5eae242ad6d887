#include "server/review/errors.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "proto/base/errors.h"

namespace consilium {

absl::Status ReviewInConflict(absl::string_view review,
                              const std::vector<std::string>& paths) {
  return MakeError(
      absl::StatusCode::kFailedPrecondition, kReviewInConflict,
      absl::StrCat("the protocol ", review, " is in conflict at ",
                   absl::StrJoin(paths, ", "),
                   "; settle that first, or run a version before it arose"),
      {{"review", review}, {"paths", absl::StrJoin(paths, ",")}});
}

absl::Status OutcomeNotFound(absl::string_view outcome,
                             const std::vector<std::string>& ids) {
  return MakeError(
      absl::StatusCode::kNotFound, kOutcomeNotFound,
      absl::StrCat("the protocol has no outcome \"", outcome, "\"; it has ",
                   ids.empty() ? "none" : absl::StrJoin(ids, ", ")),
      {{"outcome", outcome}});
}

}  // namespace consilium

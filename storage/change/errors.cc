#include "storage/change/errors.h"

#include "absl/strings/str_cat.h"
#include "proto/base/errors.h"

namespace consilium {

absl::Status ChangeDamaged(absl::string_view change, absl::string_view fault) {
  return MakeError(
      absl::StatusCode::kDataLoss, "CHANGE_DAMAGED",
      absl::StrCat("change ", change.empty() ? "of unknown origin" : change,
                   " is damaged: ", fault),
      {{"change", change}});
}

absl::Status FormatVersionUnsupported(int32_t version) {
  const std::string text = absl::StrCat(version);
  return MakeError(absl::StatusCode::kFailedPrecondition,
                   "FORMAT_VERSION_UNSUPPORTED",
                   absl::StrCat("a change has format version ", text,
                                ", which this release does not read"),
                   {{"format_version", text}});
}

absl::Status ChangeInadmissible(const Dot& dot, absl::string_view rule) {
  const std::string change = dot.ToString();
  return MakeError(absl::StatusCode::kInvalidArgument, "CHANGE_INADMISSIBLE",
                   absl::StrCat("change ", change, " is inadmissible: ", rule),
                   {{"change", change}});
}

absl::Status ChangeOverLimit(const Dot& dot, absl::string_view limit,
                             size_t maximum, size_t actual) {
  const std::string change = dot.ToString();
  const std::string maximum_text = absl::StrCat(maximum);
  return MakeError(
      absl::StatusCode::kInvalidArgument, "CHANGE_INADMISSIBLE",
      absl::StrCat("change ", change, " is inadmissible: ", limit, " is ",
                   actual, ", and at most ", maximum_text, " is allowed"),
      {{"change", change}, {"limit", limit}, {"maximum", maximum_text}});
}

absl::Status ReplicaNotCertified(const ReplicaId& replica,
                                 absl::string_view fault) {
  const std::string id = replica.ToHex();
  return MakeError(absl::StatusCode::kInvalidArgument, "REPLICA_NOT_CERTIFIED",
                   absl::StrCat("replica ", id, " is not certified: ", fault),
                   {{"replica", id}});
}

absl::Status KeyInvalid(absl::string_view fault) {
  return MakeError(absl::StatusCode::kInvalidArgument, "KEY_INVALID", fault);
}

absl::Status FrontierInvalid(absl::string_view fault) {
  return MakeError(absl::StatusCode::kInvalidArgument, "FRONTIER_INVALID",
                   absl::StrCat("not a frontier: ", fault));
}

absl::Status BatchDamaged(absl::string_view fault) {
  return MakeError(absl::StatusCode::kDataLoss, "BATCH_DAMAGED",
                   absl::StrCat("a batch of changes is damaged: ", fault));
}

absl::Status BatchOverLimit(absl::string_view limit, size_t maximum,
                            size_t actual) {
  const std::string maximum_text = absl::StrCat(maximum);
  return MakeError(
      absl::StatusCode::kInvalidArgument, "BATCH_OVER_LIMIT",
      absl::StrCat("a batch of changes is too large: ", limit, " is ", actual,
                   ", and at most ", maximum_text, " is allowed"),
      {{"limit", limit}, {"maximum", maximum_text}});
}

}  // namespace consilium

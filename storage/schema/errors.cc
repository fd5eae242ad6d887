#include "storage/schema/errors.h"

#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "proto/base/errors.h"

namespace consilium {

absl::Status DamagedRow(absl::string_view key) {
  const std::string shown = absl::CHexEscape(key);
  return MakeError(absl::StatusCode::kDataLoss, "ROW_DAMAGED",
                   absl::StrCat("the row \"", shown,
                                "\" is damaged; restore a backup, or join the "
                                "registry again from a peer"),
                   {{"key", shown}});
}

absl::Status MissingRow(absl::string_view key) {
  const std::string shown = absl::CHexEscape(key);
  return MakeError(absl::StatusCode::kDataLoss, "ROW_MISSING",
                   absl::StrCat("the row \"", shown,
                                "\" is missing; restore a backup, or join the "
                                "registry again from a peer"),
                   {{"key", shown}});
}

absl::Status NewerRowFormat(int32_t found, int32_t supported) {
  return MakeError(
      absl::StatusCode::kFailedPrecondition, "ROW_FORMAT_NEWER",
      absl::StrCat("the data has row format ", found,
                   ", this release reads up to ", supported,
                   "; run the release that wrote it, or a newer one"),
      {{"found", absl::StrCat(found)}, {"supported", absl::StrCat(supported)}});
}

}  // namespace consilium

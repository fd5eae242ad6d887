#include "storage/registry/content_check.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"
#include "storage/digest/lt_hash.h"
#include "storage/registry/row_codec.h"
#include "storage/registry/statement_check.h"

namespace consilium {
namespace {

absl::Status RecordHashMismatch(absl::string_view record) {
  return MakeError(absl::StatusCode::kDataLoss, "RECORD_HASH_MISMATCH",
                   absl::StrCat("the hash that is kept with the record \"",
                                record, "\" is not that of its values"),
                   {{"record", record}});
}

absl::Status ValuesDiffer(absl::string_view registry,
                          const std::vector<StatementDifference>& differences) {
  constexpr size_t kNamedMax = 3;
  std::string message = absl::StrCat("what is kept of registry ", registry,
                                     " is not what its changes state: ");
  for (size_t i = 0; i < std::min(differences.size(), kNamedMax); ++i) {
    absl::StrAppend(&message, i == 0 ? "" : "; ", differences[i].ToString());
  }
  if (differences.size() > kNamedMax) {
    absl::StrAppend(&message, "; and ",
                    differences.size() == kDifferencesMax ? "at least " : "",
                    differences.size() - kNamedMax, " more");
  }
  const StatementDifference& first = differences.front();
  return MakeError(absl::StatusCode::kDataLoss, "VALUES_DIFFER", message,
                   {{"record", first.record},
                    {"path", first.path},
                    {"change", first.change.ToString()}});
}

absl::Status DigestMismatch(absl::string_view registry) {
  return MakeError(absl::StatusCode::kDataLoss, "DIGEST_MISMATCH",
                   absl::StrCat("the content digest that is kept for registry ",
                                registry, " is not that of its records"),
                   {{"registry", registry}});
}

}  // namespace

absl::StatusOr<int64_t> CheckContent(const RegistryView& view,
                                     CheckAlive check_alive) {
  LtHash content;
  int64_t records = 0;
  absl::Status status;
  RETURN_IF_ERROR(view.ListAll([&](RecordView record) {
    const std::string element = ElementOf(record.name, record.state);
    if (element != record.element) status = RecordHashMismatch(record.name);
    content.Add(element);
    if (++records % kContentCheckInterval == 0 && status.ok()) {
      status = check_alive();
    }
    return status.ok();
  }));
  RETURN_IF_ERROR(status);
  ASSIGN_OR_RETURN(const LtHash kept, view.ContentDigest(check_alive));
  if (!(content == kept)) return DigestMismatch(view.head().name);
  // The digest covers commitments; the changes tell to what.
  ASSIGN_OR_RETURN(const std::vector<StatementDifference> differences,
                   FindDifferences(view, check_alive));
  if (!differences.empty()) {
    return ValuesDiffer(view.head().name, differences);
  }
  return records;
}

}  // namespace consilium

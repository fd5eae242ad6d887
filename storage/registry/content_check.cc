#include "storage/registry/content_check.h"

#include "absl/strings/str_cat.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"
#include "storage/digest/lt_hash.h"
#include "storage/registry/row_codec.h"

namespace consilium {
namespace {

absl::Status RecordHashMismatch(absl::string_view record) {
  return MakeError(absl::StatusCode::kDataLoss, "RECORD_HASH_MISMATCH",
                   absl::StrCat("the hash that is kept with the record \"",
                                record, "\" is not that of its values"),
                   {{"record", record}});
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
  return records;
}

}  // namespace consilium

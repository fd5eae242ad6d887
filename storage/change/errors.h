// The failures of changes, frontiers and batches.
#ifndef CONSILIUM_STORAGE_CHANGE_ERRORS_H_
#define CONSILIUM_STORAGE_CHANGE_ERRORS_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "proto/base/dot.h"

namespace consilium {

// DATA_LOSS, reason CHANGE_DAMAGED: bytes that are not what their author
// sealed. `change` is empty when it cannot be told.
absl::Status ChangeDamaged(absl::string_view change, absl::string_view fault);

// FAILED_PRECONDITION, reason FORMAT_VERSION_UNSUPPORTED.
absl::Status FormatVersionUnsupported(int32_t version);

// INVALID_ARGUMENT, reason CHANGE_INADMISSIBLE: what the author wrote breaks a
// rule.
absl::Status ChangeInadmissible(const Dot& dot, absl::string_view rule);

// INVALID_ARGUMENT, reason CHANGE_INADMISSIBLE, with the metadata `limit` and
// `maximum`.
absl::Status ChangeOverLimit(const Dot& dot, absl::string_view limit,
                             size_t maximum, size_t actual);

// INVALID_ARGUMENT, reason REPLICA_NOT_CERTIFIED.
absl::Status ReplicaNotCertified(const ReplicaId& replica,
                                 absl::string_view fault);

// INVALID_ARGUMENT, reason KEY_INVALID.
absl::Status KeyInvalid(absl::string_view fault);

// INVALID_ARGUMENT, reason FRONTIER_INVALID.
absl::Status FrontierInvalid(absl::string_view fault);

// DATA_LOSS, reason BATCH_DAMAGED.
absl::Status BatchDamaged(absl::string_view fault);

// INVALID_ARGUMENT, reason BATCH_OVER_LIMIT, with the metadata `limit` and
// `maximum`.
absl::Status BatchOverLimit(absl::string_view limit, size_t maximum,
                            size_t actual);

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_CHANGE_ERRORS_H_

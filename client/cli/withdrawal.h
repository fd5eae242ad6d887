// Takes back what one institution entered and the others did not: an element, a
// field, or a whole record.
#ifndef CONSILIUM_CLIENT_CLI_WITHDRAWAL_H_
#define CONSILIUM_CLIENT_CLI_WITHDRAWAL_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/cli/server_session.h"
#include "proto/base/resource_name.h"

namespace consilium {

enum class Presence {
  kThere,      // It can be withdrawn.
  kWithdrawn,  // It was, for the same reason.
};

// Whether the value at `path` of the record, or the record when `path` is
// empty, is there.
//   FAILED_PRECONDITION  it is in conflict, or gone for another reason.
//   NOT_FOUND            nothing was ever entered there.
absl::StatusOr<Presence> FindWithdrawable(ServerSession& session,
                                          const FullRecordName& name,
                                          absl::string_view path,
                                          absl::string_view reason);

// Withdraws it: an update, or a retraction, with `reason`.
absl::Status Withdraw(ServerSession& session, const FullRecordName& name,
                      absl::string_view path, absl::string_view reason);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_WITHDRAWAL_H_

// What every method that writes does alike.
#ifndef CONSILIUM_SERVER_RPC_WRITE_REQUEST_H_
#define CONSILIUM_SERVER_RPC_WRITE_REQUEST_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "consilium/v1/version.pb.h"
#include "server/rpc/method_table.h"
#include "server/rpc/worker_pool.h"
#include "storage/registry/change_request.h"
#include "storage/registry/registry_store.h"
#include "storage/registry/registry_view.h"

namespace consilium {

// A change request without records, from the fields that every writing request
// has.
//   INVALID_ARGUMENT  names each of them that is wrong.
absl::StatusOr<ChangeRequest> MakeChangeRequest(
    const CallInfo& call, const v1::ChangeContext& context,
    absl::string_view request_id, bool validate_only);

// Fills the response once the change is durable, on a worker.
using AnswerCommit = std::function<absl::Status(const CommitOutcome&)>;

// Commits `request`. Afterwards calls `answer` and hands its status, or that
// of the commit, to `done`.
void CommitThen(RegistryStore& store, WorkerPool& workers,
                ChangeRequest request, AnswerCommit answer, Done done);

// The registry as the commit left it: the same for a repeated request as for
// the first.
absl::StatusOr<std::unique_ptr<RegistryView>> OpenViewAfter(
    const RegistryStore& store, const CommitOutcome& outcome);

// What history says about a change.
v1::ChangeInfo MakeChangeInfo(const ChangeSummary& change);
v1::Dot MakeDot(const Dot& dot);

// The change that `dot` names.
//   INVALID_ARGUMENT  it names none; names `field`.
absl::StatusOr<Dot> ReadDot(const v1::Dot& dot, absl::string_view field);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_RPC_WRITE_REQUEST_H_

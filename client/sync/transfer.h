// One direction of a sync: pipes what one end gives into the other.
#ifndef CONSILIUM_CLIENT_SYNC_TRANSFER_H_
#define CONSILIUM_CLIENT_SYNC_TRANSFER_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/api/cancellation.h"
#include "client/sync/sync_endpoint.h"

namespace consilium {

// How far a transfer has come.
struct TransferProgress {
  int64_t changes = 0;        // Answered as durable or held already.
  int64_t changes_total = 0;  // About; 0 until known.
  int64_t batches = 0;
  int64_t bytes = 0;  // Of payloads, as they travel.
};

// Where the batches come from: a pull, or a file.
class BatchSource {
 public:
  virtual ~BatchSource() = default;

  // For messages.
  virtual const std::string& name() const = 0;

  // The next batch; nullopt after the last.
  virtual absl::StatusOr<std::optional<v1::PullChangesResponse>> Next() = 0;
};

struct TransferOptions {
  RegistryIdentity identity;
  // The receiver is asked for its digest there once all is applied.
  stored::v1::Frontier sender_frontier;
  // Nothing moved for so long: given up.
  absl::Duration stall_timeout;
  // Called after every answer. May be empty.
  std::function<void(const TransferProgress&)> on_progress;
  Cancellation* cancellation = nullptr;  // May be null.
};

struct TransferResult {
  TransferProgress progress;
  int64_t applied_changes = 0;
  std::vector<v1::SetAside> set_aside;
  // The receiver's digest at TransferOptions.sender_frontier, 32 bytes; empty
  // when it could not tell.
  std::string digest_at_sender;
};

// Opens the source; the cancellation also fires when the transfer stalls.
using OpenBatchSource =
    std::function<absl::StatusOr<std::unique_ptr<BatchSource>>(Cancellation*)>;

// Sends every batch of the source to `receiver`, with at most
// kBatchesInFlightMax of them unanswered, and adds what was answered to
// `result`. That stays applied also when an error follows.
//   DEADLINE_EXCEEDED  it stalled.
//   INTERNAL           the receiver breaks the protocol.
//   anything else      as the two ends say, with their addresses.
absl::Status TransferChanges(const std::string& source_name,
                             const OpenBatchSource& open,
                             SyncEndpoint& receiver,
                             const TransferOptions& options,
                             TransferResult& result);

// The source that pulls from `sender` what a holder of `held` lacks.
OpenBatchSource PullFrom(SyncEndpoint& sender, const RegistryIdentity& identity,
                         const stored::v1::Frontier& held);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_SYNC_TRANSFER_H_

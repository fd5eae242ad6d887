// Brings two replicas of one registry to the same changes, and proves it.
//
// A sync reads both frontiers, pipes what each lacks out of the other, both
// ways at once, and compares digests. It keeps nothing between runs: cut at
// any byte, the next run goes on. PROTOCOL.md tells what travels.
#ifndef CONSILIUM_CLIENT_SYNC_SYNC_CLIENT_H_
#define CONSILIUM_CLIENT_SYNC_SYNC_CLIENT_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/api/backoff.h"
#include "client/api/cancellation.h"
#include "client/sync/limits.h"
#include "client/sync/sync_endpoint.h"
#include "client/sync/transfer.h"

namespace consilium {

// As the first endpoint sees it.
enum class SyncDirection { kBoth, kSend, kReceive };

struct SyncProgress {
  TransferProgress sent;
  TransferProgress received;
};

struct SyncOptions {
  SyncDirection direction = SyncDirection::kBoth;
  // Reads the frontiers and counts; moves nothing.
  bool dry_run = false;
  // Called after each batch, from one thread at a time. May be empty.
  std::function<void(const SyncProgress&)> on_progress;
  // Called when an attempt has failed that is made once more. May be empty.
  std::function<void(const absl::Status&)> on_retry;
  Cancellation* cancellation = nullptr;  // May be null.
  absl::Duration stall_timeout = kStallTimeout;
  // Attempts while an end is unavailable, the first included.
  int attempts_max = kSyncAttemptsMax;
  absl::Duration retry_delay_min = kSyncRetryDelayMin;
  absl::Duration retry_delay_max = kSyncRetryDelayMax;
};

// A group that one end did not apply.
struct SyncSetAside {
  std::string address;  // Of the end that set it aside.
  v1::SetAside group;
};

struct SyncResult {
  // Changes that the second end applied, and that the first did; in a dry run
  // those that they lack.
  int64_t sent = 0;
  int64_t received = 0;
  // Batches, as they travelled.
  int64_t bytes_sent = 0;
  int64_t bytes_received = 0;
  std::vector<SyncSetAside> set_aside;
  absl::Duration duration;
  // What the frontiers of both ends were when the sync began.
  stored::v1::Frontier first_frontier;
  stored::v1::Frontier second_frontier;
  // Where the digests were compared, and what both said: 32 bytes. Empty in a
  // dry run.
  stored::v1::Frontier compared_frontier;
  std::string digest;
};

// Thread-compatible.
class SyncClient {
 public:
  // Both must outlive the client.
  SyncClient(SyncEndpoint& first, SyncEndpoint& second)
      : first_(first), second_(second) {}

  // Returns once the digests were found equal at a frontier that both hold:
  // the join of both frontiers where both directions were asked for and
  // nothing was set aside.
  //   FAILED_PRECONDITION  different registries, format versions, or one and
  //                        the same replica; names both.
  //   DATA_LOSS            a fork; a digest that differs or that an end cannot
  //                        tell; a damaged batch or chain.
  //   CANCELLED            by SyncOptions.cancellation.
  //   DEADLINE_EXCEEDED    SYNC_STALLED: nothing moved for the stall timeout;
  //                        or an end took too long to answer.
  //   UNAVAILABLE          an end could not be reached, also when tried again.
  // An end that had answered before, and then did not, is SYNC_BROKEN_OFF.
  absl::StatusOr<SyncResult> Sync(const SyncOptions& options);

 private:
  struct Ends;

  absl::StatusOr<Ends> ReadFrontiers(const SyncOptions& options);
  absl::Status RunOnce(const SyncOptions& options, const Ends& ends,
                       SyncResult& result);
  absl::Status Move(const SyncOptions& options, const Ends& ends,
                    SyncResult& result);
  absl::Status Compare(const SyncOptions& options,
                       const stored::v1::Frontier& wanted, SyncResult& result);
  absl::Status CheckDigests(const std::string& at_first,
                            const std::string& at_second) const;

  SyncEndpoint& first_;
  SyncEndpoint& second_;
};

// Lower-case hexadecimal.
std::string DigestToHex(const std::string& digest);

// Checks that two ends can exchange changes, given what they said of
// themselves.
absl::Status CheckSameRegistry(const std::string& first_address,
                               const v1::GetFrontierResponse& first,
                               const std::string& second_address,
                               const v1::GetFrontierResponse& second);

// Whether trying again later may help.
bool IsTransient(const absl::Status& status);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_SYNC_SYNC_CLIENT_H_

#include "client/sync/sync_client.h"

#include <optional>
#include <thread>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/sync/errors.h"
#include "client/sync/frontiers.h"
#include "proto/base/errors.h"
#include "proto/base/mutex.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

// Collects what two directions report into one progress, one call at a time.
class ProgressReporter {
 public:
  explicit ProgressReporter(const std::function<void(const SyncProgress&)>& to)
      : to_(to) {}

  std::function<void(const TransferProgress&)> For(
      TransferProgress SyncProgress::*direction) {
    if (!to_) return nullptr;
    return [this, direction](const TransferProgress& progress) {
      // Held across the callback: it is promised to run alone.
      MutexLock lock(mutex_);
      progress_.*direction = progress;
      to_(progress_);
    };
  }

 private:
  const std::function<void(const SyncProgress&)>& to_;
  Mutex mutex_;
  SyncProgress progress_ ABSL_GUARDED_BY(mutex_);
};

// Adds a direction's result to the whole. An earlier attempt may have moved
// some already.
void Add(const TransferResult& transfer, const std::string& receiver,
         int64_t& changes, int64_t& bytes, SyncResult& result) {
  changes += transfer.applied_changes;
  bytes += transfer.progress.bytes;
  for (const v1::SetAside& group : transfer.set_aside) {
    result.set_aside.push_back({receiver, group});
  }
}

absl::StatusOr<v1::GetFrontierResponse> AskFrontier(
    SyncEndpoint& end, const stored::v1::Frontier* digest_at,
    const SyncOptions& options) {
  auto response = end.GetFrontier(digest_at, options.cancellation);
  if (!response.ok()) return AtAddress(response.status(), end.address());
  return response;
}

}  // namespace

// What both ends said when a run began.
struct SyncClient::Ends {
  v1::GetFrontierResponse first;
  v1::GetFrontierResponse second;

  RegistryIdentity identity() const {
    return {first.registry_id(), first.format_version()};
  }
};

std::string DigestToHex(const std::string& digest) {
  return absl::BytesToHexString(digest);
}

absl::Status CheckSameRegistry(const std::string& first_address,
                               const v1::GetFrontierResponse& first,
                               const std::string& second_address,
                               const v1::GetFrontierResponse& second) {
  if (first.registry_id() != second.registry_id()) {
    return RegistryMismatch({first_address, first.registry_id()},
                            {second_address, second.registry_id()});
  }
  if (first.format_version() != second.format_version()) {
    return FormatVersionMismatch(
        {first_address, absl::StrCat(first.format_version())},
        {second_address, absl::StrCat(second.format_version())});
  }
  if (first.replica() == second.replica()) {
    return SameReplica(first_address, second_address, first.replica());
  }
  if (const auto fork = FindFork(first.frontier(), second.frontier())) {
    return ForkFound(fork->replica, fork->sequence,
                     {first_address, fork->a_hash},
                     {second_address, fork->b_hash});
  }
  return absl::OkStatus();
}

bool IsTransient(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnknown:
      return true;
    default:
      return false;
  }
}

absl::StatusOr<SyncResult> SyncClient::Sync(const SyncOptions& options) {
  const absl::Time start = absl::Now();
  Backoff backoff(options.retry_delay_min, options.retry_delay_max);
  const Cancellation never;
  const Cancellation& cancellation =
      options.cancellation == nullptr ? never : *options.cancellation;
  SyncResult result;
  for (int attempt = 1;; ++attempt) {
    const auto ends = ReadFrontiers(options);
    // An end that was never there is not waited for.
    if (!ends.ok() && attempt == 1) return ends.status();
    const absl::Status ended =
        ends.ok() ? RunOnce(options, *ends, result) : ends.status();
    if (ended.ok()) break;
    // Both ends answered when it began.
    const absl::Status status =
        SyncBrokenOff(ended, result.sent + result.received);
    if (!absl::IsUnavailable(status) || attempt >= options.attempts_max) {
      return status;
    }
    if (options.on_retry) options.on_retry(status);
    if (cancellation.WaitFor(backoff.Next())) return status;
  }
  result.duration = absl::Now() - start;
  return result;
}

absl::StatusOr<SyncClient::Ends> SyncClient::ReadFrontiers(
    const SyncOptions& options) {
  Ends ends;
  ASSIGN_OR_RETURN(ends.first, AskFrontier(first_, nullptr, options));
  ASSIGN_OR_RETURN(ends.second, AskFrontier(second_, nullptr, options));
  RETURN_IF_ERROR(CheckSameRegistry(first_.address(), ends.first,
                                    second_.address(), ends.second));
  return ends;
}

absl::Status SyncClient::RunOnce(const SyncOptions& options, const Ends& ends,
                                 SyncResult& result) {
  result.first_frontier = ends.first.frontier();
  result.second_frontier = ends.second.frontier();
  result.set_aside.clear();
  if (options.dry_run) {
    if (options.direction != SyncDirection::kReceive) {
      result.sent = CountMissing(ends.second.frontier(), ends.first.frontier());
    }
    if (options.direction != SyncDirection::kSend) {
      result.received =
          CountMissing(ends.first.frontier(), ends.second.frontier());
    }
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(Move(options, ends, result));
  switch (options.direction) {
    case SyncDirection::kBoth:
      return Compare(options,
                     JoinOf(ends.first.frontier(), ends.second.frontier()),
                     result);
    case SyncDirection::kSend:
      return Compare(options, ends.first.frontier(), result);
    case SyncDirection::kReceive:
      return Compare(options, ends.second.frontier(), result);
  }
  return absl::OkStatus();
}

absl::Status SyncClient::Move(const SyncOptions& options, const Ends& ends,
                              SyncResult& result) {
  ProgressReporter reporter(options.on_progress);
  TransferResult sent;
  TransferResult received;
  const auto move = [&](SyncEndpoint& from, const v1::GetFrontierResponse& has,
                        SyncEndpoint& to, const v1::GetFrontierResponse& lacks,
                        TransferProgress SyncProgress::*direction,
                        TransferResult& moved) -> absl::Status {
    if (IsWithin(has.frontier(), lacks.frontier())) return absl::OkStatus();
    return TransferChanges(
        from.address(), PullFrom(from, ends.identity(), lacks.frontier()), to,
        {ends.identity(), has.frontier(), options.stall_timeout,
         reporter.For(direction), options.cancellation},
        moved);
  };
  absl::Status sending;
  absl::Status receiving;
  std::thread receiver;
  if (options.direction != SyncDirection::kSend) {
    receiver = std::thread([&] {
      receiving = move(second_, ends.second, first_, ends.first,
                       &SyncProgress::received, received);
    });
  }
  if (options.direction != SyncDirection::kReceive) {
    sending = move(first_, ends.first, second_, ends.second,
                   &SyncProgress::sent, sent);
  }
  if (receiver.joinable()) receiver.join();
  Add(sent, second_.address(), result.sent, result.bytes_sent, result);
  Add(received, first_.address(), result.received, result.bytes_received,
      result);
  RETURN_IF_ERROR(sending);
  RETURN_IF_ERROR(receiving);
  // Each end at the frontier of the other: empty where nothing moved, or where
  // something was set aside.
  if (!sent.digest_at_sender.empty()) {
    RETURN_IF_ERROR(CheckDigests(ends.first.digest(), sent.digest_at_sender));
  }
  if (!received.digest_at_sender.empty()) {
    RETURN_IF_ERROR(
        CheckDigests(received.digest_at_sender, ends.second.digest()));
  }
  return absl::OkStatus();
}

absl::Status SyncClient::Compare(const SyncOptions& options,
                                 const stored::v1::Frontier& wanted,
                                 SyncResult& result) {
  ASSIGN_OR_RETURN(auto first, AskFrontier(first_, &wanted, options));
  ASSIGN_OR_RETURN(auto second, AskFrontier(second_, &wanted, options));
  result.compared_frontier = wanted;
  if (!result.set_aside.empty()) {
    // An end lacks what it set aside: all that both do hold is compared.
    const auto common = MeetOf(first.frontier(), second.frontier());
    ASSIGN_OR_RETURN(first, AskFrontier(first_, &common, options));
    ASSIGN_OR_RETURN(second, AskFrontier(second_, &common, options));
    result.compared_frontier = common;
  }
  RETURN_IF_ERROR(CheckDigests(first.digest_at(), second.digest_at()));
  result.digest = first.digest_at();
  return absl::OkStatus();
}

absl::Status SyncClient::CheckDigests(const std::string& at_first,
                                      const std::string& at_second) const {
  if (!at_first.empty() && at_first == at_second) return absl::OkStatus();
  return DigestMismatch({first_.address(), at_first},
                        {second_.address(), at_second});
}

}  // namespace consilium

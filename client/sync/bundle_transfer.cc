// Making a bundle from a server, and applying one to a server.

#include <google/protobuf/util/time_util.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "client/sync/bundle.h"
#include "client/sync/errors.h"
#include "client/sync/frontiers.h"
#include "client/sync/stall_guard.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

// The batches of a bundle that was verified before.
class BundleSource final : public BatchSource {
 public:
  BundleSource(std::string file_name, int64_t change_count,
               std::unique_ptr<BundleReader> reader)
      : file_name_(std::move(file_name)),
        change_count_(change_count),
        reader_(std::move(reader)) {}

  const std::string& name() const override { return file_name_; }

  absl::StatusOr<std::optional<v1::PullChangesResponse>> Next() override {
    ASSIGN_OR_RETURN(auto batch, reader_->Next());
    if (!batch.has_value()) return std::optional<v1::PullChangesResponse>();
    v1::PullChangesResponse response;
    *response.mutable_batch() = *std::move(batch);
    response.set_remaining_count(change_count_ -
                                 reader_->summary().change_count);
    return std::optional<v1::PullChangesResponse>(std::move(response));
  }

 private:
  const std::string file_name_;
  const int64_t change_count_;
  const std::unique_ptr<BundleReader> reader_;
};

stored::v1::BundleHeader MakeHeader(const v1::GetFrontierResponse& source,
                                    const stored::v1::Frontier& since,
                                    Clock& clock) {
  stored::v1::BundleHeader header;
  header.set_registry_id(source.registry_id());
  header.set_format_version(source.format_version());
  *header.mutable_since() = since;
  *header.mutable_until() = source.frontier();
  header.set_digest(source.digest());
  header.set_institution(source.institution());
  *header.mutable_create_time() =
      google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(
          absl::ToUnixMicros(clock.Now()));
  return header;
}

// Whether `target` can take the bundle.
absl::Status CheckFits(const stored::v1::BundleHeader& header,
                       const std::string& file_name,
                       const v1::GetFrontierResponse& target,
                       const std::string& address) {
  if (header.registry_id() != target.registry_id()) {
    return RegistryMismatch({file_name, header.registry_id()},
                            {address, target.registry_id()});
  }
  if (header.format_version() != target.format_version()) {
    return FormatVersionMismatch(
        {file_name, absl::StrCat(header.format_version())},
        {address, absl::StrCat(target.format_version())});
  }
  for (const auto* held : {&header.since(), &header.until()}) {
    if (const auto fork = FindFork(*held, target.frontier())) {
      return ForkFound(fork->replica, fork->sequence, {file_name, fork->a_hash},
                       {address, fork->b_hash});
    }
  }
  if (const auto gap = FindGap(target.frontier(), header.since())) {
    return BundleStartsLater(gap->replica, gap->held, gap->wanted, address);
  }
  return absl::OkStatus();
}

absl::Status WriteBatches(PullStream& pull, StallGuard& guard,
                          const BundleOptions& options, BundleWriter& writer) {
  TransferProgress progress;
  while (true) {
    ASSIGN_OR_RETURN(auto next, pull.Next());
    guard.Touch();
    if (!next.has_value()) return absl::OkStatus();
    RETURN_IF_ERROR(writer.Add(next->batch()));
    ++progress.batches;
    progress.changes += next->batch().change_count();
    progress.changes_total = progress.changes + next->remaining_count();
    progress.bytes += static_cast<int64_t>(next->batch().payload().size());
    if (options.on_progress) options.on_progress(progress);
  }
}

}  // namespace

absl::StatusOr<BundleSummary> CreateBundle(SyncEndpoint& source,
                                           const stored::v1::Frontier& since,
                                           Clock& clock, std::ostream& out,
                                           const BundleOptions& options) {
  ASSIGN_OR_RETURN(const auto frontier,
                   source.GetFrontier(nullptr, options.cancellation));
  BundleWriter writer(out);
  RETURN_IF_ERROR(writer.Begin(MakeHeader(frontier, since, clock)));
  Cancellation cancellation;
  const Cancellation::Callback on_cancel(options.cancellation,
                                         [&] { cancellation.Cancel(); });
  StallGuard guard(options.stall_timeout, cancellation);
  const RegistryIdentity identity{frontier.registry_id(),
                                  frontier.format_version()};
  ASSIGN_OR_RETURN(const auto pull,
                   source.Pull(identity, since, &cancellation));
  const absl::Status status = WriteBatches(*pull, guard, options, writer);
  if (guard.stalled()) {
    return SyncStalled(source.address(), "the bundle", options.stall_timeout);
  }
  RETURN_IF_ERROR(BundleBrokenOff(AtAddress(status, source.address())));
  return writer.Finish();
}

absl::StatusOr<BundleApplied> ApplyBundle(std::istream& in,
                                          const std::string& file_name,
                                          SyncEndpoint& target,
                                          const BundleOptions& options) {
  BundleApplied applied;
  ASSIGN_OR_RETURN(applied.bundle, VerifyBundle(in));
  const stored::v1::BundleHeader& header = applied.bundle.header;
  ASSIGN_OR_RETURN(const auto frontier,
                   target.GetFrontier(nullptr, options.cancellation));
  RETURN_IF_ERROR(CheckFits(header, file_name, frontier, target.address()));
  const OpenBatchSource open =
      [&](Cancellation*) -> absl::StatusOr<std::unique_ptr<BatchSource>> {
    in.clear();
    in.seekg(0);
    ASSIGN_OR_RETURN(auto reader, BundleReader::Open(in));
    return std::make_unique<BundleSource>(
        file_name, applied.bundle.change_count, std::move(reader));
  };
  TransferResult result;
  const absl::Status moved =
      TransferChanges(file_name, open, target,
                      {{header.registry_id(), header.format_version()},
                       header.until(),
                       options.stall_timeout,
                       options.on_progress,
                       options.cancellation},
                      result);
  RETURN_IF_ERROR(SyncBrokenOff(moved, result.applied_changes));
  applied.applied_changes = result.applied_changes;
  applied.set_aside = std::move(result.set_aside);
  applied.digest = result.digest_at_sender;
  const bool comparable = applied.set_aside.empty();
  if (comparable && applied.digest != header.digest()) {
    return DigestMismatch({file_name, header.digest()},
                          {target.address(), applied.digest});
  }
  return applied;
}

}  // namespace consilium

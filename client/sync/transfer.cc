#include "client/sync/transfer.h"

#include <memory>
#include <optional>
#include <utility>

#include "client/sync/errors.h"
#include "client/sync/limits.h"
#include "client/sync/stall_guard.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

// The batches that a server sends.
class PullSource final : public BatchSource {
 public:
  PullSource(SyncEndpoint& sender, std::unique_ptr<PullStream> stream)
      : sender_(sender), stream_(std::move(stream)) {}

  const std::string& name() const override { return sender_.address(); }
  absl::StatusOr<std::optional<v1::PullChangesResponse>> Next() override {
    return stream_->Next();
  }

 private:
  SyncEndpoint& sender_;
  const std::unique_ptr<PullStream> stream_;
};

// The state of one transfer.
class Transfer {
 public:
  Transfer(BatchSource& source, PushStream& push, const std::string& receiver,
           StallGuard& guard, const TransferOptions& options,
           TransferResult& result)
      : source_(source),
        push_(push),
        receiver_(receiver),
        guard_(guard),
        options_(options),
        result_(result) {}

  absl::Status Run() {
    while (true) {
      auto next = source_.Next();
      if (!next.ok()) return AtAddress(next.status(), source_.name());
      guard_.Touch();
      if (!next->has_value()) break;
      RETURN_IF_ERROR(SendBatch(**std::move(next)));
    }
    while (unanswered_ > 0) RETURN_IF_ERROR(Receive());
    return AskForDigest();
  }

 private:
  absl::Status SendBatch(v1::PullChangesResponse pulled) {
    if (!pulled.has_batch()) {
      return SyncProtocolBroken(source_.name(), "sent a message without batch");
    }
    if (unanswered_ == kBatchesInFlightMax) RETURN_IF_ERROR(Receive());
    v1::PushChangesRequest request;
    *request.mutable_batch() = std::move(*pulled.mutable_batch());
    sent_changes_ += request.batch().change_count();
    result_.progress.changes_total = sent_changes_ + pulled.remaining_count();
    result_.progress.bytes +=
        static_cast<int64_t>(request.batch().payload().size());
    ++result_.progress.batches;
    if (!push_.Send(request)) return WhyBroken();
    guard_.Touch();
    ++unanswered_;
    return absl::OkStatus();
  }

  absl::StatusOr<v1::PushChangesResponse> NextAnswer() {
    auto answer = push_.Next();
    if (!answer.ok()) return AtAddress(answer.status(), receiver_);
    guard_.Touch();
    if (!answer->has_value()) {
      return SyncProtocolBroken(receiver_, "ended before its last answer");
    }
    return **std::move(answer);
  }

  absl::Status Receive() {
    ASSIGN_OR_RETURN(const v1::PushChangesResponse answer, NextAnswer());
    --unanswered_;
    result_.applied_changes += answer.applied_count();
    result_.progress.changes += answer.applied_count() + answer.skipped_count();
    for (const v1::SetAside& set_aside : answer.set_aside()) {
      result_.set_aside.push_back(set_aside);
    }
    if (options_.on_progress) options_.on_progress(result_.progress);
    return absl::OkStatus();
  }

  absl::Status AskForDigest() {
    v1::PushChangesRequest last;
    *last.mutable_sender_frontier() = options_.sender_frontier;
    if (!push_.Send(last)) return WhyBroken();
    push_.DoneSending();
    ASSIGN_OR_RETURN(const v1::PushChangesResponse answer, NextAnswer());
    result_.digest_at_sender = answer.digest_at_sender();
    auto end = push_.Next();
    if (!end.ok()) return AtAddress(end.status(), receiver_);
    if (end->has_value()) {
      return SyncProtocolBroken(receiver_, "answered more than was sent");
    }
    return absl::OkStatus();
  }

  // The status of a push that takes no more: behind answers to come.
  absl::Status WhyBroken() {
    while (true) {
      auto answer = push_.Next();
      if (!answer.ok()) return AtAddress(answer.status(), receiver_);
      if (!answer->has_value()) {
        return SyncProtocolBroken(receiver_, "ended before all was sent");
      }
    }
  }

  BatchSource& source_;
  PushStream& push_;
  const std::string& receiver_;
  StallGuard& guard_;
  const TransferOptions& options_;
  int unanswered_ = 0;
  int64_t sent_changes_ = 0;
  TransferResult& result_;
};

}  // namespace

OpenBatchSource PullFrom(SyncEndpoint& sender, const RegistryIdentity& identity,
                         const stored::v1::Frontier& held) {
  return [&sender, identity, held](Cancellation* cancellation)
             -> absl::StatusOr<std::unique_ptr<BatchSource>> {
    ASSIGN_OR_RETURN(auto stream, sender.Pull(identity, held, cancellation));
    return std::make_unique<PullSource>(sender, std::move(stream));
  };
}

absl::Status TransferChanges(const std::string& source_name,
                             const OpenBatchSource& open,
                             SyncEndpoint& receiver,
                             const TransferOptions& options,
                             TransferResult& result) {
  Cancellation cancellation;
  const Cancellation::Callback on_cancel(options.cancellation,
                                         [&] { cancellation.Cancel(); });
  StallGuard guard(options.stall_timeout, cancellation);
  const auto run = [&]() -> absl::Status {
    ASSIGN_OR_RETURN(const auto source, open(&cancellation));
    ASSIGN_OR_RETURN(const auto push,
                     receiver.Push(options.identity, &cancellation));
    return Transfer(*source, *push, receiver.address(), guard, options, result)
        .Run();
  };
  absl::Status status = run();
  if (!status.ok() && guard.stalled()) {
    return SyncStalled(source_name, receiver.address(), options.stall_timeout);
  }
  return status;
}

}  // namespace consilium

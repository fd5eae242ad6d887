#include "tests/support/lossy_endpoint.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "proto/base/status_macros.h"

namespace consilium {

class LossyEndpoint::LossyPull final : public PullStream {
 public:
  LossyPull(LossyEndpoint& line, std::unique_ptr<PullStream> stream)
      : line_(line), stream_(std::move(stream)) {}

  absl::StatusOr<std::optional<v1::PullChangesResponse>> Next() override {
    if (line_.Happens(line_.faults_.cut)) return line_.Cut();
    if (again_.has_value()) {
      auto again = std::move(again_);
      again_.reset();
      return again;
    }
    ASSIGN_OR_RETURN(auto next, stream_->Next());
    if (!next.has_value()) return next;
    if (line_.Happens(line_.faults_.repeat)) again_ = next;
    line_.MayDamage(*next->mutable_batch());
    return next;
  }

 private:
  LossyEndpoint& line_;
  const std::unique_ptr<PullStream> stream_;
  std::optional<v1::PullChangesResponse> again_;
};

class LossyEndpoint::LossyPush final : public PushStream {
 public:
  LossyPush(LossyEndpoint& line, std::unique_ptr<PushStream> stream)
      : line_(line), stream_(std::move(stream)) {}

  bool Send(const v1::PushChangesRequest& request) override {
    if (cut_ || line_.Happens(line_.faults_.cut)) {
      cut_ = true;
      return false;
    }
    v1::PushChangesRequest sent = request;
    if (sent.has_batch()) line_.MayDamage(*sent.mutable_batch());
    return stream_->Send(sent);
  }

  void DoneSending() override { stream_->DoneSending(); }

  absl::StatusOr<std::optional<v1::PushChangesResponse>> Next() override {
    if (cut_) return line_.Cut();
    // What the receiver did stays done, also when its answer is lost.
    auto next = stream_->Next();
    if (!next.ok() || !line_.Happens(line_.faults_.cut)) return next;
    cut_ = true;
    return line_.Cut();
  }

 private:
  LossyEndpoint& line_;
  const std::unique_ptr<PushStream> stream_;
  bool cut_ = false;
};

bool LossyEndpoint::Happens(double chance) {
  MutexLock lock(mutex_);
  return std::uniform_real_distribution<double>(0, 1)(random_) < chance;
}

void LossyEndpoint::MayDamage(v1::ChangeBatch& batch) {
  if (!Happens(faults_.damage) || batch.payload().empty()) return;
  MutexLock lock(mutex_);
  std::string& payload = *batch.mutable_payload();
  const size_t at = random_() % payload.size();
  if (random_() % 2 == 0) {
    payload[at] = static_cast<char>(payload[at] ^ (1 << (random_() % 8)));
  } else {
    payload.resize(at);
  }
}

absl::Status LossyEndpoint::Cut() const {
  return absl::UnavailableError(absl::StrCat(address(), ": the line was cut"));
}

absl::StatusOr<std::unique_ptr<PullStream>> LossyEndpoint::Pull(
    const RegistryIdentity& identity, const stored::v1::Frontier& frontier,
    Cancellation* cancellation) {
  ASSIGN_OR_RETURN(auto stream,
                   endpoint_.Pull(identity, frontier, cancellation));
  return std::make_unique<LossyPull>(*this, std::move(stream));
}

absl::StatusOr<std::unique_ptr<PushStream>> LossyEndpoint::Push(
    const RegistryIdentity& identity, Cancellation* cancellation) {
  ASSIGN_OR_RETURN(auto stream, endpoint_.Push(identity, cancellation));
  return std::make_unique<LossyPush>(*this, std::move(stream));
}

}  // namespace consilium

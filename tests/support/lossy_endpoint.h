// A line to an endpoint that loses, repeats and damages what travels on it,
// the same for the same seed.
#ifndef CONSILIUM_TESTS_SUPPORT_LOSSY_ENDPOINT_H_
#define CONSILIUM_TESTS_SUPPORT_LOSSY_ENDPOINT_H_

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <utility>

#include "client/sync/sync_endpoint.h"
#include "proto/base/mutex.h"

namespace consilium {

// Chances per message, from 0 to 1.
struct LineFaults {
  double cut = 0;
  double repeat = 0;  // Of a batch.
  double damage = 0;  // Of a batch: a flipped bit, or its end missing.
};

// Thread-safe.
class LossyEndpoint final : public SyncEndpoint {
 public:
  // `endpoint` must outlive it.
  LossyEndpoint(SyncEndpoint& endpoint, uint64_t seed, LineFaults faults)
      : endpoint_(endpoint), faults_(faults), random_(seed) {}

  const std::string& address() const override { return endpoint_.address(); }
  absl::StatusOr<v1::GetFrontierResponse> GetFrontier(
      const stored::v1::Frontier* digest_at,
      Cancellation* cancellation) override {
    if (Happens(faults_.cut)) return Cut();
    return endpoint_.GetFrontier(digest_at, cancellation);
  }
  absl::StatusOr<std::unique_ptr<PullStream>> Pull(
      const RegistryIdentity& identity, const stored::v1::Frontier& frontier,
      Cancellation* cancellation) override;
  absl::StatusOr<std::unique_ptr<PushStream>> Push(
      const RegistryIdentity& identity, Cancellation* cancellation) override;
  absl::StatusOr<std::unique_ptr<WatchStream>> Watch(
      Cancellation* cancellation) override {
    return endpoint_.Watch(cancellation);
  }

 private:
  class LossyPull;
  class LossyPush;

  bool Happens(double chance) ABSL_LOCKS_EXCLUDED(mutex_);
  void MayDamage(v1::ChangeBatch& batch) ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status Cut() const;

  SyncEndpoint& endpoint_;
  const LineFaults faults_;
  Mutex mutex_;
  std::mt19937_64 random_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace consilium

#endif  // CONSILIUM_TESTS_SUPPORT_LOSSY_ENDPOINT_H_

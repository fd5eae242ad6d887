// The sync endpoint of a registry in this process: what a server does between
// gRPC and its store, without gRPC.
#ifndef CONSILIUM_TESTS_SUPPORT_STORE_ENDPOINT_H_
#define CONSILIUM_TESTS_SUPPORT_STORE_ENDPOINT_H_

#include <memory>
#include <string>
#include <utility>

#include "client/sync/sync_endpoint.h"
#include "storage/registry/registry_store.h"

namespace consilium {

// Thread-safe.
class StoreEndpoint final : public SyncEndpoint {
 public:
  // `store` is looked at in each call, so that it may be closed and opened
  // again between calls; while it is null there is no such registry.
  // `groups_per_batch` makes batches smaller than their limits do.
  StoreEndpoint(std::string address,
                const std::unique_ptr<RegistryStore>& store,
                int groups_per_batch = 1'000'000)
      : address_(std::move(address)),
        store_(store),
        groups_per_batch_(groups_per_batch) {}

  const std::string& address() const override { return address_; }
  absl::StatusOr<v1::GetFrontierResponse> GetFrontier(
      const stored::v1::Frontier* digest_at,
      Cancellation* cancellation) override;
  absl::StatusOr<std::unique_ptr<PullStream>> Pull(
      const RegistryIdentity& identity, const stored::v1::Frontier& frontier,
      Cancellation* cancellation) override;
  absl::StatusOr<std::unique_ptr<PushStream>> Push(
      const RegistryIdentity& identity, Cancellation* cancellation) override;
  absl::StatusOr<std::unique_ptr<WatchStream>> Watch(
      Cancellation* cancellation) override;

 private:
  absl::StatusOr<RegistryStore*> Store(const RegistryIdentity* identity);

  const std::string address_;
  const std::unique_ptr<RegistryStore>& store_;
  const int groups_per_batch_;
};

}  // namespace consilium

#endif  // CONSILIUM_TESTS_SUPPORT_STORE_ENDPOINT_H_

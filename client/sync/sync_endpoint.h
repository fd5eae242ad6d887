// One server's replica of a registry, as a sync sees it: the four calls of
// SyncService. GrpcSyncEndpoint reaches a server; tests have their own.
// PROTOCOL.md tells what travels.
#ifndef CONSILIUM_CLIENT_SYNC_SYNC_ENDPOINT_H_
#define CONSILIUM_CLIENT_SYNC_SYNC_ENDPOINT_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/api/cancellation.h"
#include "consilium/v1/sync_service.pb.h"

namespace consilium {

// What two ends must agree on before they exchange changes.
struct RegistryIdentity {
  std::string registry_id;  // 32 bytes; empty: nothing is held yet.
  int32_t format_version = 0;
};

// Messages from a server. One thread. Destroying it ends the call.
template <typename Response>
class InboundStream {
 public:
  virtual ~InboundStream() = default;

  // Waits for the next message; nullopt when the server is done.
  virtual absl::StatusOr<std::optional<Response>> Next() = 0;
};

using PullStream = InboundStream<v1::PullChangesResponse>;
using WatchStream = InboundStream<v1::WatchFrontierResponse>;

// Batches to a server, and its answers. Destroying it ends the call.
class PushStream : public InboundStream<v1::PushChangesResponse> {
 public:
  // Sends one message. False when the stream is broken: then Next tells why.
  virtual bool Send(const v1::PushChangesRequest& request) = 0;

  // Says that nothing more will be sent.
  virtual void DoneSending() = 0;
};

// Thread-safe. A `cancellation` may be null, and must outlive the call and the
// stream it gave. Errors are the server's, or UNAVAILABLE.
class SyncEndpoint {
 public:
  virtual ~SyncEndpoint() = default;

  // HOST:PORT, for messages.
  virtual const std::string& address() const = 0;

  // With `digest_at`, asks for the digest there too.
  virtual absl::StatusOr<v1::GetFrontierResponse> GetFrontier(
      const stored::v1::Frontier* digest_at, Cancellation* cancellation) = 0;

  // What a holder of `frontier` lacks.
  virtual absl::StatusOr<std::unique_ptr<PullStream>> Pull(
      const RegistryIdentity& identity, const stored::v1::Frontier& frontier,
      Cancellation* cancellation) = 0;

  // Opens a push; the opening message is sent.
  virtual absl::StatusOr<std::unique_ptr<PushStream>> Push(
      const RegistryIdentity& identity, Cancellation* cancellation) = 0;

  virtual absl::StatusOr<std::unique_ptr<WatchStream>> Watch(
      Cancellation* cancellation) = 0;
};

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_SYNC_SYNC_ENDPOINT_H_

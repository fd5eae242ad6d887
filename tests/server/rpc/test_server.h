// A whole server in this process, over a store in memory, and calls to it
// through real stubs.
#ifndef CONSILIUM_TESTS_SERVER_RPC_TEST_SERVER_H_
#define CONSILIUM_TESTS_SERVER_RPC_TEST_SERVER_H_

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <map>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "proto/base/clock.h"
#include "proto/base/grpc_status.h"
#include "proto/base/mutex.h"
#include "server/query/record_terms.h"
#include "server/rpc/call_log.h"
#include "server/rpc/registry_rules.h"
#include "server/rpc/rpc_server.h"
#include "storage/change/signing_key.h"
#include "storage/kv/memory_store.h"
#include "storage/registry/registry_catalog.h"

namespace consilium {

inline constexpr absl::Duration kTestDeadline = absl::Seconds(20);

// Keys of replicas, in memory. Thread-safe.
class MemoryKeyStore final : public ReplicaKeyStore {
 public:
  absl::StatusOr<SigningKey> Create() override;
  absl::StatusOr<SigningKey> Find(const ReplicaId& replica) const override;

 private:
  mutable Mutex mutex_;
  std::map<ReplicaId, std::string> secrets_ ABSL_GUARDED_BY(mutex_);
};

// Runs until it is destroyed. Stops the program when it cannot start.
class TestServer {
 public:
  explicit TestServer(absl::string_view institution,
                      RpcServerOptions options = {});
  ~TestServer();

  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }
  RpcServer& rpc() { return *rpc_; }
  RegistryCatalog& catalog() { return *catalog_; }
  std::string address() const { return rpc_->address().ToString(); }

  // Founds registries/`id`.
  void Found(absl::string_view id);
  // Joins registries/`id` of `founder`, and enrols this institution.
  void Join(absl::string_view id, TestServer& founder);

 private:
  MemoryStore kv_;
  MemoryKeyStore keys_;
  SystemClock clock_;
  RegistryRules rules_;
  RecordTerms indexer_;
  SigningKey institution_key_;
  std::unique_ptr<EventLog> events_;
  std::unique_ptr<RegistryCatalog> catalog_;
  std::unique_ptr<RpcServer> rpc_;
  std::shared_ptr<grpc::Channel> channel_;
};

// Calls a unary method with a deadline.
//   Call(*stub, &TrialService::Stub::GetTrial, request)
template <typename Stub, typename Request, typename Response>
absl::StatusOr<Response> Call(Stub& stub,
                              grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                           const Request&,
                                                           Response*),
                              const Request& request,
                              absl::Duration deadline = kTestDeadline) {
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + deadline));
  Response response;
  const grpc::Status status = (stub.*method)(&context, request, &response);
  if (!status.ok()) return FromGrpcStatus(status);
  return response;
}

// An error in one line: "INVALID_ARGUMENT INVALID_FIELD trial.phases[0]", the
// fields at fault joined by commas; "OK".
std::string Summary(const absl::Status& status);
template <typename T>
std::string Summary(const absl::StatusOr<T>& value) {
  return Summary(value.status());
}

// Moves everything that `to` lacks from `from`, by PullChanges and PushChanges,
// and expects equal digests at the sender's frontier.
absl::Status SyncOneWay(TestServer& from, TestServer& to,
                        absl::string_view registry);

}  // namespace consilium

#endif  // CONSILIUM_TESTS_SERVER_RPC_TEST_SERVER_H_

// A consiliumd of its own with one registry, for measuring.
#ifndef CONSILIUM_TESTS_BENCH_BENCH_SERVER_H_
#define CONSILIUM_TESTS_BENCH_BENCH_SERVER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "client/api/connection.h"
#include "client/sync/grpc_sync_endpoint.h"
#include "client/sync/join.h"
#include "consilium/v1/change_service.pb.h"
#include "tests/bench/figures.h"
#include "tests/support/server_process.h"

namespace consilium {

inline constexpr char kBenchRegistry[] = "registries/bench";

// Statements of one change, when records are loaded.
inline constexpr size_t kStatementsPerLoad = 500;

// Stops the program with a message when `status` is not OK.
void Require(const absl::Status& status);
template <typename T>
T Require(absl::StatusOr<T> result) {
  Require(result.status());
  return *std::move(result);
}

// One thread.
class BenchServer {
 public:
  // In a folder of its own, of that institution. The registry is not there
  // yet.
  BenchServer(const BenchOptions& options, const std::string& institution);

  const std::string& address() const { return process_->address(); }
  pid_t process_id() const { return process_->id(); }
  const std::string& directory() const { return directory_; }
  Connection& connection() { return *connection_; }
  GrpcSyncEndpoint& endpoint() { return *endpoint_; }

  // Stops the server and starts it again, with `options` for the program.
  // Seconds until it serves.
  double Restart(const std::vector<std::string>& options = {});

  // Seconds of processor time that the server used since it started.
  double ProcessorSeconds() const;

  // Bytes of memory that the server holds, and of its directory.
  int64_t MemoryBytes() const;
  int64_t DiskBytes() const;

  // Founds the registry.
  void Found();

  // Makes it a replica of the registry of `source`, with all that is there.
  JoinResult Join(SyncEndpoint& source);
  JoinResult Join(BenchServer& source) { return Join(source.endpoint()); }

  // Applies `records` in changes of kStatementsPerLoad.
  void Apply(const std::vector<v1::RecordStatement>& records);

 private:
  void Connect();

  const std::string consiliumd_;
  const std::string directory_;
  std::unique_ptr<ServerProcess> process_;
  std::shared_ptr<Connection> connection_;
  std::unique_ptr<GrpcSyncEndpoint> endpoint_;
};

// A folder below the bench's own that is not there yet.
std::string NewFolder(const BenchOptions& options, const std::string& name);

}  // namespace consilium

#endif  // CONSILIUM_TESTS_BENCH_BENCH_SERVER_H_

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "consilium/v1/trial_service.pb.h"
#include "tests/bench/bench_server.h"
#include "tests/bench/generator.h"
#include "tests/bench/load.h"
#include "tests/bench/scenes.h"

namespace consilium {
namespace {

constexpr int kInFlight[] = {1, 8, 64};
constexpr char kGet[] = "/consilium.v1.TrialService/GetTrial";
constexpr char kUpdate[] = "/consilium.v1.TrialService/UpdateTrial";

// A trial for each call in flight, so that no update waits for another.
std::vector<std::string> LoadTrials(BenchServer& server) {
  std::vector<v1::RecordStatement> records = GenerateRecords(
      kBenchRegistry, 1, 6 * static_cast<size_t>(*std::rbegin(kInFlight)));
  server.Apply(records);
  std::vector<std::string> names;
  for (const v1::RecordStatement& record : records) {
    if (record.has_trial()) names.push_back(NameOf(record));
  }
  return names;
}

// The calls with one in flight take long enough with fewer.
int64_t CallsOf(const BenchOptions& options, int in_flight) {
  return in_flight == 1 ? options.calls / 5 : options.calls;
}

Load GetLoad(const BenchOptions& options, const std::vector<std::string>& names,
             int in_flight) {
  return {
      kGet,
      [&names](int slot, int64_t n) {
        v1::GetTrialRequest request;
        request.set_name(names[static_cast<size_t>(slot + n) % names.size()]);
        return request.SerializeAsString();
      },
      in_flight, CallsOf(options, in_flight)};
}

Load UpdateLoad(const BenchOptions& options,
                const std::vector<std::string>& names, int in_flight,
                int round) {
  return {kUpdate,
          [&names, in_flight, round](int slot, int64_t n) {
            v1::UpdateTrialRequest request;
            request.mutable_trial()->set_name(names[static_cast<size_t>(slot)]);
            request.mutable_trial()->set_title(
                absl::StrCat("Radiotherapy with targeted therapy, version ",
                             round, ".", in_flight, ".", n));
            request.mutable_trial()->set_etag("*");
            request.mutable_update_mask()->add_paths("title");
            return request.SerializeAsString();
          },
          in_flight, CallsOf(options, in_flight)};
}

// Starts the bare server, which answers as `server` does.
std::unique_ptr<ServerProcess> StartBareServer(const BenchOptions& options,
                                               BenchServer& server,
                                               const std::string& name) {
  v1::GetTrialRequest request;
  request.set_name(name);
  const auto trial = Require(CallFor<v1::Trial>(
      server.connection(), "consilium.v1.TrialService.GetTrial", request));
  const std::string folder = NewFolder(options, "bare");
  std::filesystem::create_directory(folder);
  std::ofstream(absl::StrCat(folder, "/response"), std::ios::binary)
      << trial.SerializeAsString();
  return std::make_unique<ServerProcess>(options.bench, folder);
}

}  // namespace

void MeasureCalls(const BenchOptions& options) {
  BenchServer server(options, "north");
  server.Found();
  const std::vector<std::string> names = LoadTrials(server);
  const auto bare = StartBareServer(options, server, names.front());
  for (const int in_flight : kInFlight) {
    Figure figure{absl::StrCat("durable updates, ", in_flight, " in flight"),
                  "/s",
                  {},
                  "queue + group commit",
                  {},
                  in_flight == 64 ? 0.5 : 0};
    Figure latency{absl::StrCat("  p50"), "ms", {}, "", {}};
    Figure tail{absl::StrCat("  p99"), "ms", {}, "", {}};
    for (int round = 0; round < options.rounds; ++round) {
      const Load load = UpdateLoad(options, names, in_flight, round);
      const LoadResult ours = RunLoad(server.address(), load);
      const LoadResult theirs = RunLoad(bare->address(), load);
      figure.ours.push_back(ours.calls_per_second);
      figure.yardsticks.push_back(theirs.calls_per_second);
      latency.ours.push_back(ours.p50_ms);
      latency.yardsticks.push_back(theirs.p50_ms);
      tail.ours.push_back(ours.p99_ms);
      tail.yardsticks.push_back(theirs.p99_ms);
    }
    Print(figure);
    Print(latency);
    Print(tail);
  }
  for (const int in_flight : kInFlight) {
    Figure figure{absl::StrCat("get, ", in_flight, " in flight"),
                  "/s",
                  {},
                  "bare echo",
                  {},
                  0.8};
    for (int round = 0; round < options.rounds; ++round) {
      const Load load = GetLoad(options, names, in_flight);
      figure.ours.push_back(RunLoad(server.address(), load).calls_per_second);
      figure.yardsticks.push_back(
          RunLoad(bare->address(), load).calls_per_second);
    }
    Print(figure);
  }
}

}  // namespace consilium

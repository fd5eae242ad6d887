#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

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

// What the process has used of processors so far, in user and kernel.
double ProcessorSeconds(pid_t process) {
  std::ifstream file(absl::StrCat("/proc/", process, "/stat"));
  std::string text((std::istreambuf_iterator<char>(file)),
                   std::istreambuf_iterator<char>());
  // The name of the program, in parentheses, may hold spaces.
  std::istringstream fields(text.substr(text.rfind(')') + 1));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  double user_ticks = 0;
  double kernel_ticks = 0;
  fields >> user_ticks >> kernel_ticks;
  return (user_ticks + kernel_ticks) /
         static_cast<double>(sysconf(_SC_CLK_TCK));
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

// The servers under comparison, and what both are asked about.
struct Contest {
  explicit Contest(const BenchOptions& options) : server(options, "north") {
    server.Found();
    names = LoadTrials(server);
    bare = StartBareServer(options, server, names.front());
  }

  BenchServer server;
  std::vector<std::string> names;
  std::unique_ptr<ServerProcess> bare;
};

// One load, on both servers in turn, round after round.
class Comparison {
 public:
  Comparison(const std::string& what, const std::string& yardstick,
             double target)
      : rate_{what, "/s", {}, yardstick, {}, target},
        p50_{"  p50", "ms", {}, "", {}},
        p99_{"  p99", "ms", {}, "", {}},
        cpu_{"  server's processor time", "us/call", {}, "", {}} {}

  void Run(Contest& contest, const Load& load) {
    Run(contest.server.address(), contest.server.process_id(), load,
        &Figure::ours);
    Run(contest.bare->address(), contest.bare->id(), load, &Figure::yardsticks);
  }

  void PrintAll() const {
    Print(rate_);
    Print(p50_);
    Print(p99_);
    Print(cpu_);
  }

 private:
  void Run(const std::string& address, pid_t server, const Load& load,
           std::vector<double> Figure::*side) {
    const double before = ProcessorSeconds(server);
    const LoadResult result = RunLoad(address, load);
    const double seconds = ProcessorSeconds(server) - before;
    (rate_.*side).push_back(result.calls_per_second);
    (p50_.*side).push_back(result.p50_ms);
    (p99_.*side).push_back(result.p99_ms);
    (cpu_.*side).push_back(seconds * 1e6 / static_cast<double>(result.calls));
  }

  Figure rate_;
  Figure p50_;
  Figure p99_;
  Figure cpu_;
};

}  // namespace

void MeasureUpdates(const BenchOptions& options) {
  Contest contest(options);
  for (const int in_flight : kInFlight) {
    Comparison comparison(
        absl::StrCat("durable updates, ", in_flight, " in flight"),
        "queue + group commit", in_flight == 64 ? 0.5 : 0);
    for (int round = 0; round < options.rounds; ++round) {
      comparison.Run(contest,
                     UpdateLoad(options, contest.names, in_flight, round));
    }
    comparison.PrintAll();
  }
}

void MeasureGets(const BenchOptions& options) {
  Contest contest(options);
  for (const int in_flight : kInFlight) {
    Comparison comparison(absl::StrCat("get, ", in_flight, " in flight"),
                          "bare echo", 0.8);
    for (int round = 0; round < options.rounds; ++round) {
      comparison.Run(contest, GetLoad(options, contest.names, in_flight));
    }
    comparison.PrintAll();
  }
}

}  // namespace consilium

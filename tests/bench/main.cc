// consilium_bench: measures Consilium against yardsticks. deploy/bench.sh runs
// it.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "absl/synchronization/mutex.h"
#include "tests/bench/bare_server.h"
#include "tests/bench/figures.h"
#include "tests/bench/scenes.h"

namespace consilium {
namespace {

const std::map<std::string, std::function<void(const BenchOptions&)>>&
Scenes() {
  static const auto& scenes =
      *new std::map<std::string, std::function<void(const BenchOptions&)>>{
          {"1-calls-updates", MeasureUpdates},
          {"1-calls-gets", MeasureGets},
          {"2-loading", MeasureLoading},
          {"3-sync", MeasureSync},
          {"4-edits", MeasureConcurrentEdits},
          {"5-scale", MeasureScale},
          {"6-replicas", MeasureReplicas},
          {"7-synthesis", MeasureSynthesis},
      };
  return scenes;
}

int RunBench(BenchOptions options, const std::string& only) {
  options.bench = std::filesystem::read_symlink("/proc/self/exe");
  const auto parent = std::filesystem::absolute(options.directory);
  options.directory = parent / std::to_string(getpid());
  std::filesystem::create_directories(options.directory);
  PrintHead(options);
  for (const auto& [name, measure] : Scenes()) {
    if (only.empty() || name.find(only) != std::string::npos) measure(options);
  }
  std::filesystem::remove_all(options.directory);
  return 0;
}

int Run(int argc, char** argv) {
  CLI::App app("Measures Consilium against yardsticks.", "consilium_bench");
  app.require_subcommand(1);

  BenchOptions options;
  std::string only;
  CLI::App* run = app.add_subcommand("run", "Measures, and prints a table.");
  run->add_option("--consiliumd", options.consiliumd, "The server's program.")
      ->required();
  run->add_option("--consilium", options.consilium,
                  "The command line's program.")
      ->required();
  run->add_option("--dir", options.directory,
                  "Folder for everything that is written; what was written is "
                  "removed at the end.")
      ->required();
  run->add_option("--rounds", options.rounds, "Of which the median counts.")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  run->add_option("--records", options.records, "Records to load and sync.")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  run->add_option("--calls", options.calls, "Calls of each kind.")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  run->add_option("--scales", options.scales,
                  "Numbers of records between which growth is shown.")
      ->capture_default_str();
  run->add_option("--sync-scales", options.sync_scales,
                  "Numbers of records between which the growth of a sync is "
                  "shown.")
      ->capture_default_str();
  run->add_option("--replicas", options.replicas, "Numbers of replicas.")
      ->capture_default_str();
  run->add_option("--only", only, "What to measure, by a part of its name.");

  std::string data;
  std::string listen;
  CLI::App* serve = app.add_subcommand("serve", "The bare server.");
  serve->add_option("--data", data)->required();
  serve->add_option("--listen", listen);
  CLI11_PARSE(app, argc, argv);
  return run->parsed() ? RunBench(options, only) : RunBareServer(data);
}

}  // namespace
}  // namespace consilium

int main(int argc, char** argv) {
  // As in consiliumd.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  return consilium::Run(argc, argv);
}

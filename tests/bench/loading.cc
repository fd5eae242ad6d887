#include <filesystem>
#include <fstream>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/bench/bare_server.h"
#include "tests/bench/bench_server.h"
#include "tests/bench/documents.h"
#include "tests/bench/generator.h"
#include "tests/bench/scenes.h"
#include "tests/support/server_process.h"

namespace consilium {
namespace {

using Records = std::vector<v1::RecordStatement>;

// Writes the records as a person would: a YAML file for each study.
void WriteEvidence(const Records& records, const std::string& directory) {
  std::filesystem::create_directories(directory);
  for (const auto& [name, text] : EvidenceFilesOf(records)) {
    std::ofstream(absl::StrCat(directory, "/", name), std::ios::binary) << text;
  }
}

std::vector<std::string> ReadFiles(const std::string& directory) {
  std::vector<std::string> texts;
  for (const auto& file : std::filesystem::directory_iterator(directory)) {
    std::ifstream in(file.path(), std::ios::binary);
    texts.emplace_back(std::istreambuf_iterator<char>(in),
                       std::istreambuf_iterator<char>());
  }
  return texts;
}

// Seconds that the command line takes to apply the files.
double ApplyFiles(const BenchOptions& options, const BenchServer& server,
                  const std::string& directory) {
  const absl::Time start = absl::Now();
  const int code = RunProgram(
      options.consilium, {"--server", server.address(), "--registry", "bench",
                          "apply", "-f", directory, "-m", "Loaded"});
  if (code != 0) {
    Require(absl::InternalError(absl::StrCat("apply ended with ", code)));
  }
  return absl::ToDoubleSeconds(absl::Now() - start);
}

}  // namespace

void MeasureLoading(const BenchOptions& options) {
  const Records records = GenerateRecords(kBenchRegistry, 2, options.records);
  const std::string evidence = NewFolder(options, "evidence");
  WriteEvidence(records, evidence);
  std::vector<std::string> values;
  for (const v1::RecordStatement& record : records) {
    values.push_back(record.SerializeAsString());
  }
  const double count = static_cast<double>(records.size());
  const size_t batches = records.size() / kStatementsPerLoad + 1;
  Figure from_files{"records applied from YAML files",
                    "/s",
                    {},
                    "files to synced batches",
                    {}};
  Figure by_calls{"records applied by calls, 500 a change",
                  "/s",
                  {},
                  "requests to synced batches",
                  {}};
  for (int round = 0; round < options.rounds; ++round) {
    {
      BenchServer server(options, "north");
      server.Found();
      from_files.ours.push_back(count / ApplyFiles(options, server, evidence));
    }
    const absl::Time reading = absl::Now();
    const std::vector<std::string> texts = ReadFiles(evidence);
    const double read_seconds = absl::ToDoubleSeconds(absl::Now() - reading);
    from_files.yardsticks.push_back(
        count /
        (read_seconds +
         MeasureSyncedBatches(NewFolder(options, "batches"), texts, batches)));
    BenchServer server(options, "north");
    server.Found();
    const absl::Time start = absl::Now();
    server.Apply(records);
    by_calls.ours.push_back(count / absl::ToDoubleSeconds(absl::Now() - start));
    by_calls.yardsticks.push_back(
        count /
        MeasureSyncedBatches(NewFolder(options, "batches"), values, batches));
  }
  Print(from_files);
  Print(by_calls);
}

}  // namespace consilium

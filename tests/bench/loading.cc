#include "absl/time/clock.h"
#include "tests/bench/bare_server.h"
#include "tests/bench/bench_server.h"
#include "tests/bench/generator.h"
#include "tests/bench/scenes.h"

namespace consilium {

void MeasureLoading(const BenchOptions& options) {
  const auto records = GenerateRecords(kBenchRegistry, 2, options.records);
  std::vector<std::string> values;
  for (const v1::RecordStatement& record : records) {
    values.push_back(record.SerializeAsString());
  }
  const double count = static_cast<double>(records.size());
  Figure figure{
      "records applied, 500 a change", "/s", {}, "synced RocksDB batches", {}};
  for (int round = 0; round < options.rounds; ++round) {
    BenchServer server(options, "north");
    server.Found();
    const absl::Time start = absl::Now();
    server.Apply(records);
    figure.ours.push_back(count / absl::ToDoubleSeconds(absl::Now() - start));
    figure.yardsticks.push_back(
        count / MeasureSyncedBatches(NewFolder(options, "batches"), values,
                                     records.size() / kStatementsPerLoad + 1));
  }
  Print(figure);
}

}  // namespace consilium

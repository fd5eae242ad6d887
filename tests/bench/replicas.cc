#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/sync/sync_client.h"
#include "tests/bench/bench_server.h"
#include "tests/bench/documents.h"
#include "tests/bench/generator.h"
#include "tests/bench/scenes.h"

namespace consilium {
namespace {

constexpr size_t kRecords = 1200;
constexpr size_t kChanged = 200;

using Records = std::vector<v1::RecordStatement>;

void Retitle(BenchServer& server, const Records& records, size_t count,
             const std::string& title) {
  Records changed(records.begin(),
                  records.begin() + static_cast<ptrdiff_t>(count));
  for (v1::RecordStatement& record : changed) SetText(record, "title", title);
  server.Apply(changed);
}

}  // namespace

void MeasureReplicas(const BenchOptions& options) {
  const Records records = GenerateRecords(kBenchRegistry, 6, kRecords);
  Growth growth;
  for (const int count : options.replicas) {
    BenchServer north(options, "north");
    BenchServer south(options, "south");
    north.Found();
    north.Apply(records);
    south.Join(north);
    // Every restart goes on as a replica that knows all before it.
    for (int replica = 2; replica < count; ++replica) {
      north.Restart({"--new-replica"});
      Retitle(north, records, 1, absl::StrCat("By replica ", replica));
    }
    Require(SyncClient(north.endpoint(), south.endpoint()).Sync({}).status());
    std::vector<double> milliseconds;
    for (int round = 0; round < options.rounds; ++round) {
      Retitle(north, records, kChanged, absl::StrCat("In round ", round));
      const absl::Time start = absl::Now();
      Require(SyncClient(north.endpoint(), south.endpoint()).Sync({}).status());
      milliseconds.push_back(absl::ToDoubleMilliseconds(absl::Now() - start));
    }
    const auto frontier =
        Require(north.endpoint().GetFrontier(nullptr, nullptr)).frontier();
    growth.Begin(absl::StrCat(count, " replicas"));
    growth.Print(absl::StrCat("sync of ", kChanged, " records"), "ms",
                 milliseconds);
    growth.Print("size of a frontier", "B",
                 {static_cast<double>(frontier.ByteSizeLong())});
  }
}

}  // namespace consilium

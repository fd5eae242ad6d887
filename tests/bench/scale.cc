#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "consilium/v1/change_service.pb.h"
#include "consilium/v1/snapshot_service.pb.h"
#include "consilium/v1/trial_service.pb.h"
#include "tests/bench/bench_server.h"
#include "tests/bench/documents.h"
#include "tests/bench/generator.h"
#include "tests/bench/load.h"
#include "tests/bench/scenes.h"

namespace consilium {
namespace {

constexpr char kTrials[] = "/consilium.v1.TrialService/";
constexpr char kChanges[] = "/consilium.v1.ChangeService/ListChanges";
constexpr int64_t kPointCalls = 1000;
constexpr int64_t kScanCalls = 20;
// Of a load, applied at once: bounds the memory of the bench.
constexpr size_t kRecordsAtOnce = 6000;

// Loads `count` records; the names of some trials among them.
std::vector<std::string> LoadRecords(BenchServer& server, size_t count) {
  StudyGenerator generator(kBenchRegistry, 5);
  std::vector<std::string> names;
  std::vector<v1::RecordStatement> records;
  for (size_t loaded = 0; loaded < count;) {
    for (v1::RecordStatement& record : generator.NextStudy()) {
      if (record.has_trial() && names.size() < kPointCalls) {
        names.push_back(NameOf(record));
      }
      records.push_back(std::move(record));
      ++loaded;
    }
    if (records.size() < kRecordsAtOnce && loaded < count) continue;
    server.Apply(records);
    records.clear();
  }
  return names;
}

void TakeSnapshot(BenchServer& server) {
  v1::CreateSnapshotRequest request;
  request.set_parent(kBenchRegistry);
  request.set_snapshot_id("old");
  Require(CallFor<v1::Snapshot>(server.connection(),
                                "consilium.v1.SnapshotService.CreateSnapshot",
                                request, {.deadline = absl::Minutes(5)})
              .status());
}

// One update of each, so that an old version differs.
void UpdateTrials(BenchServer& server, const std::vector<std::string>& names) {
  Load load;
  load.method = absl::StrCat(kTrials, "UpdateTrial");
  load.request = [&](int, int64_t n) {
    v1::UpdateTrialRequest request;
    request.mutable_trial()->set_name(
        names[static_cast<size_t>(n) % names.size()]);
    request.mutable_trial()->set_title(absl::StrCat("Since, ", n));
    request.mutable_trial()->set_etag("*");
    request.mutable_update_mask()->add_paths("title");
    return request.SerializeAsString();
  };
  load.calls = static_cast<int64_t>(names.size());
  RunLoad(server.address(), load);
}

class ScaleRows {
 public:
  ScaleRows(BenchServer& server, size_t records)
      : server_(server), label_(absl::StrCat(records, " records: ")) {}

  void Value(const std::string& what, double value, const std::string& unit) {
    Print({absl::StrCat(label_, what), unit, {value}, "", {}});
  }

  void Calls(const std::string& what, const std::string& method, int64_t calls,
             std::function<std::string(int64_t)> request) {
    const LoadResult result =
        RunLoad(server_.address(),
                {method, [&](int, int64_t n) { return request(n); }, 1, calls});
    Value(absl::StrCat(what, ", p50"), result.p50_ms, "ms");
    Value(absl::StrCat(what, ", p99"), result.p99_ms, "ms");
  }

 private:
  BenchServer& server_;
  const std::string label_;
};

void MeasureReads(ScaleRows& rows, const std::vector<std::string>& names) {
  const auto get = [&](const std::string& at) {
    return [&names, at](int64_t n) {
      v1::GetTrialRequest request;
      request.set_name(names[static_cast<size_t>(n) % names.size()]);
      request.set_at(at);
      return request.SerializeAsString();
    };
  };
  const auto list = [](const std::string& at, const std::string& filter) {
    return [at, filter](int64_t) {
      v1::ListTrialsRequest request;
      request.set_parent(kBenchRegistry);
      request.set_page_size(100);
      request.set_at(at);
      request.set_filter(filter);
      return request.SerializeAsString();
    };
  };
  const std::string old = absl::StrCat(kBenchRegistry, "/snapshots/old");
  rows.Calls("get", absl::StrCat(kTrials, "GetTrial"), kPointCalls, get(""));
  rows.Calls("get at an old snapshot", absl::StrCat(kTrials, "GetTrial"),
             kPointCalls, get(old));
  rows.Calls("page of 100", absl::StrCat(kTrials, "ListTrials"), kScanCalls,
             list("", ""));
  rows.Calls("page of 100 at an old snapshot",
             absl::StrCat(kTrials, "ListTrials"), kScanCalls, list(old, ""));
  rows.Calls("filter that matches 1 in 9", absl::StrCat(kTrials, "ListTrials"),
             kScanCalls, list("", "enrolledParticipantCount > 800"));
  rows.Calls("history of a record", kChanges, kPointCalls, [&](int64_t n) {
    v1::ListChangesRequest request;
    request.set_parent(names[static_cast<size_t>(n) % names.size()]);
    return request.SerializeAsString();
  });
}

}  // namespace

void MeasureScale(const BenchOptions& options) {
  for (const size_t count : options.scales) {
    BenchServer server(options, "north");
    server.Found();
    const std::vector<std::string> names = LoadRecords(server, count);
    TakeSnapshot(server);
    UpdateTrials(server, names);
    ScaleRows rows(server, count);
    rows.Value("time to open", 1000 * server.Restart(), "ms");
    rows.Value("memory when open", server.MemoryBytes() / 1e6, "MB");
    rows.Value("disk", server.DiskBytes() / 1e6, "MB");
    MeasureReads(rows, names);
    rows.Value("memory after reads", server.MemoryBytes() / 1e6, "MB");
  }
}

}  // namespace consilium

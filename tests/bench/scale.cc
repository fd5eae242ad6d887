#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/sync/sync_client.h"
#include "consilium/v1/change_service.pb.h"
#include "consilium/v1/conflict_service.pb.h"
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
constexpr int64_t kScanCalls = 200;
constexpr uint64_t kSeed = 5;
constexpr size_t kConflicts = 10'000;
// Text fields of a trial that two sides edit.
constexpr const char* kDisputed[] = {
    "title", "acronym", "official_title", "lead_sponsor", "contact", "note"};
// Of a load, applied at once: bounds the memory of the bench.
constexpr size_t kRecordsAtOnce = 6000;

// Loads `count` records; the names of some trials among them.
std::vector<std::string> LoadRecords(BenchServer& server, size_t count) {
  StudyGenerator generator(kBenchRegistry, kSeed);
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

// What is measured of one registry.
class ScaleRows {
 public:
  ScaleRows(BenchServer& server, Growth& growth)
      : server_(server), growth_(growth) {}

  void Value(const std::string& what, double value, const std::string& unit) {
    growth_.Print(what, unit, {value});
  }

  void Calls(const std::string& what, const std::string& method, int64_t calls,
             std::function<std::string(int64_t)> request) {
    const LoadResult result =
        RunLoad(server_.address(),
                {method, [&](int, int64_t n) { return request(n); }, 1, calls});
    Value(absl::StrCat(what, ", p50"), result.p50_ms, "ms");
    Value(absl::StrCat(what, ", p99"), result.p99_ms, "ms");
  }

  // All pages of a list.
  void WholeList(const std::string& what, const std::string& method,
                 const google::protobuf::Message& request) {
    const absl::Time start = absl::Now();
    int64_t count = 0;
    Require(ListPages(server_.connection(), method, request,
                      [&](google::protobuf::Message&) {
                        ++count;
                        return true;
                      },
                      {.deadline = absl::Minutes(5)}));
    Value(what, absl::ToDoubleMilliseconds(absl::Now() - start), "ms");
    Value(absl::StrCat(what, ", found"), static_cast<double>(count), "");
  }

 private:
  BenchServer& server_;
  Growth& growth_;
};

v1::ListTrialsRequest ListRequest(const std::string& at,
                                  const std::string& filter) {
  v1::ListTrialsRequest request;
  request.set_parent(kBenchRegistry);
  request.set_page_size(100);
  request.set_at(at);
  request.set_filter(filter);
  return request;
}

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
      return ListRequest(at, filter).SerializeAsString();
    };
  };
  const std::string kList = absl::StrCat(kTrials, "ListTrials");
  const std::string old = absl::StrCat(kBenchRegistry, "/snapshots/old");
  rows.Calls("get", absl::StrCat(kTrials, "GetTrial"), kPointCalls, get(""));
  rows.Calls("get at an old snapshot", absl::StrCat(kTrials, "GetTrial"),
             kPointCalls, get(old));
  rows.Calls("page of 100", kList, kScanCalls, list("", ""));
  rows.Calls("page of 100 at an old snapshot", kList, kScanCalls,
             list(old, ""));
  rows.Calls("page of a filter that matches 1 in 9", kList, kScanCalls,
             list("", "enrolledParticipantCount > 800"));
  rows.Calls(
      "indexed filter that finds one", kList, kPointCalls, [&](int64_t n) {
        const std::string& name = names[static_cast<size_t>(n) % names.size()];
        return ListRequest("", absl::StrCat("registrations.number = NCT",
                                            name.substr(name.size() - 8)))
            .SerializeAsString();
      });
  rows.WholeList("unindexed filter, all pages",
                 "consilium.v1.TrialService.ListTrials",
                 ListRequest("", "enrolledParticipantCount > 899"));
  rows.WholeList("indexed filter, all pages",
                 "consilium.v1.TrialService.ListTrials",
                 ListRequest("",
                             "countries = KR AND "
                             "enrolledParticipantCount > 893"));
  rows.Calls("history of a record", kChanges, kPointCalls, [&](int64_t n) {
    v1::ListChangesRequest request;
    request.set_parent(names[static_cast<size_t>(n) % names.size()]);
    return request.SerializeAsString();
  });
}

// Makes at least kConflicts conflicts, of as few fields of as many trials as
// there are.
void MakeConflicts(BenchServer& north, BenchServer& south, size_t records) {
  const size_t trials_max = std::min(kConflicts, records / kRecordsPerStudy);
  const size_t fields = std::min((kConflicts + trials_max - 1) / trials_max,
                                 std::size(kDisputed));
  const auto edited = [&](const std::string& text) {
    StudyGenerator generator(kBenchRegistry, kSeed);
    std::vector<v1::RecordStatement> trials;
    while (trials.size() < trials_max) {
      for (v1::RecordStatement& record : generator.NextStudy()) {
        if (!record.has_trial()) continue;
        for (size_t i = 0; i < fields; ++i) {
          SetText(record, kDisputed[i], text);
        }
        trials.push_back(std::move(record));
      }
    }
    return trials;
  };
  south.Join(north);
  north.Apply(edited("As read in the north"));
  south.Apply(edited("As read in the south"));
  Require(SyncClient(north.endpoint(), south.endpoint()).Sync({}).status());
}

void MeasureConflicts(const BenchOptions& options, ScaleRows& rows,
                      BenchServer& north, size_t records) {
  BenchServer south(options, "south");
  MakeConflicts(north, south, records);
  v1::ListConflictsRequest request;
  request.set_parent(kBenchRegistry);
  rows.Calls("page of 100 conflicts",
             "/consilium.v1.ConflictService/ListConflicts", kScanCalls,
             [request](int64_t) { return request.SerializeAsString(); });
  rows.WholeList("all conflicts", "consilium.v1.ConflictService.ListConflicts",
                 request);
}

}  // namespace

void MeasureScale(const BenchOptions& options) {
  Growth growth;
  for (const size_t count : options.scales) {
    BenchServer server(options, "north");
    server.Found();
    const std::vector<std::string> names = LoadRecords(server, count);
    TakeSnapshot(server);
    UpdateTrials(server, names);
    growth.Begin(absl::StrCat(count, " records"));
    ScaleRows rows(server, growth);
    rows.Value("time to open", 1000 * server.Restart(), "ms");
    rows.Value("memory when open", server.MemoryBytes() / 1e6, "MB");
    rows.Value("disk", server.DiskBytes() / 1e6, "MB");
    MeasureReads(rows, names);
    rows.Value("memory after reads", server.MemoryBytes() / 1e6, "MB");
    MeasureConflicts(options, rows, server, count);
  }
}

}  // namespace consilium

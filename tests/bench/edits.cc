#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/sync/sync_client.h"
#include "consilium/v1/conflict_service.pb.h"
#include "tests/bench/bench_server.h"
#include "tests/bench/documents.h"
#include "tests/bench/generator.h"
#include "tests/bench/scenes.h"

namespace consilium {
namespace {

constexpr size_t kEditedMax = 200;

using Records = std::vector<v1::RecordStatement>;

// Fields that both sides edit, each in its own way.
constexpr const char* kDisputed[] = {"title", "acronym", "official_title"};

// The trials of `records`, with fields that contradict the other side's and
// one that only this side sets.
Records EditTrials(const Records& records, const std::string& side,
                   const std::string& own_field) {
  Records edited;
  for (const v1::RecordStatement& record : records) {
    if (!record.has_trial() || edited.size() == kEditedMax) continue;
    edited.push_back(record);
    for (const char* const field : kDisputed) {
      SetText(edited.back(), field, absl::StrCat("As read in the ", side));
    }
    SetText(edited.back(), own_field, absl::StrCat("Added in the ", side));
  }
  return edited;
}

int64_t CountConflicts(BenchServer& server) {
  v1::ListConflictsRequest request;
  request.set_parent(kBenchRegistry);
  int64_t count = 0;
  Require(ListPages(server.connection(),
                    "consilium.v1.ConflictService.ListConflicts", request,
                    [&](google::protobuf::Message&) {
                      ++count;
                      return true;
                    }));
  return count;
}

double MeasureOurs(const BenchOptions& options, const Records& records,
                   const Records& in_north, const Records& in_south) {
  BenchServer north(options, "north");
  BenchServer south(options, "south");
  north.Found();
  north.Apply(records);
  south.Join(north);
  north.Apply(in_north);
  south.Apply(in_south);
  const absl::Time start = absl::Now();
  Require(SyncClient(north.endpoint(), south.endpoint()).Sync({}).status());
  const int64_t conflicts = CountConflicts(south);
  const double seconds = absl::ToDoubleSeconds(absl::Now() - start);
  if (conflicts !=
      static_cast<int64_t>(in_north.size() * std::size(kDisputed))) {
    Require(absl::InternalError(absl::StrCat(conflicts, " conflicts")));
  }
  return static_cast<double>(in_north.size()) / seconds;
}

double MeasureGit(const BenchOptions& options, const Records& records,
                  const Records& in_north, const Records& in_south) {
  GitRepository north(NewFolder(options, "git-north"));
  north.Commit(FilesOf(records));
  GitRepository south(NewFolder(options, "git-south"));
  south.FetchAndCheckOut(north);
  north.Commit(FilesOf(in_north));
  south.Commit(FilesOf(in_south));
  return static_cast<double>(in_north.size()) / south.FetchAndMerge(north);
}

}  // namespace

void MeasureConcurrentEdits(const BenchOptions& options) {
  const Records records = GenerateRecords(kBenchRegistry, 4, options.records);
  const Records in_north = EditTrials(records, "north", "lead_sponsor");
  const Records in_south = EditTrials(records, "south", "contact");
  Figure figure{absl::StrCat(in_north.size(),
                             " records edited on both sides: merged, listed"),
                "/s",
                {},
                "git fetch + merge",
                {}};
  for (int round = 0; round < options.rounds; ++round) {
    figure.ours.push_back(MeasureOurs(options, records, in_north, in_south));
    figure.yardsticks.push_back(
        MeasureGit(options, records, in_north, in_south));
  }
  Print(figure);
}

}  // namespace consilium

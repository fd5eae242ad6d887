#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/sync/sync_client.h"
#include "tests/bench/bench_server.h"
#include "tests/bench/documents.h"
#include "tests/bench/generator.h"
#include "tests/bench/git_repository.h"
#include "tests/bench/scenes.h"

namespace consilium {
namespace {

// One record in so many is changed.
constexpr size_t kChangedOneIn = 100;

std::vector<v1::RecordStatement> ChangeSome(
    std::vector<v1::RecordStatement>& records) {
  std::vector<v1::RecordStatement> changed;
  for (size_t i = 0; i < records.size(); i += kChangedOneIn) {
    SetText(records[i], "title", absl::StrCat("Corrected title ", i));
    changed.push_back(records[i]);
  }
  return changed;
}

// The size of the changes that a holder of `since` lacks, as they are stored.
int64_t SizeOfChangesSince(BenchServer& server,
                           const v1::GetFrontierResponse& since) {
  const auto stream = Require(
      server.endpoint().Pull({since.registry_id(), since.format_version()},
                             since.frontier(), nullptr));
  int64_t size = 0;
  while (const auto next = Require(stream->Next())) {
    size += next->batch().uncompressed_size();
  }
  return size;
}

// The figures of both syncs and of git's.
struct SyncFigures {
  Figure first{"first sync, records", "/s", {}, "git fetch + checkout", {}, 5};
  Figure first_bytes{"  bytes a record", "B", {}, "git pack", {}, 1, true};
  Figure next{"sync after 1 % changed, changed records",
              "/s",
              {},
              "git fetch + checkout",
              {}};
  Figure next_time{"  time", "ms", {}, "git fetch + checkout", {}};
  Figure next_bytes{"  bytes a changed record",
                    "B",
                    {},
                    "the changes themselves",
                    {},
                    1.1,
                    true};
};

void MeasureOurs(const BenchOptions& options,
                 std::vector<v1::RecordStatement> records,
                 SyncFigures& figures) {
  BenchServer north(options, "north");
  BenchServer south(options, "south");
  north.Found();
  north.Apply(records);
  const double count = static_cast<double>(records.size());
  absl::Time start = absl::Now();
  const JoinResult joined = south.Join(north);
  figures.first.ours.push_back(count /
                               absl::ToDoubleSeconds(absl::Now() - start));
  figures.first_bytes.ours.push_back(
      static_cast<double>(joined.sync.bytes_sent + joined.sync.bytes_received) /
      count);

  const auto before = Require(north.endpoint().GetFrontier(nullptr, nullptr));
  const auto changed = ChangeSome(records);
  north.Apply(changed);
  const double changed_count = static_cast<double>(changed.size());
  start = absl::Now();
  const SyncResult synced =
      Require(SyncClient(north.endpoint(), south.endpoint())
                  .Sync({.direction = SyncDirection::kSend}));
  const double seconds = absl::ToDoubleSeconds(absl::Now() - start);
  figures.next.ours.push_back(changed_count / seconds);
  figures.next_time.ours.push_back(seconds * 1000);
  figures.next_bytes.ours.push_back(static_cast<double>(synced.bytes_sent) /
                                    changed_count);
  figures.next_bytes.yardsticks.push_back(
      static_cast<double>(SizeOfChangesSince(north, before)) / changed_count);
}

void MeasureGit(const BenchOptions& options,
                std::vector<v1::RecordStatement> records,
                SyncFigures& figures) {
  GitRepository north(NewFolder(options, "git-north"));
  GitRepository south(NewFolder(options, "git-south"));
  north.Commit(FilesOf(records));
  const double count = static_cast<double>(records.size());
  figures.first.yardsticks.push_back(count / south.FetchAndCheckOut(north));
  figures.first_bytes.yardsticks.push_back(
      static_cast<double>(south.PackBytes()) / count);
  const auto changed = ChangeSome(records);
  north.Commit(FilesOf(changed));
  const double seconds = south.FetchAndCheckOut(north);
  figures.next.yardsticks.push_back(static_cast<double>(changed.size()) /
                                    seconds);
  figures.next_time.yardsticks.push_back(seconds * 1000);
}

}  // namespace

void MeasureSync(const BenchOptions& options) {
  const auto records = GenerateRecords(kBenchRegistry, 3, options.records);
  SyncFigures figures;
  for (int round = 0; round < options.rounds; ++round) {
    MeasureOurs(options, records, figures);
    MeasureGit(options, records, figures);
  }
  Print(figures.first);
  Print(figures.first_bytes);
  Print(figures.next);
  Print(figures.next_time);
  Print(figures.next_bytes);
}

}  // namespace consilium

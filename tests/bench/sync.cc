#include <sys/resource.h>

#include <memory>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/sync/sync_client.h"
#include "tests/bench/bench_server.h"
#include "tests/bench/documents.h"
#include "tests/bench/generator.h"
#include "tests/bench/git_repository.h"
#include "tests/bench/scenes.h"
#include "tests/support/cutting_proxy.h"

namespace consilium {
namespace {

using Records = std::vector<v1::RecordStatement>;

// One record in so many is changed.
constexpr size_t kChangedOneIn = 100;

// Changed at every scale, to tell the cost of a difference from that of a
// registry.
constexpr size_t kFewChanged = 200;

// The first `count` records at equal distances, each with another title.
Records ChangeSome(Records& records, size_t count, const std::string& title) {
  Records changed;
  const size_t step = records.size() / count;
  for (size_t i = 0; changed.size() < count; i += step) {
    SetText(records[i], "title", absl::StrCat(title, " ", i));
    changed.push_back(records[i]);
  }
  return changed;
}

Records ChangeHundredth(Records& records) {
  return ChangeSome(records, records.size() / kChangedOneIn, "Corrected title");
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

double ProcessorSecondsOf(int who) {
  rusage usage = {};
  getrusage(who, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) +
           static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// Of both servers and the sync client, which is this program.
double ProcessorSeconds(const BenchServer& north, const BenchServer& south) {
  return north.ProcessorSeconds() + south.ProcessorSeconds() +
         ProcessorSecondsOf(RUSAGE_SELF);
}

// Syncs what `north` has to `south`. Seconds.
double Send(SyncEndpoint& north, SyncEndpoint& south) {
  const absl::Time start = absl::Now();
  Require(SyncClient(north, south)
              .Sync({.direction = SyncDirection::kSend})
              .status());
  return absl::ToDoubleSeconds(absl::Now() - start);
}

// The figures of both syncs and of git's.
struct SyncFigures {
  Figure first{"first sync, records", "/s", {}, "git fetch + checkout", {}, 5};
  Figure first_processor{
      "  processor time a record", "us", {}, "git fetch + checkout", {}};
  Figure first_bytes{
      "  bytes a record on the line", "B", {}, "git pack", {}, 1, true};
  Figure next{"sync after 1 % changed, changed records",
              "/s",
              {},
              "git fetch + checkout",
              {}};
  Figure next_time{"  time", "ms", {}, "git fetch + checkout", {}};
  Figure next_bytes{"  bytes a changed record on the line",
                    "B",
                    {},
                    "the changes themselves",
                    {},
                    1.1,
                    true};
};

void MeasureOurs(const BenchOptions& options, Records records,
                 SyncFigures& figures) {
  BenchServer north(options, "north");
  BenchServer south(options, "south");
  north.Found();
  north.Apply(records);
  const double count = static_cast<double>(records.size());
  const double processor = ProcessorSeconds(north, south);
  const absl::Time start = absl::Now();
  south.Join(north);
  figures.first.ours.push_back(count /
                               absl::ToDoubleSeconds(absl::Now() - start));
  figures.first_processor.ours.push_back(
      1e6 * (ProcessorSeconds(north, south) - processor) / count);

  const Records changed = ChangeHundredth(records);
  north.Apply(changed);
  const double seconds = Send(north.endpoint(), south.endpoint());
  figures.next.ours.push_back(static_cast<double>(changed.size()) / seconds);
  figures.next_time.ours.push_back(seconds * 1000);
}

// What passes between north and a sync client beside south: every byte of the
// connection, both ways. A line that counts is slow, so nothing is timed.
void MeasureLine(const BenchOptions& options, Records records,
                 SyncFigures& figures) {
  BenchServer north(options, "north");
  BenchServer south(options, "south");
  north.Found();
  north.Apply(records);
  int port = 0;
  if (!absl::SimpleAtoi(north.address().substr(north.address().rfind(':') + 1),
                        &port)) {
    Require(absl::InternalError("an address without a port"));
  }
  const CuttingProxy line(port);
  GrpcSyncEndpoint far_north(Require(Connection::Open(line.address())),
                             Require(RegistryName::FromId("bench")));
  south.Join(far_north);
  figures.first_bytes.ours.push_back(static_cast<double>(line.passed()) /
                                     static_cast<double>(records.size()));

  const auto before = Require(north.endpoint().GetFrontier(nullptr, nullptr));
  const Records changed = ChangeHundredth(records);
  const double count = static_cast<double>(changed.size());
  north.Apply(changed);
  const int64_t passed = line.passed();
  Send(far_north, south.endpoint());
  figures.next_bytes.ours.push_back(
      static_cast<double>(line.passed() - passed) / count);
  figures.next_bytes.yardsticks.push_back(
      static_cast<double>(SizeOfChangesSince(north, before)) / count);
}

void MeasureGit(const BenchOptions& options, Records records,
                SyncFigures& figures) {
  GitRepository north(NewFolder(options, "git-north"));
  GitRepository south(NewFolder(options, "git-south"));
  north.Commit(FilesOf(records));
  const double count = static_cast<double>(records.size());
  const double processor = ProcessorSecondsOf(RUSAGE_CHILDREN);
  figures.first.yardsticks.push_back(count / south.FetchAndCheckOut(north));
  figures.first_processor.yardsticks.push_back(
      1e6 * (ProcessorSecondsOf(RUSAGE_CHILDREN) - processor) / count);
  if (figures.first_bytes.yardsticks.empty()) {
    figures.first_bytes.yardsticks.push_back(
        static_cast<double>(south.PackBytes()) / count);
  }
  const Records changed = ChangeHundredth(records);
  north.Commit(FilesOf(changed));
  const double seconds = south.FetchAndCheckOut(north);
  figures.next.yardsticks.push_back(static_cast<double>(changed.size()) /
                                    seconds);
  figures.next_time.yardsticks.push_back(seconds * 1000);
}

void PrintSizes(const Records& records) {
  double documents = 0;
  double messages = 0;
  for (const auto& [name, text] : FilesOf(records)) {
    documents += static_cast<double>(text.size());
  }
  for (const v1::RecordStatement& record : records) {
    messages += static_cast<double>(RecordOf(record).ByteSizeLong());
  }
  const double count = static_cast<double>(records.size());
  Print({"a record as a document, mean", "B", {documents / count}, "", {}});
  Print({"  as a message", "B", {messages / count}, "", {}});
}

// Syncs of one difference between larger and larger registries.
void MeasureGrowth(const BenchOptions& options) {
  Growth growth;
  for (const size_t scale : options.sync_scales) {
    Records records = GenerateRecords(kBenchRegistry, 3, scale);
    BenchServer north(options, "north");
    BenchServer south(options, "south");
    north.Found();
    north.Apply(records);
    const absl::Time start = absl::Now();
    south.Join(north);
    const double first = absl::ToDoubleSeconds(absl::Now() - start);
    std::vector<double> nothing, few, hundredth;
    for (int round = 0; round < options.rounds; ++round) {
      nothing.push_back(1000 * Send(north.endpoint(), south.endpoint()));
      north.Apply(ChangeSome(records, std::min(kFewChanged, scale),
                             absl::StrCat("In round ", round)));
      few.push_back(1000 * Send(north.endpoint(), south.endpoint()));
      north.Apply(ChangeSome(records, scale / kChangedOneIn,
                             absl::StrCat("Again in round ", round)));
      hundredth.push_back(1000 * Send(north.endpoint(), south.endpoint()));
    }
    growth.Begin(absl::StrCat(scale, " records"));
    growth.Print("first sync", "/s",
                 {static_cast<double>(records.size()) / first});
    growth.Print("sync of no difference", "ms", nothing);
    growth.Print(absl::StrCat("sync of ", kFewChanged, " changed"), "ms", few);
    growth.Print("sync of 1 % changed", "ms", hundredth);
  }
}

}  // namespace

void MeasureSync(const BenchOptions& options) {
  const Records records = GenerateRecords(kBenchRegistry, 3, options.records);
  PrintSizes(records);
  SyncFigures figures;
  for (int round = 0; round < options.rounds; ++round) {
    MeasureOurs(options, records, figures);
    MeasureGit(options, records, figures);
  }
  MeasureLine(options, records, figures);
  Print(figures.first);
  Print(figures.first_processor);
  Print(figures.first_bytes);
  Print(figures.next);
  Print(figures.next_time);
  Print(figures.next_bytes);
  MeasureGrowth(options);
}

}  // namespace consilium

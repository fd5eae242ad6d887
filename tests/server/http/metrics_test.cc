#include "server/http/metrics.h"

#include <fcntl.h>
#include <unistd.h>

#include <string>

#include "absl/strings/numbers.h"
#include "server/http/process_metrics.h"
#include "server/http/storage_metrics.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_directory.h"

namespace consilium {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST(MetricsTest, PageHasInstrumentsAndWhatCollectorsTell) {
  Metrics metrics;
  prometheus::BuildCounter()
      .Name("calls_total")
      .Help("Calls.")
      .Register(metrics.instruments())
      .Add({{"method", "Get"}})
      .Increment(3);
  double value = 1;
  metrics.AddCollector([&](MetricSamples& samples) {
    samples.Gauge("size", "How large.", {{"registry", "a"}}, value);
    samples.Counter("sent_total", "What was sent.", {}, 7);
    samples.Gauge("size", "How large.", {{"registry", "b\"\\\n"}}, 2);
  });
  const HttpResponse page = metrics.Page();
  EXPECT_EQ(page.content_type, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_EQ(page.body,
            "# HELP calls_total Calls.\n"
            "# TYPE calls_total counter\n"
            "calls_total{method=\"Get\"} 3\n"
            "# HELP size How large.\n"
            "# TYPE size gauge\n"
            "size{registry=\"a\"} 1\n"
            "size{registry=\"b\\\"\\\\\\n\"} 2\n"
            "# HELP sent_total What was sent.\n"
            "# TYPE sent_total counter\n"
            "sent_total 7\n");
  value = 1700000000;
  EXPECT_THAT(metrics.Page().body, HasSubstr("{registry=\"a\"} 1700000000\n"));
}

// The value of the metric without labels.
double ValueOf(const std::string& page, const std::string& name) {
  const size_t at = page.find(absl::StrCat("\n", name, " "));
  double value = -1;
  if (at == std::string::npos) return value;
  const size_t begin = at + name.size() + 2;
  EXPECT_TRUE(absl::SimpleAtod(
      page.substr(begin, page.find('\n', begin) - begin), &value));
  return value;
}

TEST(ProcessMetricsTest, TellOfThisProcess) {
  Metrics metrics;
  metrics.AddCollector(CollectProcess);
  const std::string before = metrics.Page().body;
  const int file = open("/dev/null", O_RDONLY | O_CLOEXEC);
  const std::string after = metrics.Page().body;
  close(file);
  EXPECT_EQ(ValueOf(after, "process_open_fds"),
            ValueOf(before, "process_open_fds") + 1);
  EXPECT_GE(ValueOf(after, "process_max_fds"),
            ValueOf(after, "process_open_fds"));
  EXPECT_GE(ValueOf(after, "process_cpu_seconds_total"),
            ValueOf(before, "process_cpu_seconds_total"));
  EXPECT_GT(ValueOf(after, "process_resident_memory_bytes"), 1e6);
  EXPECT_GT(ValueOf(after, "process_virtual_memory_bytes"),
            ValueOf(after, "process_resident_memory_bytes"));
  EXPECT_GE(ValueOf(after, "process_threads"), 1);
  const double now = PrometheusTime(absl::Now());
  EXPECT_GT(ValueOf(after, "process_start_time_seconds"), now - 24 * 3600);
  // The system counts in hundredths.
  EXPECT_LT(ValueOf(after, "process_start_time_seconds"), now + 1);
}

TEST(StorageMetricsTest, CountsCommitsByRegistryAndKind) {
  Metrics metrics;
  StorageMetrics storage(metrics.instruments());
  using Kind = CommitReport::Kind;
  storage.OnCommit({"nsclc", Kind::kLocal, 3, absl::Milliseconds(2)});
  storage.OnCommit({"nsclc", Kind::kLocal, 1, absl::Milliseconds(2)});
  storage.OnCommit({"nsclc", Kind::kMerge, 1000, absl::Seconds(20)});
  // A clock that was set back.
  storage.OnCommit({"sclc", Kind::kLocal, 1, -absl::Seconds(1)});
  storage.OnSyncedWrite(absl::Milliseconds(3));
  EXPECT_THAT(
      metrics.Page().body,
      AllOf(
          HasSubstr(
              "consilium_commits_total{kind=\"local\",registry=\"nsclc\"} 2\n"),
          HasSubstr("consilium_committed_changes_total{kind=\"local\","
                    "registry=\"nsclc\"} 4\n"),
          HasSubstr("consilium_committed_changes_total{kind=\"merge\","
                    "registry=\"nsclc\"} 1000\n"),
          HasSubstr("consilium_commit_seconds_sum{kind=\"local\","
                    "registry=\"nsclc\"} 0.004\n"),
          HasSubstr("consilium_commit_seconds_bucket{kind=\"merge\","
                    "registry=\"nsclc\",le=\"10\"} 0\n"),
          HasSubstr("consilium_commit_seconds_sum{kind=\"local\","
                    "registry=\"sclc\"} 0\n"),
          HasSubstr("consilium_commit_group_size_bucket{kind=\"merge\","
                    "registry=\"nsclc\",le=\"1024\"} 1\n"),
          HasSubstr("consilium_store_fsync_seconds_bucket{le=\"0.0025\"} 0\n"),
          HasSubstr("consilium_store_fsync_seconds_bucket{le=\"0.005\"} 1\n")));
}

TEST(StorageMetricsTest, RoomIsCheckedAgainstWhatMustStayFree) {
  const TemporaryDirectory directory;
  EXPECT_OK(CheckRoom(directory.Join("."), 1));
  EXPECT_THAT(CheckRoom(directory.Join("."), uint64_t{1} << 62),
              StatusIs(absl::StatusCode::kResourceExhausted));
}

TEST(PrometheusTimeTest, NeverIsZero) {
  EXPECT_EQ(PrometheusTime(absl::InfinitePast()), 0);
  EXPECT_EQ(PrometheusTime(absl::FromUnixMillis(1500)), 1.5);
}

}  // namespace
}  // namespace consilium

#include "server/http/process_metrics.h"

#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"

namespace consilium {
namespace {

// Places in /proc/self/stat behind the program's name, which is in brackets
// and may hold anything; proc(5) counts them from 3.
constexpr size_t kThreadsField = 20 - 3;
constexpr size_t kStartTicksField = 22 - 3;
constexpr size_t kVirtualBytesField = 23 - 3;
constexpr size_t kResidentPagesField = 24 - 3;

std::string ReadAll(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<double> ReadStat() {
  const std::string text = ReadAll("/proc/self/stat");
  const size_t name_end = text.rfind(')');
  std::vector<double> fields;
  if (name_end == std::string::npos) return fields;
  for (absl::string_view each :
       absl::StrSplit(absl::string_view(text).substr(name_end + 1), ' ',
                      absl::SkipEmpty())) {
    double value = 0;
    // The state, a letter, counts as 0.
    fields.push_back(absl::SimpleAtod(each, &value) ? value : 0);
  }
  return fields;
}

// When the machine was started, in Unix seconds; 0 when that is unknown.
double ReadBootTime() {
  for (absl::string_view line : absl::StrSplit(ReadAll("/proc/stat"), '\n')) {
    double seconds = 0;
    if (absl::ConsumePrefix(&line, "btime ") &&
        absl::SimpleAtod(line, &seconds)) {
      return seconds;
    }
  }
  return 0;
}

double CpuSeconds() {
  timespec used = {};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) +
         static_cast<double>(used.tv_nsec) * 1e-9;
}

void CollectFiles(MetricSamples& samples) {
  std::error_code error;
  const std::filesystem::directory_iterator files("/proc/self/fd", error);
  if (!error) {
    // One of them is the directory that is being read.
    samples.Gauge(
        "process_open_fds", "Open files of the process.", {},
        static_cast<double>(std::distance(begin(files), end(files))) - 1);
  }
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    samples.Gauge("process_max_fds", "Files that the process may open.", {},
                  static_cast<double>(limit.rlim_cur));
  }
}

}  // namespace

void CollectProcess(MetricSamples& samples) {
  samples.Counter("process_cpu_seconds_total",
                  "Processor time that the process took, in seconds.", {},
                  CpuSeconds());
  CollectFiles(samples);
  const std::vector<double> stat = ReadStat();
  if (stat.size() <= kResidentPagesField) return;
  samples.Gauge("process_threads", "Threads of the process.", {},
                stat[kThreadsField]);
  samples.Gauge("process_virtual_memory_bytes",
                "Address space of the process, in bytes.", {},
                stat[kVirtualBytesField]);
  samples.Gauge(
      "process_resident_memory_bytes",
      "Memory that the process holds, in bytes.", {},
      stat[kResidentPagesField] * static_cast<double>(sysconf(_SC_PAGESIZE)));
  const double boot_time = ReadBootTime();
  if (boot_time > 0) {
    samples.Gauge("process_start_time_seconds",
                  "When the process was started, in Unix seconds.", {},
                  boot_time + stat[kStartTicksField] /
                                  static_cast<double>(sysconf(_SC_CLK_TCK)));
  }
}

}  // namespace consilium

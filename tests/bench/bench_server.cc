#include "tests/bench/bench_server.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "consilium/v1/registry_service.pb.h"
#include "storage/change/batch.h"

namespace consilium {
namespace {

constexpr absl::Duration kDeadline = absl::Minutes(5);

}  // namespace

void Require(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  std::exit(1);
}

std::string NewFolder(const BenchOptions& options, const std::string& name) {
  static int count = 0;
  return absl::StrCat(options.directory, "/", ++count, "-", name);
}

BenchServer::BenchServer(const BenchOptions& options,
                         const std::string& institution)
    : consiliumd_(options.consiliumd),
      directory_(NewFolder(options, institution)) {
  if (RunProgram(options.consiliumd, {"init", "--data", directory_,
                                      "--institution", institution}) != 0) {
    Require(absl::InternalError("consiliumd init failed"));
  }
  process_ = std::make_unique<ServerProcess>(options.consiliumd, directory_);
  Connect();
}

void BenchServer::Connect() {
  connection_ = Require(Connection::Open(address()));
  endpoint_ = std::make_unique<GrpcSyncEndpoint>(
      connection_, Require(RegistryName::FromId("bench")));
}

double BenchServer::Restart(const std::vector<std::string>& options) {
  process_->Stop();
  const absl::Time start = absl::Now();
  process_ = std::make_unique<ServerProcess>(consiliumd_, directory_, options);
  const double seconds = absl::ToDoubleSeconds(absl::Now() - start);
  Connect();
  return seconds;
}

int64_t BenchServer::MemoryBytes() const {
  std::ifstream file(absl::StrCat("/proc/", process_->id(), "/statm"));
  int64_t total_pages = 0;
  int64_t resident_pages = 0;
  file >> total_pages >> resident_pages;
  return resident_pages * sysconf(_SC_PAGESIZE);
}

double BenchServer::ProcessorSeconds() const {
  std::ifstream file(absl::StrCat("/proc/", process_->id(), "/stat"));
  std::string text;
  std::getline(file, text);
  // Behind the program's name in parentheses; user and system time are the
  // 12th and 13th field from there.
  const std::vector<std::string> fields =
      absl::StrSplit(text.substr(text.rfind(')') + 2), ' ');
  return (std::stod(fields.at(11)) + std::stod(fields.at(12))) /
         static_cast<double>(sysconf(_SC_CLK_TCK));
}

int64_t BenchServer::DiskBytes() const {
  int64_t bytes = 0;
  for (const auto& file :
       std::filesystem::recursive_directory_iterator(directory_)) {
    if (file.is_regular_file()) bytes += static_cast<int64_t>(file.file_size());
  }
  return bytes;
}

void BenchServer::Found() {
  v1::CreateRegistryRequest request;
  request.set_registry_id("bench");
  Require(CallFor<v1::Registry>(*connection_,
                                "consilium.v1.RegistryService.CreateRegistry",
                                request)
              .status());
}

JoinResult BenchServer::Join(SyncEndpoint& source) {
  JoinOptions options;
  options.decode_batch = DecodeBatch;
  return Require(JoinRegistry(source, connection(), endpoint(),
                              Require(RegistryName::FromId("bench")), options));
}

void BenchServer::Apply(const std::vector<v1::RecordStatement>& records) {
  for (size_t begin = 0; begin < records.size(); begin += kStatementsPerLoad) {
    v1::ApplyChangeRequest request;
    request.set_parent(kBenchRegistry);
    for (size_t i = begin;
         i < std::min(begin + kStatementsPerLoad, records.size()); ++i) {
      *request.add_statements() = records[i];
    }
    Require(CallFor<v1::ApplyChangeResponse>(
                *connection_, "consilium.v1.ChangeService.ApplyChange", request,
                {.deadline = kDeadline})
                .status());
  }
}

}  // namespace consilium

// consiliumd, the server of one institution.
#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/util/json_util.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "proto/base/check_report.h"
#include "proto/base/clock.h"
#include "proto/base/status_macros.h"
#include "proto/base/version.h"
#include "server/backup/verify_backup.h"
#include "server/data_directory.h"
#include "server/doctor.h"
#include "server/manual.h"
#include "server/serve.h"
#include "server/service_manager.h"
#include "storage/kv/file_io.h"
#include "storage/kv/free_space.h"
#include "storage/kv/rocksdb_store.h"

namespace consilium {
namespace {

// Exit codes, as those of the command line.
constexpr int kFailed = 1;
constexpr int kUsage = 2;
constexpr int kConflict = 6;
constexpr int kInvalid = 7;
constexpr int kUnavailable = 8;
constexpr int kIntegrity = 10;

int ExitCodeOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return 0;
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kNotFound:  // A key is gone: trying again is no use.
      return kConflict;
    case absl::StatusCode::kInvalidArgument:
      return kInvalid;
    case absl::StatusCode::kResourceExhausted:  // The disk is full.
    case absl::StatusCode::kUnavailable:
      return kUnavailable;
    case absl::StatusCode::kDataLoss:
      return kIntegrity;
    default:
      return kFailed;
  }
}

int Report(const absl::Status& status) {
  if (!status.ok()) {
    std::fprintf(stderr, "consiliumd: %s\n",
                 std::string(status.message()).c_str());
  }
  return ExitCodeOf(status);
}

int RunInit(const std::string& data, const std::string& institution) {
  const absl::Status status = DataDirectory::Init(data, institution);
  if (status.ok()) {
    std::printf(
        "made the data directory %s of institution %s\n"
        "next: %s\n",
        data.c_str(), institution.c_str(), ServeCommand(data).c_str());
  }
  return Report(status);
}

// `consiliumd manual DIR`, for those who build packages.
int RunManual(const CLI::App& app, const std::string& directory) {
  for (const ManualPage& page : MakeServerManual(app)) {
    const std::string path = absl::StrCat(directory, "/", page.FileName());
    const absl::Status status = ReplaceFile(path, page.text());
    if (!status.ok()) return Report(status);
  }
  return 0;
}

absl::StatusOr<HttpConfig> ReadHttp(const std::string& field,
                                    const std::string& listen, int port_usual,
                                    bool remote, HttpConfig http) {
  http.field = field;
  ASSIGN_OR_RETURN(http.listen,
                   ListenAddress::Parse(listen, http.field, port_usual));
  http.remote = remote;
  RETURN_IF_ERROR(http.Check());
  return http;
}

// One line that is written over, where somebody looks at it.
BackupWork ProgressOnTerminal() {
  BackupWork work;
  if (isatty(STDERR_FILENO) == 0) return work;
  work.on_progress = [](BackupStage stage, int64_t done, int64_t total) {
    const bool is_digest = stage == v1::BackupProgress::STAGE_DIGESTING;
    std::fprintf(stderr, "\r\033[K%s %d %%",
                 is_digest ? "recomputing digests" : "reading files",
                 total <= 0 ? 0 : static_cast<int>(done * 100 / total));
  };
  return work;
}

void EndProgress() {
  if (isatty(STDERR_FILENO) != 0) std::fprintf(stderr, "\r\033[K");
}

std::string DescribeRegistries(const stored::v1::BackupManifest& manifest) {
  std::string text;
  for (const auto& registry : manifest.registries()) {
    absl::StrAppend(&text, "  registry ", registry.registry(), ": ",
                    registry.record_count(), " records, revision ",
                    registry.revision(), ", digest ", registry.digest(), "\n");
  }
  return text;
}

int RunBackupVerify(const std::string& backup, const std::string& scratch) {
  // Beside the backup, unless it lies where nothing can be written.
  std::string place = scratch;
  if (place.empty()) {
    const auto parent = std::filesystem::absolute(backup + "/..");
    place = access(parent.c_str(), W_OK) == 0
                ? parent.string()
                : std::filesystem::temp_directory_path().string();
  }
  const auto manifest =
      VerifyBackup(backup, absl::StrCat(place, "/.scratch-", getpid()),
                   ProgressOnTerminal());
  EndProgress();
  if (!manifest.ok()) return Report(manifest.status());
  std::printf("the backup %s can be restored: %d files, %lld bytes\n%s",
              manifest->name().c_str(), manifest->files_size(),
              static_cast<long long>(manifest->size_bytes()),
              DescribeRegistries(*manifest).c_str());
  return 0;
}

// What the settings that came along with a backup make its server do among
// others; empty when that is nothing.
std::string DescribeRestoredConfig(const std::string& data) {
  const std::string file = absl::StrCat(data, "/consilium.toml");
  const auto text = ReadFile(file);
  if (!text.ok()) return "";
  const auto config = ParseServerConfig(file, *text);
  if (!config.ok()) return "";
  std::string does;
  for (const PeerConfig& peer : config->peers) {
    absl::StrAppend(&does, "  syncs registry ", peer.registry.id(), " with ",
                    peer.address, "\n");
  }
  const BackupPolicy& backup = config->backup;
  if (!backup.directory.empty()) {
    absl::StrAppend(&does, "  ",
                    backup.interval.has_value() ? "makes" : "keeps",
                    " backups in ", backup.directory,
                    "; those of the old server stay, none is removed\n");
  }
  if (does.empty()) return "";
  return absl::StrCat("By ", file, ", which came along, it\n", does,
                      "Edit that file first if the old server still runs.\n");
}

int RunRestore(const std::string& backup, const std::string& keys,
               const std::string& data) {
  const auto manifest =
      DataDirectory::Restore(backup, keys, data, ProgressOnTerminal());
  EndProgress();
  if (!manifest.ok()) return Report(manifest.status());
  std::printf(
      "restored %s of institution %s to %s; every digest is that of the "
      "backup\n%s"
      "The server goes on as a new replica of each registry. What the old one "
      "wrote after the backup comes back with the next sync.\n"
      "%s"
      "next: %s\n",
      manifest->name().c_str(), manifest->institution().c_str(), data.c_str(),
      DescribeRegistries(*manifest).c_str(),
      DescribeRestoredConfig(data).c_str(), ServeCommand(data).c_str());
  const uint64_t needed = RocksdbStoreOptions().free_bytes_min;
  const auto free = ProbeFreeSpace(data);
  if (free.ok() && *free < needed) {
    std::fprintf(stderr,
                 "consiliumd: warning: the disk of %s has %llu MiB free, and "
                 "below %llu MiB the server refuses writes; make room first\n",
                 data.c_str(), static_cast<unsigned long long>(*free >> 20),
                 static_cast<unsigned long long>(needed >> 20));
  }
  return 0;
}

int RunDoctor(const std::string& data, bool deep, const std::string& output) {
  SystemClock clock;
  const v1::ExamineResponse report = ExamineDataDirectory(data, deep, clock);
  if (output == "json") {
    google::protobuf::util::JsonPrintOptions options;
    options.add_whitespace = true;
    std::string json;
    // Cannot fail: every field has a JSON form.
    if (!google::protobuf::util::MessageToJsonString(report, &json, options)
             .ok()) {
      return kFailed;
    }
    std::printf("%s", json.c_str());
  } else {
    const bool color =
        isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
    std::printf("%s", CheckReportText(report, color).c_str());
  }
  return CheckReportExitCode(report);
}

int RunServe(const std::string& listen, ServeOptions options) {
  const auto address = ListenAddress::Parse(listen);
  if (!address.ok()) return Report(address.status());
  options.version = ReleaseVersion();
  options.listen = *address;
  BlockEndSignals();
  // Protobuf would write a line of its own about every text that is not UTF-8;
  // the caller gets an error instead.
  google::protobuf::SetLogHandler(nullptr);
  const std::unique_ptr<EventLog> events = EventLog::ToStandardError();
  return Report(Serve(options, *events, [](const Listening& bound) {
    std::printf("listening on %s\n", bound.calls.ToString().c_str());
    if (bound.http.has_value()) {
      std::printf("health and metrics on http://%s/\n",
                  bound.http->ToString().c_str());
    }
    if (bound.review_pages.has_value()) {
      std::printf("reviews on http://%s/\n",
                  bound.review_pages->ToString().c_str());
    }
    // Whoever does not listen to this is served all the same.
    std::fflush(stdout);
    std::clearerr(stdout);
    const char* socket_path = std::getenv("NOTIFY_SOCKET");
    Report(NotifyServiceManager(socket_path == nullptr ? "" : socket_path,
                                "READY=1"));
  }));
}

// What help shows below the flags.
void AddExamples(CLI::App& app) {
  for (const auto& [words, examples] :
       std::initializer_list<std::pair<const char*, const char*>>{
           {"init",
            "  consiliumd init --data /srv/consilium --institution north"},
           {"serve",
            "  consiliumd serve --data /srv/consilium --listen 127.0.0.1:7700\n"
            "  consiliumd serve --data /srv/consilium --listen 127.0.0.1:7700 "
            "--http 127.0.0.1 --review-pages 127.0.0.1"},
           {"restore",
            "  consiliumd restore --from /backups/north-20260401-020000 --data "
            "/srv/consilium-again"},
           {"doctor", "  consiliumd doctor --data /srv/consilium --deep"}}) {
    app.get_subcommand(words)->footer(absl::StrCat("Examples:\n", examples));
  }
  app.get_subcommand("backup")->get_subcommand("verify")->footer(
      "Examples:\n  consiliumd backup verify /backups/north-20260401-020000");
  app.footer(
      "To begin:\n"
      "  consiliumd init --data /srv/consilium --institution north\n"
      "  consiliumd serve --data /srv/consilium --listen 127.0.0.1:7700\n"
      "and from another terminal\n"
      "  consilium --server 127.0.0.1:7700 registry create ID --title TITLE\n\n"
      "Settings:  consilium.toml in the data directory has peers to sync with, "
      "backups and pages; man consilium.toml\n"
      "Exit code: 0 ok, 1 failed, 2 typed wrongly, 6 the data directory cannot "
      "be used as it is, 7 a value is wrong, 8 try again later, 10 data is "
      "damaged");
}

int Run(int argc, char** argv) {
  CLI::App app("Serves the registries of one institution.", "consiliumd");
  app.set_version_flag("--version",
                       absl::StrCat("consiliumd ", ReleaseVersion()));
  app.require_subcommand(1);

  std::string data;
  std::string institution;
  CLI::App* init =
      app.add_subcommand("init", "Makes the data directory of a new server.");
  init->add_option("--data", data, "Directory to make, missing or empty.")
      ->type_name("DIR")
      ->required();
  init->add_option("--institution", institution,
                   "Id of the institution, such as north.")
      ->type_name("ID")
      ->required();

  ServeOptions options;
  std::string listen = "127.0.0.1:0";
  int64_t drain_seconds = absl::ToInt64Seconds(options.drain);
  CLI::App* serve = app.add_subcommand(
      "serve", "Serves a data directory until SIGTERM or SIGINT.");
  serve
      ->add_option("--data", options.data,
                   "Data directory, as init or restore made it. Its "
                   "consilium.toml names peers, backups and pages.")
      ->type_name("DIR")
      ->required();
  serve
      ->add_option("--listen", listen,
                   "Where to take calls: a loopback address. Port 0 takes any "
                   "free one, which `listening on HOST:PORT` names.")
      ->type_name("HOST:PORT")
      ->capture_default_str();
  std::string http;
  bool http_remote = false;
  CLI::Option* http_option =
      serve
          ->add_option(
              "--http", http,
              "Where to serve pages of health (/livez, /readyz) and of "
              "metrics for Prometheus (/metrics): a loopback address; "
              "without a port, 7780. Without the flag, as "
              "consilium.toml says, or not at all.")
          ->type_name("HOST:PORT");
  serve
      ->add_flag("--http-remote", http_remote,
                 "Lets --http be an address that other machines reach. The "
                 "pages are plain text for whoever asks.")
      ->needs(http_option);
  std::string review_pages;
  bool review_pages_remote = false;
  CLI::Option* review_pages_option =
      serve
          ->add_option(
              "--review-pages", review_pages,
              "Where to serve reviews as pages to browsers, read only: "
              "a loopback address; without a port, 7790. Without the "
              "flag, as consilium.toml says, or not at all.")
          ->type_name("HOST:PORT");
  serve
      ->add_flag("--review-pages-remote", review_pages_remote,
                 "Lets --review-pages be an address that other machines reach. "
                 "The pages are plain text for whoever asks.")
      ->needs(review_pages_option);
  serve->add_flag("--new-replica", options.new_replica,
                  "Opens a directory as a new replica of each registry: one "
                  "that was copied, with its disk or without, or that lost "
                  "the key of a replica or the file place.");
  serve
      ->add_option("--drain-seconds", drain_seconds,
                   "How long calls in flight may take when the server ends, "
                   "in seconds.")
      ->type_name("SECONDS")
      ->check(CLI::Range(0, 3600))
      ->capture_default_str();
  std::string manual_directory;
  CLI::App* manual =
      app.add_subcommand("manual", "Writes the manual pages.")->group("");
  manual->add_option("directory", manual_directory)->required();

  std::string backup;
  std::string scratch;
  CLI::App* backups =
      app.add_subcommand("backup", "Looks after backups without a server.");
  backups->require_subcommand(1);
  CLI::App* verify = backups->add_subcommand(
      "verify",
      "Reads a backup whole, restores it to a scratch directory and compares "
      "digests. Exits with 10 when it is damaged.");
  verify->add_option("DIR", backup, "Directory of the backup.")->required();
  verify
      ->add_option("--scratch", scratch,
                   "Where to restore it meanwhile; beside the backup unless "
                   "given.")
      ->type_name("DIR");

  std::string keys;
  CLI::App* restore = app.add_subcommand(
      "restore",
      "Makes a data directory from a backup. Its server writes as a new "
      "replica.");
  restore->add_option("--from", backup, "Directory of the backup.")
      ->type_name("DIR")
      ->required();
  restore->add_option("--data", data, "Directory to make, missing or empty.")
      ->type_name("DIR")
      ->required();
  restore
      ->add_option("--keys", keys,
                   "Directory that holds institution.key, for a backup "
                   "that was made without keys.")
      ->type_name("DIR");

  bool deep = false;
  std::string output = "table";
  CLI::App* doctor = app.add_subcommand(
      "doctor",
      "Examines a data directory whose server does not run. Exits with 1 when "
      "something fails, with 10 when data is damaged.");
  doctor->add_option("--data", data, "Data directory.")
      ->type_name("DIR")
      ->required();
  doctor->add_flag("--deep", deep,
                   "Also reads every file, and recomputes every digest.");
  doctor->add_option("-o,--output", output, "How to print it: table or json.")
      ->check(CLI::IsMember({"table", "json"}))
      ->capture_default_str();
  AddExamples(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUsage;
  }
  options.drain = absl::Seconds(drain_seconds);
  if (manual->parsed()) return RunManual(app, manual_directory);
  if (http_option->count() > 0) {
    const auto config =
        ReadHttp("--http", http, kHttpPortUsual, http_remote, {});
    if (!config.ok()) return Report(config.status());
    options.http = *config;
  }
  if (review_pages_option->count() > 0) {
    const auto config =
        ReadHttp("--review-pages", review_pages, kReviewPagesPortUsual,
                 review_pages_remote, ReviewPagesConfig());
    if (!config.ok()) return Report(config.status());
    options.review_pages = *config;
  }
  if (init->parsed()) return RunInit(data, institution);
  if (verify->parsed()) return RunBackupVerify(backup, scratch);
  if (restore->parsed()) return RunRestore(backup, keys, data);
  if (doctor->parsed()) return RunDoctor(data, deep, output);
  return RunServe(listen, options);
}

}  // namespace
}  // namespace consilium

int main(int argc, char** argv) {
#ifdef NDEBUG
  // Debian's Abseil looks for deadlocks at every lock, which is for tests.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
#endif
  const int code = consilium::Run(argc, argv);
  // A full disk must not look like success.
  if (code == 0 && (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)) {
    std::fprintf(stderr,
                 "consiliumd: standard output: %s; not all of it was written\n",
                 std::strerror(errno));
    return consilium::kFailed;
  }
  return code;
}

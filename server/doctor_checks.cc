#include "server/doctor_checks.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <future>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/api/connection.h"
#include "consilium/v1/sync_service.pb.h"
#include "proto/base/check_report.h"
#include "proto/base/errors.h"
#include "server/data_directory.h"
#include "server/doctor_text.h"
#include "server/institution_key.h"
#include "server/replica_keys.h"
#include "storage/change/change.h"
#include "storage/kv/file_io.h"
#include "storage/kv/free_space.h"
#include "storage/kv/rocksdb_store.h"
#include "storage/registry/content_check.h"

namespace consilium {
namespace {

constexpr char kGetFrontier[] = "consilium.v1.SyncService.GetFrontier";
constexpr absl::Duration kPeerDeadline = absl::Seconds(5);

// Clocks decide nothing, but people read what they say.
constexpr absl::Duration kClockDifferenceMax = absl::Minutes(1);

// Newest revisions whose changes are compared with the clock.
constexpr int64_t kClockRevisionsMax = 10'000;

// Below this much free space somebody should look; the store itself stops
// writing at its own limit.
constexpr uint64_t kFreeBytesLow = uint64_t{2} << 30;

// The store keeps all of its files open.
constexpr rlim_t kOpenFilesLow = 4'096;

// A peer that was not synced for so many intervals, and so long, is late.
constexpr int kLateIntervals = 10;
constexpr absl::Duration kLateMin = absl::Hours(1);

std::string Megabytes(uint64_t bytes) {
  return absl::StrCat(bytes >> 20, " MiB");
}

absl::Time TimeOf(const google::protobuf::Timestamp& stamp) {
  return absl::FromUnixSeconds(stamp.seconds()) +
         absl::Nanoseconds(stamp.nanos());
}

// The newest whole backup is what damage is mended from.
constexpr char kRestoreRemedy[] =
    "consiliumd restore --from BACKUP --data NEWDIR";

void CheckRegistry(const ExaminedServer& server,
                   const ExaminedRegistry& registry, bool deep,
                   absl::FunctionRef<absl::Status()> check_alive,
                   CheckList& checks) {
  if (registry.view == nullptr) {
    return AddFailure(Annotate(registry.status,
                               absl::StrCat("registry ", registry.name, ": ")),
                      kRestoreRemedy, checks);
  }
  const RegistryHead& head = registry.view->head();
  const std::string file = ConfigFile(server.data);
  const absl::Status id =
      CheckInstitutionId(*registry.view, server.config.institution, file);
  if (!id.ok()) {
    checks.Fail(id.message(),
                absl::StrCat("sed -i 's/^institution *=.*/institution = \"",
                             head.institution, "\"/' ", file));
  }
  if (!deep) {
    return checks.Pass(absl::StrCat("registry ", registry.name,
                                    " opens: revision ", head.revision, ", ",
                                    head.conflicts, " conflicts"));
  }
  const auto records = CheckContent(*registry.view, check_alive);
  if (!records.ok()) {
    return AddFailure(records.status(), kRestoreRemedy, checks);
  }
  checks.Pass(absl::StrCat(
      "registry ", registry.name, " at revision ", head.revision,
      ": digest recomputed from ", *records, " records: ",
      absl::BytesToHexString(head.content.Digest()).substr(0, 12)));
}

// The command that closes what others can read, or brings back what is lost.
std::string KeyRemedy(const absl::Status& status, const std::string& data) {
  const auto info = GetErrorInfo(status);
  if (!info.has_value()) return "";
  const auto path = info->metadata().find("path");
  if (info->reason() == "KEYS_EXPOSED" && path != info->metadata().end()) {
    return absl::StrCat("chmod ",
                        absl::EndsWith(path->second, ".key") ? "600 " : "700 ",
                        path->second);
  }
  const std::string keys = absl::StrCat(data, "/keys");
  return absl::StrCat(info->reason() == "KEYS_MISSING"
                          ? absl::StrCat(MakeDirectoryCommand(keys), " && ")
                          : "",
                      "cp -p BACKUP/keys/*.key ", keys, "/");
}

void CheckKeyOfInstitution(const KeyStore& keys,
                           const std::vector<ExaminedRegistry>& registries,
                           const std::string& data, CheckList& checks) {
  const auto key = ReadSigningKey(keys, kInstitutionKey);
  if (!key.ok()) return;  // Told by now.
  for (const ExaminedRegistry& registry : registries) {
    if (registry.view == nullptr) continue;
    const absl::Status status = CheckInstitutionKey(
        *registry.view, key->public_key(), keys.PathOf(kInstitutionKey));
    if (!status.ok()) AddFailure(status, KeyRemedy(status, data), checks);
  }
}

void CheckReplicaKey(const ReplicaKeys& keys, const ExaminedRegistry& registry,
                     const std::string& data, CheckList& checks) {
  if (registry.view == nullptr) return;
  const auto key = keys.Find(registry.view->head().replica);
  // Nobody needs the old key back: a new replica goes on without it.
  if (!key.ok()) {
    const bool exposed = GetErrorReason(key.status()) == "KEYS_EXPOSED";
    return AddFailure(
        key.status(),
        exposed ? KeyRemedy(key.status(), data) : ServeNewReplicaCommand(data),
        checks);
  }
  checks.Pass(absl::StrCat("the key of registry ", registry.name,
                           " is that of its replica"));
}

// Warns of the changes that a replica made while its clock was ahead, or that
// this one lags behind. A clock that was corrected leaves them behind others.
void CheckRegistryClock(absl::Time now, const ExaminedRegistry& registry,
                        CheckList& checks) {
  if (registry.view == nullptr) return;
  const RegistryHead& head = registry.view->head();
  struct Ahead {
    int64_t count = 0;
    absl::Duration most;
  };
  std::map<std::string, Ahead> found;  // By institution.
  const int64_t since =
      std::max<int64_t>(0, head.revision - kClockRevisionsMax);
  const absl::Status read =
      registry.view->ListChanges(since, [&](const ChangeSummary& change) {
        const absl::Duration ahead = TimeOf(change.header.claimed_time()) - now;
        if (ahead <= kClockDifferenceMax) return true;
        Ahead& entry = found[change.institution];
        ++entry.count;
        entry.most = std::max(entry.most, ahead);
        return true;
      });
  read.IgnoreError();  // The data's own check tells.
  for (const auto& [institution, ahead] : found) {
    const bool one = ahead.count == 1;
    checks.Warn(
        absl::StrCat(
            ahead.count, one ? " change of " : " changes of ", institution,
            " in registry ", registry.name,
            one ? " claims a time " : " claim times up to ",
            absl::FormatDuration(absl::Trunc(ahead.most, absl::Seconds(1))),
            " ahead of this clock; this clock is wrong, or that of ",
            institution, " is or was"),
        "timedatectl set-ntp true  # changes keep the times that they claim");
  }
}

// What one peer answered.
struct PeerAnswer {
  absl::StatusOr<v1::GetFrontierResponse> response =
      absl::UnknownError("not asked");
  absl::Duration clock_difference;  // Its clock less ours.
};

PeerAnswer AskPeer(const PeerConfig& peer) {
  PeerAnswer answer;
  const auto connection = Connection::Open(peer.address);
  if (!connection.ok()) {
    answer.response = connection.status();
    return answer;
  }
  v1::GetFrontierRequest request;
  request.set_registry(peer.registry.Full());
  CallOptions options;
  options.deadline = kPeerDeadline;
  const absl::Time before = absl::Now();
  answer.response = CallFor<v1::GetFrontierResponse>(**connection, kGetFrontier,
                                                     request, options);
  const absl::Time after = absl::Now();
  if (answer.response.ok() && answer.response->has_server_time()) {
    const absl::Time theirs = TimeOf(answer.response->server_time());
    // Within the call, no clock can tell more.
    answer.clock_difference = theirs < before  ? theirs - before
                              : theirs > after ? theirs - after
                                               : absl::ZeroDuration();
  }
  return answer;
}

const ExaminedRegistry* FindRegistry(
    const std::vector<ExaminedRegistry>& registries, absl::string_view name) {
  for (const ExaminedRegistry& each : registries) {
    if (each.name == name && each.view != nullptr) return &each;
  }
  return nullptr;
}

void CheckPeerAnswer(const PeerConfig& peer, const PeerAnswer& answer,
                     const ExaminedRegistry* registry, const std::string& data,
                     CheckList& checks) {
  const std::string who =
      absl::StrCat(peer.address, " for registry ", peer.registry.id());
  if (registry == nullptr) {
    return checks.Fail(
        absl::StrCat("this server has no registry ", peer.registry.id(),
                     " to sync with ", peer.address),
        absl::StrCat("consilium registry join ", peer.registry.id(), " --from ",
                     peer.address));
  }
  if (!answer.response.ok()) {
    return checks.Warn(
        absl::StrCat("peer ", who, ": ", answer.response.status().message()),
        absl::StrCat("consilium --server ", peer.address, " registry list"));
  }
  const v1::GetFrontierResponse& theirs = *answer.response;
  if (theirs.registry_id() != registry->view->head().registry_id) {
    return checks.Fail(
        absl::StrCat("peer ", who, " has another registry under that name"),
        absl::StrCat(EditCommand(ConfigFile(data)),
                     "  # remove that [[peer]]"));
  }
  if (theirs.format_version() != kChangeFormatVersion ||
      (theirs.rule_version() != 0 && theirs.rule_version() != kRuleVersion)) {
    return checks.Fail(
        absl::StrCat("peer ", who, " has format ", theirs.format_version(),
                     " and rules ", theirs.rule_version(), ", this server ",
                     kChangeFormatVersion, " and ", kRuleVersion,
                     ", so that they cannot sync"),
        "# bring both servers to the same release");
  }
  if (absl::AbsDuration(answer.clock_difference) > kClockDifferenceMax) {
    return checks.Warn(
        absl::StrCat("the clock of peer ", peer.address, " differs by ",
                     absl::FormatDuration(absl::Trunc(answer.clock_difference,
                                                      absl::Seconds(1)))),
        "timedatectl set-ntp true");
  }
  checks.Pass(absl::StrCat("peer ", who, " answers, as institution ",
                           theirs.institution()));
}

void CheckLastSync(const PeerConfig& peer, const ScheduledPeerStatus& status,
                   absl::Time now, CheckList& checks) {
  const std::string remedy =
      absl::StrCat("consilium sync THIS-SERVER ", peer.address, " --registry ",
                   peer.registry.id());
  const std::string last = status.last_success == absl::InfinitePast()
                               ? std::string("never since the server started")
                               : Ago(status.last_success, now);
  if (absl::IsDataLoss(status.last_error)) {
    return checks.Damaged(
        absl::StrCat("the last sync with ", peer.address,
                     " raised an alarm: ", status.last_error.message()),
        "consilium doctor --deep  # on both servers");
  }
  if (status.set_aside > 0) {
    return checks.Warn(
        absl::StrCat("the last sync with ", peer.address, " set ",
                     status.set_aside, " groups of changes aside"),
        remedy);
  }
  const absl::Duration late =
      std::max(kLateMin, peer.interval * kLateIntervals);
  if (status.failures_in_row > 0 && status.Lag(now) > late) {
    return checks.Warn(absl::StrCat("last synced with ", peer.address, " ",
                                    last, ": ", status.last_error.message()),
                       remedy);
  }
  if (status.last_success == absl::InfinitePast()) return;  // Just started.
  checks.Pass(absl::StrCat("last synced with ", peer.address, " ", last));
}

}  // namespace

std::string RestartCommand() {
  const char* const manager = std::getenv("NOTIFY_SOCKET");
  if (manager != nullptr && *manager != '\0') {
    return "systemctl restart consiliumd";
  }
  return absl::StrCat("kill ", getpid(), "  # then start it again as before");
}

void CheckConfiguration(const std::string& data,
                        const std::string* running_text,
                        v1::ExamineResponse& report) {
  CheckList checks(report, "configuration");
  const std::string file = ConfigFile(data);
  const std::string edit = EditCommand(file);
  const auto text = ReadFile(file);
  if (!text.ok()) return AddFailure(text.status(), edit, checks);
  const auto config = ParseServerConfig(file, *text);
  if (!config.ok()) return AddFailure(config.status(), edit, checks);
  if (running_text != nullptr && *running_text != *text) {
    return checks.Warn(
        absl::StrCat(file,
                     " was edited since the server started; it still "
                     "does what it read then"),
        RestartCommand());
  }
  checks.Pass(absl::StrCat(file, " reads: institution ", config->institution,
                           ", ", config->peers.size(), " peers"));
}

void CheckData(const ExaminedServer& server, const KeyValueStore& store,
               const absl::StatusOr<std::vector<ExaminedRegistry>>& registries,
               bool deep, absl::FunctionRef<absl::Status()> check_alive,
               v1::ExamineResponse& report) {
  CheckList checks(report, "data");
  const absl::Status health = store.Health();
  if (!health.ok()) {
    AddFailure(health, server.restart, checks);
  } else if (registries.ok()) {
    checks.Pass("the store is open and takes writes");
  } else {
    AddFailure(registries.status(), kRestoreRemedy, checks);
  }
  if (deep) {
    const absl::Status integrity = store.VerifyIntegrity();
    if (integrity.ok()) {
      checks.Pass("every file of the store fits its checksum");
    } else {
      AddFailure(integrity, kRestoreRemedy, checks);
    }
  }
  if (!registries.ok()) return;
  for (const ExaminedRegistry& registry : *registries) {
    CheckRegistry(server, registry, deep, check_alive, checks);
  }
  if (registries->empty()) {
    checks.Warn("there is no registry yet", "consilium registry create ID");
  }
}

void CheckKeys(const std::string& data,
               const std::vector<ExaminedRegistry>& registries,
               bool replica_keys, v1::ExamineResponse& report) {
  CheckList checks(report, "keys");
  auto keys = KeyStore::Open(absl::StrCat(data, "/keys"));
  if (!keys.ok()) {
    return AddFailure(keys.status(), KeyRemedy(keys.status(), data), checks);
  }
  checks.Pass(absl::StrCat(keys->directory(), " is closed to others"));
  for (const absl::string_view name : {kInstitutionKey, kPageTokenKey}) {
    const auto key = keys->Read(name);
    if (key.ok()) {
      checks.Pass(absl::StrCat("the key ", name, " is whole and private"));
    } else {
      AddFailure(key.status(), KeyRemedy(key.status(), data), checks);
    }
  }
  CheckKeyOfInstitution(*keys, registries, data, checks);
  if (!replica_keys) return;
  for (const ExaminedRegistry& registry : registries) {
    CheckReplicaKey(ReplicaKeys(*keys), registry, data, checks);
  }
}

void CheckClock(absl::Time now, const std::vector<ExaminedRegistry>& registries,
                v1::ExamineResponse& report) {
  CheckList checks(report, "clock");
  for (const ExaminedRegistry& registry : registries) {
    CheckRegistryClock(now, registry, checks);
  }
  if (report.groups().rbegin()->checks_size() > 0) return;
  checks.Pass(absl::StrCat(
      "it is ", absl::FormatTime("%Y-%m-%d %H:%M:%S", now, absl::UTCTimeZone()),
      " UTC, which is behind no change that is held"));
}

void CheckMachine(const std::string& data, const BackupPolicy& backups,
                  v1::ExamineResponse& report) {
  CheckList checks(report, "machine");
  const uint64_t needed = RocksdbStoreOptions().free_bytes_min;
  const auto free = ProbeFreeSpace(data);
  const std::string remedy =
      backups.directory.empty()
          ? absl::StrCat("df -h ", data, "  # then make room there")
          : "consilium backup prune --keep 3";
  if (!free.ok()) {
    AddFailure(free.status(), remedy, checks);
  } else if (*free < needed) {
    checks.Fail(
        absl::StrCat("the disk of ", data, " has ", Megabytes(*free),
                     " free; below ", Megabytes(needed), " writes are refused"),
        remedy);
  } else if (*free < kFreeBytesLow) {
    checks.Warn(absl::StrCat("the disk of ", data, " has only ",
                             Megabytes(*free), " free"),
                remedy);
  } else {
    checks.Pass(
        absl::StrCat("the disk of ", data, " has ", Megabytes(*free), " free"));
  }
  struct rlimit files;
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  if (files.rlim_cur < kOpenFilesLow && files.rlim_max < kOpenFilesLow) {
    return checks.Warn(absl::StrCat("this process may open only ",
                                    files.rlim_cur, " files at once"),
                       "ulimit -n 65536  # in the shell that starts it, or "
                       "LimitNOFILE= in its unit");
  }
  checks.Pass(
      absl::StrCat("this process may open ", files.rlim_max, " files at once"));
}

void CheckPeers(const ExaminedServer& server,
                const std::vector<ExaminedRegistry>& registries,
                const std::vector<ScheduledPeerStatus>& statuses,
                absl::Time now, v1::ExamineResponse& report) {
  const std::vector<PeerConfig>& peers = server.config.peers;
  if (peers.empty()) return;
  CheckList checks(report, "peers");
  std::vector<std::future<PeerAnswer>> answers;
  answers.reserve(peers.size());
  for (const PeerConfig& peer : peers) {
    answers.push_back(
        std::async(std::launch::async, [&peer] { return AskPeer(peer); }));
  }
  for (size_t i = 0; i < peers.size(); ++i) {
    CheckPeerAnswer(peers[i], answers[i].get(),
                    FindRegistry(registries, peers[i].registry.id()),
                    server.data, checks);
    if (i < statuses.size()) CheckLastSync(peers[i], statuses[i], now, checks);
  }
}

}  // namespace consilium

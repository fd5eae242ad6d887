#include "client/cli/name_source.h"

#include "absl/strings/match.h"
#include "client/cli/backup_view.h"
#include "client/cli/limits.h"
#include "client/cli/method_names.h"
#include "client/cli/record_commands.h"
#include "client/cli/record_view.h"
#include "client/cli/server_session.h"
#include "consilium/v1/registry_service.pb.h"
#include "consilium/v1/snapshot_service.pb.h"

namespace consilium {
namespace {

using google::protobuf::Message;

// Collects short names, as many as completion shows.
class NameCollector {
 public:
  explicit NameCollector(absl::string_view prefix) : prefix_(prefix) {}

  bool Add(const std::string& name) {
    if (absl::StartsWith(name, prefix_)) names_.push_back(name);
    return names_.size() < kCompletionsMax;
  }
  bool AddRecord(const Message& record) {
    return Add(ShortName(RecordNameOf(record)));
  }
  std::vector<std::string> Take() { return std::move(names_); }

 private:
  const absl::string_view prefix_;
  std::vector<std::string> names_;
};

// What goes wrong leaves the names that were there: a shell shows no errors.
void CollectRecords(absl::string_view kind, ServerSession& session,
                    NameCollector& names) {
  if (kind == "registry") {
    ListPages(
        session.caller(), kListRegistries, v1::ListRegistriesRequest(),
        [&](Message& message) {
          const auto name = RegistryName::Parse(RecordNameOf(message));
          return !name.ok() || names.Add(name->id());
        },
        session.options())
        .IgnoreError();
    return;
  }
  if (kind == "backup") {
    const auto backups = CallFor<v1::ListBackupsResponse>(
        session.caller(), kListBackups, v1::ListBackupsRequest(),
        session.options());
    if (!backups.ok()) return;
    for (const v1::Backup& backup : backups->backups()) {
      if (!names.Add(BackupId(backup))) return;
    }
    return;
  }
  const auto registry = session.Registry();
  if (!registry.ok()) return;
  if (kind == "snapshot") {
    v1::ListSnapshotsRequest request;
    request.set_parent(registry->Full());
    ListPages(
        session.caller(), kListSnapshots, request,
        [&](Message& message) { return names.AddRecord(message); },
        session.options())
        .IgnoreError();
    return;
  }
  const RecordTraits* traits = RecordTraitsTable::Get().FindByWord(kind);
  if (traits == nullptr) return;
  const auto parent = session.ResolveParent(*traits, "");
  if (!parent.ok()) return;
  RecordListOptions list;
  list.parent = *parent;
  session.records()
      .List(*traits, list,
            [&](Message& record) { return names.AddRecord(record); })
      .IgnoreError();
}

}  // namespace

std::vector<std::string> CompletionNames(absl::string_view kind,
                                         absl::string_view prefix,
                                         const Settings& settings) {
  NameCollector names(prefix);
  if (kind == "kind") {
    for (const RecordNoun& noun : RecordNouns()) {
      names.Add(noun.traits->singular);
    }
    names.Add("evidence-row");
    return names.Take();
  }
  Settings quick = settings;
  quick.timeout = kCompletionTimeout;
  const auto session = ServerSession::Open(quick);
  if (session.ok()) CollectRecords(kind, **session, names);
  return names.Take();
}

}  // namespace consilium

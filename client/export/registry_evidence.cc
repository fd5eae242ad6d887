#include "client/export/registry_evidence.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/api/record_client.h"
#include "consilium/v1/change_service.pb.h"
#include "consilium/v1/registry_service.pb.h"
#include "consilium/v1/snapshot_service.pb.h"
#include "consilium/v1/trial_service.pb.h"
#include "proto/base/record_traits.h"
#include "proto/base/status_macros.h"
#include "proto/base/text_form.h"

namespace consilium {
namespace {

// Reads one collection into `visit`.
template <typename Record>
absl::Status ReadAll(RecordClient& client, absl::string_view parent,
                     absl::string_view at,
                     absl::FunctionRef<void(Record)> visit) {
  const RecordTraits& traits =
      *RecordTraitsTable::Get().FindByDescriptor(Record::descriptor());
  RecordListOptions list;
  list.parent = std::string(parent);
  list.at = std::string(at);
  return client.List(traits, list, [&](google::protobuf::Message& record) {
    visit(std::move(static_cast<Record&>(record)));
    return true;
  });
}

// The study whose name is the beginning of `name`, or null.
Study* FindStudy(std::map<std::string, Study>& studies,
                 const std::string& name) {
  const size_t end = name.rfind('/', name.rfind('/') - 1);
  const auto it = studies.find(name.substr(0, end));
  return it == studies.end() ? nullptr : &it->second;
}

absl::Status ReadStudies(RecordClient& client, absl::string_view registry,
                         absl::string_view at, RegistryEvidence& evidence) {
  std::map<std::string, Study> studies;
  RETURN_IF_ERROR(
      ReadAll<v1::Trial>(client, registry, at, [&](v1::Trial trial) {
        const std::string name = trial.name();
        studies[name].trial = std::move(trial);
      }));
  const std::string all = absl::StrCat(registry, "/trials/-");
  RETURN_IF_ERROR(ReadAll<v1::Arm>(client, all, at, [&](v1::Arm arm) {
    Study* const study = FindStudy(studies, arm.name());
    if (study != nullptr) study->arms.push_back(std::move(arm));
  }));
  RETURN_IF_ERROR(
      ReadAll<v1::Endpoint>(client, all, at, [&](v1::Endpoint endpoint) {
        Study* const study = FindStudy(studies, endpoint.name());
        if (study != nullptr) study->endpoints.push_back(std::move(endpoint));
      }));
  RETURN_IF_ERROR(
      ReadAll<v1::AdverseEvent>(client, all, at, [&](v1::AdverseEvent event) {
        Study* const study = FindStudy(studies, event.name());
        if (study != nullptr) {
          study->adverse_events.push_back(std::move(event));
        }
      }));
  for (auto& [name, study] : studies) {
    evidence.studies.push_back(std::move(study));
  }
  return absl::OkStatus();
}

absl::Status ReadDisputes(Caller& caller, absl::string_view registry,
                          absl::string_view at, RegistryEvidence& evidence) {
  v1::ListConflictsRequest conflicts;
  conflicts.set_parent(std::string(registry));
  conflicts.set_at(std::string(at));
  RETURN_IF_ERROR(ListPages(
      caller, "consilium.v1.ConflictService.ListConflicts", conflicts,
      [&](google::protobuf::Message& message) {
        auto& conflict = static_cast<v1::Conflict&>(message);
        const RegistryEvidence::Place place{conflict.record(), conflict.path()};
        evidence.conflicts[place] = std::move(conflict);
        return true;
      }));
  v1::ListAgreementsRequest agreements;
  agreements.set_parent(std::string(registry));
  agreements.set_at(std::string(at));
  return ListPages(caller, "consilium.v1.ConflictService.ListAgreements",
                   agreements, [&](google::protobuf::Message& message) {
                     auto& agreement = static_cast<v1::Agreement&>(message);
                     const RegistryEvidence::Place place{agreement.record(),
                                                         agreement.path()};
                     evidence.agreements[place] = std::move(agreement);
                     return true;
                   });
}

// Reads what is visible in the record of that name.
absl::Status ReadEntries(Caller& caller, const std::string& record,
                         RegistryEvidence& evidence) {
  v1::ListChangesRequest request;
  request.set_parent(record);
  request.set_at(evidence.frontier);
  return ListPages(
      caller, "consilium.v1.ChangeService.ListChanges", request,
      [&](google::protobuf::Message& message) {
        auto& change = static_cast<v1::ChangeEntry&>(message);
        // What only this server knows has no place in what every server
        // answers alike.
        change.mutable_info()->clear_received_time();
        change.mutable_info()->clear_revision();
        for (const v1::AssignmentInfo& assignment : change.assignments()) {
          if (!assignment.visible()) continue;
          evidence.entries[{record, assignment.path()}].push_back(
              {change.info(), SourceFromText(assignment.source())});
        }
        return true;
      });
}

absl::Status ReadAllEntries(Caller& caller, RegistryEvidence& evidence) {
  for (const auto& [id, publication] : evidence.publications) {
    RETURN_IF_ERROR(ReadEntries(caller, publication.name(), evidence));
  }
  for (const Study& study : evidence.studies) {
    RETURN_IF_ERROR(ReadEntries(caller, study.trial.name(), evidence));
    for (const v1::Arm& arm : study.arms) {
      RETURN_IF_ERROR(ReadEntries(caller, arm.name(), evidence));
    }
    for (const v1::Endpoint& endpoint : study.endpoints) {
      RETURN_IF_ERROR(ReadEntries(caller, endpoint.name(), evidence));
    }
    for (const v1::AdverseEvent& event : study.adverse_events) {
      RETURN_IF_ERROR(ReadEntries(caller, event.name(), evidence));
    }
  }
  const auto order = [](const Entry& entry) {
    return std::make_tuple(entry.change.claimed_time().seconds(),
                           entry.change.claimed_time().nanos(),
                           entry.change.hash());
  };
  for (auto& [place, entries] : evidence.entries) {
    std::sort(
        entries.begin(), entries.end(),
        [&](const Entry& a, const Entry& b) { return order(a) < order(b); });
  }
  return absl::OkStatus();
}

// The version as a frontier, which means the same on every server.
absl::StatusOr<std::string> PinVersion(Caller& caller,
                                       absl::string_view registry,
                                       absl::string_view at) {
  v1::ListTrialsRequest request;
  request.set_parent(std::string(registry));
  request.set_page_size(1);
  request.set_at(std::string(at));
  ASSIGN_OR_RETURN(
      const auto response,
      CallFor<v1::ListTrialsResponse>(
          caller, "consilium.v1.TrialService.ListTrials", request));
  return response.frontier();
}

// The snapshot that `at` names, if it names one. One that merely has the same
// frontier does not count: another server may not know it.
absl::Status FindSnapshot(Caller& caller, absl::string_view registry,
                          absl::string_view at, RegistryEvidence& evidence) {
  if (at.empty()) return absl::OkStatus();
  v1::GetSnapshotRequest request;
  request.set_name(absl::StrContains(at, "/")
                       ? std::string(at)
                       : absl::StrCat(registry, "/snapshots/", at));
  absl::StatusOr<v1::Snapshot> snapshot = CallFor<v1::Snapshot>(
      caller, "consilium.v1.SnapshotService.GetSnapshot", request);
  if (absl::IsNotFound(snapshot.status()) ||
      absl::IsInvalidArgument(snapshot.status())) {
    return absl::OkStatus();  // A frontier, or a revision.
  }
  RETURN_IF_ERROR(snapshot.status());
  snapshot->clear_revision();
  evidence.snapshot = *std::move(snapshot);
  return absl::OkStatus();
}

}  // namespace

v1::Source SourceFromText(const std::string& json) {
  v1::Source source;
  if (!json.empty() &&
      !ParseMessage("source", json, TextFormat::kJson, source).ok()) {
    source.Clear();
    source.set_text(json);
  }
  return source;
}

absl::StatusOr<RegistryEvidence> ReadRegistryEvidence(
    Caller& caller, absl::string_view registry, absl::string_view at) {
  RegistryEvidence evidence;
  ASSIGN_OR_RETURN(evidence.frontier, PinVersion(caller, registry, at));
  v1::GetRegistryRequest request;
  request.set_name(std::string(registry));
  request.set_at(evidence.frontier);
  ASSIGN_OR_RETURN(
      evidence.registry,
      CallFor<v1::Registry>(caller, "consilium.v1.RegistryService.GetRegistry",
                            request));
  RETURN_IF_ERROR(FindSnapshot(caller, registry, at, evidence));
  RecordClient client(caller);
  RETURN_IF_ERROR(ReadAll<v1::Publication>(
      client, registry, evidence.frontier, [&](v1::Publication publication) {
        const std::string name = publication.name();
        evidence.publications[name.substr(name.rfind('/') + 1)] =
            std::move(publication);
      }));
  RETURN_IF_ERROR(ReadStudies(client, registry, evidence.frontier, evidence));
  RETURN_IF_ERROR(ReadDisputes(caller, registry, evidence.frontier, evidence));
  RETURN_IF_ERROR(ReadAllEntries(caller, evidence));
  return evidence;
}

}  // namespace consilium

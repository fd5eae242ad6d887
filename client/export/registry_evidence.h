// The evidence of a registry at one version, as a page or a table needs it.
#ifndef CONSILIUM_CLIENT_EXPORT_REGISTRY_EVIDENCE_H_
#define CONSILIUM_CLIENT_EXPORT_REGISTRY_EVIDENCE_H_

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/api/caller.h"
#include "consilium/v1/adverse_event.pb.h"
#include "consilium/v1/arm.pb.h"
#include "consilium/v1/common.pb.h"
#include "consilium/v1/conflict_service.pb.h"
#include "consilium/v1/endpoint.pb.h"
#include "consilium/v1/publication.pb.h"
#include "consilium/v1/registry.pb.h"
#include "consilium/v1/snapshot.pb.h"
#include "consilium/v1/trial.pb.h"
#include "consilium/v1/version.pb.h"

namespace consilium {

// One study with what hangs below it, in the order of names.
struct Study {
  v1::Trial trial;
  std::vector<v1::Arm> arms;
  std::vector<v1::Endpoint> endpoints;
  std::vector<v1::AdverseEvent> adverse_events;
};

// A visible assignment: who entered it, and where it was read.
struct Entry {
  v1::ChangeInfo change;
  v1::Source source;  // Empty when nothing was said.
};

// Holds nothing that differs between servers which hold the same changes.
struct RegistryEvidence {
  // Full name of a record, and a path of it as text.
  using Place = std::pair<std::string, std::string>;

  v1::Registry registry;
  std::optional<v1::Snapshot> snapshot;  // Absent at another version.
  std::string frontier;
  std::map<std::string, v1::Publication> publications;  // By id.
  std::vector<Study> studies;
  std::map<Place, v1::Conflict> conflicts;
  std::map<Place, v1::Agreement> agreements;
  // The visible assignments, by the time they claim, then by hash.
  std::map<Place, std::vector<Entry>> entries;
};

// Reads the registry of that full name at the version `at` (a snapshot, a
// frontier or a revision; empty means the latest). The version is pinned by
// the first read. Errors are those of Caller::Call.
absl::StatusOr<RegistryEvidence> ReadRegistryEvidence(
    Caller& caller, absl::string_view registry, absl::string_view at);

// A source given as ProtoJSON, such as VisibleValue.source. What a newer
// release wrote and this one cannot read becomes the source's text.
v1::Source SourceFromText(const std::string& json);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_EXPORT_REGISTRY_EVIDENCE_H_

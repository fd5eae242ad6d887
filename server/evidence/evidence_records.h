// The records of one version that evidence is made of, with who entered what.
#ifndef CONSILIUM_SERVER_EVIDENCE_EVIDENCE_RECORDS_H_
#define CONSILIUM_SERVER_EVIDENCE_EVIDENCE_RECORDS_H_

#include <google/protobuf/arena.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "consilium/v1/evidence.pb.h"
#include "server/evidence/evidence.h"
#include "storage/registry/registry_store.h"
#include "storage/registry/version.h"

namespace consilium {

// The record under another value that stands for one of its paths in conflict.
// Of an endpoint or adverse event, when the path is an element, it holds that
// element alone.
struct RecordVariant {
  std::string path;
  google::protobuf::Message* message = nullptr;
  bool removed = false;  // The value is that there is no such element.
  std::set<std::string> institutions, authors;
  v1::Source source;
};

// One record as it was read. Messages are in the arena that it was read into.
struct EvidenceRecord {
  std::string name;  // Relative to the registry.
  google::protobuf::Message* message = nullptr;
  std::vector<std::string> conflicts;   // Paths.
  std::vector<RecordVariant> variants;  // By path and value.
  // By path; of several values that which reads return comes first.
  absl::flat_hash_map<std::string, std::vector<v1::Provenance*>> provenance;
};

// A trial with its children, by id.
struct TrialRecords {
  std::string id;
  EvidenceRecord record;
  std::map<std::string, EvidenceRecord> arms, endpoints, events;

  const v1::Trial& message() const {
    return static_cast<const v1::Trial&>(*record.message);
  }
};

// The live ones, by id.
struct EvidenceRecords {
  std::string frontier;  // Of the version, as a token.
  std::map<std::string, TrialRecords> trials;
  std::map<std::string, const v1::Publication*> publications;
  std::map<std::string, const v1::Link*> links;
};

// Reads the records of `store` at `version` into `arena`.
//   NOT_FOUND, FAILED_PRECONDITION  as RegistryStore::OpenView.
//   what `check_alive` returns.
absl::StatusOr<EvidenceRecords> ReadRecords(
    const RegistryStore& store, Version version,
    const Evidence::CheckAlive& check_alive, google::protobuf::Arena& arena);

// The last id in a resource name.
absl::string_view LastSegment(absl::string_view name);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_EVIDENCE_EVIDENCE_RECORDS_H_

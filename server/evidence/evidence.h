// The evidence of a registry at one version: trials, arms, endpoints and
// adverse events flattened into rows. README.md gives the meaning of every
// column.
#ifndef CONSILIUM_SERVER_EVIDENCE_EVIDENCE_H_
#define CONSILIUM_SERVER_EVIDENCE_EVIDENCE_H_

#include <google/protobuf/arena.h>

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "consilium/v1/evidence.pb.h"
#include "consilium/v1/link.pb.h"
#include "server/evidence/row_match.h"
#include "storage/registry/registry_store.h"
#include "storage/registry/version.h"

namespace consilium {

// A trial with all that belongs to it. Pointers are into the evidence; none is
// null.
struct TrialEvidence {
  std::string id;       // As its record has it.
  std::string primary;  // Id after links; the same when none joins it.
  std::string study;    // Short name, for people.
  const v1::Trial* trial = nullptr;
  // By id. Endpoints and adverse events without their elements, which the rows
  // hold.
  std::map<std::string, const v1::Arm*> arms;
  std::map<std::string, const v1::Endpoint*> endpoints;
  std::map<std::string, const v1::AdverseEvent*> events;
  // Its rows, in order; of a trial joined into another, those that it adds.
  std::vector<const v1::EvidenceRow*> rows;
};

// Immutable, hence thread-safe. The same version gives the same evidence on
// every server.
class Evidence {
 public:
  // Tells whether somebody still waits for the evidence.
  using CheckAlive = std::function<absl::Status()>;

  // Reads the evidence of a registry at `version`.
  //   NOT_FOUND, FAILED_PRECONDITION  as RegistryStore::OpenView.
  //   what `check_alive` returns.
  static absl::StatusOr<std::shared_ptr<const Evidence>> Build(
      const RegistryStore& store, Version version,
      const CheckAlive& check_alive);

  Evidence(const Evidence&) = delete;
  Evidence& operator=(const Evidence&) = delete;

  // The version, as a frontier's token.
  const std::string& frontier() const { return frontier_; }

  // Every row, with records and provenance, in the order of trial, record and
  // element; a trial's own row comes first.
  //
  // Rows share the records in them: copy a row with CopyRow, never change it.
  const std::vector<const v1::EvidenceRow*>& rows() const { return rows_; }

  // What rows would hold otherwise, those in conflict in the order of their
  // disputes, which lack what was taken back.
  const RowVariants& variants() const { return variants_; }

  // The row of that id, or null.
  const v1::EvidenceRow* FindRow(absl::string_view id) const;

  // Every live trial, by id.
  const std::map<std::string, TrialEvidence>& trials() const { return trials_; }
  const TrialEvidence* FindTrial(absl::string_view id) const;

  // By id, the live ones.
  const std::map<std::string, const v1::Publication*>& publications() const {
    return publications_;
  }
  const std::map<std::string, const v1::Link*>& links() const { return links_; }

  // Memory held, about.
  size_t SizeBytes() const { return arena_.SpaceUsed() + index_size_bytes_; }

 private:
  friend class EvidenceBuilder;

  Evidence();

  google::protobuf::Arena arena_;  // Of all messages.
  std::string frontier_;
  std::vector<const v1::EvidenceRow*> rows_;
  absl::flat_hash_map<absl::string_view, const v1::EvidenceRow*> rows_by_id_;
  RowVariants variants_;
  std::map<std::string, TrialEvidence> trials_;
  std::map<std::string, const v1::Publication*> publications_;
  std::map<std::string, const v1::Link*> links_;
  size_t index_size_bytes_ = 0;
};

// What CopyRow copies beside the flat part.
struct RowParts {
  bool provenance = false;
  bool records = false;
};

// Copies `row` into `copy`, which is empty.
void CopyRow(const v1::EvidenceRow& row, RowParts parts, v1::EvidenceRow& copy);

// Calls `visit` with each record that `row` holds and the number of its field,
// in the order of fields.
void ForEachRecord(
    const v1::EvidenceRow& row,
    absl::FunctionRef<void(int field, const google::protobuf::Message&)> visit);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_EVIDENCE_EVIDENCE_H_

#include "storage/registry/row_codec.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "proto/base/status_macros.h"
#include "storage/digest/element.h"
#include "storage/schema/errors.h"
#include "storage/schema/row_value.h"
#include "storage/schema/row_writer.h"

namespace consilium {
namespace {

using stored::v1::RowAssignment;
using stored::v1::RowDot;

// The replicas that a row names, which its dots refer to by index. Rows name
// few, so a search beats a map.
class ReplicaTable {
 public:
  void Add(const ReplicaId& replica) {
    if (IndexOf(replica) == static_cast<int32_t>(replicas_.size())) {
      replicas_.push_back(replica);
    }
  }

  void AddAllOf(const Assignment& assignment) {
    Add(assignment.dot.replica);
    for (const Dot& dot : assignment.covered) Add(dot.replica);
  }

  // The number of replicas where it was not added.
  int32_t IndexOf(const ReplicaId& replica) const {
    const auto it = std::find(replicas_.begin(), replicas_.end(), replica);
    return static_cast<int32_t>(it - replicas_.begin());
  }

  void Write(int32_t field, RowWriter& row) const {
    for (const ReplicaId& replica : replicas_) {
      row.Element(field, replica.bytes());
    }
  }

 private:
  std::vector<ReplicaId> replicas_;
};

void WriteDot(const Dot& dot, const ReplicaTable& table, RowWriter& row) {
  row.Varint(RowDot::kReplicaFieldNumber, table.IndexOf(dot.replica));
  row.Varint(RowDot::kSequenceFieldNumber, dot.sequence);
}

void WriteAssignment(const Assignment& in, const ReplicaTable& table,
                     RowWriter& row) {
  using To = RowAssignment;
  row.Varint(To::kFieldFieldNumber, in.path.field);
  row.Varint(To::kKindFieldNumber, static_cast<int32_t>(in.path.kind));
  row.Bytes(To::kKeyFieldNumber, in.path.key);
  row.Varint(To::kReplicaFieldNumber, table.IndexOf(in.dot.replica));
  row.Varint(To::kSequenceFieldNumber, in.dot.sequence);
  row.Varint(To::kClockFieldNumber, in.clock);
  row.Varint(To::kRevisionFieldNumber, in.revision);
  row.Bytes(To::kCommitmentFieldNumber, BytesOf(in.commitment));
  row.Bytes(To::kValueFieldNumber, in.value);
  row.Bytes(To::kSourceFieldNumber, in.source);
  row.Varint(To::kErasedFieldNumber, in.erased);
  RowWriter dot_bytes;
  for (const Dot& dot : in.covered) {
    dot_bytes.Clear();
    WriteDot(dot, table, dot_bytes);
    row.Element(To::kCoveredFieldNumber, dot_bytes.bytes());
  }
}

// Reads dots that refer to a row's table. Null results mean damage.
template <typename Row>
class ReplicaTableReader {
 public:
  explicit ReplicaTableReader(const Row& row) {
    replicas_.reserve(static_cast<size_t>(row.replicas_size()));
    for (const std::string& bytes : row.replicas()) {
      replicas_.push_back(ReplicaId::FromBytes(bytes));
    }
  }

  bool ReadDot(int32_t replica, int64_t sequence, Dot& out) const {
    const auto index = static_cast<size_t>(replica);
    if (index >= replicas_.size() || !replicas_[index]) return false;
    out = {*replicas_[index], sequence};
    return true;
  }

  bool ReadAssignment(RowAssignment& in, Assignment& out) const {
    out.path.field = in.field();
    out.path.kind = static_cast<MergeKind>(in.kind());
    out.path.key = std::move(*in.mutable_key());
    if (!ReadDot(in.replica(), in.sequence(), out.dot)) return false;
    out.clock = in.clock();
    out.revision = in.revision();
    if (in.commitment().size() != out.commitment.size()) return false;
    std::copy(in.commitment().begin(), in.commitment().end(),
              out.commitment.begin());
    out.value = std::move(*in.mutable_value());
    out.source = std::move(*in.mutable_source());
    out.erased = in.erased();
    out.covered.resize(static_cast<size_t>(in.covered_size()));
    for (int i = 0; i < in.covered_size(); ++i) {
      const RowDot& dot = in.covered(i);
      if (!ReadDot(dot.replica(), dot.sequence(),
                   out.covered[static_cast<size_t>(i)])) {
        return false;
      }
    }
    return true;
  }

 private:
  std::vector<std::optional<ReplicaId>> replicas_;
};

}  // namespace

std::string EncodeRecordRow(absl::string_view key, const StoredRecord& record) {
  using To = stored::v1::RecordRow;
  ReplicaTable table;
  for (const Assignment& assignment : record.state.visible()) {
    table.AddAllOf(assignment);
  }
  RowWriter row;
  table.Write(To::kReplicasFieldNumber, row);
  RowWriter assignment_bytes;
  for (const Assignment& assignment : record.state.visible()) {
    assignment_bytes.Clear();
    WriteAssignment(assignment, table, assignment_bytes);
    row.Element(To::kAssignmentsFieldNumber, assignment_bytes.bytes());
  }
  row.Bytes(To::kElementFieldNumber, record.element);
  row.Varint(To::kFirstRevisionFieldNumber, record.first_revision);
  row.Varint(To::kLastRevisionFieldNumber, record.last_revision);
  row.Varint(To::kRetractedFieldNumber, record.retracted);
  row.Varint(To::kLifecycleConflictFieldNumber, record.lifecycle_conflict);
  row.Varint(To::kEverConcurrentFieldNumber, record.ever_concurrent);
  return std::move(row).Seal(key);
}

std::string EncodeHistoryRow(absl::string_view key,
                             const SupersededAssignment& past) {
  using To = stored::v1::HistoryRow;
  ReplicaTable table;
  table.AddAllOf(past.assignment);
  for (const Superseder& superseder : past.superseders) {
    table.Add(superseder.dot.replica);
  }
  RowWriter row;
  table.Write(To::kReplicasFieldNumber, row);
  RowWriter part;
  WriteAssignment(past.assignment, table, part);
  row.Element(To::kAssignmentFieldNumber, part.bytes());
  for (const Superseder& superseder : past.superseders) {
    RowWriter dot_bytes;
    WriteDot(superseder.dot, table, dot_bytes);
    part.Clear();
    part.Element(stored::v1::RowSuperseder::kDotFieldNumber, dot_bytes.bytes());
    part.Varint(stored::v1::RowSuperseder::kRevisionFieldNumber,
                superseder.revision);
    row.Element(To::kSupersedersFieldNumber, part.bytes());
  }
  return std::move(row).Seal(key);
}

absl::StatusOr<StoredRecord> DecodeRecordRow(absl::string_view key,
                                             absl::string_view value) {
  stored::v1::RecordRow row;
  RETURN_IF_ERROR(DecodeRow(key, value, row));
  const ReplicaTableReader table(row);
  std::vector<Assignment> visible(static_cast<size_t>(row.assignments_size()));
  for (int i = 0; i < row.assignments_size(); ++i) {
    if (!table.ReadAssignment(*row.mutable_assignments(i),
                              visible[static_cast<size_t>(i)])) {
      return DamagedRow(key);
    }
  }
  StoredRecord record;
  record.state = RecordState(std::move(visible));
  record.element = std::move(*row.mutable_element());
  record.first_revision = row.first_revision();
  record.last_revision = row.last_revision();
  record.retracted = row.retracted();
  record.lifecycle_conflict = row.lifecycle_conflict();
  record.ever_concurrent = row.ever_concurrent();
  return record;
}

absl::StatusOr<SupersededAssignment> DecodeHistoryRow(absl::string_view key,
                                                      absl::string_view value) {
  stored::v1::HistoryRow row;
  RETURN_IF_ERROR(DecodeRow(key, value, row));
  const ReplicaTableReader table(row);
  SupersededAssignment past;
  if (!table.ReadAssignment(*row.mutable_assignment(), past.assignment) ||
      row.superseders().empty()) {
    return DamagedRow(key);
  }
  for (const stored::v1::RowSuperseder& in : row.superseders()) {
    Superseder& superseder = past.superseders.emplace_back();
    superseder.revision = in.revision();
    if (!table.ReadDot(in.dot().replica(), in.dot().sequence(),
                       superseder.dot)) {
      return DamagedRow(key);
    }
  }
  return past;
}

std::string ElementOf(absl::string_view name, const RecordState& state) {
  if (state.empty()) return "";
  ElementHasher hasher(name);
  for (const Assignment& assignment : state.visible()) {
    hasher.Add(assignment.path, assignment.dot, BytesOf(assignment.commitment));
  }
  return hasher.Finish();
}

}  // namespace consilium

#include "storage/registry/row_codec.h"

#include <optional>
#include <utility>
#include <vector>

#include "proto/base/status_macros.h"
#include "storage/digest/element.h"
#include "storage/schema/errors.h"
#include "storage/schema/row_value.h"

namespace consilium {
namespace {

using stored::v1::RowAssignment;
using stored::v1::RowDot;

// Writes dots as indices into a row's table of replicas. Rows name few
// replicas, so a search of the table beats a map.
template <typename Row>
class ReplicaTableWriter {
 public:
  explicit ReplicaTableWriter(Row& row) : row_(row) {}

  int32_t IndexOf(const ReplicaId& replica) {
    for (int i = 0; i < row_.replicas_size(); ++i) {
      if (row_.replicas(i) == replica.bytes()) return i;
    }
    row_.add_replicas(replica.bytes().data(), replica.bytes().size());
    return row_.replicas_size() - 1;
  }

  void WriteDot(const Dot& dot, RowDot& out) {
    out.set_replica(IndexOf(dot.replica));
    out.set_sequence(dot.sequence);
  }

  void WriteAssignment(const Assignment& in, RowAssignment& out) {
    out.set_field(in.path.field);
    out.set_kind(static_cast<int32_t>(in.path.kind));
    out.set_key(in.path.key);
    out.set_replica(IndexOf(in.dot.replica));
    out.set_sequence(in.dot.sequence);
    out.set_clock(in.clock);
    out.set_revision(in.revision);
    out.set_commitment(in.commitment);
    out.set_value(in.value);
    out.set_source(in.source);
    out.set_erased(in.erased);
    for (const Dot& dot : in.covered) WriteDot(dot, *out.add_covered());
  }

 private:
  Row& row_;
};

// Reads what ReplicaTableWriter wrote. Null results mean damage.
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
    out.commitment = std::move(*in.mutable_commitment());
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
  stored::v1::RecordRow row;
  ReplicaTableWriter table(row);
  for (const Assignment& assignment : record.state.visible()) {
    table.WriteAssignment(assignment, *row.add_assignments());
  }
  row.set_element(record.element);
  row.set_first_revision(record.first_revision);
  row.set_last_revision(record.last_revision);
  row.set_retracted(record.retracted);
  row.set_lifecycle_conflict(record.lifecycle_conflict);
  row.set_ever_concurrent(record.ever_concurrent);
  return EncodeRow(key, row);
}

std::string EncodeHistoryRow(absl::string_view key,
                             const SupersededAssignment& past) {
  stored::v1::HistoryRow row;
  ReplicaTableWriter table(row);
  table.WriteAssignment(past.assignment, *row.mutable_assignment());
  for (const Superseder& superseder : past.superseders) {
    stored::v1::RowSuperseder& out = *row.add_superseders();
    table.WriteDot(superseder.dot, *out.mutable_dot());
    out.set_revision(superseder.revision);
  }
  return EncodeRow(key, row);
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
    hasher.Add(assignment.path, assignment.dot, assignment.commitment);
  }
  return hasher.Finish();
}

}  // namespace consilium

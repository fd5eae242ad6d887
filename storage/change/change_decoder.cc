#include "storage/change/change_decoder.h"

#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/base/sha256.h"
#include "proto/base/status_macros.h"
#include "storage/change/errors.h"
#include "storage/change/limits.h"
#include "storage/change/wire_reader.h"

namespace consilium {
namespace {

using Type = WireReader::Type;
using stored::v1::AssignmentOutline;
using stored::v1::AssignmentValue;
using stored::v1::ChangeValues;
using stored::v1::DotList;
using stored::v1::Outline;
using stored::v1::RecordOutline;

size_t VarintSize(size_t value) {
  size_t size = 1;
  for (; value >= 0x80; value >>= 7) ++size;
  return size;
}

// Bytes of a field numbered below 16 that holds `size` bytes.
size_t FieldSize(size_t size) { return 1 + VarintSize(size) + size; }

size_t NonemptyFieldSize(absl::string_view bytes) {
  return bytes.empty() ? 0 : FieldSize(bytes.size());
}

// Reads an encoded AssignmentValue in the fixed encoding: fields in order, and
// nothing that a shorter encoding would say as well.
bool DecodeValue(absl::string_view bytes, DecodedValue& value) {
  int32_t last_field = 0;
  WireReader reader(bytes);
  while (reader.Next()) {
    if (reader.type() != Type::kBytes || reader.field() <= last_field) {
      return false;
    }
    last_field = reader.field();
    if (last_field == AssignmentValue::kValueFieldNumber) {
      value.value = reader.bytes();
    } else if (last_field == AssignmentValue::kSourceFieldNumber) {
      value.source = reader.bytes();
    } else {
      return false;
    }
  }
  return reader.ok() && bytes.size() == NonemptyFieldSize(value.value) +
                                            NonemptyFieldSize(value.source);
}

}  // namespace

std::optional<DecodedValues> DecodeValues(absl::string_view bytes) {
  DecodedValues decoded;
  WireReader reader(bytes);
  if (!reader.Next() ||
      !reader.Is(ChangeValues::kSaltFieldNumber, Type::kBytes) ||
      reader.bytes().size() != kSaltSizeBytes) {
    return std::nullopt;
  }
  decoded.salt = reader.bytes();
  size_t fixed_size = FieldSize(kSaltSizeBytes);
  while (reader.Next()) {
    if (!reader.Is(ChangeValues::kValuesFieldNumber, Type::kBytes) ||
        decoded.values.size() == kAssignmentsPerChangeMax ||
        !DecodeValue(reader.bytes(), decoded.values.emplace_back())) {
      return std::nullopt;
    }
    fixed_size += FieldSize(reader.bytes().size());
  }
  if (!reader.ok() || bytes.size() != fixed_size) return std::nullopt;
  return decoded;
}

namespace {

class OutlineDecoder {
 public:
  OutlineDecoder(const Dot& dot, absl::string_view commitments,
                 const DecodedValues* values)
      : dot_(dot), commitments_(commitments), values_(values) {}

  absl::StatusOr<std::vector<ParsedRecord>> Decode(absl::string_view outline) {
    std::vector<ParsedRecord> records;
    // Dots refer to replicas, so those are read first, wherever they lie.
    RETURN_IF_ERROR(DecodeReplicas(outline));
    for (WireReader reader(outline); reader.Next();) {
      if (!reader.Is(Outline::kRecordsFieldNumber, Type::kBytes)) continue;
      RETURN_IF_ERROR(DecodeRecord(reader.bytes(), records.emplace_back()));
      if (records.back().assignments.empty()) {
        // Otherwise two bytes could claim the memory of a record.
        return ChangeInadmissible(dot_,
                                  "a record is named without an assignment");
      }
    }
    if (index_ * kSha256SizeBytes != commitments_.size()) {
      return ChangeInadmissible(
          dot_,
          absl::StrCat("it has ", index_, " assignments, but ",
                       commitments_.size() / kSha256SizeBytes, " commitments"));
    }
    return records;
  }

 private:
  absl::Status Malformed(absl::string_view what) const {
    return ChangeInadmissible(dot_, absl::StrCat(what, " is malformed"));
  }

  absl::Status DecodeReplicas(absl::string_view outline) {
    WireReader reader(outline);
    while (reader.Next()) {
      if (!reader.Is(Outline::kReplicasFieldNumber, Type::kBytes)) continue;
      const auto replica = ReplicaId::FromBytes(reader.bytes());
      if (!replica.has_value()) {
        return ChangeInadmissible(dot_, "the id of a replica is not 16 bytes");
      }
      if (!replicas_.empty() && *replica <= replicas_.back()) {
        return ChangeInadmissible(dot_,
                                  "its replicas are not in ascending order");
      }
      if (replicas_.size() == kReplicasMax) {
        return ChangeOverLimit(dot_, "replicas", kReplicasMax,
                               replicas_.size() + 1);
      }
      replicas_.push_back(*replica);
    }
    return reader.ok() ? absl::OkStatus() : Malformed("its outline");
  }

  absl::Status DecodeRecord(absl::string_view bytes, ParsedRecord& record) {
    WireReader reader(bytes);
    while (reader.Next()) {
      if (reader.type() != Type::kBytes) continue;
      switch (reader.field()) {
        case RecordOutline::kNameFieldNumber:
          record.name = reader.bytes();
          break;
        case RecordOutline::kAssignmentsFieldNumber:
          RETURN_IF_ERROR(DecodeAssignment(reader.bytes(),
                                           record.assignments.emplace_back()));
          break;
        case RecordOutline::kCoveredFieldNumber:
          RETURN_IF_ERROR(DecodeDots(reader.bytes(), record.covered));
          break;
        default:
          break;
      }
    }
    return reader.ok() ? absl::OkStatus() : Malformed("a record");
  }

  absl::Status DecodeAssignment(absl::string_view bytes,
                                ParsedAssignment& assignment) {
    uint64_t field = 0;
    uint64_t kind = 0;
    absl::string_view key;
    WireReader reader(bytes);
    while (reader.Next()) {
      if (reader.Is(AssignmentOutline::kFieldFieldNumber, Type::kVarint)) {
        field = reader.varint();
      } else if (reader.Is(AssignmentOutline::kKindFieldNumber,
                           Type::kVarint)) {
        kind = reader.varint();
      } else if (reader.Is(AssignmentOutline::kKeyFieldNumber, Type::kBytes)) {
        key = reader.bytes();
      } else if (reader.Is(AssignmentOutline::kSupersededFieldNumber,
                           Type::kBytes)) {
        RETURN_IF_ERROR(DecodeDots(reader.bytes(), assignment.superseded));
      }
    }
    if (!reader.ok()) return Malformed("an assignment");
    if (field > std::numeric_limits<int32_t>::max()) {
      return ChangeInadmissible(dot_, "a field has no valid number");
    }
    if (kind < static_cast<uint64_t>(MergeKind::kRegister) ||
        kind > static_cast<uint64_t>(MergeKind::kKeyed)) {
      return ChangeInadmissible(dot_, "the kind of a path is unknown");
    }
    assignment.path.field = static_cast<int32_t>(field);
    assignment.path.kind = static_cast<MergeKind>(kind);
    assignment.path.key.assign(key.data(), key.size());
    return AttachContent(assignment);
  }

  // Gives the next assignment what lies outside the outline.
  absl::Status AttachContent(ParsedAssignment& assignment) {
    const size_t begin = index_ * kSha256SizeBytes;
    if (begin + kSha256SizeBytes > commitments_.size()) {
      return ChangeInadmissible(dot_,
                                "it has more assignments than commitments");
    }
    assignment.commitment = commitments_.substr(begin, kSha256SizeBytes);
    assignment.withheld = values_ == nullptr;
    if (values_ != nullptr) {
      assignment.value = values_->values[index_].value;
      assignment.source = values_->values[index_].source;
    }
    ++index_;
    return absl::OkStatus();
  }

  absl::Status DecodeDots(absl::string_view bytes, std::vector<Dot>& dots) {
    uint64_t replica = 0;
    const size_t begin = dots.size();
    WireReader reader(bytes);
    while (reader.Next()) {
      if (reader.Is(DotList::kReplicaFieldNumber, Type::kVarint)) {
        replica = reader.varint();
      } else if (reader.Is(DotList::kSequencesFieldNumber, Type::kVarint)) {
        RETURN_IF_ERROR(AddDot(reader.varint(), dots));
      } else if (reader.Is(DotList::kSequencesFieldNumber, Type::kBytes)) {
        absl::string_view packed = reader.bytes();
        uint64_t sequence = 0;
        bool ok = true;
        while (WireReader::TakePacked(packed, sequence, ok)) {
          RETURN_IF_ERROR(AddDot(sequence, dots));
        }
        if (!ok) return Malformed("a list of dots");
      }
    }
    if (!reader.ok()) return Malformed("a list of dots");
    if (replica >= replicas_.size()) {
      return ChangeInadmissible(dot_, "a dot names no replica of the outline");
    }
    // The replica may stand behind its sequences.
    for (size_t i = begin; i < dots.size(); ++i) {
      dots[i].replica = replicas_[replica];
    }
    return absl::OkStatus();
  }

  absl::Status AddDot(uint64_t sequence, std::vector<Dot>& dots) {
    if (++dot_count_ > kDotsPerChangeMax) {
      return ChangeOverLimit(dot_, "dots", kDotsPerChangeMax, dot_count_);
    }
    dots.push_back({ReplicaId(), static_cast<int64_t>(sequence)});
    return absl::OkStatus();
  }

  const Dot dot_;
  const absl::string_view commitments_;
  const DecodedValues* const values_;
  std::vector<ReplicaId> replicas_;
  size_t index_ = 0;  // Of the next assignment in the change.
  size_t dot_count_ = 0;
};

}  // namespace

absl::StatusOr<std::vector<ParsedRecord>> DecodeOutline(
    const Dot& dot, absl::string_view outline, absl::string_view commitments,
    const DecodedValues* values) {
  return OutlineDecoder(dot, commitments, values).Decode(outline);
}

}  // namespace consilium

#include "storage/change/change.h"

#include <openssl/rand.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/base/sha256.h"
#include "proto/base/status_macros.h"
#include "storage/change/change_decoder.h"
#include "storage/change/change_hash.h"
#include "storage/change/change_rules.h"
#include "storage/change/errors.h"
#include "storage/change/limits.h"

namespace consilium {
namespace {

static_assert(kHashSizeBytes == kSha256SizeBytes);

// Every replica that the dots of `records` name, ascending.
std::vector<ReplicaId> ReplicasOf(const std::vector<RecordDraft>& records) {
  std::vector<ReplicaId> replicas;
  const auto add = [&](const std::vector<Dot>& dots) {
    for (const Dot& dot : dots) {
      // Runs of one replica are the rule.
      if (replicas.empty() || !(replicas.back() == dot.replica)) {
        replicas.push_back(dot.replica);
      }
    }
  };
  for (const RecordDraft& record : records) {
    for (const AssignmentDraft& assignment : record.assignments) {
      add(assignment.superseded);
    }
    add(record.covered);
  }
  std::sort(replicas.begin(), replicas.end());
  replicas.erase(std::unique(replicas.begin(), replicas.end()), replicas.end());
  return replicas;
}

// Writes `dots` as one list for each run of a replica.
void WriteDots(const std::vector<Dot>& dots,
               const std::vector<ReplicaId>& replicas,
               google::protobuf::RepeatedPtrField<stored::v1::DotList>* lists) {
  stored::v1::DotList* list = nullptr;
  const ReplicaId* current = nullptr;
  for (const Dot& dot : dots) {
    if (current == nullptr || !(*current == dot.replica)) {
      current = &dot.replica;
      list = lists->Add();
      list->set_replica(static_cast<int32_t>(
          std::lower_bound(replicas.begin(), replicas.end(), dot.replica) -
          replicas.begin()));
    }
    list->add_sequences(dot.sequence);
  }
}

std::string EncodeOutline(const std::vector<RecordDraft>& records) {
  stored::v1::Outline outline;
  const std::vector<ReplicaId> replicas = ReplicasOf(records);
  for (const ReplicaId& replica : replicas) {
    outline.add_replicas(replica.bytes().data(), replica.bytes().size());
  }
  for (const RecordDraft& record : records) {
    stored::v1::RecordOutline& written = *outline.add_records();
    written.set_name(record.name);
    for (const AssignmentDraft& assignment : record.assignments) {
      stored::v1::AssignmentOutline& added = *written.add_assignments();
      added.set_field(assignment.path.field);
      added.set_kind(static_cast<int32_t>(assignment.path.kind));
      added.set_key(assignment.path.key);
      WriteDots(assignment.superseded, replicas, added.mutable_superseded());
    }
    WriteDots(record.covered, replicas, written.mutable_covered());
  }
  return outline.SerializeAsString();
}

// Writes the values of `records`, and what commits the author to them.
void WriteValues(const std::vector<RecordDraft>& records,
                 absl::string_view salt, BuiltChange& built) {
  stored::v1::ChangeValues values;
  values.set_salt(salt.data(), salt.size());
  for (const RecordDraft& record : records) {
    for (const AssignmentDraft& assignment : record.assignments) {
      const size_t index = built.commitments.size() / kHashSizeBytes;
      built.commitments.resize(built.commitments.size() + kHashSizeBytes);
      CommitmentInto(salt, index, assignment.value, assignment.source,
                     &built.commitments[index * kHashSizeBytes]);
      stored::v1::AssignmentValue& added = *values.add_values();
      added.set_value(assignment.value);
      added.set_source(assignment.source);
    }
  }
  built.bytes.set_values(values.SerializeAsString());
}

std::string EncodeHeader(const ChangeDraft& draft, std::string skeleton_hash) {
  stored::v1::ChangeHeader header;
  header.set_registry(draft.registry_id);
  header.set_format_version(kChangeFormatVersion);
  header.set_replica(draft.dot.replica.bytes().data(),
                     draft.dot.replica.bytes().size());
  header.set_sequence(draft.dot.sequence);
  header.set_previous(draft.previous_hash);
  *header.mutable_dependencies() =
      std::move(*draft.dependencies.ToProto().mutable_entries());
  header.set_logical_clock(draft.logical_clock);
  const int64_t micros = absl::ToUnixMicros(draft.claimed_time);
  const int64_t seconds = micros / 1'000'000 - (micros % 1'000'000 < 0 ? 1 : 0);
  header.mutable_claimed_time()->set_seconds(seconds);
  header.mutable_claimed_time()->set_nanos(
      static_cast<int32_t>(micros - seconds * 1'000'000) * 1'000);
  header.set_author(draft.author);
  header.set_message(draft.message);
  header.set_mode(draft.mode);
  header.set_skeleton_hash(std::move(skeleton_hash));
  if (draft.opening != nullptr) *header.mutable_opening() = *draft.opening;
  if (draft.genesis != nullptr) *header.mutable_genesis() = *draft.genesis;
  return header.SerializeAsString();
}

// The dependencies of `header`, or why they are none.
absl::StatusOr<Frontier> ReadDependencies(
    const stored::v1::ChangeHeader& header, const Dot& dot) {
  auto dependencies = Frontier::FromProto(header.dependencies());
  if (!dependencies.ok()) {
    return ChangeInadmissible(
        dot,
        absl::StrCat("its dependencies are ", dependencies.status().message()));
  }
  if (dependencies->SequenceOf(dot.replica) != 0) {
    return ChangeInadmissible(dot, "it depends on its own replica");
  }
  return dependencies;
}

// DATA_LOSS unless `change` stands behind `previous_hash` in the history of
// its registry.
absl::Status CheckLink(const ParsedChange& change, int64_t sequence,
                       absl::string_view previous_hash,
                       absl::string_view registry_id) {
  const std::string name = change.dot().ToString();
  if (change.dot().sequence != sequence) {
    return ChangeDamaged(
        name, absl::StrCat("its group goes on with sequence ", sequence));
  }
  if (change.header().previous() != previous_hash) {
    return ChangeDamaged(name, "it names another change before it");
  }
  const bool registry_fits =
      change.header().has_genesis()
          ? change.header().registry().empty() &&
                RegistryIdOf(change.hash()) == registry_id
          : change.header().registry() == registry_id;
  if (!registry_fits) {
    return ChangeDamaged(name, "it belongs to another registry");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckDraft(const ChangeDraft& draft) {
  RETURN_IF_ERROR(CheckTexts(draft.dot, draft.author, draft.message));
  return ContentRules(draft.dot).Check(draft.records);
}

BuiltChange BuildChange(const ChangeDraft& draft) {
  char salt[kSaltSizeBytes];
  // Without random bytes a commitment would give its value away.
  if (RAND_bytes(reinterpret_cast<unsigned char*>(salt), sizeof(salt)) != 1) {
    std::abort();
  }
  return BuildChange(draft, absl::string_view(salt, sizeof(salt)));
}

BuiltChange BuildChange(const ChangeDraft& draft, absl::string_view salt) {
  BuiltChange built;
  built.bytes.set_outline(EncodeOutline(draft.records));
  WriteValues(draft.records, salt, built);
  built.bytes.set_header(EncodeHeader(
      draft, SkeletonHash(built.bytes.outline(), built.commitments)));
  built.hash = HeaderHash(built.bytes.header());
  return built;
}

absl::StatusOr<ParsedChange> ParsedChange::Parse(
    const stored::v1::Change& change) {
  ParsedChange parsed;
  parsed.header_ = std::make_unique<stored::v1::ChangeHeader>();
  stored::v1::ChangeHeader& header = *parsed.header_;
  if (change.header().size() > kHeaderSizeMax ||
      !header.ParseFromString(change.header())) {
    return ChangeDamaged("", "its header does not parse");
  }
  if (header.format_version() != kChangeFormatVersion) {
    return FormatVersionUnsupported(header.format_version());
  }
  const auto replica = ReplicaId::FromBytes(header.replica());
  if (!replica.has_value() || header.sequence() < 1) {
    return ChangeDamaged("", "its header names no change");
  }
  parsed.dot_ = {*replica, header.sequence()};
  parsed.hash_ = HeaderHash(change.header());
  parsed.outline_ = std::make_unique<std::string>(change.outline());
  parsed.commitments_ = std::make_unique<std::string>(change.commitments());

  DecodedValues values;
  if (change.has_values()) {
    parsed.values_ = std::make_unique<std::string>(change.values());
    auto decoded = DecodeValues(*parsed.values_);
    if (!decoded.has_value() || !change.commitments().empty()) {
      return ChangeDamaged(parsed.dot_.ToString(),
                           "its values are not as their author writes them");
    }
    values = *std::move(decoded);
    parsed.commitments_->resize(values.values.size() * kHashSizeBytes);
    char* out = parsed.commitments_->data();
    for (size_t i = 0; i < values.values.size(); ++i, out += kHashSizeBytes) {
      CommitmentInto(values.salt, i, values.values[i].value,
                     values.values[i].source, out);
    }
  } else if (parsed.commitments_->size() % kHashSizeBytes != 0 ||
             parsed.commitments_->size() / kHashSizeBytes >
                 kAssignmentsPerChangeMax) {
    return ChangeDamaged(parsed.dot_.ToString(),
                         "it has a wrong number of commitments");
  }
  if (header.skeleton_hash() !=
      SkeletonHash(*parsed.outline_, *parsed.commitments_)) {
    return ChangeDamaged(parsed.dot_.ToString(),
                         "its outline or values do not fit its header");
  }
  parsed.admissibility_ =
      parsed.ReadContent(change.has_values() ? &values : nullptr);
  if (!parsed.admissibility_.ok()) {
    parsed.records_.clear();
    parsed.dependencies_ = Frontier();
  }
  return parsed;
}

absl::Status ParsedChange::ReadContent(const DecodedValues* values) {
  RETURN_IF_ERROR(CheckHeader(*header_, dot_));
  ASSIGN_OR_RETURN(dependencies_, ReadDependencies(*header_, dot_));
  ASSIGN_OR_RETURN(records_,
                   DecodeOutline(dot_, *outline_, *commitments_, values));
  return ContentRules(dot_).Check(records_);
}

absl::Status VerifyOpening(const stored::v1::ReplicaOpening& opening,
                           absl::string_view registry_id,
                           const ReplicaId& replica) {
  if (opening.institution().empty()) {
    return ReplicaNotCertified(replica, "its institution is not named");
  }
  if (opening.replica_key().size() != kPublicKeySizeBytes ||
      ReplicaIdFor(opening.replica_key()) != replica) {
    return ReplicaNotCertified(replica, "its id does not follow from its key");
  }
  if (!VerifySignature(opening.institution_key(),
                       CertificateMessage(registry_id, opening.institution(),
                                          opening.replica_key()),
                       opening.certificate())) {
    return ReplicaNotCertified(
        replica, absl::StrCat("the signature is not that of the key given for "
                              "institution ",
                              opening.institution()));
  }
  return absl::OkStatus();
}

stored::v1::Seal SealChange(const SigningKey& replica_key,
                            absl::string_view registry_id, const Dot& dot,
                            absl::string_view header_hash) {
  stored::v1::Seal seal;
  seal.set_signature(
      replica_key.Sign(SealMessage(registry_id, dot, header_hash)));
  return seal;
}

absl::Status VerifyGroup(absl::Span<const ParsedChange> changes,
                         const stored::v1::Seal& seal,
                         absl::string_view registry_id,
                         absl::string_view previous_hash,
                         absl::string_view replica_key) {
  if (changes.empty()) return ChangeDamaged("", "its group is empty");
  const ReplicaId replica = ReplicaIdFor(replica_key);
  int64_t sequence = changes.front().dot().sequence;
  for (const ParsedChange& change : changes) {
    if (change.dot().replica != replica) {
      return ChangeDamaged(change.dot().ToString(),
                           "the key is that of another replica");
    }
    RETURN_IF_ERROR(CheckLink(change, sequence, previous_hash, registry_id));
    previous_hash = change.hash();
    ++sequence;
  }
  const ParsedChange& last = changes.back();
  if (!VerifySignature(replica_key,
                       SealMessage(registry_id, last.dot(), last.hash()),
                       seal.signature())) {
    return ChangeDamaged(last.dot().ToString(), "its seal is wrong");
  }
  for (const ParsedChange& change : changes) {
    RETURN_IF_ERROR(change.admissibility());
  }
  return absl::OkStatus();
}

std::string RegistryIdOf(absl::string_view genesis_header_hash) {
  return std::string(genesis_header_hash);
}

}  // namespace consilium

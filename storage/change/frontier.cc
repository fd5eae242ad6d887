#include "storage/change/frontier.h"

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "proto/base/sha256.h"
#include "proto/base/status_macros.h"
#include "storage/change/errors.h"
#include "storage/change/limits.h"

namespace consilium {
namespace {

constexpr absl::string_view kEmptyToken = "-";

// A letter, because a token that began with "-" would look like a flag.
constexpr char kTokenPrefix = 'f';

// A token cut short at an entry would otherwise name another frontier.
constexpr size_t kChecksumSizeBytes = 4;

constexpr char kChecksumTag[] = "consilium frontier v1";

std::string ChecksumOf(absl::string_view encoded) {
  return Sha256(
             {absl::string_view(kChecksumTag, sizeof(kChecksumTag)), encoded})
      .substr(0, kChecksumSizeBytes);
}

}  // namespace

absl::StatusOr<Frontier> Frontier::FromProto(
    const stored::v1::Frontier& message) {
  return FromProto(message.entries());
}

absl::StatusOr<Frontier> Frontier::FromProto(
    const google::protobuf::RepeatedPtrField<stored::v1::FrontierEntry>&
        entries) {
  if (static_cast<size_t>(entries.size()) > kReplicasMax) {
    return FrontierInvalid(absl::StrCat("it names ", entries.size(),
                                        " replicas, and at most ", kReplicasMax,
                                        " are allowed"));
  }
  Frontier frontier;
  for (const stored::v1::FrontierEntry& entry : entries) {
    const auto replica = ReplicaId::FromBytes(entry.replica());
    if (!replica.has_value()) {
      return FrontierInvalid("the id of a replica is not 16 bytes long");
    }
    if (entry.sequence() < 1) {
      return FrontierInvalid(absl::StrCat("the sequence of replica ",
                                          replica->ToHex(), " is below 1"));
    }
    if (entry.hash().size() != kSha256SizeBytes) {
      return FrontierInvalid(absl::StrCat(
          "the hash of replica ", replica->ToHex(), " is not 32 bytes long"));
    }
    if (!frontier.entries_.empty() &&
        *replica <= frontier.entries_.rbegin()->first) {
      return FrontierInvalid("its replicas are not in ascending order");
    }
    frontier.entries_.emplace_hint(frontier.entries_.end(), *replica,
                                   Entry{entry.sequence(), entry.hash()});
  }
  return frontier;
}

absl::StatusOr<Frontier> Frontier::FromToken(absl::string_view token) {
  if (token == kEmptyToken) return Frontier();
  if (token.size() > kFrontierTokenSizeMax) {
    return FrontierInvalid("the token is too long");
  }
  std::string bytes;
  if (token.empty() || token.front() != kTokenPrefix ||
      !absl::WebSafeBase64Unescape(token.substr(1), &bytes) ||
      bytes.size() < kChecksumSizeBytes) {
    return FrontierInvalid("the token is malformed");
  }
  const std::string checksum = bytes.substr(bytes.size() - kChecksumSizeBytes);
  bytes.resize(bytes.size() - kChecksumSizeBytes);
  stored::v1::Frontier message;
  if (checksum != ChecksumOf(bytes) || !message.ParseFromString(bytes)) {
    return FrontierInvalid("the token is incomplete or was changed");
  }
  ASSIGN_OR_RETURN(Frontier frontier, FromProto(message));
  if (frontier.ToToken() != token) {
    return FrontierInvalid("the token is malformed");
  }
  return frontier;
}

stored::v1::Frontier Frontier::ToProto() const {
  stored::v1::Frontier message;
  message.mutable_entries()->Reserve(static_cast<int>(entries_.size()));
  for (const auto& [replica, entry] : entries_) {
    stored::v1::FrontierEntry& added = *message.add_entries();
    added.set_replica(replica.bytes().data(), replica.bytes().size());
    added.set_sequence(entry.sequence);
    added.set_hash(entry.hash);
  }
  return message;
}

std::string Frontier::ToToken() const {
  if (entries_.empty()) return std::string(kEmptyToken);
  std::string bytes = ToProto().SerializeAsString();
  bytes += ChecksumOf(bytes);
  std::string letters = absl::WebSafeBase64Escape(bytes);
  return absl::StrCat(absl::string_view(&kTokenPrefix, 1), letters);
}

int64_t Frontier::SequenceOf(const ReplicaId& replica) const {
  const auto found = entries_.find(replica);
  return found == entries_.end() ? 0 : found->second.sequence;
}

void Frontier::Advance(const ReplicaId& replica, int64_t sequence,
                       absl::string_view hash) {
  Entry& entry = entries_[replica];
  if (sequence <= entry.sequence) return;
  entry.sequence = sequence;
  entry.hash.assign(hash.data(), hash.size());
}

bool Frontier::IsWithin(const Frontier& other) const {
  return std::all_of(entries_.begin(), entries_.end(), [&](const auto& held) {
    return held.second.sequence <= other.SequenceOf(held.first);
  });
}

Frontier Frontier::Meet(const Frontier& a, const Frontier& b) {
  Frontier meet;
  for (const auto& [replica, entry] : a.entries_) {
    const auto found = b.entries_.find(replica);
    if (found == b.entries_.end()) continue;
    const Entry& other = found->second;
    meet.entries_.emplace_hint(
        meet.entries_.end(), replica,
        entry.sequence <= other.sequence ? entry : other);
  }
  return meet;
}

Frontier Frontier::Join(const Frontier& a, const Frontier& b) {
  Frontier join = a;
  for (const auto& [replica, entry] : b.entries_) {
    join.Advance(replica, entry.sequence, entry.hash);
  }
  return join;
}

}  // namespace consilium

// A frontier: for every replica the last sequence and the hash of that change.
// Names a causally closed set of changes, the same on every server.
//
// Thread-compatible.
#ifndef CONSILIUM_STORAGE_CHANGE_FRONTIER_H_
#define CONSILIUM_STORAGE_CHANGE_FRONTIER_H_

#include <cstdint>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "consilium/stored/v1/change.pb.h"
#include "proto/base/dot.h"

namespace consilium {

class Frontier {
 public:
  struct Entry {
    int64_t sequence = 0;  // At least 1.
    std::string hash;      // Of that change's header, 32 bytes.
    friend bool operator==(const Entry&, const Entry&) = default;
  };
  using Entries = std::map<ReplicaId, Entry>;

  Frontier() = default;

  // INVALID_ARGUMENT when an entry is malformed, repeated or out of order.
  static absl::StatusOr<Frontier> FromProto(
      const stored::v1::Frontier& message);

  // The same for the entries of another message, such as the dependencies of a
  // change.
  static absl::StatusOr<Frontier> FromProto(
      const google::protobuf::RepeatedPtrField<stored::v1::FrontierEntry>&
          entries);

  // Parses what ToToken wrote. INVALID_ARGUMENT otherwise, also for a token
  // that lost letters on the way. "-" is the empty frontier.
  static absl::StatusOr<Frontier> FromToken(absl::string_view token);

  stored::v1::Frontier ToProto() const;

  // One word of URL-safe letters; "-" when empty. It is "f" and, in base64url
  // without padding, the encoded proto and the first 4 bytes of
  // SHA-256("consilium frontier v1" 0x00 encoded proto).
  std::string ToToken() const;

  const Entries& entries() const { return entries_; }
  bool empty() const { return entries_.empty(); }

  // Last sequence held of `replica`; 0 when none is.
  int64_t SequenceOf(const ReplicaId& replica) const;

  // Whether the change that `dot` names is in the set.
  bool Contains(const Dot& dot) const {
    return dot.sequence <= SequenceOf(dot.replica);
  }

  // Moves `replica` forward to `sequence`, at least 1, or does nothing when it
  // is there already.
  void Advance(const ReplicaId& replica, int64_t sequence,
               absl::string_view hash);

  // Whether every change in this set is in `other`, judged by sequences.
  bool IsWithin(const Frontier& other) const;

  // The changes in both, and in either. Where two entries have one sequence,
  // their hashes are taken to agree.
  static Frontier Meet(const Frontier& a, const Frontier& b);
  static Frontier Join(const Frontier& a, const Frontier& b);

  friend bool operator==(const Frontier&, const Frontier&) = default;

 private:
  Entries entries_;
};

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_CHANGE_FRONTIER_H_

// Builds, chains, seals and verifies changes. storage/FORMAT.md has the bytes.
//
// A change is three byte strings, header, outline and values, kept and
// forwarded exactly as their author wrote them:
//
//   header hash   = SHA-256("consilium header v1" 0x00 header)
//   skeleton hash = SHA-256("consilium skeleton v1" 0x00
//                           length of outline (8 bytes, big-endian) outline
//                           commitments)
//   salt i        = SHA-256("consilium salt v1" 0x00 salt
//                           i (8 bytes, big-endian))
//   commitment i  = SHA-256("consilium commitment v1" 0x00 salt i
//                           length of value (8 bytes, big-endian) value source)
//
// Header and outline are hashed as they lie, so fields that this release does
// not know are kept and ignored. Values are hashed by what they say; so that
// nobody on the way can rewrite them, their encoding is fixed: the salt, then
// the values in order, empty fields left out, lengths as short as can be.
//
// All functions are pure but for the random salt. Thread-safe.
#ifndef CONSILIUM_STORAGE_CHANGE_CHANGE_H_
#define CONSILIUM_STORAGE_CHANGE_CHANGE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "consilium/stored/v1/change.pb.h"
#include "proto/base/dot.h"
#include "proto/base/field_path.h"
#include "storage/change/frontier.h"
#include "storage/change/signing_key.h"

namespace consilium {

struct DecodedValues;

// Version of the change format, of the merge rule and of the limits on a
// change. Part of every header; only equal versions compare digests.
inline constexpr int32_t kChangeFormatVersion = 1;

inline constexpr size_t kHashSizeBytes = 32;

// What one assignment of a change to be says.
struct AssignmentDraft {
  FieldPath path;
  std::string value;            // Empty: absent.
  std::string source;           // May be empty.
  std::vector<Dot> superseded;  // Ascending.
};

struct RecordDraft {
  std::string name;                          // Relative to the registry.
  std::vector<AssignmentDraft> assignments;  // Ascending by path.
  std::vector<Dot> covered;                  // For a retraction; ascending.
};

// Everything that an author decides about a change.
struct ChangeDraft {
  std::string registry_id;  // Empty in the genesis change.
  Dot dot;
  std::string previous_hash;  // Empty when dot.sequence is 1.
  Frontier dependencies;      // What advanced; never the author's own.
  int64_t logical_clock = 0;  // 1 + the largest in the causal past.
  absl::Time claimed_time;
  std::string author;
  std::string message;
  stored::v1::ChangeMode mode = stored::v1::CHANGE_MODE_UPDATE;
  std::vector<RecordDraft> records;                     // Ascending by name.
  const stored::v1::ReplicaOpening* opening = nullptr;  // First change only.
  const stored::v1::Genesis* genesis = nullptr;         // Genesis only.
};

// A change with its hash and the commitments of its assignments.
struct BuiltChange {
  stored::v1::Change bytes;
  std::string hash;
  std::string commitments;  // 32 bytes an assignment, in order.
};

// Whether every replica would admit the content of `draft`, as far as its
// content alone decides: INVALID_ARGUMENT (CHANGE_INADMISSIBLE) names the rule
// or the limit that it breaks, as ParsedChange::admissibility() would.
absl::Status CheckDraft(const ChangeDraft& draft);

// Writes `draft` with a salt of 16 random bytes, or with `salt` where a test
// wants the same bytes again.
BuiltChange BuildChange(const ChangeDraft& draft);
BuiltChange BuildChange(const ChangeDraft& draft, absl::string_view salt);

// One assignment of a parsed change. Views into its ParsedChange.
struct ParsedAssignment {
  FieldPath path;
  absl::string_view value;
  absl::string_view source;
  absl::string_view commitment;
  std::vector<Dot> superseded;
  bool withheld = false;  // The values are not here.
};

struct ParsedRecord {
  absl::string_view name;
  std::vector<ParsedAssignment> assignments;
  std::vector<Dot> covered;
};

// A change whose bytes are consistent: every hash was recomputed. Says nothing
// yet about its place in the chain and its seal.
class ParsedChange {
 public:
  // Copies what it needs of `change`.
  //   DATA_LOSS            names what does not fit: bytes that do not parse, a
  //                        skeleton hash or commitment that differs, values
  //                        and commitments both or neither.
  //   FAILED_PRECONDITION  the format version is not ours.
  static absl::StatusOr<ParsedChange> Parse(const stored::v1::Change& change);

  ParsedChange(ParsedChange&&) = default;
  ParsedChange& operator=(ParsedChange&&) = default;

  // OK, or INVALID_ARGUMENT (CHANGE_INADMISSIBLE) naming the first rule or
  // limit that the content breaks. An answer about the author only once the
  // seal is verified: until then a change that broke on the way may look like
  // one that was never right. The answer is the same on every replica.
  const absl::Status& admissibility() const { return admissibility_; }

  const stored::v1::ChangeHeader& header() const { return *header_; }
  const Dot& dot() const { return dot_; }
  const std::string& hash() const { return hash_; }

  // 32 bytes an assignment, in order.
  const std::string& commitments() const { return *commitments_; }

  // Whether the values are not here.
  bool withheld() const { return values_ == nullptr; }

  // Empty unless admissibility() is OK.
  const Frontier& dependencies() const { return dependencies_; }
  const std::vector<ParsedRecord>& records() const { return records_; }

 private:
  ParsedChange() = default;

  // Fills what lies behind admissibility(). `values` is null when withheld.
  absl::Status ReadContent(const DecodedValues* values);

  // Behind pointers, so that views survive a move.
  std::unique_ptr<stored::v1::ChangeHeader> header_;
  std::unique_ptr<std::string> outline_;
  std::unique_ptr<std::string> values_;  // Null when withheld.
  std::unique_ptr<std::string> commitments_;
  Dot dot_;
  std::string hash_;
  absl::Status admissibility_;
  Frontier dependencies_;
  std::vector<ParsedRecord> records_;
};

// Who may write as a replica: from its first change.
struct ReplicaIdentity {
  std::string institution;
  std::string replica_key;
};

// INVALID_ARGUMENT (REPLICA_NOT_CERTIFIED) unless `opening` certifies the key
// of `replica` for the registry (the nonce, in the genesis change).
absl::Status VerifyOpening(const stored::v1::ReplicaOpening& opening,
                           absl::string_view registry_id,
                           const ReplicaId& replica);

// Signs the last change of a group. `registry_id` is that of the registry also
// for the genesis change, where it is the change's own hash.
stored::v1::Seal SealChange(const SigningKey& replica_key,
                            absl::string_view registry_id, const Dot& dot,
                            absl::string_view header_hash);

// Checks that `changes` are one sealed group of `registry_id`: one replica,
// contiguous sequences, each chained to the one before, the first to
// `previous_hash` (empty for sequence 1), and the seal over the last by
// `replica_key`. Then that each is admissible.
//   DATA_LOSS         the first fault: somebody but the author made this.
//   INVALID_ARGUMENT  (CHANGE_INADMISSIBLE) the author made this, but what it
//                     says breaks a rule.
absl::Status VerifyGroup(absl::Span<const ParsedChange> changes,
                         const stored::v1::Seal& seal,
                         absl::string_view registry_id,
                         absl::string_view previous_hash,
                         absl::string_view replica_key);

// The id that the genesis change with this header hash gives its registry: the
// hash itself, 32 bytes.
std::string RegistryIdOf(absl::string_view genesis_header_hash);

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_CHANGE_CHANGE_H_

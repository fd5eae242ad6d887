// What a caller asks the committer to write, and what became of it.
#ifndef CONSILIUM_STORAGE_REGISTRY_CHANGE_REQUEST_H_
#define CONSILIUM_STORAGE_REGISTRY_CHANGE_REQUEST_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "consilium/stored/v1/change.pb.h"
#include "proto/base/dot.h"
#include "proto/base/field_path.h"
#include "proto/base/record_codec.h"

namespace consilium {

class CommittedRecords;

// States fields of a record. What reads as stated already is not assigned.
struct FieldStatements {
  enum class Existence { kAny, kMustNotExist, kMustExist };

  Existence existence = Existence::kAny;
  // Ascending by path, a path once. An empty value clears the field or removes
  // the element.
  std::vector<FieldValue> values;
  // Fields of which everything that `values` does not state is removed.
  std::vector<int32_t> replaced_fields;
};

// Retracts a record and its live descendants. Does nothing when it is
// retracted already.
struct Retraction {
  std::string source;  // An encoded Source whose note is the reason.
};

// Brings back a retracted record, and the descendants that went with it.
struct Restoration {};

// Settles the conflict of one path.
struct Adjudication {
  FieldPath path;
  // All the dots that are visible, as the caller was shown them.
  std::vector<Dot> shown;
  // The value of one of them holds; or `value` does, absent when empty.
  std::optional<Dot> take;
  std::string value;
  // Source of the value; with `take`, empty means the taken value's own.
  std::string source;
};

struct RecordWrite {
  std::string name;  // Relative to the registry.
  // The etag that was read. Empty and "*" mean whatever is there.
  std::string etag;
  std::variant<FieldStatements, Retraction, Restoration, Adjudication> what;
};

// One change to be. All of it happens or nothing.
struct ChangeRequest {
  std::string author;
  std::string message;
  stored::v1::ChangeMode mode = stored::v1::CHANGE_MODE_UPDATE;
  std::vector<RecordWrite> records;  // A record occurs once.
  // A repeated request with this id gets the first one's answer; empty: none.
  std::string request_id;
  std::string request_hash;  // SHA-256 of the request; with `request_id`.
  bool validate_only = false;
};

struct RecordOutcome {
  enum class Effect { kUnchanged = 1, kCreated = 2, kUpdated = 3 };

  std::string name;
  Effect effect = Effect::kUnchanged;
  std::vector<FieldPath> paths;  // Assigned; ascending.
};

struct CommitOutcome {
  std::vector<RecordOutcome> records;  // As requested; then what went along.
  Dot dot;                  // Sequence 0: nothing differed, or only validated.
  std::string hash;         // Of the change.
  absl::Time claimed_time;  // Of the change.
  int64_t revision = 0;     // After the commit.
  bool replayed = false;    // The answer to an earlier request.
  // What the commit left of the records it touched, so that nobody need read
  // them; null when nothing was written.
  std::shared_ptr<const CommittedRecords> committed;
};

// A group that a merge did not apply.
struct GroupSetAside {
  ReplicaId replica;
  int64_t first_sequence = 0;
  int64_t last_sequence = 0;
  std::string reason;  // UPPER_SNAKE_CASE.
  std::string message;
};

struct MergeOutcome {
  int64_t applied_changes = 0;
  int64_t skipped_changes = 0;  // Held already.
  int64_t touched_records = 0;
  std::vector<GroupSetAside> set_aside;
  int64_t revision = 0;
};

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_REGISTRY_CHANGE_REQUEST_H_

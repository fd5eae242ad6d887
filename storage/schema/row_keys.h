// Every row kind of a registry and its key. storage/FORMAT.md shows the bytes.
//
// A key begins with one letter that tells the kind; integers are big-endian, so
// that keys order as what they name. Never reuse a letter. Pure; thread-safe.
#ifndef CONSILIUM_STORAGE_SCHEMA_ROW_KEYS_H_
#define CONSILIUM_STORAGE_SCHEMA_ROW_KEYS_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "proto/base/dot.h"
#include "proto/base/field_path.h"

namespace consilium {

// Version of the rows. A server opens what is as old or older, and migrates
// it; it refuses what is newer. 2 brought the index rows, which a release that
// does not know them would not keep up.
inline constexpr int32_t kRowFormatVersion = 2;

// Where this server keeps a registry. In the server's own partition.
struct CatalogRowKey {
  static std::string Prefix() { return "r"; }
  static std::string Key(absl::string_view registry);
};

// Which start of this server wrote to the store last: one row. In the server's
// own partition.
struct StartRowKey {
  static std::string Key() { return "t"; }
};

// What the registry is: one row.
struct RegistryRowKey {
  static std::string Key() { return "G"; }
};

// The newest state, which every commit compares and sets: one row.
struct HeadRowKey {
  static std::string Key() { return "H"; }
};

// A replica and its last change.
struct ReplicaRowKey {
  static std::string Prefix() { return "R"; }
  static std::string Key(const ReplicaId& replica);
};

// A change's header.
struct ChangeRowKey {
  static std::string Key(const Dot& dot);
};

// A change's outline and values.
struct BodyRowKey {
  static std::string Key(const Dot& dot);
};

// The causal past of a change that names dependencies.
struct CausalRowKey {
  static std::string Key(const Dot& dot);
  // Parses what Key made. DATA_LOSS otherwise.
  static absl::StatusOr<Dot> Parse(absl::string_view key);
};

// What the commit of one revision applied.
struct RevisionRowKey {
  static std::string Prefix() { return "r"; }
  static std::string Key(int64_t revision);
  static absl::StatusOr<int64_t> Parse(absl::string_view key);
};

// The visible assignments of a record. Records of one collection lie together,
// in the order of their names.
struct RecordRowKey {
  static std::string Prefix() { return "s"; }
  // All records of `collection`: "trials", "trials/arms".
  static std::string CollectionPrefix(absl::string_view collection);
  // Records of `collection` whose names begin with the name `parent`.
  static std::string ChildPrefix(absl::string_view collection,
                                 absl::string_view parent);
  static std::string Key(absl::string_view name);
  // The record's name.
  static absl::StatusOr<std::string> Parse(absl::string_view key);
};

// An assignment that is no longer visible.
struct HistoryRowKey {
  static std::string Prefix() { return "h"; }
  static absl::StatusOr<std::string> ParseName(absl::string_view key);
  static std::string RecordPrefix(absl::string_view name);
  // All that was assigned to one path.
  static std::string PathPrefix(absl::string_view name, const FieldPath& path);
  static std::string Key(absl::string_view name, const FieldPath& path,
                         const Dot& dot);
};

// A path that ever held concurrent assignments.
struct ConcurrencyRowKey {
  static std::string Prefix() { return "x"; }
  static std::string RecordPrefix(absl::string_view name);
  // The record and its descendants.
  static std::string SubtreeEnd(absl::string_view name);
  static std::string Key(absl::string_view name, const FieldPath& path);
  struct Parsed {
    std::string name;
    FieldPath path;
  };
  static absl::StatusOr<Parsed> Parse(absl::string_view key);
};

// Which version of the terms the index rows have: one row.
struct IndexVersionRowKey {
  static std::string Key() { return "I"; }
};

// How much of a term its rows hold: longer ones that begin alike share rows.
inline constexpr size_t kIndexTermSizeMax = 128;  // Bytes.

// A record that some value, visible or superseded, gives a term.
struct IndexRowKey {
  static std::string Prefix() { return "i"; }
  // The records of `collection` that have `term`, in the order of their names.
  static std::string TermPrefix(absl::string_view collection,
                                absl::string_view term);
  // Those whose names begin with the name `parent`.
  static std::string ChildPrefix(absl::string_view collection,
                                 absl::string_view term,
                                 absl::string_view parent);
  static std::string Key(absl::string_view name, absl::string_view term);
  // The record's name, of a key that begins with a TermPrefix of that size.
  static absl::StatusOr<std::string> ParseName(absl::string_view key,
                                               size_t prefix_size);
};

// The answer to a request that carried an id.
struct RequestRowKey {
  static std::string Key(absl::string_view request_id);
};

// The collection of a record: its name without the ids, "trials/arms".
std::string CollectionOf(absl::string_view name);

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_SCHEMA_ROW_KEYS_H_

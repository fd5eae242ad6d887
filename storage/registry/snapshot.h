// Snapshots: named frontiers that anyone who holds the changes can check.
//
//   identity = SHA-256("consilium snapshot v1" 0x00 registry id (32 bytes)
//                      rule version (4 bytes)
//                      length of frontier (8 bytes) frontier, encoded
//                      digest (32 bytes))
//   root     = RFC 6962 tree over the records' elements, in name order
//
// where integers are big-endian. storage/digest/element.h has the elements.
#ifndef CONSILIUM_STORAGE_REGISTRY_SNAPSHOT_H_
#define CONSILIUM_STORAGE_REGISTRY_SNAPSHOT_H_

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "consilium/v1/snapshot.pb.h"
#include "storage/digest/merkle_tree.h"
#include "storage/registry/registry_view.h"

namespace consilium {

// Version of the rules by which records are folded and hashed.
inline constexpr int32_t kRuleVersion = 1;

// Asked now and then during long work; an error ends it.
using CheckAlive = absl::FunctionRef<absl::Status()>;

// The body that a snapshot of the view's version has, as far as the version
// decides it: frontier, digest, root, identity, counts and versions. Reads
// every record.
//   DATA_LOSS  the digest that is kept is not that of the records.
absl::StatusOr<v1::SnapshotBody> BuildSnapshotBody(const RegistryView& view,
                                                   CheckAlive check_alive);

struct SnapshotCheck {
  v1::SnapshotBody rebuilt;
  int64_t records = 0;  // That went into it.
  // For people; empty when the snapshot is what it says.
  std::vector<std::string> differences;
};

// Builds again, from the records at `view`, what `stated` says of its version,
// and compares; and compares the values and sources of those records with the
// changes that the version names.
absl::StatusOr<SnapshotCheck> CheckSnapshot(const RegistryView& view,
                                            const v1::SnapshotBody& stated,
                                            CheckAlive check_alive);

// A body's identity, in lower-case hex. INVALID_ARGUMENT when its frontier or
// digest does not parse.
absl::StatusOr<std::string> SnapshotIdentity(absl::string_view registry_id,
                                             const v1::SnapshotBody& body);

// The different bodies that a snapshot's record shows.
struct SnapshotBodies {
  // Ascending by identity: one, unless two institutions took one name.
  std::vector<v1::SnapshotBody> readable;
  // The changes whose body does not parse: their authors' servers do not work
  // as they should.
  std::vector<Dot> unreadable;
};
SnapshotBodies VisibleSnapshotBodies(const RecordView& record);

struct ResolvedSnapshot {
  RecordView record;
  v1::SnapshotBody body;
};

// Finds the snapshot called `reference`: an id, and after "@" the start of its
// identity.
//   NOT_FOUND            no snapshot, or no body of it, is called so.
//   FAILED_PRECONDITION  AMBIGUOUS_SNAPSHOT: names every id@hash it could be.
absl::StatusOr<ResolvedSnapshot> ResolveSnapshot(const RegistryView& view,
                                                 absl::string_view reference);

struct SnapshotProof {
  std::string element;  // Of the record, 32 bytes.
  MerkleProof proof;
  std::string root;  // 32 bytes.
};

// Proves that the record `name` is part of the view's version. Reads every
// record.
//   NOT_FOUND  it is not.
absl::StatusOr<SnapshotProof> ProveInclusion(const RegistryView& view,
                                             absl::string_view name,
                                             CheckAlive check_alive);

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_REGISTRY_SNAPSHOT_H_

#include "storage/registry/snapshot.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "proto/base/big_endian.h"
#include "proto/base/errors.h"
#include "proto/base/sha256.h"
#include "proto/base/status_macros.h"
#include "storage/change/change.h"
#include "storage/registry/errors.h"
#include "storage/registry/statement_check.h"

namespace consilium {
namespace {

constexpr absl::string_view kIdentityTag("consilium snapshot v1\0", 22);
constexpr absl::string_view kCollectionPrefix = "snapshots/";
constexpr int64_t kRecordsPerCheck = 1024;

// How much of an identity messages show.
constexpr size_t kShortHashSize = 12;

FieldPath BodyPath() {
  return {v1::Snapshot::kBodyFieldNumber, MergeKind::kRegister, ""};
}

// Byte order of these keys is the order of names.
std::string NameOrderKey(std::string name) {
  std::replace(name.begin(), name.end(), '/', '\x01');
  return name;
}

struct Leaf {
  std::string order;
  std::string element;
};

// Every record's element in name order, and the live records of each kind.
struct Leaves {
  std::vector<Leaf> leaves;
  std::map<std::string, int64_t> live;
};

// "adverseEvents" of "trials/t/adverseEvents/e"; "" for the registry itself.
std::string KindOf(const std::string& name) {
  const size_t id = name.rfind('/');
  if (id == std::string::npos) return "";
  const size_t collection = name.rfind('/', id - 1);
  const size_t begin = collection == std::string::npos ? 0 : collection + 1;
  return name.substr(begin, id - begin);
}

absl::StatusOr<Leaves> ReadLeaves(const RegistryView& view,
                                  CheckAlive check_alive) {
  Leaves found;
  absl::Status alive;
  RETURN_IF_ERROR(view.ListAll([&](RecordView record) {
    if (!record.retracted) ++found.live[KindOf(record.name)];
    found.leaves.push_back(
        {NameOrderKey(std::move(record.name)), std::move(record.element)});
    if (found.leaves.size() % kRecordsPerCheck == 0) alive = check_alive();
    return alive.ok();
  }));
  RETURN_IF_ERROR(alive);
  found.live.erase("");
  std::sort(found.leaves.begin(), found.leaves.end(),
            [](const Leaf& a, const Leaf& b) { return a.order < b.order; });
  return found;
}

std::string Qualified(absl::string_view id, const v1::SnapshotBody& body) {
  return absl::StrCat(id, "@", body.identity().substr(0, kShortHashSize));
}

absl::Status SnapshotNotFound(absl::string_view reference) {
  return MakeError(
      absl::StatusCode::kNotFound, "SNAPSHOT_NOT_FOUND",
      absl::StrCat("there is no snapshot \"", reference,
                   "\"; list the snapshots to see which there are"),
      {{"snapshot", reference}});
}

absl::Status UnreadableSnapshot(absl::string_view id,
                                absl::string_view institution) {
  return MakeError(
      absl::StatusCode::kFailedPrecondition, "UNREADABLE_SNAPSHOT",
      absl::StrCat("what ", absl::CHexEscape(institution),
                   " entered as the snapshot \"", id,
                   "\" does not parse; nothing can be read at it"),
      {{"snapshot", id}, {"institution", absl::CHexEscape(institution)}});
}

absl::Status AmbiguousSnapshot(absl::string_view id,
                               const std::vector<v1::SnapshotBody>& bodies) {
  const std::string choices = absl::StrJoin(
      bodies, ", ", [&](std::string* out, const v1::SnapshotBody& body) {
        absl::StrAppend(out, Qualified(id, body));
      });
  return MakeError(
      absl::StatusCode::kFailedPrecondition, "AMBIGUOUS_SNAPSHOT",
      absl::StrCat("institutions gave the name \"", id,
                   "\" to different versions; say which: ", choices),
      {{"snapshot", id}, {"choices", choices}});
}

}  // namespace

absl::StatusOr<std::string> SnapshotIdentity(absl::string_view registry_id,
                                             const v1::SnapshotBody& body) {
  ASSIGN_OR_RETURN(const Frontier frontier,
                   Frontier::FromToken(body.frontier()));
  const std::string encoded = frontier.ToProto().SerializeAsString();
  std::string numbers;
  AppendBigEndian32(static_cast<uint32_t>(body.rule_version()), numbers);
  AppendBigEndian64(encoded.size(), numbers);
  return absl::BytesToHexString(
      Sha256({kIdentityTag, registry_id, numbers, encoded,
              absl::HexStringToBytes(body.digest())}));
}

namespace {

struct Rebuilt {
  v1::SnapshotBody body;
  LtHash content;
  int64_t records = 0;
};

absl::StatusOr<Rebuilt> Rebuild(const RegistryView& view,
                                CheckAlive check_alive) {
  ASSIGN_OR_RETURN(const Leaves found, ReadLeaves(view, check_alive));
  Rebuilt rebuilt;
  v1::SnapshotBody& body = rebuilt.body;
  MerkleTree tree;
  for (const Leaf& leaf : found.leaves) {
    rebuilt.content.Add(leaf.element);
    tree.Add(leaf.element);
    if (++rebuilt.records % kRecordsPerCheck == 0) {
      RETURN_IF_ERROR(check_alive());
    }
  }
  ASSIGN_OR_RETURN(const Frontier frontier, view.GetFrontier());
  body.set_frontier(frontier.ToToken());
  body.set_digest(absl::BytesToHexString(rebuilt.content.Digest()));
  body.set_root(absl::BytesToHexString(tree.Root()));
  body.set_rule_version(kRuleVersion);
  body.set_format_version(kChangeFormatVersion);
  for (const auto& [kind, count] : found.live) {
    v1::KindCount& added = *body.add_counts();
    added.set_kind(kind);
    added.set_count(count);
  }
  ASSIGN_OR_RETURN(*body.mutable_identity(),
                   SnapshotIdentity(view.head().registry_id, body));
  return rebuilt;
}

std::vector<std::string> CompareBodies(const v1::SnapshotBody& stated,
                                       const v1::SnapshotBody& rebuilt) {
  std::vector<std::string> differences;
  const auto compare = [&](absl::string_view what, const std::string& a,
                           const std::string& b) {
    if (a == b) return;
    differences.push_back(absl::StrCat(what, ": the snapshot states ", a,
                                       ", the changes give ", b));
  };
  compare("digest", stated.digest(), rebuilt.digest());
  compare("root", stated.root(), rebuilt.root());
  compare("identity", stated.identity(), rebuilt.identity());
  compare("rule version", absl::StrCat(stated.rule_version()),
          absl::StrCat(rebuilt.rule_version()));
  const auto counts = [](const v1::SnapshotBody& body) {
    return absl::StrJoin(
        body.counts(), ", ", [](std::string* out, const v1::KindCount& count) {
          absl::StrAppend(out, count.kind(), " ", count.count());
        });
  };
  compare("counts", counts(stated), counts(rebuilt));
  return differences;
}

}  // namespace

absl::StatusOr<v1::SnapshotBody> BuildSnapshotBody(const RegistryView& view,
                                                   CheckAlive check_alive) {
  ASSIGN_OR_RETURN(Rebuilt rebuilt, Rebuild(view, check_alive));
  ASSIGN_OR_RETURN(const LtHash kept, view.ContentDigest(check_alive));
  if (!(rebuilt.content == kept)) {
    return MakeError(absl::StatusCode::kDataLoss, "DIGEST_MISMATCH",
                     "the content digest that is kept is not that of the "
                     "records; check the data directory");
  }
  return std::move(rebuilt.body);
}

absl::StatusOr<SnapshotCheck> CheckSnapshot(const RegistryView& view,
                                            const v1::SnapshotBody& stated,
                                            CheckAlive check_alive) {
  ASSIGN_OR_RETURN(Rebuilt rebuilt, Rebuild(view, check_alive));
  SnapshotCheck check;
  check.differences = CompareBodies(stated, rebuilt.body);
  // The changes that the snapshot names, not just the rows that they became.
  ASSIGN_OR_RETURN(const std::vector<StatementDifference> differences,
                   FindDifferences(view, check_alive));
  for (const StatementDifference& difference : differences) {
    check.differences.push_back(difference.ToString());
  }
  check.rebuilt = std::move(rebuilt.body);
  check.records = rebuilt.records;
  return check;
}

SnapshotBodies VisibleSnapshotBodies(const RecordView& record) {
  SnapshotBodies bodies;
  std::set<absl::string_view> seen;  // Encoded values.
  for (const Assignment& sibling : record.state.At(BodyPath())) {
    if (sibling.value.empty() || !seen.insert(sibling.value).second) continue;
    v1::Snapshot snapshot;
    if (snapshot.ParseFromString(sibling.value)) {
      bodies.readable.push_back(std::move(*snapshot.mutable_body()));
    } else {
      bodies.unreadable.push_back(sibling.dot);
    }
  }
  std::stable_sort(bodies.readable.begin(), bodies.readable.end(),
                   [](const v1::SnapshotBody& a, const v1::SnapshotBody& b) {
                     return a.identity() < b.identity();
                   });
  return bodies;
}

absl::StatusOr<ResolvedSnapshot> ResolveSnapshot(const RegistryView& view,
                                                 absl::string_view reference) {
  const size_t at = reference.find('@');
  const absl::string_view id = reference.substr(0, at);
  const absl::string_view hash =
      at == absl::string_view::npos ? "" : reference.substr(at + 1);
  ASSIGN_OR_RETURN(std::optional<RecordView> record,
                   view.Get(absl::StrCat(kCollectionPrefix, id)));
  if (!record.has_value()) return SnapshotNotFound(reference);
  SnapshotBodies visible = VisibleSnapshotBodies(*record);
  std::vector<v1::SnapshotBody>& bodies = visible.readable;
  if (bodies.empty() && !visible.unreadable.empty()) {
    return UnreadableSnapshot(
        id, view.InstitutionOf(visible.unreadable.front().replica));
  }
  bodies.erase(std::remove_if(bodies.begin(), bodies.end(),
                              [&](const v1::SnapshotBody& body) {
                                return !absl::StartsWith(body.identity(), hash);
                              }),
               bodies.end());
  if (bodies.empty()) return SnapshotNotFound(reference);
  // Two institutions may have named the same version; that is one snapshot.
  if (bodies.front().identity() != bodies.back().identity()) {
    return AmbiguousSnapshot(id, bodies);
  }
  return ResolvedSnapshot{*std::move(record), std::move(bodies.front())};
}

absl::StatusOr<SnapshotProof> ProveInclusion(const RegistryView& view,
                                             absl::string_view name,
                                             CheckAlive check_alive) {
  ASSIGN_OR_RETURN(const Leaves found, ReadLeaves(view, check_alive));
  const std::string wanted = NameOrderKey(std::string(name));
  SnapshotProof proof;
  MerkleTree tree;
  for (const Leaf& leaf : found.leaves) {
    if (leaf.order == wanted) {
      proof.element = leaf.element;
      tree.AddProven(leaf.element);
    } else {
      tree.Add(leaf.element);
    }
  }
  if (proof.element.empty()) return RecordNotFound(name);
  proof.proof = tree.Prove();
  proof.root = tree.Root();
  return proof;
}

}  // namespace consilium

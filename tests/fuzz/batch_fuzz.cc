// Batches that a peer sends into a registry: refused whole or merged, never a
// crash; what was refused left no trace; what was merged reads, opens again and
// gives every other replica the same digest.
//
// Peers are of three kinds: the bytes of a batch as they come; a member whose
// hashes and seals are right while what it says is not; and a member that
// builds changes by the rules and then breaks some.
#include <array>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "consilium/v1/trial.pb.h"
#include "proto/base/errors.h"
#include "proto/base/record_codec.h"
#include "storage/change/batch.h"
#include "storage/change/change_decoder.h"
#include "storage/change/change_hash.h"
#include "storage/kv/memory_store.h"
#include "storage/merge/path_view.h"
#include "storage/registry/registry_store.h"
#include "tests/fuzz/fuzz_input.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/support/fake_clock.h"

namespace consilium {
namespace {

using stored::v1::GroupList;
using stored::v1::SealedGroup;

constexpr Partition kPartition{1};
constexpr char kSalt[] = "sixteen bytes...";

SigningKey KeyOf(char letter) {
  return *SigningKey::FromSecret(std::string(kSecretKeySizeBytes, letter));
}

// One replica that writes changes, by the rules unless told otherwise. Copies
// go on apart.
struct Author {
  char letter = 0;  // Its key.
  std::string institution;
  int64_t sequence = 0;  // Of its last change.
  std::string hash;      // Of its last change.
  int64_t clock = 0;     // Of its last change.

  ReplicaId replica() const { return ReplicaIdFor(KeyOf(letter).public_key()); }
};

// The record's message holding one field.
std::string Value(const v1::Trial& trial) { return Encode(trial); }

std::string TitleValue(const std::string& title) {
  v1::Trial trial;
  trial.set_title(title);
  return Value(trial);
}

std::string LifecycleValue(v1::Lifecycle lifecycle) {
  v1::Trial trial;
  trial.set_lifecycle(lifecycle);
  return Value(trial);
}

std::string ConditionValue(const std::string& condition) {
  v1::Trial trial;
  trial.add_conditions(condition);
  return Value(trial);
}

FieldPath TitlePath() {
  return {v1::Trial::kTitleFieldNumber, MergeKind::kRegister, ""};
}
FieldPath ConditionPath(const std::string& condition) {
  return {v1::Trial::kConditionsFieldNumber, MergeKind::kSet, condition};
}

std::vector<AssignmentDraft> NewTrial(const std::string& title) {
  return {{TitlePath(), TitleValue(title), "", {}},
          {ConditionPath("NSCLC"), ConditionValue("NSCLC"), "", {}},
          {LifecyclePath(), LifecycleValue(v1::LIFECYCLE_LIVE), "", {}}};
}

// The next change of `author`, with what follows from its place filled in.
BuiltChange Write(ChangeDraft& draft, Author& author,
                  const std::string& registry_id) {
  const SigningKey key = KeyOf(author.letter);
  draft.registry_id = registry_id;
  draft.dot = {author.replica(), author.sequence + 1};
  draft.previous_hash = author.hash;
  draft.claimed_time = absl::FromUnixSeconds(1'700'000'000);
  std::optional<stored::v1::ReplicaOpening> opening;
  if (author.sequence == 0) {
    opening = MakeOpening(
        draft.genesis == nullptr ? registry_id : draft.genesis->nonce(),
        author.institution, KeyOf('i'), key);
    draft.opening = &*opening;
  }
  BuiltChange built = BuildChange(draft, kSalt);
  draft.opening = nullptr;
  ++author.sequence;
  author.hash = built.hash;
  author.clock = draft.logical_clock;
  return built;
}

SealedGroup SealOf(const std::vector<BuiltChange>& changes,
                   const Author& author, const std::string& registry_id) {
  SealedGroup group;
  for (const BuiltChange& change : changes) *group.add_changes() = change.bytes;
  *group.mutable_seal() =
      SealChange(KeyOf(author.letter), registry_id,
                 {author.replica(), author.sequence}, changes.back().hash);
  return group;
}

// A registry of two institutions, north and south, that wrote two changes each
// and disagree about a title. Its bytes are the same in every process.
class World {
 public:
  static const World& Get() {
    static const World& world = *new World;
    return world;
  }

  // Opens the registry as its rows were before any run, in `kv`.
  std::unique_ptr<RegistryStore> Open(KeyValueStore& kv) const {
    auto store = RegistryStore::Open(kPartition, Dependencies(kv));
    FUZZ_CHECK(store.ok(), store.status().ToString());
    return *std::move(store);
  }

  // A new replica of it that holds nothing but the genesis change.
  std::unique_ptr<RegistryStore> Join(KeyValueStore& kv) const {
    auto store = RegistryStore::Join(kPartition, "nsclc", groups_.groups(0),
                                     Dependencies(kv));
    FUZZ_CHECK(store.ok(), store.status().ToString());
    return *std::move(store);
  }

  std::unique_ptr<MemoryStore> rows() const { return rows_.Clone(); }
  const std::string& registry_id() const { return registry_id_; }
  const GroupList& groups() const { return groups_; }
  // Every change, in order of application; the hash of each.
  const std::vector<std::pair<Dot, std::string>>& changes() const {
    return changes_;
  }
  // Logical clocks of `changes`.
  const std::vector<int64_t>& clocks() const { return clocks_; }
  const Author& north() const { return north_; }
  const Author& south() const { return south_; }

 private:
  World() {
    stored::v1::Genesis genesis;
    genesis.set_nonce(std::string(16, 'n'));
    genesis.set_registry("nsclc");
    Add(north_,
        {.logical_clock = 1,
         .records =
             {{"registry",
               {{TitlePath(), TitleValue("NSCLC"), "", {}},
                {LifecyclePath(), LifecycleValue(v1::LIFECYCLE_LIVE), "", {}}},
               {}}},
         .genesis = &genesis});
    Add(north_, {.logical_clock = 2,
                 .records = {{"trials/a", NewTrial("A"), {}},
                             {"trials/a/arms/x", NewTrial("X"), {}}}});
    ChangeDraft joins{.logical_clock = 3,
                      .records = {{"trials/b", NewTrial("B"), {}}}};
    joins.dependencies.Advance(north_.replica(), 2, north_.hash);
    Add(south_, std::move(joins));
    const Dot first{north_.replica(), 2};
    Add(north_,
        {.logical_clock = 3,
         .records = {{"trials/a",
                      {{TitlePath(), TitleValue("A by north"), "", {first}}},
                      {}}}});
    Add(south_,
        {.logical_clock = 4,
         .records = {{"trials/a",
                      {{TitlePath(), TitleValue("A by south"), "", {first}}},
                      {}}}});
    const auto store = Join(rows_);
    auto parsed = RegistryStore::ParseGroups(groups_);
    FUZZ_CHECK(parsed.ok(), parsed.status().ToString());
    const auto merged = store->MergeAndWait(*std::move(parsed));
    FUZZ_CHECK(merged.ok() && merged->set_aside.empty() &&
                   store->head()->conflicts == 1,
               merged.status().ToString());
  }

  void Add(Author& author, ChangeDraft draft) {
    const BuiltChange built = Write(draft, author, registry_id_);
    if (registry_id_.empty()) registry_id_ = RegistryIdOf(built.hash);
    *groups_.add_groups() = SealOf({built}, author, registry_id_);
    changes_.push_back({draft.dot, built.hash});
    clocks_.push_back(draft.logical_clock);
  }

  RegistryDependencies Dependencies(KeyValueStore& kv) const {
    return {kv, rules_, clock_, "east", institution_key_, replica_key_};
  }

  NoRecordRules rules_;
  mutable FakeClock clock_;
  SigningKey institution_key_ = KeyOf('I');
  SigningKey replica_key_ = KeyOf('R');
  Author north_{.letter = 'N', .institution = "north"};
  Author south_{.letter = 'S', .institution = "south"};
  std::string registry_id_;
  GroupList groups_;
  std::vector<std::pair<Dot, std::string>> changes_;
  std::vector<int64_t> clocks_;
  MemoryStore rows_;
};

using Rows = std::vector<std::pair<std::string, std::string>>;

Rows AllRows(const KeyValueStore& kv) {
  Rows rows;
  const auto it = kv.Scan(kPartition, {});
  for (; it->Valid(); it->Next()) {
    rows.emplace_back(std::string(it->key()), std::string(it->value()));
  }
  FUZZ_CHECK(it->status().ok(), it->status().ToString());
  return rows;
}

absl::StatusOr<MergeOutcome> Merge(RegistryStore& store, GroupList groups) {
  auto parsed = RegistryStore::ParseGroups(std::move(groups));
  if (!parsed.ok()) return parsed.status();
  return store.MergeAndWait(*std::move(parsed));
}

GroupList AllGroups(const RegistryStore& store) {
  GroupList groups;
  const absl::Status listed =
      store.ListGroupsSince(Frontier(), [&](SealedGroup group) {
        *groups.add_groups() = std::move(group);
        return true;
      });
  FUZZ_CHECK(listed.ok(), listed.ToString());
  return groups;
}

// Every call that reads must succeed on whatever was merged.
void CheckReads(const RegistryStore& store) {
  const auto view = store.OpenView(Version::Latest());
  FUZZ_CHECK(view.ok(), view.status().ToString());
  std::vector<std::string> names;
  int64_t conflicts = 0;
  absl::Status status = (*view)->ListAll([&](const RecordView& record) {
    names.push_back(record.name);
    const auto institution_of = [&](const ReplicaId& id) {
      return (*view)->InstitutionOf(id);
    };
    ConflictedPaths(record, institution_of);
    const RecordTraits* const traits =
        RecordTraitsTable::Get().FindByName(record.name);
    if (traits != nullptr) {
      std::vector<FieldPath> unreadable;
      const auto message =
          AssembleMessage(ProvisionalValues(record.state, institution_of),
                          *traits, Sources::kInclude, &unreadable);
      FUZZ_CHECK(message.ok(), message.status().ToString());
    }
    return true;
  });
  FUZZ_CHECK(status.ok(), status.ToString());
  for (const std::string& name : names) {
    const auto history = (*view)->History(name);
    FUZZ_CHECK(history.ok(), history.status().ToString());
  }
  status = (*view)->ListConcurrent({}, [&](const ConcurrentPath& path) {
    if (path.conflict) ++conflicts;
    return true;
  });
  FUZZ_CHECK(status.ok(), status.ToString());
  FUZZ_CHECK(conflicts == store.head()->conflicts,
             absl::StrCat(conflicts, " ", store.head()->conflicts));
}

void CheckEqual(const RegistryHead& a, const RegistryHead& b) {
  FUZZ_CHECK(a.GetFrontier() == b.GetFrontier(), "");
  FUZZ_CHECK(a.content.Digest() == b.content.Digest(), "");
  FUZZ_CHECK(a.conflicts == b.conflicts && a.agreements == b.agreements,
             absl::StrCat(a.conflicts, " ", b.conflicts, ", ", a.agreements,
                          " ", b.agreements));
}

// Merges `groups` into the registry.
void TryGroups(const GroupList& groups) {
  const World& world = World::Get();
  const auto rows = world.rows();
  auto store = world.Open(*rows);
  const auto before = store->head();
  const auto outcome = Merge(*store, groups);
  if (!outcome.ok()) {
    FUZZ_CHECK(!GetErrorReason(outcome.status()).empty(),
               outcome.status().ToString());
    FUZZ_CHECK(!absl::IsInternal(outcome.status()),
               outcome.status().ToString());
    CheckEqual(*store->head(), *before);
    FUZZ_CHECK(AllRows(*rows) == AllRows(*world.rows()),
               outcome.status().ToString());
    return;
  }
  const auto after = store->head();
  CheckReads(*store);
  // Once more, nothing is new.
  const auto again = Merge(*store, groups);
  FUZZ_CHECK(again.ok() && again->applied_changes == 0,
             again.status().ToString());
  CheckEqual(*store->head(), *after);
  // The rows hold all of it.
  const GroupList all = AllGroups(*store);
  store.reset();
  store = world.Open(*rows);
  CheckEqual(*store->head(), *after);
  // Another replica, by another order, comes to the same.
  if (outcome->applied_changes == 0) return;
  MemoryStore other_rows;
  const auto other = world.Join(other_rows);
  for (const SealedGroup& group : all.groups()) {
    GroupList one;
    *one.add_groups() = group;
    const auto merged = Merge(*other, one);
    FUZZ_CHECK(merged.ok() && merged->set_aside.empty(),
               merged.status().ToString());
  }
  CheckEqual(*other->head(), *after);
}

// The bytes of a batch as they come.
void TryBytes(absl::string_view payload) {
  const auto groups = DecodeBatch(payload);
  if (groups.ok()) return TryGroups(*groups);
  FUZZ_CHECK(!GetErrorReason(groups.status()).empty(),
             groups.status().ToString());
}

// What `author` says in `change`, with every hash made right.
BuiltChange Repair(const stored::v1::Change& change, Author& author) {
  BuiltChange built;
  built.bytes = change;
  DecodedValues empty;
  std::optional<DecodedValues> values;
  if (change.has_values()) values = DecodeValues(change.values());
  if (values.has_value()) {
    built.bytes.clear_commitments();
    for (size_t i = 0; i < values->values.size(); ++i) {
      std::array<char, kHashSizeBytes> commitment;
      CommitmentInto(values->salt, i, values->values[i].value,
                     values->values[i].source, commitment.data());
      built.commitments.append(commitment.data(), commitment.size());
    }
  } else {
    built.commitments = change.commitments();
  }
  stored::v1::ChangeHeader header;
  header.ParseFromString(change.header());
  header.set_registry(World::Get().registry_id());
  header.set_format_version(kChangeFormatVersion);
  header.set_replica(std::string(author.replica().bytes()));
  header.set_sequence(author.sequence + 1);
  header.set_previous(author.hash);
  header.set_skeleton_hash(SkeletonHash(change.outline(), built.commitments));
  built.bytes.set_header(header.SerializeAsString());
  built.hash = HeaderHash(built.bytes.header());
  ++author.sequence;
  author.hash = built.hash;
  return built;
}

// The bytes of a GroupList whose author is south, whatever they say.
void TryRepaired(absl::string_view bytes) {
  GroupList groups;
  if (!groups.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return;
  }
  Author author = World::Get().south();
  GroupList repaired;
  for (const SealedGroup& group : groups.groups()) {
    if (group.changes().empty()) continue;
    std::vector<BuiltChange> changes;
    for (const stored::v1::Change& change : group.changes()) {
      changes.push_back(Repair(change, author));
    }
    *repaired.add_groups() =
        SealOf(changes, author, World::Get().registry_id());
  }
  TryGroups(repaired);
}

// A member that builds changes from the decisions in `input`.
class Member {
 public:
  explicit Member(FuzzInput& input) : input_(input) {
    authors_ = {World::Get().south(), {.letter = 'W', .institution = "west"}};
    changes_ = World::Get().changes();
    clocks_ = World::Get().clocks();
    for (size_t i = 0; i < 2; ++i) known_.insert({'S', i});
  }

  GroupList Write() {
    GroupList groups;
    while (!input_.empty() && groups.groups_size() < 4) {
      Author& author = authors_[input_.TakeBelow(2)];
      std::vector<BuiltChange> built;
      do {
        built.push_back(WriteChange(author));
      } while (!input_.empty() && built.size() < 3 && input_.TakeChance(3));
      *groups.add_groups() = SealOf(built, author, World::Get().registry_id());
      if (input_.TakeChance(16)) {
        const SealedGroup repeated = groups.groups(
            static_cast<int>(input_.TakeBelow(groups.groups_size())));
        *groups.add_groups() = repeated;
      }
    }
    return groups;
  }

 private:
  BuiltChange WriteChange(Author& author) {
    ChangeDraft draft;
    draft.mode = static_cast<stored::v1::ChangeMode>(
        input_.TakeChance(32) ? 4 : 1 + input_.TakeBelow(3));
    draft.author = input_.TakeChance(8) ? input_.TakeText() : "ada";
    int64_t clock = author.clock;
    // Everything else so far, or what the bytes pick.
    const bool all = !input_.TakeChance(4);
    for (size_t i = 0; i < changes_.size(); ++i) {
      const auto& [dot, hash] = changes_[i];
      if (dot.replica == author.replica() || (!all && input_.TakeChance(2))) {
        continue;
      }
      const auto known = known_.find({author.letter, i});
      if (known != known_.end()) continue;
      known_.insert({author.letter, i});
      draft.dependencies.Advance(dot.replica, dot.sequence, hash);
      clock = std::max(clock, clocks_[i]);
    }
    draft.logical_clock = clock + 1;
    if (input_.TakeChance(32)) draft.logical_clock = input_.TakeByte();
    const size_t records = input_.TakeChance(32) ? 0 : 1 + input_.TakeBelow(3);
    for (size_t i = 0; i < records; ++i) draft.records.push_back(WriteRecord());
    if (!input_.TakeChance(32)) Sort(draft.records);
    BuiltChange built =
        consilium::Write(draft, author, World::Get().registry_id());
    changes_.push_back({draft.dot, built.hash});
    clocks_.push_back(draft.logical_clock);
    return built;
  }

  RecordDraft WriteRecord() {
    static const auto& names = *new std::vector<std::string>{
        "trials/a",      "trials/b",        "trials/a/arms/x",
        "trials/c",      "registry",        "trials/c/arms/y",
        "members/south", "sites/s/rooms/r", "snapshots/s"};
    RecordDraft record;
    record.name =
        input_.TakeChance(16) ? input_.TakeText() : input_.TakeOneOf(names);
    const size_t assignments =
        input_.TakeChance(32) ? 0 : 1 + input_.TakeBelow(3);
    bool retracts = false;
    for (size_t i = 0; i < assignments; ++i) {
      record.assignments.push_back(WriteAssignment());
      retracts =
          retracts || record.assignments.back().value == RetractedValue();
    }
    if (retracts || input_.TakeChance(32)) record.covered = TakeDots();
    return record;
  }

  AssignmentDraft WriteAssignment() {
    AssignmentDraft assignment;
    switch (input_.TakeBelow(6)) {
      case 0:
        assignment = {TitlePath(), TitleValue(input_.TakeText())};
        break;
      case 1: {
        const std::string condition = input_.TakeText();
        assignment = {ConditionPath(condition), ConditionValue(condition)};
        break;
      }
      case 2:
        assignment = {LifecyclePath(),
                      LifecycleValue(
                          static_cast<v1::Lifecycle>(1 + input_.TakeBelow(4)))};
        break;
      case 3:
        assignment = {TitlePath(), ""};
        break;
      default:
        assignment.path.field = input_.TakeByte() * 5;
        assignment.path.kind = static_cast<MergeKind>(input_.TakeBelow(5));
        assignment.path.key = input_.TakeText();
        assignment.value = input_.TakeText();
    }
    if (input_.TakeChance(4)) assignment.source = input_.TakeText();
    assignment.superseded = TakeDots();
    return assignment;
  }

  std::vector<Dot> TakeDots() {
    std::vector<Dot> dots;
    const size_t count = input_.TakeBelow(4);
    for (size_t i = 0; i < count; ++i) {
      Dot dot = changes_[input_.TakeBelow(changes_.size())].first;
      if (input_.TakeChance(16)) dot.sequence = input_.TakeByte();
      dots.push_back(dot);
    }
    if (input_.TakeChance(32)) return dots;
    std::sort(dots.begin(), dots.end());
    dots.erase(std::unique(dots.begin(), dots.end()), dots.end());
    return dots;
  }

  static void Sort(std::vector<RecordDraft>& records) {
    const auto by_name = [](const RecordDraft& a, const RecordDraft& b) {
      return a.name < b.name;
    };
    const auto by_path = [](const AssignmentDraft& a,
                            const AssignmentDraft& b) {
      return a.path < b.path;
    };
    std::stable_sort(records.begin(), records.end(), by_name);
    records.erase(std::unique(records.begin(), records.end(),
                              [](const RecordDraft& a, const RecordDraft& b) {
                                return a.name == b.name;
                              }),
                  records.end());
    for (RecordDraft& record : records) {
      auto& assignments = record.assignments;
      std::stable_sort(assignments.begin(), assignments.end(), by_path);
      assignments.erase(
          std::unique(assignments.begin(), assignments.end(),
                      [](const AssignmentDraft& a, const AssignmentDraft& b) {
                        return a.path == b.path;
                      }),
          assignments.end());
    }
  }

  FuzzInput& input_;
  std::vector<Author> authors_;
  std::vector<std::pair<Dot, std::string>> changes_;
  std::vector<int64_t> clocks_;
  std::set<std::pair<char, size_t>> known_;  // Author and index of a change.
};

}  // namespace

void FuzzOne(absl::string_view bytes) {
  FuzzInput input(bytes);
  switch (input.TakeBelow(4)) {
    case 0:
      return TryBytes(input.rest());
    case 1: {
      GroupList groups;
      const absl::string_view rest = input.rest();
      if (groups.ParseFromArray(rest.data(), static_cast<int>(rest.size()))) {
        TryGroups(groups);
      }
      return;
    }
    case 2:
      return TryRepaired(input.rest());
    default:
      return TryGroups(Member(input).Write());
  }
}

std::vector<std::string> FuzzSeeds() {
  const World& world = World::Get();
  std::vector<std::string> seeds;
  seeds.push_back(
      absl::StrCat(std::string(1, '\0'), *EncodeBatch(world.groups())));
  seeds.push_back(absl::StrCat("\1", world.groups().SerializeAsString()));
  // What north might have gone on with, in south's name.
  seeds.push_back(absl::StrCat("\2", world.groups().SerializeAsString()));
  GroupList last;
  *last.add_groups() = *world.groups().groups().rbegin();
  seeds.push_back(absl::StrCat("\2", last.SerializeAsString()));
  for (int i = 0; i < 8; ++i) {
    std::string decisions = "\3";
    for (int j = 0; j < 96; ++j) {
      decisions.push_back(
          static_cast<char>((i * 37 + j * j * 11 + j / 3) % 97));
    }
    seeds.push_back(decisions);
  }
  return seeds;
}

}  // namespace consilium

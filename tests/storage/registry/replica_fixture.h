// A tiny vocabulary for tests of a registry: institutions that state, retract,
// adjudicate and sync.
#ifndef CONSILIUM_TESTS_STORAGE_REGISTRY_REPLICA_FIXTURE_H_
#define CONSILIUM_TESTS_STORAGE_REGISTRY_REPLICA_FIXTURE_H_

#include <google/protobuf/text_format.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "consilium/v1/trial.pb.h"
#include "gtest/gtest.h"
#include "proto/base/element_key.h"
#include "proto/base/record_codec.h"
#include "proto/base/record_traits.h"
#include "storage/kv/memory_store.h"
#include "storage/merge/path_view.h"
#include "storage/registry/registry_store.h"
#include "tests/support/fake_clock.h"
#include "tests/support/status_matchers.h"

namespace consilium {

// What statements about a record of any kind come to, from text format.
inline std::vector<FieldValue> Values(absl::string_view name,
                                      const std::string& text) {
  const RecordTraits& traits = *RecordTraitsTable::Get().FindByName(name);
  const auto record = traits.New();
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, record.get()))
      << text;
  EXPECT_TRUE(BuildKeys(*record).empty());
  auto values = Split(*record, traits);
  EXPECT_OK(values);
  return *std::move(values);
}

// A change that states one record.
inline ChangeRequest Statement(const std::string& name,
                               const std::string& text) {
  ChangeRequest request;
  request.author = "ada";
  request.message = "as printed";
  request.records.push_back(
      {name, "", FieldStatements{.values = Values(name, text)}});
  return request;
}

inline ChangeRequest Retract(const std::string& name) {
  ChangeRequest request;
  request.records.push_back({name, "", Retraction{}});
  return request;
}

inline ChangeRequest Restore(const std::string& name) {
  ChangeRequest request;
  request.records.push_back({name, "", Restoration{}});
  return request;
}

// The path of a trial's title.
inline FieldPath TitlePath() {
  return {v1::Trial::kTitleFieldNumber, MergeKind::kRegister, ""};
}

// Indexes trials by their whole title.
class TitleIndexer final : public RecordIndexer {
 public:
  explicit TitleIndexer(int32_t version = 1) : version_(version) {}

  int32_t version() const override { return version_; }
  void AddTerms(absl::string_view collection, const FieldPath& path,
                absl::string_view value,
                std::vector<std::string>& terms) const override {
    v1::Trial trial;
    if (collection == "trials" && path == TitlePath() &&
        trial.ParseFromString(std::string(value))) {
      terms.push_back(trial.title());
    }
  }

 private:
  const int32_t version_;
};

// One institution's replica, in memory.
class Institution {
 public:
  explicit Institution(std::string name, KeyValueStore* kv = nullptr)
      : name_(std::move(name)),
        kv_(kv == nullptr ? own_kv_ : *kv),
        institution_key_(SigningKey::Generate()),
        replica_key_(SigningKey::Generate()) {}

  // Hears of commits of a store that is made after it was set.
  CommitObserver* commit_observer = nullptr;

  RegistryDependencies Dependencies() {
    return {kv_,          rules_,    clock_,         name_, institution_key_,
            replica_key_, &indexer_, commit_observer};
  }

  void Found() {
    auto store = RegistryStore::Found(Partition{1}, "nsclc",
                                      Statement("registry", "title: 'NSCLC'"),
                                      Dependencies());
    ASSERT_OK(store);
    store_ = *std::move(store);
  }

  void JoinFrom(Institution& other) {
    stored::v1::SealedGroup genesis;
    ASSERT_OK(other.store().ListGroupsSince(Frontier(),
                                            [&](stored::v1::SealedGroup group) {
                                              genesis = std::move(group);
                                              return false;
                                            }));
    auto store =
        RegistryStore::Join(Partition{1}, "nsclc", genesis, Dependencies());
    ASSERT_OK(store);
    store_ = *std::move(store);
    ASSERT_OK(Pull(other));
  }

  // Closes the store and opens it again on the same rows.
  void Reopen() {
    store_.reset();
    auto store = RegistryStore::Open(Partition{1}, Dependencies());
    ASSERT_OK(store);
    store_ = *std::move(store);
  }

  // Everything that `other` holds and this one lacks, in one batch.
  stored::v1::GroupList GroupsFrom(Institution& other) {
    stored::v1::GroupList groups;
    EXPECT_OK(other.store().ListGroupsSince(
        frontier(), [&](stored::v1::SealedGroup group) {
          *groups.add_groups() = std::move(group);
          return true;
        }));
    return groups;
  }

  absl::StatusOr<MergeOutcome> Merge(stored::v1::GroupList groups) {
    auto parsed = RegistryStore::ParseGroups(std::move(groups));
    if (!parsed.ok()) return parsed.status();
    return store().MergeAndWait(*std::move(parsed));
  }

  absl::StatusOr<MergeOutcome> Pull(Institution& other) {
    return Merge(GroupsFrom(other));
  }

  absl::StatusOr<CommitOutcome> Commit(ChangeRequest request) {
    return store().CommitAndWait(std::move(request));
  }

  absl::StatusOr<CommitOutcome> State(const std::string& name,
                                      const std::string& text) {
    return Commit(Statement(name, text));
  }

  absl::StatusOr<CommitOutcome> StateIndependently(const std::string& name,
                                                   const std::string& text) {
    ChangeRequest request = Statement(name, text);
    request.mode = stored::v1::CHANGE_MODE_INDEPENDENT;
    return Commit(std::move(request));
  }

  // Adjudicates `path`, taking the value of `take`, as it is shown now.
  absl::StatusOr<CommitOutcome> Take(const std::string& name,
                                     const FieldPath& path, const Dot& take) {
    Adjudication adjudication{.path = path, .take = take};
    for (const Assignment& sibling : Siblings(name, path)) {
      adjudication.shown.push_back(sibling.dot);
    }
    ChangeRequest request;
    request.mode = stored::v1::CHANGE_MODE_ADJUDICATION;
    request.message = "the paper says so";
    request.records.push_back({name, "", adjudication});
    return Commit(std::move(request));
  }

  RecordView Read(const std::string& name,
                  const Version& version = Version::Latest()) {
    auto view = store().OpenView(version);
    EXPECT_OK(view);
    auto record = (*view)->Get(name);
    EXPECT_OK(record);
    EXPECT_TRUE(record->has_value()) << name;
    return record->has_value() ? **std::move(record) : RecordView();
  }

  bool Exists(const std::string& name,
              const Version& version = Version::Latest()) {
    return (*(*store().OpenView(version))->Get(name)).has_value();
  }

  std::vector<Assignment> Siblings(const std::string& name,
                                   const FieldPath& path) {
    const RecordView view = Read(name);
    const auto siblings = view.state.At(path);
    return {siblings.begin(), siblings.end()};
  }

  // The trial's title as a reader sees it.
  std::string Title(const std::string& name,
                    const Version& version = Version::Latest()) {
    const RecordView view = Read(name, version);
    v1::Trial trial;
    for (const FieldValue& value :
         ProvisionalValues(view.state, [this](const ReplicaId& id) {
           return store().head()->InstitutionOf(id);
         })) {
      EXPECT_TRUE(trial.MergeFromString(value.value));
    }
    return trial.title();
  }

  std::vector<ConcurrentPath> Concurrent(
      const Version& version = Version::Latest()) {
    std::vector<ConcurrentPath> paths;
    EXPECT_OK((*store().OpenView(version))
                  ->ListConcurrent({}, [&](ConcurrentPath path) {
                    paths.push_back(std::move(path));
                    return true;
                  }));
    return paths;
  }

  // The trials that have or had that title, by the index alone.
  std::vector<std::string> Indexed(const std::string& title,
                                   const std::string& after = "",
                                   const Version& version = Version::Latest()) {
    std::vector<std::string> names;
    EXPECT_OK(
        (*store().OpenView(version))
            ->ListIndexed({"trials", "", after}, title, [&](RecordView record) {
              names.push_back(std::move(record.name));
              return true;
            }));
    return names;
  }

  Frontier frontier() { return store().head()->GetFrontier(); }
  std::string digest() { return store().head()->content.Digest(); }
  int64_t revision() { return store().head()->revision; }
  ReplicaId replica() { return store().head()->replica; }
  RegistryStore& store() { return *store_; }
  KeyValueStore& kv() { return kv_; }
  MemoryStore& memory() { return own_kv_; }
  SigningKey& replica_key() { return replica_key_; }
  FakeClock& clock() { return clock_; }

 private:
  const std::string name_;
  MemoryStore own_kv_;
  KeyValueStore& kv_;
  FakeClock clock_;
  NoRecordRules rules_;
  TitleIndexer indexer_;
  SigningKey institution_key_;
  SigningKey replica_key_;
  std::unique_ptr<RegistryStore> store_;
};

// Each gets what the other has.
inline void Sync(Institution& a, Institution& b) {
  ASSERT_OK(a.Pull(b));
  ASSERT_OK(b.Pull(a));
}

}  // namespace consilium

#endif  // CONSILIUM_TESTS_STORAGE_REGISTRY_REPLICA_FIXTURE_H_

// The contract of KeyValueStore. Every implementation passes all of it.
#include "storage/kv/key_value_store.h"

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/base/errors.h"
#include "storage/kv/memory_store.h"
#include "storage/kv/rocksdb_store.h"
#include "tests/storage/kv/row_vocabulary.h"
#include "tests/support/faulty_store.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_directory.h"

namespace consilium {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

constexpr Partition kLungs{7};
constexpr Partition kBrain{8};

// A store with what it needs to exist.
struct StoreUnderTest {
  std::unique_ptr<TemporaryDirectory> directory;
  std::unique_ptr<KeyValueStore> base;
  std::unique_ptr<KeyValueStore> store;
};

StoreUnderTest MakeMemoryStore() {
  return {.store = std::make_unique<MemoryStore>()};
}

StoreUnderTest MakeRocksdbStore() {
  StoreUnderTest made{.directory = std::make_unique<TemporaryDirectory>()};
  auto store = RocksdbStore::Create(
      made.directory->Join("store"),
      // Small buffers, so that scans meet sorted files as well as memory.
      {.write_buffer_size_bytes = 64 << 10, .free_bytes_min = 0});
  EXPECT_OK(store);
  made.store = *std::move(store);
  return made;
}

StoreUnderTest MakeFaultyStoreWithoutFaults() {
  StoreUnderTest made{.base = std::make_unique<MemoryStore>()};
  made.store = std::make_unique<FaultyStore>(*made.base);
  return made;
}

struct Implementation {
  std::string name;
  StoreUnderTest (*make)();
};

class KeyValueStoreTest : public testing::TestWithParam<Implementation> {
 protected:
  KeyValueStoreTest()
      : under_test_(GetParam().make()), store_(*under_test_.store) {}

  void Commit(Partition partition, const Rows& rows) {
    ASSERT_OK(store_.Commit(partition, Puts(rows)));
  }

  StoreUnderTest under_test_;
  KeyValueStore& store_;
};

INSTANTIATE_TEST_SUITE_P(
    All, KeyValueStoreTest,
    testing::Values(Implementation{"Memory", MakeMemoryStore},
                    Implementation{"Rocksdb", MakeRocksdbStore},
                    Implementation{"Faulty", MakeFaultyStoreWithoutFaults}),
    [](const auto& info) { return info.param.name; });

TEST_P(KeyValueStoreTest, ReadsWhatWasWritten) {
  Commit(kLungs, {{"a", "1"}, {"b", ""}});
  EXPECT_THAT(store_.Get(kLungs, "a"), IsOkAndHolds(std::optional("1")));
  EXPECT_THAT(store_.Get(kLungs, "b"), IsOkAndHolds(std::optional("")));
  EXPECT_THAT(store_.Get(kLungs, "c"), IsOkAndHolds(std::nullopt));
}

TEST_P(KeyValueStoreTest, LaterOperationsOfABatchOverrideEarlierOnes) {
  WriteBatch batch;
  batch.Put("kept", "1");
  batch.Put("kept", "2");
  batch.Put("gone", "1");
  batch.Delete("gone");
  batch.Delete("back");
  batch.Put("back", "3");
  batch.Delete("never there");
  ASSERT_OK(store_.Commit(kLungs, batch));
  EXPECT_THAT(AllRows(store_, kLungs),
              ElementsAre(Pair("back", "3"), Pair("kept", "2")));
}

TEST_P(KeyValueStoreTest, WhatABatchTookBackIsNotWritten) {
  WriteBatch batch = Puts({{"a", "1"}, {"b", "1"}});
  const WriteBatch::Mark mark = batch.End();
  const size_t size_bytes = batch.size_bytes();
  batch.Delete("a");
  batch.Put(std::string(kKeySizeMaxBytes + 1, 'k'), "over every limit");
  batch.CutTo(mark);
  EXPECT_EQ(batch.operation_count(), 2u);
  EXPECT_EQ(batch.size_bytes(), size_bytes);
  batch.Put("b", "2");
  ASSERT_OK(store_.Commit(kLungs, batch));
  EXPECT_THAT(AllRows(store_, kLungs),
              ElementsAre(Pair("a", "1"), Pair("b", "2")));
}

TEST_P(KeyValueStoreTest, AnEmptyBatchIsAccepted) {
  EXPECT_OK(store_.Commit(kLungs, WriteBatch()));
  EXPECT_THAT(AllRows(store_, kLungs), IsEmpty());
}

TEST_P(KeyValueStoreTest, PartitionsDoNotMix) {
  const Partition last{kPartitionNumberMax};
  Commit(kServerPartition, {{"k", "server"}});
  Commit(kLungs, {{"", "empty key"}, {"k", "lungs"}, {"\xff\xff\xff", "high"}});
  Commit(kBrain, {{"k", "brain"}});
  Commit(last, {{"k", "last"}, {"\xff", "end"}});
  EXPECT_THAT(AllRows(store_, kServerPartition),
              ElementsAre(Pair("k", "server")));
  EXPECT_THAT(AllRows(store_, kLungs),
              ElementsAre(Pair("", "empty key"), Pair("k", "lungs"),
                          Pair("\xff\xff\xff", "high")));
  EXPECT_THAT(AllRows(store_, kBrain), ElementsAre(Pair("k", "brain")));
  EXPECT_THAT(AllRows(store_, last),
              ElementsAre(Pair("k", "last"), Pair("\xff", "end")));
  EXPECT_THAT(Keys(store_.Scan(kBrain, {.reverse = true})), ElementsAre("k"));
  EXPECT_THAT(AllRows(store_, Partition{9}), IsEmpty());
}

TEST_P(KeyValueStoreTest, DroppingAPartitionLeavesTheOthers) {
  Commit(kLungs, {{"a", "1"}, {"b", "2"}});
  Commit(kBrain, {{"a", "3"}});
  ASSERT_OK_AND_ASSIGN(const auto before, store_.NewSnapshot(kLungs));
  ASSERT_OK(store_.DropPartition(kLungs));
  EXPECT_THAT(AllRows(store_, kLungs), IsEmpty());
  EXPECT_THAT(AllRows(store_, kBrain), ElementsAre(Pair("a", "3")));
  EXPECT_THAT(Keys(before->Scan({})), ElementsAre("a", "b"));
  Commit(kLungs, {{"c", "4"}});
  EXPECT_THAT(AllRows(store_, kLungs), ElementsAre(Pair("c", "4")));
}

TEST_P(KeyValueStoreTest, KeysAreOrderedAsUnsignedBytes) {
  const std::string zero(1, '\0');
  Commit(kLungs, {{"a", ""},
                  {"\xff", ""},
                  {"a" + zero, ""},
                  {zero, ""},
                  {"\x7f", ""},
                  {"\x80", ""},
                  {"ab", ""},
                  {zero + zero, ""}});
  EXPECT_THAT(Keys(store_.Scan(kLungs, {})),
              ElementsAre(zero, zero + zero, "a", "a" + zero, "ab", "\x7f",
                          "\x80", "\xff"));
}

TEST_P(KeyValueStoreTest, ScansBetweenBounds) {
  Commit(kLungs, {{"a", ""}, {"b", ""}, {"c", ""}, {"d", ""}});
  struct Case {
    const char* begin;
    const char* end;
    std::vector<std::string> want;
  };
  const std::vector<Case> cases = {
      {"", "", {"a", "b", "c", "d"}},
      {"b", "", {"b", "c", "d"}},
      {"", "c", {"a", "b"}},
      {"b", "d", {"b", "c"}},
      {"aa", "cc", {"b", "c"}},
      {"c", "c", {}},
      {"d", "b", {}},
      {"e", "", {}},
      {"", "a", {}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(absl::StrCat("[", c.begin, ", ", c.end, ")"));
    EXPECT_EQ(Keys(store_.Scan(kLungs, {.begin = c.begin, .end = c.end})),
              c.want);
    const std::vector<std::string> backwards(c.want.rbegin(), c.want.rend());
    EXPECT_EQ(Keys(store_.Scan(
                  kLungs, {.begin = c.begin, .end = c.end, .reverse = true})),
              backwards);
  }
}

TEST_P(KeyValueStoreTest, SeeksWithinTheRangeOnly) {
  Commit(kLungs, {{"a", ""}, {"b", ""}, {"d", ""}, {"e", ""}, {"f", ""}});
  Commit(kBrain, {{"z", ""}});
  struct Case {
    bool reverse;
    const char* to;
    std::vector<std::string> want;
  };
  const std::vector<Case> cases = {
      {false, "a", {"b", "d", "e"}},
      {false, "c", {"d", "e"}},
      {false, "e", {"e"}},
      {false, "f", {}},
      {false, "", {"b", "d", "e"}},
      {true, "z", {"e", "d", "b"}},
      {true, "f", {"e", "d", "b"}},
      {true, "c", {"b"}},
      {true, "b", {"b"}},
      {true, "a", {}},
      {true, "", {}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(absl::StrCat(c.reverse ? "back to " : "on to ", c.to));
    auto it =
        store_.Scan(kLungs, {.begin = "b", .end = "f", .reverse = c.reverse});
    it->Next();
    it->Seek(c.to);
    EXPECT_EQ(Keys(std::move(it)), c.want);
  }
}

TEST_P(KeyValueStoreTest, FindsTheLastRowBeforeAKey) {
  Commit(kLungs, {{"r/001", ""}, {"r/005", ""}, {"r/009", ""}});
  const auto before =
      store_.Scan(kLungs, {.begin = "r/", .end = "r/009", .reverse = true});
  ASSERT_TRUE(before->Valid());
  EXPECT_EQ(before->key(), "r/005");
}

TEST_P(KeyValueStoreTest, PrefixRangesHoldThePrefixAndNothingElse) {
  Commit(kLungs, {{"s", ""},
                  {"t", ""},
                  {"t/1", ""},
                  {"t/\xff\xff", ""},
                  {"t0", ""},
                  {"\xff\xff", ""},
                  {"\xff\xff\xff", ""}});
  EXPECT_THAT(Keys(store_.Scan(kLungs, PrefixRange("t/"))),
              ElementsAre("t/1", "t/\xff\xff"));
  EXPECT_THAT(Keys(store_.Scan(kLungs, PrefixRange("\xff\xff", true))),
              ElementsAre("\xff\xff\xff", "\xff\xff"));
  EXPECT_EQ(Keys(store_.Scan(kLungs, PrefixRange(""))).size(), 7u);
}

TEST_P(KeyValueStoreTest, MultiGetAnswersInOrder) {
  Rows rows;
  for (int i = 0; i < 1000; ++i) {
    rows.emplace_back(absl::StrCat("k", i), absl::StrCat("v", i));
  }
  Commit(kLungs, rows);
  std::vector<std::string> names;
  for (int i = 1500; i >= 0; i -= 3) names.push_back(absl::StrCat("k", i));
  const std::vector<absl::string_view> keys(names.begin(), names.end());
  ASSERT_OK_AND_ASSIGN(const auto values, store_.MultiGet(kLungs, keys));
  ASSERT_EQ(values.size(), keys.size());
  for (size_t i = 0; i < values.size(); ++i) {
    const int number = 1500 - 3 * static_cast<int>(i);
    const auto want =
        number < 1000 ? std::optional(absl::StrCat("v", number)) : std::nullopt;
    EXPECT_EQ(values[i], want) << names[i];
  }
  EXPECT_THAT(store_.MultiGet(kLungs, {}), IsOkAndHolds(IsEmpty()));
}

TEST_P(KeyValueStoreTest, AGuardDecidesTheWholeBatch) {
  struct Case {
    const char* name;
    std::optional<std::string> present;
    std::optional<std::string> expected;
    bool wins;
  };
  const std::vector<Case> cases = {
      {"same value", "1", "1", true},
      {"other value", "2", "1", false},
      {"longer value", "11", "1", false},
      {"absent as expected", std::nullopt, std::nullopt, true},
      {"present, not expected", "1", std::nullopt, false},
      {"absent, but expected", std::nullopt, "1", false},
      {"empty is not absent", "", std::nullopt, false},
      {"empty as expected", "", "", true},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    ASSERT_OK(store_.DropPartition(kLungs));
    if (c.present.has_value()) Commit(kLungs, {{"head", *c.present}});
    const Rows before = AllRows(store_, kLungs);
    const absl::Status status = store_.Commit(
        kLungs, Guarded("head", c.expected, {{"head", "9"}, {"row", "x"}}));
    if (c.wins) {
      EXPECT_OK(status);
      EXPECT_THAT(AllRows(store_, kLungs),
                  ElementsAre(Pair("head", "9"), Pair("row", "x")));
    } else {
      EXPECT_THAT(status, StatusIs(absl::StatusCode::kAborted));
      EXPECT_EQ(GetErrorReason(status), "GUARD_NOT_MET");
      EXPECT_EQ(AllRows(store_, kLungs), before);
    }
  }
}

TEST_P(KeyValueStoreTest, AGuardLooksAtItsOwnPartition) {
  Commit(kBrain, {{"head", "1"}});
  EXPECT_THAT(store_.Commit(kLungs, Guarded("head", "1", {{"a", ""}})),
              StatusIs(absl::StatusCode::kAborted));
  EXPECT_OK(store_.Commit(kLungs, Guarded("head", std::nullopt, {{"a", ""}})));
}

TEST_P(KeyValueStoreTest, OfWritersThatGuardOneRowExactlyOneWinsEachTurn) {
  constexpr int kWriters = 4;
  constexpr int kTurns = 25;
  Commit(kLungs, {{"head", "0"}});
  std::atomic<int> wins{0};
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([&] {
      for (int won = 0; won < kTurns;) {
        const auto head = store_.Get(kLungs, "head");
        ASSERT_OK(head);
        const int number = std::stoi(**head);
        const absl::Status status =
            store_.Commit(kLungs, Guarded("head", **head,
                                          {{"head", absl::StrCat(number + 1)},
                                           {absl::StrCat("row", number), ""}}));
        if (status.ok()) {
          ++won;
          ++wins;
        } else {
          ASSERT_EQ(status.code(), absl::StatusCode::kAborted) << status;
        }
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(wins, kWriters * kTurns);
  EXPECT_THAT(store_.Get(kLungs, "head"),
              IsOkAndHolds(std::optional(absl::StrCat(kWriters * kTurns))));
  EXPECT_EQ(Keys(store_.Scan(kLungs, PrefixRange("row"))).size(),
            static_cast<size_t>(kWriters * kTurns));
}

TEST_P(KeyValueStoreTest, ASnapshotStaysAsItWas) {
  Commit(kLungs, {{"a", "1"}, {"b", "1"}, {"c", "1"}});
  ASSERT_OK_AND_ASSIGN(const auto snapshot, store_.NewSnapshot(kLungs));
  WriteBatch batch = Puts({{"a", "2"}, {"d", "2"}});
  batch.Delete("b");
  ASSERT_OK(store_.Commit(kLungs, batch));
  EXPECT_THAT(snapshot->Get("a"), IsOkAndHolds(std::optional("1")));
  EXPECT_THAT(snapshot->Get("d"), IsOkAndHolds(std::nullopt));
  EXPECT_THAT(snapshot->MultiGet({"b", "d"}),
              IsOkAndHolds(ElementsAre(std::optional("1"), std::nullopt)));
  EXPECT_THAT(Drain(snapshot->Scan({})),
              ElementsAre(Pair("a", "1"), Pair("b", "1"), Pair("c", "1")));
  EXPECT_THAT(Keys(snapshot->Scan({.end = "c", .reverse = true})),
              ElementsAre("b", "a"));
  EXPECT_THAT(AllRows(store_, kLungs),
              ElementsAre(Pair("a", "2"), Pair("c", "1"), Pair("d", "2")));
}

TEST_P(KeyValueStoreTest, AScanIsNotDisturbedByLaterWrites) {
  Commit(kLungs, {{"a", "1"}, {"c", "1"}});
  auto it = store_.Scan(kLungs, {});
  WriteBatch batch = Puts({{"a", "2"}, {"b", "2"}});
  batch.Delete("c");
  ASSERT_OK(store_.Commit(kLungs, batch));
  EXPECT_THAT(Drain(std::move(it)),
              ElementsAre(Pair("a", "1"), Pair("c", "1")));
}

TEST_P(KeyValueStoreTest, ReadersNeverSeeHalfABatch) {
  constexpr int kCommits = 200;
  constexpr int kRows = 20;
  const auto rows_of = [](int commit) {
    Rows rows;
    for (int i = 0; i < kRows; ++i) {
      rows.emplace_back(absl::StrCat("k", i), absl::StrCat(commit));
    }
    return rows;
  };
  Commit(kLungs, rows_of(0));
  std::atomic<bool> done{false};
  std::vector<std::thread> readers;
  for (int reader = 0; reader < 2; ++reader) {
    readers.emplace_back([&, reader] {
      while (!done) {
        const auto snapshot = store_.NewSnapshot(kLungs);
        ASSERT_OK(snapshot);
        const Rows rows = Drain((*snapshot)->Scan({.reverse = reader == 1}));
        ASSERT_EQ(rows.size(), static_cast<size_t>(kRows));
        for (const auto& row : rows) {
          ASSERT_EQ(row.second, rows.front().second);
        }
      }
    });
  }
  for (int commit = 1; commit <= kCommits; ++commit) {
    ASSERT_OK(store_.Commit(kLungs, Puts(rows_of(commit))));
  }
  done = true;
  for (std::thread& reader : readers) reader.join();
}

TEST_P(KeyValueStoreTest, ConcurrentWritersLoseNothing) {
  constexpr int kWriters = 8;
  constexpr int kCommits = 50;
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([&, writer] {
      for (int i = 0; i < kCommits; ++i) {
        const Partition partition{static_cast<uint32_t>(writer % 2)};
        ASSERT_OK(store_.Commit(
            partition, Puts({{absl::StrCat("w", writer, "/", i), "x"}})));
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  for (const uint32_t partition : {0u, 1u}) {
    EXPECT_EQ(AllRows(store_, Partition{partition}).size(),
              static_cast<size_t>(kWriters / 2 * kCommits));
  }
}

TEST_P(KeyValueStoreTest, RefusesWhatIsOverALimit) {
  const std::string key_max(kKeySizeMaxBytes, 'k');
  const std::string value_max(kValueSizeMaxBytes, 'v');
  ASSERT_OK(store_.Commit(kLungs, Puts({{key_max, value_max}})));
  EXPECT_THAT(store_.Get(kLungs, key_max),
              IsOkAndHolds(std::optional(value_max)));

  WriteBatch deletes_long_key;
  deletes_long_key.Delete(key_max + "k");
  WriteBatch large;
  for (size_t i = 0; i <= kBatchSizeMaxBytes / kValueSizeMaxBytes; ++i) {
    large.Put(absl::StrCat(i), value_max);
  }
  struct Case {
    const char* reason;
    WriteBatch batch;
  };
  const std::vector<Case> cases = {
      {"KEY_TOO_LARGE", Puts({{"good", ""}, {key_max + "k", ""}})},
      {"KEY_TOO_LARGE", deletes_long_key},
      {"KEY_TOO_LARGE", Guarded(key_max + "k", std::nullopt, {{"good", ""}})},
      {"VALUE_TOO_LARGE", Puts({{"good", ""}, {"k", value_max + "v"}})},
      {"BATCH_TOO_LARGE", large},
  };
  for (const Case& c : cases) {
    const absl::Status status = store_.Commit(kLungs, c.batch);
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument));
    EXPECT_EQ(GetErrorReason(status), c.reason);
  }
  EXPECT_THAT(Keys(store_.Scan(kLungs, {})), ElementsAre(key_max));
  EXPECT_EQ(GetErrorReason(store_.Get(kLungs, key_max + "k").status()),
            "KEY_TOO_LARGE");
  const std::vector<absl::string_view> many(kMultiGetKeyCountMax + 1, "k");
  EXPECT_EQ(GetErrorReason(store_.MultiGet(kLungs, many).status()),
            "TOO_MANY_KEYS");
  EXPECT_OK(store_.Health());
}

TEST_P(KeyValueStoreTest, RefusesPartitionsOutOfRange) {
  const Partition bad{kPartitionNumberMax + 1};
  const std::vector<absl::Status> statuses = {
      store_.Commit(bad, Puts({{"a", ""}})),    store_.Get(bad, "a").status(),
      store_.MultiGet(bad, {"a"}).status(),     store_.Scan(bad, {})->status(),
      store_.NewSnapshot(bad).status(),         store_.DropPartition(bad),
      store_.ApproximateSizeBytes(bad).status()};
  for (const absl::Status& status : statuses) {
    EXPECT_EQ(GetErrorReason(status), "PARTITION_OUT_OF_RANGE") << status;
  }
}

TEST_P(KeyValueStoreTest, ApproximateSizeGrowsWithTheRows) {
  EXPECT_THAT(store_.ApproximateSizeBytes(kLungs), IsOkAndHolds(0u));
  // Noise, since a store may compress.
  std::mt19937_64 random(1);
  for (int i = 0; i < 100; ++i) {
    std::string value;
    while (value.size() < 4096) absl::StrAppend(&value, random());
    Commit(kLungs, {{absl::StrCat(i), value}});
  }
  ASSERT_OK_AND_ASSIGN(const uint64_t size,
                       store_.ApproximateSizeBytes(kLungs));
  EXPECT_GT(size, 50u << 10);
  EXPECT_LT(size, 4u << 20);
}

// Random commits, snapshots and scans against a plain sorted map.
TEST_P(KeyValueStoreTest, BehavesLikeASortedMap) {
  using Model = std::map<std::string, std::string>;
  std::mt19937 random(20240607);
  const auto random_key = [&random] {
    std::string key(random() % 3, '\0');
    for (char& c : key) c = "\0a\x80\xff"[random() % 4];
    return key;
  };
  Model model;
  std::vector<std::pair<std::unique_ptr<KeyValueSnapshot>, Model>> snapshots;
  const auto want_rows = [](const Model& model, const ScanRange& range) {
    Rows rows;
    for (const auto& [key, value] : model) {
      if (key >= range.begin && (range.end.empty() || key < range.end)) {
        rows.emplace_back(key, value);
      }
    }
    if (range.reverse) rows = Rows(rows.rbegin(), rows.rend());
    return rows;
  };
  for (int step = 0; step < 400; ++step) {
    WriteBatch batch;
    for (uint32_t i = random() % 6; i > 0; --i) {
      const std::string key = random_key();
      if (random() % 3 == 0) {
        batch.Delete(key);
        model.erase(key);
      } else {
        const std::string value = absl::StrCat(step, "/", i);
        batch.Put(key, value);
        model[key] = value;
      }
    }
    ASSERT_OK(store_.Commit(kLungs, batch));
    if (random() % 8 == 0) {
      ASSERT_OK_AND_ASSIGN(auto snapshot, store_.NewSnapshot(kLungs));
      snapshots.emplace_back(std::move(snapshot), model);
    }
    const ScanRange range{.begin = random_key(),
                          .end = random_key(),
                          .reverse = random() % 2 == 0};
    ASSERT_EQ(Drain(store_.Scan(kLungs, range)), want_rows(model, range));
    if (snapshots.empty()) continue;
    const auto& [snapshot, past] = snapshots[random() % snapshots.size()];
    ASSERT_EQ(Drain(snapshot->Scan(range)), want_rows(past, range));
  }
}

}  // namespace
}  // namespace consilium

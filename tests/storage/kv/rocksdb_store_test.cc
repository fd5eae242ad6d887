// What RocksdbStore promises beyond the contract of KeyValueStore: opening,
// durability, free space, copies.
#include "storage/kv/rocksdb_store.h"

#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/base/errors.h"
#include "tests/storage/kv/row_vocabulary.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_directory.h"

namespace consilium {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

constexpr Partition kLungs{7};

RocksdbStoreOptions NoWatermark() { return {.free_bytes_min = 0}; }

class RocksdbStoreTest : public testing::Test {
 protected:
  RocksdbStoreTest() : path_(directory_.Join("store")) {}

  std::unique_ptr<RocksdbStore> Create() {
    auto store = RocksdbStore::Create(path_, NoWatermark());
    EXPECT_OK(store);
    return *std::move(store);
  }

  std::unique_ptr<RocksdbStore> Open() {
    auto store = RocksdbStore::Open(path_, NoWatermark());
    EXPECT_OK(store);
    return *std::move(store);
  }

  void WriteFile(const std::string& path) { std::ofstream(path) << "text"; }

  TemporaryDirectory directory_;
  const std::string path_;
};

TEST_F(RocksdbStoreTest, TellsHowLongEachSyncedWriteTook) {
  Create();
  std::atomic<int> writes = 0;
  RocksdbStoreOptions options = NoWatermark();
  options.on_synced_write = [&writes](absl::Duration duration) {
    EXPECT_GT(duration, absl::ZeroDuration());
    ++writes;
  };
  ASSERT_OK_AND_ASSIGN(const auto store, RocksdbStore::Open(path_, options));
  EXPECT_EQ(writes, 0);
  ASSERT_OK(store->Commit(kLungs, Puts({{"a", "1"}, {"b", "2"}})));
  EXPECT_EQ(writes, 1);
  // Nothing is written by these.
  ASSERT_OK(store->Commit(kLungs, WriteBatch()));
  WriteBatch stale = Puts({{"a", "3"}});
  stale.SetGuard({"b", "other"});
  EXPECT_FALSE(store->Commit(kLungs, stale).ok());
  EXPECT_EQ(writes, 1);
}

TEST_F(RocksdbStoreTest, ReopeningKeepsTheRows) {
  auto store = Create();
  ASSERT_OK(store->Commit(kLungs, Puts({{"a", "1"}, {"b", "2"}})));
  ASSERT_OK(store->Commit(kServerPartition, Puts({{"s", "3"}})));
  for (int round = 0; round < 3; ++round) {
    store.reset();
    store = Open();
    EXPECT_THAT(AllRows(*store, kLungs),
                ElementsAre(Pair("a", "1"), Pair("b", "2")));
    EXPECT_THAT(AllRows(*store, kServerPartition), ElementsAre(Pair("s", "3")));
    EXPECT_OK(store->VerifyIntegrity());
  }
}

TEST_F(RocksdbStoreTest, ADroppedPartitionStaysDropped) {
  auto store = Create();
  ASSERT_OK(store->Commit(kLungs, Puts({{"a", "1"}})));
  ASSERT_OK(store->DropPartition(kLungs));
  store.reset();
  EXPECT_EQ(AllRows(*Open(), kLungs), Rows());
}

TEST_F(RocksdbStoreTest, OnlyTheOwnerMayLookInside) {
  Create();
  struct stat found;
  ASSERT_EQ(stat(path_.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0700u);
}

TEST_F(RocksdbStoreTest, CreateTakesAnEmptyDirectory) {
  std::filesystem::create_directory(path_);
  std::filesystem::create_directory(path_ + "/lost+found");
  EXPECT_OK(RocksdbStore::Create(path_, NoWatermark()));
}

TEST_F(RocksdbStoreTest, CreateRefusesAnExistingStore) {
  {
    auto store = Create();
    ASSERT_OK(store->Commit(kLungs, Puts({{"a", "1"}})));
  }
  const auto again = RocksdbStore::Create(path_, NoWatermark());
  EXPECT_THAT(
      again, StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr(path_)));
  EXPECT_EQ(GetErrorReason(again.status()), "STORE_EXISTS");
  EXPECT_THAT(AllRows(*Open(), kLungs), ElementsAre(Pair("a", "1")));
}

TEST_F(RocksdbStoreTest, CreateRefusesAStoreThatLostItsEntryFile) {
  Create();
  std::filesystem::remove(path_ + "/CURRENT");
  const auto again = RocksdbStore::Create(path_, NoWatermark());
  EXPECT_EQ(GetErrorReason(again.status()), "STORE_EXISTS");
}

TEST_F(RocksdbStoreTest, RefusesToOpenWhatIsNoStore) {
  const std::string file = directory_.Join("file");
  WriteFile(file);
  const std::string empty = directory_.Join("empty");
  std::filesystem::create_directory(empty);
  const std::string other = directory_.Join("other");
  std::filesystem::create_directory(other);
  WriteFile(other + "/letter.txt");
  struct Case {
    std::string path;
    const char* reason;
  };
  const Case cases[] = {{directory_.Join("nowhere"), "STORE_MISSING"},
                        {empty, "STORE_MISSING"},
                        {file, "NOT_A_STORE"},
                        {other, "NOT_A_STORE"}};
  for (const Case& c : cases) {
    const auto opened = RocksdbStore::Open(c.path, NoWatermark());
    EXPECT_THAT(opened, StatusIs(absl::StatusCode::kFailedPrecondition,
                                 HasSubstr(c.path)));
    EXPECT_EQ(GetErrorReason(opened.status()), c.reason) << c.path;
  }
  EXPECT_FALSE(std::filesystem::exists(directory_.Join("nowhere")));
  EXPECT_TRUE(std::filesystem::is_empty(empty));
}

TEST_F(RocksdbStoreTest, CreateRefusesAFileOrAMissingParent) {
  const std::string file = directory_.Join("file");
  WriteFile(file);
  EXPECT_EQ(GetErrorReason(RocksdbStore::Create(file).status()), "NOT_A_STORE");
  const auto orphan = RocksdbStore::Create(directory_.Join("no/parent"));
  EXPECT_THAT(orphan,
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("no/parent")));
}

TEST_F(RocksdbStoreTest, OneStoreIsOpenOnce) {
  auto store = Create();
  const auto second = RocksdbStore::Open(path_, NoWatermark());
  EXPECT_THAT(second, StatusIs(absl::StatusCode::kFailedPrecondition,
                               HasSubstr(path_)));
  EXPECT_EQ(GetErrorReason(second.status()), "STORE_LOCKED");
  EXPECT_OK(store->Commit(kLungs, Puts({{"a", "1"}})));
}

TEST_F(RocksdbStoreTest, RefusesWritesWhileTheDiskIsNearlyFull) {
  constexpr uint64_t kMebibyte = 1 << 20;
  std::atomic<uint64_t> free_bytes{9 * kMebibyte};
  const RocksdbStoreOptions options{
      .free_bytes_min = 2 * kMebibyte,
      .free_space_probe_interval = absl::ZeroDuration(),
      .free_space_probe = [&](const std::string&) -> absl::StatusOr<uint64_t> {
        return free_bytes.load();
      }};
  ASSERT_OK_AND_ASSIGN(const auto store, RocksdbStore::Create(path_, options));
  ASSERT_OK(store->Commit(kLungs, Puts({{"a", std::string(8'000, 'x')}})));

  free_bytes = 2 * kMebibyte + 100;
  const absl::Status refused =
      store->Commit(kLungs, Puts({{"b", std::string(200, 'x')}}));
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kResourceExhausted,
                                AllOf(HasSubstr(path_), HasSubstr("2 MiB free"),
                                      HasSubstr("needs 3 MiB"))));
  EXPECT_EQ(GetErrorReason(refused), "DISK_SPACE_LOW");
  EXPECT_THAT(Keys(store->Scan(kLungs, {})), ElementsAre("a"));
  EXPECT_OK(store->Commit(kLungs, Puts({{"small", "x"}})));

  free_bytes = 9 * kMebibyte;
  EXPECT_OK(store->Commit(kLungs, Puts({{"b", std::string(200, 'x')}})));
}

TEST_F(RocksdbStoreTest, ADiskThatFillsUpIsLeftInGoodOrderAndOpensLater) {
  constexpr uint64_t kMebibyte = 1 << 20;
  std::atomic<uint64_t> free_bytes{100 * kMebibyte};
  const RocksdbStoreOptions options{
      .free_bytes_min = 64 * kMebibyte,
      .free_space_probe_interval = absl::ZeroDuration(),
      .free_space_probe = [&](const std::string&) -> absl::StatusOr<uint64_t> {
        return free_bytes.load();
      }};
  const auto tables = [&] {
    int count = 0;
    for (const auto& file : std::filesystem::directory_iterator(path_)) {
      count += file.path().extension() == ".sst" ? 1 : 0;
    }
    return count;
  };
  {
    ASSERT_OK_AND_ASSIGN(const auto store,
                         RocksdbStore::Create(path_, options));
    ASSERT_OK(store->Commit(kLungs, Puts({{"a", "1"}})));
    free_bytes = 0;
  }
  // Closing has not tried to write it out: the log holds it.
  EXPECT_EQ(tables(), 0);
  const auto refused = RocksdbStore::Open(path_, options);
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kResourceExhausted,
                                AllOf(HasSubstr(path_), HasSubstr("0 MiB free"),
                                      HasSubstr("make room"))));
  EXPECT_EQ(GetErrorReason(refused.status()), "DISK_SPACE_LOW");
  // Room for the log is enough to read.
  free_bytes = 20 * kMebibyte;
  ASSERT_OK_AND_ASSIGN(const auto store, RocksdbStore::Open(path_, options));
  EXPECT_THAT(Keys(store->Scan(kLungs, {})), ElementsAre("a"));
  EXPECT_EQ(GetErrorReason(store->Commit(kLungs, Puts({{"b", "2"}}))),
            "DISK_SPACE_LOW");
}

TEST_F(RocksdbStoreTest, CountsWhatItAdmitsBetweenProbes) {
  int probes = 0;
  const RocksdbStoreOptions options{
      .free_bytes_min = 1'000,
      .free_space_probe_interval = absl::Hours(1),
      .free_space_probe = [&](const std::string&) -> absl::StatusOr<uint64_t> {
        ++probes;
        return 2'000;
      }};
  ASSERT_OK_AND_ASSIGN(const auto store, RocksdbStore::Create(path_, options));
  const WriteBatch batch = Puts({{"k", std::string(299, 'x')}});
  for (int i = 0; i < 3; ++i) ASSERT_OK(store->Commit(kLungs, batch));
  EXPECT_EQ(probes, 1);
  EXPECT_OK(store->Commit(kLungs, batch));
  EXPECT_EQ(probes, 2);
}

TEST_F(RocksdbStoreTest, ACheckpointIsAStoreOfItsOwn) {
  auto store = Create();
  ASSERT_OK(store->Commit(kLungs, Puts({{"a", "1"}})));
  const std::string copy = directory_.Join("copy");
  ASSERT_OK(store->CreateCheckpoint(copy));
  ASSERT_OK(store->Commit(kLungs, Puts({{"b", "2"}})));
  ASSERT_OK_AND_ASSIGN(auto opened, RocksdbStore::Open(copy, NoWatermark()));
  EXPECT_THAT(AllRows(*opened, kLungs), ElementsAre(Pair("a", "1")));
  ASSERT_OK(opened->Commit(kLungs, Puts({{"c", "3"}})));
  EXPECT_THAT(Keys(store->Scan(kLungs, {})), ElementsAre("a", "b"));
  EXPECT_EQ(GetErrorReason(store->CreateCheckpoint(copy)), "STORE_EXISTS");
  opened.reset();
  ASSERT_OK_AND_ASSIGN(opened, RocksdbStore::Open(copy, NoWatermark()));
  EXPECT_THAT(Keys(opened->Scan(kLungs, {})), ElementsAre("a", "c"));
}

TEST_F(RocksdbStoreTest, ManyRowsSurviveFlushesAndCompactions) {
  constexpr int kRows = 20'000;
  {
    ASSERT_OK_AND_ASSIGN(
        const auto store,
        RocksdbStore::Create(path_, {.write_buffer_size_bytes = 256 << 10,
                                     .free_bytes_min = 0}));
    WriteBatch batch;
    for (int i = 0; i < kRows; ++i) {
      batch.Put(absl::StrCat("k", i), std::string(200, 'a' + i % 26));
      if (batch.operation_count() < 100) continue;
      ASSERT_OK(store->Commit(kLungs, batch));
      batch.Clear();
    }
  }
  const auto store = Open();
  EXPECT_EQ(AllRows(*store, kLungs).size(), static_cast<size_t>(kRows));
  EXPECT_OK(store->VerifyIntegrity());
}

}  // namespace
}  // namespace consilium

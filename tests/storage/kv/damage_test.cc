// Bytes go bad. A store then refuses to open, or reports the damage to whoever
// reads it, or still holds every row: never a part of them as if it were all.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/base/errors.h"
#include "storage/kv/rocksdb_store.h"
#include "tests/storage/kv/row_vocabulary.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_directory.h"

namespace consilium {
namespace {

namespace fs = std::filesystem;

constexpr Partition kLungs{7};

std::string ReadBytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

void WriteBytes(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

// How often each kind of damage is done to each file.
int Rounds() { return std::getenv("CONSILIUM_LONG") != nullptr ? 60 : 5; }

// A store on disk, as a crash or a close leaves it, and the rows it holds.
class DamageTest : public testing::Test {
 protected:
  DamageTest()
      : live_(directory_.Join("live")),
        crashed_(directory_.Join("crashed")),
        closed_(directory_.Join("closed")),
        damaged_(directory_.Join("damaged")) {}

  // Overwrites the same keys again and again, so that a lost file shows as old
  // values and not only as missing rows.
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(auto store,
                         RocksdbStore::Create(live_, {.free_bytes_min = 0}));
    for (int generation = 0; generation < 4; ++generation) {
      ASSERT_OK(store->Flush());
      states_.assign(1, AllRows(*store, kLungs));
      for (int i = 0; i < 60; ++i) {
        WriteBatch batch;
        for (int j = 0; j < 3; ++j) {
          batch.Put(absl::StrCat("k", (i * 7 + j * 13) % 100),
                    absl::StrCat(generation, "/", i, "/", j,
                                 std::string(i * 4 % 300, 'x')));
        }
        batch.Delete(absl::StrCat("k", i));
        ASSERT_OK(store->Commit(kLungs, batch));
        states_.push_back(AllRows(*store, kLungs));
      }
    }
    want_ = states_.back();
    // Every commit is synced, so this is what a power cut would leave.
    fs::copy(live_, crashed_, fs::copy_options::recursive);
    store.reset();
    fs::copy(live_, closed_, fs::copy_options::recursive);
  }

  // The files of `image` whose names start and end so.
  std::vector<std::string> Files(const std::string& image,
                                 const std::string& prefix,
                                 const std::string& suffix) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(image)) {
      const std::string name = entry.path().filename().string();
      if (absl::StartsWith(name, prefix) && absl::EndsWith(name, suffix)) {
        names.push_back(name);
      }
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  // A fresh copy of `image` to damage.
  void Restore(const std::string& image) {
    fs::remove_all(damaged_);
    fs::copy(image, damaged_, fs::copy_options::recursive);
  }

  std::string Damaged(const std::string& name) {
    return absl::StrCat(damaged_, "/", name);
  }

  // All rows of the damaged store, or why they cannot be had.
  absl::StatusOr<Rows> Read() {
    auto store = RocksdbStore::Open(damaged_, {.free_bytes_min = 0});
    if (!store.ok()) return store.status();
    Rows rows;
    auto it = (*store)->Scan(kLungs, {});
    for (; it->Valid(); it->Next()) {
      rows.emplace_back(std::string(it->key()), std::string(it->value()));
    }
    if (!it->status().ok()) return it->status();
    return rows;
  }

  void ExpectRefusedOrExact() {
    const absl::StatusOr<Rows> rows = Read();
    if (rows.ok()) {
      EXPECT_EQ(*rows, want_);
      return;
    }
    EXPECT_EQ(rows.status().code(), absl::StatusCode::kDataLoss)
        << rows.status();
    EXPECT_EQ(GetErrorReason(rows.status()), "STORE_DAMAGED");
  }

  void ExpectRefused() {
    EXPECT_THAT(Read(), StatusIs(absl::StatusCode::kDataLoss,
                                 testing::HasSubstr(damaged_)));
  }

  TemporaryDirectory directory_;
  const std::string live_, crashed_, closed_, damaged_;
  std::mt19937 random_{20240608};
  Rows want_;
  std::vector<Rows> states_;  // After each commit that the newest log holds.
};

TEST_F(DamageTest, UndamagedImagesReadExactly) {
  for (const std::string& image : {crashed_, closed_}) {
    Restore(image);
    EXPECT_THAT(Read(), IsOkAndHolds(want_)) << image;
  }
  EXPECT_FALSE(Files(crashed_, "", ".sst").empty());
  EXPECT_FALSE(Files(crashed_, "", ".log").empty());
}

TEST_F(DamageTest, FlippedBits) {
  for (const std::string& image : {crashed_, closed_}) {
    for (const std::string& name : Files(image, "", "")) {
      // Text for people, and the lock that holds nothing.
      if (absl::StartsWith(name, "LO")) continue;
      const std::string bytes = ReadBytes(absl::StrCat(image, "/", name));
      if (bytes.empty()) continue;
      for (int round = 0; round < Rounds(); ++round) {
        const size_t at = random_() % bytes.size();
        const int bit = random_() % 8;
        SCOPED_TRACE(absl::StrCat(image, "/", name, " byte ", at, " of ",
                                  bytes.size(), " bit ", bit));
        Restore(image);
        std::string flipped = bytes;
        flipped[at] = static_cast<char>(flipped[at] ^ (1 << bit));
        WriteBytes(Damaged(name), flipped);
        ExpectRefusedOrExact();
      }
    }
  }
}

// Every bit of the last 200 bytes: where damage looks most like a crash.
TEST_F(DamageTest, FlippedBitsAtTheEndOfLogsAndManifest) {
  std::vector<std::string> names = Files(crashed_, "", ".log");
  for (std::string& name : Files(crashed_, "MANIFEST-", "")) {
    names.push_back(std::move(name));
  }
  const int step = std::getenv("CONSILIUM_LONG") != nullptr ? 1 : 23;
  for (const std::string& name : names) {
    const std::string bytes = ReadBytes(absl::StrCat(crashed_, "/", name));
    const int bits = static_cast<int>(std::min<size_t>(bytes.size(), 200) * 8);
    for (int bit = 0; bit < bits; bit += step) {
      const size_t at = bytes.size() - 1 - bit / 8;
      SCOPED_TRACE(absl::StrCat(name, " byte ", at, " bit ", bit % 8));
      Restore(crashed_);
      std::string flipped = bytes;
      flipped[at] = static_cast<char>(flipped[at] ^ (1 << bit % 8));
      WriteBytes(Damaged(name), flipped);
      ExpectRefusedOrExact();
    }
  }
}

TEST_F(DamageTest, ZeroedSectors) {
  for (const std::string& name : Files(crashed_, "", "")) {
    if (absl::StartsWith(name, "LO")) continue;
    const std::string bytes = ReadBytes(absl::StrCat(crashed_, "/", name));
    for (size_t at = 0; at + 512 <= bytes.size(); at += 512) {
      // The end of the newest log is what a crash leaves; see below.
      if (absl::EndsWith(name, ".log") && at + 1024 > bytes.size()) continue;
      if (random_() % 4 != 0 && Rounds() < 50) continue;
      SCOPED_TRACE(absl::StrCat(name, " from ", at, " of ", bytes.size()));
      Restore(crashed_);
      std::string zeroed = bytes;
      zeroed.replace(at, 512, 512, '\0');
      WriteBytes(Damaged(name), zeroed);
      ExpectRefusedOrExact();
    }
  }
}

// The database skips a block of zeros as if it had never been written, and
// sees no harm in it where the records around it are whole.
TEST_F(DamageTest, ZeroedBlocksOfALog) {
  constexpr size_t kBlock = 32768;
  Restore(closed_);
  {
    ASSERT_OK_AND_ASSIGN(const auto store,
                         RocksdbStore::Open(damaged_, {.free_bytes_min = 0}));
    // Each commit is a record of 1,024 bytes, 32 to a block.
    for (int i = 100; i < 260; ++i) {
      ASSERT_OK(store->Commit(
          kLungs, Puts({{absl::StrCat(i), std::string(994, 'z')}})));
    }
    want_ = AllRows(*store, kLungs);
    fs::remove_all(crashed_);
    fs::copy(damaged_, crashed_, fs::copy_options::recursive);
  }
  const std::string name = Files(crashed_, "", ".log").back();
  const std::string bytes = ReadBytes(absl::StrCat(crashed_, "/", name));
  ASSERT_EQ(bytes.size(), 5 * kBlock);
  for (size_t at = 0; at + kBlock < bytes.size(); at += kBlock) {
    SCOPED_TRACE(absl::StrCat("from ", at, " of ", bytes.size()));
    Restore(crashed_);
    std::string zeroed = bytes;
    zeroed.replace(at, kBlock, kBlock, '\0');
    WriteBytes(Damaged(name), zeroed);
    ExpectRefusedOrExact();
  }
}

TEST_F(DamageTest, TruncatedFiles) {
  for (const std::string& image : {crashed_, closed_}) {
    const std::string newest_log = Files(image, "", ".log").back();
    for (const std::string& name : Files(image, "", "")) {
      if (absl::StartsWith(name, "LO") || name == newest_log) continue;
      const std::string bytes = ReadBytes(absl::StrCat(image, "/", name));
      if (bytes.empty()) continue;
      for (int round = 0; round < Rounds(); ++round) {
        const size_t size = random_() % bytes.size();
        SCOPED_TRACE(absl::StrCat(image, "/", name, " cut at ", size, " of ",
                                  bytes.size()));
        Restore(image);
        fs::resize_file(Damaged(name), size);
        ExpectRefusedOrExact();
      }
    }
  }
}

// A cut end of the newest log is what a crash leaves behind, so nothing can
// tell. What remains is a state that the store once had.
TEST_F(DamageTest, ACutNewestLogLeavesAnEarlierStateWhole) {
  const std::string name = Files(crashed_, "", ".log").back();
  const size_t size_bytes = fs::file_size(absl::StrCat(crashed_, "/", name));
  for (int round = 0; round < Rounds(); ++round) {
    const size_t size = random_() % size_bytes;
    SCOPED_TRACE(absl::StrCat("cut at ", size, " of ", size_bytes));
    Restore(crashed_);
    fs::resize_file(Damaged(name), size);
    ASSERT_OK_AND_ASSIGN(const Rows rows, Read());
    EXPECT_THAT(states_, testing::Contains(rows));
  }
}

TEST_F(DamageTest, MissingFiles) {
  for (const std::string& image : {crashed_, closed_}) {
    for (const std::string& name : Files(image, "", "")) {
      SCOPED_TRACE(absl::StrCat(image, " without ", name));
      Restore(image);
      fs::remove(Damaged(name));
      ExpectRefusedOrExact();
    }
  }
}

TEST_F(DamageTest, SwappedFiles) {
  for (const char* suffix : {".sst", ".log"}) {
    const std::vector<std::string> names = Files(crashed_, "", suffix);
    for (size_t i = 1; i < names.size(); ++i) {
      SCOPED_TRACE(absl::StrCat(names[i - 1], " for ", names[i]));
      Restore(crashed_);
      fs::copy_file(Damaged(names[i - 1]), Damaged(names[i]),
                    fs::copy_options::overwrite_existing);
      ExpectRefusedOrExact();
    }
  }
}

// The files of a clean close with the older manifest put back.
TEST_F(DamageTest, AnOlderManifestIsRefused) {
  Restore(closed_);
  const std::string name = Files(closed_, "MANIFEST-", "").back();
  const std::string bytes = ReadBytes(Damaged(name));
  for (size_t size = bytes.size() / 4; size < bytes.size();
       size += bytes.size() / 16) {
    SCOPED_TRACE(absl::StrCat("cut at ", size, " of ", bytes.size()));
    Restore(closed_);
    fs::resize_file(Damaged(name), size);
    ExpectRefused();
  }
}

TEST_F(DamageTest, VerifyIntegrityFindsADamagedFileBehindAnOpenStore) {
  Restore(closed_);
  ASSERT_OK_AND_ASSIGN(const auto store,
                       RocksdbStore::Open(damaged_, {.free_bytes_min = 0}));
  ASSERT_OK(store->VerifyIntegrity());
  const std::string name = Files(damaged_, "", ".sst").back();
  std::string bytes = ReadBytes(Damaged(name));
  bytes[bytes.size() / 3] ^= 0x10;
  {
    std::fstream file(Damaged(name),
                      std::ios::binary | std::ios::in | std::ios::out);
    file << bytes;
  }
  EXPECT_THAT(store->VerifyIntegrity(),
              StatusIs(absl::StatusCode::kDataLoss, testing::HasSubstr(name)));
}

}  // namespace
}  // namespace consilium

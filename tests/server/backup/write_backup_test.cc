#include "server/backup/write_backup.h"

#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "gmock/gmock.h"
#include "storage/kv/free_space.h"
#include "tests/server/backup/backup_fixture.h"

namespace consilium {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr uint64_t kPlenty = uint64_t{1} << 50;

class WriteBackupTest : public BackupFixture {};

TEST_F(WriteBackupTest, StatesWhatTheServerHolds) {
  ASSERT_OK(server_->State("a", "The first"));
  ASSERT_OK(server_->State("b", "The second"));
  ASSERT_OK_AND_ASSIGN(const auto manifest, Make("one"));
  EXPECT_EQ(manifest.institution(), "north");
  EXPECT_EQ(CreateTimeOf(manifest), clock_.Now());
  ASSERT_EQ(manifest.registries_size(), 1);
  const stored::v1::BackupRegistry& registry = manifest.registries(0);
  const auto head = server_->registry().head();
  EXPECT_EQ(registry.registry(), "nsclc");
  EXPECT_EQ(registry.replica(), head->replica.ToHex());
  EXPECT_EQ(registry.revision(), head->revision);
  EXPECT_EQ(registry.frontier(), head->GetFrontier().ToToken());
  EXPECT_EQ(registry.digest(), server_->Digest());
  EXPECT_EQ(registry.record_count(), 2);
  ASSERT_OK_AND_ASSIGN(const auto verified, Verify("one"));
  EXPECT_EQ(verified.SerializeAsString(), manifest.SerializeAsString());
}

TEST_F(WriteBackupTest, LeavesNothingElseBehind) {
  const std::string before = TreeOf(data_);
  ASSERT_OK(Make("one"));
  EXPECT_THAT(Kept(), ElementsAre("one"));
  EXPECT_THAT(TreeOf(data_), Not(HasSubstr("checkpoint")));
}

TEST_F(WriteBackupTest, HoldsTheInstitutionsKeyAndNoReplicas) {
  ASSERT_OK(Make("one"));
  ASSERT_OK_AND_ASSIGN(const auto keys, ListDirectory(PathOf("one") + "/keys"));
  EXPECT_THAT(keys, ElementsAre("institution.key", "page-token.key"));
  struct stat facts;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(PathOf("one"))) {
    ASSERT_EQ(stat(entry.path().c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 077, 0u) << entry.path();
  }
  ASSERT_OK_AND_ASSIGN(const auto without, Make("two", {.keys = false}));
  EXPECT_FALSE(without.holds_keys());
  EXPECT_FALSE(std::filesystem::exists(PathOf("two") + "/keys"));
  EXPECT_OK(Verify("two"));
}

TEST_F(WriteBackupTest, WritesGoOn) {
  std::atomic<bool> stop = false;
  std::atomic<int64_t> acknowledged = 0;
  std::thread writer([&] {
    while (!stop) {
      EXPECT_OK(server_->State("a", absl::StrCat(acknowledged + 1)));
      ++acknowledged;
      acknowledged.notify_one();
    }
  });
  for (int i = 0; i < 5; ++i) {
    acknowledged.wait(acknowledged);
    const int64_t before = server_->registry().head()->revision;
    ASSERT_OK_AND_ASSIGN(const auto manifest, Make(absl::StrCat("backup-", i)));
    // Whatever was acknowledged before it began is in it.
    EXPECT_GE(manifest.registries(0).revision(), before);
    EXPECT_OK(Verify(absl::StrCat("backup-", i)));
  }
  stop = true;
  writer.join();
}

TEST_F(WriteBackupTest, TooLittleRoomIsToldBeforeAnythingIsCopied) {
  const auto made = Make("one", {.free_bytes_min = 1000,
                                 .free_space_probe = [](const std::string&) {
                                   return uint64_t{1000};
                                 }});
  EXPECT_EQ(ReasonOf(made), "DISK_SPACE_LOW");
  EXPECT_THAT(Kept(), IsEmpty());
  EXPECT_OK(server_->State("a", "goes on"));
}

TEST_F(WriteBackupTest, RoomThatRunsOutLeavesNothingBehind) {
  int asked = 0;
  const auto made = Make(
      "one", {.free_bytes_min = 0, .free_space_probe = [&](const std::string&) {
                // The first question is about all of it.
                return ++asked == 1 ? kPlenty : uint64_t{1};
              }});
  EXPECT_THAT(made.status(), StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_GT(asked, 1);
  EXPECT_THAT(Kept(), IsEmpty());
  EXPECT_OK(server_->State("a", "goes on"));
  EXPECT_OK(Make("two"));
}

TEST_F(WriteBackupTest, EndedAtAnyPointLeavesNothingBehind) {
  int steps = 0;
  ASSERT_OK(Make("whole", {}, {.check_alive = [&] {
                   ++steps;
                   return absl::OkStatus();
                 }}));
  ASSERT_GT(steps, 10);
  for (int last = 1; last <= steps; ++last) {
    int asked = 0;
    const auto made = Make("cut", {}, {.check_alive = [&] {
                             return ++asked < last ? absl::OkStatus()
                                                   : absl::CancelledError("x");
                           }});
    // Looks at the clock of the machine may differ by one between two runs.
    if (made.ok()) {
      ASSERT_OK(RemoveBackup(backups_, "cut"));
      continue;
    }
    EXPECT_THAT(made.status(), StatusIs(absl::StatusCode::kCancelled));
    EXPECT_THAT(Kept(), ElementsAre("whole")) << "ended at step " << last;
  }
}

TEST_F(WriteBackupTest, DamagedDataMakesNoBackup) {
  // A row that fits its own checksum and not the digest.
  const auto& kv = server_->directory().store();
  const auto it = kv.Scan(Partition{1}, PrefixRange("s"));
  ASSERT_TRUE(it->Valid());
  WriteBatch batch;
  batch.Delete(it->key());
  ASSERT_OK(server_->directory().store().Commit(Partition{1}, batch));
  const auto made = Make("one");
  EXPECT_EQ(ReasonOf(made), "DIGEST_MISMATCH");
  EXPECT_THAT(Kept(), IsEmpty());
}

TEST_F(WriteBackupTest, DirectoryMustBeFit) {
  const std::string file = temporary_.Join("file");
  std::ofstream(file) << "x";
  struct {
    std::string directory;
    const char* wish;
  } const cases[] = {
      {temporary_.Join("missing"), "install -d -m 700"},
      {file, "is no directory"},
      {data_, "lies inside the data directory"},
      {data_ + "/store/../keys", "lies inside the data directory"},
  };
  for (const auto& each : cases) {
    const absl::Status status = CheckBackupDirectory(each.directory, data_);
    EXPECT_EQ(ReasonOf(status), "BACKUP_DIRECTORY");
    EXPECT_THAT(std::string(status.message()), HasSubstr(each.wish));
    EXPECT_THAT(std::string(status.message()), HasSubstr(each.directory));
  }
  EXPECT_OK(CheckBackupDirectory(backups_, data_));
  // Its name starts alike, and it lies elsewhere.
  std::filesystem::create_directory(data_ + "-backups");
  EXPECT_OK(CheckBackupDirectory(data_ + "-backups", data_));
}

TEST_F(WriteBackupTest, UnwritableDirectoryIsTold) {
  if (geteuid() == 0) GTEST_SKIP() << "root may write anywhere";
  std::filesystem::permissions(
      backups_,
      std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  const absl::Status status = CheckBackupDirectory(backups_, data_);
  EXPECT_EQ(ReasonOf(status), "BACKUP_DIRECTORY");
  EXPECT_THAT(std::string(status.message()), HasSubstr("cannot be written to"));
}

}  // namespace
}  // namespace consilium

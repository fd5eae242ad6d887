#include "server/backup/backup_keeper.h"

#include <deque>
#include <fstream>

#include "gmock/gmock.h"
#include "proto/base/mutex.h"
#include "proto/base/status_macros.h"
#include "tests/server/backup/backup_fixture.h"
#include "tests/support/notification.h"

namespace consilium {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr absl::Duration kPatience = absl::Seconds(60);

// What the keeper reports, one after the other.
class Events {
 public:
  void Add(const BackupEvent& event) {
    MutexLock lock(mutex_);
    events_.push_back(event);
  }
  BackupEvent Next() {
    MutexLock lock(mutex_);
    const auto any = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
      return !events_.empty();
    };
    EXPECT_TRUE(mutex_.AwaitWithTimeout(absl::Condition(&any), kPatience));
    if (events_.empty()) return {};
    BackupEvent event = events_.front();
    events_.pop_front();
    return event;
  }

 private:
  Mutex mutex_;
  std::deque<BackupEvent> events_ ABSL_GUARDED_BY(mutex_);
};

class BackupKeeperTest : public BackupFixture {
 protected:
  using Kind = BackupEvent::Kind;

  void Start(BackupPolicy policy, BackupKeeper::Options options = {}) {
    if (policy.directory.empty()) policy.directory = backups_;
    options.schedule_period = absl::Milliseconds(5);
    keeper_ = std::make_unique<BackupKeeper>(
        server_->Source(), policy, clock_,
        [this](const BackupEvent& event) { events_.Add(event); }, options);
  }

  // Makes a backup, or verifies the one called `name`, and waits.
  absl::StatusOr<stored::v1::BackupManifest> Do(const std::string& name = "") {
    Mutex mutex;
    int changes = 0;
    const auto on_change = [&] {
      MutexLock lock(mutex);
      ++changes;
    };
    ASSIGN_OR_RETURN(const std::shared_ptr<BackupJob> job,
                     name.empty() ? keeper_->StartCreate(on_change)
                                  : keeper_->StartVerify(name, on_change));
    for (int seen = 0; !job->state().result.has_value();) {
      const auto changed = [&] { return changes != seen; };
      MutexLock lock(mutex);
      EXPECT_TRUE(mutex.AwaitWithTimeout(absl::Condition(&changed), kPatience));
      seen = changes;
    }
    // The callback must not outlive what it refers to.
    job->Abandon();
    return *job->state().result;
  }
  std::vector<std::string> ListedNames() {
    std::vector<std::string> names;
    const auto found = keeper_->List();
    EXPECT_OK(found);
    for (const FoundBackup& each : *found) {
      names.push_back(each.status.ok() ? each.name
                                       : absl::StrCat(each.name, "!"));
    }
    return names;
  }

  Events events_;
  std::unique_ptr<BackupKeeper> keeper_;
};

TEST_F(BackupKeeperTest, MakesListsAndVerifies) {
  Start({});
  EXPECT_THAT(ListedNames(), IsEmpty());
  ASSERT_OK_AND_ASSIGN(const auto first, Do());
  EXPECT_EQ(first.name(), "north-20231114-221320");
  ASSERT_OK_AND_ASSIGN(const auto second, Do());
  EXPECT_EQ(second.name(), "north-20231114-221320-2");
  clock_.Advance(absl::Hours(1));
  ASSERT_OK_AND_ASSIGN(const auto third, Do());
  EXPECT_EQ(ListedNames().front(), third.name());
  EXPECT_THAT(ListedNames(), SizeIs(3));
  ASSERT_OK_AND_ASSIGN(const auto verified, Do(first.name()));
  EXPECT_EQ(verified.name(), first.name());
  EXPECT_EQ(keeper_->status().last_success, clock_.Now());
  EXPECT_EQ(keeper_->status().last_size_bytes, third.size_bytes());
}

TEST_F(BackupKeeperTest, KnowsTheNewestAfterARestart) {
  Start({});
  ASSERT_OK(Do());
  const absl::Time made = clock_.Now();
  clock_.Advance(absl::Hours(5));
  Start({});
  EXPECT_EQ(keeper_->status().last_success, made);
}

TEST_F(BackupKeeperTest, NamesLeadNowhereElse) {
  Start({});
  ASSERT_OK(Do());
  for (const char* name :
       {"", ".", "..", "../data", "/etc", ".lock", "x/y", "north-1"}) {
    EXPECT_EQ(ReasonOf(keeper_->StartVerify(name)), "BACKUP_NOT_FOUND") << name;
  }
}

TEST_F(BackupKeeperTest, WithoutADirectoryThereAreNone) {
  BackupPolicy policy;
  keeper_ = std::make_unique<BackupKeeper>(server_->Source(), policy, clock_);
  EXPECT_EQ(ReasonOf(keeper_->StartCreate()), "BACKUPS_OFF");
  EXPECT_EQ(ReasonOf(keeper_->List()), "BACKUPS_OFF");
  EXPECT_EQ(ReasonOf(keeper_->Prune(1, false)), "BACKUPS_OFF");
}

TEST_F(BackupKeeperTest, OneAtATimeAndAnAbandonedOneLeavesNothing) {
  Start({});
  Notification begun, go_on;
  bool first = true;
  ASSERT_OK_AND_ASSIGN(const auto job, keeper_->StartCreate([&] {
    if (!std::exchange(first, false)) return;
    begun.Notify();
    go_on.WaitForNotification();
  }));
  begun.WaitForNotification();
  EXPECT_EQ(ReasonOf(keeper_->StartCreate()), "BACKUP_RUNNING");
  EXPECT_EQ(ReasonOf(keeper_->Prune(1, false)), "BACKUP_RUNNING");
  std::thread abandon([&] { job->Abandon(); });
  go_on.Notify();
  abandon.join();
  const BackupEvent event = events_.Next();
  // It may have been done before it was told to end.
  if (event.kind == Kind::kFailed) {
    EXPECT_THAT(event.status, StatusIs(absl::StatusCode::kCancelled));
    EXPECT_THAT(ListedNames(), IsEmpty());
  }
  absl::StatusOr<stored::v1::BackupManifest> next = Do();
  while (ReasonOf(next) == "BACKUP_RUNNING") next = Do();
  EXPECT_OK(next);
}

TEST_F(BackupKeeperTest, AnotherProcessAtWorkIsTold) {
  Start({});
  ASSERT_OK_AND_ASSIGN(const auto lock, BackupDirectoryLock::Take(backups_));
  EXPECT_EQ(ReasonOf(Do()), "BACKUP_RUNNING");
}

TEST_F(BackupKeeperTest, RemovesWhatACrashLeftBehind) {
  std::filesystem::create_directories(PartialPath(backups_, "x") + "/store");
  std::filesystem::create_directories(ScratchPath(backups_, "x"));
  std::filesystem::create_directories(data_ + "/backup-checkpoint/x");
  Start({});
  EXPECT_FALSE(std::filesystem::exists(data_ + "/backup-checkpoint"));
  EXPECT_THAT(ListedNames(), IsEmpty());
  ASSERT_OK_AND_ASSIGN(const auto made, Do());
  EXPECT_THAT(Kept(), ElementsAre(".lock", made.name()));
}

TEST_F(BackupKeeperTest, MakesThemWhenTheyAreDueAndKeepsTheNewest) {
  Start({.interval = absl::Hours(24), .keep = 2});
  std::vector<std::string> names;
  for (int i = 0; i < 4; ++i) {
    const BackupEvent made = events_.Next();
    ASSERT_EQ(made.kind, Kind::kMade) << made.status;
    EXPECT_TRUE(made.scheduled);
    names.push_back(made.backup);
    if (i >= 2) {
      const BackupEvent pruned = events_.Next();
      EXPECT_EQ(pruned.kind, Kind::kPruned);
      EXPECT_EQ(pruned.backup, names[i - 2]);
    }
    clock_.Advance(absl::Hours(24));
  }
}

TEST_F(BackupKeeperTest, ThoseFromTheFutureAreTheOldestAndNeverTheLast) {
  clock_.Advance(absl::Hours(24 * 365));
  Start({});
  ASSERT_OK_AND_ASSIGN(const auto first, Do());
  clock_.Advance(absl::Hours(1));
  ASSERT_OK_AND_ASSIGN(const auto second, Do());
  EXPECT_EQ(events_.Next().backup, first.name());
  EXPECT_EQ(events_.Next().backup, second.name());
  clock_.Advance(-absl::Hours(24 * 365 + 1));
  Start({.interval = absl::Hours(24), .keep = 2});
  const absl::Time began = clock_.Now();
  const auto name_at = [](absl::Time time) {
    return absl::StrCat(
        "north-", absl::FormatTime("%Y%m%d-%H%M%S", time, absl::UTCTimeZone()));
  };
  const BackupEvent made = events_.Next();
  EXPECT_EQ(made.kind, Kind::kMade);
  EXPECT_EQ(made.backup, name_at(began));
  EXPECT_EQ(events_.Next().backup, first.name());
  EXPECT_EQ(keeper_->status().last_success, began);
  // One interval later, and not before.
  clock_.Advance(absl::Hours(24));
  const BackupEvent next = events_.Next();
  EXPECT_EQ(next.kind, Kind::kMade);
  EXPECT_EQ(next.backup, name_at(began + absl::Hours(24)));
  const BackupEvent pruned = events_.Next();
  EXPECT_EQ(pruned.kind, Kind::kPruned);
  EXPECT_EQ(pruned.backup, second.name());
  EXPECT_EQ(keeper_->status().last_success, began + absl::Hours(24));
}

TEST_F(BackupKeeperTest, PruneByHandRemovesThoseFromTheFutureFirst) {
  Start({});
  ASSERT_OK_AND_ASSIGN(const auto past, Do());
  clock_.Advance(absl::Hours(24 * 365));
  ASSERT_OK_AND_ASSIGN(const auto future, Do());
  clock_.Advance(-absl::Hours(24 * 364));
  ASSERT_OK_AND_ASSIGN(const PruneOutcome pruned, keeper_->Prune(1, false));
  EXPECT_THAT(pruned.removed, ElementsAre(future.name()));
  EXPECT_THAT(pruned.kept, ElementsAre(past.name()));
}

TEST_F(BackupKeeperTest, AClockThatWasSetBackLeavesNoSuccessInTheFuture) {
  Start({});
  ASSERT_OK(Do());
  clock_.Advance(-absl::Hours(1));
  EXPECT_EQ(keeper_->status().last_success, absl::InfinitePast());
  ASSERT_OK(Do());
  EXPECT_EQ(keeper_->status().last_success, clock_.Now());
}

TEST_F(BackupKeeperTest, AFailedOneIsTriedAgainLater) {
  bool full = true;
  BackupKeeper::Options options;
  options.write.free_space_probe = [&](const std::string&) {
    return std::exchange(full, false) ? uint64_t{0} : uint64_t{1} << 50;
  };
  Start({.interval = absl::Hours(24)}, options);
  const BackupEvent failed = events_.Next();
  EXPECT_EQ(failed.kind, Kind::kFailed);
  EXPECT_EQ(ReasonOf(failed.status), "DISK_SPACE_LOW");
  EXPECT_EQ(ReasonOf(keeper_->status().last_error), "DISK_SPACE_LOW");
  EXPECT_EQ(keeper_->status().failures_in_row, 1);
  EXPECT_EQ(keeper_->status().last_success, absl::InfinitePast());
  clock_.Advance(options.retry_delay);
  EXPECT_EQ(events_.Next().kind, Kind::kMade);
  EXPECT_OK(keeper_->status().last_error);
  EXPECT_EQ(keeper_->status().failures_in_row, 0);
}

TEST_F(BackupKeeperTest, PruneLeavesDamagedOnesAndThoseOfOthers) {
  Start({});
  std::vector<std::string> names;
  for (int i = 0; i < 4; ++i) {
    clock_.Advance(absl::Hours(1));
    ASSERT_OK_AND_ASSIGN(const auto made, Do());
    names.push_back(made.name());
  }
  std::filesystem::remove(PathOf(names[1]) + "/store/CURRENT");
  // Another institution's, in the same directory.
  std::filesystem::copy(PathOf(names[0]), PathOf("south-1"),
                        std::filesystem::copy_options::recursive);
  ASSERT_OK_AND_ASSIGN(auto other, ReadManifest(PathOf("south-1")));
  other.set_name("south-1");
  other.set_institution("south");
  ASSERT_OK(WriteManifest(PathOf("south-1"), other));
  std::filesystem::create_directory(PathOf("notes"));

  EXPECT_THAT(keeper_->Prune(0, false),
              StatusIs(absl::StatusCode::kInvalidArgument));
  ASSERT_OK_AND_ASSIGN(const PruneOutcome would, keeper_->Prune(1, true));
  EXPECT_THAT(would.removed, ElementsAre(names[2], names[0]));
  EXPECT_THAT(ListedNames(), SizeIs(5));
  ASSERT_OK_AND_ASSIGN(const PruneOutcome pruned, keeper_->Prune(1, false));
  EXPECT_EQ(pruned.removed, would.removed);
  EXPECT_THAT(pruned.kept, ElementsAre(names[3]));
  EXPECT_THAT(pruned.damaged, ElementsAre(names[1]));
  EXPECT_GT(pruned.freed_bytes, 0);
  EXPECT_THAT(ListedNames(), ElementsAre(names[3], "south-1", names[1] + "!"));
  EXPECT_TRUE(std::filesystem::exists(PathOf("notes")));
}

TEST_F(BackupKeeperTest, PruneLeavesThoseOfTheServerThatItWasRestoredFrom) {
  Start({});
  ASSERT_OK_AND_ASSIGN(const auto old, Do());
  keeper_ = nullptr;
  const std::string restored = temporary_.Join("restored");
  ASSERT_OK(DataDirectory::Restore(PathOf(old.name()), "", restored, {}));
  const std::unique_ptr<OpenServer> running = std::move(server_);
  server_ = std::make_unique<OpenServer>(restored, clock_);
  clock_.Advance(absl::Hours(1));
  Start({});
  EXPECT_EQ(keeper_->status().last_success, absl::InfinitePast());
  std::vector<std::string> names;
  for (int i = 0; i < 2; ++i) {
    clock_.Advance(absl::Hours(1));
    ASSERT_OK_AND_ASSIGN(const auto made, Do());
    names.push_back(made.name());
  }
  ASSERT_OK_AND_ASSIGN(const PruneOutcome pruned, keeper_->Prune(1, false));
  EXPECT_THAT(pruned.removed, ElementsAre(names[0]));
  EXPECT_THAT(pruned.kept, ElementsAre(names[1]));
  EXPECT_THAT(ListedNames(), ElementsAre(names[1], old.name()));
  // Nor does the old one touch those of the new.
  keeper_ = std::make_unique<BackupKeeper>(
      running->Source(), BackupPolicy{.directory = backups_}, clock_);
  EXPECT_EQ(keeper_->status().last_success, CreateTimeOf(old));
  ASSERT_OK_AND_ASSIGN(const PruneOutcome by_old, keeper_->Prune(1, false));
  EXPECT_THAT(by_old.removed, IsEmpty());
  EXPECT_THAT(by_old.kept, ElementsAre(old.name()));
  keeper_ = nullptr;
}

TEST_F(BackupKeeperTest, PruneReliesOnNoBackupThatCannotBeRestored) {
  Start({});
  std::vector<std::string> names;
  for (int i = 0; i < 4; ++i) {
    clock_.Advance(absl::Hours(1));
    ASSERT_OK_AND_ASSIGN(const auto made, Do());
    names.push_back(made.name());
  }
  // Of the size that it had, so that only reading it tells.
  {
    std::fstream file(PathOf(names[3]) + "/store/CURRENT",
                      std::ios::in | std::ios::out);
    file << '?';
  }
  EXPECT_THAT(ListedNames(),
              ElementsAre(names[3], names[2], names[1], names[0]));
  ASSERT_OK_AND_ASSIGN(const PruneOutcome pruned, keeper_->Prune(2, false));
  EXPECT_THAT(pruned.kept, ElementsAre(names[2], names[1]));
  EXPECT_THAT(pruned.removed, ElementsAre(names[0]));
  EXPECT_THAT(pruned.damaged, ElementsAre(names[3]));
  // From now on it is known, and the newest that counts is another.
  EXPECT_THAT(ListedNames(), ElementsAre(names[2], names[1], names[3] + "!"));
  EXPECT_EQ(keeper_->status().last_success, clock_.Now() - absl::Hours(1));
}

}  // namespace
}  // namespace consilium

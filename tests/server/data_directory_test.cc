#include "server/data_directory.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "consilium/stored/v1/rows.pb.h"
#include "proto/base/errors.h"
#include "server/place.h"
#include "storage/schema/row_keys.h"
#include "storage/schema/row_value.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_directory.h"

namespace consilium {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class DataDirectoryTest : public testing::Test {
 protected:
  DataDirectoryTest()
      : path_(temporary_.Join("data")), copies_(temporary_.Join("copies")) {
    std::filesystem::create_directory(copies_);
  }

  static std::string ReasonOf(const absl::Status& status) {
    return status.ok() ? "OK" : GetErrorReason(status);
  }
  std::string OpenReason(bool new_replica = false) {
    return ReasonOf(DataDirectory::Open(path_, new_replica).status());
  }
  void CopyTo(const std::string& to) {
    std::filesystem::copy(path_, to, std::filesystem::copy_options::recursive);
  }

  // As a server does that ends at once.
  std::string StartReason(bool new_replica = false) {
    auto directory = DataDirectory::Open(path_, new_replica);
    if (!directory.ok()) return ReasonOf(directory.status());
    return ReasonOf((*directory)->ConfirmPlace());
  }
  // Runs `command`, in which $D is the directory and $C another.
  bool Shell(const std::string& command) {
    return std::system(absl::StrCat("D=", path_, " C=", copies_, "; ", command)
                           .c_str()) == 0;
  }
  void SetStartToken(const std::string& token) {
    ASSERT_OK_AND_ASSIGN(const auto directory,
                         DataDirectory::Open(path_, false));
    const std::string key = StartRowKey::Key();
    stored::v1::StartRow row;
    row.set_token(token);
    WriteBatch batch;
    batch.Put(key, EncodeRow(key, row));
    ASSERT_OK(directory->store().Commit(kServerPartition, batch));
  }

  TemporaryDirectory temporary_;
  const std::string path_;
  const std::string copies_;
};

TEST_F(DataDirectoryTest, OpensWhatInitMade) {
  ASSERT_OK(DataDirectory::Init(path_, "north"));
  ASSERT_OK_AND_ASSIGN(const auto directory, DataDirectory::Open(path_, false));
  EXPECT_EQ(directory->config().institution, "north");
  EXPECT_OK(directory->keys().Read(kInstitutionKey));
  EXPECT_OK(directory->keys().Read(kPageTokenKey));
  EXPECT_OK(directory->store().Health());
}

TEST_F(DataDirectoryTest, InitTakesAnEmptyDirectoryAndNoOther) {
  std::filesystem::create_directory(path_);
  ASSERT_OK(DataDirectory::Init(path_, "north"));
  const absl::Status again = DataDirectory::Init(path_, "north");
  EXPECT_EQ(ReasonOf(again), "DIRECTORY_NOT_EMPTY");
  EXPECT_THAT(std::string(again.message()), HasSubstr("consiliumd serve"));
  const std::string other = temporary_.Join("other");
  std::filesystem::create_directory(other);
  std::ofstream(other + "/notes") << "mine";
  EXPECT_EQ(ReasonOf(DataDirectory::Init(other, "north")),
            "DIRECTORY_NOT_EMPTY");
  EXPECT_THAT(DataDirectory::Init(other + "/notes", "north"),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("is there and no directory")));
  EXPECT_EQ(ReasonOf(DataDirectory::Init(temporary_.Join("a/b"), "north")),
            "PARENT_MISSING");
  EXPECT_EQ(ReasonOf(DataDirectory::Init(temporary_.Join("c"), "North!")),
            "INVALID_FIELD");
  EXPECT_FALSE(std::filesystem::exists(temporary_.Join("c")));
}

TEST_F(DataDirectoryTest, OpenNeverCreates) {
  EXPECT_EQ(OpenReason(), "DIRECTORY_MISSING");
  EXPECT_FALSE(std::filesystem::exists(path_));
  std::filesystem::create_directory(path_);
  EXPECT_EQ(OpenReason(), "DIRECTORY_EMPTY");
  EXPECT_TRUE(std::filesystem::is_empty(path_));
  std::ofstream(path_ + "/consilium.toml") << "institution = \"north\"\n";
  EXPECT_EQ(OpenReason(), "DIRECTORY_INCOMPLETE");
}

TEST_F(DataDirectoryTest, OpensForItsOwnerAlone) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give a directory away";
  constexpr uid_t kOther = 65534;
  std::filesystem::create_directory(path_);
  ASSERT_EQ(chown(path_.c_str(), kOther, kOther), 0);
  const absl::Status init = DataDirectory::Init(path_, "north");
  EXPECT_EQ(ReasonOf(init), "DIRECTORY_OF_OTHER_USER");
  EXPECT_THAT(std::string(init.message()), HasSubstr("runuser -u "));
  EXPECT_TRUE(std::filesystem::is_empty(path_));
  ASSERT_EQ(chown(path_.c_str(), 0, 0), 0);
  ASSERT_OK(DataDirectory::Init(path_, "north"));
  ASSERT_EQ(chown(path_.c_str(), kOther, kOther), 0);
  EXPECT_EQ(OpenReason(), "DIRECTORY_OF_OTHER_USER");
}

TEST_F(DataDirectoryTest, OneProcessAtATime) {
  ASSERT_OK(DataDirectory::Init(path_, "north"));
  {
    ASSERT_OK_AND_ASSIGN(const auto directory,
                         DataDirectory::Open(path_, false));
    EXPECT_EQ(OpenReason(), "DIRECTORY_LOCKED");
  }
  EXPECT_EQ(OpenReason(), "OK");
}

TEST_F(DataDirectoryTest, CopyOpensOnlyAsANewReplica) {
  ASSERT_OK(DataDirectory::Init(path_, "north"));
  const std::string copy = temporary_.Join("copy");
  CopyTo(copy);
  const absl::Status refused = DataDirectory::Open(copy, false).status();
  EXPECT_EQ(ReasonOf(refused), "DIRECTORY_COPIED");
  EXPECT_THAT(std::string(refused.message()), HasSubstr("--new-replica"));
  {
    ASSERT_OK_AND_ASSIGN(const auto directory, DataDirectory::Open(copy, true));
    ASSERT_OK(directory->ConfirmPlace());
  }
  EXPECT_OK(DataDirectory::Open(copy, false).status());
  EXPECT_EQ(OpenReason(), "OK");
}

TEST_F(DataDirectoryTest, CopyBackInPlaceIsACopyToo) {
  ASSERT_OK(DataDirectory::Init(path_, "north"));
  CopyTo(temporary_.Join("backup"));
  // Keeps its inode from being used again.
  std::filesystem::rename(path_, temporary_.Join("old"));
  std::filesystem::rename(temporary_.Join("backup"), path_);
  EXPECT_EQ(OpenReason(), "DIRECTORY_COPIED");
}

TEST_F(DataDirectoryTest, MovedDirectoryIsNoCopy) {
  ASSERT_OK(DataDirectory::Init(path_, "north"));
  const std::string moved = temporary_.Join("moved");
  std::filesystem::rename(path_, moved);
  EXPECT_OK(DataDirectory::Open(moved, false).status());
}

TEST_F(DataDirectoryTest, WithoutItsPlaceItGoesOnAsANewReplica) {
  ASSERT_OK(DataDirectory::Init(path_, "north"));
  EXPECT_FALSE(std::filesystem::exists(path_ + "/unfinished"));
  std::filesystem::remove(path_ + "/place");
  const absl::Status refused = DataDirectory::Open(path_, false).status();
  EXPECT_EQ(ReasonOf(refused), "PLACE_MISSING");
  EXPECT_THAT(std::string(refused.message()),
              HasSubstr("/data --listen 127.0.0.1:7700 --new-replica"));
  EXPECT_THAT(std::string(refused.message()), Not(HasSubstr("emove")));
  {
    ASSERT_OK_AND_ASSIGN(const auto directory,
                         DataDirectory::Open(path_, true));
    ASSERT_OK(directory->ConfirmPlace());
  }
  EXPECT_EQ(OpenReason(), "OK");
}

TEST_F(DataDirectoryTest, AdvisesToRemoveOnlyWhatWasNeverFinished) {
  ASSERT_OK(DataDirectory::Init(path_, "north"));
  std::filesystem::remove(path_ + "/place");
  std::ofstream(path_ + "/unfinished") << "init\n";
  for (const bool new_replica : {false, true}) {
    const absl::Status status =
        DataDirectory::Open(path_, new_replica).status();
    EXPECT_EQ(ReasonOf(status), "DIRECTORY_INCOMPLETE");
    EXPECT_THAT(std::string(status.message()), HasSubstr("Remove it"));
  }
  EXPECT_THAT(DataDirectory::Init(path_, "north"),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("was never finished")));
  std::filesystem::remove(path_ + "/unfinished");
  std::filesystem::remove_all(path_ + "/store");
  for (const bool new_replica : {false, true}) {
    const absl::Status status =
        DataDirectory::Open(path_, new_replica).status();
    EXPECT_EQ(ReasonOf(status), "DIRECTORY_INCOMPLETE");
    EXPECT_THAT(std::string(status.message()),
                AllOf(HasSubstr("as it is"), HasSubstr("consiliumd restore"),
                      Not(HasSubstr("emove"))));
  }
}

TEST_F(DataDirectoryTest, DamageIsReported) {
  ASSERT_OK(DataDirectory::Init(path_, "north"));
  std::ofstream(path_ + "/place", std::ios::trunc) << "consilium-place 1\n";
  EXPECT_EQ(OpenReason(), "PLACE_DAMAGED");
  {
    ASSERT_OK_AND_ASSIGN(const auto directory,
                         DataDirectory::Open(path_, true));
    ASSERT_OK(directory->ConfirmPlace());
  }
  std::ofstream(path_ + "/consilium.toml", std::ios::trunc)
      << "institution = north";
  EXPECT_EQ(OpenReason(), "INVALID_FIELD");
  std::ofstream(path_ + "/consilium.toml", std::ios::trunc)
      << NewServerConfig("north");
  std::filesystem::remove_all(path_ + "/store");
  EXPECT_EQ(OpenReason(), "STORE_MISSING");
}

TEST_F(DataDirectoryTest, WhatCopyingToolsPutBackGoesOnAsANewReplica) {
  struct Case {
    const char* name;
    const char* save;  // $D is the directory, $C where copies go.
    const char* put_back;
  };
  const Case cases[] = {
      {"tar over it", "tar -C $D -cf $C/a.tar .", "tar -C $D -xf $C/a.tar"},
      {"tar after removing", "tar -C $D -cf $C/a.tar .",
       "rm -rf $D/store $D/keys && tar -C $D -xf $C/a.tar"},
      {"tar after removing all", "tar -C $D -cf $C/a.tar .",
       "rm -rf $D/* && tar -C $D -xf $C/a.tar"},
      {"cp over it", "cp -a $D $C/a", "cp -a $C/a/. $D/"},
      {"cp with new files", "cp -a $D $C/a",
       "cp -a --remove-destination $C/a/. $D/"},
      {"store alone", "cp -a $D/store $C/a",
       "rm -rf $D/store && cp -a $C/a $D/store"},
      {"store moved back", "cp -a $D/store $C/a",
       "rm -rf $D/store && mv $C/a $D/store"},
      {"place alone by cp", "cp -a $D/place $C/a", "cp -a $C/a $D/place"},
      {"place alone by tar", "tar -C $D -cf $C/a.tar place",
       "tar -C $D -xf $C/a.tar"},
      {"place moved back", "ln $D/place $C/a", "mv $C/a $D/place"},
      {"rsync", "rsync -a $D/ $C/a/", "rsync -a --delete $C/a/ $D/"},
      {"rsync in place", "rsync -a $D/ $C/a/",
       "rsync -a --delete --inplace $C/a/ $D/"},
  };
  const bool has_rsync = Shell("command -v rsync >/dev/null");
  for (const Case& each : cases) {
    if (!has_rsync && std::string(each.name).rfind("rsync", 0) == 0) continue;
    SCOPED_TRACE(each.name);
    std::filesystem::remove_all(path_);
    std::filesystem::remove_all(copies_);
    std::filesystem::create_directory(copies_);
    ASSERT_OK(DataDirectory::Init(path_, "north"));
    ASSERT_EQ(StartReason(), "OK");
    ASSERT_TRUE(Shell(each.save));
    ASSERT_EQ(StartReason(), "OK");
    ASSERT_TRUE(Shell(each.put_back));
    const absl::Status refused = DataDirectory::Open(path_, false).status();
    EXPECT_EQ(ReasonOf(refused), "DIRECTORY_PUT_BACK");
    EXPECT_THAT(std::string(refused.message()),
                AllOf(HasSubstr("--new-replica"), HasSubstr("sync with")));
    EXPECT_EQ(StartReason(/*new_replica=*/true), "OK");
    EXPECT_EQ(StartReason(), "OK");
  }
}

TEST_F(DataDirectoryTest, WhatChangesNoStateIsNoRestore) {
  ASSERT_OK(DataDirectory::Init(path_, "north"));
  ASSERT_EQ(StartReason(), "OK");
  for (const char* command :
       {"chown -R $(id -u):$(id -g) $D", "chmod -R go-rwx $D",
        "ln $D/place $D/place.link", "touch $D/place", "cp -a $D $C/a",
        "tar -C $D -cf $C/a.tar .", "mv $D $D.moved && mv $D.moved $D",
        "echo cut > $D/place.new"}) {
    SCOPED_TRACE(command);
    ASSERT_TRUE(Shell(command));
    EXPECT_EQ(OpenReason(), "OK");
    EXPECT_EQ(StartReason(), "OK");
  }
}

TEST_F(DataDirectoryTest, ACrashWhileItStartsIsNoRestore) {
  ASSERT_OK(DataDirectory::Init(path_, "north"));
  ASSERT_EQ(StartReason(), "OK");
  const std::string file = path_ + "/place";
  ASSERT_OK_AND_ASSIGN(const NotedPlace noted, ReadPlace(file));
  ASSERT_EQ(noted.place.tokens.size(), 1u);
  Place place = noted.place;
  // Before the store has its token, and then.
  const std::string next(32, 'a');
  place.tokens.push_back(next);
  ASSERT_OK(WritePlace(file, place));
  EXPECT_EQ(OpenReason(), "OK");
  SetStartToken(absl::HexStringToBytes(next));
  EXPECT_EQ(OpenReason(), "OK");
  place.tokens = {next};
  ASSERT_OK(WritePlace(file, place));
  EXPECT_EQ(OpenReason(), "OK");
  place.tokens = noted.place.tokens;
  ASSERT_OK(WritePlace(file, place));
  EXPECT_EQ(OpenReason(), "DIRECTORY_PUT_BACK");
}

TEST_F(DataDirectoryTest, DirectoriesOfReleasesBeforeOpenAndAreUpgraded) {
  ASSERT_OK(DataDirectory::Init(path_, "north"));
  ASSERT_OK_AND_ASSIGN(const Place place,
                       Place::Of(std::filesystem::canonical(path_)));
  const std::string before =
      absl::StrCat("consilium-place 1\npath ", place.path, "\ndevice ",
                   place.device, "\ninode ", place.inode, "\n");
  std::ofstream(path_ + "/place", std::ios::trunc) << before;
  EXPECT_EQ(StartReason(), "OK");
  ASSERT_OK_AND_ASSIGN(const NotedPlace noted, ReadPlace(path_ + "/place"));
  EXPECT_TRUE(noted.place.file.has_value());
  EXPECT_EQ(noted.place.tokens.size(), 1u);
  EXPECT_EQ(StartReason(), "OK");
  // As after such a release ran again.
  std::ofstream(path_ + "/place", std::ios::trunc) << before;
  EXPECT_EQ(StartReason(), "OK");
}

TEST_F(DataDirectoryTest, AStoreWithoutRoomForWritesCanBeStarted) {
  ASSERT_OK(DataDirectory::Init(path_, "north"));
  RocksdbStoreOptions full;
  full.free_space_probe = [](const std::string&) { return uint64_t{64} << 20; };
  for (int i = 0; i < 2; ++i) {
    ASSERT_OK_AND_ASSIGN(const auto directory,
                         DataDirectory::Open(path_, false, full));
    EXPECT_OK(directory->ConfirmPlace());
  }
  EXPECT_EQ(StartReason(), "OK");
  EXPECT_EQ(StartReason(), "OK");
}

TEST_F(DataDirectoryTest, DamageOfTheStartRowIsReported) {
  ASSERT_OK(DataDirectory::Init(path_, "north"));
  ASSERT_EQ(StartReason(), "OK");
  {
    ASSERT_OK_AND_ASSIGN(const auto directory,
                         DataDirectory::Open(path_, false));
    KeyValueStore& store = directory->store();
    const std::string key = StartRowKey::Key();
    ASSERT_OK_AND_ASSIGN(auto value, store.Get(kServerPartition, key));
    ASSERT_TRUE(value.has_value());
    value->at(5) ^= 1;
    WriteBatch batch;
    batch.Put(key, *value);
    ASSERT_OK(store.Commit(kServerPartition, batch));
  }
  EXPECT_THAT(DataDirectory::Open(path_, false).status(),
              StatusIs(absl::StatusCode::kDataLoss));
}

}  // namespace
}  // namespace consilium

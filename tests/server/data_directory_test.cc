#include "server/data_directory.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "proto/base/errors.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_directory.h"

namespace consilium {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class DataDirectoryTest : public testing::Test {
 protected:
  DataDirectoryTest() : path_(temporary_.Join("data")) {}

  static std::string ReasonOf(const absl::Status& status) {
    return status.ok() ? "OK" : GetErrorReason(status);
  }
  std::string OpenReason(bool new_replica = false) {
    return ReasonOf(DataDirectory::Open(path_, new_replica).status());
  }
  void CopyTo(const std::string& to) {
    std::filesystem::copy(path_, to, std::filesystem::copy_options::recursive);
  }

  TemporaryDirectory temporary_;
  const std::string path_;
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

}  // namespace
}  // namespace consilium

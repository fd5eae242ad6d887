// A backup becomes a server again: as a new replica, with everything that the
// old one had, and what it wrote later comes back by sync.
#include <sys/stat.h>

#include "gmock/gmock.h"
#include "tests/server/backup/backup_fixture.h"

namespace consilium {
namespace {

using testing::HasSubstr;

class RestoreTest : public BackupFixture {
 protected:
  RestoreTest() : restored_(temporary_.Join("restored")) {}

  absl::Status Restore(const std::string& backup = "one",
                       const std::string& keys = "") {
    return DataDirectory::Restore(PathOf(backup), keys, restored_, {}).status();
  }
  // Moves what `to` lacks from `from`.
  static void Sync(OpenServer& from, OpenServer& to) {
    stored::v1::GroupList groups;
    ASSERT_OK(from.registry().ListGroupsSince(
        to.registry().head()->GetFrontier(),
        [&](stored::v1::SealedGroup group) {
          *groups.add_groups() = std::move(group);
          return true;
        }));
    auto parsed = RegistryStore::ParseGroups(std::move(groups));
    ASSERT_OK(parsed);
    ASSERT_OK(to.registry().MergeAndWait(*std::move(parsed)).status());
  }

  const std::string restored_;
};

TEST_F(RestoreTest, GoesOnAsANewReplicaWithoutBeingAsked) {
  ASSERT_OK(server_->State("b", "B"));
  ASSERT_OK(Make("one"));
  const std::string digest = server_->Digest();
  const ReplicaId old = server_->registry().head()->replica;
  ASSERT_OK(Restore());
  ReplicaId first;
  {
    OpenServer back(restored_, clock_);
    ASSERT_TRUE(back.directory().restored().has_value());
    EXPECT_EQ(back.directory().restored()->name(), "one");
    EXPECT_EQ(back.Digest(), digest);
    first = back.registry().head()->replica;
    EXPECT_NE(first, old);
    ASSERT_OK(back.State("c", "C"));
    EXPECT_EQ(back.registry().head()->replicas.at(first).sequence, 1);
  }
  // From now on it is a directory like any other.
  OpenServer again(restored_, clock_);
  EXPECT_FALSE(again.directory().restored().has_value());
  EXPECT_EQ(again.registry().head()->replica, first);
}

TEST_F(RestoreTest, WhatTheOldReplicaWroteLaterComesBack) {
  ASSERT_OK(Make("one"));
  ASSERT_OK(server_->State("b", "after the backup"));
  ASSERT_OK(Restore());
  OpenServer back(restored_, clock_);
  ASSERT_OK(back.State("c", "by the new replica"));
  Sync(*server_, back);
  Sync(back, *server_);
  EXPECT_EQ(back.Digest(), server_->Digest());
  EXPECT_EQ(back.registry().head()->GetFrontier(),
            server_->registry().head()->GetFrontier());
  ASSERT_OK(back.State("b", "and on"));
}

TEST_F(RestoreTest, ACopyOfItMadeBeforeItOpensIsAnotherReplica) {
  ASSERT_OK(Make("one"));
  ASSERT_OK(Restore());
  const std::string copy = temporary_.Join("copy");
  std::filesystem::copy(restored_, copy,
                        std::filesystem::copy_options::recursive);
  OpenServer a(restored_, clock_);
  OpenServer b(copy, clock_);
  EXPECT_NE(a.registry().head()->replica, b.registry().head()->replica);
}

TEST_F(RestoreTest, KeysStayPrivate) {
  ASSERT_OK(Make("one"));
  std::filesystem::permissions(PathOf("one") + "/keys/institution.key",
                               std::filesystem::perms::all);
  ASSERT_OK(Restore());
  struct stat facts;
  for (const char* path : {"", "/keys", "/keys/institution.key"}) {
    ASSERT_EQ(stat((restored_ + path).c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 077, 0u) << path;
  }
}

TEST_F(RestoreTest, KeysFromElsewhere) {
  ASSERT_OK(Make("one", {.keys = false}));
  const absl::Status without = Restore();
  EXPECT_EQ(ReasonOf(without), "INVALID_FIELD");
  EXPECT_THAT(std::string(without.message()), HasSubstr("--keys DIR"));
  const absl::Status missing = Restore("one", temporary_.Join("none"));
  EXPECT_EQ(ReasonOf(missing), "INVALID_FIELD");
  EXPECT_THAT(std::string(missing.message()),
              HasSubstr("there is no directory"));
  EXPECT_FALSE(std::filesystem::exists(restored_));
  ASSERT_OK(Restore("one", data_ + "/keys"));
  OpenServer back(restored_, clock_);
  EXPECT_OK(back.State("b", "B"));
  ASSERT_OK(Make("two"));
  EXPECT_EQ(ReasonOf(DataDirectory::Restore(PathOf("two"), data_ + "/keys",
                                            temporary_.Join("other"), {})),
            "INVALID_FIELD");
}

TEST_F(RestoreTest, KeysOfAnotherInstitutionAreRefused) {
  ASSERT_OK(Make("one", {.keys = false}));
  const std::string south = temporary_.Join("south");
  ASSERT_OK(DataDirectory::Init(south, "south"));
  const absl::Status refused = Restore("one", south + "/keys");
  EXPECT_THAT(refused,
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("is not the key of institution north")));
  EXPECT_FALSE(std::filesystem::exists(restored_));
  std::filesystem::remove(south + "/keys/institution.key");
  EXPECT_THAT(Restore("one", south + "/keys"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("holds no institution.key")));
}

TEST_F(RestoreTest, CutShortItIsNoDataDirectory) {
  ASSERT_OK(Make("one"));
  int asked = 0;
  BackupWork work;
  work.check_alive = [&] {
    return ++asked < 5 ? absl::OkStatus() : absl::CancelledError("x");
  };
  EXPECT_THAT(DataDirectory::Restore(PathOf("one"), "", restored_, work),
              StatusIs(absl::StatusCode::kCancelled));
  EXPECT_FALSE(std::filesystem::exists(restored_));
  // As a crash leaves it.
  ASSERT_OK(Restore());
  std::filesystem::remove(restored_ + "/place");
  std::filesystem::remove(restored_ + "/restored");
  std::ofstream(restored_ + "/unfinished") << "restore\n";
  EXPECT_EQ(ReasonOf(DataDirectory::Open(restored_, false).status()),
            "DIRECTORY_INCOMPLETE");
}

}  // namespace
}  // namespace consilium

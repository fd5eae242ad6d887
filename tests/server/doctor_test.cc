#include "server/doctor.h"

#include <unistd.h>

#include <cstdlib>

#include "gmock/gmock.h"
#include "proto/base/check_report.h"
#include "server/doctor_checks.h"
#include "tests/server/backup/backup_fixture.h"

namespace consilium {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class DoctorTest : public BackupFixture {
 protected:
  DoctorTest() { clock_.Set(absl::Now()); }

  // What the doctor says to the directory once its server has ended.
  v1::ExamineResponse Examine(bool deep = false) {
    server_ = nullptr;
    return ExamineDataDirectory(data_, deep, clock_);
  }
  static std::string Text(const v1::ExamineResponse& report) {
    return CheckReportText(report, /*color=*/false);
  }
  // Expects that the directory fails for `what`, and what mends it.
  void ExpectFinding(v1::Check::Outcome outcome, const std::string& what,
                     const std::string& remedy, bool deep = false) {
    const v1::ExamineResponse report = Examine(deep);
    bool found = false;
    for (const v1::CheckGroup& group : report.groups()) {
      for (const v1::Check& check : group.checks()) {
        found |= check.outcome() == outcome &&
                 check.text().find(what) != std::string::npos &&
                 check.remedy().find(remedy) != std::string::npos;
      }
    }
    EXPECT_TRUE(found) << what << "\n" << Text(report);
    EXPECT_EQ(report.worst(), outcome) << Text(report);
  }
  void SetConfig(const std::string& more) {
    std::ofstream(data_ + "/consilium.toml") << "institution = \"north\"\n"
                                             << more;
  }
};

TEST_F(DoctorTest, WellServerPasses) {
  SetConfig(absl::StrCat("[backup]\ndirectory = \"", backups_, "\"\n"));
  ASSERT_OK(Make("one"));
  const v1::ExamineResponse report = Examine(/*deep=*/true);
  EXPECT_LE(report.worst(), v1::Check::OUTCOME_WARN) << Text(report);
  EXPECT_EQ(CheckReportExitCode(report), 0);
  for (const char* said :
       {"institution north", "fits its checksum", "recomputed from 1 records",
        "the key institution", "is that of its replica", "the last backup, one",
        "behind no change"}) {
    EXPECT_THAT(Text(report), HasSubstr(said));
  }
}

TEST_F(DoctorTest, RunningServerIsLeftAlone) {
  const v1::ExamineResponse report = ExamineDataDirectory(data_, false, clock_);
  EXPECT_THAT(Text(report), HasSubstr("in use by a server that runs\n"
                                      "        consilium doctor\n"));
  EXPECT_EQ(CheckReportExitCode(report), 1);
}

TEST_F(DoctorTest, RunningServerExaminesItself) {
  BackupKeeper backups(server_->Source(), {}, clock_);
  Doctor doctor(server_->directory(), server_->catalog(), backups, clock_);
  ASSERT_OK_AND_ASSIGN(const auto report,
                       doctor.Examine(true, [] { return absl::OkStatus(); }));
  EXPECT_EQ(report.worst(), v1::Check::OUTCOME_WARN) << Text(report);
  EXPECT_THAT(Text(report), HasSubstr("no backups are made"));
  SetConfig("# edited\n");
  ASSERT_OK_AND_ASSIGN(const auto edited,
                       doctor.Examine(false, [] { return absl::OkStatus(); }));
  EXPECT_THAT(Text(edited), HasSubstr("was edited since the server started"));
  EXPECT_THAT(Text(edited), HasSubstr("install -d -m 700"));
  SetConfig(absl::StrCat("[backup]\ndirectory = \"", backups_, "\"\n"));
  ASSERT_OK_AND_ASSIGN(const auto unread,
                       doctor.Examine(false, [] { return absl::OkStatus(); }));
  EXPECT_THAT(Text(unread),
              AllOf(HasSubstr("the server started before consilium.toml had "
                              "its [backup]\n        kill "),
                    Not(HasSubstr("printf")), Not(HasSubstr("systemctl"))));
}

TEST_F(DoctorTest, RunningServerOfAServiceManagerIsRestartedByIt) {
  EXPECT_THAT(RestartCommand(), HasSubstr(absl::StrCat("kill ", getpid())));
  ASSERT_EQ(setenv("NOTIFY_SOCKET", "/run/systemd/notify", 1), 0);
  EXPECT_EQ(RestartCommand(), "systemctl restart consiliumd");
  unsetenv("NOTIFY_SOCKET");
}

TEST_F(DoctorTest, MissingDirectory) {
  const v1::ExamineResponse report =
      ExamineDataDirectory(temporary_.Join("none"), false, clock_);
  EXPECT_THAT(Text(report), HasSubstr("consiliumd init"));
  EXPECT_EQ(CheckReportExitCode(report), 1);
}

TEST_F(DoctorTest, Configuration) {
  SetConfig("peers = 1\n");
  ExpectFinding(v1::Check::OUTCOME_FAIL, "consilium.toml:2:1",
                "consilium.toml");
  SetConfig("");
  ExpectFinding(v1::Check::OUTCOME_WARN, "no [backup] directory", "printf");
  std::ofstream(data_ + "/consilium.toml") << "institution = \"south\"\n";
  ExpectFinding(v1::Check::OUTCOME_FAIL, "written by institution north",
                "sed -i 's/^institution *=.*/institution = \"north\"/' ");
}

TEST_F(DoctorTest, Keys) {
  const std::string key = data_ + "/keys/institution.key";
  const auto mode = [&](std::filesystem::perms perms) {
    std::filesystem::permissions(key, perms);
  };
  mode(std::filesystem::perms::all);
  ExpectFinding(v1::Check::OUTCOME_FAIL, "has mode 0777", "chmod 600 ");
  mode(std::filesystem::perms::owner_read |
       std::filesystem::perms::owner_write);
  ExpectFinding(v1::Check::OUTCOME_WARN, "no [backup]", "");
  std::filesystem::rename(key, key + ".lost");
  ExpectFinding(v1::Check::OUTCOME_FAIL, "there is no key",
                "cp -p BACKUP/keys");
  std::ofstream(key) << "consilium-key 1 00 00\n";
  mode(std::filesystem::perms::owner_read |
       std::filesystem::perms::owner_write);
  ExpectFinding(v1::Check::OUTCOME_DAMAGED, "is damaged", "cp -p BACKUP/keys");
}

TEST_F(DoctorTest, WithoutKeysTheDirectoryIsMadeFirst) {
  std::filesystem::remove_all(data_ + "/keys");
  ExpectFinding(v1::Check::OUTCOME_FAIL, "there is no directory",
                "/data/keys && cp -p BACKUP/keys/*.key ");
}

TEST_F(DoctorTest, KeyOfAnotherInstitution) {
  const std::string south = temporary_.Join("south");
  ASSERT_OK(DataDirectory::Init(south, "south"));
  std::filesystem::copy_file(south + "/keys/institution.key",
                             data_ + "/keys/institution.key",
                             std::filesystem::copy_options::overwrite_existing);
  ExpectFinding(v1::Check::OUTCOME_DAMAGED,
                "is not the key of institution north", "cp -p BACKUP/keys");
}

TEST_F(DoctorTest, KeyOfAnotherReplica) {
  const ReplicaId replica = server_->registry().head()->replica;
  const std::string file =
      absl::StrCat(data_, "/keys/replica-", replica.ToHex(), ".key");
  std::filesystem::copy_file(data_ + "/keys/institution.key", file,
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_EQ(ReasonOf(ReplicaKeys(server_->directory().keys()).Find(replica)),
            "KEY_OF_OTHER_REPLICA");
  ExpectFinding(v1::Check::OUTCOME_DAMAGED, "is the key of another replica",
                "--new-replica");
}

TEST_F(DoctorTest, DirectoryWithoutItsPlace) {
  server_ = nullptr;
  std::filesystem::remove(data_ + "/place");
  ExpectFinding(v1::Check::OUTCOME_FAIL, "place is missing", "--new-replica");
  EXPECT_THAT(Text(Examine()), HasSubstr("registry nsclc opens"));
}

TEST_F(DoctorTest, LostStoreIsRestored) {
  server_ = nullptr;
  std::filesystem::remove_all(data_ + "/store");
  ExpectFinding(v1::Check::OUTCOME_FAIL, "there is no store",
                "consiliumd restore");
}

TEST_F(DoctorTest, LostKeyOfAReplicaWantsANewReplica) {
  const std::string replica = server_->registry().head()->replica.ToHex();
  std::filesystem::remove(
      absl::StrCat(data_, "/keys/replica-", replica, ".key"));
  ExpectFinding(v1::Check::OUTCOME_FAIL, replica, "--new-replica");
}

TEST_F(DoctorTest, CopiedDirectory) {
  server_ = nullptr;
  std::filesystem::rename(data_, temporary_.Join("old"));
  std::filesystem::copy(temporary_.Join("old"), data_,
                        std::filesystem::copy_options::recursive);
  // As serve does.
  ExpectFinding(v1::Check::OUTCOME_FAIL, "is a copy of",
                "--listen 127.0.0.1:7700 --new-replica");
  EXPECT_THAT(Text(Examine()), HasSubstr("registry nsclc opens"));
}

TEST_F(DoctorTest, ClockThatLagsBehindItsOwnChanges) {
  ASSERT_OK(server_->State("b", "B"));
  clock_.Advance(-absl::Hours(3));
  ExpectFinding(v1::Check::OUTCOME_WARN, "ahead of this clock", "timedatectl");
}

TEST_F(DoctorTest, ChangesAndBackupsOfAClockThatWasAhead) {
  SetConfig(absl::StrCat("[backup]\ndirectory = \"", backups_, "\"\n"));
  clock_.Set(absl::FromUnixSeconds(absl::ToUnixSeconds(clock_.Now())));
  ASSERT_OK(Make("one"));
  clock_.Advance(absl::Hours(24 * 365));
  ASSERT_OK(server_->State("b", "B"));
  ASSERT_OK(Make("two"));
  clock_.Advance(-absl::Hours(24 * 365));
  // Corrected, it makes changes that look well again.
  ASSERT_OK(server_->State("c", "C"));
  ExpectFinding(v1::Check::OUTCOME_WARN,
                "1 change of north in registry nsclc claims a time 8760h",
                "timedatectl");
  ExpectFinding(v1::Check::OUTCOME_WARN,
                "the backup two says that it was made 8760h",
                "rm -r " + PathOf("two"));
  EXPECT_THAT(Text(Examine()), HasSubstr("the last backup, one, was made"));
}

TEST_F(DoctorTest, DamagedStoreExitsWithIntegrity) {
  server_ = nullptr;
  for (const auto& entry :
       std::filesystem::directory_iterator(data_ + "/store")) {
    if (entry.path().extension() != ".sst") continue;
    std::fstream stream(entry.path(),
                        std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(20);
    stream.put('\x7f').put('\x7f');
  }
  const v1::ExamineResponse report = Examine(/*deep=*/true);
  EXPECT_EQ(CheckReportExitCode(report), 10) << Text(report);
  EXPECT_THAT(Text(report), HasSubstr("consiliumd restore --from BACKUP"));
  // What cannot be read is not called empty.
  for (const bool deep : {false, true}) {
    EXPECT_THAT(Text(Examine(deep)), AllOf(Not(HasSubstr("registry create")),
                                           Not(HasSubstr("store is open"))));
  }
}

TEST_F(DoctorTest, DigestThatDoesNotFitIsDamage) {
  auto& store = server_->directory().store();
  std::string key;
  {
    const auto it = store.Scan(Partition{1}, PrefixRange("s"));
    ASSERT_TRUE(it->Valid());
    key = std::string(it->key());
  }
  WriteBatch batch;
  batch.Delete(key);
  ASSERT_OK(store.Commit(Partition{1}, batch));
  ExpectFinding(v1::Check::OUTCOME_DAMAGED, "is not that of its records",
                "consiliumd restore", /*deep=*/true);
}

TEST_F(DoctorTest, ValueThatNoChangeStatesIsDamage) {
  AlterTrial(server_->directory().store());
  EXPECT_EQ(CheckReportExitCode(Examine(/*deep=*/true)), 10);
  ExpectFinding(v1::Check::OUTCOME_DAMAGED, "title of \"trials/a\" by change ",
                "consiliumd restore",
                /*deep=*/true);
}

TEST_F(DoctorTest, Backups) {
  SetConfig(absl::StrCat("[backup]\ndirectory = \"", backups_, "\"\n"));
  ExpectFinding(v1::Check::OUTCOME_FAIL, "there is no backup",
                "consilium backup create");
  server_ = std::make_unique<OpenServer>(data_, clock_);
  ASSERT_OK(Make("one"));
  clock_.Advance(absl::Hours(24 * 8));
  ExpectFinding(v1::Check::OUTCOME_WARN, "8 days ago",
                "consilium backup create");
  std::filesystem::remove(PathOf("one") + "/store/CURRENT");
  ExpectFinding(v1::Check::OUTCOME_FAIL, "store/CURRENT is missing",
                "consiliumd backup verify ");
  std::filesystem::remove_all(backups_);
  ExpectFinding(v1::Check::OUTCOME_FAIL, "cannot be used", " " + backups_);
}

TEST_F(DoctorTest, BackupsOfAnotherReplicaDoNotCount) {
  SetConfig(absl::StrCat("[backup]\ndirectory = \"", backups_, "\"\n"));
  ASSERT_OK(Make("one"));
  clock_.Advance(absl::Hours(1));
  // As after a restore, while the old server may run on.
  server_ = nullptr;
  server_ = std::make_unique<OpenServer>(data_, clock_, /*new_replica=*/true);
  ExpectFinding(v1::Check::OUTCOME_WARN,
                "no backup of this server as the replica that it is now; the "
                "last of another, one, was made 60 min ago",
                "consilium backup create");
  server_ = std::make_unique<OpenServer>(data_, clock_);
  ASSERT_OK(Make("two"));
  EXPECT_THAT(Text(Examine()), AllOf(HasSubstr("the last backup, two"),
                                     Not(HasSubstr("another replica"))));
  // The old one made another since.
  clock_.Advance(absl::Hours(1));
  std::filesystem::copy(PathOf("one"), PathOf("three"),
                        std::filesystem::copy_options::recursive);
  ASSERT_OK_AND_ASSIGN(auto three, ReadManifest(PathOf("three")));
  three.set_name("three");
  three.mutable_create_time()->set_seconds(absl::ToUnixSeconds(clock_.Now()));
  ASSERT_OK(WriteManifest(PathOf("three"), three));
  ExpectFinding(v1::Check::OUTCOME_WARN,
                "the backup three is of another replica", "another directory");
}

TEST_F(DoctorTest, PeerOutOfReachIsAWarning) {
  SetConfig(
      "[[peer]]\nregistry = \"nsclc\"\naddress = \"127.0.0.1:1\"\n"
      "[[peer]]\nregistry = \"other\"\naddress = \"127.0.0.1:1\"\n");
  const v1::ExamineResponse report = Examine();
  EXPECT_THAT(Text(report), HasSubstr("warn  peer 127.0.0.1:1 for registry "
                                      "nsclc"));
  EXPECT_THAT(Text(report),
              HasSubstr("fail  this server has no registry other"));
}

}  // namespace
}  // namespace consilium

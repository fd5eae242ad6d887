// Damages a backup in every way that disks and people know, and restores it:
// the damage is named, and nothing is made of it.
#include <functional>

#include "gmock/gmock.h"
#include "server/backup/backup_files.h"
#include "storage/kv/rocksdb_store.h"
#include "tests/server/backup/backup_fixture.h"

namespace consilium {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class DamageTest : public BackupFixture {
 protected:
  DamageTest() {
    EXPECT_OK(server_->State("b", "B"));
    EXPECT_OK(Make("one"));
    EXPECT_OK(ReadManifest(Path()));
  }

  std::string Path() const { return PathOf("one"); }
  std::string In(const std::string& file) const {
    return absl::StrCat(Path(), "/", file);
  }
  // A file of the store whose name ends so.
  std::string StoreFile(absl::string_view suffix) const {
    const auto manifest = ReadManifest(Path());
    EXPECT_OK(manifest);
    for (const auto& file : manifest->files()) {
      if (file.path().find(std::string(suffix)) != std::string::npos &&
          file.size_bytes() > 0) {
        return file.path();
      }
    }
    ADD_FAILURE() << "no file like " << suffix;
    return "";
  }
  void FlipByte(const std::string& file, int64_t at) {
    std::fstream stream(In(file),
                        std::ios::in | std::ios::out | std::ios::binary);
    stream.seekg(at);
    const char byte = static_cast<char>(stream.get() ^ 1);
    stream.seekp(at);
    stream.put(byte);
  }
  void Truncate(const std::string& file) {
    const std::string path = In(file);
    std::filesystem::resize_file(path, std::filesystem::file_size(path) - 1);
  }

  // What a restore says; it must leave nothing.
  absl::Status Restore() {
    const std::string target = temporary_.Join("restored");
    const absl::Status status =
        DataDirectory::Restore(Path(), "", target, {}).status();
    if (!status.ok()) {
      EXPECT_FALSE(std::filesystem::exists(target));
    }
    return status;
  }
  void ExpectDamage(const std::string& file) {
    for (const absl::Status& status : {Verify("one").status(), Restore()}) {
      EXPECT_EQ(ReasonOf(status), "BACKUP_DAMAGED") << file;
      EXPECT_THAT(std::string(status.message()), HasSubstr(file));
    }
  }
};

TEST_F(DamageTest, UntouchedItIsRestored) {
  EXPECT_OK(Verify("one"));
  EXPECT_OK(Restore());
}

TEST_F(DamageTest, AnAlteredServerIsNotBackedUp) {
  AlterTrial(server_->directory().store());
  const auto made = Make("two");
  EXPECT_EQ(ReasonOf(made), "VALUES_DIFFER");
  EXPECT_THAT(std::string(made.status().message()),
              HasSubstr("title of \"trials/a\" by change "));
  EXPECT_EQ(Kept(), std::vector<std::string>{"one"});
}

// As a release made it that did not look.
TEST_F(DamageTest, ABackupOfAnAlteredServer) {
  ASSERT_OK_AND_ASSIGN(auto manifest, ReadManifest(Path()));
  {
    auto store = RocksdbStore::Open(In("store"), {});
    ASSERT_OK(store);
    AlterTrial(**store);
  }
  manifest.clear_files();
  ASSERT_OK_AND_ASSIGN(const std::vector<std::string> paths, ListTree(Path()));
  for (const std::string& path : paths) {
    if (path.rfind("manifest.", 0) == 0) continue;
    ASSERT_OK_AND_ASSIGN(
        const FileFacts facts,
        HashFile(In(path), [](uint64_t) { return absl::OkStatus(); }));
    auto& file = *manifest.add_files();
    file.set_path(path);
    file.set_size_bytes(static_cast<int64_t>(facts.size_bytes));
    file.set_sha256(facts.sha256);
  }
  ASSERT_OK(WriteManifest(Path(), manifest));
  ExpectDamage("title of \"trials/a\" by change ");
}

TEST_F(DamageTest, FlippedByte) {
  for (const char* kind :
       {".sst", "MANIFEST-", "CURRENT", "OPTIONS-", "SEAL"}) {
    const std::string file = StoreFile(kind);
    FlipByte(file, 3);
    ExpectDamage(file);
    FlipByte(file, 3);
  }
  for (const char* file :
       {"consilium.toml", "keys/institution.key", "keys/page-token.key"}) {
    FlipByte(file, 3);
    ExpectDamage(file);
    FlipByte(file, 3);
  }
  EXPECT_OK(Verify("one"));
}

TEST_F(DamageTest, FlippedByteOfTheManifest) {
  ASSERT_OK_AND_ASSIGN(const std::string manifest, ReadFile(In(kManifestFile)));
  for (size_t at = 0; at < manifest.size(); at += 97) {
    FlipByte(kManifestFile, static_cast<int64_t>(at));
    ExpectDamage(kManifestFile);
    FlipByte(kManifestFile, static_cast<int64_t>(at));
  }
  FlipByte(kManifestChecksumFile, 5);
  ExpectDamage(kManifestFile);
}

TEST_F(DamageTest, TruncatedFile) {
  Truncate(StoreFile(".sst"));
  ExpectDamage("bytes instead of");
}

TEST_F(DamageTest, MissingFile) {
  const std::string file = StoreFile(".sst");
  std::filesystem::remove(In(file));
  ExpectDamage(file);
}

TEST_F(DamageTest, MissingManifest) {
  std::filesystem::remove(In(kManifestFile));
  ExpectDamage(kManifestFile);
  std::filesystem::remove_all(In("store"));
  EXPECT_EQ(ReasonOf(Restore()), "NOT_A_BACKUP");
}

TEST_F(DamageTest, AddedFile) {
  std::ofstream(In("store/000099.log")) << "a log of another store";
  ExpectDamage("store/000099.log");
}

TEST_F(DamageTest, LinkInsteadOfAFile) {
  const std::string file = StoreFile(".sst");
  const std::string aside = temporary_.Join("aside");
  std::filesystem::rename(In(file), aside);
  std::filesystem::create_symlink(aside, In(file));
  ExpectDamage(file);
}

// Whoever can write a manifest can write its checksum. Then paths must not
// lead out of the directory, and digests must be those of the records.
TEST_F(DamageTest, ForgedManifest) {
  ASSERT_OK_AND_ASSIGN(const auto manifest, ReadManifest(Path()));
  using Manifest = stored::v1::BackupManifest;
  struct {
    const char* says;
    std::function<void(Manifest&)> forge;
  } const cases[] = {
      {"no backup has",
       [](Manifest& m) { m.mutable_files(0)->set_path("../escaped"); }},
      {"no backup has",
       [](Manifest& m) { m.mutable_files(0)->set_path("store/../../x"); }},
      {"no backup has",
       [](Manifest& m) { m.mutable_files(0)->set_path("/etc/passwd"); }},
      {"with digest",
       [](Manifest& m) { m.mutable_registries(0)->set_digest("00"); }},
      {"at revision",
       [](Manifest& m) { m.mutable_registries(0)->set_revision(7); }},
      {"registries", [](Manifest& m) { m.clear_registries(); }},
  };
  for (const auto& each : cases) {
    Manifest forged = manifest;
    each.forge(forged);
    ASSERT_OK(WriteManifest(Path(), forged));
    ExpectDamage(each.says);
  }
}

TEST_F(DamageTest, NewerFormatIsNoDamage) {
  ASSERT_OK_AND_ASSIGN(auto manifest, ReadManifest(Path()));
  manifest.set_format_version(kBackupFormatVersion + 1);
  manifest.set_server_version("9.0.0");
  ASSERT_OK(WriteManifest(Path(), manifest));
  const absl::Status status = Restore();
  EXPECT_EQ(ReasonOf(status), "BACKUP_NEWER");
  EXPECT_THAT(std::string(status.message()), HasSubstr("9.0.0"));
  EXPECT_EQ(ReasonOf(Verify("one")), "BACKUP_NEWER");
}

TEST_F(DamageTest, RestoreWantsAnEmptyPlace) {
  const auto restore = [&](const std::string& target) {
    return ReasonOf(DataDirectory::Restore(Path(), "", target, {}));
  };
  const std::string full = temporary_.Join("full");
  std::filesystem::create_directory(full);
  std::ofstream(full + "/notes") << "mine";
  EXPECT_EQ(restore(full), "DIRECTORY_NOT_EMPTY");
  EXPECT_TRUE(std::filesystem::exists(full + "/notes"));
  EXPECT_EQ(restore(data_), "DIRECTORY_NOT_EMPTY");
  EXPECT_EQ(restore(temporary_.Join("no/such")), "PARENT_MISSING");
  EXPECT_EQ(restore(In("inside")), "INVALID_FIELD");
  const std::string empty = temporary_.Join("empty");
  std::filesystem::create_directory(empty);
  FlipByte(StoreFile(".sst"), 3);
  EXPECT_EQ(restore(empty), "BACKUP_DAMAGED");
  EXPECT_TRUE(std::filesystem::is_empty(empty));
}

TEST_F(DamageTest, FailedRestoreIsNoDataDirectory) {
  FlipByte(StoreFile(".sst"), 3);
  EXPECT_THAT(Restore(), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_EQ(
      ReasonOf(
          DataDirectory::Open(temporary_.Join("restored"), false).status()),
      "DIRECTORY_MISSING");
}

}  // namespace
}  // namespace consilium

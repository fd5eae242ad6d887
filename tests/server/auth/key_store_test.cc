#include "server/auth/key_store.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "proto/base/errors.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_directory.h"

namespace consilium {
namespace {

using testing::HasSubstr;

class KeyStoreTest : public testing::Test {
 protected:
  KeyStoreTest() : path_(directory_.Join("keys")) {}

  std::string FileOf(const std::string& name) const {
    return path_ + "/" + name + ".key";
  }
  std::string Contents(const std::string& name) const {
    std::ifstream file(FileOf(name));
    return std::string(std::istreambuf_iterator<char>(file), {});
  }
  void Overwrite(const std::string& name, const std::string& contents) {
    std::ofstream(FileOf(name), std::ios::trunc) << contents;
  }

  TemporaryDirectory directory_;
  const std::string path_;
};

TEST_F(KeyStoreTest, KeepsSecretsForTheirOwnerAlone) {
  ASSERT_OK_AND_ASSIGN(KeyStore keys, KeyStore::Create(path_));
  ASSERT_OK(keys.Write("institution", std::string("\0secret\xff", 8)));
  struct stat facts;
  ASSERT_EQ(stat(FileOf("institution").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600u);
  ASSERT_EQ(stat(path_.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0700u);
  ASSERT_OK_AND_ASSIGN(const KeyStore again, KeyStore::Open(path_));
  EXPECT_THAT(again.Read("institution"),
              IsOkAndHolds(std::string("\0secret\xff", 8)));
  // Nothing unfinished is left behind.
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(path_), {}), 1);
}

TEST_F(KeyStoreTest, NeverWritesOverAKey) {
  ASSERT_OK_AND_ASSIGN(KeyStore keys, KeyStore::Create(path_));
  ASSERT_OK(keys.Write("k", "one"));
  EXPECT_THAT(keys.Write("k", "two"),
              StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(keys.Read("k"), IsOkAndHolds("one"));
}

TEST_F(KeyStoreTest, SaysWhatIsMissing) {
  EXPECT_THAT(
      KeyStore::Open(path_),
      StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr(path_)));
  ASSERT_OK_AND_ASSIGN(const KeyStore keys, KeyStore::Create(path_));
  EXPECT_THAT(keys.Read("k"),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr(FileOf("k"))));
  EXPECT_FALSE(KeyStore::Create(path_).ok());
}

TEST_F(KeyStoreTest, AdvisesABackupOnlyForWhatIsInOne) {
  ASSERT_OK_AND_ASSIGN(const KeyStore keys, KeyStore::Create(path_));
  EXPECT_THAT(std::string(keys.Read("institution").status().message()),
              HasSubstr("restore it from a backup"));
  Overwrite("replica-ab", "consilium-key 1 00 00\n");
  ASSERT_EQ(chmod(FileOf("replica-ab").c_str(), 0600), 0);
  for (const char* name : {"replica-aa", "replica-ab"}) {
    const std::string message(keys.Read(name).status().message());
    EXPECT_THAT(message,
                HasSubstr("serve --data " +
                          std::filesystem::path(path_).parent_path().string() +
                          " --listen 127.0.0.1:7700 --new-replica"));
    EXPECT_THAT(message, testing::Not(HasSubstr("restore it")));
  }
}

TEST_F(KeyStoreTest, RefusesKeysThatOthersCanRead) {
  ASSERT_OK_AND_ASSIGN(KeyStore keys, KeyStore::Create(path_));
  ASSERT_OK(keys.Write("k", "secret"));
  ASSERT_EQ(chmod(FileOf("k").c_str(), 0640), 0);
  EXPECT_THAT(keys.Read("k"), StatusIs(absl::StatusCode::kFailedPrecondition,
                                       HasSubstr("chmod 600")));
  ASSERT_EQ(chmod(path_.c_str(), 0755), 0);
  EXPECT_THAT(
      KeyStore::Open(path_),
      StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("chmod 700")));
}

TEST_F(KeyStoreTest, AnyFlippedByteIsFound) {
  ASSERT_OK_AND_ASSIGN(KeyStore keys, KeyStore::Create(path_));
  ASSERT_OK(keys.Write("k", "secret"));
  const std::string good = Contents("k");
  for (size_t i = 0; i < good.size(); ++i) {
    std::string damaged = good;
    damaged[i] ^= 1;
    Overwrite("k", damaged);
    EXPECT_THAT(keys.Read("k"), StatusIs(absl::StatusCode::kDataLoss)) << i;
  }
  for (size_t size = 0; size + 1 < good.size(); ++size) {
    Overwrite("k", good.substr(0, size));
    EXPECT_THAT(keys.Read("k"), StatusIs(absl::StatusCode::kDataLoss)) << size;
  }
}

}  // namespace
}  // namespace consilium

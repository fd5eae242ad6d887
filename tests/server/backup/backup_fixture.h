// A tiny vocabulary for tests of backups: a data directory with one registry,
// a directory for backups, and what happens to files.
#ifndef CONSILIUM_TESTS_SERVER_BACKUP_BACKUP_FIXTURE_H_
#define CONSILIUM_TESTS_SERVER_BACKUP_BACKUP_FIXTURE_H_

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "consilium/stored/v1/rows.pb.h"
#include "consilium/v1/trial.pb.h"
#include "gtest/gtest.h"
#include "proto/base/errors.h"
#include "proto/base/record_codec.h"
#include "proto/base/record_traits.h"
#include "server/backup/backup_directory.h"
#include "server/backup/backup_manifest.h"
#include "server/backup/verify_backup.h"
#include "server/backup/write_backup.h"
#include "server/data_directory.h"
#include "server/replica_keys.h"
#include "server/rpc/registry_rules.h"
#include "storage/kv/file_io.h"
#include "storage/registry/registry_catalog.h"
#include "storage/schema/row_keys.h"
#include "storage/schema/row_value.h"
#include "tests/support/fake_clock.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_directory.h"

namespace consilium {

inline std::string ReasonOf(const absl::Status& status) {
  return status.ok() ? "OK" : GetErrorReason(status);
}

template <typename T>
std::string ReasonOf(const absl::StatusOr<T>& value) {
  return ReasonOf(value.status());
}

// A change that gives a trial its title.
inline ChangeRequest TitleOf(const std::string& trial,
                             const std::string& title) {
  v1::Trial record;
  record.set_title(title);
  auto values = Split(record, *RecordTraitsTable::Get().FindByDescriptor(
                                  v1::Trial::descriptor()));
  EXPECT_OK(values);
  ChangeRequest request;
  request.author = "ada";
  request.records.push_back({absl::StrCat("trials/", trial), "",
                             FieldStatements{.values = *std::move(values)}});
  return request;
}

// The paths below `directory`, one a line.
inline std::string TreeOf(const std::string& directory) {
  std::string tree;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(directory)) {
    absl::StrAppend(&tree, entry.path().string(), "\n");
  }
  return tree;
}

// A data directory as a running server has it.
class OpenServer {
 public:
  explicit OpenServer(const std::string& data, Clock& clock,
                      bool new_replica = false) {
    auto directory = DataDirectory::Open(data, new_replica);
    EXPECT_OK(directory);
    directory_ = *std::move(directory);
    auto key = ReadSigningKey(directory_->keys(), kInstitutionKey);
    EXPECT_OK(key);
    institution_key_ = std::make_unique<SigningKey>(*std::move(key));
    replica_keys_ = std::make_unique<ReplicaKeys>(directory_->keys());
    auto catalog = RegistryCatalog::Open(
        {directory_->store(), rules_, clock, *replica_keys_,
         directory_->config().institution, *institution_key_},
        new_replica || directory_->restored().has_value());
    EXPECT_OK(catalog);
    catalog_ = *std::move(catalog);
    EXPECT_OK(directory_->ConfirmPlace());
  }

  DataDirectory& directory() { return *directory_; }
  RegistryCatalog& catalog() { return *catalog_; }
  RegistryStore& registry() {
    const auto store = catalog_->Find("nsclc");
    EXPECT_OK(store);
    return **store;
  }
  std::string Digest() {
    return absl::BytesToHexString(registry().head()->content.Digest());
  }
  absl::Status State(const std::string& trial, const std::string& title) {
    return registry().CommitAndWait(TitleOf(trial, title)).status();
  }
  BackupSource Source() {
    return {directory_->store(), directory_->path(),
            directory_->config().institution, "0.1.0"};
  }

 private:
  std::unique_ptr<DataDirectory> directory_;
  std::unique_ptr<SigningKey> institution_key_;
  std::unique_ptr<ReplicaKeys> replica_keys_;
  RegistryRules rules_;
  std::unique_ptr<RegistryCatalog> catalog_;
};

// Gives the trial "a" another value behind every checksum of the store, as
// nothing but a comparison with its change tells.
inline void AlterTrial(KeyValueStore& store) {
  const std::string key = RecordRowKey::Key("trials/a");
  const auto rows = store.NewSnapshot(Partition{1});
  ASSERT_OK(rows);
  const auto value = (*rows)->Get(key);
  ASSERT_OK(value);
  ASSERT_TRUE(value->has_value());
  stored::v1::RecordRow row;
  ASSERT_OK(DecodeRow(key, **value, row));
  ASSERT_EQ(row.assignments(0).value(),
            "\x12\x01"
            "A");
  row.mutable_assignments(0)->set_value(
      "\x12\x01"
      "X");
  WriteBatch batch;
  batch.Put(key, EncodeRow(key, row));
  ASSERT_OK(store.Commit(Partition{1}, batch));
}

class BackupFixture : public testing::Test {
 protected:
  BackupFixture()
      : data_(temporary_.Join("data")), backups_(temporary_.Join("backups")) {
    std::filesystem::create_directory(backups_);
    EXPECT_OK(DataDirectory::Init(data_, "north"));
    server_ = std::make_unique<OpenServer>(data_, clock_);
    EXPECT_OK(server_->catalog().Found("nsclc", TitleOf("a", "A")));
  }

  absl::StatusOr<stored::v1::BackupManifest> Make(
      const std::string& name, const WriteBackupOptions& options = {},
      const BackupWork& work = {}) {
    return WriteBackup(server_->Source(), backups_, name, clock_, options,
                       work);
  }
  std::string PathOf(const std::string& backup) const {
    return absl::StrCat(backups_, "/", backup);
  }
  absl::StatusOr<stored::v1::BackupManifest> Verify(const std::string& backup) {
    return VerifyBackup(PathOf(backup), temporary_.Join("scratch"), {});
  }
  // What is in the directory of backups, dots and all.
  std::vector<std::string> Kept() const {
    auto names = ListDirectory(backups_);
    EXPECT_OK(names);
    return *std::move(names);
  }

  TemporaryDirectory temporary_;
  const std::string data_;
  const std::string backups_;
  FakeClock clock_;
  std::unique_ptr<OpenServer> server_;
};

}  // namespace consilium

#endif  // CONSILIUM_TESTS_SERVER_BACKUP_BACKUP_FIXTURE_H_

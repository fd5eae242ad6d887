// Damages each kind of row and reads everything: the damage is found and named,
// whatever the store below promises.
#include <map>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "consilium/stored/v1/rows.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"
#include "storage/schema/row_keys.h"
#include "storage/schema/row_value.h"
#include "tests/storage/registry/replica_fixture.h"

namespace consilium {
namespace {

constexpr char kRequestId[] = "22222222-2222-4222-8222-222222222222";

ChangeRequest RepeatableRequest() {
  ChangeRequest request = Statement("trials/nct2", "title: 'Repeated'");
  request.request_id = kRequestId;
  request.request_hash = "hash";
  return request;
}

// A registry with at least one row of every kind.
void Fill(Institution& north, Institution& south) {
  north.Found();
  south.JoinFrom(north);
  ASSERT_OK(north.State("trials/nct1", "title: 'Draft'"));
  Sync(north, south);
  ASSERT_OK(north.State("trials/nct1", "title: 'North'"));
  ASSERT_OK(south.State("trials/nct1", "title: 'South'"));
  Sync(north, south);
  ASSERT_OK(north.Commit(RepeatableRequest()));
}

absl::Status ReadEverything(RegistryStore& store) {
  ASSIGN_OR_RETURN(const auto view, store.OpenView(Version::Latest()));
  absl::Status status;
  RETURN_IF_ERROR(view->ListAll([&](RecordView record) {
    status = view->History(record.name).status();
    return status.ok();
  }));
  RETURN_IF_ERROR(status);
  RETURN_IF_ERROR(
      view->ListConcurrent({}, [](ConcurrentPath) { return true; }));
  for (const char* const title : {"Draft", "North", "South", "Repeated"}) {
    RETURN_IF_ERROR(view->ListIndexed({"trials", "", ""}, title,
                                      [](RecordView) { return true; }));
  }
  RETURN_IF_ERROR(
      view->ListChanges(0, [](const ChangeSummary&) { return true; }));
  for (const auto& [id, replica] : view->head().replicas) {
    for (int64_t s = 1; s <= replica.sequence; ++s) {
      RETURN_IF_ERROR(view->PastOf({id, s}).status());
    }
  }
  RETURN_IF_ERROR(store.ListGroupsSince(
      Frontier(), [](stored::v1::SealedGroup) { return true; }));
  return store.CommitAndWait(RepeatableRequest()).status();
}

absl::Status OpenAndReadEverything(KeyValueStore& kv, Institution& owner) {
  RegistryDependencies mine = owner.Dependencies();
  ASSIGN_OR_RETURN(
      const auto store,
      RegistryStore::Open(Partition{1}, {kv, mine.rules, mine.clock,
                                         mine.institution, mine.institution_key,
                                         mine.replica_key, mine.indexer}));
  return ReadEverything(*store);
}

class DamageTest : public ::testing::Test {
 protected:
  DamageTest() {
    Fill(north_, south_);
    const auto it = north_.memory().Scan(Partition{1}, ScanRange());
    for (; it->Valid(); it->Next()) {
      rows_.emplace(it->key(), it->value());
    }
  }

  // A copy of the rows in which `key` holds `value`.
  std::unique_ptr<MemoryStore> With(const std::string& key,
                                    const std::string& value) {
    auto copy = north_.memory().Clone();
    WriteBatch batch;
    batch.Put(key, value);
    EXPECT_OK(copy->Commit(Partition{1}, batch));
    return copy;
  }

  Institution north_{"north"};
  Institution south_{"south"};
  std::map<std::string, std::string> rows_;
};

TEST_F(DamageTest, TheUndamagedRegistryReads) {
  EXPECT_OK(OpenAndReadEverything(*north_.memory().Clone(), north_));
  std::string kinds;
  for (const auto& [key, value] : rows_) {
    if (kinds.find(key[0]) == std::string::npos) kinds.push_back(key[0]);
  }
  EXPECT_EQ(kinds, "GHIRchimqrsvx") << "a row kind without a damage test";
}

TEST_F(DamageTest, AFlippedByteOfAnyRowIsFoundAndTheRowNamed) {
  for (const auto& [key, value] : rows_) {
    for (const size_t at : {size_t{0}, value.size() / 2, value.size() - 1}) {
      std::string damaged = value;
      damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
      const auto copy = With(key, damaged);
      const absl::Status status = OpenAndReadEverything(*copy, north_);
      EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss)
          << absl::CHexEscape(key) << " at " << at << ": " << status;
      EXPECT_EQ(GetErrorInfo(status)->metadata().at("key"),
                absl::CHexEscape(key));
    }
  }
}

TEST_F(DamageTest, ATruncatedRowIsFound) {
  for (const auto& [key, value] : rows_) {
    for (const size_t size : {size_t{0}, value.size() / 2, value.size() - 1}) {
      const auto copy = With(key, value.substr(0, size));
      EXPECT_THAT(OpenAndReadEverything(*copy, north_),
                  StatusIs(absl::StatusCode::kDataLoss))
          << absl::CHexEscape(key) << " cut to " << size;
    }
  }
}

TEST_F(DamageTest, RowsThatChangedPlacesAreFound) {
  const std::string a = RecordRowKey::Key("trials/nct1");
  const std::string b = RecordRowKey::Key("trials/nct2");
  const auto copy = With(a, rows_.at(b));
  EXPECT_THAT(OpenAndReadEverything(*copy, north_),
              StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(DamageTest, AMissingRowThatOthersPointToIsFound) {
  for (const auto& [key, value] : rows_) {
    const bool pointed_to =
        std::string("GHmcr").find(key[0]) != std::string::npos;
    if (!pointed_to) continue;
    auto copy = north_.memory().Clone();
    WriteBatch batch;
    batch.Delete(key);
    ASSERT_OK(copy->Commit(Partition{1}, batch));
    const absl::Status status = OpenAndReadEverything(*copy, north_);
    EXPECT_FALSE(status.ok()) << absl::CHexEscape(key);
  }
}

TEST_F(DamageTest, RowsOfANewerReleaseAreLeftAlone) {
  stored::v1::RegistryRow row;
  const std::string key = RegistryRowKey::Key();
  ASSERT_OK(DecodeRow(key, rows_.at(key), row));
  row.set_format_version(kRowFormatVersion + 1);
  const auto copy = With(key, EncodeRow(key, row));
  const absl::Status status = OpenAndReadEverything(*copy, north_);
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(GetErrorReason(status), "ROW_FORMAT_NEWER");
}

}  // namespace
}  // namespace consilium

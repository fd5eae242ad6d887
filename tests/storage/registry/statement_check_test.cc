// Alters what rows say behind their checksums, which no digest of commitments
// would tell, and checks: record, field and change are named.
#include "storage/registry/statement_check.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "consilium/stored/v1/rows.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/base/errors.h"
#include "storage/registry/content_check.h"
#include "storage/registry/snapshot.h"
#include "storage/schema/row_keys.h"
#include "storage/schema/row_value.h"
#include "tests/storage/registry/replica_fixture.h"

namespace consilium {
namespace {

using stored::v1::HistoryRow;
using stored::v1::RecordRow;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

absl::Status Alive() { return absl::OkStatus(); }

class StatementCheckTest : public ::testing::Test {
 protected:
  // Values that stand, were superseded, contend, and are retracted.
  StatementCheckTest() {
    north_.Found();
    south_.JoinFrom(north_);
    EXPECT_OK(north_.State("trials/nct1",
                           "title: 'Draft' source { locator: 'page 1' }"));
    EXPECT_OK(north_.State("trials/nct1", "title: 'Base'"));
    Sync(north_, south_);
    EXPECT_OK(north_.State("trials/nct1", "title: 'North' acronym: 'N'"));
    EXPECT_OK(south_.State("trials/nct1", "title: 'South'"));
    EXPECT_OK(south_.State("trials/nct2", "title: 'Twice'"));
    EXPECT_OK(south_.Commit(Retract("trials/nct2")));
    Sync(north_, south_);
    middle_ = north_.frontier();
    EXPECT_OK(north_.Take("trials/nct1", TitlePath(),
                          north_.Siblings("trials/nct1", TitlePath())[0].dot));
    kv_ = north_.memory().Clone();
  }

  std::unique_ptr<RegistryView> Open() {
    auto view = RegistryStore::OpenStoredView(*kv_, Partition{1});
    EXPECT_OK(view);
    return *std::move(view);
  }
  absl::Status Check() { return CheckContent(*Open(), Alive).status(); }

  template <typename Row>
  void Alter(const std::string& key, const std::function<void(Row&)>& alter) {
    const auto rows = kv_->NewSnapshot(Partition{1});
    ASSERT_OK(rows);
    const auto value = (*rows)->Get(key);
    ASSERT_OK(value);
    ASSERT_TRUE(value->has_value());
    Row row;
    ASSERT_OK(DecodeRow(key, **value, row));
    alter(row);
    WriteBatch batch;
    batch.Put(key, EncodeRow(key, row));
    ASSERT_OK(kv_->Commit(Partition{1}, batch));
  }
  void AlterRecord(const std::string& name,
                   const std::function<void(RecordRow&)>& alter) {
    Alter<RecordRow>(RecordRowKey::Key(name), alter);
  }
  // The history of the title of nct1, oldest first.
  std::vector<std::string> HistoryKeys() {
    std::vector<std::string> keys;
    const auto it = kv_->Scan(
        Partition{1},
        PrefixRange(HistoryRowKey::PathPrefix("trials/nct1", TitlePath())));
    for (; it->Valid(); it->Next()) keys.emplace_back(it->key());
    return keys;
  }
  void ExpectDifference(const std::string& what) {
    const absl::Status status = Check();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << what;
    EXPECT_EQ(GetErrorReason(status), "VALUES_DIFFER") << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(what));
  }

  Institution north_{"north"};
  Institution south_{"south"};
  Frontier middle_;
  std::unique_ptr<MemoryStore> kv_;
};

TEST_F(StatementCheckTest, WhatNobodyAlteredIsWhatTheChangesState) {
  EXPECT_OK(Check());
  for (const Version& version :
       {Version::Latest(), Version::AtFrontier(middle_),
        Version::AtRevision(3)}) {
    auto view = north_.store().OpenView(version);
    ASSERT_OK(view);
    EXPECT_THAT(FindDifferences(**view, Alive), IsOkAndHolds(IsEmpty()));
  }
}

TEST_F(StatementCheckTest, AnAlteredValueIsNamedWithRecordFieldAndChange) {
  const Dot dot = north_.Siblings("trials/nct1", TitlePath())[0].dot;
  const auto stated = BuildSnapshotBody(*Open(), Alive);
  ASSERT_OK(stated);
  AlterRecord("trials/nct1", [](RecordRow& row) {
    row.mutable_assignments(0)->set_value("\x12\x05WRONG");
  });
  ExpectDifference("title of \"trials/nct1\" by change " + dot.ToString() +
                   ": its value is not the one stated");
  // A snapshot is compared with the changes too, not just with the rows.
  const auto check = CheckSnapshot(*Open(), *stated, Alive);
  ASSERT_OK(check);
  EXPECT_EQ(check->rebuilt.digest(), stated->digest());
  ASSERT_THAT(check->differences, SizeIs(1));
  EXPECT_THAT(
      check->differences[0],
      AllOf(HasSubstr("title of \"trials/nct1\""), HasSubstr(dot.ToString())));
}

TEST_F(StatementCheckTest, AnAlteredSourceIsNamed) {
  AlterRecord("trials/nct1", [](RecordRow& row) {
    row.mutable_assignments(1)->set_source("\x0a\x01x");
  });
  ExpectDifference("acronym of \"trials/nct1\"");
  ExpectDifference("its source is not the one stated");
}

TEST_F(StatementCheckTest, WhatARetractionCoversIsCompared) {
  AlterRecord("trials/nct2", [](RecordRow& row) {
    for (auto& assignment : *row.mutable_assignments()) {
      assignment.clear_covered();
    }
  });
  ExpectDifference("lifecycle of \"trials/nct2\"");
}

TEST_F(StatementCheckTest, SupersededValuesAreCompared) {
  for (const std::string& key : HistoryKeys()) {
    kv_ = north_.memory().Clone();
    Alter<HistoryRow>(key, [](HistoryRow& row) {
      row.mutable_assignment()->set_value("\x12\x05WRONG");
    });
    ExpectDifference("title of \"trials/nct1\"");
  }
}

TEST_F(StatementCheckTest, WhoSupersededIsCompared) {
  Alter<HistoryRow>(HistoryKeys().front(), [](HistoryRow& row) {
    row.mutable_superseders(0)->mutable_dot()->set_sequence(1);
  });
  ExpectDifference("which did not do that");
}

TEST_F(StatementCheckTest, AMissingRowIsFoundFromItsChange) {
  WriteBatch batch;
  batch.Delete(HistoryKeys().front());
  ASSERT_OK(kv_->Commit(Partition{1}, batch));
  ExpectDifference("it is stated, and no row has it");
}

TEST_F(StatementCheckTest, ARowThatNoChangeStatesIsFound) {
  const std::string key = HistoryKeys().front();
  const auto rows = kv_->NewSnapshot(Partition{1});
  ASSERT_OK(rows);
  HistoryRow row;
  ASSERT_OK(DecodeRow(key, **(*rows)->Get(key), row));
  const std::string forged = HistoryRowKey::Key(
      "trials/nct9", TitlePath(),
      {*ReplicaId::FromBytes(row.replicas(row.assignment().replica())),
       row.assignment().sequence()});
  WriteBatch batch;
  batch.Put(forged, EncodeRow(forged, row));
  ASSERT_OK(kv_->Commit(Partition{1}, batch));
  ExpectDifference("\"trials/nct9\"");
}

TEST_F(StatementCheckTest, AnAlteredChangeIsNamed) {
  const Dot dot{north_.replica(), 2};
  Alter<stored::v1::BodyRow>(BodyRowKey::Key(dot),
                             [](stored::v1::BodyRow& row) {
                               std::string& values = *row.mutable_values();
                               const size_t at = values.find("Draft");
                               ASSERT_NE(at, std::string::npos);
                               values[at] = 'd';
                             });
  ExpectDifference("change " + dot.ToString());
}

}  // namespace
}  // namespace consilium

// An older server keeps, digests and forwards what only a newer one
// understands.
#include <string>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/storage/registry/replica_fixture.h"

namespace consilium {
namespace {

using ::testing::Contains;
using ::testing::Field;
using ::testing::SizeIs;

// Fields of a trial that this release has not heard of, as a newer one writes
// them: strings in fields 900 and 901, the latter keyed by its first field.
constexpr int32_t kNewRegister = 900;
constexpr int32_t kNewKeyed = 901;

std::string EncodeString(int32_t field, const std::string& text) {
  const uint32_t tag = static_cast<uint32_t>(field) << 3 | 2;
  std::string bytes;
  bytes.push_back(static_cast<char>((tag & 0x7f) | 0x80));
  bytes.push_back(static_cast<char>(tag >> 7));
  bytes.push_back(static_cast<char>(text.size()));
  return bytes + text;
}

ChangeRequest NewerStatement(const std::string& name, const std::string& text) {
  const std::string element = "\x0a\x01k" + EncodeString(2, text).substr(1);
  ChangeRequest request;
  request.records.push_back(
      {name, "",
       FieldStatements{.values = {{{kNewRegister, MergeKind::kRegister, ""},
                                   EncodeString(kNewRegister, text),
                                   ""},
                                  {{kNewKeyed, MergeKind::kKeyed, "k"},
                                   EncodeString(kNewKeyed, element),
                                   ""}}}});
  return request;
}

class RelayTest : public ::testing::Test {
 protected:
  RelayTest() {
    newer_.Found();
    older_.JoinFrom(newer_);
    newest_.JoinFrom(older_);
  }

  // newer and newest never meet.
  void SyncInALine() {
    Sync(newer_, older_);
    Sync(older_, newest_);
    Sync(newer_, older_);
  }

  void ExpectEqual() {
    EXPECT_EQ(newer_.digest(), older_.digest());
    EXPECT_EQ(older_.digest(), newest_.digest());
    EXPECT_EQ(newer_.frontier(), newest_.frontier());
  }

  Institution newer_{"newer"};
  Institution older_{"older"};
  Institution newest_{"newest"};
};

TEST_F(RelayTest, UnknownFieldsAreKeptDigestedAndForwarded) {
  ASSERT_OK(newer_.State("trials/nct1", "title: 'A'"));
  ASSERT_OK(newer_.Commit(NewerStatement("trials/nct1", "text")));
  SyncInALine();
  ExpectEqual();
  const auto values = ProvisionalValues(
      newest_.Read("trials/nct1").state,
      [](const ReplicaId&) { return absl::string_view("any"); });
  EXPECT_THAT(values, Contains(Field(&FieldValue::value,
                                     EncodeString(kNewRegister, "text"))));
}

TEST_F(RelayTest, UnknownFieldsConflictOnEveryServer) {
  ASSERT_OK(newer_.State("trials/nct1", "title: 'A'"));
  SyncInALine();
  ASSERT_OK(newer_.Commit(NewerStatement("trials/nct1", "one")));
  ASSERT_OK(newest_.Commit(NewerStatement("trials/nct1", "two")));
  SyncInALine();
  ExpectEqual();
  EXPECT_THAT(older_.Concurrent(), SizeIs(2));
  EXPECT_EQ(older_.store().head()->conflicts, 2);
}

TEST_F(RelayTest, AnEditOfAKnownFieldLeavesUnknownOnesAlone) {
  ASSERT_OK(newer_.State("trials/nct1", "title: 'A'"));
  ASSERT_OK(newer_.Commit(NewerStatement("trials/nct1", "text")));
  SyncInALine();
  ASSERT_OK(older_.State("trials/nct1", "title: 'B'"));
  SyncInALine();
  ExpectEqual();
  const FieldPath path{kNewRegister, MergeKind::kRegister, ""};
  ASSERT_THAT(newer_.Siblings("trials/nct1", path), SizeIs(1));
  EXPECT_EQ(newer_.Siblings("trials/nct1", path)[0].value,
            EncodeString(kNewRegister, "text"));
}

TEST_F(RelayTest, RecordsOfUnknownKindsAreKeptListedAndRetracted) {
  ASSERT_OK(newer_.Commit(NewerStatement("devices/d1", "text")));
  ASSERT_OK(newer_.Commit(NewerStatement("devices/d1/parts/p1", "text")));
  SyncInALine();
  ExpectEqual();
  EXPECT_TRUE(older_.Exists("devices/d1/parts/p1"));
  EXPECT_EQ(older_.store().head()->counts.at("devices/parts").live, 1);
  ASSERT_OK(newest_.Commit(Retract("devices/d1")));
  SyncInALine();
  ExpectEqual();
  EXPECT_TRUE(older_.Read("devices/d1/parts/p1").retracted);
}

}  // namespace
}  // namespace consilium

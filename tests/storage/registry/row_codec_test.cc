// Rows are encoded field by field; what they encode are the messages of
// rows.proto, byte for byte.
#include "storage/registry/row_codec.h"

#include <string>
#include <vector>

#include "consilium/stored/v1/rows.pb.h"
#include "gtest/gtest.h"
#include "storage/merge/path_view.h"
#include "storage/schema/row_value.h"
#include "storage/schema/row_writer.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

ReplicaId Replica(char letter) {
  return *ReplicaId::FromBytes(std::string(ReplicaId::kSizeBytes, letter));
}

Assignment Plain(int32_t field, const Dot& dot) {
  Assignment assignment;
  assignment.path.field = field;
  assignment.dot = dot;
  assignment.clock = 300;
  assignment.revision = int64_t{1} << 40;
  assignment.commitment.fill('\xff');
  assignment.value = std::string(1000, 'v');
  return assignment;
}

std::vector<Assignment> Various() {
  std::vector<Assignment> all;
  Assignment lifecycle = Plain(LifecyclePath().field, {Replica('b'), 7});
  lifecycle.path = LifecyclePath();
  lifecycle.covered = {{Replica('a'), 1}, {Replica('c'), 200}};
  all.push_back(lifecycle);
  all.push_back(Plain(3, {Replica('a'), 1}));
  Assignment element = Plain(400, {Replica('c'), 200});
  element.path.kind = MergeKind::kKeyed;
  element.path.key = "paper/arm\xc3\xa4";
  element.source = "a source";
  all.push_back(element);
  Assignment erased = Plain(401, {Replica('b'), 8});
  erased.value.clear();
  erased.erased = true;
  all.push_back(erased);
  return all;
}

// The bytes of `Row` as its message encodes what the row `value` holds.
template <typename Row>
std::string AsMessage(absl::string_view key, absl::string_view value) {
  Row row;
  EXPECT_OK(DecodeRow(key, value, row));
  EXPECT_EQ(row.GetReflection()->GetUnknownFields(row).field_count(), 0);
  return EncodeRow(key, row);
}

TEST(RowCodecTest, RecordRowIsItsMessage) {
  StoredRecord record;
  record.state = RecordState(Various());
  record.element = std::string(32, '\0');
  record.first_revision = 1;
  record.last_revision = 128;
  record.retracted = true;
  record.ever_concurrent = true;
  const std::string value = EncodeRecordRow("key", record);
  EXPECT_EQ(AsMessage<stored::v1::RecordRow>("key", value), value);
  ASSERT_OK_AND_ASSIGN(const StoredRecord read, DecodeRecordRow("key", value));
  EXPECT_EQ(read.state.visible(), record.state.visible());
  EXPECT_EQ(read.element, record.element);
  EXPECT_EQ(read.first_revision, 1);
  EXPECT_EQ(read.last_revision, 128);
  EXPECT_TRUE(read.retracted);
  EXPECT_FALSE(read.lifecycle_conflict);
  EXPECT_TRUE(read.ever_concurrent);
}

TEST(RowCodecTest, EmptyRecordRowIsItsMessage) {
  const std::string value = EncodeRecordRow("key", StoredRecord());
  EXPECT_EQ(AsMessage<stored::v1::RecordRow>("key", value), value);
}

TEST(RowCodecTest, HistoryRowIsItsMessage) {
  for (const Assignment& assignment : Various()) {
    SupersededAssignment past;
    past.assignment = assignment;
    past.superseders = {{{Replica('d'), 9}, 130}, {{Replica('a'), 2}, 131}};
    const std::string value = EncodeHistoryRow("key", past);
    EXPECT_EQ(AsMessage<stored::v1::HistoryRow>("key", value), value);
    ASSERT_OK_AND_ASSIGN(const SupersededAssignment read,
                         DecodeHistoryRow("key", value));
    EXPECT_EQ(read, past);
  }
}

// Absent values are withheld, empty ones are none.
TEST(RowCodecTest, FieldsWithPresenceAreWrittenThoughEmpty) {
  using stored::v1::BodyRow;
  RowWriter writer;
  writer.Bytes(BodyRow::kOutlineFieldNumber, "outline");
  writer.Element(BodyRow::kValuesFieldNumber, "");
  writer.Bytes(BodyRow::kCommitmentsFieldNumber, "");
  const std::string value = std::move(writer).Seal("key");
  EXPECT_EQ(AsMessage<BodyRow>("key", value), value);
  BodyRow row;
  ASSERT_OK(DecodeRow("key", value, row));
  EXPECT_TRUE(row.has_values());
}

}  // namespace
}  // namespace consilium

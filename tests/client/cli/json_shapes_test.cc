// The shapes of -o json that scripts rely on.
#include <set>
#include <string>

#include "client/cli/change_view.h"
#include "client/cli/conflict_view.h"
#include "client/cli/json_value.h"
#include "client/cli/sync_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace consilium {
namespace {

using testing::ElementsAre;
using testing::IsSupersetOf;
using testing::UnorderedElementsAre;

std::set<std::string> KeysOf(const JsonValue& json) {
  std::set<std::string> keys;
  for (const auto& [key, value] : json.items()) keys.insert(key);
  return keys;
}

v1::Conflict SampleConflict() {
  v1::Conflict conflict;
  conflict.set_record("registries/r/trials/t");
  conflict.set_path("title");
  v1::VisibleValue& value = *conflict.add_values();
  value.set_value("{\"value\":0.52}");
  value.set_source("{\"locator\":\"table 2\"}");
  value.set_institution("north");
  value.set_author("rk");
  value.mutable_dot()->set_replica("9f0c");
  value.mutable_dot()->set_sequence(12);
  conflict.add_values()->set_institution("south");  // Cleared the field.
  conflict.set_provisional("0.52");
  return conflict;
}

TEST(ConflictJsonTest, ValuesAreTheJsonThatTheyAre) {
  const JsonValue json = ConflictJson(SampleConflict());
  EXPECT_THAT(KeysOf(json),
              UnorderedElementsAre("record", "path", "values", "provisional",
                                   "base", "objections"));
  const JsonValue& first = json["values"][0];
  EXPECT_THAT(KeysOf(first), IsSupersetOf({"value", "source", "institution",
                                           "author", "dot"}));
  EXPECT_EQ(first["value"]["value"], 0.52);
  EXPECT_EQ(first["source"]["locator"], "table 2");
  EXPECT_EQ(first["dot"]["sequence"], "12");
  EXPECT_EQ(json["provisional"], 0.52);
}

TEST(ConflictJsonTest, ObjectionsSayWhatARetractionDidNotKnow) {
  v1::Conflict conflict = SampleConflict();
  v1::Objection& objection = *conflict.add_objections();
  objection.set_record("registries/r/trials/t/arms/a");
  objection.set_path("lifecycle");
  objection.mutable_value()->set_value("\"LIFECYCLE_LIVE\"");
  const JsonValue json = ConflictJson(conflict);
  ASSERT_EQ(json["objections"].size(), 1u);
  EXPECT_EQ(json["objections"][0]["record"], "registries/r/trials/t/arms/a");
  EXPECT_EQ(json["objections"][0]["path"], "lifecycle");
  EXPECT_EQ(json["objections"][0]["value"]["value"], "LIFECYCLE_LIVE");
}

TEST(ConflictJsonTest, WhatIsAbsentIsNull) {
  const JsonValue json = ConflictJson(SampleConflict());
  EXPECT_TRUE(json["values"][1]["value"].is_null());
  EXPECT_TRUE(json["values"][1]["source"].is_null());
}

TEST(AgreementJsonTest, HasTheValueOnceAndWhoEnteredIt) {
  v1::Agreement agreement;
  agreement.set_record("registries/r/trials/t");
  agreement.set_path("title");
  agreement.set_value("\"A\"");
  agreement.add_values()->set_institution("north");
  const JsonValue json = AgreementJson(agreement);
  EXPECT_EQ(json["value"], "A");
  EXPECT_EQ(json["values"][0]["institution"], "north");
}

TEST(SyncJsonTest, HasWhatScriptsRead) {
  SyncResult result;
  result.sent = 7;
  result.bytes_received = 1234;
  result.duration = absl::Milliseconds(250);
  result.digest = std::string(32, '\xAB');
  const JsonValue json = SyncJson(result);
  EXPECT_THAT(KeysOf(json),
              IsSupersetOf({"sent", "received", "setAside", "bytesSent",
                            "bytesReceived", "seconds", "digest"}));
  EXPECT_EQ(json["sent"], "7");
  EXPECT_EQ(json["bytesReceived"], "1234");
  EXPECT_EQ(json["seconds"], 0.25);
  EXPECT_EQ(json["digest"].get<std::string>().substr(0, 4), "abab");
}

TEST(ChangeJsonTest, ValuesOfAssignmentsAreJson) {
  v1::ChangeEntry entry;
  entry.mutable_info()->set_revision(3);
  entry.add_assignments()->set_value("[1,2]");
  const JsonValue json = ChangeEntryJson(entry);
  EXPECT_EQ(json["assignments"][0]["value"][1], 2);
  EXPECT_TRUE(json["assignments"][0]["source"].is_null());
  EXPECT_EQ(json["info"]["revision"], "3");
}

TEST(DifferenceJsonTest, BothSidesAreLists) {
  v1::RecordDifference record;
  record.set_name("registries/r/trials/t");
  record.add_paths()->add_after("\"B\"");
  const JsonValue json = RecordDifferenceJson(record);
  EXPECT_EQ(json["paths"][0]["before"].size(), 0u);
  EXPECT_EQ(json["paths"][0]["after"][0], "B");
}

TEST(JsonValueTest, TextThatIsNoJsonStaysText) {
  EXPECT_EQ(ValueOfJsonText("not json"), "not json");
  EXPECT_TRUE(ValueOfJsonText("").is_null());
  EXPECT_EQ(ValueCell("\"A\""), "A");
  EXPECT_EQ(ValueCell("{\"a\":1}"), "{\"a\":1}");
  EXPECT_EQ(ValueCell(""), "(absent)");
}

TEST(DistinctCellsTest, ObjectsAreToldByWhatDiffers) {
  EXPECT_THAT(DistinctCells({R"({"key":"a","value":17.6,"unit":"mo"})",
                             R"({"key":"a","value":18.1,"unit":"mo"})"}),
              ElementsAre("value 17.6", "value 18.1"));
  EXPECT_THAT(DistinctCells({R"({"group":{"arms":["a"]},"value":1})",
                             R"({"group":{"arms":["a","b"]},"value":1})"}),
              ElementsAre("(without)", "group.arms[1] b"));
}

TEST(DistinctCellsTest, OtherValuesAreShownWhole) {
  EXPECT_THAT(DistinctCells({"\"A\"", "\"B\""}), ElementsAre("A", "B"));
  EXPECT_THAT(DistinctCells({R"({"a":1})"}), ElementsAre(R"({"a":1})"));
  EXPECT_THAT(DistinctCells({R"({"a":1})", ""}),
              ElementsAre(R"({"a":1})", "(absent)"));
}

TEST(SourceCellTest, SaysWhereInWords) {
  EXPECT_EQ(SourceCell(R"({"text":"17.6","locator":"table 2"})"),
            "locator: table 2; text: 17.6");
  EXPECT_EQ(SourceCell(""), "");
}

TEST(JsonValueTest, BytesThatAreNoTextDoNotEndTheProgram) {
  EXPECT_EQ(OneLine(JsonValue("a\xff")), "\"a\xEF\xBF\xBD\"");
}

}  // namespace
}  // namespace consilium

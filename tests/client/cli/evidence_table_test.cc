// A line of a table shows what is printed, what is disputed, and what tells it
// from its neighbours.
#include "client/cli/evidence_table.h"

#include <google/protobuf/text_format.h>

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace consilium {
namespace {

using testing::ElementsAre;

v1::EvidenceRow Read(const std::string& text) {
  v1::EvidenceRow row;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &row))
      << text;
  return row;
}

std::string Table(const std::string& text, absl::string_view column) {
  return EvidenceCell(Read(text), column, CellStyle::kTable);
}

std::string Csv(const std::string& text, absl::string_view column) {
  return EvidenceCell(Read(text), column, CellStyle::kCsv);
}

TEST(EvidenceTableTest, ANumberHasItsPrintedDigitsAndItsComparator) {
  const std::string p = "p: 0.001 p_comparator: COMPARATOR_LESS";
  EXPECT_EQ(Table(p, "p"), "<0.001");
  EXPECT_EQ(Csv(p, "p"), "0.001");
  EXPECT_EQ(Csv(p + " p_printed: '0.001'", "pPrinted"), "<0.001");
  EXPECT_EQ(
      Table("p: 0.2 p_printed: '0.200' p_comparator: COMPARATOR_EQUAL", "p"),
      "0.200");
  const std::string share = "value: 40 value_printed: '40.0' unit: '%'";
  EXPECT_EQ(Table(share, "value"), "40.0");
  EXPECT_EQ(Csv(share, "value"), "40.0");
  EXPECT_EQ(Table("value: 12 comparator: COMPARATOR_GREATER", "value"), ">12");
}

TEST(EvidenceTableTest, ATimeIsRoundedAndAMissingNumberExplained) {
  EXPECT_EQ(Table("time_months: 3.679671457905544", "timeMonths"), "16 wk");
  EXPECT_EQ(Table("time_months: 3.3", "timeMonths"), "3.3");
  EXPECT_EQ(Table("time_months: 0.985626283368", "timeMonths"), "30 d");
  EXPECT_EQ(Table("value_months: 3.679671457905544", "valueMonths"), "3.68");
  EXPECT_EQ(Csv("time_months: 3.679671457905544", "timeMonths"),
            "3.679671457905544");
  EXPECT_EQ(Table("time_months: 24", "timeMonths"), "24");
  EXPECT_EQ(Table("value_status: VALUE_STATUS_NOT_REACHED", "value"),
            "not-reached");
  EXPECT_EQ(Csv("value_status: VALUE_STATUS_NOT_REACHED", "value"), "");
}

TEST(EvidenceTableTest, ADisputeTellsTheOtherValueAndWhoHoldsIt) {
  EXPECT_EQ(DoubtText(Read("value: 16.7")), "");
  EXPECT_EQ(
      DoubtText(Read("path: 'estimates[a]' conflicts: 'estimates[a]' "
                     "disputes { path: 'estimates[a]' institutions: 'west' "
                     "  fields { field: 'value' value: '17.6' } }")),
      "disputed: 17.6 by west");
  EXPECT_EQ(
      DoubtText(
          Read("disputes { path: 'trials/t#randomized' institutions: 'east' "
               "  institutions: 'west' fields { field: 'design' } } "
               "disputes { path: 'estimates[a]' institutions: 'east' removed: "
               "true } "
               "alternatives { reading: 'median' }")),
      "disputed: design not known by east and west; taken back by east; other "
      "reading: median");
}

TEST(EvidenceTableTest, ADisputeThatNoFieldShowsIsNamed) {
  EXPECT_EQ(DoubtText(Read("disputes { path: 'trials/t/arms/a#drugs[x]' "
                           "institutions: 'west' }")),
            "disputed: a drugs by west");
  EXPECT_EQ(DoubtText(Read("path: 'estimates[a]' disputes { "
                           "path: 'estimates[a]' institutions: 'west' }")),
            "disputed: details by west");
  EXPECT_EQ(DoubtText(Read("conflicts: 'title'")), "disputed: title");
}

TEST(EvidenceTableTest, AlikeRowsAreToldApart) {
  const std::string pfs = "trial_id: 't' outcome: 'pfs' ";
  const std::vector<v1::EvidenceRow> rows = {
      Read(pfs + "group: 'a'"),
      Read(pfs + "group: 'a' compartment: COMPARTMENT_INTRACRANIAL"),
      Read(pfs + "group: 'b' method: ESTIMATION_METHOD_WILSON"),
      Read(pfs + "group: 'b' method: ESTIMATION_METHOD_KAPLAN_MEIER"),
      Read("trial_id: 't' adverse_event: 'pneumonia' "
           "event_assessment: ADVERSE_EVENT_ASSESSMENT_CLINICAL"),
      Read("trial_id: 't' adverse_event: 'pneumonia' "
           "event_assessment: ADVERSE_EVENT_ASSESSMENT_IMAGING")};
  EXPECT_THAT(Qualifiers(rows),
              ElementsAre("", "intracranial", "wilson", "kaplan-meier",
                          "clinical", "imaging"));
}

TEST(EvidenceTableTest, WhatNoOtherRowDiffersByIsLeftOut) {
  EXPECT_THAT(Qualifiers({Read("outcome: 'orr' group: 'a' "
                               "method: ESTIMATION_METHOD_WILSON"),
                          Read("outcome: 'orr' group: 'b' "
                               "method: ESTIMATION_METHOD_CRUDE")}),
              ElementsAre("", ""));
}

std::vector<std::string> Ids(const std::vector<v1::EvidenceRow>& rows) {
  std::vector<std::string> ids;
  for (const v1::EvidenceRow& row : rows) ids.push_back(row.id());
  return ids;
}

TEST(EvidenceTableTest, RowsComeByStudyAndThenByOutcome) {
  std::vector<v1::EvidenceRow> rows = {
      Read("id: '1' study: 'ref 15' kind: EVIDENCE_KIND_ESTIMATE "
           "outcome: 'pfs'"),
      Read("id: '2' study: 'SINDAS' kind: EVIDENCE_KIND_TRIAL"),
      Read("id: '3' study: 'ref 9' kind: EVIDENCE_KIND_ESTIMATE"),
      Read("id: '4' study: 'ref 15' kind: EVIDENCE_KIND_TRIAL"),
      Read("id: '5' study: 'ref 15' kind: EVIDENCE_KIND_CONTRAST "
           "outcome: 'os'")};
  SortForPeople(rows);
  EXPECT_THAT(Ids(rows), ElementsAre("3", "4", "5", "1", "2"));
}

TEST(EvidenceTableTest, RowsAreSortedByAnyFieldAndThoseWithoutComeLast) {
  std::vector<v1::EvidenceRow> rows = {Read("id: '1' value: 9"),
                                       Read("id: '2'"),
                                       Read("id: '3' value: 10 group: 'b'"),
                                       Read("id: '4' value: 10 group: 'a'")};
  SortBy({"value"}, rows);
  EXPECT_THAT(Ids(rows), ElementsAre("1", "3", "4", "2"));
  SortBy({"-value", "group"}, rows);
  EXPECT_THAT(Ids(rows), ElementsAre("4", "3", "1", "2"));
}

}  // namespace
}  // namespace consilium

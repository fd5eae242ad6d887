// Any field of a record is a column, in words that fit a cell.
#include "client/cli/field_columns.h"

#include <google/protobuf/text_format.h>

#include <string>

#include "consilium/v1/evidence.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace consilium {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

v1::EvidenceRow Read(const std::string& text) {
  v1::EvidenceRow row;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &row));
  return row;
}

TEST(FieldColumnsTest, APathReachesIntoEveryElement) {
  const v1::EvidenceRow row = Read(
      "kind: EVIDENCE_KIND_TRIAL value: 0.5 drugs: 'erlotinib' "
      "drugs: 'icotinib' arms { participant_counts { count: 68 } } "
      "arms { participant_counts { count: 65 } }");
  EXPECT_THAT(FieldTexts(row, "kind"), ElementsAre("trial"));
  EXPECT_THAT(FieldTexts(row, "value"), ElementsAre("0.5"));
  EXPECT_EQ(FieldCell(row, "drugs"), "erlotinib, icotinib");
  EXPECT_EQ(FieldCell(row, "arms.participantCounts.count"), "68, 65");
  EXPECT_THAT(FieldTexts(row, "year"), IsEmpty());
  EXPECT_THAT(FieldTexts(row, "trial.title"), IsEmpty());
}

TEST(FieldColumnsTest, MessagesAreToldInWords) {
  const v1::EvidenceRow row = Read(
      "arms { radiotherapies { technique: RADIOTHERAPY_TECHNIQUE_SBRT "
      "  total_dose { low: 54 high: 60 unit: 'Gy' } "
      "  fractions { low: 27 high: 30 } } } "
      "alternatives { reading: 'median' reason: 'likely' } "
      "arms { participant_counts { key: 'k' report: 'pmid-1' count: 68 } }");
  EXPECT_EQ(FieldCell(row, "arms.radiotherapies.totalDose"), "54 to 60 Gy");
  EXPECT_EQ(FieldCell(row, "arms.radiotherapies.fractions"), "27 to 30");
  EXPECT_THAT(FieldCell(row, "arms.radiotherapies"),
              HasSubstr("54 to 60 Gy, in 27 to 30 fractions"));
  EXPECT_EQ(FieldCell(row, "alternatives"), "median");
  EXPECT_EQ(FieldCell(row, "arms.participantCounts"),
            "report pmid-1, count 68");
}

TEST(FieldColumnsTest, AWrongPathIsRefusedWithASuggestion) {
  const auto check = [](const std::string& path) {
    return CheckFieldPath("--columns", path, *v1::EvidenceRow::descriptor(),
                          "fields", "consilium explain evidence-row");
  };
  EXPECT_TRUE(check("arms.radiotherapies.totalDose").ok());
  EXPECT_THAT(std::string(check("vlaue").message()), HasSubstr("\"value\""));
  EXPECT_THAT(std::string(check("arms.drug").message()),
              HasSubstr("\"drugs\""));
  EXPECT_FALSE(check("study.name").ok());
}

TEST(FieldColumnsTest, NumbersInNamesCountBySize) {
  EXPECT_TRUE(ComesBefore("ref 9", "ref 15"));
  EXPECT_FALSE(ComesBefore("ref 15", "ref 9"));
  EXPECT_TRUE(ComesBefore("enter", "SINDAS"));
  EXPECT_TRUE(ComesBefore("ALEX", "crown"));
  EXPECT_TRUE(ComesBefore("ref 9", "ref 9a"));
  EXPECT_FALSE(ComesBefore("crown", "CROWN"));
  EXPECT_FALSE(ComesBefore("", ""));
}

}  // namespace
}  // namespace consilium

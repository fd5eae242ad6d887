// The groups that rows are counted in, for certain and possibly.
#include "server/evidence/row_groups.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/evidence/row_fields.h"
#include "server/evidence/treatment.h"

namespace consilium {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;
using testing::UnorderedElementsAre;

// "a x b", with "?" behind what only may be.
std::vector<std::string> GroupsOf(const v1::EvidenceRow& row,
                                  const std::vector<std::string>& fields,
                                  const RowVariants& variants = {}) {
  const auto groups = RowGroups::Make(fields, variants);
  EXPECT_TRUE(groups.ok()) << groups.status();
  v1::EvidenceRow copy;
  (*groups)->AddTo(row, copy);
  std::vector<std::string> texts;
  for (const v1::RowGroup& group : copy.groups()) {
    texts.push_back(absl::StrCat(absl::StrJoin(group.values(), " x "),
                                 group.possible() ? "?" : ""));
  }
  return texts;
}

v1::Arm& AddArm(const char* drug, v1::EvidenceRow& row) {
  v1::Arm& arm = *row.add_arms();
  arm.add_drugs()->set_drug(drug);
  row.add_arm_treatments();
  return arm;
}

void Fill(v1::EvidenceRow& row) {
  std::vector<const v1::Arm*> arms;
  for (const v1::Arm& arm : row.arms()) arms.push_back(&arm);
  FillTreatment(TreatmentOf(arms), /*arms_known=*/true, row);
}

TEST(RowGroupsTest, AFieldThatIsStatedGivesItsValues) {
  v1::EvidenceRow row;
  row.set_design(v1::STUDY_DESIGN_RANDOMIZED);
  row.set_year(2019);
  row.add_settings("advanced");
  row.add_settings("metastatic");
  EXPECT_THAT(GroupsOf(row, {"design"}), ElementsAre("randomized"));
  EXPECT_THAT(GroupsOf(row, {"settings"}),
              ElementsAre("advanced", "metastatic"));
  EXPECT_THAT(GroupsOf(row, {"year", "design"}),
              ElementsAre("2019 x randomized"));
  EXPECT_THAT(GroupsOf(row, {"drugs"}), ElementsAre(""));
}

TEST(RowGroupsTest, AFieldThatIsOpenCountsAsPossible) {
  v1::EvidenceRow row;
  AddUnstated("design", row);
  EXPECT_THAT(GroupsOf(row, {"design"}),
              UnorderedElementsAre("", "randomized?", "non-randomized?",
                                   "single-arm?"));
  v1::EvidenceRow treated;
  AddArm("apatinib", treated).add_radiotherapies();
  Fill(treated);
  const std::vector<std::string> groups =
      GroupsOf(treated, {"drugClasses", "radiotherapy"});
  EXPECT_THAT(groups, Contains("vegfr-tki x radiotherapy"));
  EXPECT_THAT(groups, Contains("antiangiogenic x sbrt?"));
  EXPECT_THAT(groups, Not(Contains("antiangiogenic x sbrt")));
}

TEST(RowGroupsTest, WhatWasGivenIsCountedByArm) {
  v1::EvidenceRow row;
  AddArm("afatinib", row)
      .add_radiotherapies()
      ->set_technique(v1::RADIOTHERAPY_TECHNIQUE_WHOLE_BRAIN);
  AddArm("gefitinib", row);
  Fill(row);
  const std::vector<std::string> groups =
      GroupsOf(row, {"drugs", "radiotherapy"});
  EXPECT_THAT(groups, UnorderedElementsAre("afatinib x brain-rt",
                                           "afatinib x radiotherapy",
                                           "afatinib x wbrt", "gefitinib x "));
}

TEST(RowGroupsTest, AValueInConflictCountsAsPossible) {
  v1::EvidenceRow row, other;
  row.set_design(v1::STUDY_DESIGN_SINGLE_ARM);
  row.add_disputes();
  other.set_design(v1::STUDY_DESIGN_RANDOMIZED);
  EXPECT_THAT(GroupsOf(row, {"design"}, {{&row, {{.row = &other}}}}),
              UnorderedElementsAre("single-arm?", "randomized?"));
}

TEST(RowGroupsTest, FieldsThatGiveNoGroupsAreRefused) {
  const RowVariants none;
  EXPECT_FALSE(RowGroups::Make({"colour"}, none).ok());
  EXPECT_FALSE(RowGroups::Make({"value"}, none).ok());
  EXPECT_FALSE(RowGroups::Make({"trial"}, none).ok());
  EXPECT_FALSE(RowGroups::Make({"kind", "design", "study"}, none).ok());
}

}  // namespace
}  // namespace consilium

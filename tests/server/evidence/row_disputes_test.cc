// What a row would hold under another value is told by the fields that people
// read.
#include "server/evidence/row_disputes.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/evidence/row_fields.h"

namespace consilium {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> Different(const v1::EvidenceRow& row,
                                   const v1::EvidenceRow& variant) {
  std::vector<std::string> texts;
  for (const v1::FieldReading& reading : DifferentFields(row, variant)) {
    texts.push_back(absl::StrCat(reading.field(), "=", reading.value()));
  }
  return texts;
}

v1::EvidenceRow Median(double value) {
  v1::Estimate estimate;
  estimate.set_statistic(v1::STATISTIC_MEDIAN);
  estimate.set_value(value);
  estimate.set_unit("mo");
  v1::EvidenceRow row;
  FillEstimate(estimate, row);
  return row;
}

TEST(RowDisputesTest, WhatFollowsFromANumberIsNotToldBesideIt) {
  EXPECT_THAT(Different(Median(16.7), Median(17.6)), ElementsAre("value=17.6"));
  EXPECT_THAT(Different(Median(16.7), Median(16.7)), IsEmpty());
}

TEST(RowDisputesTest, AFieldThatTheOtherLacksIsEmpty) {
  v1::EvidenceRow row = Median(9);
  row.set_design(v1::STUDY_DESIGN_RANDOMIZED);
  row.add_settings("advanced");
  v1::EvidenceRow other = Median(9);
  other.add_settings("advanced");
  other.add_settings("metastatic");
  AddUnstated("design", other);
  EXPECT_THAT(Different(row, other),
              ElementsAre("design=", "settings=advanced + metastatic"));
}

}  // namespace
}  // namespace consilium

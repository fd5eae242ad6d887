// Elements as other readings have them.
#include "server/evidence/reread.h"

#include <google/protobuf/text_format.h>

#include "consilium/v1/adverse_event.pb.h"
#include "consilium/v1/endpoint.pb.h"
#include "gtest/gtest.h"

namespace consilium {
namespace {

v1::Alternative Reading(const std::string& values) {
  v1::Alternative reading;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(values, &reading));
  return reading;
}

TEST(RereadTest, AValueReplacesOrClearsAFieldOfTheElement) {
  v1::Endpoint endpoint;
  v1::Estimate estimate;
  estimate.mutable_group()->set_printed_number(1);
  EXPECT_TRUE(
      Reread(Reading("values { path: 'group.printedNumber' } "
                     "values { path: 'group.arms' value: '[\"rt\"]' } "
                     "values { path: 'statistic' value: '\"median\"' }"),
             estimate, endpoint));
  EXPECT_FALSE(estimate.group().has_printed_number());
  ASSERT_EQ(estimate.group().arms_size(), 1);
  EXPECT_EQ(estimate.group().arms(0), "rt");
  EXPECT_EQ(estimate.statistic(), v1::STATISTIC_MEDIAN);
}

TEST(RereadTest, WhatTheElementLacksIsOfItsRecord) {
  v1::AdverseEvent event;
  event.set_term("radiation-pneumonia");
  v1::AdverseEventCount count;
  EXPECT_TRUE(Reread(Reading("values { path: 'term' value: '\"pneumonia\"' }"),
                     count, event));
  EXPECT_EQ(event.term(), "pneumonia");
  // A contrast has a measure too, which takes other words.
  v1::Endpoint endpoint;
  v1::Contrast contrast;
  contrast.set_measure(v1::EFFECT_MEASURE_HAZARD_RATIO);
  EXPECT_TRUE(Reread(
      Reading("values { path: 'measure' value: '\"overall-survival\"' }"),
      contrast, endpoint));
  EXPECT_EQ(endpoint.measure(), v1::MEASURE_OVERALL_SURVIVAL);
  EXPECT_EQ(contrast.measure(), v1::EFFECT_MEASURE_HAZARD_RATIO);
}

TEST(RereadTest, AReadingInWordsOrOfNoFieldChangesNothing) {
  v1::AdverseEvent event;
  v1::AdverseEventCount count;
  EXPECT_FALSE(Reread(Reading("reading: 'another'"), count, event));
  EXPECT_FALSE(Reread(Reading("values { path: 'termm' value: '1' } "
                              "values { path: 'percentage' value: 'many' }"),
                      count, event));
  EXPECT_EQ(count.ByteSizeLong() + event.ByteSizeLong(), 0u);
}

}  // namespace
}  // namespace consilium

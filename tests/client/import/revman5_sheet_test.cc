// Data and analyses of RevMan 5.
#include "client/import/revman5_sheet.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_replace.h"
#include "client/import/csv_table.h"
#include "client/import/import_text.h"
#include "client/import/sheet_layouts.h"
#include "client/import/sheet_map.h"
#include "client/import/sheet_rows.h"
#include "consilium/v1/arm.pb.h"
#include "consilium/v1/endpoint.pb.h"
#include "consilium/v1/trial.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/client/import/imported.h"

namespace consilium {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// As RevMan 5 writes it, byte-order mark and all.
std::string Sample() { return ReadTestFile("revman5.csv"); }

std::vector<ImportedStudy> Read(const std::string& bytes) {
  const auto text = CheckImportText("revman5.csv", bytes);
  EXPECT_TRUE(text.ok()) << text.status();
  auto table = ReadCsv("revman5.csv", *text);
  EXPECT_TRUE(table.ok()) << table.status();
  const absl::Status completed = CompleteRevMan5Rows("revman5.csv", *table);
  EXPECT_TRUE(completed.ok()) << completed;
  auto map = ReadSheetMap("map.yaml", LayoutOf("revman5.csv", *table));
  EXPECT_TRUE(map.ok()) << map.status();
  map->of_known_form = true;
  EXPECT_TRUE(AddConstant("publication.id=our-review", *map).ok());
  auto studies = ReadSheet("revman5.csv", *table, *map);
  EXPECT_TRUE(studies.ok()) << studies.status();
  return studies.ok() ? *std::move(studies) : std::vector<ImportedStudy>();
}

absl::Status Refused(const std::string& text) {
  auto table = ReadCsv("revman5.csv", text);
  EXPECT_TRUE(table.ok()) << table.status();
  return CompleteRevMan5Rows("revman5.csv", *table);
}

const v1::Endpoint& EndpointOf(const ImportedStudy& study,
                               const std::string& title) {
  for (const ImportedRecord& record : study.records) {
    const auto* endpoint =
        dynamic_cast<const v1::Endpoint*>(record.message.get());
    if (endpoint != nullptr && endpoint->title() == title) return *endpoint;
  }
  ADD_FAILURE() << title;
  return v1::Endpoint::default_instance();
}

TEST(RevMan5SheetTest, RowsOfStudiesAreThoseThatAreNoHeads) {
  const auto studies = Read(Sample());
  ASSERT_THAT(Problems(studies), IsEmpty());
  ASSERT_THAT(studies, SizeIs(2));
  EXPECT_EQ(studies[0].number, "berg-2021");
  EXPECT_EQ(studies[1].number, "lund-2022");
  // Every column has its place.
  EXPECT_THAT(studies[0].left_out, IsEmpty());
}

TEST(RevMan5SheetTest, KindsOfDataGiveWhatTheyHold) {
  const auto studies = Read(Sample());
  ASSERT_THAT(studies, SizeIs(2));
  // An effect with its measure and its groups, and no counts where 0 stood.
  const v1::Endpoint& survival = EndpointOf(studies[0], "Overall survival");
  EXPECT_THAT(survival.estimates(), IsEmpty());
  ASSERT_THAT(survival.contrasts(), SizeIs(1));
  const v1::Contrast& effect = survival.contrasts(0);
  EXPECT_EQ(effect.measure(), v1::EFFECT_MEASURE_HAZARD_RATIO);
  EXPECT_EQ(effect.value(), 0.6);
  EXPECT_EQ(effect.standard_error(), 0.2);
  EXPECT_EQ(effect.interval().high(), 0.88795);
  EXPECT_EQ(effect.group().arms(0), "drug-rt");
  EXPECT_EQ(effect.reference().arms(0), "drug");
  EXPECT_EQ(survival.source().locator(),
            "Analysis 1.1, Drug with radiotherapy versus drug");
  // Counts, also above 1,000, and not the ratio that was computed from them.
  const v1::Endpoint& response = EndpointOf(studies[1], "Objective response");
  EXPECT_THAT(response.contrasts(), IsEmpty());
  ASSERT_THAT(response.estimates(), SizeIs(2));
  EXPECT_EQ(response.estimates(0).events() + response.estimates(1).events(),
            1049 + 40);
  // Observed less expected events.
  const v1::Contrast& observed =
      EndpointOf(studies[0], "Progression-free survival").contrasts(0);
  EXPECT_EQ(observed.observed_minus_expected(), -12.3);
  EXPECT_EQ(observed.variance(), 24.6);
  EXPECT_EQ(observed.measure(), v1::EFFECT_MEASURE_HAZARD_RATIO);
  EXPECT_FALSE(observed.has_value());
}

TEST(RevMan5SheetTest, SubgroupsOfOneStudyStayApart) {
  const auto studies = Read(Sample());
  ASSERT_THAT(studies, SizeIs(2));
  const v1::Endpoint& quality = EndpointOf(studies[0], "Quality of life");
  std::vector<std::pair<std::string, double>> means;
  for (const v1::Estimate& each : quality.estimates()) {
    means.emplace_back(each.category(), each.value());
    EXPECT_EQ(each.statistic(), v1::STATISTIC_MEAN);
    EXPECT_EQ(each.dispersion().kind(), v1::DISPERSION_KIND_STANDARD_DEVIATION);
  }
  EXPECT_THAT(means, testing::UnorderedElementsAre(std::pair("Men < 65", 61.2),
                                                   std::pair("Men < 65", 58.0),
                                                   std::pair("Women", 60.5),
                                                   std::pair("Women", 59.5)));
}

constexpr char kHeader[] =
    "Comparison Number,Outcome Number,Subgroup Number,Name,Data Type,"
    "Effect Measure,Total 1,Total 2,Effect Estimate,SE,CI Start,CI End\n";

TEST(RevMan5SheetTest, LogarithmsAreToldFromRatiosByTheirError) {
  const std::string head = std::string(kHeader) + "1,,,C,,,,,,,,\n";
  for (const auto& [row, value, has_interval] :
       {std::tuple("1,1,0,S,,,0,0,-0.5,0.2,-0.892,-0.108", 0.60653, false),
        std::tuple("1,1,0,S,,,0,0,0.5,0.2,0.108,0.892", 1.64872, false),
        std::tuple("1,1,0,S,,,0,0,1.64872,0.2,1.114,2.44", 1.64872, true)}) {
    const auto studies =
        Read(head + "1,1,0,OS,IV,Hazard Ratio,,,,,,\n" + row + "\n");
    ASSERT_THAT(Problems(studies), IsEmpty()) << row;
    const v1::Contrast& contrast = EndpointOf(studies[0], "OS").contrasts(0);
    EXPECT_NEAR(contrast.value(), value, 1e-4) << row;
    EXPECT_EQ(contrast.interval().has_low(), has_interval) << row;
    EXPECT_EQ(contrast.standard_error(), 0.2);
  }
}

TEST(RevMan5SheetTest, FieldsThatAreNotExportedAreDoneWithout) {
  // No types and no errors: people choose what they export.
  const std::string header =
      "Comparison Number,Outcome Number,Subgroup Number,Name,Effect Measure,"
      "Events 1,Total 1,Events 2,Total 2,Effect Estimate,CI Start,CI End\n";
  const auto studies = Read(header +
                            "1,0,0,C,,,,,,,,\n"
                            "1,1,0,Overall survival,HR,,,,,,,\n"
                            "1,1,0,S,,0,0,0,0,0.6,0.405,0.888\n"
                            "1,2,0,Objective response,RR,,,,,,,\n"
                            "1,2,0,S,,49,68,40,65,1.17,0.9,1.5\n"
                            "1,2,0,T,,0,68,0,65,0,0,0\n");
  ASSERT_THAT(Problems(studies), IsEmpty());
  const v1::Contrast& effect =
      EndpointOf(studies[0], "Overall survival").contrasts(0);
  EXPECT_EQ(effect.value(), 0.6);
  EXPECT_EQ(effect.interval().low(), 0.405);
  const v1::Endpoint& response = EndpointOf(studies[0], "Objective response");
  EXPECT_THAT(response.contrasts(), IsEmpty());
  EXPECT_THAT(response.estimates(), SizeIs(2));
  // Nobody of those who were counted.
  EXPECT_THAT(EndpointOf(studies[1], "Objective response").estimates(),
              SizeIs(2));
}

TEST(RevMan5SheetTest, OutcomesOfOneMeasureStayApart) {
  const auto studies =
      Read(std::string(kHeader) +
           "1,0,0,C,,,,,,,,\n"
           "1,1,0,Overall survival,IV,Hazard Ratio,,,,,,\n"
           "1,1,0,S,,,0,0,0.6,0.2,0.405,0.888\n"
           "1,2,0,Overall survival at two years,IV,Hazard Ratio,,,,,,\n"
           "1,2,0,S,,,0,0,0.7,0.2,0.473,1.036\n");
  ASSERT_THAT(Problems(studies), IsEmpty());
  const v1::Endpoint& survival = EndpointOf(studies[0], "Overall survival");
  std::vector<std::string> texts;
  for (const v1::Contrast& each : survival.contrasts()) {
    texts.push_back(each.measure_text());
  }
  EXPECT_THAT(texts, testing::UnorderedElementsAre(
                         "", "overall-survival-at-two-years"));
}

TEST(RevMan5SheetTest, MeasureThatIsNoneIsWanted) {
  const auto studies = Read(std::string(kHeader) +
                            "1,0,0,C,,,,,,,,\n1,1,0,OS,IV,OTHER,,,,,,\n"
                            "1,1,0,S,,,0,0,0.6,0.2,0.405,0.888\n");
  EXPECT_THAT(Problems(studies), ElementsAre(HasSubstr("contrast.measure")));
}

TEST(RevMan5SheetTest, RowsThatAreNoneOfTheFourNameTheirPlace) {
  const std::string head = std::string(kHeader) + "1,0,0,C,,,,,,,,\n";
  EXPECT_THAT(std::string(Refused(head + "1,x,0,OS,IV,HR,,,,,,\n").message()),
              HasSubstr("revman5.csv:3:1: column Outcome Number: \"x\": want a "
                        "whole number"));
  EXPECT_THAT(
      std::string(Refused(head + "1,1,0,S,,,0,0,0.6,0.2,0.4,0.9\n").message()),
      HasSubstr("revman5.csv:3:1: column Data Type: want the row of outcome "
                "1.1 before its studies"));
  EXPECT_THAT(std::string(Refused(head + "1,1,0,OS,IV,HR,,,,,,\n").message()),
              HasSubstr("holds no row of a study"));
}

}  // namespace
}  // namespace consilium

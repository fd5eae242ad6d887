// The four tables in which RevMan and Covidence keep studies.
#include "client/import/revman_study_sheet.h"

#include <string>
#include <vector>

#include "client/import/plain_html.h"
#include "client/import/sheet_layouts.h"
#include "client/import/sheet_map.h"
#include "client/import/sheet_rows.h"
#include "consilium/v1/arm.pb.h"
#include "consilium/v1/endpoint.pb.h"
#include "consilium/v1/risk_of_bias_assessment.pb.h"
#include "consilium/v1/trial.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/client/import/imported.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<ImportedStudy> Read(const std::string& text) {
  auto table = ReadCsv("CD1.csv", text);
  EXPECT_OK(table.status());
  const std::string layout = LayoutOf("CD1.csv", *table);
  CompleteRevManStudies(RevManStudyTableOf(*table), *table);
  auto map = ReadSheetMap("map", layout);
  EXPECT_OK(map.status());
  map->of_known_form = true;
  EXPECT_OK(AddConstant("publication.id=our-review", *map));
  auto studies = ReadSheet("CD1.csv", *table, *map);
  EXPECT_OK(studies.status());
  EXPECT_THAT(Problems(*studies), IsEmpty());
  return *std::move(studies);
}

TEST(PlainHtmlTest, TextIsWhatPeopleRead) {
  EXPECT_EQ(PlainHtml("<p>One &amp; <b>two</b></p><p>p &lt; 0.05, n<5</p>"),
            "One & two\np < 0.05, n<5");
  EXPECT_EQ(PlainHtml("a<br/>b&nbsp;c"), "a\nb c");
}

TEST(RevManStudyTest, CharacteristicsOfAStudyAreKeptAsText) {
  const auto studies = Read(
      "Study,Data source,Year,Char: Methods,Char: Participants,Char: Outcomes,"
      "Char: Notes\n"
      "Smith 2019,Published,2019,<p>Parallel RCT</p>,\"<p>Adults, EGFR+</p>\","
      "<p>PFS</p>,<p>NCT01000001</p>\n");
  ASSERT_THAT(studies, SizeIs(1));
  EXPECT_EQ(studies[0].number, "smith-2019");
  const auto& trial =
      static_cast<const v1::Trial&>(*studies[0].records[1].message);
  EXPECT_EQ(trial.title(), "Smith 2019");
  EXPECT_EQ(trial.eligibility_criteria(), "Adults, EGFR+");
  EXPECT_EQ(trial.detailed_description(),
            "Methods: Parallel RCT\n\nOutcomes: PFS");
  EXPECT_EQ(trial.note(), "NCT01000001");
  ASSERT_THAT(trial.registrations(), SizeIs(1));
  EXPECT_EQ(trial.registrations(0).number(), "NCT01000001");
  // The year is of no trial, and that is told.
  EXPECT_EQ(studies[0].left_out.size(), 1);
}

TEST(RevManStudyTest, ArmsHaveTheirDescriptions) {
  const auto studies = Read(
      "Study,Arm,Description,Intervention\n"
      "Smith 2019,Osi,80 mg daily,Osimertinib\n"
      "Smith 2019,Control,,Placebo\n");
  ASSERT_THAT(studies, SizeIs(1));
  EXPECT_EQ(Get<v1::Arm>(studies[0], "osi").description(), "80 mg daily");
  EXPECT_EQ(Get<v1::Arm>(studies[0], "control").note(), "Placebo");
}

TEST(RevManStudyTest, ResultsOfArmsAndComparisonsAreToldApart) {
  const auto studies = Read(
      "Study,Outcome,Data type,Effect measure,Arm,Reference arm,Sample size,"
      "Cases,Mean,SD,SE,CI level,CI start,CI end,Exp mean,Exp CI start,"
      "Exp CI end,P value,Footnotes\n"
      "Smith 2019,Objective response rate,Dichotomous,,Osi,,100,60,,,,,,,,,,,\n"
      "Smith 2019,Objective response "
      "rate,Dichotomous,,Control,,98,30,,,,,,,,,,,\n"
      "Smith 2019,Pain,Continuous,,Osi,,100,,4.5,1.2,,,,,,,,,at 12 weeks\n"
      "Smith 2019,Overall survival,Contrast level,HR,Osi,Control,,,-0.22,,"
      "0.11,95,-0.44,-0.004,0.80,0.64,0.996,0.046,\n"
      "Smith 2019,Change of pain,Contrast level,MD,Osi,Control,,,-1.5,,0.5,95,"
      "-2.5,-0.5,,,,,\n");
  ASSERT_THAT(studies, SizeIs(1));
  const auto& response = Get<v1::Endpoint>(studies[0], "orr");
  ASSERT_THAT(response.estimates(), SizeIs(2));
  EXPECT_THAT(response.estimates(0).group().arms(), ElementsAre("control"));
  EXPECT_THAT(response.estimates(1).group().arms(), ElementsAre("osi"));
  EXPECT_EQ(response.estimates(1).events(), 60);
  EXPECT_EQ(response.estimates(1).participants(), 100);
  EXPECT_THAT(response.contrasts(), IsEmpty());
  const auto& survival = Get<v1::Endpoint>(studies[0], "os");
  EXPECT_THAT(survival.estimates(), IsEmpty());
  ASSERT_THAT(survival.contrasts(), SizeIs(1));
  const v1::Contrast& ratio = survival.contrasts(0);
  EXPECT_EQ(ratio.measure(), v1::EFFECT_MEASURE_HAZARD_RATIO);
  EXPECT_EQ(ratio.value(), 0.80);
  EXPECT_EQ(ratio.interval().low(), 0.64);
  EXPECT_EQ(ratio.interval().high(), 0.996);
  EXPECT_EQ(ratio.p_value().value(), 0.046);
  EXPECT_THAT(ratio.group().arms(), ElementsAre("osi"));
  EXPECT_THAT(ratio.reference().arms(), ElementsAre("control"));
  EXPECT_EQ(ratio.report(), "our-review");
}

constexpr char kBias[] =
    "Study,Bias arising from the randomization process (judgement),"
    "Bias arising from the randomization process (support),"
    "Overall bias (judgement),Overall bias (support)\n";

TEST(RevManStudyTest, JudgementsOfBiasAreAssessmentsOfTheReview) {
  const std::string text =
      std::string(kBias) +
      "Smith 2019,Low risk,<p>Central &amp; concealed</p>,Some concerns,\n";
  ASSERT_OK_AND_ASSIGN(const CsvTable table, ReadCsv("rob.csv", text));
  EXPECT_EQ(RevManStudyTableOf(table), RevManStudyTable::kBias);
  const auto studies = ReadRevManBias("rob.csv", table, "nsclc", "our-review");
  ASSERT_THAT(studies, SizeIs(1));
  EXPECT_THAT(Problems(studies), IsEmpty());
  ASSERT_THAT(studies[0].records, SizeIs(2));
  EXPECT_EQ(studies[0].records[1].parent, "reviews/nsclc");
  const auto& assessment = static_cast<const v1::RiskOfBiasAssessment&>(
      *studies[0].records[1].message);
  EXPECT_EQ(assessment.tool(), v1::RISK_OF_BIAS_TOOL_ROB2);
  EXPECT_EQ(assessment.overall(), v1::RISK_OF_BIAS_JUDGEMENT_SOME_CONCERNS);
  ASSERT_THAT(assessment.domains(), SizeIs(1));
  EXPECT_EQ(assessment.domains(0).domain(),
            v1::RISK_OF_BIAS_DOMAIN_RANDOMIZATION);
  EXPECT_EQ(assessment.domains(0).reason(), "Central & concealed");
  EXPECT_EQ(assessment.source().note(), "sheet rob.csv, line 2");
}

// What `consilium export revman` writes, and what an older tool judged.
TEST(RevManStudyTest, OtherSpellingsAndOtherToolsAreRead) {
  const std::string ours =
      "Study,Domain (judgement): Randomization process,"
      "Domain (support): Randomization process\nSmith 2019,High,Open list\n";
  ASSERT_OK_AND_ASSIGN(const CsvTable table, ReadCsv("rob.csv", ours));
  const auto studies = ReadRevManBias("rob.csv", table, "nsclc", "");
  const auto& assessment = static_cast<const v1::RiskOfBiasAssessment&>(
      *studies[0].records[1].message);
  EXPECT_EQ(assessment.domains(0).judgement(), v1::RISK_OF_BIAS_JUDGEMENT_HIGH);
  const std::string older =
      "Study,Allocation concealment (selection bias) (judgement),"
      "Allocation concealment (selection bias) (support)\n"
      "Smith 2019,Unclear risk,Not described\n";
  ASSERT_OK_AND_ASSIGN(const CsvTable first, ReadCsv("rob.csv", older));
  const auto noted = ReadRevManBias("rob.csv", first, "nsclc", "");
  EXPECT_THAT(Problems(noted), IsEmpty());
  const auto& other = static_cast<const v1::RiskOfBiasAssessment&>(
      *noted[0].records[1].message);
  EXPECT_EQ(other.tool(), v1::RISK_OF_BIAS_TOOL_OTHER);
  EXPECT_EQ(other.note(),
            "Allocation concealment (selection bias): Unclear risk. Not "
            "described");
}

TEST(RevManStudyTest,
     JudgementsThatAreNoneAndStudiesTwiceAreToldWithTheirLine) {
  const std::string text = std::string(kBias) +
                           "Smith 2019,Lwo risk,,Low risk,\n"
                           "Jones 2020,Low risk,x,Low risk,\n"
                           "Jones 2020,Low risk,y,Low risk,\n";
  ASSERT_OK_AND_ASSIGN(const CsvTable table, ReadCsv("rob.csv", text));
  const auto problems =
      Problems(ReadRevManBias("rob.csv", table, "nsclc", "our-review"));
  ASSERT_THAT(problems, SizeIs(2));
  EXPECT_THAT(problems[0],
              testing::AllOf(HasSubstr("line 2, column Bias arising from the "
                                       "randomization process (judgement)"),
                             HasSubstr("Lwo risk"),
                             HasSubstr("want Low risk, Some concerns")));
  EXPECT_THAT(problems[1],
              testing::AllOf(HasSubstr("line 4"), HasSubstr("column Outcome")));
}

}  // namespace
}  // namespace consilium

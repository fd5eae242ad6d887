#include "client/export/revman.h"

#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace consilium {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

v1::StudyResult CountedStudy(const char* name, int events) {
  v1::StudyResult study;
  study.set_study(name);
  study.set_derivation_method(v1::DERIVATION_METHOD_COUNTS);
  study.set_events(events);
  study.set_participants(40);
  study.set_reference_events(10);
  study.set_reference_participants(41);
  study.set_yi(-0.2);
  study.set_sei(0.1);
  return study;
}

// One outcome with counts, one of a hazard ratio, one of single groups.
ReviewEvidence SmallReview() {
  ReviewEvidence evidence;
  v1::OutcomeResult& counted = *evidence.result.add_outcomes();
  counted.set_id("orr");
  counted.set_design(v1::STUDY_DESIGN_RANDOMIZED);
  counted.set_unit("%");
  counted.mutable_plan()->set_measure(v1::EFFECT_MEASURE_RISK_DIFFERENCE);
  counted.mutable_plan()->set_pooling(v1::POOLING_METHOD_MANTEL_HAENSZEL);
  *counted.add_studies() = CountedStudy("First 2001", 0);
  *counted.add_studies() = CountedStudy("Second 2002", 7);
  counted.mutable_pooled()->mutable_effect()->set_value(-12.5);
  v1::OutcomeResult& ratio = *evidence.result.add_outcomes();
  ratio.set_id("os");
  ratio.set_design(v1::STUDY_DESIGN_RANDOMIZED);
  ratio.mutable_plan()->set_measure(v1::EFFECT_MEASURE_HAZARD_RATIO);
  v1::StudyResult& study = *ratio.add_studies();
  study.set_study("First 2001");
  study.set_yi(-0.478);
  study.set_sei(0.21);
  study.set_row("row-1");
  v1::SubgroupAnalysis& by = *ratio.add_subgroups();
  by.set_field("radiotherapy");
  v1::PooledPart& part = *by.add_parts();
  part.set_id("sbrt");
  part.add_rows("row-1");
  v1::OutcomeResult& single = *evidence.result.add_outcomes();
  single.set_id("share");
  single.mutable_plan()->set_statistic(v1::STATISTIC_PROPORTION);
  single.add_studies()->set_study("First 2001");
  return evidence;
}

// The rows of one file below the header, by column. Cells here hold no commas.
std::vector<std::map<std::string, std::string>> RowsOf(
    const std::vector<ArchiveFile>& files, absl::string_view end) {
  std::vector<std::map<std::string, std::string>> rows;
  for (const ArchiveFile& file : files) {
    if (!absl::EndsWith(file.path, end)) continue;
    const std::vector<std::string> lines =
        absl::StrSplit(file.bytes, "\r\n", absl::SkipEmpty());
    const std::vector<std::string> header = absl::StrSplit(lines[0], ',');
    for (size_t i = 1; i < lines.size(); ++i) {
      const std::vector<std::string> cells = absl::StrSplit(lines[i], ',');
      auto& row = rows.emplace_back();
      for (size_t c = 0; c < header.size(); ++c) row[header[c]] = cells.at(c);
    }
  }
  return rows;
}

TEST(RevmanTest, FilesStandWhereReadersLook) {
  std::vector<std::string> paths;
  for (const ArchiveFile& file : RevmanFiles(SmallReview())) {
    paths.push_back(file.path);
  }
  EXPECT_THAT(paths,
              ElementsAre("CD-analysis-data/CD-overall-estimates-and-settings"
                          ".csv",
                          "CD-analysis-data/CD-data-rows.csv",
                          "CD-analysis-data/CD-subgroup-estimates.csv",
                          "CD-study-data/CD-risk-of-bias.csv",
                          "CD-analysis-data/CD-left-out.csv"));
}

TEST(RevmanTest, WhatIsLeftOutIsListedWithItsReason) {
  ReviewEvidence evidence = SmallReview();
  v1::ExcludedResult& excluded =
      *evidence.result.mutable_outcomes(1)->add_excluded();
  excluded.set_study("Third 2003");
  excluded.set_row("row-3");
  excluded.set_reason(v1::EXCLUSION_REASON_MEDIAN);
  for (const char* outcome : {"orr", ""}) {
    v1::RiskOfBiasAssessment& each = *evidence.result.add_risk_of_bias();
    each.set_trial("first");
    each.set_tool(v1::RISK_OF_BIAS_TOOL_ROB2);
    if (*outcome != '\0') each.set_outcome(outcome);
  }
  const auto rows = RowsOf(RevmanFiles(evidence), "left-out.csv");
  ASSERT_EQ(rows.size(), 3);
  EXPECT_EQ(rows[0].at("outcome"), "os");
  EXPECT_EQ(rows[0].at("study"), "Third 2003");
  EXPECT_EQ(rows[0].at("why"), "median");
  EXPECT_EQ(rows[0].at("row"), "row-3");
  EXPECT_EQ(rows[1].at("outcome"), "share");
  EXPECT_EQ(rows[1].at("why"), "of a single group");
  EXPECT_EQ(rows[2].at("outcome"), "orr");
  EXPECT_EQ(LeftOutText(LeftOutOfRevman(evidence)),
            "3 left out: 1 judgement of bias for one outcome, 1 median, 1 of a "
            "single group");
}

TEST(RevmanTest, APackageThatHasEverythingLeavesNothingOut) {
  ReviewEvidence evidence = SmallReview();
  evidence.result.mutable_outcomes()->RemoveLast();
  EXPECT_EQ(RevmanFiles(evidence).size(), 4);
  EXPECT_EQ(LeftOutText(LeftOutOfRevman(evidence)), "");
}

TEST(RevmanTest, OutcomesAreNumberedWithinTheirDesign) {
  const auto settings =
      RowsOf(RevmanFiles(SmallReview()), "overall-estimates-and-settings.csv");
  ASSERT_EQ(settings.size(), 2);  // RevMan has no analysis of single groups.
  EXPECT_EQ(settings[0].at("Analysis group"), "1");
  EXPECT_EQ(settings[0].at("Analysis number"), "1");
  EXPECT_EQ(settings[0].at("Data type"), "Dichotomous");
  EXPECT_EQ(settings[0].at("Statistical method"), "MH");
  EXPECT_EQ(settings[0].at("Effect measure"), "Risk Difference");
  EXPECT_EQ(settings[0].at("Experimental cases"), "7");
  EXPECT_EQ(settings[0].at("CI/PI level"), "95%");
  // RevMan counts risks from 0 to 1.
  EXPECT_EQ(settings[0].at("Mean"), "-0.125");
  EXPECT_EQ(settings[1].at("Analysis group"), "1");
  EXPECT_EQ(settings[1].at("Analysis number"), "2");
  EXPECT_EQ(settings[1].at("Data type"), "Contrast level");
  EXPECT_EQ(settings[1].at("Statistical method"), "IV");
  EXPECT_EQ(settings[1].at("Log-scale data"), "TRUE");
  EXPECT_EQ(settings[1].at("Mean"), "");
}

TEST(RevmanTest, StudiesHaveCountsOrEffectsAndMissingIsEmpty) {
  const auto rows = RowsOf(RevmanFiles(SmallReview()), "data-rows.csv");
  ASSERT_EQ(rows.size(), 3);
  EXPECT_EQ(rows[0].at("Experimental cases"), "0");
  EXPECT_EQ(rows[0].at("Control N"), "41");
  EXPECT_EQ(rows[0].at("GIV Mean"), "");
  EXPECT_EQ(rows[2].at("GIV Mean"), "-0.478");
  EXPECT_EQ(rows[2].at("GIV SE"), "0.21");
  EXPECT_EQ(rows[2].at("Experimental cases"), "");
  EXPECT_EQ(rows[2].at("Subgroup"), "sbrt");
  const auto subgroups =
      RowsOf(RevmanFiles(SmallReview()), "subgroup-estimates.csv");
  ASSERT_EQ(subgroups.size(), 1);
  EXPECT_EQ(subgroups[0].at("Subgroup"), "sbrt");
  EXPECT_EQ(subgroups[0].at("Subgroup number"), "1");
}

TEST(RevmanTest, EffectsNotFromCountsAreContrasts) {
  ReviewEvidence evidence = SmallReview();
  evidence.result.mutable_outcomes(0)
      ->mutable_studies(0)
      ->set_derivation_method(v1::DERIVATION_METHOD_INTERVAL);
  const auto settings =
      RowsOf(RevmanFiles(evidence), "overall-estimates-and-settings.csv");
  EXPECT_EQ(settings[0].at("Data type"), "Contrast level");
}

TEST(RevmanTest, AJudgementForAllOutcomesComesBeforeOneForSome) {
  ReviewEvidence evidence = SmallReview();
  for (const char* outcome : {"orr", ""}) {
    v1::RiskOfBiasAssessment& each = *evidence.result.add_risk_of_bias();
    each.set_trial("first");
    each.set_tool(v1::RISK_OF_BIAS_TOOL_ROB2);
    if (*outcome != '\0') each.set_outcome(outcome);
    v1::DomainJudgement& domain = *each.add_domains();
    domain.set_domain(v1::RISK_OF_BIAS_DOMAIN_RANDOMIZATION);
    domain.set_judgement(*outcome != '\0' ? v1::RISK_OF_BIAS_JUDGEMENT_HIGH
                                          : v1::RISK_OF_BIAS_JUDGEMENT_LOW);
    domain.set_reason("told");
  }
  const auto rows = RowsOf(RevmanFiles(evidence), "risk-of-bias.csv");
  ASSERT_EQ(rows.size(), 1);
  EXPECT_EQ(rows[0].at("Domain (judgement): Randomization process"), "Low");
  EXPECT_EQ(rows[0].at("Domain (support): Randomization process"), "told");
}

TEST(ZipTest, TheSameFilesGiveTheSameBytes) {
  const auto first = ZipBytes(RevmanFiles(SmallReview()));
  ASSERT_TRUE(first.ok());
  EXPECT_THAT(*first, HasSubstr("CD-analysis-data/CD-data-rows.csv"));
  EXPECT_EQ(*first, *ZipBytes(RevmanFiles(SmallReview())));
}

}  // namespace
}  // namespace consilium

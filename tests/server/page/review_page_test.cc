#include "server/page/review_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/page/figures.h"
#include "server/page/page_style.h"
#include "server/page/page_words.h"
#include "server/page/review_csv.h"
#include "tests/server/page/sample_review.h"

namespace consilium {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

int Count(absl::string_view text, absl::string_view part) {
  int count = 0;
  for (size_t at = text.find(part); at != absl::string_view::npos;
       at = text.find(part, at + part.size())) {
    ++count;
  }
  return count;
}

TEST(ReviewPage, SameResultGivesSameBytes) {
  EXPECT_EQ(RenderReviewPage(SampleReview()), RenderReviewPage(SampleReview()));
}

TEST(ReviewPage, RunsNothingAndFetchesNothing) {
  const std::string page = RenderReviewPage(SampleReview());
  EXPECT_THAT(page, HasSubstr("Content-Security-Policy"));
  EXPECT_THAT(page, HasSubstr("default-src &#39;none&#39;"));
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, Not(HasSubstr(" src=")));
  EXPECT_THAT(page, Not(HasSubstr(" style=")));
  EXPECT_THAT(page, Not(HasSubstr("@import")));
  EXPECT_EQ(Count(page, "href=\""), Count(page, "href=\"#"));
}

TEST(ReviewPage, ForeignTextIsEscapedWhereverItStands) {
  const std::string hostile = "</svg><script>alert('x')</script>\"&";
  v1::ReviewResult result = SampleReview();
  result.mutable_protocol()->set_title(hostile);
  result.mutable_outcomes(0)->set_title(hostile);
  result.mutable_outcomes(0)->mutable_studies(0)->set_study(hostile);
  result.mutable_outcomes(0)->set_favours_low(hostile);
  result.mutable_sections(0)->mutable_trials(0)->set_study(hostile);
  result.mutable_flow(0)->set_title(hostile);
  result.mutable_stamp()->set_at(hostile);
  const std::string page = RenderReviewPage(result);
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, HasSubstr("&lt;/svg&gt;&lt;script&gt;"));
}

TEST(ReviewPage, WhatWasNeverCountedIsNotZero) {
  v1::ReviewResult result;
  v1::FlowNumber& number = *result.add_flow();
  number.set_id("screened");
  EXPECT_THAT(RenderReviewPage(result),
              HasSubstr("this version: not recorded<"));
  number.set_count(0);
  EXPECT_THAT(RenderReviewPage(result), HasSubstr("this version: 0<"));
}

TEST(ReviewPage, IdsAreUniqueAndEveryLinkLeadsSomewhere) {
  v1::ReviewResult result = SampleReview();
  // An outcome with results for two designs.
  *result.add_outcomes() = result.outcomes(0);
  result.mutable_outcomes(result.outcomes_size() - 1)
      ->set_design(v1::STUDY_DESIGN_SINGLE_ARM);
  const std::string page = RenderReviewPage(result);
  std::set<std::string> ids;
  for (size_t at = page.find(" id=\""); at != std::string::npos;
       at = page.find(" id=\"", at + 1)) {
    const size_t begin = at + 5;
    const std::string id = page.substr(begin, page.find('"', begin) - begin);
    EXPECT_TRUE(ids.insert(id).second) << id;
  }
  for (size_t at = page.find("href=\"#"); at != std::string::npos;
       at = page.find("href=\"#", at + 1)) {
    const size_t begin = at + 7;
    const std::string id = page.substr(begin, page.find('"', begin) - begin);
    EXPECT_EQ(ids.count(id), 1u) << id;
  }
}

TEST(ReviewPage, EveryFigureHasATableTwin) {
  const v1::ReviewResult result = SampleReview();
  const std::string page = RenderReviewPage(result);
  EXPECT_EQ(Count(page, "<figure"),
            static_cast<int>(FigureNames(result).size()));
  for (const std::string& name : FigureNames(result)) {
    const size_t figure = page.find(absl::StrCat("<figure id=\"", name, "\""));
    ASSERT_NE(figure, std::string::npos) << name;
    const size_t table = page.find("<table", figure);
    EXPECT_LT(table, page.find("<figure", figure + 1)) << name;
  }
}

TEST(ReviewPage, EmptyReviewIsAPage) {
  const std::string page = RenderReviewPage(v1::ReviewResult());
  EXPECT_THAT(page, HasSubstr("plans no outcome yet"));
  EXPECT_THAT(page, HasSubstr("flow of records was not recorded"));
}

TEST(ReviewPage, WhatWasNotEstimatedIsNoZero) {
  v1::ReviewResult result = SampleReview();
  v1::OutcomeResult& outcome = *result.mutable_outcomes(0);
  v1::PooledEffect& pooled = *outcome.mutable_pooled();
  pooled.clear_tau2();
  pooled.clear_tau2_low();
  pooled.clear_i2();
  pooled.set_i2_from_q(74.97);
  ASSERT_GT(outcome.subgroups_size(), 0);
  v1::SubgroupAnalysis& analysis = *outcome.mutable_subgroups(0);
  analysis.set_q(0.966);
  analysis.set_q_df(2);
  analysis.set_q_df2(10);
  analysis.set_p(0.41);
  analysis.set_test("F of the subgroups");
  const std::string page = RenderReviewPage(result);
  EXPECT_THAT(page, HasSubstr("Heterogeneity: I² = 75% from Q"));
  EXPECT_THAT(page, HasSubstr("75.0% from Q"));
  EXPECT_THAT(page, HasSubstr("Test for interaction: F(2, 10) = 0.97, "
                              "P = 0.41; F of the subgroups"));
}

TEST(ReviewPage, SmallNumbersKeepTheirDigits) {
  EXPECT_EQ(ShortNumber(0.00153), "0.0015");
  EXPECT_EQ(ShortNumber(-0.00099), "−0.00099");
  EXPECT_EQ(ShortNumber(0.05), "0.05");
  EXPECT_EQ(ShortNumber(0.1), "0.10");
  EXPECT_EQ(ShortNumber(-1e-17), "0.00");
  EXPECT_EQ(ShortNumber(302183359462000), "3e+14");
  EXPECT_EQ(SignificantNumber(6.1234e-6), "6.123e−06");
  EXPECT_EQ(SignificantNumber(0.313243), "0.3132");
  EXPECT_EQ(SignificantNumber(0), "0");
}

TEST(ReviewPage, OneStudyIsNotPooled) {
  v1::ReviewResult result = SampleReview();
  v1::OutcomeResult& outcome = *result.mutable_outcomes(0);
  outcome.set_state(v1::OUTCOME_STATE_ONE_STUDY);
  outcome.mutable_studies()->DeleteSubrange(1, outcome.studies_size() - 1);
  outcome.clear_subgroups();
  outcome.mutable_pooled()->set_studies(1);
  result.mutable_outcomes()->DeleteSubrange(1, result.outcomes_size() - 1);
  const std::string page = RenderReviewPage(result);
  EXPECT_THAT(page, Not(HasSubstr("Pooled hazard ratio")));
  EXPECT_THAT(page, Not(HasSubstr("All studies")));
  EXPECT_THAT(RenderReviewCsv(result), Not(HasSubstr("pfs,pooled")));
}

TEST(ReviewPage, WhatMayBeEligibleIsListedWithWhatIsNotKnown) {
  const std::string page = RenderReviewPage(SampleReview());
  EXPECT_THAT(page, HasSubstr("1 that may be eligible"));
  EXPECT_THAT(page, HasSubstr("href=\"#possible-trials\""));
  EXPECT_THAT(page, HasSubstr("Drug class, treatment"));
  EXPECT_THAT(page, HasSubstr("1 result that may belong here"));
  EXPECT_THAT(page, HasSubstr("Drug class, P value"));
  EXPECT_THAT(page, HasSubstr("1 trial that may belong here"));
  EXPECT_THAT(page, HasSubstr("which may belong to it; not known: P value"));
  const std::string without = RenderReviewPage(v1::ReviewResult());
  EXPECT_THAT(without, Not(HasSubstr("may be")));
}

TEST(ReviewPage, DoubtAndOriginAreShown) {
  const std::string page = RenderReviewPage(SampleReview());
  EXPECT_THAT(page, HasSubstr("† Disputed"));
  EXPECT_THAT(page, HasSubstr("or 0.44 (0.28 to 0.70)"));
  EXPECT_THAT(page, HasSubstr("‡ Secondary source"));
  EXPECT_THAT(page, HasSubstr("hazard ratio, 0.46; 95% CI, 0.37 to 0.57"));
  EXPECT_THAT(page, HasSubstr("Medians are described and never pooled"));
  EXPECT_THAT(page, HasSubstr("never pooled with the rest"));
  EXPECT_THAT(page, HasSubstr("Moderate certainty"));
  EXPECT_THAT(page, HasSubstr("743 per 1,000"));
}

TEST(ReviewPage, StudiesHaveNamesThatReadersKnow) {
  v1::ReviewResult result = SampleReview();
  v1::EvidenceRow& trial = *result.mutable_sections(0)->mutable_trials(0);
  v1::StudyResult& study = *result.mutable_outcomes(0)->mutable_studies(2);
  const std::string title = "SBRT and EGFR-TKI compared with EGFR-TKI alone";
  trial.set_title(title);
  trial.mutable_publication()->add_cited_in()->set_number(24);
  EXPECT_THAT(RenderReviewPage(result), HasSubstr(">SINDAS (ref. 24)"));
  for (const std::string number : {"NCT02893332", "ref 24", "nct02893332"}) {
    trial.set_study(number);
    study.set_study(number);
    const std::string page = RenderReviewPage(result);
    EXPECT_THAT(page, HasSubstr(">" + title + "<")) << number;
    // In a figure it stands in lines, whole.
    EXPECT_THAT(page, HasSubstr("alone (ref. 24)"));
    EXPECT_THAT(page, HasSubstr("2022, NCT02893332, ref. 24<"));
    EXPECT_THAT(page, Not(HasSubstr(">ref 24")));
  }
  // Of a trial that no table holds the number is all there is.
  study.set_trial_id("other");
  study.set_study("ref 9");
  EXPECT_THAT(RenderReviewPage(result), HasSubstr("Reference 9"));
}

// What stands between `from` and the next `to`.
std::string Between(absl::string_view text, absl::string_view from,
                    absl::string_view to) {
  const size_t begin = text.find(from);
  if (begin == absl::string_view::npos) return "";
  return std::string(text.substr(begin, text.find(to, begin) - begin));
}

TEST(ReviewPage, BottomLineCountsOutcomesOfTheProtocol) {
  v1::ReviewResult result = SampleReview();
  // A second design of an outcome makes no second outcome.
  *result.add_outcomes() = result.outcomes(1);
  result.mutable_outcomes(result.outcomes_size() - 1)
      ->set_design(v1::STUDY_DESIGN_NON_RANDOMIZED);
  const std::string page = RenderReviewPage(result);
  EXPECT_THAT(page, HasSubstr("Of 3 outcomes, 2 are pooled from several "
                              "studies; for 1 nothing could be pooled"));
}

TEST(ReviewPage, EveryConclusionTellsItsDesign) {
  v1::ReviewResult result = SampleReview();
  v1::OutcomeResult& outcome = *result.mutable_outcomes(0);
  const auto card = [&result] {
    return Between(RenderReviewPage(result), "<article class=\"line\"",
                   "</article>");
  };
  EXPECT_THAT(card(), HasSubstr("Randomised trials"));
  outcome.set_state(v1::OUTCOME_STATE_ONE_STUDY);
  outcome.mutable_studies()->DeleteSubrange(1, outcome.studies_size() - 1);
  outcome.mutable_pooled()->set_studies(1);
  outcome.set_design(v1::STUDY_DESIGN_NON_RANDOMIZED);
  EXPECT_THAT(card(), HasSubstr("Non-randomised comparison</b>: FLAURA"));
}

TEST(ReviewPage, RiskThatDoesNotFitIsNotPrinted) {
  v1::ReviewResult result = SampleReview();
  v1::OutcomeResult& outcome = *result.mutable_outcomes(0);
  EXPECT_THAT(RenderReviewPage(result),
              HasSubstr("343 fewer per 1,000 (from 519 fewer to 100 fewer)"));
  outcome.clear_group_per_1000();
  const std::string page = RenderReviewPage(result);
  EXPECT_THAT(page, HasSubstr("743 per 1,000"));
  EXPECT_THAT(page, HasSubstr("lead to risks outside 0 to 1,000"));
  EXPECT_THAT(page, HasSubstr("343 fewer per 1,000"));
}

TEST(ReviewPage, AssumedRiskHasASource) {
  const v1::ReviewResult result = SampleReview();
  v1::ReviewResult changed = result;
  v1::OutcomeResult& outcome = *changed.mutable_outcomes(2);
  outcome.set_baseline_per_1000(16);
  EXPECT_THAT(RenderReviewPage(changed),
              HasSubstr("the median of 13 reference groups, whose risks reach "
                        "from 1.28 to 256 per 1,000"));
  outcome.mutable_plan()->set_baseline_risk(16);
  EXPECT_THAT(RenderReviewPage(changed), HasSubstr("as the protocol sets it"));
}

TEST(ReviewPage, WhatIsNotPooledIsListedWithItsNumbers) {
  v1::ReviewResult result = SampleReview();
  v1::OutcomeResult& outcome = *result.mutable_outcomes(1);
  outcome.clear_null_value();
  outcome.clear_log_scale();
  outcome.clear_excluded();
  const auto add = [&](absl::string_view id, double value) {
    v1::EvidenceRow& row = *result.mutable_sections(0)->add_results();
    row.set_id(std::string(id));
    row.set_trial_id("nct02893332");
    row.set_outcome("pfs");
    row.set_compartment(v1::COMPARTMENT_INTRACRANIAL);
    row.set_statistic(v1::STATISTIC_MEDIAN);
    row.set_time_months(12);
    row.set_value(value);
    row.set_unit("mo");
    row.add_provenance()->mutable_source()->set_locator("Table 7");
    v1::ExcludedResult& excluded = *outcome.add_excluded();
    excluded.set_row(row.id());
    excluded.set_trial_id("nct02893332");
    excluded.set_study("SINDAS");
    excluded.set_reason(v1::EXCLUSION_REASON_MEDIAN);
    excluded.set_printed("8.8 and 6.4 months");
    excluded.set_group("group 1");
  };
  add("m1", 8.8);
  add("m2", 6.4);
  const std::string page = RenderReviewPage(result);
  const std::string part = Between(
      page, "<article class=\"outcome\" id=\"outcome-os\"", "</article>");
  EXPECT_THAT(part, HasSubstr("2 results found and not pooled"));
  EXPECT_THAT(part, HasSubstr(">8.8 months</summary>"));
  EXPECT_THAT(part, HasSubstr(">6.4 months</summary>"));
  EXPECT_THAT(part, HasSubstr("Table 7"));
  EXPECT_THAT(part, HasSubstr("Intracranial progression-free survival, at 12 "
                              "months, median"));
  EXPECT_EQ(Count(part, "“8.8 and 6.4 months”"), 1);
  EXPECT_THAT(part, HasSubstr("The report does not say which group"));
  // One group has no direction.
  EXPECT_THAT(part, Not(HasSubstr("Direction")));
  EXPECT_THAT(page, Not(HasSubstr("each is listed, with its direction")));
  EXPECT_THAT(page, HasSubstr("2 values, from 6.4 months to 8.8 months"));
}

TEST(ReviewPage, EvidenceOfATrialStandsOnce) {
  v1::ReviewResult result = SampleReview();
  v1::SectionResult& brain = *result.add_sections();
  brain = result.sections(0);
  brain.set_id("brain");
  brain.set_title("Brain metastases");
  // A trial that stands here alone.
  v1::EvidenceRow& other = *brain.add_results();
  other = result.sections(0).results(0);
  other.set_id("e2");
  other.set_trial_id("nct00000009");
  other.set_study("Another");
  other.set_value(7.7);
  other.set_printed("7.7 months");
  other.clear_provenance();
  const std::string page = RenderReviewPage(result);
  EXPECT_EQ(Count(page, "25 to 40 Gy"), 1);
  const std::string part = Between(page, "id=\"section-brain\"", "</article>");
  EXPECT_THAT(part, HasSubstr("EGFR-TKI with SBRT"));
  EXPECT_THAT(part, HasSubstr("href=\"#section-egfr-tki\">EGFR inhibitors with "
                              "radiotherapy</a>"));
  EXPECT_THAT(part, HasSubstr("1 result as printed"));
  EXPECT_THAT(part, HasSubstr("7.7 months"));
  EXPECT_THAT(part, Not(HasSubstr("20.2 months")));
  EXPECT_THAT(part, Not(HasSubstr("What the authors conclude")));
}

TEST(ReviewPage, ASourceThatAllResultsOfATrialHaveStandsOnce) {
  v1::ReviewResult result = SampleReview();
  v1::SectionResult& section = *result.mutable_sections(0);
  v1::EvidenceRow& second = *section.add_results();
  second = section.results(0);
  second.set_id("e2");
  const auto part = [&result] {
    return Between(RenderReviewPage(result), ">Result as printed<", "</table>");
  };
  EXPECT_EQ(Count(part(), "section 2.1"), 1 + 2);  // And folded in each.
  EXPECT_THAT(part(), HasSubstr(">Read in NSCLC review, section 2.1"));
  EXPECT_THAT(part(), Not(HasSubstr(">Source<")));
  section.mutable_results(1)
      ->mutable_provenance(0)
      ->mutable_source()
      ->set_locator("table 7");
  EXPECT_THAT(part(), HasSubstr(">Source<"));
  EXPECT_THAT(part(), Not(HasSubstr(">Read in NSCLC review")));
}

TEST(ReviewPage, StudiesHaveTheirRegistration) {
  v1::ReviewResult result = SampleReview();
  EXPECT_THAT(RenderReviewPage(result), HasSubstr(">2018, NCT02296125<"));
  result.mutable_outcomes(0)->mutable_studies(0)->clear_registration();
  EXPECT_THAT(RenderReviewPage(result), Not(HasSubstr(">2018, NCT02296125<")));
}

TEST(ReviewPage, ReportsAreNamedByAuthorAndYearAndListedWithLinks) {
  v1::ReviewResult result = SampleReview();
  v1::StudyResult& study = *result.mutable_outcomes(0)->mutable_studies(0);
  study.mutable_provenance()->Clear();
  v1::Source& source = *study.add_provenance()->mutable_source();
  source.set_report("pmid-7");
  source.set_locator("table 2");
  EXPECT_THAT(RenderReviewPage(result), HasSubstr(">Pmid 7, table 2<"));
  v1::Publication& report = *result.add_reports();
  report.set_name("publications/pmid-7");
  report.add_authors("Frimodt-Moller J");
  report.add_authors("Acharyulu GS");
  report.set_title("BCG vaccination in south India");
  report.set_journal("Bull World Health Organ");
  report.set_year(1973);
  report.set_volume("48");
  report.set_pages("40-52");
  report.set_pmid("4544775");
  report.set_doi("10.1000/x<y>");
  report.set_notice(v1::PUBLICATION_NOTICE_CORRECTED);
  const std::string page = RenderReviewPage(result);
  EXPECT_THAT(page, HasSubstr(">Frimodt-Moller 1973, table 2<"));
  const std::string reference = Between(page, "id=\"report-pmid-7\"", "</li>");
  EXPECT_THAT(
      reference,
      HasSubstr("Frimodt-Moller J, Acharyulu GS. BCG vaccination in "
                "south India. Bull World Health Organ. 1973;48:40-52."));
  EXPECT_THAT(reference,
              HasSubstr("href=\"https://pubmed.ncbi.nlm.nih.gov/4544775/\""));
  EXPECT_THAT(reference,
              HasSubstr("href=\"https://doi.org/10.1000/x&lt;y&gt;\""));
  EXPECT_THAT(reference, HasSubstr("Corrected"));
}

TEST(ReviewPage, SmallStudyTestsAreNamed) {
  const std::string page = RenderReviewPage(SampleReview());
  EXPECT_THAT(page, HasSubstr("t = −1.40 on 11 degrees of freedom, P = 0.19"));
  EXPECT_THAT(page, HasSubstr("test (regression of the log odds ratio on 1"));
  EXPECT_THAT(page, HasSubstr("t = −1.36 on 11 degrees of freedom, P = 0.20"));
  EXPECT_THAT(page, HasSubstr("1 study filled in on the right; then 0.52"));
}

TEST(ReviewPage, CovariatesAreShownWithTheProtocol) {
  v1::ReviewResult result = SampleReview();
  v1::StudyCovariate& dose = *result.mutable_protocol()->add_covariates();
  dose.set_trial(result.outcomes(0).studies(0).trial_id());
  dose.set_name("total-dose");
  dose.set_number(59.4);
  dose.set_reason("As two of us judged it");
  const std::string page = RenderReviewPage(result);
  EXPECT_THAT(page, HasSubstr("What the reviewers recorded of trials"));
  EXPECT_THAT(page, HasSubstr("Total dose"));
  EXPECT_THAT(page, HasSubstr("59.4"));
  EXPECT_THAT(page, HasSubstr("As two of us judged it"));
}

TEST(ReviewPage, RegressionsRatesAndNotesOnThePlanAreShown) {
  v1::ReviewResult result = SampleReview();
  v1::OutcomeResult& outcome = *result.mutable_outcomes(0);
  ASSERT_GT(outcome.studies_size(), 1);
  outcome.mutable_studies(0)->set_events(45);
  outcome.mutable_studies(0)->set_person_years(312);
  outcome.add_plan_notes("pooling peto has no use for it");
  v1::RegressionAnalysis& joint = *outcome.add_regressions();
  joint.set_id("joint");
  joint.set_title("Year beside allocation");
  joint.add_moderators("year");
  joint.add_moderators("design");
  joint.set_qm(1.681);
  joint.set_qm_df(3);
  joint.set_qm_df2(9);
  joint.set_p(0.24);
  joint.set_tau2(0.2762);
  joint.set_i2(85.19);
  joint.set_r2(11.8);
  joint.set_studies(13);
  joint.set_method("random effects, REML; against design = randomized");
  v1::RegressionCoefficient& slope = *joint.add_coefficients();
  slope.set_name("year");
  slope.set_estimate(0.0288);
  slope.set_standard_error(0.0167);
  const std::string page = RenderReviewPage(result);
  EXPECT_THAT(page, HasSubstr("45 events in 312 person-years"));
  EXPECT_THAT(page, HasSubstr("45/312 PY"));
  EXPECT_THAT(page, HasSubstr("Of the plan: pooling peto has no use for it."));
  EXPECT_THAT(page, HasSubstr("Year beside allocation (regression on year and "
                              "design). All moderators together: F(3, 9) = "
                              "1.68, P = 0.24; residual tau² 0.2762, I² 85%, "
                              "R² 12%; 13 studies; random effects, REML; "
                              "against design = randomized"));
  EXPECT_THAT(RenderReviewCsv(result),
              HasSubstr(",regression joint: year,,,,"));
  EXPECT_THAT(RenderReviewCsv(result), HasSubstr(",0.0288,0.0167,"));
}

TEST(ReviewPage, NewsTellFromWhatToWhat) {
  v1::ReviewResult result = SampleReview();
  v1::RecordChange& change = *result.mutable_changes()->add_records();
  change.set_kind(v1::RECORD_CHANGE_KIND_CORRECTED);
  change.set_record("registries/nsclc/trials/nct02893332/endpoints/pfs");
  change.add_paths("contrasts[paper/a:b/hr]");
  const std::string page = RenderReviewPage(result);
  EXPECT_THAT(page, HasSubstr("Before: the effect goes beyond the threshold, "
                              "without the certainty asked for"));
  EXPECT_THAT(page, HasSubstr("Now: the effect goes beyond the threshold<"));
  EXPECT_THAT(page, Not(HasSubstr("contrasts[paper")));
}

TEST(Figures, GapMapHoldsEveryClinicalTrialAndNothingEmpty) {
  v1::ReviewResult result = SampleReview();
  v1::GapCell& cell = *result.add_gap_map();
  cell.set_drug_class("egfr-tki");
  cell.set_radiotherapy("proton");
  cell.add_trial_ids("t1");  // Without results, status not stated.
  v1::GapCell& preclinical = *result.add_gap_map();
  preclinical.set_drug_class("mek-inhibitor");
  preclinical.set_radiotherapy("carbon-ion");
  preclinical.set_preclinical(1);
  preclinical.add_trial_ids("t2");
  const std::string svg = *RenderFigure(result, "gap-map");
  EXPECT_THAT(svg, HasSubstr("Proton"));
  EXPECT_THAT(svg, HasSubstr("no results yet, status not stated"));
  EXPECT_THAT(svg, Not(HasSubstr("Carbon")));
  EXPECT_THAT(svg, Not(HasSubstr("MEK")));
  const std::string page = RenderReviewPage(result);
  EXPECT_THAT(page, HasSubstr("1 without results, status not stated"));
  EXPECT_THAT(page, HasSubstr("Carbon ion"));  // In the table.
}

TEST(Figures, GapMapTellsInferredTreatmentsFromStatedOnes) {
  v1::ReviewResult result = SampleReview();
  result.mutable_gap_map(0)->add_trial_ids("nct02893332");
  EXPECT_THAT(*RenderFigure(result, "gap-map"), Not(HasSubstr("inferred")));
  v1::Arm& arm =
      *result.mutable_sections(0)->mutable_trials(0)->mutable_arms(0);
  v1::Alternative& reading = *arm.mutable_drugs(0)->add_alternatives();
  reading.set_reading("125 mg");
  reading.add_values()->set_path("dose.amount.value");
  // A dose that may be misprinted leaves the drug as it is.
  EXPECT_THAT(*RenderFigure(result, "gap-map"), Not(HasSubstr("inferred")));
  reading.mutable_values(0)->set_path("drug");
  EXPECT_THAT(*RenderFigure(result, "gap-map"), HasSubstr(">1 inferred<"));
  const std::string page = RenderReviewPage(result);
  EXPECT_THAT(page, HasSubstr("1 with an inferred treatment"));
  // An arm whose radiotherapy stands in another kind of column is no doubt
  // here.
  v1::GapCell& site = *result.add_gap_map();
  site.set_drug_class("egfr-tki");
  site.set_radiotherapy("brain-rt");
  site.set_trials(1);
  site.add_trial_ids("nct02893332");
  EXPECT_EQ(Count(*RenderFigure(result, "gap-map"), ">1 inferred<"), 1);
  // One arm of which the treatment is printed is enough.
  v1::Arm& stated = *result.mutable_sections(0)->mutable_trials(0)->add_arms();
  stated = arm;
  stated.mutable_drugs(0)->clear_alternatives();
  EXPECT_THAT(*RenderFigure(result, "gap-map"), Not(HasSubstr("inferred")));
}

TEST(Figures, FlowHasOneBoxForDatabasesAndRegisters) {
  v1::ReviewResult result;
  const auto add = [&result](absl::string_view id, int total) {
    v1::FlowNumber& number = *result.add_flow();
    number.set_id(std::string(id));
    number.set_title(std::string(id));
    if (total > 0) number.set_total(total);
  };
  add("records-from-databases", 120);
  add("records-from-registers", 30);
  add("studies-included", 41);
  const std::string svg = *RenderFigure(result, "flow");
  // Two boxes and the ground.
  EXPECT_EQ(Count(svg, "<rect"), 3);
  EXPECT_THAT(svg, HasSubstr("databases, this version: not recorded"));
  EXPECT_THAT(svg, HasSubstr("from the start: 30<"));
  EXPECT_THAT(svg, HasSubstr("this version: 41<"));
}

TEST(Figures, ForestPlotTellsItsModelAndArms) {
  v1::ReviewResult result = SampleReview();
  v1::OutcomeResult& outcome = *result.mutable_outcomes(2);
  for (v1::StudyResult& study : *outcome.mutable_studies()) {
    study.set_group("vaccine");
    study.set_reference("none");
  }
  const std::string bcg = *RenderFigure(result, "forest-bcg");
  EXPECT_THAT(bcg, HasSubstr(">Vaccine<"));
  EXPECT_THAT(bcg, HasSubstr(">events/total<"));
  EXPECT_THAT(bcg, HasSubstr(">505/88,391<"));
  EXPECT_THAT(bcg, HasSubstr("Model: Random effects, REML"));
  EXPECT_THAT(bcg, HasSubstr("Trial 1: 0.41"));  // The description.
  EXPECT_THAT(bcg, Not(HasSubstr("table after it")));
  const std::string pfs = *RenderFigure(result, "forest-pfs");
  EXPECT_THAT(pfs, HasSubstr(">Intervention<"));
  EXPECT_THAT(pfs, HasSubstr("3 studies; tau² = 0.162, I² = 91%"));
}

// Colours of the style by their names, of the light and of the dark.
std::vector<std::map<std::string, std::string>> Palettes() {
  std::vector<std::map<std::string, std::string>> palettes;
  const std::string style(ReviewPageStyle());
  for (size_t at = style.find(":root"); at != std::string::npos;
       at = style.find(":root", at + 1)) {
    auto& palette = palettes.emplace_back();
    const std::string block = style.substr(at, style.find('}', at) - at);
    for (size_t name = block.find("--"); name != std::string::npos;
         name = block.find("--", name + 2)) {
      const size_t colon = block.find(':', name);
      const std::string value = block.substr(colon + 2, 7);
      if (value[0] == '#') {
        palette[block.substr(name + 2, colon - name - 2)] = value;
      }
    }
  }
  return palettes;
}

double Luminance(const std::string& colour) {
  double sum = 0;
  const double weights[] = {0.2126, 0.7152, 0.0722};
  for (int i = 0; i < 3; ++i) {
    const double share =
        std::stoi(colour.substr(1 + 2 * static_cast<size_t>(i), 2), nullptr,
                  16) /
        255.0;
    sum += weights[i] * (share <= 0.04045
                             ? share / 12.92
                             : std::pow((share + 0.055) / 1.055, 2.4));
  }
  return sum;
}

double Contrast(const std::string& a, const std::string& b) {
  const double one = Luminance(a) + 0.05;
  const double other = Luminance(b) + 0.05;
  return std::max(one, other) / std::min(one, other);
}

TEST(ReviewPage, CanBeReadInTheLightAndInTheDark) {
  const auto palettes = Palettes();
  ASSERT_EQ(palettes.size(), 2);
  ASSERT_EQ(palettes[0].size(), palettes[1].size());
  const std::vector<std::pair<std::string, std::vector<std::string>>> uses = {
      {"paper",
       {"ink", "soft", "blue", "red", "low", "middle", "high", "unknown"}},
      {"panel", {"ink", "soft", "blue", "red"}},
      {"apart", {"ink", "soft", "blue", "red"}},
      {"disputed", {"red"}},
      {"doubted", {"amber"}},
      {"derived", {"violet"}}};
  for (const auto& palette : palettes) {
    for (const auto& [ground, colours] : uses) {
      for (const std::string& colour : colours) {
        EXPECT_GE(Contrast(palette.at(colour), palette.at(ground)), 4.5)
            << colour << " on " << ground << " " << palette.at(ground);
      }
    }
  }
  EXPECT_GT(Luminance(palettes[0].at("paper")), 0.9);
  EXPECT_LT(Luminance(palettes[1].at("paper")), 0.05);
}

TEST(Figures, EveryColourHasOneInTheDark) {
  const v1::ReviewResult result = SampleReview();
  const std::string style(ReviewPageStyle());
  std::set<std::string> colours;
  for (const std::string& name : FigureNames(result)) {
    const std::string svg = *RenderFigure(result, name);
    for (const std::string attribute : {"fill=\"#", "stroke=\"#"}) {
      for (size_t at = svg.find(attribute); at != std::string::npos;
           at = svg.find(attribute, at + 1)) {
        const size_t end = svg.find('"', at + attribute.size());
        colours.insert(svg.substr(at, end - at + 1));
      }
    }
  }
  EXPECT_GT(colours.size(), 8);
  for (const std::string& colour : colours) {
    EXPECT_THAT(style, HasSubstr("svg [" + colour + "] {")) << colour;
  }
}

TEST(Figures, StandAlone) {
  const v1::ReviewResult result = SampleReview();
  EXPECT_THAT(FigureNames(result),
              ElementsAre("forest-pfs", "funnel-pfs", "forest-bcg",
                          "funnel-bcg", "gap-map", "flow"));
  for (const std::string& name : FigureNames(result)) {
    const auto svg = RenderFigure(result, name);
    ASSERT_TRUE(svg.ok()) << name;
    EXPECT_TRUE(
        absl::StartsWith(*svg, "<svg xmlns=\"http://www.w3.org/2000/svg\""));
    EXPECT_THAT(*svg, HasSubstr("<title"));
    EXPECT_THAT(*svg, Not(HasSubstr("nan")));
  }
  const absl::Status missing = RenderFigure(result, "forest-none").status();
  EXPECT_EQ(missing.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(missing.message()), HasSubstr("forest-pfs"));
}

TEST(ReviewCsv, NoCellIsAFormula) {
  v1::ReviewResult result = SampleReview();
  result.mutable_outcomes(0)->mutable_studies(0)->set_study("=1+1,\"x\"");
  const std::string csv = RenderReviewCsv(result);
  EXPECT_THAT(csv, HasSubstr(",\"'=1+1,\"\"x\"\"\","));
  EXPECT_THAT(csv, HasSubstr(",-0.776529,0.11024,26.8,"));
  EXPECT_THAT(csv, HasSubstr("\r\npfs,pooled,"));
}

}  // namespace
}  // namespace consilium

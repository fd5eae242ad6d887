// What a page tells of its protocol, of who wrote its reports, and of outcomes
// that nobody reports.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "server/page/review_page.h"
#include "tests/server/page/sample_review.h"

namespace consilium {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(ReviewPageParts, AProtocolInDisputeComesFirstWithWhatEachValueGives) {
  v1::ReviewResult result = SampleReview();
  EXPECT_THAT(RenderReviewPage(result), Not(HasSubstr("protocol-dispute")));
  v1::ProtocolDispute& dispute = *result.add_protocol_disputes();
  dispute.set_path("outcomes[pfs]");
  dispute.add_outcomes("pfs");
  for (const char* const institution : {"north", "south"}) {
    const bool counts = dispute.values().empty();
    v1::ProtocolValue& value = *dispute.add_values();
    value.set_value("{}");
    v1::FieldReading& field = *value.add_fields();
    field.set_field("level");
    field.set_value(counts ? "95" : "90");
    v1::Provenance& entered = *value.add_provenance();
    entered.set_institution(institution);
    entered.set_author("a.meyer");
    entered.set_claimed_time("2026-11-23T10:50:55Z");
    if (counts) {
      value.set_provisional(true);
      continue;
    }
    v1::OutcomeResult& other = *value.add_outcomes();
    other = result.outcomes(0);
    other.mutable_pooled()->mutable_effect()->set_value(0.77);
    other.mutable_pooled()->mutable_effect()->set_level(90);
  }
  const std::string page = RenderReviewPage(result);
  EXPECT_LT(page.find("id=\"protocol-dispute\""),
            page.find("id=\"bottom-line\""));
  EXPECT_THAT(page, HasSubstr("Level: 90"));
  EXPECT_THAT(page, HasSubstr("a.meyer of south, 23 November 2026"));
  EXPECT_THAT(page, HasSubstr("0.77 (90% CI"));
}

TEST(ReviewPageParts, ChangesOfTheProtocolAfterDataAreListed) {
  v1::ReviewResult result = SampleReview();
  v1::ProtocolChange& change = *result.add_changes_after_data();
  change.set_path("outcomes[pfs]");
  change.set_description("measure: hr became or");
  change.add_outcomes("pfs");
  change.add_studies("SINDAS");
  change.set_institution("north");
  change.set_author("a.meyer");
  change.set_claimed_time("2026-11-23T10:50:55Z");
  const std::string page = RenderReviewPage(result);
  EXPECT_THAT(page, HasSubstr("Changes after data were present"));
  EXPECT_THAT(page, HasSubstr("measure: hr became or"));
  EXPECT_THAT(page, HasSubstr("a.meyer of north"));
  EXPECT_THAT(page, HasSubstr("none declared"));
}

TEST(ReviewPageParts, NamesInOneCaseAreWrittenAsNames) {
  const auto shown = [](std::vector<std::string> authors) {
    v1::ReviewResult result = SampleReview();
    result.clear_reports();
    v1::Publication& report = *result.add_reports();
    report.set_name("publications/p1");
    report.set_title("A report");
    for (std::string& author : authors) {
      report.add_authors(std::move(author));
    }
    return RenderReviewPage(result);
  };
  EXPECT_THAT(shown({"SMITH JOHN", "O'BRIEN-LI JA", "RTOG"}),
              HasSubstr("<strong>Smith</strong>. Smith John, "
                        "O&#39;Brien-Li JA, RTOG."));
  EXPECT_THAT(shown({"jansen van der berg, piet", "smith j"}),
              HasSubstr("Jansen van der Berg, Piet, Smith J."));
  // Where others are written as names, capitals are meant.
  EXPECT_THAT(shown({"SMITH JOHN", "Meyer A"}), HasSubstr("SMITH JOHN, Meyer"));
  EXPECT_THAT(shown({"RTOG"}), HasSubstr("RTOG."));
}

TEST(ReviewPageParts, OutcomesThatNoStudyReportsAreNoListedOnes) {
  v1::ReviewResult result = SampleReview();
  v1::OutcomeResult& none = *result.add_outcomes();
  none.set_id("none");
  none.set_title("Quality of life");
  none.set_state(v1::OUTCOME_STATE_NO_EVIDENCE);
  none.set_explanation("no row matches");
  const std::string page = RenderReviewPage(result);
  EXPECT_THAT(page, HasSubstr("; for 1 no study was found."));
  EXPECT_THAT(page, HasSubstr("No study of this version reports it."));
  EXPECT_THAT(page, Not(HasSubstr("no row matches")));
}

TEST(ReviewPageParts, TheSummaryTellsOfDesignsThatAreListedAndOfNegatives) {
  v1::ReviewResult result = SampleReview();
  v1::OutcomeResult& listed = *result.add_outcomes();
  listed.set_id("made");
  listed.set_title("A made outcome");
  listed.set_state(v1::OUTCOME_STATE_NOT_POOLABLE);
  listed.set_design(v1::STUDY_DESIGN_NON_RANDOMIZED);
  listed.set_null_value(1);
  listed.mutable_plan()->add_designs(v1::STUDY_DESIGN_RANDOMIZED);
  v1::EvidenceRow& row = *result.mutable_sections(0)->add_results();
  row.set_id("trials/made/endpoints/os#contrasts[made]");
  row.set_significance(v1::SIGNIFICANCE_NOT_SIGNIFICANT);
  v1::ExcludedResult& excluded = *listed.add_excluded();
  excluded.set_row(row.id());
  excluded.set_trial_id("made");
  excluded.set_reference("control");
  const std::string page = RenderReviewPage(result);
  EXPECT_THAT(page, HasSubstr("no vote: no significant difference 1"));
}

TEST(ReviewPageParts, AnIntervalThatNoReportPrintsIsSaidToBeWorkedOut) {
  v1::ReviewResult result = SampleReview();
  EXPECT_THAT(RenderReviewPage(result),
              Not(HasSubstr("the interval is worked out from a P value")));
  result.mutable_outcomes(0)->mutable_studies(0)->set_derivation_method(
      v1::DERIVATION_METHOD_P_VALUE);
  EXPECT_THAT(RenderReviewPage(result),
              HasSubstr("the interval is worked out from a P value"));
}

// A comparison of an adverse event in the evidence of the sample's section.
v1::EvidenceRow& AddEventComparison(v1::ReviewResult& result,
                                    const std::string& record) {
  v1::EvidenceRow& row = *result.mutable_sections(0)->add_adverse_events();
  row.set_record("trials/t/adverseEvents/" + record);
  row.set_id(row.record() + "#contrasts[a]");
  row.set_kind(v1::EVIDENCE_KIND_ADVERSE_EVENT_CONTRAST);
  row.set_trial_id("t");
  row.set_study("Wang 2021");
  row.set_adverse_event("rash");
  row.set_grade("any");
  row.set_p(0.2);
  row.set_group("drug");
  return row;
}

TEST(ReviewPageParts, ComparisonsOfOneEventAreToldApart) {
  v1::ReviewResult result = SampleReview();
  v1::EvidenceRow& one = AddEventComparison(result, "by-symptoms");
  EXPECT_THAT(RenderReviewPage(result), HasSubstr("Rash, grade any<"));
  v1::EvidenceRow& other = AddEventComparison(result, "on-scans");
  const std::string by_record = RenderReviewPage(result);
  EXPECT_THAT(by_record, HasSubstr("Rash, grade any, by symptoms"));
  EXPECT_THAT(by_record, HasSubstr("Rash, grade any, on scans"));
  one.set_event_assessment(v1::ADVERSE_EVENT_ASSESSMENT_CLINICAL);
  other.set_event_assessment(v1::ADVERSE_EVENT_ASSESSMENT_IMAGING);
  const std::string by_assessment = RenderReviewPage(result);
  EXPECT_THAT(by_assessment,
              HasSubstr("Rash, grade any, by clinical assessment"));
  EXPECT_THAT(by_assessment,
              HasSubstr("Rash, grade any, by imaging assessment"));
}

TEST(ReviewPageParts, NewsNamesStudiesForWhichNothingIsPooled) {
  v1::ReviewResult result = SampleReview();
  v1::OutcomeChange& change = *result.mutable_changes()->add_outcomes();
  change.set_id(result.outcomes(0).id());
  change.set_design(result.outcomes(0).design());
  *change.mutable_before() = result.outcomes(0).pooled();
  v1::ExcludedResult& unusable = *result.mutable_outcomes(0)->add_unusable();
  unusable.set_study("Li 2020");
  unusable.set_explanation("there is no interval");
  EXPECT_THAT(RenderReviewPage(result),
              HasSubstr("nothing pooled; cannot be pooled: Li 2020: there is "
                        "no interval"));
}

TEST(ReviewPageParts, BoundsOfGroupsKeepTheirSigns) {
  v1::ReviewResult result = SampleReview();
  v1::EvidenceRow& row = AddEventComparison(result, "rash");
  row.set_group("drug, egfr-tki-overlap<=20d");
  row.set_reference("drug, egfr-tki-overlap>20d, age>=65 egfr=l858r");
  EXPECT_THAT(RenderReviewPage(result),
              HasSubstr("Drug, EGFR-TKI-overlap ≤ 20d versus Drug, "
                        "EGFR-TKI-overlap &gt; 20d, age ≥ 65 EGFR L858R"));
}

}  // namespace
}  // namespace consilium

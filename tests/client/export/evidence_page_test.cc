#include "client/export/evidence_page.h"

#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "client/export/page_style.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/base/sha256.h"
#include "tests/client/export/sample_evidence.h"

namespace consilium {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kStudy[] = R"yaml(
publications:
  - id: pmid-1
    title: A trial of one drug
trial:
  id: nct00000001
  title: One drug with radiotherapy
  acronym: ONE
  registrations:
    - {number: NCT00000001, authority: clinical-trials-gov}
  studyType: interventional
  phases: [phase2, phase3]
  randomized: {answer: yes, basis: stated}
  controlled: {answer: not-stated}
  conclusions:
    - report: pmid-1
      topic: efficacy
      text: the drug works
arms:
  - id: drug
    title: Drug with radiotherapy
    drugs:
      - drug: gefitinib
        dose: {amount: 250 mg, times: 1, period: 1 d}
endpoints:
  - id: pfs
    measure: progression-free-survival
    estimates:
      - report: pmid-1
        group: {arms: [drug]}
        statistic: median
        value: 18.6
        unit: mo
        alternatives:
          - {reading: 16.8 months, reason: digits may be swapped}
        source:
          report: pmid-1
          locator: table 2
          text: 18.6 mo
          note: bold in print
    contrasts:
      - report: pmid-1
        group: {arms: [drug]}
        reference: {external: placebo in an older trial}
        measure: hazard-ratio
        value: 0.52
        pValue: {comparator: "<", value: 0.001}
adverseEvents:
  - id: rash
    term: rash
    counts:
      - report: pmid-1
        group: {arms: [drug]}
        grade: {kind: at-least, low: 3}
        occurrence: none-observed
)yaml";

constexpr char kEstimate[] = "estimates[pmid-1/drug/-/-/median/-]";

// Where the median of kStudy stands.
RegistryEvidence::Place MedianOf(const RegistryEvidence& evidence) {
  return {evidence.studies.front().endpoints.front().name(), kEstimate};
}

v1::VisibleValue Value(const std::string& institution,
                       const std::string& json) {
  v1::VisibleValue value;
  value.set_institution(institution);
  value.set_value(json);
  value.set_source(R"({"report": "pmid-1", "locator": "table 2, )" +
                   institution + "\"}");
  return value;
}

std::string Render(absl::string_view yaml) {
  return RenderEvidencePage(EvidenceFromYaml(yaml));
}

TEST(EvidencePage, ShowsValuesAsPeopleReadThem) {
  EXPECT_THAT(Render(kStudy),
              AllOf(HasSubstr("ONE: One drug with radiotherapy"),
                    HasSubstr("Phase 2/3"), HasSubstr("Yes, stated"),
                    HasSubstr("Gefitinib 250 mg once daily"),
                    HasSubstr("Progression-free survival (PFS)"),
                    HasSubstr("18.6 months"), HasSubstr("Hazard ratio"),
                    HasSubstr("placebo in an older trial (outside the study)"),
                    HasSubstr("0.52"), HasSubstr("P &lt; 0.001"),
                    HasSubstr("Grade ≥ 3"), HasSubstr("none observed")));
}

TEST(EvidencePage, ShowsPlaceAndTextAsPrintedAndWhoEnteredIt) {
  EXPECT_THAT(Render(kStudy),
              AllOf(HasSubstr("<summary>Table 2</summary>"),
                    HasSubstr("<q>18.6 mo</q>"), HasSubstr("bold in print"),
                    HasSubstr("north, a.meyer, 2023-11-14, change "
                              "<code>5f0c1d2e3a4b</code>")));
}

TEST(EvidencePage, ShowsOtherReadingsBesideTheValue) {
  EXPECT_THAT(Render(kStudy),
              HasSubstr("<span class=\"value\">18.6 months</span>"
                        "<div class=\"mark doubted\"><b>Doubted reading</b>"
                        "<ul><li>or: <span class=\"reading\">16.8 months"
                        "</span> (digits may be swapped)"));
}

TEST(EvidencePage, KeepsConclusionsApart) {
  const std::string page = Render(kStudy);
  const size_t heading = page.find("What authors conclude");
  ASSERT_NE(heading, std::string::npos);
  EXPECT_GT(page.find("the drug works"), heading);
}

TEST(EvidencePage, SaysNotRecordedAndNeverZero) {
  const std::string page = Render(kStudy);
  EXPECT_THAT(page, HasSubstr("data-label=\"Participants\">not recorded<"));
  EXPECT_THAT(page, HasSubstr("<dt>Participants</dt><dd>not recorded<"));
  EXPECT_THAT(page, Not(HasSubstr("data-label=\"Participants\">0<")));
}

TEST(EvidencePage, TellsNotStatedFromNotRecorded) {
  EXPECT_THAT(Render(kStudy),
              AllOf(HasSubstr("<dt>Multicenter</dt><dd>not recorded<"),
                    HasSubstr("<dt>Controlled</dt><dd><details class=\"value\">"
                              "<summary>Not stated</summary>")));
}

TEST(EvidencePage, ShowsEveryDisputedValueWithWhoSaidIt) {
  RegistryEvidence evidence = EvidenceFromYaml(kStudy);
  v1::Conflict conflict;
  const RegistryEvidence::Place place = MedianOf(evidence);
  conflict.set_record(place.first);
  conflict.set_path(place.second);
  *conflict.add_values() = Value("north", R"({"value": 18.6, "unit": "mo"})");
  *conflict.add_values() = Value("south", R"({"value": 16.8, "unit": "mo"})");
  *conflict.add_values() = Value("west", "");
  evidence.conflicts[place] = conflict;
  const std::string page = RenderEvidencePage(evidence);
  const std::string row = page.substr(page.find("<span class=\"value\">18.6"));
  EXPECT_THAT(row, AllOf(HasSubstr("<b>Disputed</b>"),
                         HasSubstr("<b>18.6 months</b>: north; read in pmid-1, "
                                   "table 2, north"),
                         HasSubstr("<b>16.8 months</b>: south"),
                         HasSubstr("<b>removed</b>: west")));
}

TEST(EvidencePage, ListsDisputesOfRecordsThatItDoesNotShow) {
  RegistryEvidence evidence = EvidenceFromYaml(kStudy);
  v1::Conflict conflict;
  conflict.set_record("registries/nsclc/futureKinds/a");
  conflict.set_path("1234");
  *conflict.add_values() = Value("north", "{\"unknownField\": 1234}");
  *conflict.add_values() = Value("south", "7");
  evidence.conflicts[{conflict.record(), conflict.path()}] = conflict;
  EXPECT_THAT(RenderEvidencePage(evidence),
              AllOf(HasSubstr("future kind a"), HasSubstr("<b>7</b>: south")));
}

TEST(EvidencePage, NamesOneRecordOfAKindInTheSingular) {
  RegistryEvidence evidence = EvidenceFromYaml(kStudy);
  for (const char* record :
       {"registries/nsclc/reviews/r/certainties/pfs", "registries/nsclc"}) {
    v1::Conflict conflict;
    conflict.set_record(record);
    conflict.set_path("note");
    *conflict.add_values() = Value("north", "1");
    *conflict.add_values() = Value("south", "2");
    evidence.conflicts[{conflict.record(), conflict.path()}] = conflict;
  }
  EXPECT_THAT(
      RenderEvidencePage(evidence),
      AllOf(HasSubstr("certainty pfs"), HasSubstr("registry nsclc"),
            Not(HasSubstr("certaintie ")), Not(HasSubstr("registrie "))));
}

TEST(EvidencePage, MarksAgreements) {
  RegistryEvidence evidence = EvidenceFromYaml(kStudy);
  v1::Agreement agreement;
  *agreement.add_values() = Value("north", "{}");
  *agreement.add_values() = Value("south", "{}");
  agreement.set_blind(true);
  evidence.agreements[MedianOf(evidence)] = agreement;
  EXPECT_THAT(RenderEvidencePage(evidence),
              HasSubstr("Agreed: north and south, independently"));
}

TEST(EvidencePage, SaysThatASourceIsSecondary) {
  const std::string study(kStudy);
  const std::string cited = absl::StrReplaceAll(
      study,
      {{"locator: table 2", "locator: table 2\n          cites: pmid-2"}});
  const std::string mark =
      "<span class=\"secondary\">secondary source</span>"
      "</summary>";
  EXPECT_THAT(Render(study), Not(HasSubstr(mark)));
  EXPECT_THAT(Render(cited), HasSubstr(mark));
}

TEST(EvidencePage, SetsPreclinicalAndEmptyStudiesApart) {
  const std::string page = RenderEvidencePage(SampleEvidence());
  const size_t results = page.find("<section id=\"results\">");
  const size_t ongoing = page.find("<section id=\"ongoing\">");
  const size_t preclinical = page.find("<section id=\"preclinical\">");
  ASSERT_NE(preclinical, std::string::npos);
  EXPECT_LT(results, ongoing);
  EXPECT_LT(ongoing, preclinical);
  const size_t laura =
      page.find("<article class=\"study\" id=\"trial-nct03521154");
  EXPECT_TRUE(ongoing < laura && laura < preclinical);
}

TEST(EvidencePage, HostileTextStaysText) {
  const std::string hostile = "</title><script>alert(1)</script><img src=x>";
  RegistryEvidence evidence = EvidenceFromYaml(kStudy);
  evidence.registry.set_title(hostile);
  Study& study = evidence.studies.front();
  study.trial.set_title(hostile);
  study.trial.set_note("\" onmouseover=\"alert(1)");
  study.trial.mutable_registrations(0)->set_number("NCT0000000\" x=\"");
  study.arms.front().set_title(hostile);
  v1::Estimate& estimate = *study.endpoints.front().mutable_estimates(0);
  estimate.set_statement(hostile);
  estimate.mutable_source()->set_text(hostile);
  estimate.mutable_source()->set_locator(hostile);
  estimate.mutable_alternatives(0)->set_reading(hostile);
  evidence.publications["pmid-1"].set_doi("10.1/\"><script>alert(1)</script>");
  v1::Conflict conflict;
  *conflict.add_values() = Value(hostile, hostile);
  *conflict.add_values() = Value("south", "{\"value\": 1}");
  evidence.conflicts[MedianOf(evidence)] = conflict;
  for (auto& [place, entries] : evidence.entries) {
    entries.front().change.set_author(hostile);
    entries.front().change.set_message(hostile);
  }
  EXPECT_THAT(RenderEvidencePage(evidence),
              AllOf(Not(HasSubstr("<script")), Not(HasSubstr("<img")),
                    Not(HasSubstr("\" onmouseover")), Not(HasSubstr(" x=\""))));
}

TEST(EvidencePage, FetchesAndRunsNothing) {
  const std::string page = RenderEvidencePage(SampleEvidence());
  const std::string style(PageStyle());
  EXPECT_THAT(page, HasSubstr(absl::StrCat(
                        "default-src &#39;none&#39;; style-src &#39;sha256-",
                        absl::Base64Escape(Sha256({style})), "&#39;")));
  EXPECT_THAT(page, HasSubstr(absl::StrCat("<style>", style, "</style>")));
  for (const char* const trace :
       {"<script", "<link", "<img", "<iframe", "style=\"",
        "javascript:", "@import", "url("}) {
    EXPECT_FALSE(absl::StrContains(page, trace)) << trace;
  }
}

TEST(EvidencePage, SameEvidenceGivesTheSameBytes) {
  EXPECT_EQ(RenderEvidencePage(SampleEvidence()),
            RenderEvidencePage(SampleEvidence()));
}

TEST(EvidencePage, NamesTheSnapshotAndItsProofs) {
  EXPECT_THAT(
      Render(kStudy),
      AllOf(HasSubstr("<b>first-reading</b>"), HasSubstr("c.silva, west"),
            HasSubstr("Before the meeting of the reviewers"),
            HasSubstr(std::string(64, 'a')), HasSubstr(std::string(64, 'd')),
            HasSubstr(std::string(64, 'e'))));
  RegistryEvidence evidence = EvidenceFromYaml(kStudy);
  evidence.snapshot.reset();
  EXPECT_THAT(RenderEvidencePage(evidence), HasSubstr("Not a snapshot."));
}

TEST(EvidencePage, IsReadableWithoutSight) {
  const std::string page = Render(kStudy);
  for (const char* const landmark :
       {"<html lang=\"en\">", "<header>", "<main>", "<nav aria-label",
        "<footer>", "<caption>", "scope=\"col\"", "scope=\"row\"",
        "scope=\"rowgroup\"", "href=\"#studies\""}) {
    EXPECT_THAT(page, HasSubstr(landmark));
  }
}

TEST(EvidencePage, RegistryWithoutStudies) {
  RegistryEvidence evidence;
  evidence.registry.set_name("registries/empty");
  EXPECT_THAT(RenderEvidencePage(evidence), HasSubstr("<h1>empty</h1>"));
}

}  // namespace
}  // namespace consilium

// A draft proposes what enough trials report, in the protocol's own words.
#include "client/cli/protocol_draft.h"

#include <google/protobuf/text_format.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace consilium {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

v1::EvidenceRow Read(const std::string& trial, const std::string& text) {
  v1::EvidenceRow row;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &row))
      << text;
  row.set_trial_id(trial);
  row.set_study(absl::StrCat("STUDY-", trial));
  return row;
}

v1::EvidenceRow HazardRatio(const std::string& trial,
                            const std::string& outcome) {
  return Read(trial,
              absl::StrCat("kind: EVIDENCE_KIND_CONTRAST measure: "
                           "EFFECT_MEASURE_HAZARD_RATIO value: 0.5 outcome: '",
                           outcome, "'"));
}

v1::EvidenceRow Responders(const std::string& trial, const std::string& group,
                           const std::string& more = "") {
  return Read(trial, absl::StrCat("kind: EVIDENCE_KIND_ESTIMATE outcome: 'orr' "
                                  "events: 3 participants: 9 group: '",
                                  group, "' ", more));
}

v1::EvidenceRow Pneumonitis(const std::string& trial, const std::string& group,
                            int grade) {
  return Read(trial,
              absl::StrCat("kind: EVIDENCE_KIND_ADVERSE_EVENT_COUNT events: 1 "
                           "participants: 9 adverse_event: 'pneumonitis' "
                           "grade_low: ",
                           grade, " group: '", group, "'"));
}

TEST(ProtocolDraftTest, AnOutcomeNeedsEnoughTrialsAndNamesThem) {
  ProtocolDraft draft("egfr", "", 2);
  draft.Add(HazardRatio("a", "pfs"));
  draft.Add(HazardRatio("a", "pfs"));
  draft.Add(HazardRatio("b", "os"));
  EXPECT_FALSE(draft.has_outcomes());
  draft.Add(HazardRatio("b", "pfs"));
  EXPECT_TRUE(draft.has_outcomes());
  EXPECT_THAT(draft.ToYaml(),
              AllOf(HasSubstr("  # 2 of unknown design: STUDY-a, STUDY-b\n"
                              "  - id: 'pfs'\n"
                              "    title: 'Progression-free survival'\n"
                              "    measure: hr\n"
                              "    filter: 'outcome = pfs AND kind = "
                              "contrast'\n"
                              "    unusableStudies: leave-out\n"),
                    Not(HasSubstr("id: 'os'"))));
}

TEST(ProtocolDraftTest, CountsAreComparedWhereATrialHasTwoWholeGroups) {
  ProtocolDraft draft("egfr", "", 1);
  draft.Add(Responders("a", "drug"));
  draft.Add(Responders("a", "drug, women", "subgroups: 'women'"));
  EXPECT_FALSE(draft.has_outcomes());
  draft.Add(Responders("a", "control"));
  EXPECT_THAT(draft.ToYaml(),
              HasSubstr("    measure: rr\n"
                        "    filter: 'outcome = orr AND kind = estimate'\n"));
}

TEST(ProtocolDraftTest, PartsOfTheBodyAndUnnamedOutcomesAreOutcomesOfTheirOwn) {
  ProtocolDraft draft("egfr", "", 1);
  draft.Add(HazardRatio("a", "pfs"));
  v1::EvidenceRow brain = HazardRatio("b", "pfs");
  brain.set_compartment(v1::COMPARTMENT_INTRACRANIAL);
  draft.Add(brain);
  v1::EvidenceRow death = HazardRatio("a", "other");
  death.set_outcome_detail("Death at home");
  draft.Add(death);
  v1::EvidenceRow titled = HazardRatio("a", "other");
  titled.mutable_endpoint()->set_title("Relapse");
  draft.Add(titled);
  EXPECT_THAT(
      draft.ToYaml(),
      AllOf(HasSubstr("filter: 'outcome = pfs AND NOT compartment:* AND kind"),
            HasSubstr("id: 'pfs-intracranial'\n"),
            HasSubstr("outcome = pfs AND compartment = intracranial AND kind"),
            HasSubstr("id: 'death-at-home'\n    title: 'Death at home'\n"),
            HasSubstr("outcome = other AND outcomeDetail = \"Death at home\""),
            HasSubstr("outcome = other AND endpoint.title = Relapse")));
}

TEST(ProtocolDraftTest, DesignsThatAreNotPooledUnaskedAreTold) {
  ProtocolDraft draft("egfr", "", 1);
  v1::EvidenceRow row = HazardRatio("a", "pfs");
  row.set_design(v1::STUDY_DESIGN_NON_RANDOMIZED);
  draft.Add(row);
  EXPECT_THAT(draft.ToYaml(),
              AllOf(HasSubstr("  # 1 non-randomized: STUDY-a\n"),
                    HasSubstr("    designs: [non-randomized]\n")));
  row = HazardRatio("b", "pfs");
  row.set_design(v1::STUDY_DESIGN_RANDOMIZED);
  draft.Add(row);
  EXPECT_THAT(draft.ToYaml(),
              AllOf(HasSubstr("  # 1 randomized: STUDY-b; 1 non-randomized"),
                    Not(HasSubstr("designs:"))));
}

TEST(ProtocolDraftTest, OneCategoryOfSeveralIsNoOutcome) {
  ProtocolDraft draft("egfr", "", 1);
  draft.Add(Responders("a", "drug", "estimate { category: 'Death' }"));
  draft.Add(Responders("a", "control", "estimate { category: 'Death' }"));
  EXPECT_FALSE(draft.has_outcomes());
}

TEST(ProtocolDraftTest, MeansOfTwoGroupsAreCompared) {
  ProtocolDraft draft("egfr", "", 1);
  for (const char* const group : {"drug", "control"}) {
    draft.Add(Read("a", absl::StrCat("kind: EVIDENCE_KIND_ESTIMATE outcome: "
                                     "'qol' statistic: STATISTIC_MEAN value: 5 "
                                     "group: '",
                                     group, "'")));
  }
  EXPECT_THAT(draft.ToYaml(),
              AllOf(HasSubstr("measure: md\n"),
                    HasSubstr("kind = estimate AND statistic = mean")));
}

TEST(ProtocolDraftTest, AdverseEventsCountFromGradeThreeOn) {
  ProtocolDraft draft("egfr", "", 1);
  draft.Add(Pneumonitis("a", "drug", 1));
  draft.Add(Pneumonitis("a", "control", 1));
  EXPECT_FALSE(draft.has_outcomes());
  draft.Add(Pneumonitis("a", "drug", 3));
  draft.Add(Pneumonitis("a", "control", 3));
  EXPECT_THAT(draft.ToYaml(),
              AllOf(HasSubstr("id: 'pneumonitis-grade-3'\n"),
                    HasSubstr("adverseEvent = pneumonitis AND kind = "
                              "adverse-event-count AND grade >= 3")));
}

TEST(ProtocolDraftTest, OneIdIsGivenOnceAndAFilterIsKeptAsText) {
  ProtocolDraft draft("egfr", "title:\"Crohn's\"", 1);
  draft.Add(HazardRatio("a", "orr"));
  for (const char* const trial : {"a", "b"}) {
    draft.Add(Responders(trial, "drug"));
    draft.Add(Responders(trial, "control"));
  }
  EXPECT_THAT(draft.ToYaml(),
              AllOf(HasSubstr("inclusionFilter: 'title:\"Crohn''s\"'\n"),
                    HasSubstr("id: 'orr'\n"), HasSubstr("id: 'orr-rr'\n")));
}

TEST(ProtocolDraftTest, CountsThatNoMoreTrialsHaveThanAComparisonAreNotAsked) {
  ProtocolDraft draft("egfr", "", 1);
  draft.Add(HazardRatio("a", "orr"));
  draft.Add(Responders("a", "drug"));
  draft.Add(Responders("a", "control"));
  EXPECT_THAT(draft.ToYaml(), Not(HasSubstr("measure: rr")));
}

}  // namespace
}  // namespace consilium

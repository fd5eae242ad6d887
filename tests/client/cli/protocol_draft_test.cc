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
              AllOf(HasSubstr("  # 2 trials: STUDY-a, STUDY-b\n"
                              "  - id: pfs\n"
                              "    title: 'Progression-free survival'\n"
                              "    measure: hr\n"
                              "    filter: 'outcome = pfs AND kind = "
                              "contrast'\n"
                              "    unusableStudies: leave-out\n"),
                    Not(HasSubstr("id: os"))));
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

TEST(ProtocolDraftTest, AdverseEventsCountFromGradeThreeOn) {
  ProtocolDraft draft("egfr", "", 1);
  draft.Add(Pneumonitis("a", "drug", 1));
  draft.Add(Pneumonitis("a", "control", 1));
  EXPECT_FALSE(draft.has_outcomes());
  draft.Add(Pneumonitis("a", "drug", 3));
  draft.Add(Pneumonitis("a", "control", 3));
  EXPECT_THAT(draft.ToYaml(),
              AllOf(HasSubstr("id: pneumonitis-grade-3\n"),
                    HasSubstr("adverseEvent = pneumonitis AND kind = "
                              "adverse-event-count AND grade >= 3")));
}

TEST(ProtocolDraftTest, OneIdIsGivenOnceAndAFilterIsKeptAsText) {
  ProtocolDraft draft("egfr", "title:\"Crohn's\"", 1);
  draft.Add(HazardRatio("a", "orr"));
  draft.Add(Responders("a", "drug"));
  draft.Add(Responders("a", "control"));
  EXPECT_THAT(draft.ToYaml(),
              AllOf(HasSubstr("inclusionFilter: 'title:\"Crohn''s\"'\n"),
                    HasSubstr("id: orr\n"), HasSubstr("id: orr-rr\n")));
}

}  // namespace
}  // namespace consilium

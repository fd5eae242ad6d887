// Why no row matches, and what was likely meant.
#include "server/evidence/unmet_comparisons.h"

#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/evidence/evidence_filter.h"
#include "tests/server/evidence/row_questions.h"

namespace consilium {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(UnmetComparisonsTest, AnOutcomeOfTheRowsIsMeantByANearMiss) {
  v1::EvidenceRow row;
  row.set_outcome("os");
  EXPECT_THAT(
      UnmetComparisons(*ParseEvidenceFilter("outcome = \"overall survial\""),
                       {&row}),
      ElementsAre("no row has outcome = \"overall survial\"; did you mean "
                  "\"os\"?"));
}

TEST(UnmetComparisonsTest, AWordThatNoRowHasIsToldWithThoseThatTheyHave) {
  v1::EvidenceRow dcr, os, again, conclusion;
  dcr.set_outcome("dcr");
  dcr.add_adverse_event_terms("hematologic-toxicity");
  os.set_outcome("os");
  os.add_drugs("gefitinib");
  again.set_outcome("os");
  conclusion.set_kind(v1::EVIDENCE_KIND_CONCLUSION);
  conclusion.set_outcome("outlook");
  const auto unmet = [&](absl::string_view filter) {
    return UnmetComparisons(*ParseEvidenceFilter(filter),
                            {&dcr, &os, &again, &conclusion});
  };
  // Control of a place is no slip for control of the disease.
  EXPECT_THAT(unmet("outcome = \"local control\""),
              ElementsAre("no row has outcome = control (local control); those "
                          "that exist: os, dcr"));
  EXPECT_THAT(unmet("outcome = \"local recurrence\""),
              ElementsAre("no row has outcome = \"local recurrence\"; those "
                          "that exist: os, dcr"));
  EXPECT_THAT(unmet("drugs = foo"),
              ElementsAre("no row has drugs = foo; those that exist: "
                          "gefitinib"));
  EXPECT_THAT(unmet("adverseEvent = foo"),
              ElementsAre("no row has adverseEvent = foo; those that exist: "
                          "hematologic-toxicity"));
  EXPECT_THAT(unmet("adverseEvent = hematologicl"),
              ElementsAre("no row has adverseEvent = hematologicl; did you "
                          "mean \"hematologic-toxicity\"?"));
  EXPECT_THAT(unmet("outcome = survival"),
              ElementsAre("no row has outcome = survival; did you mean "
                          "\"os\"?"));
}

TEST(UnmetComparisonsTest, AnOutcomeThatIsADetailOfRowsIsToldAsOne) {
  v1::EvidenceRow death, cause;
  death.set_outcome("other");
  death.set_outcome_detail("Death");
  cause.set_outcome("other");
  cause.set_outcome_detail("tuberculosis or its sequels");
  const auto unmet = [&](absl::string_view filter) {
    return UnmetComparisons(*ParseEvidenceFilter(filter), {&death, &cause});
  };
  EXPECT_THAT(unmet("outcome = death"),
              ElementsAre("no row has outcome = death; rows have it as their "
                          "detail: outcomeDetail = \"Death\""));
  EXPECT_THAT(unmet("outcome = Tuberculosis"),
              ElementsAre("no row has outcome = Tuberculosis; rows have it in "
                          "their details: outcomeDetail:\"Tuberculosis\""));
  EXPECT_THAT(unmet("outcomeDetail = \"Death\" AND outcomeDetail:"
                    "\"Tuberculosis\""),
              IsEmpty());
}

TEST(UnmetComparisonsTest, SurvivalAloneMayBeOverallOrWithoutProgression) {
  v1::EvidenceRow os, pfs, dfs, efs, css;
  os.set_outcome("os");
  pfs.set_outcome("pfs");
  dfs.set_outcome("dfs");
  efs.set_outcome("efs");
  css.set_outcome("css");
  css.set_outcome_detail("survival until death of lung cancer");
  const Filter filter = *ParseEvidenceFilter("outcome = survival");
  EXPECT_THAT(UnmetComparisons(filter, {&os, &pfs, &dfs, &efs, &css}),
              ElementsAre("no row has outcome = survival; did you mean \"os\" "
                          "or \"pfs\"?"));
  EXPECT_THAT(UnmetComparisons(filter, {&pfs, &dfs}),
              ElementsAre("no row has outcome = survival; did you mean "
                          "\"pfs\"?"));
  EXPECT_THAT(UnknownOutcomes(filter),
              ElementsAre("has outcome = survival, and no outcome has that "
                          "name; did you mean \"os\" or \"pfs\"?; `consilium "
                          "explain endpoint.measure` lists them"));
}

TEST(UnmetComparisonsTest, AnOutcomeThatIsNoneIsToldThoughOtherRowsMatch) {
  v1::EvidenceRow os, conclusion;
  os.set_outcome("os");
  conclusion.set_kind(v1::EVIDENCE_KIND_CONCLUSION);
  conclusion.set_outcome("outlook");
  const auto unmet = [&](absl::string_view filter) {
    return UnmetOutcomes(*ParseEvidenceFilter(filter), {&os, &conclusion});
  };
  EXPECT_THAT(unmet("outcome = oss OR outcome = os"),
              ElementsAre("no row has outcome = oss; did you mean \"os\"?"));
  EXPECT_THAT(unmet("NOT outcome = oss"),
              ElementsAre("no row has outcome = oss; did you mean \"os\"?"));
  // Known, though no row has it; and the topic of a conclusion.
  EXPECT_THAT(unmet("outcome = pfs OR outcome = os"), IsEmpty());
  EXPECT_THAT(unmet("outcome = outlook OR outcome = os"), IsEmpty());
}

TEST(UnmetComparisonsTest, OutcomesThatAreNoneAreNamedWithTheNearest) {
  const auto unknown = [](absl::string_view filter) {
    return UnknownOutcomes(*ParseEvidenceFilter(filter));
  };
  EXPECT_THAT(
      unknown("outcome = psf AND NOT outcome != xyz"),
      ElementsAre("has outcome = psf, and no outcome has that name; did "
                  "you mean \"pfs\"?; `consilium explain "
                  "endpoint.measure` lists them",
                  "has outcome != xyz, and no outcome has that name; "
                  "`consilium explain endpoint.measure` lists them"));
  EXPECT_THAT(unknown("outcome = \"intracranial PFS\" AND outcome:surviv AND "
                      "outcome = \"p*\" AND outcome:*"),
              IsEmpty());
}

TEST(UnmetComparisonsTest, AnUnmetQuestionAboutElementsIsToldAsAWhole) {
  v1::EvidenceRow row;
  row.add_arms()->add_drugs()->set_drug("gefitinib");
  EXPECT_THAT(
      UnmetComparisons(*ParseEvidenceFilter("arms.drugs.any(drug = cisplatin)"),
                       {&row}),
      ElementsAre("no row has arms.drugs.any(drug = cisplatin)"));
}

TEST(UnmetComparisonsTest, ADrugOfAnArmIsCalledAsItsRecordCallsIt) {
  v1::EvidenceRow row;
  row.add_arms()->add_drugs()->set_drug("gefitinib");
  const auto unmet = [&](absl::string_view filter) {
    return UnmetComparisons(*ParseEvidenceFilter(filter), {&row});
  };
  EXPECT_THAT(unmet("arms.drugs.any(drug = egfr-tki)"),
              ElementsAre("no row has arms.drugs.any(drug = egfr-tki); that is "
                          "a class of drugs, which drugClasses = egfr-tki "
                          "finds"));
  EXPECT_THAT(unmet("arms.drugs.drug = Gefitinib"),
              ElementsAre("no row has arms.drugs.drug = Gefitinib; did you "
                          "mean \"gefitinib\"?"));
  EXPECT_THAT(unmet("arms.drugs.drug = tagrisso"),
              ElementsAre("no row has arms.drugs.drug = tagrisso; did you mean "
                          "\"osimertinib\"?"));
}

TEST(UnmetComparisonsTest, AValueThatNoRowHasIsToldWithWhatIsMeant) {
  v1::EvidenceRow row;
  row.set_study("SINDAS");
  row.set_trial_id("nct02893332");
  row.set_outcome("pfs");
  row.set_measure(v1::EFFECT_MEASURE_HAZARD_RATIO);
  row.add_drug_classes("ros1-inhibitor");
  row.add_drugs("gefitinib");
  const auto unmet = [&](absl::string_view filter) {
    return UnmetComparisons(*ParseEvidenceFilter(filter), {&row});
  };
  EXPECT_THAT(unmet("measure = risk-ratio"),
              ElementsAre("no row has measure = risk-ratio; those that exist: "
                          "hr"));
  // No slip for ROS1.
  EXPECT_THAT(unmet("drugClasses = PD-1"),
              ElementsAre("no row has drugClasses = pd-1-inhibitor; those that "
                          "exist: ros1-inhibitor"));
  EXPECT_THAT(unmet("outcome = pneumonitis"),
              ElementsAre("no row has outcome = pneumonitis; of adverse events "
                          "write adverseEvent = pneumonitis"));
  EXPECT_THAT(unmet("trial = SINDAS"),
              ElementsAre("no row has trialId = SINDAS; that is no id; write "
                          "study = \"SINDAS\""));
  EXPECT_THAT(unmet("gefitnib"),
              ElementsAre("no row has \"gefitnib\" in its texts; did you mean "
                          "\"gefitinib\"?"));
}

TEST(UnmetComparisonsTest, PartsThatNoRowMeetsTogetherAreCounted) {
  v1::EvidenceRow os, pfs;
  os.set_outcome("os");
  os.add_drugs("gefitinib");
  pfs.set_outcome("pfs");
  pfs.add_drugs("erlotinib");
  const auto filter = ParseEvidenceFilter("outcome = os AND drugs = erlotinib");
  EXPECT_THAT(UnmetComparisons(*filter, {&os, &pfs}), IsEmpty());
  EXPECT_THAT(UnmetTogether(*filter, {&os, &pfs}),
              ElementsAre("no row meets all parts together: 1 row matches "
                          "without outcome = os (overall survival), 1 row "
                          "matches without drugs = erlotinib"));
}

TEST(UnmetComparisonsTest, AHintTellsWhatNoRowSatisfiesForCertain) {
  const v1::EvidenceRow row = PValue(0.1, v1::COMPARATOR_LESS);
  EXPECT_THAT(UnmetComparisons(*ParseEvidenceFilter("p < 0.05"), {&row}),
              ElementsAre("no row has p < 0.05"));
  EXPECT_THAT(UnmetComparisons(*ParseEvidenceFilter("p < 0.2"), {&row}),
              IsEmpty());
  EXPECT_THAT(UnmetComparisons(*ParseEvidenceFilter("year > 2020"), {&row}),
              ElementsAre("no row has a value of year at all"));
}

}  // namespace
}  // namespace consilium

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

#include "proto/base/explain.h"

#include "consilium/v1/endpoint.pb.h"
#include "proto/base/schema_comment.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(ExplainTest, AField) {
  EXPECT_THAT(Explain("endpoint.contrasts.value"),
              IsOkAndHolds(AllOf(
                  StartsWith("FIELD  endpoint.contrasts.value\n"),
                  HasSubstr("TYPE   number\n"), HasSubstr("USE    optional\n"),
                  HasSubstr("SUCH AS  0.52\n"),
                  HasSubstr("The effect, on the natural scale: a hazard "
                            "ratio"))));
}

TEST(ExplainTest, ATopLevelFieldSaysHowItMerges) {
  EXPECT_THAT(
      Explain("endpoint.contrasts"),
      IsOkAndHolds(AllOf(
          HasSubstr("TYPE   list of Contrast\n"),
          HasSubstr("MERGES each element on its own, by its key\n"),
          HasSubstr("\nFIELDS\n  key "), HasSubstr("  positive-ratio "))));
}

TEST(ExplainTest, EvidenceRowsAreToldThoughTheyAreNoRecords) {
  for (const char* const word : {"evidence-row", "evidence"}) {
    EXPECT_THAT(Explain(word),
                IsOkAndHolds(AllOf(
                    StartsWith("ROW     evidence-row\n"),
                    HasSubstr("\n  consilium evidence search --filter "),
                    HasSubstr("\n  pComparator "),
                    HasSubstr("\n  valueMonths "), HasSubstr("\n  arms "))));
  }
  EXPECT_THAT(
      Explain("evidence-row.design"),
      IsOkAndHolds(AllOf(StartsWith("FIELD  evidence-row.design\n"),
                         HasSubstr("\n  randomized "), Not(HasSubstr("USE ")),
                         Not(HasSubstr("MERGES ")))));
  EXPECT_THAT(Explain("evidence-row.arms.drugs.dose"),
              IsOkAndHolds(HasSubstr("  amount ")));
  EXPECT_THAT(Explain(""), IsOkAndHolds(HasSubstr("\n  evidence-row ")));
}

TEST(ExplainTest, AnEnumListsItsValues) {
  EXPECT_THAT(
      Explain("trial.phases"),
      IsOkAndHolds(AllOf(HasSubstr("list of Phase"), HasSubstr("\nVALUES\n"),
                         HasSubstr("  phase2 "))));
}

TEST(ExplainTest, RulesAreSaid) {
  EXPECT_THAT(Explain("publication.year"),
              IsOkAndHolds(AllOf(HasSubstr("RULE   at least 1800\n"),
                                 HasSubstr("RULE   at most 2200\n"))));
}

TEST(ExplainTest, ARecord) {
  EXPECT_THAT(
      Explain("ae"),
      IsOkAndHolds(AllOf(
          StartsWith("RECORD  adverseEvent\n"),
          HasSubstr("registries/{registry}/trials/{trial}/adverseEvents/"),
          HasSubstr("\nFIELDS\n"))));
}

TEST(ExplainTest, NothingListsTheKinds) {
  EXPECT_THAT(Explain(""), IsOkAndHolds(AllOf(HasSubstr("  trial "),
                                              HasSubstr("  publication "))));
}

TEST(ExplainTest, IndicesAndKeysAreLeftOut) {
  EXPECT_THAT(Explain("endpoint.estimates[pmid-1/a.b/-].value"),
              IsOkAndHolds(StartsWith("FIELD  endpoint.estimates.value\n")));
}

TEST(ExplainTest, RefusesWhatIsNotThere) {
  const struct {
    const char* path;
    const char* complaint;
  } kCases[] = {
      {"endpiont", "did you mean \"endpoint\"?"},
      {"endpoint.contrast", "did you mean \"contrasts\"?"},
      {"endpoint.title.x", "title has no fields"},
      {"endpoint.", "\"\" is no field of Endpoint"},
  };
  for (const auto& test : kCases) {
    EXPECT_THAT(Explain(test.path), StatusIs(absl::StatusCode::kInvalidArgument,
                                             HasSubstr(test.complaint)))
        << test.path;
  }
}

TEST(SchemaCommentTest, JoinsTheLinesOfAParagraph) {
  EXPECT_THAT(SchemaComment(*v1::Endpoint::descriptor()),
              StartsWith("What was measured, in one compartment and by one "
                         "assessor."));
  EXPECT_EQ(SchemaComment(*v1::Measure_descriptor()), "What is measured.");
  EXPECT_EQ(SchemaComment(*v1::Measure_descriptor()->FindValueByNumber(1)),
            "Progression-free survival.");
}

}  // namespace
}  // namespace consilium

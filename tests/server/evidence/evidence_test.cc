// Rows of the records of a registry.
#include "server/evidence/evidence.h"

#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/evidence/evidence_cache.h"
#include "tests/server/evidence/row_questions.h"
#include "tests/storage/registry/replica_fixture.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using testing::IsEmpty;
using testing::Not;

std::shared_ptr<const Evidence> EvidenceOf(Institution& institution) {
  EvidenceCache cache;
  auto evidence = cache.Get("nsclc", institution.store(), Version::Latest(),
                            [] { return absl::OkStatus(); });
  EXPECT_OK(evidence);
  return *std::move(evidence);
}

TEST(EvidenceTest, ATrialWithoutArmsMayHaveGivenAnything) {
  Institution north("north");
  north.Found();
  ASSERT_OK(north.State("trials/bare", "title: 'No arm was recorded'"));
  ASSERT_OK(
      north.State("trials/bare/endpoints/os",
                  "measure: MEASURE_OVERALL_SURVIVAL estimates { key: 'e' "
                  "statistic: STATISTIC_MEDIAN value: 12 unit: 'mo' }"));
  ASSERT_OK(north.State("trials/coded", "title: 'One arm'"));
  ASSERT_OK(north.State("trials/coded/arms/a",
                        "drugs { key: 'gefitinib' drug: 'gefitinib' }"));
  ASSERT_OK(north.State(
      "trials/across", "title: 'Of others' study_type: STUDY_TYPE_COMPARISON"));
  const std::shared_ptr<const Evidence> evidence = EvidenceOf(north);
  int bare = 0;
  for (const v1::EvidenceRow* row : evidence->rows()) {
    if (row->trial_id() == "bare") {
      ++bare;
      EXPECT_THAT(row->unstated(), Not(IsEmpty()));
      EXPECT_EQ(Ask("drugs = gefitinib", *row), RowMatch::kMay) << row->id();
      EXPECT_EQ(Ask("radiotherapy = sbrt", *row), RowMatch::kMay) << row->id();
      EXPECT_EQ(Ask("NOT drugClasses = egfr-tki", *row), RowMatch::kMay);
    } else if (row->trial_id() == "coded") {
      EXPECT_EQ(Ask("drugs = gefitinib", *row), RowMatch::kYes);
      EXPECT_EQ(Ask("drugs = erlotinib", *row), RowMatch::kNo);
    } else {
      EXPECT_EQ(Ask("drugs = gefitinib", *row), RowMatch::kNo);
    }
  }
  EXPECT_EQ(bare, 2);
}

const v1::EvidenceRow& OnlyRow(const Evidence& evidence,
                               v1::EvidenceKind kind) {
  const v1::EvidenceRow* found = nullptr;
  for (const v1::EvidenceRow* row : evidence.rows()) {
    if (row->kind() != kind) continue;
    EXPECT_EQ(found, nullptr) << row->id();
    found = row;
  }
  EXPECT_NE(found, nullptr);
  return *found;
}

TEST(EvidenceTest, AReadingThatNamesValuesMakesTheRowAgain) {
  Institution north("north");
  north.Found();
  ASSERT_OK(north.State("trials/t", "title: 'T'"));
  ASSERT_OK(north.State("trials/t/arms/rt",
                        "radiotherapies { key: 'r' technique: "
                        "RADIOTHERAPY_TECHNIQUE_SBRT }"));
  ASSERT_OK(north.State(
      "trials/t/adverseEvents/e",
      "term: 'radiation-pneumonia' counts { key: 'c' percentage: 59 "
      "grade { kind: GRADE_BAND_KIND_EXACT low: 1 } "
      "alternatives { reading: 'of any cause' "
      "  values { path: 'term' value: '\"pneumonia\"' } } "
      "alternatives { reading: 'in words' } }"));
  const std::shared_ptr<const Evidence> evidence = EvidenceOf(north);
  const v1::EvidenceRow& row =
      OnlyRow(*evidence, v1::EVIDENCE_KIND_ADVERSE_EVENT_COUNT);
  EXPECT_EQ(row.adverse_event(), "radiation-pneumonitis");
  ASSERT_EQ(evidence->variants().count(&row), 1u);
  const std::vector<RowVariant>& variants = evidence->variants().at(&row);
  ASSERT_EQ(variants.size(), 1u);
  EXPECT_TRUE(variants[0].reading);
  EXPECT_EQ(variants[0].row->id(), row.id());
  EXPECT_EQ(variants[0].row->adverse_event(), "pneumonia");
  EXPECT_EQ(variants[0].row->value(), 59);
}

TEST(EvidenceTest, AnUnnamedComparatorMayHaveBeenGivenAnything) {
  Institution north("north");
  north.Found();
  ASSERT_OK(north.State("trials/t", "title: 'T'"));
  ASSERT_OK(north.State("trials/t/arms/a",
                        "drugs { key: 'gefitinib' drug: 'gefitinib' }"));
  ASSERT_OK(north.State(
      "trials/t/endpoints/os",
      "measure: MEASURE_OVERALL_SURVIVAL "
      "contrasts { key: 'a' group { arms: 'a' } measure: EFFECT_MEASURE_TEST } "
      "contrasts { key: 'b' group { arms: 'a' } measure: EFFECT_MEASURE_TEST "
      "  reference { external: 'historical controls' } }"));
  const std::shared_ptr<const Evidence> evidence = EvidenceOf(north);
  int contrasts = 0;
  for (const v1::EvidenceRow* row : evidence->rows()) {
    if (row->kind() != v1::EVIDENCE_KIND_CONTRAST) continue;
    ++contrasts;
    EXPECT_EQ(Ask("treatment = targeted-alone", *row), RowMatch::kYes);
    EXPECT_EQ(Ask("referenceTreatment = radiotherapy-alone", *row),
              RowMatch::kMay);
    EXPECT_EQ(Ask("referenceDrugClasses = chemotherapy", *row), RowMatch::kMay);
    EXPECT_EQ(Ask("referenceRadiotherapy = rt", *row), RowMatch::kMay);
  }
  EXPECT_EQ(contrasts, 2);
}

}  // namespace
}  // namespace consilium

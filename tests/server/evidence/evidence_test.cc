// Rows of the records of a registry.
#include "server/evidence/evidence.h"

#include <memory>
#include <string>

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

}  // namespace
}  // namespace consilium

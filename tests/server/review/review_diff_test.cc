#include "server/review/review_diff.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace consilium {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

v1::OutcomeResult Pooled(double value, v1::ConclusionState conclusion) {
  v1::OutcomeResult outcome;
  outcome.set_id("os");
  outcome.set_title("Overall survival");
  outcome.set_design(v1::STUDY_DESIGN_RANDOMIZED);
  outcome.set_state(v1::OUTCOME_STATE_POOLED);
  outcome.mutable_pooled()->mutable_effect()->set_value(value);
  outcome.set_conclusion_state(conclusion);
  return outcome;
}

v1::StudyResult Study(const std::string& id, double yi) {
  v1::StudyResult study;
  study.set_trial_id(id);
  study.set_study(id);
  study.set_yi(yi);
  return study;
}

TEST(ReviewDiffTest, EqualResultsDifferInNothing) {
  v1::ReviewResult result;
  *result.add_outcomes() = Pooled(0.7, v1::CONCLUSION_STATE_BEYOND);
  const v1::ReviewDiff diff = CompareResults(result, result);
  EXPECT_FALSE(HasChanges(diff));
  EXPECT_EQ(diff.unchanged_outcomes(), 1);
}

TEST(ReviewDiffTest, TellsStudiesAndThatTheConclusionCrossed) {
  v1::ReviewResult before;
  v1::OutcomeResult& old = *before.add_outcomes();
  old = Pooled(0.9, v1::CONCLUSION_STATE_NOT_BEYOND);
  *old.add_studies() = Study("kept", -0.1);
  *old.add_studies() = Study("corrected", -0.2);
  *old.add_studies() = Study("retracted", -0.1);
  v1::ReviewResult after;
  v1::OutcomeResult& young = *after.add_outcomes();
  young = Pooled(0.7, v1::CONCLUSION_STATE_BEYOND);
  *young.add_studies() = Study("kept", -0.1);
  *young.add_studies() = Study("corrected", -0.6);
  *young.add_studies() = Study("new", -0.5);
  const v1::ReviewDiff diff = CompareResults(before, after);
  ASSERT_EQ(diff.outcomes_size(), 1);
  const v1::OutcomeChange& change = diff.outcomes(0);
  EXPECT_THAT(change.added_studies(), ElementsAre("new"));
  EXPECT_THAT(change.removed_studies(), ElementsAre("retracted"));
  EXPECT_THAT(change.changed_studies(), ElementsAre("corrected"));
  EXPECT_TRUE(change.crossed());
  EXPECT_EQ(change.before().effect().value(), 0.9);
  EXPECT_EQ(change.after().effect().value(), 0.7);
  EXPECT_THAT(change.description(), HasSubstr("crossed its threshold"));
}

TEST(ReviewDiffTest, FirstResultOfAnOutcomeIsNoCrossing) {
  const v1::ReviewResult before;
  v1::ReviewResult after;
  *after.add_outcomes() = Pooled(0.7, v1::CONCLUSION_STATE_BEYOND);
  const v1::ReviewDiff diff = CompareResults(before, after);
  ASSERT_EQ(diff.outcomes_size(), 1);
  EXPECT_FALSE(diff.outcomes(0).crossed());
  EXPECT_FALSE(diff.outcomes(0).has_conclusion_before());
}

v1::ExcludedResult& AddUnusable(v1::OutcomeResult& outcome,
                                const std::string& id) {
  v1::ExcludedResult& unusable = *outcome.add_unusable();
  unusable.set_trial_id(id);
  unusable.set_study(id);
  unusable.set_reason(v1::EXCLUSION_REASON_NO_VARIANCE);
  unusable.set_explanation("there is no interval");
  return unusable;
}

TEST(ReviewDiffTest, NamesTheStudyForWhichNothingIsPooledAnyMore) {
  v1::ReviewResult before;
  *before.add_outcomes() = Pooled(0.76, v1::CONCLUSION_STATE_BEYOND);
  v1::ReviewResult after = before;
  v1::OutcomeResult& stopped = *after.mutable_outcomes(0);
  stopped.clear_pooled();
  stopped.set_state(v1::OUTCOME_STATE_NOT_POOLABLE);
  AddUnusable(stopped, "L4");
  EXPECT_THAT(
      CompareResults(before, after).outcomes(0).description(),
      HasSubstr("not-poolable after; cannot be pooled: L4 (no variance: there "
                "is no interval)"));
  EXPECT_THAT(CompareResults(after, before).outcomes(0).description(),
              HasSubstr("could not be pooled before: L4"));
  // One more of them is news where nothing was pooled already.
  v1::ReviewResult later = after;
  AddUnusable(*later.mutable_outcomes(0), "L5");
  const v1::ReviewDiff diff = CompareResults(after, later);
  ASSERT_EQ(diff.outcomes_size(), 1);
  EXPECT_THAT(diff.outcomes(0).description(), HasSubstr("; L5 (no variance"));
}

TEST(ReviewDiffTest, TellsTrialsAndTheProtocolsFields) {
  v1::ReviewResult before, after;
  before.add_included_trials("a");
  before.add_included_trials("b");
  after.add_included_trials("b");
  after.add_included_trials("c");
  before.mutable_protocol()->set_title("old");
  after.mutable_protocol()->set_title("new");
  after.mutable_protocol()->mutable_update_time()->set_seconds(1);
  const v1::ReviewDiff diff = CompareResults(before, after);
  EXPECT_THAT(diff.added_trials(), ElementsAre("c"));
  EXPECT_THAT(diff.removed_trials(), ElementsAre("a"));
  EXPECT_THAT(diff.protocol_paths(), ElementsAre("title"));
  EXPECT_THAT(diff.outcomes(), IsEmpty());
}

}  // namespace
}  // namespace consilium

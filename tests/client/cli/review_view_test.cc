// What a terminal tells of a review's result.
#include "client/cli/review_view.h"

#include <google/protobuf/text_format.h>

#include <string>

#include "client/cli/protocol_dispute_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace consilium {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;

template <typename Message>
Message Read(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message));
  return message;
}

TEST(ReviewViewTest, EveryRowThatIsNotPooledIsListed) {
  EXPECT_EQ(
      ExcludedText(
          v1::ReviewResult(),
          Read<v1::OutcomeResult>(
              "excluded { study: 'SINDAS' explanation: 'a median' group: 'a' } "
              "excluded { study: 'SINDAS' explanation: 'a median' group: 'b' "
              "  reference: 'c' } "
              "excluded { study: 'ENTER' explanation: 'a median' group: 'd' "
              "}")),
      "  not pooled: 3 rows\n"
      "    because of :\n"
      "      SINDAS, a: a median\n"
      "      SINDAS, b : c: a median\n"
      "      ENTER: a median\n");
}

TEST(ReviewViewTest, RowsThatReadAlikeAreToldApartByTheirNumbers) {
  const auto result = Read<v1::ReviewResult>(
      "sections { results { id: 'r1' value: 20.2 unit: 'mo' } "
      "  results { id: 'r2' value: 12.5 unit: 'mo' } "
      "  adverse_events { id: 'r3' grade: '>=3' value: 7.4 unit: '%' } }");
  EXPECT_EQ(
      ExcludedText(result,
                   Read<v1::OutcomeResult>(
                       "excluded { row: 'r1' study: 'S' explanation: 'why' } "
                       "excluded { row: 'r2' study: 'S' explanation: 'why' } "
                       "excluded { row: 'r3' study: 'S' explanation: 'why' }")),
      "  not pooled: 3 rows\n"
      "    because of :\n"
      "      S: 20.2 months; why\n"
      "      S: 12.5 months; why\n"
      "      S: grade >=3 7.4%; why\n");
}

TEST(ReviewViewTest, NotesOfStudiesAreToldOnceEach) {
  EXPECT_THAT(ForestText(v1::ReviewResult(),
                         Read<v1::OutcomeResult>(
                             "studies { study: 'A' notes: 'level not stated' } "
                             "studies { study: 'B' notes: 'turned round' "
                             "  notes: 'level not stated' }"),
                         80),
              HasSubstr("  A, B: level not stated\n  B: turned round\n"));
}

TEST(ReviewViewTest, RiskThatDoesNotFitIsNotTold) {
  const std::string fits =
      "baseline_per_1000: 16 group_per_1000 { value: 8 low: 5 high: 12 } "
      "difference_per_1000 { value: -8 low: -11 high: -4 } ";
  EXPECT_THAT(ForestText(v1::ReviewResult(), Read<v1::OutcomeResult>(fits), 80),
              HasSubstr("of 1000: 16.0 in the reference, 8.00 (5.00 to 12.0) "
                        "in the group, difference -8.00 (-11.0 to -4.00)\n"));
  v1::OutcomeResult outcome = Read<v1::OutcomeResult>(fits);
  outcome.clear_group_per_1000();
  const std::string text = ForestText(v1::ReviewResult(), outcome, 80);
  EXPECT_THAT(text, HasSubstr("16.0 in the reference, difference -8.00"));
  EXPECT_THAT(text, HasSubstr("outside 0 to 1000"));
}

TEST(ReviewViewTest, AnalysesAreToldInWords) {
  const auto result = Read<v1::ReviewResult>(
      "sections { trials { trial_id: 't' "
      "  arms { name: 'trials/t/arms/bcg-vaccine' title: 'BCG vaccine' } } }");
  const std::string text = ForestText(
      result,
      Read<v1::OutcomeResult>(
          "favours_low: 'favours bcg-vaccine' favours_high: 'favours none' "
          "null_value: 1 log_scale: true "
          "studies { trial_id: 't' study: 'A' group: 'bcg-vaccine' "
          "  reference: 'none' effect { value: 0.5 low: 0.2 high: 4 } } "
          "studies { trial_id: 't' study: 'B' effect { value: 0.6 } } "
          "studies { trial_id: 't' study: 'C' effect { value: 0.7 } } "
          "pooled { effect { value: 0.6 } q: 3717.72 q_df: 2 q_p: 0 } "
          "subgroups { field: 'status' p: 0.151 } "
          "regressions { moderators: 'year' p: 0.0002 r2: 50 "
          "  coefficients { name: 'year' estimate: -0.03 p: 0.0002 } } "
          "leave_one_out { title: 'without A' pooled { effect { value: 0.65 } "
          "} } "
          "leave_one_out { title: 'without B' pooled { effect { value: 0.55 } "
          "} } "
          "small_study_tests { name: 'Egger' statistic: -1.4 p: 0.19 "
          "degrees_of_freedom: 1 } "
          "small_study_tests { name: 'Peters' statistic: -1.36 p: 0.2 "
          "degrees_of_freedom: 1 } "
          "small_study_tests { name: 'Begg' statistic: 0.026 p: 0.95 }"),
      100);
  EXPECT_THAT(text, HasSubstr("left favours BCG vaccine, right favours none"));
  EXPECT_THAT(text, HasSubstr("Q 3717.72 on 2, P < 0.001"));
  EXPECT_THAT(text, HasSubstr("by status: test for interaction, P = 0.15"));
  EXPECT_THAT(text, HasSubstr("regression on year: R2 50%, P < 0.001"));
  EXPECT_THAT(text, HasSubstr("from 0.55 without B to 0.65 without A"));
  EXPECT_THAT(text, HasSubstr("Egger: t -1.40 on 1, P = 0.19"));
  EXPECT_THAT(text, HasSubstr("Peters: t -1.36 on 1, P = 0.20"));
  EXPECT_THAT(text, HasSubstr("Begg: Kendall's tau 0.026, P = 0.95"));
  EXPECT_THAT(text, ContainsRegex("0\\.20 +1 +4\\.00\n"));
}

TEST(ReviewViewTest, ConflictsAreToldWithWhatTheyChange) {
  EXPECT_EQ(ConflictsText(v1::ReviewResult()), "");
  const std::string conflict =
      "conflicts { record: 'trials/t' path: 'randomized' study: 'SINDAS' "
      "  outcomes: 'os' disputes { institutions: 'north' "
      "    fields { field: 'design' } } } ";
  EXPECT_EQ(ConflictsText(Read<v1::ReviewResult>(conflict)),
            "in conflict: 1 input; consilium conflict list\n"
            "  SINDAS, randomized of trials/t: design not known by north; "
            "listed in os\n"
            "no pooled effect changes over the values in dispute\n");
  EXPECT_EQ(
      ConflictsText(Read<v1::ReviewResult>(
          conflict + "outcomes { id: 'os' design: STUDY_DESIGN_RANDOMIZED "
                     "  disputed { pooled { effect { value: 0.4 } } } "
                     "  disputed { pooled { effect { value: 0.6 } } } } "
                     "outcomes { id: 'pfs' "
                     "  disputed { pooled { effect { value: 0.4 } } } "
                     "  disputed { pooled { effect { value: 0.4 } } } }")),
      "in conflict: 1 input; consilium conflict list\n"
      "  SINDAS, randomized of trials/t: design not known by north; "
      "listed in os\n"
      "pooled effects over the values in dispute, lowest and highest:\n"
      "  os (randomized): 0.40 or 0.60\n");
}

TEST(ReviewViewTest, WhatWasNotEstimatedIsNoZero) {
  const std::string text = ForestText(
      v1::ReviewResult(),
      Read<v1::OutcomeResult>(
          "id: 'or' title: 'OR' state: OUTCOME_STATE_POOLED null_value: 1 "
          "studies { study: 'a' effect { value: 0.5 low: 0.2 high: 1.2 } } "
          "studies { study: 'b' effect { value: 0.6 low: 0.3 high: 1.1 } } "
          "pooled { effect { value: 0.55 low: 0.4 high: 0.8 } studies: 2 "
          "  method: 'common effect, Mantel-Haenszel, normal interval' "
          "  i2_from_q: 74.97 q: 91.9 q_df: 23 q_p: 3.41e-10 } "
          "subgroups { field: 'year' q: 0.41 q_df: 16 q_df2: 17 p: 0.959 "
          "  test: 'F of the subgroups' } "
          "regressions { moderators: 'year' coefficients { name: 'x' } "
          "  qm: 2.95 qm_df: 1 qm_df2: 10 p: 0.116 qe: 12.5 qe_df: 10 "
          "  qe_p: 0.253 } "
          "sensitivity { id: 'ce' title: 'Common effect' pooled { "
          "  effect { value: 0.83 low: 0.76 high: 0.91 } "
          "  method: 'common effect, inverse variance' } }"),
      80);
  EXPECT_THAT(
      text, testing::HasSubstr("  I2 75% from Q; Q 91.90 on 23, P < 0.001\n"));
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("tau2")));
  EXPECT_THAT(text, testing::HasSubstr(
                        "  by year: test for interaction, F 0.41 on 16 and "
                        "17, P = 0.96 (F of the subgroups)\n"));
  EXPECT_THAT(text, testing::HasSubstr(
                        "  regression on year: F 2.95 on 1 and 10, P = 0.12; "
                        "unexplained QE 12.50 on 10, P = 0.25\n"));
  EXPECT_THAT(text, testing::HasSubstr(
                        "  Common effect: 0.83 (0.76 to 0.91); common effect, "
                        "inverse variance\n"));
}

TEST(ReviewViewTest, RegressionsOnSeveralModeratorsAreToldWithTheirModel) {
  const std::string text = ForestText(
      v1::ReviewResult(),
      Read<v1::OutcomeResult>(
          "title: 'Response' studies { study: 'A' } studies { study: 'B' } "
          "plan_notes: 'the protocol states estimator reml, which pooling peto "
          "has no use for' "
          "regressions { id: 'joint' title: 'Year beside phase' "
          "  moderators: 'year' moderators: 'phase' qm: 1.681 qm_df: 3 "
          "  qm_df2: 9 p: 0.24 r2: 12 tau2: 0.276 i2: 85.2 qe: 88.4 qe_df: 9 "
          "  qe_p: 3e-15 method: 'random effects, REML; against phase = 2' "
          "  coefficients { name: 'phase: 3' estimate: 0.4343 low: -0.4345 "
          "    high: 1.3031 p: 0.287 } } "
          "regressions { id: 'few' moderators: 'year' "
          "  explanation: 'there are 2 studies' }"),
      100);
  EXPECT_THAT(text, HasSubstr("  of the plan: the protocol states estimator "
                              "reml, which pooling peto has no use for\n"));
  EXPECT_THAT(
      text,
      HasSubstr("  regression joint on year, phase: R2 12%, F 1.68 on 3 and 9, "
                "P = 0.24; unexplained QE 88.40 on 9, P < 0.001, tau2 0.276, "
                "I2 85%\n    Year beside phase\n    random effects, REML; "
                "against phase = 2\n    phase: 3: 0.4343 (-0.4345 to 1.3031), "
                "P = 0.29\n"));
  EXPECT_THAT(text,
              HasSubstr("  regression few on year: there are 2 studies\n"));
}

TEST(ReviewViewTest, StudiesThatCannotBePooledAreNamedByOutcome) {
  EXPECT_EQ(UnusableText(v1::ReviewResult()), "");
  const std::string l4 =
      "unusable { study: 'L4' reason: EXCLUSION_REASON_NO_VARIANCE "
      "  explanation: 'there is no interval' } ";
  EXPECT_EQ(
      UnusableText(Read<v1::ReviewResult>(
          "outcomes { id: 'pfs' design: STUDY_DESIGN_RANDOMIZED "
          "  studies { study: 'L1' } " +
          l4 +
          "} outcomes { id: 'os' studies { study: 'L1' } "
          "  pooled { studies: 3 } " +
          l4 + "} outcomes { id: 'dcr' " + l4 + "} outcomes { id: 'orr' }")),
      "studies that cannot be pooled:\n"
      "  pfs (randomized), of which nothing is pooled:\n"
      "    L4: no-variance, there is no interval\n"
      "  os, which goes without them:\n"
      "    L4: no-variance, there is no interval\n"
      "  none can be of dcr; --outcome ID tells why\n");
}

TEST(ReviewViewTest, AProtocolInDisputeTellsWhoseValuesGiveWhat) {
  const auto result = Read<v1::ReviewResult>(
      "protocol_disputes { path: 'outcomes[os]' outcomes: 'os' "
      "  values { value: '{}' provisional: true "
      "    fields { field: 'level' value: '95' } "
      "    provenance { institution: 'north' author: 'a.meyer' "
      "      claimed_time: '2026-11-23T10:50:55Z' } } "
      "  values { value: '{}' fields { field: 'level' } "
      "    provenance { institution: 'south' author: 'b.rossi' "
      "      claimed_time: '2026-11-24T10:50:55Z' } "
      "    outcomes { id: 'os' design: STUDY_DESIGN_RANDOMIZED "
      "      pooled { studies: 3 "
      "        effect { value: 0.6 low: 0.4 high: 0.9 level: 90 } } } } }");
  EXPECT_EQ(DisputesText(result.protocol_disputes(), true),
            "protocol in dispute: outcomes[os]; it decides os; consilium "
            "conflict list\n"
            "  counts: level 95 (a.meyer of north, 2026-11-23)\n"
            "  or: level absent (b.rossi of south, 2026-11-24)\n"
            "    then os (randomized): 0.60 (0.40 to 0.90), 90% CI, studies: "
            "3\n");
  v1::ReviewDiff diff;
  diff.set_review_added(true);
  *diff.mutable_protocol_disputes() = result.protocol_disputes();
  EXPECT_THAT(DiffText(diff), HasSubstr("all of the review is new"));
  EXPECT_THAT(DiffText(diff), HasSubstr("protocol in dispute: outcomes[os]"));
}

}  // namespace
}  // namespace consilium

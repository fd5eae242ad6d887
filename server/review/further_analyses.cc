#include "server/review/further_analyses.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/evidence/row_matcher.h"
#include "server/review/limits.h"
#include "server/review/outcome_pooling.h"
#include "server/review/regressions.h"
#include "server/review/review_plan.h"
#include "server/review/study_field.h"
#include "server/review/zero_cells.h"
#include "server/synthesis/sensitivity.h"
#include "server/synthesis/small_study.h"
#include "server/synthesis/subgroups.h"

namespace consilium {
namespace {

std::vector<const Candidate*> Without(Candidates studies, size_t index) {
  std::vector<const Candidate*> rest(studies.begin(), studies.end());
  rest.erase(rest.begin() + static_cast<ptrdiff_t>(index));
  return rest;
}

// The test for interaction fits the plan's interval: with Hartung-Knapp's F,
// which pools what all subgroups tell of tau2; else Q.
void TestSubgroups(Candidates studies, absl::Span<const std::string> names,
                   const v1::ReviewOutcome& plan,
                   v1::SubgroupAnalysis& analysis) {
  const PoolingOptions options = OptionsOf(plan);
  const bool by_f = options.interval_method != IntervalMethod::kNormal;
  const int groups = analysis.parts_size();
  if (by_f && studies.size() <= static_cast<size_t>(groups)) {
    analysis.set_explanation(
        absl::StrCat("the F test for interaction wants more studies than "
                     "subgroups; there are ",
                     studies.size(), " of ", groups));
    return;
  }
  const auto test = PoolSubgroups(
      StudiesOf(studies), names,
      by_f ? SubgroupTau2::kCommon : SubgroupTau2::kSeparate, options);
  if (!test.ok()) {
    analysis.set_explanation(std::string(test.status().message()));
    return;
  }
  if (!test->interaction.has_value()) {
    analysis.set_explanation(
        "the studies of each subgroup agree exactly, so that F is not defined");
    return;
  }
  analysis.set_q(test->interaction->statistic);
  analysis.set_q_df(test->interaction->df1);
  if (test->interaction->df2.has_value()) {
    analysis.set_q_df2(*test->interaction->df2);
  }
  analysis.set_p(test->interaction->p_value);
  const bool common = plan.model() == v1::POOLING_MODEL_COMMON_EFFECT;
  analysis.set_test(
      absl::StrCat(by_f ? "F of the subgroups, Hartung-Knapp"
                        : "Q between subgroups, by normal standard errors",
                   options.interval_method == IntervalMethod::kHartungKnappAdHoc
                       ? " with a scale of at least 1"
                       : "",
                   common ? ""
                   : by_f ? ", one tau2 for all"
                          : ", each with a tau2 of its own"));
}

// Subgroups of studies without a value, and without one that the plan lists.
constexpr char kNotStated[] = "not stated";
constexpr char kOtherOrNotStated[] = "other or not stated";

void AddSubgroups(Candidates studies, const v1::ReviewOutcome& plan,
                  v1::OutcomeResult& result) {
  for (const std::string& text : plan.subgroups()) {
    const auto field = StudyField::Parse(text);
    if (!field.ok()) continue;  // The plan was checked.
    v1::SubgroupAnalysis& analysis = *result.add_subgroups();
    analysis.set_field(text);
    std::map<std::string, std::vector<const Candidate*>> groups;
    std::vector<std::string> names;
    for (const Candidate* study : studies) {
      std::string name = field->TextOf(*study);
      if (name.empty()) {
        name = field->values().empty() ? kNotStated : kOtherOrNotStated;
      }
      groups[name].push_back(study);
      names.push_back(std::move(name));
    }
    std::vector<std::string> order = field->InOrder(names);
    std::stable_partition(order.begin(), order.end(), [](const auto& name) {
      return name != kNotStated && name != kOtherOrNotStated;
    });
    for (const std::string& name : order) {
      *analysis.add_parts() = PoolPart(name, name, groups[name], plan);
    }
    if (groups.size() < 2) {
      analysis.set_explanation(
          "all studies are in one subgroup; there is nothing to compare");
      continue;
    }
    if (plan.pooling() != v1::POOLING_METHOD_INVERSE_VARIANCE) {
      analysis.set_explanation(
          "the test for interaction wants inverse-variance pooling");
      continue;
    }
    TestSubgroups(studies, names, plan, analysis);
  }
}

void AddSensitivity(Candidates studies, const v1::ReviewOutcome& plan,
                    v1::OutcomeResult& result) {
  for (const v1::SensitivityAnalysis& analysis : plan.sensitivity()) {
    const v1::ReviewOutcome changed = PlanOfSensitivity(plan, analysis);
    std::vector<const Candidate*> kept(studies.begin(), studies.end());
    std::vector<v1::PossibleResult> possible;
    if (analysis.has_filter()) {
      const auto filter = ParseRowFilter(analysis.filter());
      if (!filter.ok()) continue;  // The plan was checked.
      RowMatcher matcher(filter->root());
      kept.clear();
      for (const Candidate* study : studies) {
        std::set<std::string> fields;
        const RowMatch match = matcher.Match(study->row(), fields);
        if (match == RowMatch::kYes) kept.push_back(study);
        if (match == RowMatch::kMay) {
          possible.push_back(MakePossible(study->row(), fields));
        }
      }
    }
    if (analysis.has_risk_of_bias_max()) {
      std::erase_if(kept, [&analysis](const Candidate* study) {
        const int rank = BiasRank(study->risk_of_bias);
        return rank < 0 || rank > BiasRank(analysis.risk_of_bias_max());
      });
    }
    std::vector<Candidate> made;
    if (analysis.has_zero_cells()) {
      made = WithZeroCellsOf(kept, changed);
      kept.clear();
      for (const Candidate& study : made) kept.push_back(&study);
    }
    const bool of_effects =
        changed.pooling() == v1::POOLING_METHOD_INVERSE_VARIANCE;
    // Mantel and Haenszel's risk ratio counts studies that others do not;
    // methods of counts those that have no effect of their own.
    kept.erase(
        std::remove_if(kept.begin(), kept.end(),
                       [&changed, of_effects](const Candidate* study) {
                         return !study->effect.is_usable() ||
                                !TellsOfEffect(study->effect, changed) ||
                                (of_effects &&
                                 !study->effect.effect.estimate.has_value());
                       }),
        kept.end());
    const v1::ReviewOutcome settled =
        WithTables(changed, SettledTables(kept, changed));
    v1::PooledPart& part = *result.add_sensitivity();
    part = PoolPart(analysis.id(),
                    analysis.has_title() ? analysis.title() : analysis.id(),
                    kept, settled);
    *part.mutable_possible() = {possible.begin(), possible.end()};
  }
}

void AddListsByStudy(Candidates studies, const v1::ReviewOutcome& plan,
                     v1::OutcomeResult& result) {
  for (size_t i = 0; i < studies.size(); ++i) {
    const v1::EvidenceRow& row = studies[i]->row();
    *result.add_leave_one_out() =
        PoolPart(row.trial_id(), absl::StrCat("without ", studies[i]->name()),
                 Without(studies, i), plan);
    *result.add_cumulative() = PoolPart(
        row.trial_id(),
        i == 0 ? studies[i]->name() : absl::StrCat("and ", studies[i]->name()),
        studies.first(i + 1), plan);
  }
}

void AddInfluence(Candidates studies, const v1::ReviewOutcome& plan,
                  v1::OutcomeResult& result) {
  if (plan.pooling() != v1::POOLING_METHOD_INVERSE_VARIANCE) return;
  const auto influence = MeasureInfluence(StudiesOf(studies), OptionsOf(plan));
  if (!influence.ok()) return;
  for (size_t i = 0; i < studies.size(); ++i) {
    const StudyInfluence& of = (*influence)[i];
    v1::StudyInfluence& each = *result.add_influence();
    each.set_row(studies[i]->row().id());
    each.set_study(studies[i]->name());
    if (of.studentized_residual.has_value()) {
      each.set_residual(*of.studentized_residual);
    }
    if (of.cooks_distance.has_value()) each.set_cook(*of.cooks_distance);
    each.set_hat(of.hat);
    if (of.tau2_deleted.has_value()) each.set_tau2_without(*of.tau2_deleted);
    const v1::PooledPart& without = result.leave_one_out(static_cast<int>(i));
    if (without.has_pooled())
      *each.mutable_without() = without.pooled().effect();
  }
}

// The counts of both arms of all studies, or why there are none.
absl::StatusOr<std::vector<StudyCounts>> CountsOfAll(Candidates studies) {
  std::vector<StudyCounts> counts;
  std::vector<std::string> bare;
  for (const Candidate* study : studies) {
    const RowEffect& effect = study->effect;
    if (!effect.group.has_value() || !effect.reference.has_value()) {
      bare.push_back(study->name());
      continue;
    }
    counts.push_back({study->name(), {*effect.group, *effect.reference}});
  }
  if (bare.empty()) return counts;
  return absl::FailedPreconditionError(
      absl::StrCat("wants the counts of both arms of every study; without: ",
                   absl::StrJoin(bare, ", ")));
}

void FillTest(const absl::StatusOr<FunnelRegression>& line,
              absl::string_view method, v1::SmallStudyTest& test) {
  if (!line.ok()) {
    test.set_explanation(std::string(line.status().message()));
    return;
  }
  test.set_method(std::string(method));
  if (line->asymmetry.df.has_value()) {
    test.set_degrees_of_freedom(*line->asymmetry.df);
  }
  if (line->asymmetry.statistic.has_value()) {
    test.set_statistic(*line->asymmetry.statistic);
  }
  if (line->asymmetry.p_value.has_value()) {
    test.set_p(*line->asymmetry.p_value);
  }
}

// Of counts of two arms, whatever pools them: tests of odds ratios that do not
// take for asymmetry that these hang together with their standard errors.
void AddTestsOfCounts(Candidates studies, const v1::ReviewOutcome& plan,
                      v1::OutcomeResult& result) {
  if (plan.measure() != v1::EFFECT_MEASURE_ODDS_RATIO &&
      plan.measure() != v1::EFFECT_MEASURE_RISK_RATIO &&
      plan.measure() != v1::EFFECT_MEASURE_RISK_DIFFERENCE) {
    return;
  }
  v1::SmallStudyTest& harbord = *result.add_small_study_tests();
  harbord.set_name("Harbord");
  v1::SmallStudyTest& peters = *result.add_small_study_tests();
  peters.set_name("Peters");
  const auto counts = CountsOfAll(studies);
  if (!counts.ok()) {
    for (v1::SmallStudyTest* test : {&harbord, &peters}) {
      test->set_explanation(std::string(counts.status().message()));
    }
    return;
  }
  FillTest(TestHarbord(*counts, plan.level()),
           "Z / sqrt(V) on sqrt(V), of the score of the log odds ratio",
           harbord);
  FillTest(TestPeters(*counts, {}, plan.level()),
           "log odds ratio on 1 / n, weights d h / n; 0.5 added to each cell "
           "of tables with a 0",
           peters);
}

// The tests and the filled funnel, or why there is none: each names its wish,
// ten studies among them.
void AddSmallStudyTests(Candidates studies, const v1::ReviewOutcome& plan,
                        v1::OutcomeResult& result) {
  const std::vector<StudyEffect> effects = StudiesOf(studies);
  const PoolingOptions options = OptionsOf(plan);
  v1::SmallStudyTest& egger = *result.add_small_study_tests();
  egger.set_name("Egger");
  v1::SmallStudyTest& begg = *result.add_small_study_tests();
  begg.set_name("Begg");
  v1::SmallStudyTest& filled = *result.add_small_study_tests();
  filled.set_name("trim and fill");
  if (plan.pooling() != v1::POOLING_METHOD_INVERSE_VARIANCE) {
    for (v1::SmallStudyTest* test : {&egger, &begg, &filled}) {
      test->set_explanation("wants inverse-variance pooling");
    }
    return;
  }
  const auto by_regression = TestEgger(effects, EggerModel::kClassic, options);
  if (!by_regression.ok()) {
    egger.set_explanation(std::string(by_regression.status().message()));
  } else {
    if (by_regression->slope.statistic.has_value()) {
      egger.set_statistic(*by_regression->slope.statistic);
    }
    if (by_regression->slope.p_value.has_value()) {
      egger.set_p(*by_regression->slope.p_value);
    }
    if (by_regression->slope.df.has_value()) {
      egger.set_degrees_of_freedom(*by_regression->slope.df);
    }
  }
  const auto by_rank = TestBegg(effects);
  if (by_rank.ok()) {
    begg.set_statistic(by_rank->tau);
    begg.set_p(by_rank->p_value);
  } else {
    begg.set_explanation(std::string(by_rank.status().message()));
  }
  const auto funnel = FillFunnel(effects, options);
  if (!funnel.ok()) {
    filled.set_explanation(std::string(funnel.status().message()));
    return;
  }
  filled.set_filled(funnel->missing);
  const Estimate& adjusted = funnel->adjusted.pooled;
  *filled.mutable_adjusted() = NaturalEstimate(adjusted, studies, plan);
}

}  // namespace

void AddFurtherAnalyses(Candidates studies, const v1::ReviewOutcome& plan,
                        v1::OutcomeResult& result) {
  AddSubgroups(studies, plan, result);
  AddRegressions(studies, plan, result);
  AddSensitivity(studies, plan, result);
  if (studies.size() >= 2 && studies.size() <= kStudyListsMax) {
    AddListsByStudy(studies, plan, result);
    AddInfluence(studies, plan, result);
  }
  AddSmallStudyTests(studies, plan, result);
  AddTestsOfCounts(studies, plan, result);
}

}  // namespace consilium

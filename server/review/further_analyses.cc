#include "server/review/further_analyses.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "proto/base/row_field.h"
#include "server/evidence/row_matcher.h"
#include "server/review/limits.h"
#include "server/review/outcome_pooling.h"
#include "server/review/review_plan.h"
#include "server/synthesis/meta_regression.h"
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

void AddSubgroups(Candidates studies, const v1::ReviewOutcome& plan,
                  v1::OutcomeResult& result) {
  for (const std::string& text : plan.subgroups()) {
    const auto field = ParseRowField(text);
    if (!field.ok()) continue;
    v1::SubgroupAnalysis& analysis = *result.add_subgroups();
    analysis.set_field(text);
    std::map<std::string, std::vector<const Candidate*>> groups;
    std::vector<std::string> names;
    for (const Candidate* study : studies) {
      std::string name = TextOf(*field, study->row());
      if (name.empty()) {
        name = field->values.empty() ? "not stated" : "other or not stated";
      }
      groups[name].push_back(study);
      names.push_back(std::move(name));
    }
    for (const auto& [name, members] : groups) {
      *analysis.add_parts() = PoolPart(name, name, members, plan);
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

// Columns of a regression on `text`: a number as it is, a word as 0 or 1 for
// each level but the first. Empty, with a reason, when a study has no value.
std::vector<Moderator> ModeratorsOf(Candidates studies, const std::string& text,
                                    std::string& reason) {
  const auto field = ParseRowField(text);
  if (!field.ok()) {
    reason = std::string(field.status().message());
    return {};
  }
  std::vector<std::string> texts;
  std::set<std::string> levels;
  bool numeric = true;
  for (const Candidate* study : studies) {
    texts.push_back(TextOf(*field, study->row()));
    if (texts.back().empty()) {
      if (field->values.empty()) {
        reason = absl::StrCat(study->row().study(), " has no value of ", text);
        return {};
      }
      texts.back() = "other";
    }
    double number = 0;
    numeric = numeric && absl::SimpleAtod(texts.back(), &number);
    levels.insert(texts.back());
  }
  if (levels.size() < 2) {
    reason = absl::StrCat("all studies have the same value of ", text);
    return {};
  }
  std::vector<Moderator> columns;
  if (numeric) {
    columns.push_back({text, {}});
    for (const std::string& each : texts) {
      double number = 0;
      static_cast<void>(absl::SimpleAtod(each, &number));
      columns.back().values.push_back(number);
    }
    return columns;
  }
  for (auto level = std::next(levels.begin()); level != levels.end(); ++level) {
    columns.push_back({absl::StrCat(text, ": ", *level), {}});
    for (const std::string& each : texts) {
      columns.back().values.push_back(each == *level ? 1 : 0);
    }
  }
  return columns;
}

void FillRegression(const RegressionResult& fit,
                    v1::RegressionAnalysis& analysis) {
  for (const RegressionCoefficient& coefficient : fit.coefficients) {
    v1::RegressionCoefficient& each = *analysis.add_coefficients();
    each.set_name(coefficient.name);
    each.set_estimate(coefficient.estimate.effect);
    each.set_standard_error(coefficient.estimate.standard_error);
    each.set_low(coefficient.estimate.interval.lower);
    each.set_high(coefficient.estimate.interval.upper);
    if (coefficient.estimate.p_value.has_value()) {
      each.set_p(*coefficient.estimate.p_value);
    }
  }
  if (fit.residual.tau2.has_value()) analysis.set_tau2(*fit.residual.tau2);
  analysis.set_qe(fit.residual.q);
  analysis.set_qe_df(fit.residual.q_df);
  if (fit.residual.q_p.has_value()) analysis.set_qe_p(*fit.residual.q_p);
  if (fit.r2_percent.has_value()) analysis.set_r2(*fit.r2_percent);
  if (fit.moderators_test.has_value()) {
    analysis.set_qm(fit.moderators_test->statistic);
    analysis.set_qm_df(fit.moderators_test->df1);
    if (fit.moderators_test->df2.has_value()) {
      analysis.set_qm_df2(*fit.moderators_test->df2);
    }
    analysis.set_p(fit.moderators_test->p_value);
  }
}

void AddRegressions(Candidates studies, const v1::ReviewOutcome& plan,
                    v1::OutcomeResult& result) {
  for (const std::string& text : plan.moderators()) {
    v1::RegressionAnalysis& analysis = *result.add_regressions();
    analysis.add_moderators(text);
    if (plan.pooling() != v1::POOLING_METHOD_INVERSE_VARIANCE) {
      analysis.set_explanation("a regression wants inverse-variance pooling");
      continue;
    }
    std::string reason;
    const std::vector<Moderator> columns = ModeratorsOf(studies, text, reason);
    if (columns.empty()) {
      analysis.set_explanation(std::move(reason));
      continue;
    }
    const auto fit =
        FitMetaRegression(StudiesOf(studies), columns, OptionsOf(plan));
    if (fit.ok()) {
      FillRegression(*fit, analysis);
    } else {
      analysis.set_explanation(std::string(fit.status().message()));
    }
  }
}

void AddSensitivity(Candidates studies, const v1::ReviewOutcome& plan,
                    v1::OutcomeResult& result) {
  for (const v1::SensitivityAnalysis& analysis : plan.sensitivity()) {
    v1::ReviewOutcome changed = plan;
    // Another model has another usual interval.
    if (analysis.has_model() && analysis.model() != plan.model()) {
      changed.set_model(analysis.model());
      changed.set_interval_method(UsualInterval(analysis.model()));
    }
    if (analysis.has_estimator()) changed.set_estimator(analysis.estimator());
    if (analysis.has_interval_method()) {
      changed.set_interval_method(analysis.interval_method());
    }
    if (analysis.has_pooling()) changed.set_pooling(analysis.pooling());
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
    // Mantel and Haenszel's risk ratio counts studies that others do not.
    kept.erase(std::remove_if(kept.begin(), kept.end(),
                              [&changed](const Candidate* study) {
                                return !TellsOfEffect(study->effect, changed);
                              }),
               kept.end());
    v1::PooledPart& part = *result.add_sensitivity();
    part = PoolPart(analysis.id(),
                    analysis.has_title() ? analysis.title() : analysis.id(),
                    kept, changed);
    *part.mutable_possible() = {possible.begin(), possible.end()};
  }
}

void AddListsByStudy(Candidates studies, const v1::ReviewOutcome& plan,
                     v1::OutcomeResult& result) {
  for (size_t i = 0; i < studies.size(); ++i) {
    const v1::EvidenceRow& row = studies[i]->row();
    *result.add_leave_one_out() =
        PoolPart(row.trial_id(), absl::StrCat("without ", row.study()),
                 Without(studies, i), plan);
    *result.add_cumulative() =
        PoolPart(row.trial_id(),
                 i == 0 ? row.study() : absl::StrCat("and ", row.study()),
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
    each.set_study(studies[i]->row().study());
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
}

}  // namespace consilium

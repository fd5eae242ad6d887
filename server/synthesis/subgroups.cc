#include "server/synthesis/subgroups.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/base/status_macros.h"
#include "server/synthesis/distributions.h"
#include "server/synthesis/errors.h"
#include "server/synthesis/exact_sum.h"
#include "server/synthesis/inference.h"
#include "server/synthesis/linear_model.h"
#include "server/synthesis/matrix.h"
#include "server/synthesis/real_math.h"

namespace consilium {
namespace {

std::vector<Subgroup> SplitByName(absl::Span<const std::string> names) {
  std::map<std::string, std::vector<size_t>> places;
  for (size_t i = 0; i < names.size(); ++i) places[names[i]].push_back(i);
  std::vector<Subgroup> groups;
  for (auto& [name, studies] : places) {
    groups.push_back({.name = name, .studies = std::move(studies)});
  }
  return groups;
}

std::vector<StudyEffect> Choose(absl::Span<const StudyEffect> studies,
                                absl::Span<const size_t> places) {
  std::vector<StudyEffect> chosen;
  for (const size_t place : places) chosen.push_back(studies[place]);
  return chosen;
}

// The standard error by which a group's effect is weighed against the others.
// Hartung and Knapp's of a group alone has the group's few degrees of freedom,
// for which chi-square does not allow; so apart the normal one counts.
double ErrorBetween(const Subgroup& group, SubgroupTau2 tau2) {
  return tau2 == SubgroupTau2::kSeparate ? group.result.normal_standard_error
                                         : group.result.pooled.standard_error;
}

// The weighted sum of squares of the groups' effects around their mean, each
// weighted by its inverse variance. Nullopt when a variance is 0.
std::optional<double> SumOfSquaresBetween(absl::Span<const Subgroup> groups,
                                          SubgroupTau2 tau2) {
  ExactSum weight_sum;
  ExactSum weighted_sum;
  for (const Subgroup& group : groups) {
    const double error = ErrorBetween(group, tau2);
    if (!(error > 0)) return std::nullopt;
    const double weight = 1 / (error * error);
    weight_sum.Add(weight);
    weighted_sum.Add(weight * group.result.pooled.effect);
  }
  const double mean = weighted_sum.Round() / weight_sum.Round();
  ExactSum between;
  for (const Subgroup& group : groups) {
    const double distance =
        (group.result.pooled.effect - mean) / ErrorBetween(group, tau2);
    between.Add(distance * distance);
  }
  return between.Round();
}

// Chi-square, or with `df2` F of the mean square.
std::optional<OmnibusTest> TestInteraction(absl::Span<const Subgroup> groups,
                                           SubgroupTau2 tau2,
                                           std::optional<double> df2) {
  const std::optional<double> q = SumOfSquaresBetween(groups, tau2);
  if (!q.has_value() || groups.size() < 2) return std::nullopt;
  OmnibusTest test = {.df1 = static_cast<int>(groups.size()) - 1, .df2 = df2};
  const double statistic = df2.has_value() ? *q / test.df1 : *q;
  test.statistic = RoundResult(statistic);
  test.p_value =
      RoundResult(df2.has_value() ? FSurvival(statistic, test.df1, *df2)
                                  : ChiSquareSurvival(statistic, test.df1));
  return test;
}

// One column of ones per group: the coefficients are the groups' effects.
LinearModel ModelOfGroups(absl::Span<const StudyEffect> studies,
                          absl::Span<const Subgroup> groups) {
  Matrix design(studies.size(), groups.size());
  for (size_t g = 0; g < groups.size(); ++g) {
    for (const size_t place : groups[g].studies) design(place, g) = 1;
  }
  return LinearModel(studies, std::move(design));
}

absl::Status PoolSeparately(absl::Span<const StudyEffect> studies,
                            const PoolingOptions& options,
                            std::vector<Subgroup>& groups) {
  for (Subgroup& group : groups) {
    ASSIGN_OR_RETURN(
        group.result,
        PoolModel(LinearModel(Choose(studies, group.studies)), options));
  }
  return absl::OkStatus();
}

// Pools every group with the tau2, and the scale of variances, of all.
absl::Status PoolWithCommonTau2(absl::Span<const StudyEffect> studies,
                                const ModelFit& common,
                                const PoolingOptions& options,
                                std::vector<Subgroup>& groups) {
  for (size_t g = 0; g < groups.size(); ++g) {
    Subgroup& group = groups[g];
    const LinearModel model(Choose(studies, group.studies));
    PoolingOptions without_tau2 = options;
    without_tau2.tau2_estimator = Tau2Estimator::kCommonEffect;
    // For Q and I2 from Q.
    ASSIGN_OR_RETURN(group.result, PoolModel(model, without_tau2));
    ASSIGN_OR_RETURN(const ModelFit fit,
                     FitModelWith(model, common.tau2, options));
    PooledResult& result = group.result;
    result.weights_percent = WeightsPercent(fit.fit);
    result.interval_method = common.interval_method;
    result.pooled = TestEffect(model.center() + fit.fit.coefficients[0],
                               common.scale * fit.fit.inverse(0, 0), common);
    SetNormal(fit.fit.inverse(0, 0), options, result);
    if (common.tau2.has_value()) {
      result.heterogeneity.tau2 = common.tau2->tau2;
      result.heterogeneity.tau = Sqrt(common.tau2->tau2);
    }
    const NewStudy next = PredictNewStudy(result.pooled, common, options);
    result.prediction = next.interval;
    result.prediction_df = next.df;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<SubgroupAnalysis> PoolSubgroups(
    absl::Span<const StudyEffect> studies, absl::Span<const std::string> groups,
    SubgroupTau2 tau2, const PoolingOptions& options) {
  RETURN_IF_ERROR(CheckOptions(options));
  RETURN_IF_ERROR(CheckStudies(studies, "a subgroup analysis", 1));
  if (groups.size() != studies.size()) {
    return BadSetting(
        "groups", absl::StrCat("of ", groups.size(), " names"),
        absl::StrCat("one for each of ", studies.size(), " studies"));
  }
  SubgroupAnalysis analysis = {.groups = SplitByName(groups)};
  ASSIGN_OR_RETURN(analysis.overall, Pool(studies, options));
  if (tau2 == SubgroupTau2::kSeparate) {
    RETURN_IF_ERROR(PoolSeparately(studies, options, analysis.groups));
    analysis.interaction = TestInteraction(analysis.groups, tau2, std::nullopt);
  } else {
    RETURN_IF_ERROR(CheckStudies(studies, "a common tau2 of subgroups",
                                 analysis.groups.size() + 1));
    const LinearModel model = ModelOfGroups(studies, analysis.groups);
    ASSIGN_OR_RETURN(const ModelFit common, FitModel(model, options));
    RETURN_IF_ERROR(
        PoolWithCommonTau2(studies, common, options, analysis.groups));
    std::optional<double> df2;
    if (common.interval_method != IntervalMethod::kNormal) df2 = common.df;
    analysis.interaction = TestInteraction(analysis.groups, tau2, df2);
  }
  for (Subgroup& group : analysis.groups) {
    group.result = Rounded(std::move(group.result));
  }
  return analysis;
}

}  // namespace consilium

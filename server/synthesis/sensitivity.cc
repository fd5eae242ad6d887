#include "server/synthesis/sensitivity.h"

#include <cmath>
#include <utility>

#include "proto/base/status_macros.h"
#include "server/synthesis/distributions.h"
#include "server/synthesis/inference.h"
#include "server/synthesis/linear_model.h"
#include "server/synthesis/real_math.h"

namespace consilium {
namespace {

absl::Status CheckInput(absl::Span<const StudyEffect> studies,
                        absl::string_view computation, size_t wanted,
                        const PoolingOptions& options) {
  RETURN_IF_ERROR(CheckOptions(options));
  return CheckStudies(studies, computation, wanted);
}

// What the fit `full` gains or loses with study `index`.
absl::StatusOr<StudyInfluence> CompareWithDeleted(
    const LinearModel& model, const ModelFit& full, size_t index,
    const PoolingOptions& options) {
  const LinearModel rest = model.Without(index);
  ASSIGN_OR_RETURN(const ModelFit deleted, FitModel(rest, options));
  ASSIGN_OR_RETURN(const Heterogeneity heterogeneity,
                   MeasureHeterogeneity(rest, deleted, options));
  const double k = static_cast<double>(model.k());
  const double tau2 = deleted.tau2_or_0();
  const double full_variance = full.scale * full.fit.inverse(0, 0);
  const double deleted_variance = deleted.scale * deleted.fit.inverse(0, 0);
  const double change = full.fit.coefficients[0] - deleted.fit.coefficients[0];
  const double total_variance =
      deleted.scale * (model.variances()[index] + tau2);

  StudyInfluence result;
  result.hat = full.fit.weights[index] / full.fit.weight_sum;
  result.weight_percent = 100 * result.hat;
  result.q_deleted = heterogeneity.q;
  result.tau2_deleted = heterogeneity.tau2;
  const double residual_variance = total_variance + deleted_variance;
  if (residual_variance > 0) {
    result.studentized_residual =
        (model.effects()[index] - deleted.fit.coefficients[0]) /
        Sqrt(residual_variance);
  }
  double dfbetas = 0;
  if (deleted.scale > 0) {
    result.dffits = change / Sqrt(total_variance * result.hat);
    // The full model's variance, were tau2 the deleted one.
    const std::optional<WeightedFit> mixed = model.Fit(tau2);
    if (mixed.has_value()) {
      dfbetas = change / Sqrt(deleted.scale * mixed->inverse(0, 0));
    }
  }
  if (full_variance > 0) {
    result.cooks_distance = change * change / full_variance;
    result.covariance_ratio = deleted_variance / full_variance;
  }
  result.is_influential =
      std::abs(result.dffits.value_or(0)) > 3 * Sqrt(1 / (k - 1)) ||
      ChiSquareCdf(result.cooks_distance.value_or(0), 1) > 0.5 ||
      result.hat > 3 / k || std::abs(dfbetas) > 1;
  return result;
}

StudyInfluence RoundedInfluence(StudyInfluence influence) {
  influence.studentized_residual = Rounded(influence.studentized_residual);
  influence.dffits = Rounded(influence.dffits);
  influence.cooks_distance = Rounded(influence.cooks_distance);
  influence.covariance_ratio = Rounded(influence.covariance_ratio);
  influence.tau2_deleted = Rounded(influence.tau2_deleted);
  influence.q_deleted = RoundResult(influence.q_deleted);
  influence.hat = RoundResult(influence.hat);
  influence.weight_percent = RoundResult(influence.weight_percent);
  return influence;
}

}  // namespace

absl::StatusOr<std::vector<PooledResult>> LeaveOneOut(
    absl::Span<const StudyEffect> studies, const PoolingOptions& options) {
  RETURN_IF_ERROR(CheckInput(studies, "leaving one out", 2, options));
  std::vector<PooledResult> results;
  for (size_t i = 0; i < studies.size(); ++i) {
    std::vector<StudyEffect> rest(studies.begin(), studies.end());
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i));
    ASSIGN_OR_RETURN(PooledResult result, Pool(rest, options));
    results.push_back(std::move(result));
  }
  return results;
}

absl::StatusOr<std::vector<PooledResult>> PoolCumulatively(
    absl::Span<const StudyEffect> studies, const PoolingOptions& options) {
  RETURN_IF_ERROR(CheckInput(studies, "cumulative pooling", 1, options));
  std::vector<PooledResult> results;
  for (size_t count = 1; count <= studies.size(); ++count) {
    ASSIGN_OR_RETURN(PooledResult result,
                     Pool(studies.subspan(0, count), options));
    results.push_back(std::move(result));
  }
  return results;
}

absl::StatusOr<std::vector<StudyInfluence>> MeasureInfluence(
    absl::Span<const StudyEffect> studies, const PoolingOptions& options) {
  RETURN_IF_ERROR(CheckInput(studies, "measuring influence", 2, options));
  const LinearModel model(studies);
  ASSIGN_OR_RETURN(const ModelFit full, FitModel(model, options));
  std::vector<StudyInfluence> results;
  for (size_t i = 0; i < studies.size(); ++i) {
    ASSIGN_OR_RETURN(StudyInfluence influence,
                     CompareWithDeleted(model, full, i, options));
    influence.label = studies[i].label;
    results.push_back(RoundedInfluence(std::move(influence)));
  }
  return results;
}

}  // namespace consilium

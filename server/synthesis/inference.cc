#include "server/synthesis/inference.h"

#include <algorithm>
#include <utility>

#include "proto/base/status_macros.h"
#include "server/synthesis/distributions.h"
#include "server/synthesis/errors.h"
#include "server/synthesis/real_math.h"

namespace consilium {
namespace {

// What Higgins and Thompson call the typical variance within studies.
double TypicalVariance(const LinearModel& model, const WeightedFit& at_0) {
  return model.df() / model.TraceP(at_0);
}

double I2Percent(double tau2, double typical) {
  return 100 * tau2 / (tau2 + typical);
}

// Q-profile: the tau2 at which Q is a quantile of its distribution.
std::optional<Interval> ProfileTau2(const LinearModel& model, double q,
                                    double level_percent) {
  const double alpha = (100 - level_percent) / 200;
  const double low_quantile = ChiSquareQuantile(alpha, model.df());
  if (q < low_quantile) return std::nullopt;
  const double high_quantile = ChiSquareQuantile(1 - alpha, model.df());
  const std::optional<double> lower = SolveGeneralizedQ(model, high_quantile);
  if (!lower.has_value()) return std::nullopt;
  const std::optional<double> upper =
      SolveGeneralizedQ(model, low_quantile, *lower);
  if (!upper.has_value()) return std::nullopt;
  return Interval{*lower, *upper};
}

// The degrees of freedom of the method's t; absent for a normal test.
std::optional<double> TestDf(const ModelFit& fit) {
  if (fit.interval_method == IntervalMethod::kNormal) return std::nullopt;
  return fit.df;
}

}  // namespace

absl::StatusOr<ModelFit> FitModelWith(const LinearModel& model,
                                      std::optional<Tau2Estimate> tau2,
                                      const PoolingOptions& options) {
  const double variance = tau2.has_value() ? tau2->tau2 : 0;
  std::optional<WeightedFit> fit = model.Fit(variance);
  if (!fit.has_value()) {
    return NotConverged(Tau2EstimatorName(options.tau2_estimator));
  }
  ModelFit result = {.fit = *std::move(fit), .tau2 = tau2, .df = model.df()};
  if (result.df == 0) {
    result.quantile = TwoSidedQuantile(options.level_percent, std::nullopt);
    return result;
  }
  result.interval_method = options.interval_method;
  if (result.interval_method != IntervalMethod::kNormal) {
    result.scale = result.fit.residual_sum / result.df;
  }
  if (result.interval_method == IntervalMethod::kHartungKnappAdHoc) {
    result.scale = std::max(1.0, result.scale);
  }
  result.quantile = TwoSidedQuantile(options.level_percent, TestDf(result));
  return result;
}

absl::StatusOr<ModelFit> FitModel(const LinearModel& model,
                                  const PoolingOptions& options) {
  std::optional<Tau2Estimate> tau2;
  if (options.tau2_estimator != Tau2Estimator::kCommonEffect &&
      model.df() > 0) {
    ASSIGN_OR_RETURN(tau2, EstimateTau2(model, options.tau2_estimator));
  }
  return FitModelWith(model, tau2, options);
}

double TwoSidedQuantile(double level_percent, std::optional<double> df) {
  const double outside = (100 - level_percent) / 200;
  return df.has_value() ? -StudentTQuantile(outside, *df)
                        : -NormalQuantile(outside);
}

Estimate TestEffect(double effect, double variance, const ModelFit& fit) {
  Estimate estimate = {
      .effect = effect, .standard_error = Sqrt(variance), .df = TestDf(fit)};
  if (estimate.standard_error > 0) {
    const double statistic = effect / estimate.standard_error;
    estimate.statistic = statistic;
    estimate.p_value = estimate.df.has_value()
                           ? StudentTTwoSided(statistic, *estimate.df)
                           : NormalTwoSided(statistic);
  }
  const double width = fit.quantile * estimate.standard_error;
  estimate.interval = {effect - width, effect + width};
  return estimate;
}

NewStudy PredictNewStudy(const Estimate& estimate, const ModelFit& fit,
                         const PoolingOptions& options) {
  if (!fit.tau2.has_value()) return {};
  NewStudy result;
  switch (options.prediction) {
    case PredictionConvention::kNormal:
      break;
    case PredictionConvention::kStudentT:
      result.df = fit.df;
      break;
    case PredictionConvention::kRiley:
      result.df = fit.df - 1;
      break;
  }
  if (result.df.has_value() && *result.df < 1) return {};
  const double quantile =
      result.df == estimate.df
          ? fit.quantile
          : TwoSidedQuantile(options.level_percent, result.df);
  const double width =
      quantile *
      Sqrt(estimate.standard_error * estimate.standard_error + fit.tau2->tau2);
  result.interval = {estimate.effect - width, estimate.effect + width};
  return result;
}

absl::StatusOr<Heterogeneity> MeasureHeterogeneity(
    const LinearModel& model, const ModelFit& fit,
    const PoolingOptions& options) {
  const std::optional<WeightedFit> at_0 = model.Fit(0);
  if (!at_0.has_value()) {
    return NotConverged(Tau2EstimatorName(options.tau2_estimator));
  }
  Heterogeneity result = {.q = model.df() > 0 ? at_0->residual_sum : 0,
                          .q_df = static_cast<int>(model.df())};
  if (result.q_df == 0) return result;
  result.q_p = ChiSquareSurvival(result.q, model.df());
  result.h2_from_q = result.q / model.df();
  if (result.q > 0) {
    result.i2_from_q_percent =
        std::max(0.0, 100 * (result.q - model.df()) / result.q);
  }
  if (!fit.tau2.has_value()) return result;
  const double typical = TypicalVariance(model, *at_0);
  const double tau2 = fit.tau2->tau2;
  result.tau2 = tau2;
  result.tau = Sqrt(tau2);
  result.tau2_standard_error = fit.tau2->standard_error;
  result.i2_from_tau2_percent = I2Percent(tau2, typical);
  result.h2_from_tau2 = tau2 / typical + 1;
  result.tau2_interval = ProfileTau2(model, result.q, options.level_percent);
  if (result.tau2_interval.has_value()) {
    result.i2_interval_percent = {
        I2Percent(result.tau2_interval->lower, typical),
        I2Percent(result.tau2_interval->upper, typical)};
  }
  return result;
}

void SetNormal(double variance, const PoolingOptions& options,
               PooledResult& result) {
  result.normal_standard_error = Sqrt(variance);
  const double width = TwoSidedQuantile(options.level_percent, std::nullopt) *
                       result.normal_standard_error;
  result.normal_interval = {result.pooled.effect - width,
                            result.pooled.effect + width};
}

std::vector<double> WeightsPercent(const WeightedFit& fit) {
  std::vector<double> shares;
  shares.reserve(fit.weights.size());
  for (const double weight : fit.weights) {
    shares.push_back(100 * (weight / fit.weight_sum));
  }
  return shares;
}

absl::StatusOr<PooledResult> PoolModel(const LinearModel& model,
                                       const PoolingOptions& options) {
  ASSIGN_OR_RETURN(const ModelFit fit, FitModel(model, options));
  PooledResult result = {.study_count = model.k(),
                         .interval_method = fit.interval_method,
                         .weights_percent = WeightsPercent(fit.fit)};
  result.pooled = TestEffect(model.center() + fit.fit.coefficients[0],
                             fit.scale * fit.fit.inverse(0, 0), fit);
  SetNormal(fit.fit.inverse(0, 0), options, result);
  ASSIGN_OR_RETURN(result.heterogeneity,
                   MeasureHeterogeneity(model, fit, options));
  const NewStudy next = PredictNewStudy(result.pooled, fit, options);
  result.prediction = next.interval;
  result.prediction_df = next.df;
  return result;
}

Interval Rounded(const Interval& interval) {
  return {RoundResult(interval.lower), RoundResult(interval.upper)};
}

std::optional<Interval> Rounded(const std::optional<Interval>& interval) {
  if (!interval.has_value()) return std::nullopt;
  return Rounded(*interval);
}

std::optional<double> Rounded(std::optional<double> value) {
  if (!value.has_value()) return std::nullopt;
  return RoundResult(*value);
}

std::vector<double> Rounded(std::vector<double> values) {
  for (double& value : values) value = RoundResult(value);
  return values;
}

Estimate Rounded(const Estimate& estimate) {
  return {.effect = RoundResult(estimate.effect),
          .standard_error = RoundResult(estimate.standard_error),
          .statistic = Rounded(estimate.statistic),
          .df = estimate.df,
          .p_value = Rounded(estimate.p_value),
          .interval = Rounded(estimate.interval)};
}

Heterogeneity Rounded(const Heterogeneity& heterogeneity) {
  return {.q = RoundResult(heterogeneity.q),
          .q_df = heterogeneity.q_df,
          .q_p = Rounded(heterogeneity.q_p),
          .tau2 = Rounded(heterogeneity.tau2),
          .tau = Rounded(heterogeneity.tau),
          .tau2_standard_error = Rounded(heterogeneity.tau2_standard_error),
          .tau2_interval = Rounded(heterogeneity.tau2_interval),
          .i2_from_tau2_percent = Rounded(heterogeneity.i2_from_tau2_percent),
          .i2_from_q_percent = Rounded(heterogeneity.i2_from_q_percent),
          .i2_interval_percent = Rounded(heterogeneity.i2_interval_percent),
          .h2_from_tau2 = Rounded(heterogeneity.h2_from_tau2),
          .h2_from_q = Rounded(heterogeneity.h2_from_q)};
}

PooledResult Rounded(PooledResult result) {
  result.pooled = Rounded(result.pooled);
  result.normal_standard_error = RoundResult(result.normal_standard_error);
  result.normal_interval = Rounded(result.normal_interval);
  result.heterogeneity = Rounded(result.heterogeneity);
  result.prediction = Rounded(result.prediction);
  result.weights_percent = Rounded(std::move(result.weights_percent));
  return result;
}

}  // namespace consilium

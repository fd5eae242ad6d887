// From a fitted model to tests and intervals, before rounding. Used inside
// this library.
#ifndef CONSILIUM_SERVER_SYNTHESIS_INFERENCE_H_
#define CONSILIUM_SERVER_SYNTHESIS_INFERENCE_H_

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "server/synthesis/linear_model.h"
#include "server/synthesis/pooling.h"
#include "server/synthesis/pooling_options.h"
#include "server/synthesis/tau2.h"

namespace consilium {

// A model fitted with tau2 by `options`.
struct ModelFit {
  WeightedFit fit;
  std::optional<Tau2Estimate> tau2;  // Absent with a common effect, and k = 1.
  IntervalMethod interval_method = IntervalMethod::kNormal;  // As applied.
  double scale = 1;  // Of the variances of coefficients: s^2 of Hartung-Knapp.
  double df = 0;     // k - p.
  double quantile = 0;  // Of the method's distribution, at the options' level.

  double tau2_or_0() const { return tau2.has_value() ? tau2->tau2 : 0; }
};

// `model` has k > p, or k = p = 1.
absl::StatusOr<ModelFit> FitModel(const LinearModel& model,
                                  const PoolingOptions& options);

// The same with a tau2 that is known already, absent for a common effect.
absl::StatusOr<ModelFit> FitModelWith(const LinearModel& model,
                                      std::optional<Tau2Estimate> tau2,
                                      const PoolingOptions& options);

// The quantile that leaves half of 100 - `level_percent` above it, of Student's
// t, or of the normal distribution without `df`.
double TwoSidedQuantile(double level_percent, std::optional<double> df);

// `effect` with that variance (scaled already) tested by `fit`'s method.
Estimate TestEffect(double effect, double variance, const ModelFit& fit);

// Where a new study lies around an estimate; absent as PooledResult says.
struct NewStudy {
  std::optional<Interval> interval;
  std::optional<double> df;
};
NewStudy PredictNewStudy(const Estimate& estimate, const ModelFit& fit,
                         const PoolingOptions& options);

absl::StatusOr<Heterogeneity> MeasureHeterogeneity(
    const LinearModel& model, const ModelFit& fit,
    const PoolingOptions& options);

// Writes down what kNormal gives for an effect of `variance`, unscaled, of
// which `result` has the effect.
void SetNormal(double variance, const PoolingOptions& options,
               PooledResult& result);

std::vector<double> WeightsPercent(const WeightedFit& fit);

// The pooled result of an intercept-only model, before rounding.
absl::StatusOr<PooledResult> PoolModel(const LinearModel& model,
                                       const PoolingOptions& options);

// Every number rounded to 12 significant digits.
Interval Rounded(const Interval& interval);
std::optional<Interval> Rounded(const std::optional<Interval>& interval);
std::optional<double> Rounded(std::optional<double> value);
std::vector<double> Rounded(std::vector<double> values);
Estimate Rounded(const Estimate& estimate);
Heterogeneity Rounded(const Heterogeneity& heterogeneity);
PooledResult Rounded(PooledResult result);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_SYNTHESIS_INFERENCE_H_

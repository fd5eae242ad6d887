// Effects as a linear function of what differs between studies.
#ifndef CONSILIUM_SERVER_SYNTHESIS_META_REGRESSION_H_
#define CONSILIUM_SERVER_SYNTHESIS_META_REGRESSION_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "server/synthesis/pooling.h"
#include "server/synthesis/pooling_options.h"

namespace consilium {

// A number known of every study: its year, its dose; 0 or 1 for a yes or no.
struct Moderator {
  std::string name;
  std::vector<double> values;  // In the order of the studies.
};

struct RegressionCoefficient {
  std::string name;  // "intercept", or the moderator's.
  Estimate estimate;
};

// The test that all moderators' coefficients, the intercept aside, are 0: QM
// as chi-square, or with Hartung-Knapp QM / df1 as F.
struct OmnibusTest {
  double statistic = 0;
  int df1 = 0;
  std::optional<double> df2;  // Of F; absent for chi-square.
  double p_value = 0;
};

struct PredictedEffect {
  std::vector<double> values;  // Of the moderators, as asked for.
  Estimate effect;
  std::optional<Interval> prediction;  // As in PooledResult.
};

struct RegressionResult {
  size_t study_count = 0;
  std::vector<RegressionCoefficient> coefficients;  // Intercept first.
  std::vector<std::vector<double>> covariance;      // Of the coefficients.
  // Absent when the standard errors are 0: the studies lie on the line.
  std::optional<OmnibusTest> moderators_test;
  Heterogeneity residual;  // QE, and tau2 and I2 that the moderators leave.
  // Share of tau2 that the moderators explain, in percent, at least 0
  // (Raudenbush 1994). Absent with a common effect, or when tau2 without them
  // is 0.
  std::optional<double> r2_percent;
  std::vector<double> weights_percent;
  std::vector<PredictedEffect> predictions;
};

// Fits effect = intercept + sum of coefficient * moderator. Wants more studies
// than coefficients. `predict_at` holds values of all moderators per point.
//   INVALID_ARGUMENT  as Pool; a value that is not finite or beyond 1e30 in
//                     magnitude; a wrong number of values; or moderators that
//                     follow from each other.
absl::StatusOr<RegressionResult> FitMetaRegression(
    absl::Span<const StudyEffect> studies,
    absl::Span<const Moderator> moderators, const PoolingOptions& options,
    absl::Span<const std::vector<double>> predict_at = {});

}  // namespace consilium

#endif  // CONSILIUM_SERVER_SYNTHESIS_META_REGRESSION_H_

// How a pooled effect depends on single studies, and on their order.
#ifndef CONSILIUM_SERVER_SYNTHESIS_SENSITIVITY_H_
#define CONSILIUM_SERVER_SYNTHESIS_SENSITIVITY_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "server/synthesis/pooling.h"
#include "server/synthesis/pooling_options.h"

namespace consilium {

// The results without each study in turn, in the order of the studies. Wants
// two studies; other errors as Pool.
absl::StatusOr<std::vector<PooledResult>> LeaveOneOut(
    absl::Span<const StudyEffect> studies, const PoolingOptions& options);

// The results of the first study, the first two, and so on: callers put the
// studies into the order that they mean, by year as a rule. Errors as Pool.
absl::StatusOr<std::vector<PooledResult>> PoolCumulatively(
    absl::Span<const StudyEffect> studies, const PoolingOptions& options);

// What one study does to the result (Viechtbauer and Cheung 2010; metafor's
// `influence`). "Deleted" means fitted without it.
struct StudyInfluence {
  std::string label;
  // Distance from the deleted effect in its standard errors.
  std::optional<double> studentized_residual;
  std::optional<double> dffits;  // Change of the effect in deleted standard
                                 // errors, Wald's but for the scale factor.
  std::optional<double> cooks_distance;    // Squared, in full standard errors.
  std::optional<double> covariance_ratio;  // Deleted to full variance.
  std::optional<double> tau2_deleted;      // Absent with a common effect, and
                                           // when one study is left.
  double q_deleted = 0;
  double hat = 0;             // Leverage, from 0 to 1: share of the weights.
  double weight_percent = 0;  // The same here, in percent.
  // Any of metafor's marks: |dffits| > 3 sqrt(1 / (k - 1)), chi-square of
  // Cook's distance above 0.5, hat above 3 / k, |dfbetas| above 1.
  bool is_influential = false;
};

// One row per study, in their order. Optionals are absent when a standard
// error in them is 0. Wants two studies; other errors as Pool.
absl::StatusOr<std::vector<StudyInfluence>> MeasureInfluence(
    absl::Span<const StudyEffect> studies, const PoolingOptions& options);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_SYNTHESIS_SENSITIVITY_H_

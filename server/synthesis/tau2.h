// Estimators of the variance between studies, and its interval. Used inside
// this library; Tau2Estimator names them.
#ifndef CONSILIUM_SERVER_SYNTHESIS_TAU2_H_
#define CONSILIUM_SERVER_SYNTHESIS_TAU2_H_

#include <optional>

#include "absl/status/statusor.h"
#include "server/synthesis/linear_model.h"
#include "server/synthesis/pooling_options.h"

namespace consilium {

struct Tau2Estimate {
  double tau2 = 0;
  double standard_error = 0;
};

// Estimates tau2, at least 0, at full convergence: the iterations end when
// they cannot change it any more. REML and ML take 0 where the likelihood is
// higher there than at the maximum found. `model` has k > p, and `estimator`
// is not kCommonEffect.
absl::StatusOr<Tau2Estimate> EstimateTau2(const LinearModel& model,
                                          Tau2Estimator estimator);

// The tau2 at which the generalized Q, which falls as tau2 grows, is `target`:
// `start` where it is not above `target` there already, 0 or a value known to
// be smaller. Nullopt when the iterations end without.
std::optional<double> SolveGeneralizedQ(const LinearModel& model, double target,
                                        double start = 0);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_SYNTHESIS_TAU2_H_

// The weighted linear model under pooling and regression: effect = X b, with
// known variances. Used inside this library. Results do not depend on the
// order of the studies, since all sums over studies are exact.
#ifndef CONSILIUM_SERVER_SYNTHESIS_LINEAR_MODEL_H_
#define CONSILIUM_SERVER_SYNTHESIS_LINEAR_MODEL_H_

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "server/synthesis/matrix.h"
#include "server/synthesis/pooling_options.h"

namespace consilium {

// With P = W - W X (X'WX)^-1 X'W, in the notation of Viechtbauer 2005.
struct WeightedFit {
  std::vector<double> weights;       // W's diagonal, k.
  std::vector<double> coefficients;  // Of centered effects, p.
  std::vector<double> residuals;     // y - X b, k.
  Matrix inverse;                    // (X'WX)^-1, p by p.
  double weight_sum = 0;
  double residual_sum = 0;  // y'Py, the weighted sum of squares.
};

class LinearModel {
 public:
  // Of an intercept alone.
  explicit LinearModel(absl::Span<const StudyEffect> studies);
  // `design` has a row per study; a single column is one of ones.
  LinearModel(absl::Span<const StudyEffect> studies, Matrix design);

  // The same without study `index`; its effects stay centered where they were.
  LinearModel Without(size_t index) const;

  size_t k() const { return variances_.size(); }
  size_t p() const { return design_.columns(); }
  // k - p.
  double df() const {
    return static_cast<double>(k()) - static_cast<double>(p());
  }
  double center() const { return center_; }  // The effects' mean.
  const std::vector<double>& effects() const { return effects_; }  // Centered.
  const std::vector<double>& variances() const { return variances_; }
  const Matrix& design() const { return design_; }

  // Fits with weights 1 / (variance + tau2), or with all weights 1. Nullopt
  // when X'WX is singular in doubles.
  std::optional<WeightedFit> Fit(double tau2) const;
  std::optional<WeightedFit> FitUnweighted() const;

  // sum of w^a v^b r^c over the studies, for the fit's weights, the variances
  // and the fit's residuals.
  double Sum(const WeightedFit& fit, int a, int b, int c) const;

  // The traces of P, PP, PV, PPV and PVPV, V being the variances' diagonal.
  double TraceP(const WeightedFit& fit) const;
  std::pair<double, double> TracesOfP(const WeightedFit& fit) const;  // P, PP.
  double TracePP(const WeightedFit& fit) const;
  double TracePV(const WeightedFit& fit) const;
  double TracePPV(const WeightedFit& fit) const;
  double TracePVPV(const WeightedFit& fit) const;

 private:
  LinearModel(std::vector<double> effects, std::vector<double> variances,
              Matrix design, double center);

  std::optional<WeightedFit> FitWeights(std::vector<double> weights) const;
  // The same of an intercept alone.
  std::optional<WeightedFit> FitMean(std::vector<double> weights) const;

  // X' D X, where D's diagonal is w^a v^b.
  Matrix Moments(const WeightedFit& fit, int a, int b) const;

  std::vector<double> effects_;
  std::vector<double> variances_;
  Matrix design_;
  double center_ = 0;
};

// The mean of `values`, of which there is at least one.
double ExactMean(absl::Span<const double> values);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_SYNTHESIS_LINEAR_MODEL_H_

#include "server/synthesis/tau2.h"

#include <algorithm>
#include <cmath>

#include "server/synthesis/double_double.h"
#include "server/synthesis/errors.h"
#include "server/synthesis/exact_sum.h"
#include "server/synthesis/limits.h"
#include "server/synthesis/matrix.h"
#include "server/synthesis/real_math.h"

namespace consilium {
namespace {

using std::optional;

double Square(double x) { return x * x; }

// Truncates at 0 and adds the variance of an estimator that is a quadratic
// form y'Ay / scale, where E is tau2: from the traces of AVAV, AAV and AA.
Tau2Estimate FromQuadraticForm(double tau2, double scale, double avav,
                               double aav, double aa) {
  tau2 = std::max(0.0, tau2);
  const double variance = 2 * avav + 4 * tau2 * aav + 2 * Square(tau2) * aa;
  return {tau2, Sqrt(variance) / scale};
}

optional<Tau2Estimate> DerSimonianLaird(const LinearModel& model) {
  const optional<WeightedFit> fit = model.Fit(0);
  if (!fit.has_value()) return std::nullopt;
  const double trace = model.TraceP(*fit);
  // With weights 1 / variance, PVPV and PPV have the traces k - p and tr P.
  return FromQuadraticForm((fit->residual_sum - model.df()) / trace, trace,
                           model.df(), trace, model.TracePP(*fit));
}

optional<Tau2Estimate> HunterSchmidt(const LinearModel& model) {
  const optional<WeightedFit> fit = model.Fit(0);
  if (!fit.has_value()) return std::nullopt;
  const double k = static_cast<double>(model.k());
  return FromQuadraticForm((fit->residual_sum - k) / fit->weight_sum,
                           fit->weight_sum, model.df(), model.TraceP(*fit),
                           model.TracePP(*fit));
}

optional<Tau2Estimate> Hedges(const LinearModel& model) {
  const optional<WeightedFit> fit = model.FitUnweighted();
  if (!fit.has_value()) return std::nullopt;
  const double trace = model.TracePV(*fit);
  return FromQuadraticForm((fit->residual_sum - trace) / model.df(), model.df(),
                           model.TracePVPV(*fit), trace, model.df());
}

optional<Tau2Estimate> SidikJonkman(const LinearModel& model) {
  // A rough variance to start from, that of the effects themselves.
  ExactSum squares;
  const double mean = ExactMean(model.effects());
  for (const double effect : model.effects()) {
    squares.Add(Square(effect - mean));
  }
  const double start = squares.Round() / static_cast<double>(model.k());
  const optional<WeightedFit> fit = model.Fit(start);
  if (!fit.has_value()) return std::nullopt;
  if (start == 0) return Tau2Estimate{0, 0};
  return FromQuadraticForm(start * fit->residual_sum / model.df(),
                           model.df() / start, model.TracePVPV(*fit),
                           model.TracePPV(*fit), model.TracePP(*fit));
}

optional<Tau2Estimate> PauleMandel(const LinearModel& model) {
  const optional<double> tau2 = SolveGeneralizedQ(model, model.df());
  if (!tau2.has_value()) return std::nullopt;
  const optional<WeightedFit> fit = model.Fit(*tau2);
  if (!fit.has_value()) return std::nullopt;
  const double k = static_cast<double>(model.k());
  return Tau2Estimate{*tau2,
                      Sqrt(2 * Square(k) / model.df()) / fit->weight_sum};
}

// The likelihood of tau2, ML's or REML's.
class Likelihood {
 public:
  Likelihood(const LinearModel& model, bool restricted)
      : model_(model), restricted_(restricted) {}

  // The step of Fisher's scoring at `tau2`: it has the sign of the slope.
  optional<double> ScoringStep(double tau2) const {
    const optional<WeightedFit> fit = model_.Fit(tau2);
    if (!fit.has_value()) return std::nullopt;
    const double squares = model_.Sum(*fit, 2, 0, 2);
    if (!restricted_) {
      return (squares - fit->weight_sum) / model_.Sum(*fit, 2, 0, 0);
    }
    const auto [trace, trace_of_square] = model_.TracesOfP(*fit);
    return (squares - trace) / trace_of_square;
  }

  // The logarithm of the likelihood at `tau2` to that at 0.
  optional<double> LogRatioTo0(double tau2) const {
    const optional<WeightedFit> fit = model_.Fit(tau2);
    const optional<WeightedFit> at_0 = model_.Fit(0);
    if (!fit.has_value() || !at_0.has_value()) return std::nullopt;
    ExactSum logs;
    for (size_t i = 0; i < model_.k(); ++i) {
      logs.Add(RoughLog(fit->weights[i] / at_0->weights[i]));
    }
    double doubled = logs.Round() - (fit->residual_sum - at_0->residual_sum);
    if (restricted_) {
      const optional<Matrix> factor = Cholesky(fit->inverse, 0);
      const optional<Matrix> factor_at_0 = Cholesky(at_0->inverse, 0);
      if (!factor.has_value() || !factor_at_0.has_value()) return std::nullopt;
      doubled += LogDeterminant(*factor) - LogDeterminant(*factor_at_0);
    }
    return doubled / 2;
  }

  optional<Tau2Estimate> Estimate() const {
    const optional<double> tau2 = Maximize();
    if (!tau2.has_value()) return std::nullopt;
    const optional<WeightedFit> fit = model_.Fit(*tau2);
    if (!fit.has_value()) return std::nullopt;
    const double information =
        restricted_ ? model_.TracePP(*fit) : model_.Sum(*fit, 2, 0, 0);
    return Tau2Estimate{*tau2, Sqrt(2 / information)};
  }

 private:
  optional<double> Maximize() const {
    const optional<Tau2Estimate> start = Hedges(model_);
    if (!start.has_value()) return std::nullopt;
    optional<double> found = Climb(start->tau2);
    if (!found.has_value() || *found == 0) return found;
    const optional<double> gain = LogRatioTo0(*found);
    if (!gain.has_value()) return std::nullopt;
    // What is within rounding means that the maximum is just off 0.
    return *gain < -1e-9 ? 0 : found;
  }

  // Fisher's scoring, which climbs but closes in slowly; once two steps tell
  // how the step shrinks, the secant of the last two.
  optional<double> Climb(double tau2) const {
    double last_tau2 = 0;
    double last_step = 0;
    for (int i = 0; i < kIterationCountMax; ++i) {
      const optional<double> step = ScoringStep(tau2);
      if (!step.has_value() || std::isnan(*step)) return std::nullopt;
      if (tau2 == 0 && *step <= 0) return 0;
      double move = *step;
      const double slope = (*step - last_step) / (tau2 - last_tau2);
      if (i > 0 && slope < -0.02 && slope > -50) move = -*step / slope;
      const double next = std::max(0.0, tau2 + move);
      const double scale = SmallestVariance(tau2);
      if (std::abs(next - tau2) <= 1e-14 * scale) return next;
      last_tau2 = tau2;
      last_step = *step;
      tau2 = next;
    }
    return std::nullopt;
  }

  // The smallest total variance: the unit of what a step changes.
  double SmallestVariance(double tau2) const {
    return *std::min_element(model_.variances().begin(),
                             model_.variances().end()) +
           tau2;
  }

  const LinearModel& model_;
  bool restricted_;
};

optional<Tau2Estimate> EstimateBy(const LinearModel& model,
                                  Tau2Estimator estimator) {
  switch (estimator) {
    case Tau2Estimator::kCommonEffect:
      return std::nullopt;
    case Tau2Estimator::kDerSimonianLaird:
      return DerSimonianLaird(model);
    case Tau2Estimator::kHedges:
      return Hedges(model);
    case Tau2Estimator::kHunterSchmidt:
      return HunterSchmidt(model);
    case Tau2Estimator::kSidikJonkman:
      return SidikJonkman(model);
    case Tau2Estimator::kMaximumLikelihood:
      return Likelihood(model, false).Estimate();
    case Tau2Estimator::kRestrictedMaximumLikelihood:
      return Likelihood(model, true).Estimate();
    case Tau2Estimator::kEmpiricalBayes:
    case Tau2Estimator::kPauleMandel:
      return PauleMandel(model);
  }
  return std::nullopt;
}

}  // namespace

optional<double> SolveGeneralizedQ(const LinearModel& model, double target,
                                   double start) {
  double tau2 = start;
  // Newton's method on 1 / Q, which is nearly straight; it rises and is
  // concave, being that of a sum of a / (b + tau2), so no step goes too far.
  for (int i = 0; i < kIterationCountMax; ++i) {
    const optional<WeightedFit> fit = model.Fit(tau2);
    if (!fit.has_value()) return std::nullopt;
    const double excess = fit->residual_sum - target;
    if (excess <= 0) return tau2;
    const double next =
        tau2 + excess * (fit->residual_sum / target) / model.Sum(*fit, 2, 0, 2);
    if (next - tau2 <= 1e-15 * next) return next;
    tau2 = next;
  }
  return std::nullopt;
}

absl::StatusOr<Tau2Estimate> EstimateTau2(const LinearModel& model,
                                          Tau2Estimator estimator) {
  const optional<Tau2Estimate> estimate = EstimateBy(model, estimator);
  if (!estimate.has_value() || !std::isfinite(estimate->tau2) ||
      !std::isfinite(estimate->standard_error)) {
    return NotConverged(Tau2EstimatorName(estimator));
  }
  return *estimate;
}

}  // namespace consilium

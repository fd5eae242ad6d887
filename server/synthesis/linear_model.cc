#include "server/synthesis/linear_model.h"

#include <utility>

#include "server/synthesis/exact_sum.h"

namespace consilium {
namespace {

double WholePower(double x, int exponent) {
  double power = 1;
  for (int i = 0; i < exponent; ++i) power *= x;
  return power;
}

// X' D X for the diagonal that `diagonal(i)` gives.
template <typename Diagonal>
Matrix CrossProduct(const Matrix& design, const Diagonal& diagonal) {
  const size_t p = design.columns();
  std::vector<ExactSum> sums(p * p);
  for (size_t i = 0; i < design.rows(); ++i) {
    const double d = diagonal(i);
    for (size_t row = 0; row < p; ++row) {
      for (size_t column = 0; column <= row; ++column) {
        sums[row * p + column].Add(d * (design(i, row) * design(i, column)));
      }
    }
  }
  Matrix product(p, p);
  for (size_t row = 0; row < p; ++row) {
    for (size_t column = 0; column <= row; ++column) {
      product(row, column) = sums[row * p + column].Round();
      product(column, row) = product(row, column);
    }
  }
  return product;
}

Matrix Ones(size_t rows) {
  Matrix ones(rows, 1);
  for (size_t i = 0; i < rows; ++i) ones(i, 0) = 1;
  return ones;
}

}  // namespace

double ExactMean(absl::Span<const double> values) {
  ExactSum sum;
  for (const double value : values) sum.Add(value);
  return sum.Round() / static_cast<double>(values.size());
}

LinearModel::LinearModel(absl::Span<const StudyEffect> studies)
    : LinearModel(studies, Ones(studies.size())) {}

LinearModel::LinearModel(absl::Span<const StudyEffect> studies, Matrix design)
    : design_(std::move(design)) {
  for (const StudyEffect& study : studies) {
    effects_.push_back(study.effect);
    variances_.push_back(study.variance);
  }
  center_ = ExactMean(effects_);
  for (double& effect : effects_) effect -= center_;
}

LinearModel::LinearModel(std::vector<double> effects,
                         std::vector<double> variances, Matrix design,
                         double center)
    : effects_(std::move(effects)),
      variances_(std::move(variances)),
      design_(std::move(design)),
      center_(center) {}

LinearModel LinearModel::Without(size_t index) const {
  std::vector<double> effects = effects_;
  std::vector<double> variances = variances_;
  effects.erase(effects.begin() + static_cast<std::ptrdiff_t>(index));
  variances.erase(variances.begin() + static_cast<std::ptrdiff_t>(index));
  Matrix design(k() - 1, p());
  for (size_t i = 0; i + 1 < k(); ++i) {
    for (size_t j = 0; j < p(); ++j) {
      design(i, j) = design_(i < index ? i : i + 1, j);
    }
  }
  return LinearModel(std::move(effects), std::move(variances),
                     std::move(design), center_);
}

std::optional<WeightedFit> LinearModel::Fit(double tau2) const {
  std::vector<double> weights(k());
  for (size_t i = 0; i < k(); ++i) weights[i] = 1 / (variances_[i] + tau2);
  return FitWeights(std::move(weights));
}

std::optional<WeightedFit> LinearModel::FitUnweighted() const {
  return FitWeights(std::vector<double>(k(), 1.0));
}

std::optional<WeightedFit> LinearModel::FitWeights(
    std::vector<double> weights) const {
  if (p() == 1) return FitMean(std::move(weights));
  const Matrix cross =
      CrossProduct(design_, [&](size_t i) { return weights[i]; });
  const std::optional<Matrix> factor = Cholesky(cross, 0);
  if (!factor.has_value()) return std::nullopt;
  std::vector<double> right(p());
  for (size_t j = 0; j < p(); ++j) {
    ExactSum sum;
    for (size_t i = 0; i < k(); ++i) {
      sum.Add(weights[i] * design_(i, j) * effects_[i]);
    }
    right[j] = sum.Round();
  }
  WeightedFit fit = {.weights = std::move(weights),
                     .coefficients = SolveWithCholesky(*factor, right),
                     .residuals = std::vector<double>(k()),
                     .inverse = InvertWithCholesky(*factor)};
  ExactSum residual_sum;
  for (size_t i = 0; i < k(); ++i) {
    double residual = effects_[i];
    for (size_t j = 0; j < p(); ++j) {
      residual -= design_(i, j) * fit.coefficients[j];
    }
    fit.residuals[i] = residual;
    residual_sum.Add(fit.weights[i] * (residual * residual));
  }
  fit.weight_sum = Sum(fit, 1, 0, 0);
  fit.residual_sum = residual_sum.Round();
  return fit;
}

std::optional<WeightedFit> LinearModel::FitMean(
    std::vector<double> weights) const {
  ExactSum weight_sum;
  ExactSum weighted_effects;
  for (size_t i = 0; i < k(); ++i) {
    weight_sum.Add(weights[i]);
    weighted_effects.Add(weights[i] * effects_[i]);
  }
  WeightedFit fit = {.weights = std::move(weights),
                     .residuals = std::vector<double>(k()),
                     .inverse = Matrix(1, 1),
                     .weight_sum = weight_sum.Round()};
  if (!(fit.weight_sum > 0)) return std::nullopt;
  const double mean = weighted_effects.Round() / fit.weight_sum;
  fit.coefficients = {mean};
  fit.inverse(0, 0) = 1 / fit.weight_sum;
  ExactSum residual_sum;
  for (size_t i = 0; i < k(); ++i) {
    const double residual = effects_[i] - mean;
    fit.residuals[i] = residual;
    residual_sum.Add(fit.weights[i] * (residual * residual));
  }
  fit.residual_sum = residual_sum.Round();
  return fit;
}

double LinearModel::Sum(const WeightedFit& fit, int a, int b, int c) const {
  ExactSum sum;
  for (size_t i = 0; i < k(); ++i) {
    sum.Add(WholePower(fit.weights[i], a) * WholePower(variances_[i], b) *
            WholePower(fit.residuals[i], c));
  }
  return sum.Round();
}

Matrix LinearModel::Moments(const WeightedFit& fit, int a, int b) const {
  if (p() == 1) {
    Matrix sum(1, 1);
    sum(0, 0) = Sum(fit, a, b, 0);
    return sum;
  }
  return CrossProduct(design_, [&](size_t i) {
    return WholePower(fit.weights[i], a) * WholePower(variances_[i], b);
  });
}

double LinearModel::TraceP(const WeightedFit& fit) const {
  return fit.weight_sum - TraceOfProduct(fit.inverse, Moments(fit, 2, 0));
}

std::pair<double, double> LinearModel::TracesOfP(const WeightedFit& fit) const {
  if (p() == 1) {
    const double squares = Sum(fit, 2, 0, 0);
    const double mean = squares / fit.weight_sum;
    return {fit.weight_sum - mean,
            squares - 2 * Sum(fit, 3, 0, 0) / fit.weight_sum + mean * mean};
  }
  const Matrix second = Multiply(fit.inverse, Moments(fit, 2, 0));
  double diagonal = 0;
  for (size_t j = 0; j < p(); ++j) diagonal += second(j, j);
  return {fit.weight_sum - diagonal,
          Sum(fit, 2, 0, 0) -
              2 * TraceOfProduct(fit.inverse, Moments(fit, 3, 0)) +
              TraceOfProduct(second, second)};
}

double LinearModel::TracePP(const WeightedFit& fit) const {
  return TracesOfP(fit).second;
}

double LinearModel::TracePV(const WeightedFit& fit) const {
  return Sum(fit, 1, 1, 0) - TraceOfProduct(fit.inverse, Moments(fit, 2, 1));
}

double LinearModel::TracePPV(const WeightedFit& fit) const {
  const Matrix second = Multiply(fit.inverse, Moments(fit, 2, 0));
  const Matrix with_variance = Multiply(fit.inverse, Moments(fit, 2, 1));
  return Sum(fit, 2, 1, 0) -
         2 * TraceOfProduct(fit.inverse, Moments(fit, 3, 1)) +
         TraceOfProduct(second, with_variance);
}

double LinearModel::TracePVPV(const WeightedFit& fit) const {
  const Matrix with_variance = Multiply(fit.inverse, Moments(fit, 2, 1));
  return Sum(fit, 2, 2, 0) -
         2 * TraceOfProduct(fit.inverse, Moments(fit, 3, 2)) +
         TraceOfProduct(with_variance, with_variance);
}

}  // namespace consilium

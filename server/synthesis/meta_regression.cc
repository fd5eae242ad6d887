#include "server/synthesis/meta_regression.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/base/status_macros.h"
#include "server/synthesis/distributions.h"
#include "server/synthesis/errors.h"
#include "server/synthesis/exact_sum.h"
#include "server/synthesis/inference.h"
#include "server/synthesis/limits.h"
#include "server/synthesis/linear_model.h"
#include "server/synthesis/matrix.h"
#include "server/synthesis/real_math.h"

namespace consilium {
namespace {

// Pivots below this share of their diagonal are rounding, not information.
constexpr double kCollinearTolerance = 1e-10;

absl::Status CheckValue(double value, absl::string_view quantity,
                        absl::string_view label, size_t index) {
  if (std::abs(value) <= kEffectMagnitudeMax) return absl::OkStatus();
  return BadStudy(index, label, quantity, value,
                  "a number of magnitude at most 1e30");
}

absl::Status CheckModerators(absl::Span<const StudyEffect> studies,
                             absl::Span<const Moderator> moderators) {
  if (moderators.empty() || moderators.size() > kModeratorCountMax) {
    return BadSetting("number of moderators", absl::StrCat(moderators.size()),
                      absl::StrCat("1 to ", kModeratorCountMax));
  }
  for (const Moderator& moderator : moderators) {
    const std::string quantity = absl::StrCat("moderator ", moderator.name);
    if (moderator.values.size() != studies.size()) {
      return BadSetting(
          quantity, absl::StrCat("of ", moderator.values.size(), " values"),
          absl::StrCat("one for each of ", studies.size(), " studies"));
    }
    for (size_t i = 0; i < studies.size(); ++i) {
      RETURN_IF_ERROR(
          CheckValue(moderator.values[i], quantity, studies[i].label, i));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckPoints(absl::Span<const std::vector<double>> points,
                         size_t moderator_count) {
  for (size_t i = 0; i < points.size(); ++i) {
    if (points[i].size() != moderator_count) {
      return BadSetting(
          absl::StrCat("predict_at[", i, "]"),
          absl::StrCat("of ", points[i].size(), " values"),
          absl::StrCat("one for each of ", moderator_count, " moderators"));
    }
    for (const double value : points[i]) {
      if (!(std::abs(value) <= kEffectMagnitudeMax)) {
        return BadSetting(absl::StrCat("predict_at[", i, "]"),
                          absl::StrCat(value),
                          "numbers of magnitude at most 1e30");
      }
    }
  }
  return absl::OkStatus();
}

// Moderators as deviations from their means in units of their spread, so that
// years and doses lose no digits.
class StandardizedDesign {
 public:
  explicit StandardizedDesign(absl::Span<const Moderator> moderators) {
    for (const Moderator& moderator : moderators) {
      const double mean = ExactMean(moderator.values);
      ExactSum squares;
      for (const double value : moderator.values) {
        squares.Add((value - mean) * (value - mean));
      }
      const double spread =
          Sqrt(squares.Round() / static_cast<double>(moderator.values.size()));
      means_.push_back(mean);
      // Rounding of the mean alone is no spread.
      spreads_.push_back(spread > 1e-13 * std::abs(mean) ? spread : 0);
    }
  }

  // INVALID_ARGUMENT when a moderator is constant or follows from others.
  absl::StatusOr<Matrix> Build(absl::Span<const Moderator> moderators) const {
    const size_t k = moderators[0].values.size();
    Matrix design(k, size());
    for (size_t j = 0; j < moderators.size(); ++j) {
      if (spreads_[j] == 0) return Collinear(moderators[j].name);
    }
    for (size_t i = 0; i < k; ++i) {
      design(i, 0) = 1;
      for (size_t j = 1; j < size(); ++j) {
        design(i, j) = Standardize(moderators[j - 1].values[i], j);
      }
    }
    size_t failed = 0;
    if (!Cholesky(Square(design), kCollinearTolerance, &failed).has_value()) {
      return Collinear(failed == 0 ? "intercept" : moderators[failed - 1].name);
    }
    return design;
  }

  // The row of the design at `values`.
  std::vector<double> Row(absl::Span<const double> values) const {
    std::vector<double> row = {1};
    for (size_t j = 1; j < size(); ++j) {
      row.push_back(Standardize(values[j - 1], j));
    }
    return row;
  }

  // Turns coefficients of the design into those of the moderators' own units.
  Matrix BackTransform() const {
    Matrix back(size(), size());
    back(0, 0) = 1;
    for (size_t j = 1; j < size(); ++j) {
      back(0, j) = -means_[j - 1] / spreads_[j - 1];
      back(j, j) = 1 / spreads_[j - 1];
    }
    return back;
  }

 private:
  size_t size() const { return means_.size() + 1; }

  double Standardize(double value, size_t column) const {
    return (value - means_[column - 1]) / spreads_[column - 1];
  }

  static Matrix Square(const Matrix& design) {
    Matrix square(design.columns(), design.columns());
    for (size_t a = 0; a < design.columns(); ++a) {
      for (size_t b = 0; b < design.columns(); ++b) {
        ExactSum sum;
        for (size_t i = 0; i < design.rows(); ++i) {
          sum.Add(design(i, a) * design(i, b));
        }
        square(a, b) = sum.Round();
      }
    }
    return square;
  }

  std::vector<double> means_;
  std::vector<double> spreads_;
};

Matrix Transpose(const Matrix& a) {
  Matrix transposed(a.columns(), a.rows());
  for (size_t i = 0; i < a.rows(); ++i) {
    for (size_t j = 0; j < a.columns(); ++j) transposed(j, i) = a(i, j);
  }
  return transposed;
}

// b' V^-1 b of all coefficients but the intercept; standardizing does not
// change it.
std::optional<OmnibusTest> TestModerators(const ModelFit& fit) {
  const size_t count = fit.fit.coefficients.size() - 1;
  if (!(fit.scale > 0)) return std::nullopt;
  Matrix covariance(count, count);
  std::vector<double> slopes(count);
  for (size_t i = 0; i < count; ++i) {
    slopes[i] = fit.fit.coefficients[i + 1];
    for (size_t j = 0; j < count; ++j) {
      covariance(i, j) = fit.scale * fit.fit.inverse(i + 1, j + 1);
    }
  }
  const std::optional<Matrix> factor = Cholesky(covariance, 0);
  if (!factor.has_value()) return std::nullopt;
  const std::vector<double> solved = SolveWithCholesky(*factor, slopes);
  double statistic = 0;
  for (size_t i = 0; i < count; ++i) statistic += slopes[i] * solved[i];
  OmnibusTest test = {.df1 = static_cast<int>(count)};
  if (fit.interval_method == IntervalMethod::kNormal) {
    test.statistic = RoundResult(statistic);
    test.p_value = RoundResult(ChiSquareSurvival(statistic, test.df1));
    return test;
  }
  test.df2 = fit.df;
  const double f = statistic / test.df1;
  test.statistic = RoundResult(f);
  test.p_value = RoundResult(FSurvival(f, test.df1, fit.df));
  return test;
}

absl::StatusOr<std::optional<double>> ExplainedPercent(
    absl::Span<const StudyEffect> studies, const ModelFit& fit,
    const PoolingOptions& options) {
  if (!fit.tau2.has_value()) return std::nullopt;
  ASSIGN_OR_RETURN(const Tau2Estimate without,
                   EstimateTau2(LinearModel(studies), options.tau2_estimator));
  if (without.tau2 == 0) return std::nullopt;
  return RoundResult(
      std::max(0.0, 100 * (without.tau2 - fit.tau2->tau2) / without.tau2));
}

}  // namespace

absl::StatusOr<RegressionResult> FitMetaRegression(
    absl::Span<const StudyEffect> studies,
    absl::Span<const Moderator> moderators, const PoolingOptions& options,
    absl::Span<const std::vector<double>> predict_at) {
  RETURN_IF_ERROR(CheckOptions(options));
  RETURN_IF_ERROR(
      CheckStudies(studies, "meta-regression", moderators.size() + 2));
  RETURN_IF_ERROR(CheckModerators(studies, moderators));
  RETURN_IF_ERROR(CheckPoints(predict_at, moderators.size()));
  const StandardizedDesign standardized(moderators);
  ASSIGN_OR_RETURN(Matrix design, standardized.Build(moderators));
  const LinearModel model(studies, std::move(design));
  ASSIGN_OR_RETURN(const ModelFit fit, FitModel(model, options));

  RegressionResult result = {
      .study_count = studies.size(),
      .moderators_test = TestModerators(fit),
      .weights_percent = Rounded(WeightsPercent(fit.fit))};
  const Matrix back = standardized.BackTransform();
  const std::vector<double> coefficients = Multiply(back, fit.fit.coefficients);
  const Matrix covariance =
      Multiply(Multiply(back, fit.fit.inverse), Transpose(back));
  for (size_t i = 0; i < coefficients.size(); ++i) {
    const double value = coefficients[i] + (i == 0 ? model.center() : 0);
    result.coefficients.push_back(
        {i == 0 ? "intercept" : moderators[i - 1].name,
         Rounded(TestEffect(value, fit.scale * covariance(i, i), fit))});
    std::vector<double> row;
    for (size_t j = 0; j < coefficients.size(); ++j) {
      row.push_back(RoundResult(fit.scale * covariance(i, j)));
    }
    result.covariance.push_back(std::move(row));
  }
  ASSIGN_OR_RETURN(const Heterogeneity residual,
                   MeasureHeterogeneity(model, fit, options));
  result.residual = Rounded(residual);
  ASSIGN_OR_RETURN(result.r2_percent, ExplainedPercent(studies, fit, options));
  for (const std::vector<double>& values : predict_at) {
    const std::vector<double> row = standardized.Row(values);
    double effect = model.center();
    for (size_t j = 0; j < row.size(); ++j) {
      effect += row[j] * fit.fit.coefficients[j];
    }
    const Estimate estimate = TestEffect(
        effect, fit.scale * QuadraticForm(fit.fit.inverse, row), fit);
    result.predictions.push_back(
        {values, Rounded(estimate),
         Rounded(PredictNewStudy(estimate, fit, options).interval)});
  }
  return result;
}

}  // namespace consilium

#include "server/synthesis/shared_comparator.h"

#include <cmath>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"
#include "server/synthesis/derivation_text.h"
#include "server/synthesis/matrix.h"
#include "server/synthesis/real_math.h"

namespace consilium {
namespace {

absl::Status CheckComparisons(int comparisons) {
  if (comparisons >= 1) return absl::OkStatus();
  return InvalidField("comparisons",
                      absl::StrCat("is ", comparisons, "; want at least 1"));
}

absl::Status CheckArms(size_t count) {
  if (count > 0) return absl::OkStatus();
  return InvalidField("arms", "is empty; want at least one");
}

absl::Status CheckContrast(const SharedContrast& contrast) {
  if (contrast.comparator_variance > 0 &&
      contrast.comparator_variance < contrast.variance) {
    return absl::OkStatus();
  }
  return InvalidField(
      "comparator_variance",
      absl::StrCat("is ", AnyNumber(contrast.comparator_variance),
                   "; want above 0 and below the variance of the comparison, ",
                   AnyNumber(contrast.variance)));
}

// The arm of all participants of two (Handbook, table 6.5.a).
ArmMean Combine(const ArmMean& a, const ArmMean& b) {
  const double n = a.participants + b.participants;
  const double apart = a.mean - b.mean;
  const double squares =
      (a.participants - 1) * a.standard_deviation * a.standard_deviation +
      (b.participants - 1) * b.standard_deviation * b.standard_deviation +
      a.participants * b.participants / n * apart * apart;
  return {(a.participants * a.mean + b.participants * b.mean) / n,
          std::sqrt(squares / (n - 1)), n};
}

}  // namespace

absl::StatusOr<ArmCounts> SplitArm(const ArmCounts& arm, int comparisons) {
  RETURN_IF_ERROR(CheckComparisons(comparisons));
  return ArmCounts{arm.events / comparisons, arm.participants / comparisons};
}

absl::StatusOr<ArmMean> SplitArm(const ArmMean& arm, int comparisons) {
  RETURN_IF_ERROR(CheckComparisons(comparisons));
  return ArmMean{arm.mean, arm.standard_deviation,
                 arm.participants / comparisons};
}

absl::StatusOr<ArmCounts> CombineArms(absl::Span<const ArmCounts> arms) {
  RETURN_IF_ERROR(CheckArms(arms.size()));
  ArmCounts all;
  for (const ArmCounts& arm : arms) {
    all.events += arm.events;
    all.participants += arm.participants;
  }
  return all;
}

absl::StatusOr<ArmMean> CombineArms(absl::Span<const ArmMean> arms) {
  RETURN_IF_ERROR(CheckArms(arms.size()));
  for (size_t i = 0; i < arms.size(); ++i) {
    if (arms[i].participants >= 1 && arms[i].standard_deviation >= 0) continue;
    return InvalidField(absl::StrCat("arms[", i, "]"),
                        "want participants and a standard deviation");
  }
  ArmMean all = arms[0];
  for (const ArmMean& arm : arms.subspan(1)) all = Combine(all, arm);
  all.mean = RoundResult(all.mean);
  all.standard_deviation = RoundResult(all.standard_deviation);
  return all;
}

std::optional<double> ComparatorVariance(EffectMeasure measure,
                                         const ArmCounts& comparator) {
  const double events = comparator.events;
  const double all = comparator.participants;
  if (events <= 0) return std::nullopt;
  switch (measure) {
    case EffectMeasure::kLogHazardRatio:
    case EffectMeasure::kLogRateRatio:
      return 1 / events;
    case EffectMeasure::kLogOddsRatio:
      if (events >= all) return std::nullopt;
      return 1 / events + 1 / (all - events);
    case EffectMeasure::kLogRiskRatio:
      if (events >= all) return std::nullopt;
      return 1 / events - 1 / all;
    case EffectMeasure::kRiskDifference:
      if (events >= all) return std::nullopt;
      return events / all * (1 - events / all) / all;
    default:
      return std::nullopt;
  }
}

double ComparatorShare(double group, double comparator) {
  if (group <= 0 || comparator <= 0) return 0.5;
  return group / (group + comparator);
}

absl::StatusOr<CombinedContrasts> CombineContrasts(
    absl::Span<const SharedContrast> contrasts) {
  if (contrasts.size() < 2) {
    return InvalidField("contrasts", absl::StrCat("has ", contrasts.size(),
                                                  "; want at least two"));
  }
  const size_t k = contrasts.size();
  Matrix covariance(k, k);
  for (size_t i = 0; i < k; ++i) {
    RETURN_IF_ERROR(CheckContrast(contrasts[i]));
    for (size_t j = 0; j < i; ++j) {
      covariance(i, j) = covariance(j, i) = Sqrt(
          contrasts[i].comparator_variance * contrasts[j].comparator_variance);
    }
    covariance(i, i) = contrasts[i].variance;
  }
  // Positive definite: a diagonal above 0 and the square of a column.
  const std::optional<Matrix> factor = Cholesky(covariance, 0);
  if (!factor.has_value()) {
    return InvalidField("contrasts", "have variances too far apart");
  }
  CombinedContrasts combined;
  combined.weights = SolveWithCholesky(*factor, std::vector<double>(k, 1));
  double total = 0;
  for (const double weight : combined.weights) total += weight;
  for (size_t i = 0; i < k; ++i) {
    combined.weights[i] = combined.weights[i] / total;
    combined.estimate += combined.weights[i] * contrasts[i].estimate;
  }
  for (double& weight : combined.weights) weight = RoundResult(weight);
  combined.estimate = RoundResult(combined.estimate);
  combined.variance = RoundResult(1 / total);
  return combined;
}

absl::StatusOr<double> SplitVariance(const SharedContrast& contrast,
                                     int comparisons) {
  RETURN_IF_ERROR(CheckComparisons(comparisons));
  RETURN_IF_ERROR(CheckContrast(contrast));
  return RoundResult(contrast.variance +
                     (comparisons - 1) * contrast.comparator_variance);
}

}  // namespace consilium

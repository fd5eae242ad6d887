#include "server/synthesis/continuous_effect.h"

#include <cmath>
#include <string>

#include "absl/strings/str_cat.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"
#include "server/synthesis/derivation_text.h"
#include "server/synthesis/real_math.h"

namespace consilium {
namespace {

absl::Status CheckArm(size_t index, absl::string_view arm,
                      const ArmMean& value) {
  const std::string field = absl::StrCat("studies[", index, "].", arm);
  if (!std::isfinite(value.mean)) {
    return InvalidField(field, "has a mean that is not a finite number");
  }
  if (!(value.participants > 0) || !std::isfinite(value.participants)) {
    return InvalidField(field, "has no participants; want above 0");
  }
  if (!(value.standard_deviation >= 0) ||
      !std::isfinite(value.standard_deviation)) {
    return InvalidField(field,
                        "has no standard deviation; want one of at least 0");
  }
  return absl::OkStatus();
}

absl::Status CheckMeansVariance(EffectMeasure measure,
                                VarianceConvention convention) {
  if (measure == EffectMeasure::kMeanDifference) {
    if (convention == VarianceConvention::kLargeSample ||
        convention == VarianceConvention::kHomoscedastic) {
      return absl::OkStatus();
    }
    return InvalidField("variance", absl::StrCat("is ", ToString(convention),
                                                 "; want LS or HO"));
  }
  if (measure == EffectMeasure::kStandardizedMeanDifference) {
    if (convention != VarianceConvention::kHomoscedastic) {
      return absl::OkStatus();
    }
    return InvalidField("variance", "is HO; want LS, LS2, UB or AV");
  }
  if (measure == EffectMeasure::kLogRatioOfMeans) {
    if (convention == VarianceConvention::kLargeSample) return absl::OkStatus();
    return InvalidField("variance",
                        absl::StrCat("is ", ToString(convention), "; want LS"));
  }
  return InvalidField("measure", absl::StrCat("is ", ToString(measure),
                                              "; want one of two means"));
}

double PooledVariance(const ContrastMeans& study) {
  const ArmMean& t = study.treated;
  const ArmMean& c = study.control;
  return ((t.participants - 1) * t.standard_deviation * t.standard_deviation +
          (c.participants - 1) * c.standard_deviation * c.standard_deviation) /
         (t.participants + c.participants - 2);
}

double InverseSizes(const ContrastMeans& study) {
  return 1 / study.treated.participants + 1 / study.control.participants;
}

double MeanDifferenceVariance(const ContrastMeans& study,
                              VarianceConvention convention) {
  if (convention == VarianceConvention::kHomoscedastic) {
    return PooledVariance(study) * InverseSizes(study);
  }
  const ArmMean& t = study.treated;
  const ArmMean& c = study.control;
  return t.standard_deviation * t.standard_deviation / t.participants +
         c.standard_deviation * c.standard_deviation / c.participants;
}

double LogRatioVariance(const ContrastMeans& study) {
  const auto part = [](const ArmMean& arm) {
    const double variation = arm.standard_deviation / arm.mean;
    return variation * variation / arm.participants;
  };
  return part(study.treated) + part(study.control);
}

// The uncorrected difference d and the correction J.
struct Standardized {
  double d = 0;
  double correction = 0;
  double g() const { return correction * d; }
};

Standardized Standardize(const ContrastMeans& study) {
  return {(study.treated.mean - study.control.mean) /
              std::sqrt(PooledVariance(study)),
          HedgesCorrection(study.treated.participants +
                           study.control.participants - 2)};
}

double StandardizedVariance(const ContrastMeans& study,
                            const Standardized& value, double average,
                            VarianceConvention convention) {
  const double n = study.treated.participants + study.control.participants;
  const double m = n - 2;
  const double g = value.g();
  const double j2 = value.correction * value.correction;
  switch (convention) {
    case VarianceConvention::kUnbiased:
      return InverseSizes(study) + (1 - (m - 2) / (m * j2)) * g * g;
    case VarianceConvention::kAverage:
      return InverseSizes(study) + average * average / (2 * n);
    case VarianceConvention::kLargeSampleDelta:
      return j2 * (InverseSizes(study) + value.d * value.d / (2 * n));
    default:
      return InverseSizes(study) + g * g / (2 * n);
  }
}

std::string MeansText(const ContrastMeans& study) {
  const auto arm = [](const ArmMean& value) {
    return absl::StrCat(PlainDecimal(value.mean), " (SD ",
                        PlainDecimal(value.standard_deviation), ", n ",
                        PlainDecimal(value.participants), ")");
  };
  return absl::StrCat(arm(study.treated), " against ", arm(study.control));
}

}  // namespace

double HedgesCorrection(double degrees_of_freedom) {
  const double m = degrees_of_freedom;
  if (m < 400 || m != std::floor(m)) {
    return Exp(LogGamma(m / 2) - LogGamma((m - 1) / 2)) / std::sqrt(m / 2);
  }
  // The asymptotic series of Gamma(x + 1/2) / Gamma(x), divided by sqrt(x).
  const double x = (m - 1) / 2;
  const double u = 1 / x;
  const double series =
      1 + u * (-1.0 / 8 + u * (1.0 / 128 +
                               u * (5.0 / 1024 + u * (-21.0 / 32768 +
                                                      u * (-399.0 / 262144)))));
  return std::sqrt((m - 1) / m) * series;
}

absl::StatusOr<std::vector<EffectSize>> ContinuousEffects(
    EffectMeasure measure, absl::Span<const ContrastMeans> studies,
    VarianceConvention variance) {
  RETURN_IF_ERROR(CheckMeansVariance(measure, variance));
  double weighted = 0, weight = 0;
  const bool standardizes =
      measure == EffectMeasure::kStandardizedMeanDifference;
  const bool is_ratio = measure == EffectMeasure::kLogRatioOfMeans;
  for (size_t i = 0; i < studies.size(); ++i) {
    RETURN_IF_ERROR(CheckArm(i, "treated", studies[i].treated));
    RETURN_IF_ERROR(CheckArm(i, "control", studies[i].control));
    if (!standardizes) continue;
    const double n =
        studies[i].treated.participants + studies[i].control.participants;
    const double g = Standardize(studies[i]).g();
    if (!std::isfinite(g)) continue;
    weighted += n * g;
    weight += n;
  }
  const double average = weight > 0 ? weighted / weight : 0;
  std::vector<EffectSize> effects;
  for (const ContrastMeans& study : studies) {
    EffectSize effect;
    effect.measure = measure;
    effect.derivation = Derivation::kMeans;
    effect.how = absl::StrCat(MeansText(study), ": ",
                              is_ratio       ? "ln of the ratio"
                              : standardizes ? "Hedges' g"
                                             : "difference",
                              ", variance ", ToString(variance));
    double value = study.treated.mean - study.control.mean;
    double value_variance = 0;
    if (standardizes) {
      const Standardized standardized = Standardize(study);
      value = standardized.g();
      value_variance =
          StandardizedVariance(study, standardized, average, variance);
    } else if (is_ratio) {
      if (!(study.treated.mean / study.control.mean > 0)) {
        effect.excluded =
            "its means are not both above 0, or both below, so that their "
            "ratio has no logarithm";
        effects.push_back(std::move(effect));
        continue;
      }
      value = Log(study.treated.mean / study.control.mean);
      value_variance = LogRatioVariance(study);
    } else {
      value_variance = MeanDifferenceVariance(study, variance);
    }
    if (std::isfinite(value) && std::isfinite(value_variance)) {
      effect.estimate = RoundResult(value);
      effect.standard_error = RoundResult(std::sqrt(value_variance));
    } else {
      effect.excluded =
          "its standard deviation of 0 or few participants leave it undefined";
    }
    effects.push_back(std::move(effect));
  }
  return effects;
}

}  // namespace consilium

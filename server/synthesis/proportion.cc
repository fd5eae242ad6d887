#include "server/synthesis/proportion.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "absl/strings/str_cat.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"
#include "server/synthesis/derivation_text.h"
#include "server/synthesis/real_math.h"

namespace consilium {
namespace {

struct WithAndWithout {
  double with = 0;
  double without = 0;
  double all() const { return with + without; }
};

bool IsArcsine(EffectMeasure measure) {
  return measure == EffectMeasure::kArcsineProportion ||
         measure == EffectMeasure::kFreemanTukeyProportion;
}

absl::Status CheckMeasure(EffectMeasure measure,
                          VarianceConvention convention) {
  const bool is_raw = measure == EffectMeasure::kProportion;
  if (!is_raw && !IsArcsine(measure) &&
      measure != EffectMeasure::kLogProportion &&
      measure != EffectMeasure::kLogitProportion) {
    return InvalidField("measure", absl::StrCat("is ", ToString(measure),
                                                "; want one of proportions"));
  }
  if (convention == VarianceConvention::kLargeSample ||
      (convention == VarianceConvention::kAverage && !IsArcsine(measure)) ||
      (convention == VarianceConvention::kUnbiased && is_raw)) {
    return absl::OkStatus();
  }
  return InvalidField("variance", absl::StrCat("is ", ToString(convention),
                                               ", which there is not for a ",
                                               ToString(measure)));
}

std::vector<WithAndWithout> ApplyRule(absl::Span<const ArmCounts> arms,
                                      const ZeroCells& zero_cells) {
  std::vector<WithAndWithout> counts;
  bool any_zero = false;
  for (const ArmCounts& arm : arms) {
    counts.push_back({arm.events, arm.participants - arm.events});
    any_zero =
        any_zero || counts.back().with == 0 || counts.back().without == 0;
  }
  for (WithAndWithout& count : counts) {
    const bool is_zero = count.with == 0 || count.without == 0;
    if (zero_cells.rule == ZeroCellRule::kAll ||
        (zero_cells.rule == ZeroCellRule::kIfAnyAll && any_zero) ||
        (zero_cells.rule == ZeroCellRule::kOnlyZero && is_zero)) {
      count.with += zero_cells.add;
      count.without += zero_cells.add;
    }
  }
  return counts;
}

double FreemanTukey(double events, double participants) {
  return (Asin(std::sqrt(events / (participants + 1))) +
          Asin(std::sqrt((events + 1) / (participants + 1)))) /
         2;
}

double Transform(EffectMeasure measure, const WithAndWithout& counts) {
  const double p = counts.with / counts.all();
  switch (measure) {
    case EffectMeasure::kLogProportion:
      return Log(p);
    case EffectMeasure::kLogitProportion:
      return Log(counts.with / counts.without);
    case EffectMeasure::kArcsineProportion:
      return Asin(std::sqrt(p));
    case EffectMeasure::kFreemanTukeyProportion:
      return FreemanTukey(counts.with, counts.all());
    default:
      return p;
  }
}

// The variance of the transformed proportion, with `p` for the study's own
// or, by convention, the average proportion.
double Variance(EffectMeasure measure, double p, double n,
                VarianceConvention convention) {
  switch (measure) {
    case EffectMeasure::kLogProportion:
      return 1 / (p * n) - 1 / n;
    case EffectMeasure::kLogitProportion:
      return 1 / (p * n) + 1 / ((1 - p) * n);
    case EffectMeasure::kArcsineProportion:
      return 1 / (4 * n);
    case EffectMeasure::kFreemanTukeyProportion:
      return 1 / (4 * n + 2);
    default:
      return p * (1 - p) /
             (convention == VarianceConvention::kUnbiased ? n - 1 : n);
  }
}

absl::string_view ProportionFormula(EffectMeasure measure) {
  switch (measure) {
    case EffectMeasure::kLogProportion:
      return "log p, SE sqrt(1/x - 1/n)";
    case EffectMeasure::kLogitProportion:
      return "logit p, SE sqrt(1/x + 1/(n - x))";
    case EffectMeasure::kArcsineProportion:
      return "arcsine sqrt(p), SE sqrt(1 / 4n)";
    case EffectMeasure::kFreemanTukeyProportion:
      return "Freeman-Tukey double arcsine, SE sqrt(1 / (4n + 2))";
    default:
      return "p, SE sqrt(p (1 - p) / n)";
  }
}

double BackTransformFreemanTukey(double value, double n) {
  if (value >= FreemanTukey(n, n)) return 1;
  if (value <= FreemanTukey(0, n)) return 0;
  const double sine = Sin(2 * value);
  const double inner = sine + (sine - 1 / sine) / n;
  const double cosine = Cos(2 * value);
  const double sign = cosine > 0 ? 1 : cosine < 0 ? -1 : 0;
  return (1 - sign * std::sqrt(std::max(0.0, 1 - inner * inner))) / 2;
}

double Logistic(double x) {
  return x >= 0 ? 1 / (1 + Exp(-x)) : Exp(x) / (1 + Exp(x));
}

}  // namespace

absl::StatusOr<std::vector<EffectSize>> ProportionEffects(
    EffectMeasure measure, absl::Span<const ArmCounts> arms,
    const ProportionOptions& options) {
  RETURN_IF_ERROR(CheckMeasure(measure, options.variance));
  RETURN_IF_ERROR(CheckArmCounts(arms));
  const ZeroCells zero_cells = options.zero_cells.value_or(
      ZeroCells{.rule = IsArcsine(measure) ? ZeroCellRule::kNone
                                           : ZeroCellRule::kOnlyZero});
  const std::vector<WithAndWithout> counts = ApplyRule(arms, zero_cells);
  double with = 0, all = 0;
  for (const WithAndWithout& count : counts) {
    with += count.with;
    all += count.all();
  }
  std::vector<EffectSize> effects;
  for (size_t i = 0; i < arms.size(); ++i) {
    const double n = counts[i].all();
    const double p = options.variance == VarianceConvention::kAverage
                         ? with / all
                         : counts[i].with / n;
    const double value = Transform(measure, counts[i]);
    const double variance = Variance(measure, p, n, options.variance);
    EffectSize effect;
    effect.measure = measure;
    effect.derivation = Derivation::kProportionCounts;
    effect.how = absl::StrCat(PlainDecimal(arms[i].events), "/",
                              PlainDecimal(arms[i].participants), ": ",
                              ProportionFormula(measure));
    if (counts[i].with != arms[i].events) {
      absl::StrAppend(&effect.how, " after adding ",
                      PlainDecimal(zero_cells.add), " to both counts");
    }
    if (std::isfinite(value) && std::isfinite(variance)) {
      effect.estimate = RoundResult(value);
      effect.standard_error = RoundResult(std::sqrt(variance));
    } else {
      effect.excluded = "a count of 0 leaves the transformation undefined";
    }
    effects.push_back(std::move(effect));
  }
  return effects;
}

double HarmonicMeanParticipants(absl::Span<const ArmCounts> arms) {
  double sum = 0;
  for (const ArmCounts& arm : arms) sum += 1 / arm.participants;
  return static_cast<double>(arms.size()) / sum;
}

absl::StatusOr<double> BackTransformProportion(
    EffectMeasure measure, double value, std::optional<double> participants) {
  const auto clamp = [](double p) {
    return RoundResult(std::clamp(p, 0.0, 1.0));
  };
  switch (measure) {
    case EffectMeasure::kProportion:
    case EffectMeasure::kSurvival:
      return clamp(value);
    case EffectMeasure::kLogProportion:
      return clamp(Exp(value));
    case EffectMeasure::kLogitProportion:
    case EffectMeasure::kLogitSurvival:
      return clamp(Logistic(value));
    case EffectMeasure::kCloglogSurvival:
      return clamp(Exp(-Exp(value)));
    case EffectMeasure::kArcsineProportion: {
      if (value <= 0) return 0.0;
      if (value >= kPi / 2) return 1.0;
      const double sine = Sin(value);
      return clamp(sine * sine);
    }
    case EffectMeasure::kFreemanTukeyProportion:
      if (!participants.has_value() || !(*participants > 0)) {
        return InvalidField("participants",
                            "is missing; a Freeman-Tukey value needs it");
      }
      return clamp(BackTransformFreemanTukey(value, *participants));
    default:
      return InvalidField("measure", absl::StrCat("is ", ToString(measure),
                                                  "; want a proportion"));
  }
}

}  // namespace consilium

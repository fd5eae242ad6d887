#include "server/synthesis/reported_effect.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "absl/strings/str_cat.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"
#include "server/synthesis/derivation_text.h"
#include "server/synthesis/distributions.h"
#include "server/synthesis/real_math.h"

namespace consilium {
namespace {

// Rounding of P may leave the standard error uncertain by this share.
constexpr double kUncertaintyMax = 0.1;

int CountDecimals(double value) {
  const std::string text = PlainDecimal(value);
  const size_t dot = text.find('.');
  return dot == std::string::npos ? 0 : static_cast<int>(text.size() - dot - 1);
}

double HalfUnit(int decimals) {
  double unit = 0.5;
  for (int i = 0; i < decimals; ++i) unit /= 10;
  return unit;
}

bool IsProportionLike(EffectMeasure measure) {
  return !IsLogRatio(measure) && measure != EffectMeasure::kRiskDifference &&
         measure != EffectMeasure::kMeanDifference &&
         measure != EffectMeasure::kStandardizedMeanDifference;
}

// Refuses a printed value that cannot be of the measure.
absl::Status CheckValue(EffectMeasure measure, absl::string_view field,
                        double value) {
  if (IsLogRatio(measure)) {
    if (!(value > 0) || !std::isfinite(value)) {
      return InvalidField(field, absl::StrCat("is ", AnyNumber(value),
                                              "; want a ratio above 0"));
    }
    return absl::OkStatus();
  }
  if (IsProportionLike(measure)) {
    return InvalidField(
        "measure", absl::StrCat(ToString(measure),
                                " is no contrast; want a ratio or difference"));
  }
  if (!std::isfinite(value)) {
    return InvalidField(field, "is not a finite number");
  }
  return absl::OkStatus();
}

absl::Status CheckLevel(double level_percent) {
  if (level_percent > 0 && level_percent < 100) return absl::OkStatus();
  return InvalidField("level_percent",
                      absl::StrCat("is ", AnyNumber(level_percent),
                                   "; want above 0 and below 100"));
}

double ToScale(EffectMeasure measure, double value) {
  return IsLogRatio(measure) ? Log(value) : value;
}

std::string ScaleText(EffectMeasure measure, double value) {
  return absl::StrCat(IsLogRatio(measure) ? "ln " : "", PlainDecimal(value));
}

// The quantile that a bound at this level lies away from the estimate.
double BoundQuantile(double level_percent, bool one_sided) {
  const double outside = 1 - level_percent / 100;
  return -NormalQuantile(one_sided ? outside : outside / 2);
}

EffectSize MakeEffect(const ReportedEffect& reported, Derivation derivation) {
  EffectSize effect;
  effect.measure = reported.measure;
  effect.derivation = derivation;
  if (reported.estimate.has_value()) {
    effect.estimate =
        RoundResult(ToScale(reported.measure, *reported.estimate));
  }
  return effect;
}

// How far rounding to a unit of 2 * `half_unit` can move `value` on the scale.
double MaxShift(EffectMeasure measure, double value, double half_unit) {
  if (!IsLogRatio(measure)) return half_unit;
  return half_unit < value ? -Log1p(-half_unit / value) : HUGE_VAL;
}

// Warns where the estimate lies off the interval's middle by more than the
// rounding of all three numbers explains.
void CheckMiddle(const ReportedEffect& reported, EffectSize& effect) {
  const EffectMeasure measure = reported.measure;
  const double estimate = *reported.estimate;
  const double lower = *reported.lower;
  const double upper = *reported.upper;
  const int bound_decimals = reported.bound_decimals.value_or(
      std::max(CountDecimals(lower), CountDecimals(upper)));
  const int estimate_decimals = reported.estimate_decimals.value_or(
      std::max(CountDecimals(estimate), bound_decimals));
  const double off = ToScale(measure, estimate) -
                     (ToScale(measure, lower) + ToScale(measure, upper)) / 2;
  const double explained =
      MaxShift(measure, estimate, HalfUnit(estimate_decimals)) +
      (MaxShift(measure, lower, HalfUnit(bound_decimals)) +
       MaxShift(measure, upper, HalfUnit(bound_decimals))) /
          2;
  // A hundredth of the standard error is nobody's concern.
  if (std::fabs(off) <= explained ||
      std::fabs(off) <= *effect.standard_error / 100) {
    return;
  }
  effect.warnings.push_back(absl::StrCat(
      "The estimate lies ", ShortNumber(std::fabs(off)),
      off > 0 ? " above" : " below", " the middle of its interval on the ",
      ToString(measure), " scale; rounding explains at most ",
      ShortNumber(explained), "."));
}

absl::Status CheckInside(const ReportedEffect& reported) {
  if (*reported.estimate >= *reported.lower &&
      *reported.estimate <= *reported.upper) {
    return absl::OkStatus();
  }
  return InvalidField("estimate",
                      absl::StrCat("is ", PlainDecimal(*reported.estimate),
                                   "; want it inside its interval, ",
                                   PlainDecimal(*reported.lower), " to ",
                                   PlainDecimal(*reported.upper)));
}

std::string SidesText(int sides) {
  return sides == 1 ? "one-sided " : "two-sided ";
}

double PQuantile(double p, int sides) {
  return -NormalQuantile(sides == 1 ? p : p / 2);
}

// Warns where the P that was rounded to this one could have given quite
// another standard error.
void CheckRoundingOfP(const PValue& p, EffectSize& effect) {
  const double half = HalfUnit(p.decimals.value_or(CountDecimals(p.value)));
  const double z = PQuantile(p.value, p.sides);
  const double low = p.value - half;
  const double high = std::min(p.value + half, 1.0);
  const double z_large = low > 0 ? PQuantile(low, p.sides) : HUGE_VAL;
  const double z_small = high < 1 ? PQuantile(high, p.sides) : 0;
  const bool uncertain = z_small * z <= 0 ||
                         std::fabs(z / z_small) > 1 + kUncertaintyMax ||
                         std::fabs(z / z_large) < 1 - kUncertaintyMax;
  if (!uncertain) return;
  effect.warnings.push_back(
      absl::StrCat("P is printed as ", PlainDecimal(p.value),
                   "; its rounding leaves the standard error uncertain by "
                   "more than a tenth."));
}

// Warns where the estimate lies so near to no effect that its rounding moves it
// by more than a tenth, and with it the standard error.
void CheckRoundingOfEstimate(const ReportedEffect& reported,
                             EffectSize& effect) {
  // Trailing zeros are lost: "0.9" may have been 0.90.
  constexpr int kUsualDecimals = 2;
  const double half = HalfUnit(reported.estimate_decimals.value_or(
      std::max(kUsualDecimals, CountDecimals(*reported.estimate))));
  if (MaxShift(reported.measure, std::fabs(*reported.estimate), half) <=
      kUncertaintyMax * std::fabs(*effect.estimate)) {
    return;
  }
  effect.warnings.push_back(absl::StrCat(
      "The estimate is printed as ", PlainDecimal(*reported.estimate),
      ", near to no effect; its rounding leaves the standard error uncertain "
      "by more than a tenth."));
}

}  // namespace

absl::StatusOr<EffectSize> EffectFromInterval(const ReportedEffect& reported) {
  const EffectMeasure measure = reported.measure;
  if (!reported.lower.has_value() || !reported.upper.has_value()) {
    return InvalidField(reported.lower.has_value() ? "upper" : "lower",
                        "is missing; want both bounds");
  }
  if (reported.one_sided) {
    return InvalidField("interval",
                        "has both bounds and a one-sided level; want the one "
                        "bound that the level is of, or a two-sided level");
  }
  RETURN_IF_ERROR(CheckLevel(reported.level_percent));
  RETURN_IF_ERROR(CheckValue(measure, "lower", *reported.lower));
  RETURN_IF_ERROR(CheckValue(measure, "upper", *reported.upper));
  if (*reported.lower >= *reported.upper) {
    return InvalidField(
        "lower",
        absl::StrCat("is ", PlainDecimal(*reported.lower), "; want below ",
                     PlainDecimal(*reported.upper), ", the upper bound"));
  }
  const double lower = ToScale(measure, *reported.lower);
  const double upper = ToScale(measure, *reported.upper);
  const double z = BoundQuantile(reported.level_percent, false);
  EffectSize effect = MakeEffect(reported, Derivation::kInterval);
  effect.standard_error = RoundResult((upper - lower) / (2 * z));
  effect.how = absl::StrCat(
      "SE from ", PlainDecimal(reported.level_percent), " % interval: (",
      ScaleText(measure, *reported.upper), " - ",
      ScaleText(measure, *reported.lower), ") / (2 * ", ShortNumber(z), ")");
  if (reported.estimate.has_value()) {
    RETURN_IF_ERROR(CheckValue(measure, "estimate", *reported.estimate));
    RETURN_IF_ERROR(CheckInside(reported));
    CheckMiddle(reported, effect);
    return effect;
  }
  effect.derivation = Derivation::kIntervalMiddle;
  effect.estimate = RoundResult((lower + upper) / 2);
  effect.warnings.push_back(
      "No estimate is reported; the middle of the interval stands for it.");
  return effect;
}

absl::StatusOr<EffectSize> EffectFromBound(const ReportedEffect& reported) {
  const EffectMeasure measure = reported.measure;
  if (!reported.estimate.has_value()) {
    return InvalidField("estimate", "is missing; want it beside the bound");
  }
  if (reported.lower.has_value() == reported.upper.has_value()) {
    return InvalidField("upper", reported.lower.has_value()
                                     ? "is given beside lower; want one bound"
                                     : "is missing, and so is lower");
  }
  RETURN_IF_ERROR(CheckLevel(reported.level_percent));
  const bool is_upper = reported.upper.has_value();
  const double printed = is_upper ? *reported.upper : *reported.lower;
  RETURN_IF_ERROR(CheckValue(measure, "estimate", *reported.estimate));
  RETURN_IF_ERROR(CheckValue(measure, is_upper ? "upper" : "lower", printed));
  const double estimate = ToScale(measure, *reported.estimate);
  const double bound = ToScale(measure, printed);
  if (is_upper ? bound <= estimate : bound >= estimate) {
    return InvalidField(
        is_upper ? "upper" : "lower",
        absl::StrCat("is ", PlainDecimal(printed), "; want ",
                     is_upper ? "above " : "below ",
                     PlainDecimal(*reported.estimate), ", the estimate"));
  }
  const double z = BoundQuantile(reported.level_percent, reported.one_sided);
  if (!(z > 0)) {
    return InvalidField("level_percent",
                        "is 50 or less on one side; want above 50");
  }
  EffectSize effect = MakeEffect(reported, Derivation::kBound);
  effect.standard_error = RoundResult(std::fabs(bound - estimate) / z);
  const double outer = is_upper ? printed : *reported.estimate;
  const double inner = is_upper ? *reported.estimate : printed;
  effect.how =
      absl::StrCat("SE from the ", is_upper ? "upper" : "lower", " bound of a ",
                   reported.one_sided ? "one-sided " : "",
                   PlainDecimal(reported.level_percent), " % interval: (",
                   ScaleText(measure, outer), " - ", ScaleText(measure, inner),
                   ") / ", ShortNumber(z));
  return effect;
}

absl::StatusOr<EffectSize> EffectFromStandardError(
    const ReportedEffect& reported, double standard_error) {
  if (!reported.estimate.has_value()) {
    return InvalidField("estimate", "is missing");
  }
  RETURN_IF_ERROR(CheckValue(reported.measure, "estimate", *reported.estimate));
  if (!(standard_error > 0) || !std::isfinite(standard_error)) {
    return InvalidField(
        "standard_error",
        absl::StrCat("is ", AnyNumber(standard_error), "; want above 0"));
  }
  EffectSize effect = MakeEffect(reported, Derivation::kStandardError);
  effect.standard_error = RoundResult(standard_error);
  effect.how =
      absl::StrCat("SE as reported on the ", ToString(reported.measure),
                   " scale: ", PlainDecimal(standard_error));
  return effect;
}

absl::StatusOr<EffectSize> EffectFromP(const ReportedEffect& reported,
                                       const PValue& p) {
  const EffectMeasure measure = reported.measure;
  if (!reported.estimate.has_value()) {
    return InvalidField("estimate", "is missing; want it beside P");
  }
  RETURN_IF_ERROR(CheckValue(measure, "estimate", *reported.estimate));
  RETURN_IF_ERROR(CheckP(p));
  const double estimate = ToScale(measure, *reported.estimate);
  const double z = PQuantile(p.value, p.sides);
  if (estimate == 0 || z == 0) {
    // Printed so; rounding hides on which side it lies.
    EffectSize none = MakeEffect(reported, Derivation::kExactP);
    none.how = none.excluded = absl::StrCat(
        estimate == 0
            ? absl::StrCat("the estimate is printed as ",
                           PlainDecimal(*reported.estimate),
                           ", no effect at all within its rounding")
            : absl::StrCat(SidesText(p.sides), "P is printed as ",
                           PlainDecimal(p.value), ", no effect at all"),
        ", which with ",
        estimate == 0 ? absl::StrCat("P ", PlainDecimal(p.value))
                      : PlainDecimal(*reported.estimate),
        " fits any standard error; want an interval or a standard error");
    return none;
  }
  EffectSize effect = MakeEffect(reported, Derivation::kExactP);
  effect.standard_error = RoundResult(std::fabs(estimate / z));
  const std::string formula =
      absl::StrCat("|", ScaleText(measure, *reported.estimate), "| / ",
                   ShortNumber(std::fabs(z)));
  if (p.comparator != PComparator::kEqual) {
    const bool below = p.comparator == PComparator::kBelow;
    effect.derivation = Derivation::kBoundedP;
    effect.how = absl::StrCat("SE ", below ? "below" : "above", " ", formula,
                              ", from ", SidesText(p.sides), "P ",
                              below ? "< " : "> ", PlainDecimal(p.value));
    effect.excluded =
        absl::StrCat("P ", below ? "< " : "> ", PlainDecimal(p.value),
                     " only bounds the standard error");
    return effect;
  }
  effect.how = absl::StrCat("SE from ", SidesText(p.sides), "P ",
                            PlainDecimal(p.value), ": ", formula);
  if (z < 0) {
    effect.warnings.push_back(
        "A one-sided P above 0.5 says that the effect goes the other way than "
        "the test looked.");
  }
  CheckRoundingOfP(p, effect);
  CheckRoundingOfEstimate(reported, effect);
  return effect;
}

absl::Status CheckP(const PValue& p) {
  if (!(p.value > 0 && p.value < 1)) {
    return InvalidField("p", absl::StrCat("is ", AnyNumber(p.value),
                                          "; want above 0 and below 1"));
  }
  if (p.sides != 1 && p.sides != 2) {
    return InvalidField("sides", absl::StrCat("is ", p.sides, "; want 1 or 2"));
  }
  return absl::OkStatus();
}

}  // namespace consilium

#include "server/synthesis/hazard_ratio.h"

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

bool IsPositive(double value) { return value > 0 && std::isfinite(value); }

absl::Status CheckPositive(absl::string_view field,
                           const std::optional<double>& value) {
  if (!value.has_value()) return InvalidField(field, "is missing");
  if (IsPositive(*value)) return absl::OkStatus();
  return InvalidField(field,
                      absl::StrCat("is ", AnyNumber(*value), "; want above 0"));
}

absl::StatusOr<double> GetTotalEvents(const TrialEvents& events) {
  if (events.total_events.has_value()) {
    RETURN_IF_ERROR(CheckPositive("total_events", events.total_events));
    return *events.total_events;
  }
  if (!events.treated_events.has_value() ||
      !events.control_events.has_value()) {
    return InvalidField("total_events", "is missing, and so are the arms'");
  }
  const double total = *events.treated_events + *events.control_events;
  RETURN_IF_ERROR(CheckPositive("total_events", total));
  return total;
}

// The formula by which `events` approximates V, with its numbers.
std::string VarianceText(const TrialEvents& events, double variance) {
  const auto text = [](const std::optional<double>& value) {
    return PlainDecimal(value.value_or(0));
  };
  const auto total = GetTotalEvents(events);
  switch (events.approximation) {
    case LogRankVariance::kEventsOfArms:
      return absl::StrCat(
          "V = ", text(events.treated_events), " * ",
          text(events.control_events), " / (", text(events.treated_events),
          " + ", text(events.control_events), ") = ", ShortNumber(variance));
    case LogRankVariance::kAllocation:
      return absl::StrCat("V = ", text(total.value_or(0)), " * ",
                          text(events.treated_randomised), " * ",
                          text(events.control_randomised), " / (",
                          text(events.treated_randomised), " + ",
                          text(events.control_randomised),
                          ")^2 = ", ShortNumber(variance));
    case LogRankVariance::kEqualAllocation:
      return absl::StrCat("V = ", text(total.value_or(0)),
                          " / 4 = ", ShortNumber(variance),
                          " for arms of equal size");
  }
  return "";
}

}  // namespace

absl::StatusOr<EffectSize> HazardRatioFromLogRank(const LogRank& log_rank) {
  RETURN_IF_ERROR(CheckPositive("variance", log_rank.variance));
  if (!std::isfinite(log_rank.observed_minus_expected)) {
    return InvalidField("observed_minus_expected", "is not a finite number");
  }
  EffectSize effect;
  effect.derivation = Derivation::kLogRank;
  effect.estimate =
      RoundResult(log_rank.observed_minus_expected / log_rank.variance);
  effect.standard_error = RoundResult(1 / std::sqrt(log_rank.variance));
  effect.how = absl::StrCat(
      "(O - E) / V = ", PlainDecimal(log_rank.observed_minus_expected), " / ",
      PlainDecimal(log_rank.variance), ", SE 1 / sqrt(V)");
  return effect;
}

absl::StatusOr<double> ApproximateLogRankVariance(const TrialEvents& events) {
  switch (events.approximation) {
    case LogRankVariance::kEventsOfArms: {
      RETURN_IF_ERROR(CheckPositive("treated_events", events.treated_events));
      RETURN_IF_ERROR(CheckPositive("control_events", events.control_events));
      const double treated = *events.treated_events;
      const double control = *events.control_events;
      return treated * control / (treated + control);
    }
    case LogRankVariance::kAllocation: {
      ASSIGN_OR_RETURN(const double total, GetTotalEvents(events));
      RETURN_IF_ERROR(
          CheckPositive("treated_randomised", events.treated_randomised));
      RETURN_IF_ERROR(
          CheckPositive("control_randomised", events.control_randomised));
      const double treated = *events.treated_randomised;
      const double control = *events.control_randomised;
      return total * treated * control /
             ((treated + control) * (treated + control));
    }
    case LogRankVariance::kEqualAllocation: {
      ASSIGN_OR_RETURN(const double total, GetTotalEvents(events));
      return total / 4;
    }
  }
  return InvalidField("approximation", "is unknown");
}

absl::StatusOr<EffectSize> HazardRatioFromEvents(double hazard_ratio,
                                                 const TrialEvents& events) {
  RETURN_IF_ERROR(CheckPositive("hazard_ratio", hazard_ratio));
  ASSIGN_OR_RETURN(const double variance, ApproximateLogRankVariance(events));
  EffectSize effect;
  effect.derivation = Derivation::kEvents;
  effect.estimate = RoundResult(Log(hazard_ratio));
  effect.standard_error = RoundResult(1 / std::sqrt(variance));
  effect.how = absl::StrCat("SE from events: 1 / sqrt(V), ",
                            VarianceText(events, variance));
  return effect;
}

absl::StatusOr<EffectSize> HazardRatioFromEventsAndP(const TrialEvents& events,
                                                     const PValue& p,
                                                     Favours favours) {
  ASSIGN_OR_RETURN(const double variance, ApproximateLogRankVariance(events));
  RETURN_IF_ERROR(CheckP(p));
  const double z = -NormalQuantile(p.sides == 1 ? p.value : p.value / 2);
  const double size = z / std::sqrt(variance);
  EffectSize effect;
  effect.derivation = Derivation::kEventsAndP;
  effect.estimate = RoundResult(favours == Favours::kTreated ? -size : size);
  effect.standard_error = RoundResult(1 / std::sqrt(variance));
  effect.how =
      absl::StrCat(favours == Favours::kTreated ? "-" : "",
                   "z / sqrt(V) with z = ", ShortNumber(z), " of ",
                   p.sides == 1 ? "one-sided" : "two-sided", " P ",
                   p.comparator == PComparator::kBelow   ? "< "
                   : p.comparator == PComparator::kAbove ? "> "
                                                         : "",
                   PlainDecimal(p.value), ", ", VarianceText(events, variance));
  if (p.comparator != PComparator::kEqual) {
    effect.derivation = Derivation::kBoundedP;
    effect.excluded =
        absl::StrCat("P ", p.comparator == PComparator::kBelow ? "< " : "> ",
                     PlainDecimal(p.value), " only bounds the hazard ratio");
  }
  return effect;
}

absl::StatusOr<EffectSize> HazardRatioFromMedians(
    const Medians& medians, const std::optional<TrialEvents>& events) {
  RETURN_IF_ERROR(CheckPositive("treated_median", medians.treated));
  RETURN_IF_ERROR(CheckPositive("control_median", medians.control));
  EffectSize effect;
  effect.derivation = Derivation::kMedians;
  effect.estimate = RoundResult(Log(medians.control / medians.treated));
  effect.how =
      absl::StrCat("ln(", PlainDecimal(medians.control), " / ",
                   PlainDecimal(medians.treated),
                   "), the ratio of medians, were both curves exponential");
  if (events.has_value()) {
    ASSIGN_OR_RETURN(const double variance,
                     ApproximateLogRankVariance(*events));
    effect.standard_error = RoundResult(1 / std::sqrt(variance));
    absl::StrAppend(&effect.how, "; SE 1 / sqrt(V), ",
                    VarianceText(*events, variance));
  }
  effect.excluded =
      "a ratio of medians is a hazard ratio only where survival is exponential";
  return effect;
}

}  // namespace consilium

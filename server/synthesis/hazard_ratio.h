// Log hazard ratios from what a log-rank test leaves behind: observed less
// expected events with their variance, or numbers of events that approximate
// that variance. Parmar, Torri and Stewart 1998; Tierney et al. 2007.
#ifndef CONSILIUM_SERVER_SYNTHESIS_HAZARD_RATIO_H_
#define CONSILIUM_SERVER_SYNTHESIS_HAZARD_RATIO_H_

#include <optional>

#include "absl/status/statusor.h"
#include "server/synthesis/effect_size.h"
#include "server/synthesis/reported_effect.h"

namespace consilium {

// Observed less expected events of the treated arm, and its variance.
struct LogRank {
  double observed_minus_expected = 0;
  double variance = 0;
};

// (O - E) / V with SE 1 / sqrt(V).
absl::StatusOr<EffectSize> HazardRatioFromLogRank(const LogRank& log_rank);

// How the variance V of O - E is approximated, best first.
enum class LogRankVariance {
  kEventsOfArms,     // O1 O2 / (O1 + O2).
  kAllocation,       // E R1 R2 / (R1 + R2)^2, R randomised, E events in all.
  kEqualAllocation,  // E / 4: as many in either arm.
};

// Events of a trial. What the approximation does not use is left out.
struct TrialEvents {
  LogRankVariance approximation = LogRankVariance::kEventsOfArms;
  std::optional<double> treated_events;
  std::optional<double> control_events;
  std::optional<double> total_events;  // Their sum unless told.
  std::optional<double> treated_randomised;
  std::optional<double> control_randomised;
};

// The variance that `events` approximates.
//   INVALID_ARGUMENT  names the number that is missing or not above 0.
absl::StatusOr<double> ApproximateLogRankVariance(const TrialEvents& events);

// A reported hazard ratio, with SE 1 / sqrt(V).
absl::StatusOr<EffectSize> HazardRatioFromEvents(double hazard_ratio,
                                                 const TrialEvents& events);

// Whom the difference favours; P alone does not say.
enum class Favours { kTreated, kControl };

// P and events alone: O - E = -+ z sqrt(V). A bounded P gives a bound and an
// excluded effect.
absl::StatusOr<EffectSize> HazardRatioFromEventsAndP(const TrialEvents& events,
                                                     const PValue& p,
                                                     Favours favours);

// Median times to the event, in the same unit.
struct Medians {
  double treated = 0;
  double control = 0;
};

// control / treated, which is the hazard ratio where both curves are
// exponential. The weakest of all: always excluded, and without a standard
// error unless events are given.
absl::StatusOr<EffectSize> HazardRatioFromMedians(
    const Medians& medians, const std::optional<TrialEvents>& events = {});

}  // namespace consilium

#endif  // CONSILIUM_SERVER_SYNTHESIS_HAZARD_RATIO_H_

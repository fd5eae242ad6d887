// One study's effect for one outcome, with how it was derived: what pooling
// takes. hazard_ratio.h, reported_effect.h, binary_effect.h, rate_ratio.h,
// proportion.h, continuous_effect.h and rate.h make them.
#ifndef CONSILIUM_SERVER_SYNTHESIS_EFFECT_SIZE_H_
#define CONSILIUM_SERVER_SYNTHESIS_EFFECT_SIZE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "server/synthesis/pooling_options.h"

namespace consilium {

// What a number measures and on which scale it is pooled. Values of different
// measures are never pooled together.
enum class EffectMeasure {
  kLogHazardRatio,
  kLogRiskRatio,
  kLogOddsRatio,
  kPetoLogOddsRatio,  // (O - E) / V, which estimates the log odds ratio.
  kRiskDifference,
  kLogRateRatio,
  kMeanDifference,
  kStandardizedMeanDifference,
  kLogRatioOfMeans,
  kProportion,
  kLogProportion,
  kLogitProportion,
  kArcsineProportion,
  kFreemanTukeyProportion,
  kSurvival,         // A Kaplan-Meier probability as it is.
  kLogitSurvival,    // Its logit.
  kCloglogSurvival,  // The log of minus its log.
};

// "log hazard ratio".
absl::string_view ToString(EffectMeasure measure);

// Whether reports print e to the power of what is pooled.
bool IsLogRatio(EffectMeasure measure);

// Where an effect's estimate and standard error come from, best first within
// each group of measures.
enum class Derivation {
  kLogRank,           // O - E and V.
  kCounts,            // Events and participants of two arms.
  kRates,             // Events and person-time of two arms.
  kProportionCounts,  // Events and participants of one arm.
  kMeans,             // Means, standard deviations, participants.
  kStandardError,     // As reported.
  kInterval,          // Both bounds.
  kIntervalMiddle,    // Both bounds, and no estimate was reported.
  kBound,             // One bound and the estimate.
  kExactP,            // An exact P and the estimate.
  kEvents,            // The estimate, with a variance that events approximate.
  kEventsAndP,        // P and events alone.
  kBoundedP,          // "P < 0.001": bounds the standard error, no more.
  kMedians,           // Ratio of medians, were survival exponential.
};

// "interval", "exact P".
absl::string_view ToString(Derivation derivation);

struct EffectSize {
  EffectMeasure measure = EffectMeasure::kLogHazardRatio;
  // On the measure's scale. Absent when the data define none; `excluded` says
  // why then.
  std::optional<double> estimate;
  // Absent when the data define none; a bound where derivation is kBoundedP.
  std::optional<double> standard_error;
  Derivation derivation = Derivation::kInterval;
  // One line: "SE from 95 % interval: (ln 0.99 - ln 0.64) / (2 * 1.96)".
  std::string how;
  // What a reader should know, one sentence each.
  std::vector<std::string> warnings;
  // Why it is not pooled unless asked for; empty where it may be.
  std::string excluded;
};

// An effect with the name of its study, for messages.
struct NamedEffect {
  std::string label;
  EffectSize effect;
};

struct ScreenOptions {
  // Fewer usable studies than this are an error.
  size_t studies_min = 1;
  // Leave out studies that cannot be pooled, in place of an error.
  bool leave_out_unusable = false;
  // Take effects that are excluded by default, where they have an estimate
  // and a standard error that is no bound.
  bool take_excluded = false;
};

// Why a study is not among the screened.
struct LeftOut {
  size_t index = 0;  // Among the studies given.
  std::string label;
  std::string reason;
};

// Studies that can be pooled.
struct Screened {
  EffectMeasure measure = EffectMeasure::kLogHazardRatio;
  std::vector<size_t> indices;  // Among the studies given.
  std::vector<StudyEffect> studies;
  std::vector<LeftOut> left_out;
};

// The studies whose effects can be pooled as `measure`.
//   INVALID_ARGUMENT  a study has another measure, no estimate, no standard
//                     error or an excluded effect, and leave_out_unusable is
//                     not set: names every such study and why; or too few
//                     are left.
absl::StatusOr<Screened> ScreenEffects(EffectMeasure measure,
                                       absl::Span<const NamedEffect> studies,
                                       const ScreenOptions& options = {});

}  // namespace consilium

#endif  // CONSILIUM_SERVER_SYNTHESIS_EFFECT_SIZE_H_

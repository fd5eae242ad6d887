#include "server/synthesis/effect_size.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "proto/base/errors.h"
#include "server/synthesis/derivation_text.h"

namespace consilium {
namespace {

// Why `effect` cannot be pooled as `measure`; empty when it can.
std::string FindObstacle(EffectMeasure measure, const EffectSize& effect,
                         const ScreenOptions& options) {
  if (effect.measure != measure) {
    return absl::StrCat("is a ", ToString(effect.measure), ", not a ",
                        ToString(measure));
  }
  if (!effect.excluded.empty() && !options.take_excluded) {
    return absl::StrCat("is excluded: ", effect.excluded);
  }
  if (!effect.estimate.has_value()) {
    return effect.excluded.empty()
               ? "has no estimate"
               : absl::StrCat("has no estimate: ", effect.excluded);
  }
  if (!std::isfinite(*effect.estimate)) return "has no finite estimate";
  if (!effect.standard_error.has_value()) return "has no standard error";
  if (effect.derivation == Derivation::kBoundedP) {
    return "has only a bound on its standard error";
  }
  if (!std::isfinite(*effect.standard_error) || *effect.standard_error <= 0) {
    return absl::StrCat("has a standard error of ",
                        std::isfinite(*effect.standard_error)
                            ? PlainDecimal(*effect.standard_error)
                            : "infinity",
                        ", wanted one above 0");
  }
  return "";
}

}  // namespace

absl::string_view ToString(EffectMeasure measure) {
  switch (measure) {
    case EffectMeasure::kLogHazardRatio:
      return "log hazard ratio";
    case EffectMeasure::kLogRiskRatio:
      return "log risk ratio";
    case EffectMeasure::kLogOddsRatio:
      return "log odds ratio";
    case EffectMeasure::kPetoLogOddsRatio:
      return "Peto log odds ratio";
    case EffectMeasure::kRiskDifference:
      return "risk difference";
    case EffectMeasure::kLogRateRatio:
      return "log rate ratio";
    case EffectMeasure::kMeanDifference:
      return "mean difference";
    case EffectMeasure::kStandardizedMeanDifference:
      return "standardised mean difference";
    case EffectMeasure::kLogRatioOfMeans:
      return "log ratio of means";
    case EffectMeasure::kProportion:
      return "proportion";
    case EffectMeasure::kLogProportion:
      return "log proportion";
    case EffectMeasure::kLogitProportion:
      return "logit of a proportion";
    case EffectMeasure::kArcsineProportion:
      return "arcsine of a proportion's root";
    case EffectMeasure::kFreemanTukeyProportion:
      return "Freeman-Tukey double arcsine of a proportion";
    case EffectMeasure::kSurvival:
      return "survival probability";
    case EffectMeasure::kLogitSurvival:
      return "logit of a survival probability";
    case EffectMeasure::kCloglogSurvival:
      return "complementary log-log of a survival probability";
  }
  return "unknown measure";
}

bool IsLogRatio(EffectMeasure measure) {
  return measure == EffectMeasure::kLogHazardRatio ||
         measure == EffectMeasure::kLogRiskRatio ||
         measure == EffectMeasure::kLogOddsRatio ||
         measure == EffectMeasure::kPetoLogOddsRatio ||
         measure == EffectMeasure::kLogRateRatio ||
         measure == EffectMeasure::kLogRatioOfMeans;
}

absl::string_view ToString(Derivation derivation) {
  switch (derivation) {
    case Derivation::kLogRank:
      return "O - E and V";
    case Derivation::kCounts:
      return "counts of two arms";
    case Derivation::kRates:
      return "events and person-time of two arms";
    case Derivation::kProportionCounts:
      return "counts of one arm";
    case Derivation::kMeans:
      return "means and standard deviations";
    case Derivation::kStandardError:
      return "standard error";
    case Derivation::kInterval:
      return "interval";
    case Derivation::kIntervalMiddle:
      return "interval without an estimate";
    case Derivation::kBound:
      return "one bound";
    case Derivation::kExactP:
      return "exact P";
    case Derivation::kEvents:
      return "events";
    case Derivation::kEventsAndP:
      return "events and P";
    case Derivation::kBoundedP:
      return "bounded P";
    case Derivation::kMedians:
      return "medians";
  }
  return "unknown derivation";
}

absl::StatusOr<Screened> ScreenEffects(EffectMeasure measure,
                                       absl::Span<const NamedEffect> studies,
                                       const ScreenOptions& options) {
  Screened screened;
  screened.measure = measure;
  std::vector<FieldViolation> violations;
  for (size_t i = 0; i < studies.size(); ++i) {
    const EffectSize& effect = studies[i].effect;
    const std::string obstacle = FindObstacle(measure, effect, options);
    if (!obstacle.empty()) {
      screened.left_out.push_back({i, studies[i].label, obstacle});
      violations.push_back({absl::StrCat("studies[", i, "]"),
                            absl::StrCat(studies[i].label, " ", obstacle)});
      continue;
    }
    screened.indices.push_back(i);
    screened.studies.push_back(
        {studies[i].label, *effect.estimate,
         *effect.standard_error * *effect.standard_error});
  }
  if (!violations.empty() && !options.leave_out_unusable) {
    return InvalidFields(violations);
  }
  if (screened.indices.size() < options.studies_min) {
    violations.insert(
        violations.begin(),
        {"studies",
         absl::StrCat(screened.indices.size(), " of ", studies.size(),
                      " studies can be pooled as ", ToString(measure),
                      "; want at least ", options.studies_min)});
    return InvalidFields(violations);
  }
  return screened;
}

}  // namespace consilium

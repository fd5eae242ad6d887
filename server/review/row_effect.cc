#include "server/review/row_effect.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "proto/base/enum_text.h"
#include "proto/base/errors.h"
#include "proto/base/number_text.h"
#include "server/evidence/row_fields.h"
#include "server/review/arm_means.h"
#include "server/review/review_plan.h"
#include "server/synthesis/continuous_effect.h"
#include "server/synthesis/distributions.h"
#include "server/synthesis/hazard_ratio.h"
#include "server/synthesis/limits.h"
#include "server/synthesis/proportion.h"
#include "server/synthesis/rate.h"
#include "server/synthesis/real_math.h"
#include "server/synthesis/reported_effect.h"
#include "server/synthesis/shared_comparator.h"

namespace consilium {
namespace {

using Rows = absl::Span<const v1::EvidenceRow* const>;

RowEffect Exclude(v1::ExclusionReason reason, std::string explanation) {
  RowEffect excluded;
  excluded.reason = reason;
  excluded.explanation = std::move(explanation);
  return excluded;
}

bool IsBound(v1::Comparator comparator) {
  return comparator != v1::COMPARATOR_UNSPECIFIED &&
         comparator != v1::COMPARATOR_EQUAL;
}

std::string ComparatorText(v1::Comparator comparator) {
  return EnumText(*v1::Comparator_descriptor()->FindValueByNumber(comparator));
}

RowEffect ExcludeWithoutValue(const v1::EvidenceRow& row) {
  return Exclude(v1::EXCLUSION_REASON_NO_VALUE,
                 row.statement().empty() ? "no number is printed"
                                         : "no number is printed, only words");
}

RowEffect ExcludeBound(const v1::EvidenceRow& row) {
  return Exclude(
      v1::EXCLUSION_REASON_BOUND,
      absl::StrCat("the number is a bound: ", ComparatorText(row.comparator()),
                   " ", ShortestDecimal(row.value())));
}

// What a status of the effects library says of a row, without the names that
// the library gives its fields.
std::string Sentence(const absl::Status& status) {
  const std::vector<FieldViolation> violations = GetFieldViolations(status);
  if (violations.empty()) return std::string(status.message());
  std::string field = violations.front().field;
  if (absl::EndsWith(field, "treated") || absl::StartsWith(field, "arms[")) {
    field = "group";
  } else if (absl::EndsWith(field, "control")) {
    field = "reference";
  } else if (field == "lower" || field == "upper") {
    field += " bound";
  } else if (field == "p") {
    field = "P value";
  } else if (absl::EndsWith(field, "]")) {
    return std::string(status.message());
  }
  return absl::StrCat("the ", absl::StrReplaceAll(field, {{"_", " "}}), " ",
                      violations.front().description);
}

bool Allows(const v1::ReviewOutcome& plan, v1::DerivationMethod method) {
  return std::find(plan.derivations().begin(), plan.derivations().end(),
                   method) != plan.derivations().end();
}

// A status of the effects library says that the numbers do not fit together.
RowEffect FromLibrary(absl::StatusOr<EffectSize> effect,
                      v1::DerivationMethod method,
                      const v1::ReviewOutcome& plan) {
  if (!effect.ok()) {
    return Exclude(v1::EXCLUSION_REASON_CONTRADICTION,
                   Sentence(effect.status()));
  }
  if (!effect->estimate.has_value() || !effect->standard_error.has_value() ||
      !effect->excluded.empty()) {
    return Exclude(effect->derivation == Derivation::kBoundedP
                       ? v1::EXCLUSION_REASON_BOUND
                       : v1::EXCLUSION_REASON_NO_VARIANCE,
                   effect->excluded.empty() ? effect->how : effect->excluded);
  }
  // One such study would keep all others from being pooled.
  const double error = *effect->standard_error;
  if (!(error * error >= kVarianceMin && error * error <= kVarianceMax)) {
    return Exclude(
        v1::EXCLUSION_REASON_NO_VARIANCE,
        absl::StrCat("its standard error is ", ShortestDecimal(error),
                     ", which gives it no weight beside others (", effect->how,
                     ")"));
  }
  if (method != v1::DERIVATION_METHOD_UNSPECIFIED && !Allows(plan, method)) {
    return Exclude(v1::EXCLUSION_REASON_DERIVATION,
                   absl::StrCat("the standard error would come from ",
                                EnumText(*v1::DerivationMethod_descriptor()
                                              ->FindValueByNumber(method)),
                                ", which the protocol does not allow"));
  }
  RowEffect result;
  result.effect = *std::move(effect);
  result.method = method;
  return result;
}

// Numbers of the row times `scale`.
ReportedEffect ReportedOf(const v1::EvidenceRow& row, EffectMeasure measure,
                          double scale) {
  ReportedEffect reported;
  reported.measure = measure;
  reported.estimate = row.value() * scale;
  if (row.has_low()) reported.lower = row.low() * scale;
  if (row.has_high()) reported.upper = row.high() * scale;
  if (row.has_level()) reported.level_percent = row.level();
  reported.one_sided = row.contrast().interval().sides() == v1::SIDES_ONE;
  return reported;
}

PValue PValueOf(const v1::EvidenceRow& row) {
  PValue p;
  p.value = row.p();
  switch (row.p_comparator()) {
    case v1::COMPARATOR_LESS:
    case v1::COMPARATOR_LESS_OR_EQUAL:
      p.comparator = PComparator::kBelow;
      break;
    case v1::COMPARATOR_GREATER:
    case v1::COMPARATOR_GREATER_OR_EQUAL:
      p.comparator = PComparator::kAbove;
      break;
    default:
      break;
  }
  if (row.contrast().p_value().sides() == v1::SIDES_ONE) p.sides = 1;
  return p;
}

RowEffect FromP(const v1::EvidenceRow& row, const ReportedEffect& reported,
                const v1::ReviewOutcome& plan) {
  const PValue p = PValueOf(row);
  if (p.comparator != PComparator::kEqual) {
    return Exclude(v1::EXCLUSION_REASON_BOUND,
                   absl::StrCat("no interval is printed, and P ",
                                ComparatorText(row.p_comparator()), " ",
                                ShortestDecimal(row.p()),
                                " only bounds the standard error"));
  }
  return FromLibrary(EffectFromP(reported, p), v1::DERIVATION_METHOD_P_VALUE,
                     plan);
}

RowEffect FromEvents(const v1::EvidenceRow& row,
                     const v1::ReviewOutcome& plan) {
  TrialEvents events;
  events.approximation = LogRankVariance::kEqualAllocation;
  events.total_events = row.events();
  return FromLibrary(HazardRatioFromEvents(row.value(), events),
                     v1::DERIVATION_METHOD_EVENTS, plan);
}

RowEffect NoVariance(const v1::EvidenceRow& row) {
  return Exclude(
      v1::EXCLUSION_REASON_NO_VARIANCE,
      absl::StrCat("neither an interval nor an exact P is printed with ",
                   ShortestDecimal(row.value())));
}

RowEffect FromPrinted(const v1::EvidenceRow& row, const v1::ReviewOutcome& plan,
                      double scale) {
  const ReportedEffect reported = ReportedOf(row, ScaleOf(plan), scale);
  if (row.has_standard_error() && row.standard_error() > 0) {
    return FromLibrary(
        EffectFromStandardError(reported, row.standard_error() * scale),
        v1::DERIVATION_METHOD_UNSPECIFIED, plan);
  }
  if (row.has_low() && row.has_high()) {
    return FromLibrary(EffectFromInterval(reported),
                       v1::DERIVATION_METHOD_INTERVAL, plan);
  }
  if (row.has_low() || row.has_high()) {
    return FromLibrary(EffectFromBound(reported),
                       v1::DERIVATION_METHOD_INTERVAL, plan);
  }
  if (row.has_p()) return FromP(row, reported, plan);
  if (row.has_events() && row.events() > 0 &&
      ScaleOf(plan) == EffectMeasure::kLogHazardRatio &&
      Allows(plan, v1::DERIVATION_METHOD_EVENTS)) {
    return FromEvents(row, plan);
  }
  return NoVariance(row);
}

std::string MeasureText(v1::EffectMeasure measure) {
  return EnumText(*v1::EffectMeasure_descriptor()->FindValueByNumber(measure));
}

std::string PercentText(double value) {
  return absl::StrCat(ShortestDecimal(value), " %");
}

// A difference of shares is pooled as one of proportions, whatever its unit.
RowEffect FromRiskDifference(const v1::EvidenceRow& row,
                             const v1::ReviewOutcome& plan) {
  const std::optional<double> percent = PercentPerUnit(row);
  if (!percent.has_value()) {
    return Exclude(
        v1::EXCLUSION_REASON_CONTRADICTION,
        absl::StrCat("the difference ", ShortestDecimal(row.value()),
                     row.unit().empty() ? "" : " ", row.unit(),
                     " is neither in percent nor of proportions; want the "
                     "unit % or 1"));
  }
  if (std::fabs(row.value() * *percent) > 100) {
    return Exclude(v1::EXCLUSION_REASON_CONTRADICTION,
                   absl::StrCat("shares differ by at most 100 %; printed is ",
                                PercentText(row.value() * *percent)));
  }
  return FromPrinted(row, plan, *percent / 100);
}

double PercentOf(const v1::EvidenceRow& row) {
  return row.unit() == "1" ? row.value() * 100 : row.value();
}

RowEffect FromCounts(const RowCounts& counts, const v1::ReviewOutcome& plan) {
  auto effects = ProportionEffects(ScaleOf(plan), {counts.counts});
  if (!effects.ok()) {
    return Exclude(v1::EXCLUSION_REASON_CONTRADICTION,
                   Sentence(effects.status()));
  }
  RowEffect result = FromLibrary(std::move(effects->front()),
                                 v1::DERIVATION_METHOD_COUNTS, plan);
  result.group = counts.counts;
  result.counts_from_percentages = counts.from_percentage;
  if (!counts.how.empty()) {
    result.effect.how = absl::StrCat(counts.how, "; ", result.effect.how);
  }
  return result;
}

bool IsKaplanMeierRate(const v1::EvidenceRow& row) {
  return row.statistic() == v1::STATISTIC_RATE ||
         row.method() == v1::ESTIMATION_METHOD_KAPLAN_MEIER ||
         row.method() == v1::ESTIMATION_METHOD_CUMULATIVE_INCIDENCE;
}

// A rate at a landmark: of its interval or standard error alone.
RowEffect FromRate(const v1::EvidenceRow& row, const v1::ReviewOutcome& plan) {
  const double scale = row.unit() == "1" ? 1 : 0.01;
  const EffectMeasure measure = ScaleOf(plan);
  if (row.has_standard_error() && row.standard_error() > 0) {
    return FromLibrary(SurvivalFromStandardError(measure, row.value() * scale,
                                                 row.standard_error() * scale),
                       v1::DERIVATION_METHOD_UNSPECIFIED, plan);
  }
  if (row.has_low() && row.has_high()) {
    SurvivalInterval interval;
    interval.probability = row.value() * scale;
    interval.lower = row.low() * scale;
    interval.upper = row.high() * scale;
    if (row.has_level()) interval.level_percent = row.level();
    return FromLibrary(SurvivalFromInterval(measure, interval),
                       v1::DERIVATION_METHOD_INTERVAL, plan);
  }
  return Exclude(v1::EXCLUSION_REASON_RATE_WITHOUT_ERROR,
                 absl::StrCat("a rate of ", PercentText(PercentOf(row)),
                              " at a landmark is no share of participants, "
                              "for some were censored before; without an "
                              "interval or a standard error it is not "
                              "pooled"));
}

// The interval of a mean is of Student's t where its participants are known.
absl::StatusOr<EffectSize> MeanFromInterval(const ReportedEffect& reported,
                                            int participants) {
  absl::StatusOr<EffectSize> effect = EffectFromInterval(reported);
  if (!effect.ok() || participants < 2) return effect;
  const double t =
      StudentTQuantile(0.5 + reported.level_percent / 200, participants - 1);
  effect->standard_error =
      Rounded((*reported.upper - *reported.lower) / (2 * t));
  effect->how = absl::StrCat(
      "SE from ", ShortestDecimal(reported.level_percent), " % interval: (",
      ShortestDecimal(*reported.upper), " - ", ShortestDecimal(*reported.lower),
      ") / (2 * ", ShortestDecimal(RoundToDigits(t, 4)), "), t of ",
      participants, " participants");
  return effect;
}

// A mean of one group, by the same rules as the means of two arms.
RowEffect FromMean(const v1::EvidenceRow& row, const v1::ReviewOutcome& plan) {
  ReportedEffect reported =
      ReportedOf(row, EffectMeasure::kMeanDifference, /*scale=*/1);
  const v1::Dispersion& spread = row.estimate().dispersion();
  const double printed_error =
      spread.kind() == v1::DISPERSION_KIND_STANDARD_ERROR && spread.value() > 0
          ? spread.value()
          : row.standard_error();
  if (printed_error > 0) {
    return FromLibrary(EffectFromStandardError(reported, printed_error),
                       v1::DERIVATION_METHOD_UNSPECIFIED, plan);
  }
  if (spread.kind() == v1::DISPERSION_KIND_STANDARD_DEVIATION &&
      row.participants() > 0) {
    if (spread.value() <= 0) {
      return Exclude(v1::EXCLUSION_REASON_NO_VARIANCE,
                     absl::StrCat("its standard deviation is ",
                                  ShortestDecimal(spread.value()),
                                  ", which gives it no weight beside others"));
    }
    absl::StatusOr<EffectSize> effect = EffectFromStandardError(
        reported, spread.value() / std::sqrt(row.participants()));
    if (effect.ok()) {
      effect->how =
          absl::StrCat("SE = SD / sqrt(n) = ", ShortestDecimal(spread.value()),
                       " / sqrt(", row.participants(), ")");
    }
    return FromLibrary(std::move(effect), v1::DERIVATION_METHOD_UNSPECIFIED,
                       plan);
  }
  if (!(reported.lower.has_value() && reported.upper.has_value()) &&
      spread.kind() == v1::DISPERSION_KIND_INTERVAL_HALF_WIDTH &&
      spread.value() > 0) {
    reported.lower = row.value() - spread.value();
    reported.upper = row.value() + spread.value();
  }
  if (reported.lower.has_value() && reported.upper.has_value()) {
    return FromLibrary(MeanFromInterval(reported, row.participants()),
                       v1::DERIVATION_METHOD_INTERVAL, plan);
  }
  return Exclude(
      v1::EXCLUSION_REASON_NO_VARIANCE,
      spread.kind() == v1::DISPERSION_KIND_STANDARD_DEVIATION
          ? "the number of participants is not printed, so that the standard "
            "deviation gives no standard error"
          : absl::StrCat("neither a standard deviation, a standard error nor "
                         "an interval is printed with ",
                         ShortestDecimal(row.value())));
}

std::string OfText(const ArmCounts& counts) {
  return absl::StrCat(ShortestDecimal(counts.events), " of ",
                      ShortestDecimal(counts.participants));
}

// Why a comparison of these counts tells nothing of the plan's ratio; "" when
// it does. Mantel and Haenszel's risk ratio counts those whom all had it.
std::string WhyNoInformation(const ArmCounts& group, const ArmCounts& reference,
                             const v1::ReviewOutcome& plan) {
  const EffectMeasure scale = ScaleOf(plan);
  if (!IsLogRatio(scale)) return "";
  const bool none = group.events == 0 && reference.events == 0;
  const bool all = group.events == group.participants &&
                   reference.events == reference.participants;
  const bool is_risk = scale == EffectMeasure::kLogRiskRatio;
  if (!none && !(all && !(is_risk && plan.pooling() ==
                                         v1::POOLING_METHOD_MANTEL_HAENSZEL))) {
    return "";
  }
  return absl::StrCat(
      none ? "no participant" : "every participant", " of either arm has the ",
      "event (", OfText(group), " against ", OfText(reference), "), which ",
      all && is_risk ? "gives a risk ratio of the 1/2 alone that would be added"
                     : "tells nothing of a ratio",
      "; the measure rd counts it");
}

absl::StatusOr<std::optional<RowCounts>> CombinedCounts(Rows rows) {
  std::vector<ArmCounts> arms;
  RowCounts combined;
  for (const v1::EvidenceRow* row : rows) {
    std::optional<RowCounts> counts = CountsOf(*row);
    if (!counts.has_value()) return std::optional<RowCounts>();
    arms.push_back(counts->counts);
    combined.from_percentage |= counts->from_percentage;
    if (!counts->how.empty()) {
      absl::StrAppend(&combined.how, combined.how.empty() ? "" : "; ",
                      counts->how);
    }
  }
  absl::StatusOr<ArmCounts> all = CombineArms(arms);
  if (!all.ok()) return all.status();
  combined.counts = *all;
  if (rows.size() > 1) {
    absl::StrAppend(&combined.how, combined.how.empty() ? "" : "; ",
                    rows.size(),
                    " arms combined: ", ShortestDecimal(combined.counts.events),
                    " of ", ShortestDecimal(combined.counts.participants));
  }
  return std::optional<RowCounts>(std::move(combined));
}

RowEffect NoCounts(Rows rows) {
  return Exclude(v1::EXCLUSION_REASON_NO_VALUE,
                 absl::StrCat("events and participants are not printed for ",
                              rows.size() == 1 ? "the group" : "every group"));
}

RowEffect ExcludeMeans(const absl::Status& status) {
  return Exclude(absl::IsFailedPrecondition(status)
                     ? v1::EXCLUSION_REASON_NO_VARIANCE
                     : v1::EXCLUSION_REASON_CONTRADICTION,
                 std::string(status.message()));
}

RowEffect EffectOfMeans(Rows group, Rows reference,
                        const v1::ReviewOutcome& plan) {
  const auto treated = MeanOfArms(group);
  if (!treated.ok()) return ExcludeMeans(treated.status());
  const auto control = MeanOfArms(reference);
  if (!control.ok()) return ExcludeMeans(control.status());
  auto effects =
      ContinuousEffects(ScaleOf(plan), {{treated->mean, control->mean}});
  if (!effects.ok()) return ExcludeMeans(effects.status());
  RowEffect result =
      FromLibrary(std::move(effects->front()),
                  treated->from_interval || control->from_interval
                      ? v1::DERIVATION_METHOD_INTERVAL
                      : v1::DERIVATION_METHOD_UNSPECIFIED,
                  plan);
  result.group_participants = treated->mean.participants;
  result.reference_participants = control->mean.participants;
  for (const std::string& how : {control->how, treated->how}) {
    if (!how.empty()) {
      result.effect.how = absl::StrCat(how, "; ", result.effect.how);
    }
  }
  return result;
}

}  // namespace

double Rounded(double value) { return RoundResult(value); }

EffectMeasure ScaleOf(const v1::ReviewOutcome& plan) {
  if (!IsSingleGroup(plan)) {
    switch (plan.measure()) {
      case v1::EFFECT_MEASURE_ODDS_RATIO:
        return plan.pooling() == v1::POOLING_METHOD_PETO
                   ? EffectMeasure::kPetoLogOddsRatio
                   : EffectMeasure::kLogOddsRatio;
      case v1::EFFECT_MEASURE_RISK_RATIO:
        return EffectMeasure::kLogRiskRatio;
      case v1::EFFECT_MEASURE_RISK_DIFFERENCE:
        return EffectMeasure::kRiskDifference;
      case v1::EFFECT_MEASURE_MEAN_DIFFERENCE:
        return EffectMeasure::kMeanDifference;
      case v1::EFFECT_MEASURE_STANDARDIZED_MEAN_DIFFERENCE:
        return EffectMeasure::kStandardizedMeanDifference;
      default:
        return EffectMeasure::kLogHazardRatio;
    }
  }
  if (plan.statistic() == v1::STATISTIC_RATE) {
    return plan.proportion_scale() == v1::PROPORTION_SCALE_RAW
               ? EffectMeasure::kSurvival
               : EffectMeasure::kLogitSurvival;
  }
  if (plan.statistic() != v1::STATISTIC_PROPORTION) {
    return EffectMeasure::kMeanDifference;
  }
  switch (plan.proportion_scale()) {
    case v1::PROPORTION_SCALE_RAW:
      return EffectMeasure::kProportion;
    case v1::PROPORTION_SCALE_ARCSINE:
      return EffectMeasure::kArcsineProportion;
    case v1::PROPORTION_SCALE_FREEMAN_TUKEY:
      return EffectMeasure::kFreemanTukeyProportion;
    default:
      return EffectMeasure::kLogitProportion;
  }
}

RowEffect EffectOfContrast(const v1::EvidenceRow& row,
                           const v1::ReviewOutcome& plan) {
  if (plan.measure() == v1::EFFECT_MEASURE_HAZARD_RATIO &&
      row.contrast().has_observed_minus_expected() &&
      row.contrast().variance() > 0) {
    LogRank log_rank;
    log_rank.observed_minus_expected = row.contrast().observed_minus_expected();
    log_rank.variance = row.contrast().variance();
    return FromLibrary(HazardRatioFromLogRank(log_rank),
                       v1::DERIVATION_METHOD_UNSPECIFIED, plan);
  }
  if (row.measure() != plan.measure()) {
    return Exclude(
        v1::EXCLUSION_REASON_MEASURE,
        absl::StrCat("it is of the measure ", MeasureText(row.measure()),
                     "; the outcome pools ", MeasureText(plan.measure())));
  }
  if (row.contrast().among_size() > 0 ||
      row.event_contrast().among_size() > 0) {
    return Exclude(v1::EXCLUSION_REASON_GROUP,
                   "it compares three groups or more");
  }
  if (!row.has_reference()) {
    return Exclude(v1::EXCLUSION_REASON_GROUP,
                   "it does not say which group it is compared with");
  }
  if (!row.has_value()) return ExcludeWithoutValue(row);
  if (IsBound(row.comparator())) return ExcludeBound(row);
  if (row.measure() == v1::EFFECT_MEASURE_RISK_DIFFERENCE) {
    return FromRiskDifference(row, plan);
  }
  return FromPrinted(row, plan, /*scale=*/1);
}

std::optional<RowCounts> CountsOf(const v1::EvidenceRow& row) {
  RowCounts found;
  if (row.has_events() && row.has_participants() && row.participants() > 0) {
    found.counts.events = row.events();
    found.counts.participants = row.participants();
    return found;
  }
  if (row.count().occurrence() == v1::OCCURRENCE_NONE_OBSERVED &&
      row.has_participants() && row.participants() > 0) {
    found.counts.participants = row.participants();
    found.how = absl::StrCat("none observed in ", row.participants());
    return found;
  }
  if (!row.has_value() || IsBound(row.comparator()) ||
      (row.unit() != "%" && row.unit() != "1") || !row.has_participants() ||
      row.participants() <= 0) {
    return std::nullopt;
  }
  const double percent = PercentOf(row);
  if (percent < 0 || percent > 100) return std::nullopt;
  found.counts.participants = row.participants();
  found.counts.events = std::floor(percent * row.participants() / 100 + 0.5);
  found.from_percentage = true;
  found.how = absl::StrCat(
      "events from the printed percentage: ", PercentText(percent), " of ",
      row.participants(), " = ", ShortestDecimal(found.counts.events));
  const double back = 100 * found.counts.events / found.counts.participants;
  if (std::fabs(back - percent) > 0.5) {
    absl::StrAppend(&found.how, ", which is ",
                    PercentText(RoundToDigits(back, 4)));
  }
  return found;
}

RowEffect EffectOfGroup(const v1::EvidenceRow& row,
                        const v1::ReviewOutcome& plan) {
  if (row.statistic() == v1::STATISTIC_MEDIAN ||
      plan.statistic() == v1::STATISTIC_MEDIAN) {
    return Exclude(v1::EXCLUSION_REASON_MEDIAN,
                   "a median is described and never pooled as if it were a "
                   "mean");
  }
  if (!row.has_value() && !row.has_events() &&
      row.count().occurrence() != v1::OCCURRENCE_NONE_OBSERVED) {
    return ExcludeWithoutValue(row);
  }
  if (IsBound(row.comparator())) return ExcludeBound(row);
  if (plan.statistic() == v1::STATISTIC_MEAN) {
    if (row.statistic() != v1::STATISTIC_MEAN) {
      return Exclude(v1::EXCLUSION_REASON_MEASURE, "it is no mean");
    }
    return FromMean(row, plan);
  }
  if (plan.statistic() == v1::STATISTIC_RATE) return FromRate(row, plan);
  if (row.kind() == v1::EVIDENCE_KIND_ESTIMATE && IsKaplanMeierRate(row)) {
    return Exclude(v1::EXCLUSION_REASON_RATE_WITHOUT_ERROR,
                   "a rate at a landmark is no share of participants, for "
                   "some were censored before");
  }
  const std::optional<RowCounts> counts = CountsOf(row);
  if (!counts.has_value()) {
    return Exclude(v1::EXCLUSION_REASON_NO_VARIANCE,
                   row.has_participants()
                       ? "events cannot be worked out from what is printed"
                       : "the number of participants is not printed, so that "
                         "a proportion has no standard error");
  }
  return FromCounts(*counts, plan);
}

RowEffect EffectOfCombinedGroups(Rows rows, const v1::ReviewOutcome& plan) {
  if (rows.size() == 1) return EffectOfGroup(*rows.front(), plan);
  const auto counts = CombinedCounts(rows);
  if (!counts.ok()) {
    return Exclude(v1::EXCLUSION_REASON_CONTRADICTION,
                   std::string(counts.status().message()));
  }
  if (!counts->has_value()) return NoCounts(rows);
  return FromCounts(**counts, plan);
}

bool IsOfMeans(const v1::ReviewOutcome& plan) {
  return plan.measure() == v1::EFFECT_MEASURE_MEAN_DIFFERENCE ||
         plan.measure() == v1::EFFECT_MEASURE_STANDARDIZED_MEAN_DIFFERENCE;
}

RowEffect EffectOfArms(Rows group, Rows reference,
                       const v1::ReviewOutcome& plan) {
  if (IsOfMeans(plan)) return EffectOfMeans(group, reference, plan);
  const auto treated = CombinedCounts(group);
  const auto control = CombinedCounts(reference);
  if (!treated.ok() || !control.ok()) {
    return Exclude(
        v1::EXCLUSION_REASON_CONTRADICTION,
        Sentence(treated.ok() ? control.status() : treated.status()));
  }
  if (!treated->has_value()) return NoCounts(group);
  if (!control->has_value()) return NoCounts(reference);
  auto effects =
      BinaryEffects(ScaleOf(plan), {{(*treated)->counts, (*control)->counts}});
  if (!effects.ok()) {
    return Exclude(v1::EXCLUSION_REASON_CONTRADICTION,
                   Sentence(effects.status()));
  }
  std::string why =
      WhyNoInformation((*treated)->counts, (*control)->counts, plan);
  if (!why.empty()) {
    return Exclude(v1::EXCLUSION_REASON_NO_INFORMATION, std::move(why));
  }
  RowEffect result = FromLibrary(std::move(effects->front()),
                                 v1::DERIVATION_METHOD_COUNTS, plan);
  // Methods of counts need no effect of the single study.
  if (plan.pooling() != v1::POOLING_METHOD_INVERSE_VARIANCE &&
      result.reason == v1::EXCLUSION_REASON_NO_VARIANCE) {
    result = RowEffect();
    result.method = v1::DERIVATION_METHOD_COUNTS;
    result.effect.measure = ScaleOf(plan);
    result.effect.derivation = Derivation::kCounts;
    result.effect.how = "counts, which give no ratio of their own";
  }
  result.group = (*treated)->counts;
  result.reference = (*control)->counts;
  result.counts_from_percentages =
      (*treated)->from_percentage || (*control)->from_percentage;
  for (const std::string& how : {(*treated)->how, (*control)->how}) {
    if (!how.empty()) {
      result.effect.how = absl::StrCat(how, "; ", result.effect.how);
    }
  }
  return result;
}

bool TellsOfEffect(const RowEffect& effect, const v1::ReviewOutcome& plan) {
  return !effect.group.has_value() || !effect.reference.has_value() ||
         WhyNoInformation(*effect.group, *effect.reference, plan).empty();
}

double ToNatural(const v1::ReviewOutcome& plan, double value,
                 std::optional<double> participants) {
  const EffectMeasure scale = ScaleOf(plan);
  if (IsLogRatio(scale)) return Rounded(Exp(value));
  if (scale == EffectMeasure::kRiskDifference) return Rounded(value * 100);
  if (scale == EffectMeasure::kMeanDifference ||
      scale == EffectMeasure::kStandardizedMeanDifference) {
    return Rounded(value);
  }
  const auto proportion = BackTransformProportion(scale, value, participants);
  return Rounded(proportion.ok() ? *proportion * 100 : value);
}

}  // namespace consilium

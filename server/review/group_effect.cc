#include "server/review/group_effect.h"

#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/review/row_counts.h"
#include "server/review/zero_cells.h"
#include "server/synthesis/derivation_text.h"
#include "server/synthesis/distributions.h"
#include "server/synthesis/proportion.h"
#include "server/synthesis/rate.h"
#include "server/synthesis/real_math.h"

namespace consilium {
namespace {

RowEffect FromCounts(const RowCounts& counts, const v1::ReviewOutcome& plan) {
  ProportionOptions options;
  if (plan.has_zero_cells()) options.zero_cells = ZeroCellsOf(plan);
  auto effects = ProportionEffects(ScaleOf(plan), {counts.counts}, options);
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
  const double whole = row.unit() == "1" ? 1 : 100;
  const EffectMeasure measure = ScaleOf(plan);
  if (row.has_standard_error() && row.standard_error() > 0) {
    return FromLibrary(SurvivalFromStandardError(measure, row.value() / whole,
                                                 row.standard_error() / whole),
                       v1::DERIVATION_METHOD_UNSPECIFIED, plan);
  }
  if (row.has_low() && row.has_high()) {
    SurvivalInterval interval;
    interval.probability = row.value() / whole;
    interval.lower = row.low() / whole;
    interval.upper = row.high() / whole;
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

// A share of participants without counts: of its interval, on scales that need
// no number of participants.
RowEffect FromShare(const v1::EvidenceRow& row, const v1::ReviewOutcome& plan) {
  const auto exclude = [](std::string why) {
    return Exclude(v1::EXCLUSION_REASON_NO_VARIANCE, std::move(why));
  };
  if (row.has_participants()) {
    return exclude("events cannot be worked out from what is printed");
  }
  const std::string unknown = "the number of participants is not printed";
  const bool is_share = row.unit() == "%" || row.unit() == "1";
  if (!is_share || !row.has_value() || !row.has_low() || !row.has_high()) {
    return exclude(
        absl::StrCat(unknown,
                     ", and no interval, so that a proportion has no standard "
                     "error"));
  }
  if (plan.pooling() != v1::POOLING_METHOD_INVERSE_VARIANCE) {
    return exclude(absl::StrCat(unknown, ", and this pooling wants counts"));
  }
  const EffectMeasure scale = ScaleOf(plan);
  if (scale != EffectMeasure::kProportion &&
      scale != EffectMeasure::kLogitProportion) {
    return exclude(absl::StrCat(
        unknown,
        ", which the scale of the plan needs; on the scales logit and "
        "raw its interval would give a standard error"));
  }
  const double whole = row.unit() == "1" ? 1 : 100;
  SurvivalInterval interval;
  interval.probability = Rounded(row.value() / whole);
  interval.lower = Rounded(row.low() / whole);
  interval.upper = Rounded(row.high() / whole);
  if (row.has_level()) interval.level_percent = row.level();
  const bool is_raw = scale == EffectMeasure::kProportion;
  if (!is_raw && (interval.lower <= 0 || interval.upper >= 1)) {
    return exclude(absl::StrCat(unknown, ", and its interval reaches ",
                                interval.lower <= 0 ? "0" : "100 %",
                                ", where a logit has no end"));
  }
  auto effect = SurvivalFromInterval(
      is_raw ? EffectMeasure::kSurvival : EffectMeasure::kLogitSurvival,
      interval);
  if (effect.ok()) effect->measure = scale;
  return FromLibrary(std::move(effect), v1::DERIVATION_METHOD_INTERVAL, plan);
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
  effect->how = absl::StrCat("SE from ", PlainDecimal(reported.level_percent),
                             " % interval: (", PlainDecimal(*reported.upper),
                             " - ", PlainDecimal(*reported.lower), ") / (2 * ",
                             PlainDecimal(RoundToDigits(t, 4)), "), t of ",
                             participants, " participants");
  return effect;
}

// A mean of one group, by the same rules as the means of two arms.
RowEffect FromMean(const v1::EvidenceRow& row, const v1::ReviewOutcome& plan) {
  if (row.has_participants() && row.participants() == 1) {
    return Exclude(v1::EXCLUSION_REASON_NO_VARIANCE,
                   "it is of one participant, of whom neither a standard "
                   "deviation nor a standard error can be told, whatever is "
                   "printed");
  }
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
                                  PlainDecimal(spread.value()),
                                  ", which gives it no weight beside others"));
    }
    absl::StatusOr<EffectSize> effect = EffectFromStandardError(
        reported, spread.value() / std::sqrt(row.participants()));
    if (effect.ok()) {
      effect->how =
          absl::StrCat("SE = SD / sqrt(n) = ", PlainDecimal(spread.value()),
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
                         PlainDecimal(row.value())));
}

}  // namespace

RowEffect EffectOfGroup(const v1::EvidenceRow& row,
                        const v1::ReviewOutcome& plan) {
  if (!row.has_value() && !row.has_events() &&
      row.count().occurrence() != v1::OCCURRENCE_NONE_OBSERVED) {
    return ExcludeWithoutValue(row);
  }
  if (row.statistic() == v1::STATISTIC_MEDIAN) {
    return Exclude(v1::EXCLUSION_REASON_MEDIAN,
                   "a median is described and never pooled as if it were a "
                   "mean");
  }
  if (plan.statistic() == v1::STATISTIC_MEDIAN) {
    return Exclude(v1::EXCLUSION_REASON_MEDIAN,
                   "whether it is a median is not stated; medians are "
                   "described and never pooled");
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
  return counts.has_value() ? FromCounts(*counts, plan) : FromShare(row, plan);
}

RowEffect EffectOfCombinedGroups(absl::Span<const v1::EvidenceRow* const> rows,
                                 const v1::ReviewOutcome& plan) {
  if (rows.size() == 1) return EffectOfGroup(*rows.front(), plan);
  const auto counts = CombinedCounts(rows);
  if (!counts.ok()) {
    return Exclude(v1::EXCLUSION_REASON_CONTRADICTION,
                   std::string(counts.status().message()));
  }
  if (!counts->has_value()) {
    return Exclude(v1::EXCLUSION_REASON_NO_VALUE,
                   "events and participants are not printed for every group");
  }
  return FromCounts(**counts, plan);
}

}  // namespace consilium

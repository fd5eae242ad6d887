#include "server/review/contrast_effect.h"

#include <cmath>
#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "proto/base/enum_text.h"
#include "server/evidence/row_fields.h"
#include "server/synthesis/derivation_text.h"
#include "server/synthesis/hazard_ratio.h"

namespace consilium {
namespace {

std::string ComparatorText(v1::Comparator comparator) {
  return EnumText(*v1::Comparator_descriptor()->FindValueByNumber(comparator));
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

// The variance of a log-rank test that events give: with the arms' shares of
// participants where they are known, else as of arms of equal size.
TrialEvents EventsOf(const v1::EvidenceRow& row, const ArmSizes& sizes) {
  TrialEvents events;
  events.total_events = row.events();
  events.approximation = LogRankVariance::kEqualAllocation;
  if (sizes.group > 0 && sizes.reference > 0) {
    events.approximation = LogRankVariance::kAllocation;
    events.treated_randomised = sizes.group;
    events.control_randomised = sizes.reference;
  }
  return events;
}

RowEffect FromEvents(const v1::EvidenceRow& row, const ArmSizes& sizes,
                     const v1::ReviewOutcome& plan) {
  return FromLibrary(HazardRatioFromEvents(row.value(), EventsOf(row, sizes)),
                     v1::DERIVATION_METHOD_EVENTS, plan);
}

// Whether P is of a margin, and says nothing of no effect.
bool IsOfMargin(const v1::EvidenceRow& row) {
  switch (row.contrast().hypothesis()) {
    case v1::HYPOTHESIS_TYPE_NON_INFERIORITY:
    case v1::HYPOTHESIS_TYPE_EQUIVALENCE:
    case v1::HYPOTHESIS_TYPE_NON_INFERIORITY_OR_EQUIVALENCE:
      return true;
    default:
      return false;
  }
}

RowEffect ExcludeMargin(const v1::EvidenceRow& row) {
  return Exclude(
      v1::EXCLUSION_REASON_NO_VARIANCE,
      absl::StrCat("P ",
                   row.p_comparator() == v1::COMPARATOR_UNSPECIFIED
                       ? "= "
                       : absl::StrCat(ComparatorText(row.p_comparator()), " "),
                   PlainDecimal(row.p()), " is of a margin (",
                   EnumText(*v1::HypothesisType_descriptor()->FindValueByNumber(
                       row.contrast().hypothesis())),
                   "), not of no effect"));
}

RowEffect FromP(const v1::EvidenceRow& row, const ReportedEffect& reported,
                const v1::ReviewOutcome& plan) {
  const PValue p = PValueOf(row);
  if (IsOfMargin(row)) return ExcludeMargin(row);
  if (p.comparator != PComparator::kEqual) {
    return Exclude(
        v1::EXCLUSION_REASON_BOUND,
        absl::StrCat("no interval is printed, and P ",
                     ComparatorText(row.p_comparator()), " ",
                     PlainDecimal(row.p()), " only bounds the standard error"));
  }
  return FromLibrary(EffectFromP(reported, p), v1::DERIVATION_METHOD_P_VALUE,
                     plan);
}

// Whether the test in words is one of times to an event; nullopt when no words
// tell.
std::optional<bool> IsOfSurvival(const v1::EvidenceRow& row) {
  const std::string words = absl::AsciiStrToLower(row.contrast().method_text());
  if (words.empty()) return std::nullopt;
  for (const absl::string_view word :
       {"log-rank", "log rank", "logrank", "cox", "mantel"}) {
    if (absl::StrContains(words, word)) return true;
  }
  return false;
}

// Which side P favours; nullopt when the report does not tell.
std::optional<Favours> FavouredSide(const v1::EvidenceRow& row,
                                    const v1::ReviewOutcome& plan) {
  const bool better = row.direction() == v1::DIRECTION_BETTER;
  if (!better && row.direction() != v1::DIRECTION_WORSE) return std::nullopt;
  const bool lower = plan.direction() != v1::OUTCOME_DIRECTION_HIGHER_IS_BETTER;
  return better == lower ? Favours::kTreated : Favours::kControl;
}

// A hazard ratio of a log-rank test's P and the number of events, where no
// ratio is printed (Parmar 1998, Tierney 2007).
RowEffect FromEventsAndP(const v1::EvidenceRow& row, const ArmSizes& sizes,
                         const v1::ReviewOutcome& plan) {
  if (!row.has_p()) return ExcludeWithoutValue(row);
  const PValue p = PValueOf(row);
  const std::string p_text = absl::StrCat(
      "P ",
      p.comparator == PComparator::kEqual ? "="
                                          : ComparatorText(row.p_comparator()),
      " ", PlainDecimal(row.p()));
  if (IsOfMargin(row)) return ExcludeMargin(row);
  if (p.comparator != PComparator::kEqual) {
    return Exclude(v1::EXCLUSION_REASON_BOUND,
                   absl::StrCat("no ratio is printed, and ", p_text,
                                " only bounds the one that events would give"));
  }
  const std::optional<bool> of_survival = IsOfSurvival(row);
  if (!of_survival.value_or(true)) {
    return Exclude(v1::EXCLUSION_REASON_MEASURE,
                   absl::StrCat("no ratio is printed, and ", p_text, " is of ",
                                row.contrast().method_text(),
                                ", which is no log-rank test"));
  }
  if (row.events() <= 0) {
    return Exclude(v1::EXCLUSION_REASON_NO_VARIANCE,
                   absl::StrCat("no ratio is printed; ", p_text,
                                " gives one with the number of events, which "
                                "is not printed"));
  }
  const std::optional<Favours> favours = FavouredSide(row, plan);
  if (!favours.has_value()) {
    return Exclude(
        v1::EXCLUSION_REASON_NO_VALUE,
        absl::StrCat("no ratio is printed; ", p_text, " with ", row.events(),
                     " events gives one only where the report tells which "
                     "group fares better (direction better or worse)"));
  }
  if (!Allows(plan, v1::DERIVATION_METHOD_P_VALUE)) {
    return Exclude(v1::EXCLUSION_REASON_DERIVATION,
                   "the ratio would come from P and events, and the protocol "
                   "does not allow p-value");
  }
  RowEffect result =
      FromLibrary(HazardRatioFromEventsAndP(EventsOf(row, sizes), p, *favours),
                  v1::DERIVATION_METHOD_EVENTS, plan);
  if (!of_survival.has_value()) {
    result.effect.warnings.push_back(
        absl::StrCat("the report does not name the test of ", p_text,
                     "; a log-rank test is supposed"));
  }
  return result;
}

RowEffect NoVariance(const v1::EvidenceRow& row) {
  if (row.has_standard_error()) {
    return Exclude(v1::EXCLUSION_REASON_NO_VARIANCE,
                   absl::StrCat("the standard error printed with ",
                                ShortestDecimal(row.value()), " is ",
                                ShortestDecimal(row.standard_error()),
                                "; want one above 0, or an interval"));
  }
  return Exclude(
      v1::EXCLUSION_REASON_NO_VARIANCE,
      absl::StrCat("neither an interval nor an exact P is printed with ",
                   PlainDecimal(row.value())));
}

RowEffect FromPrinted(const v1::EvidenceRow& row, const ArmSizes& sizes,
                      const v1::ReviewOutcome& plan, double scale) {
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
  // A P that tells no standard error does not keep events from giving one.
  const RowEffect of_p =
      row.has_p() ? FromP(row, reported, plan) : NoVariance(row);
  if (!of_p.is_usable() && row.has_events() && row.events() > 0 &&
      ScaleOf(plan) == EffectMeasure::kLogHazardRatio &&
      Allows(plan, v1::DERIVATION_METHOD_EVENTS)) {
    return FromEvents(row, sizes, plan);
  }
  return of_p;
}

std::string MeasureText(v1::EffectMeasure measure) {
  return EnumText(*v1::EffectMeasure_descriptor()->FindValueByNumber(measure));
}

// A difference of shares is pooled as one of proportions, whatever its unit.
RowEffect FromRiskDifference(const v1::EvidenceRow& row,
                             const v1::ReviewOutcome& plan) {
  const std::optional<double> percent = PercentPerUnit(row);
  if (!percent.has_value()) {
    return Exclude(
        v1::EXCLUSION_REASON_CONTRADICTION,
        absl::StrCat("the difference ", PlainDecimal(row.value()),
                     row.unit().empty() ? "" : " ", row.unit(),
                     " is neither in percent nor of proportions; want the "
                     "unit % or 1"));
  }
  if (std::fabs(row.value() * *percent) > 100) {
    return Exclude(v1::EXCLUSION_REASON_CONTRADICTION,
                   absl::StrCat("shares differ by at most 100 %; printed is ",
                                PercentText(row.value() * *percent)));
  }
  return FromPrinted(row, {}, plan, *percent / 100);
}

}  // namespace

RowEffect EffectOfContrast(const v1::EvidenceRow& row, const ArmSizes& sizes,
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
  const bool of_events = plan.measure() == v1::EFFECT_MEASURE_HAZARD_RATIO &&
                         Allows(plan, v1::DERIVATION_METHOD_EVENTS);
  const bool is_test = of_events && row.measure() == v1::EFFECT_MEASURE_TEST;
  if (row.measure() != plan.measure() && !is_test) {
    return Exclude(
        v1::EXCLUSION_REASON_MEASURE,
        absl::StrCat(
            "it is of the measure ", MeasureText(row.measure()),
            "; the outcome pools ", MeasureText(plan.measure()),
            row.measure() == v1::EFFECT_MEASURE_TEST &&
                    plan.measure() == v1::EFFECT_MEASURE_HAZARD_RATIO &&
                    row.has_p() && row.events() > 0
                ? "; with events among the plan's derivations, P and "
                  "the number of events may give one"
                : ""));
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
  if (is_test || (of_events && !row.has_value() && row.has_p())) {
    return FromEventsAndP(row, sizes, plan);
  }
  if (!row.has_value()) return ExcludeWithoutValue(row);
  if (IsBound(row.comparator())) return ExcludeBound(row);
  if (row.measure() == v1::EFFECT_MEASURE_RISK_DIFFERENCE) {
    return FromRiskDifference(row, plan);
  }
  if (row.measure() == v1::EFFECT_MEASURE_RATIO_OF_MEANS &&
      absl::StrContains(
          absl::AsciiStrToLower(absl::StrCat(row.contrast().measure_text(), " ",
                                             row.contrast().method_text())),
          "median")) {
    return Exclude(v1::EXCLUSION_REASON_MEDIAN, "it is a ratio of medians");
  }
  return FromPrinted(row, sizes, plan, /*scale=*/1);
}

}  // namespace consilium

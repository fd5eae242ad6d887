#include "server/evidence/row_fields.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "proto/base/element_key.h"
#include "server/evidence/printed_number.h"
#include "server/synthesis/real_math.h"

namespace consilium {
namespace {

// What estimates and contrasts of endpoints and events have alike.
template <typename Element>
void FillShared(const Element& element, v1::EvidenceRow& row) {
  row.set_report(element.has_report() ? element.report()
                                      : element.registration());
  if (element.has_statement()) row.set_statement(element.statement());
  *row.mutable_alternatives() = element.alternatives();
  *row.mutable_derivations() = element.derivations();
  if (element.has_population()) row.set_population(element.population());
}

template <typename Element>
void FillTime(const Element& element, v1::EvidenceRow& row) {
  if (const auto months = Months(element.time())) {
    row.set_time_months(RoundResult(*months));
  }
}

void FillInterval(const v1::Interval& interval, v1::EvidenceRow& row) {
  if (interval.has_low()) row.set_low(interval.low());
  if (interval.has_high()) row.set_high(interval.high());
  if (interval.has_level()) row.set_level(interval.level());
}

std::string AdjustmentText(const v1::Adjustment& adjustment) {
  const google::protobuf::EnumValueDescriptor* kind =
      v1::AdjustmentKind_descriptor()->FindValueByNumber(adjustment.kind());
  std::string text;
  if (adjustment.has_kind() && kind != nullptr) text = EnumToken(*kind);
  if (adjustment.variables_size() > 0) {
    absl::StrAppend(&text, text.empty() ? "for " : " for ",
                    absl::StrJoin(adjustment.variables(), ", "));
  }
  return text;
}

// What both kinds of contrasts have alike.
template <typename Contrast>
void FillEffect(const Contrast& contrast, v1::EvidenceRow& row) {
  FillShared(contrast, row);
  row.set_measure(contrast.measure());
  if (contrast.has_adjustment()) {
    row.set_adjustment(AdjustmentText(contrast.adjustment()));
  }
  if (contrast.has_value()) row.set_value(contrast.value());
  if (contrast.has_unit()) row.set_unit(contrast.unit());
  FillInterval(contrast.interval(), row);
  const v1::PValue& p = contrast.p_value();
  if (p.has_value()) {
    row.set_p(p.value());
    if (p.has_comparator()) row.set_p_comparator(p.comparator());
  }
  if (p.has_significance()) row.set_significance(p.significance());
  if (contrast.has_standard_error()) {
    row.set_standard_error(contrast.standard_error());
  }
  if (contrast.has_direction()) row.set_direction(contrast.direction());
}

void SetGrades(std::string text, std::optional<int> low,
               std::optional<int> high, v1::EvidenceRow& row) {
  row.set_grade(std::move(text));
  if (low.has_value()) row.set_grade_low(*low);
  if (high.has_value()) row.set_grade_high(*high);
}

void FillGrade(const v1::GradeBand& grade, v1::EvidenceRow& row) {
  const int low = grade.low();
  switch (grade.kind()) {
    case v1::GRADE_BAND_KIND_ANY:
      return SetGrades("any", 1, std::nullopt, row);
    case v1::GRADE_BAND_KIND_EXACT:
      return SetGrades(absl::StrCat(low), low, low, row);
    case v1::GRADE_BAND_KIND_AT_LEAST:
      return SetGrades(absl::StrCat(">=", low), low, std::nullopt, row);
    case v1::GRADE_BAND_KIND_AT_MOST:
      return SetGrades(absl::StrCat("<=", low), 1, low, row);
    case v1::GRADE_BAND_KIND_RANGE:
      return SetGrades(absl::StrCat(low, "-", grade.high()), low, grade.high(),
                       row);
    case v1::GRADE_BAND_KIND_SEVERE:
      row.set_grade("severe");
      break;
    case v1::GRADE_BAND_KIND_SERIOUS:
      row.set_grade("serious");
      break;
    case v1::GRADE_BAND_KIND_NOT_SERIOUS:
      row.set_grade("not serious");
      break;
    default:
      row.set_grade("not stated");
      break;
  }
  AddUnstated("gradeLow", row);
  AddUnstated("gradeHigh", row);
}

void AddDerivation(absl::string_view path, v1::DerivationMethod method,
                   absl::string_view note, v1::EvidenceRow& row) {
  v1::Derivation& derivation = *row.add_derivations();
  derivation.set_path(std::string(path));
  derivation.set_method(method);
  derivation.set_note(std::string(note));
}

bool IsShare(v1::Statistic statistic) {
  return statistic == v1::STATISTIC_RATE ||
         statistic == v1::STATISTIC_PROPORTION;
}

bool IsWithin(double low, double value, double high) {
  return low <= value && value <= high;
}

void FillMonths(v1::EvidenceRow& row) {
  const auto months = [&row](double value) {
    return RoundResult(*Months(value, row.unit()));
  };
  if (!Months(1, row.unit()).has_value()) return;
  if (row.has_value()) row.set_value_months(months(row.value()));
  if (row.has_low()) row.set_low_months(months(row.low()));
  if (row.has_high()) row.set_high_months(months(row.high()));
}

void FillPercent(v1::EvidenceRow& row) {
  if (const auto factor = PercentPerUnit(row)) {
    const auto percent = [factor](double value) {
      return RoundResult(value * *factor);
    };
    if (row.has_value()) row.set_value_percent(percent(row.value()));
    if (row.has_low()) row.set_low_percent(percent(row.low()));
    if (row.has_high()) row.set_high_percent(percent(row.high()));
    return;
  }
  // Of lesions or events there may be several in one participant.
  if (row.statistic() != v1::STATISTIC_COUNT || row.has_comparator() ||
      (row.has_unit() && row.unit() != "1" && row.unit() != "{participant}") ||
      !row.has_events() || row.participants() <= 0 ||
      row.events() > row.participants()) {
    return;
  }
  row.set_value_percent(RoundResult(100.0 * row.events() / row.participants()));
}

// The numbers of the row in months and in percent, from those as printed.
void FillComparable(v1::EvidenceRow& row) {
  FillMonths(row);
  FillPercent(row);
}

void SetTerms(const TermIds& terms,
              google::protobuf::RepeatedPtrField<std::string>& field) {
  for (const std::string& term : terms) *field.Add() = term;
}

}  // namespace

std::optional<double> Months(double value, absl::string_view unit) {
  if (unit == "mo") return value;
  if (unit == "a") return value * 12;
  if (unit == "wk") return value * 7 / kDaysPerMonth;
  if (unit == "d") return value / kDaysPerMonth;
  if (unit == "h") return value / 24 / kDaysPerMonth;
  if (unit == "min") return value / 1440 / kDaysPerMonth;
  if (unit == "s") return value / 86400 / kDaysPerMonth;
  return std::nullopt;
}

std::optional<double> PercentPerUnit(const v1::EvidenceRow& row) {
  if (row.unit() == "%") return 1;
  const bool difference = row.measure() == v1::EFFECT_MEASURE_RISK_DIFFERENCE;
  if (!IsShare(row.statistic()) && !difference) return std::nullopt;
  if (row.unit() == "1") return 100;
  if (row.has_unit()) return std::nullopt;
  // Without a unit it is a proportion if it can be one.
  const double least = difference ? -1 : 0;
  return IsWithin(least, row.value(), 1) && IsWithin(least, row.low(), 1) &&
                 IsWithin(least, row.high(), 1)
             ? std::optional<double>(100)
             : std::nullopt;
}

std::optional<double> Months(const v1::Quantity& time) {
  if (!time.has_value()) return std::nullopt;
  return Months(time.value(), time.unit());
}

std::string GroupText(const v1::Group& group) {
  std::string text;
  if (group.has_external()) {
    text = absl::StrCat("external: ", group.external());
  } else if (group.has_printed_number()) {
    text = absl::StrCat("group ", group.printed_number());
  } else {
    text = absl::StrJoin(group.arms(), " + ");
  }
  switch (group.scope()) {
    case v1::GROUP_SCOPE_EACH:
      text = text.empty() ? "each arm" : absl::StrCat("each of ", text);
      break;
    case v1::GROUP_SCOPE_ALL:
      text = "all";
      break;
    case v1::GROUP_SCOPE_NOT_STATED:
      text = "arm not stated";
      break;
    default:
      if (text.empty()) text = "all";
      break;
  }
  for (const v1::Subgroup& term : group.subgroups()) {
    absl::StrAppend(&text, ", ", SubgroupTerm(term));
  }
  return text;
}

bool IsUnstated(absl::string_view field, const v1::EvidenceRow& row) {
  return std::find(row.unstated().begin(), row.unstated().end(), field) !=
         row.unstated().end();
}

void AddUnstated(absl::string_view field, v1::EvidenceRow& row) {
  auto& fields = *row.mutable_unstated();
  if (std::find(fields.begin(), fields.end(), field) == fields.end()) {
    fields.Add(std::string(field));
  }
}

void FillEstimate(const v1::Estimate& estimate, v1::EvidenceRow& row) {
  row.set_kind(v1::EVIDENCE_KIND_ESTIMATE);
  FillShared(estimate, row);
  FillTime(estimate, row);
  row.set_statistic(estimate.statistic());
  if (estimate.statistic() == v1::STATISTIC_NOT_STATED) {
    AddUnstated("statistic", row);
  }
  if (estimate.has_method()) row.set_method(estimate.method());
  if (estimate.has_value()) row.set_value(estimate.value());
  if (estimate.has_unit()) row.set_unit(estimate.unit());
  if (estimate.has_comparator()) row.set_comparator(estimate.comparator());
  if (estimate.has_status()) row.set_value_status(estimate.status());
  if (estimate.has_value_low()) row.set_low(estimate.value_low());
  if (estimate.has_value_high()) row.set_high(estimate.value_high());
  FillInterval(estimate.interval(), row);
  if (estimate.has_events()) row.set_events(estimate.events());
  if (estimate.has_participants()) {
    row.set_participants(estimate.participants());
  }
  if (estimate.has_standard_error()) {
    row.set_standard_error(estimate.standard_error());
  }
  FillComparable(row);
}

void FillContrast(const v1::Contrast& contrast, v1::EvidenceRow& row) {
  row.set_kind(v1::EVIDENCE_KIND_CONTRAST);
  FillEffect(contrast, row);
  FillTime(contrast, row);
  if (contrast.has_events()) row.set_events(contrast.events());
  if (contrast.has_participants()) {
    row.set_participants(contrast.participants());
  }
  FillComparable(row);
}

void FillCount(const v1::AdverseEventCount& count, v1::EvidenceRow& row) {
  row.set_kind(v1::EVIDENCE_KIND_ADVERSE_EVENT_COUNT);
  FillShared(count, row);
  FillGrade(count.grade(), row);
  FillTime(count, row);
  if (count.has_period()) row.set_event_period(count.period());
  if (count.has_occurrence()) row.set_occurrence(count.occurrence());
  if (count.has_affected()) row.set_events(count.affected());
  if (count.has_at_risk()) row.set_participants(count.at_risk());
  if (count.has_comparator()) row.set_comparator(count.comparator());
  if (count.has_percentage()) {
    row.set_value(count.percentage());
    row.set_unit("%");
  } else if (count.has_affected() && count.at_risk() > 0) {
    row.set_value(RoundResult(100.0 * count.affected() / count.at_risk()));
    row.set_unit("%");
    AddDerivation("value", v1::DERIVATION_METHOD_COUNTS, "affected / at risk",
                  row);
  } else if (count.occurrence() == v1::OCCURRENCE_NONE_OBSERVED &&
             !count.has_affected()) {
    row.set_events(0);
    AddDerivation("events", v1::DERIVATION_METHOD_OTHER, "none was observed",
                  row);
  } else if (!count.has_affected()) {
    row.set_value_status(v1::VALUE_STATUS_NOT_REPORTED);
  }
  FillInterval(count.interval(), row);
  FillComparable(row);
}

void FillEventContrast(const v1::AdverseEventContrast& contrast,
                       v1::EvidenceRow& row) {
  row.set_kind(v1::EVIDENCE_KIND_ADVERSE_EVENT_CONTRAST);
  FillEffect(contrast, row);
  FillGrade(contrast.grade(), row);
  if (contrast.has_period()) row.set_event_period(contrast.period());
  FillComparable(row);
}

void FillPrinted(v1::EvidenceRow& row) {
  if (!row.has_printed()) return;
  if (row.has_value()) {
    std::string text = PrintedNumber(row.printed(), row.value(), row.unit());
    if (!text.empty()) row.set_value_printed(std::move(text));
  }
  if (row.has_p()) {
    std::string text = PrintedP(row.printed(), row.p());
    if (!text.empty()) row.set_p_printed(std::move(text));
  }
}

void FillConclusion(const v1::Conclusion& conclusion, v1::EvidenceRow& row) {
  row.set_kind(v1::EVIDENCE_KIND_CONCLUSION);
  row.set_report(conclusion.has_report() ? conclusion.report()
                                         : conclusion.registration());
  row.set_outcome(conclusion.topic());
  row.set_statement(conclusion.text());
  if (conclusion.has_direction()) row.set_direction(conclusion.direction());
}

void FillTreatment(const Treatment& treatment, bool arms_known,
                   v1::EvidenceRow& row) {
  const bool known = arms_known && !treatment.uncoded;
  SetTerms(treatment.drug_classes, *row.mutable_drug_classes());
  SetTerms(treatment.drugs, *row.mutable_drugs());
  SetTerms(treatment.radiotherapy, *row.mutable_radiotherapy());
  if (treatment.setting != v1::TREATMENT_SETTING_UNSPECIFIED) {
    row.set_treatment(treatment.setting);
  }
  if (treatment.drugs_open || !known) AddUnstated("drugs", row);
  if (treatment.narrower_class_open || !known) AddUnstated("drugClasses", row);
  if (!treatment.open_radiotherapies.empty() || !known) {
    AddUnstated("radiotherapy", row);
  }
  if (!known) AddUnstated("treatment", row);
}

void FillPopulation(const Population& population, v1::EvidenceRow& row) {
  SetTerms(population.settings, *row.mutable_settings());
  SetTerms(population.alterations, *row.mutable_alterations());
  SetTerms(population.histology, *row.mutable_histology());
  if (population.line.has_value()) {
    row.set_line(*population.line);
  } else if (population.treated_before) {
    AddUnstated("line", row);
  }
}

}  // namespace consilium

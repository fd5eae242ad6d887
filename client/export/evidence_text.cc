#include "client/export/evidence_text.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "proto/base/element_key.h"
#include "proto/base/number_text.h"

namespace consilium {
namespace {

// UCUM units as clinicians write them, in the plural.
std::string UnitText(absl::string_view unit) {
  static constexpr std::pair<absl::string_view, absl::string_view> kUnits[] = {
      {"mo", "months"}, {"a", "years"},   {"d", "days"}, {"wk", "weeks"},
      {"h", "hours"},   {"{score}", "points"}, {"1", ""},
      {"{participant}", "participants"},  {"{event}", "events"},
      {"{fraction}", "fractions"},        {"{lesion}", "lesions"},
      {"{fold}", "fold"},
  };
  for (const auto& [ucum, words] : kUnits) {
    if (unit == ucum) return std::string(words);
  }
  return std::string(unit);
}

std::string ComparatorText(v1::Comparator comparator) {
  switch (comparator) {
    case v1::COMPARATOR_LESS:
      return "< ";
    case v1::COMPARATOR_LESS_OR_EQUAL:
      return "≤ ";
    case v1::COMPARATOR_GREATER:
      return "> ";
    case v1::COMPARATOR_GREATER_OR_EQUAL:
      return "≥ ";
    case v1::COMPARATOR_APPROXIMATE:
      return "about ";
    case v1::COMPARATOR_NOT_EQUAL:
      return "not ";
    default:
      return "";
  }
}

std::string Join(const std::vector<std::string>& parts,
                 absl::string_view separator) {
  std::vector<std::string> kept;
  for (const std::string& part : parts) {
    if (!part.empty()) kept.push_back(part);
  }
  return absl::StrJoin(kept, separator);
}

std::string BoundText(bool has, double value, v1::ValueStatus status) {
  if (status == v1::VALUE_STATUS_NOT_REACHED) return "not reached";
  if (status == v1::VALUE_STATUS_NOT_ESTIMABLE) return "not estimable";
  return has ? ShortestDecimal(value) : "not reported";
}

std::string IntervalText(const v1::Interval& interval) {
  return absl::StrCat(
      " (",
      interval.has_level()
          ? absl::StrCat(ShortestDecimal(interval.level()), "% ")
          : "",
      "interval ",
      BoundText(interval.has_low(), interval.low(), interval.low_status()),
      " to ",
      BoundText(interval.has_high(), interval.high(), interval.high_status()),
      ")");
}

std::string DispersionText(const v1::Dispersion& dispersion) {
  std::string text;
  if (dispersion.has_value()) {
    absl::StrAppend(&text, " ± ", ShortestDecimal(dispersion.value()));
  } else if (dispersion.has_low() || dispersion.has_high()) {
    absl::StrAppend(
        &text, " (", BoundText(dispersion.has_low(), dispersion.low(), {}),
        " to ", BoundText(dispersion.has_high(), dispersion.high(), {}), ")");
  }
  const std::string kind = dispersion.kind() == v1::DISPERSION_KIND_NOT_STATED
                               ? "kind not stated"
                               : EnumText(dispersion.kind());
  return text.empty() ? "" : absl::StrCat(text, " [", kind, "]");
}

std::string TitleOf(const std::string& arm_reference, const Study& study) {
  const std::string id = IdOf(arm_reference);
  for (const v1::Arm& arm : study.arms) {
    if (IdOf(arm.name()) == id) {
      return arm.title().empty() ? id : arm.title();
    }
  }
  return arm_reference;
}

std::string TimingText(const v1::Timing& timing) {
  std::vector<std::string> parts = {EnumText(timing.relation())};
  if (timing.has_to()) parts.push_back(timing.to());
  if (timing.has_window()) {
    parts.push_back(absl::StrCat("within ", QuantityText(timing.window())));
  }
  if (timing.has_overlap()) {
    parts.push_back(absl::StrCat("overlap ", QuantityText(timing.overlap())));
  }
  return Join(parts, " ");
}

std::string DoseText(const v1::Dose& dose) {
  std::vector<std::string> parts;
  if (dose.has_amount()) parts.push_back(QuantityText(dose.amount()));
  if (dose.has_times() && dose.has_period()) {
    parts.push_back(
        dose.times() == 1
            ? absl::StrCat("once per ", QuantityText(dose.period()))
            : absl::StrCat(dose.times(), " times per ",
                           QuantityText(dose.period())));
  }
  parts.push_back(EnumText(dose.route()));
  parts.push_back(dose.schedule());
  if (dose.has_duration()) {
    parts.push_back(absl::StrCat("for ", QuantityText(dose.duration())));
  }
  return Join(parts, ", ");
}

std::string CountText(const v1::Count& count) {
  if (count.has_value()) return absl::StrCat(count.value());
  return absl::StrCat(count.low(), " to ", count.high());
}

std::string DrugText(const v1::DrugComponent& drug) {
  std::vector<std::string> parts = {
      absl::StrReplaceAll(drug.drug(), {{"-", " "}})};
  if (drug.has_dose()) parts.push_back(DoseText(drug.dose()));
  if (drug.has_preclinical_dose()) {
    parts.push_back(
        absl::StrCat("preclinical dose ", DoseText(drug.preclinical_dose())));
  }
  if (drug.has_timing()) parts.push_back(TimingText(drug.timing()));
  if (drug.has_choice()) {
    parts.push_back(absl::StrCat("one of the choice “", drug.choice(), "”"));
  }
  return Join(parts, ", ");
}

std::string RadiotherapyText(const v1::RadiotherapyComponent& radiotherapy) {
  std::vector<std::string> parts = {absl::StrCat(
      "radiotherapy",
      radiotherapy.has_technique()
          ? absl::StrCat(" (", EnumText(radiotherapy.technique()), ")")
          : "",
      radiotherapy.has_target()
          ? absl::StrCat(" to ", EnumText(radiotherapy.target()))
          : "")};
  if (radiotherapy.has_total_dose()) {
    parts.push_back(QuantityText(radiotherapy.total_dose()));
  }
  if (radiotherapy.has_fractions()) {
    parts.push_back(
        absl::StrCat(CountText(radiotherapy.fractions()), " fractions"));
  }
  if (radiotherapy.has_duration()) {
    parts.push_back(absl::StrCat("over ", QuantityText(radiotherapy.duration())));
  }
  if (radiotherapy.has_timing()) parts.push_back(TimingText(radiotherapy.timing()));
  for (const v1::DoseConstraint& constraint : radiotherapy.constraints()) {
    parts.push_back(absl::StrCat(constraint.structure(), " ",
                                 constraint.metric(), " ",
                                 QuantityText(constraint.limit())));
  }
  return Join(parts, ", ");
}

}  // namespace

std::string EnumText(const google::protobuf::EnumDescriptor& type,
                     int number) {
  const auto* const value = type.FindValueByNumber(number);
  if (number == 0 || value == nullptr) return "";
  return absl::StrReplaceAll(EnumToken(*value), {{"-", " "}});
}

std::string NumberText(double value, absl::string_view unit) {
  const std::string words = UnitText(unit);
  return absl::StrCat(ShortestDecimal(value),
                      words.empty() || words == "%" ? "" : " ", words);
}

std::string QuantityText(const v1::Quantity& quantity) {
  if (quantity.has_value()) return NumberText(quantity.value(), quantity.unit());
  if (quantity.has_low() && quantity.has_high()) {
    return absl::StrCat(ShortestDecimal(quantity.low()), " to ",
                        NumberText(quantity.high(), quantity.unit()));
  }
  if (quantity.has_low()) {
    return absl::StrCat(quantity.low_excluded() ? "> " : "≥ ",
                        NumberText(quantity.low(), quantity.unit()));
  }
  if (quantity.has_high()) {
    return absl::StrCat(quantity.high_excluded() ? "< " : "≤ ",
                        NumberText(quantity.high(), quantity.unit()));
  }
  return UnitText(quantity.unit());
}

std::string GroupText(const v1::Group& group, const Study& study) {
  std::vector<std::string> titles;
  for (const std::string& arm : group.arms()) {
    titles.push_back(TitleOf(arm, study));
  }
  std::string text = absl::StrJoin(titles, " + ");
  if (group.has_external()) {
    text = absl::StrCat(group.external(), " (external)");
  }
  if (group.has_printed_number()) {
    text = absl::StrCat("group ", group.printed_number(),
                        " as printed (which is not stated)");
  }
  if (group.scope() == v1::GROUP_SCOPE_NOT_STATED && text.empty()) {
    text = "arm not stated";
  } else if (group.scope() == v1::GROUP_SCOPE_EACH) {
    absl::StrAppend(&text, text.empty() ? "each arm" : ", each");
  } else if (text.empty()) {
    text = "all participants";
  }
  std::vector<std::string> terms;
  for (const v1::Subgroup& subgroup : group.subgroups()) {
    terms.push_back(absl::StrCat(subgroup.term(), " ",
                                 ComparatorText(subgroup.comparator()),
                                 subgroup.level(),
                                 subgroup.unit().empty() ? "" : " ",
                                 subgroup.unit()));
  }
  if (!terms.empty()) {
    absl::StrAppend(&text, "; subgroup ", absl::StrJoin(terms, ", "));
  }
  return text;
}

std::string PValueText(const v1::PValue& p_value) {
  std::vector<std::string> parts;
  if (p_value.has_value()) {
    const std::string comparator = ComparatorText(p_value.comparator());
    parts.push_back(absl::StrCat("P ", comparator.empty() ? "= " : comparator,
                                 ShortestDecimal(p_value.value())));
  }
  if (p_value.has_significance()) {
    parts.push_back(absl::StrCat(
        "stated as ", EnumText(p_value.significance())));
  }
  return Join(parts, ", ");
}

std::string EndpointText(const v1::Endpoint& endpoint) {
  if (!endpoint.title().empty()) return endpoint.title();
  const auto* const measure =
      v1::Measure_descriptor()->FindValueByNumber(endpoint.measure());
  std::string name = endpoint.measure_text();
  if (name.empty() && measure != nullptr) {
    name = EnumToken(*measure);
    // Short tokens are acronyms.
    if (name.size() <= 4) {
      for (char& c : name) c = static_cast<char>(std::toupper(c));
    }
  }
  return Join({EnumText(endpoint.compartment()), name,
               endpoint.has_assessor()
                   ? absl::StrCat("(", EnumText(endpoint.assessor()), ")")
                   : ""},
              " ");
}

std::string StatisticText(const v1::Estimate& estimate) {
  return Join(
      {estimate.has_time()
           ? absl::StrCat("at ", QuantityText(estimate.time()))
           : "",
       estimate.statistic() == v1::STATISTIC_NOT_STATED
           ? "statistic not stated"
           : EnumText(estimate.statistic()),
       estimate.has_method()
           ? absl::StrCat("by ", EnumText(estimate.method()))
           : estimate.method_text(),
       estimate.category(),
       estimate.has_population()
           ? absl::StrCat("[", EnumText(estimate.population()), "]")
           : ""},
      " ");
}

std::string ValueText(const v1::Estimate& estimate) {
  std::string text;
  if (estimate.has_value()) {
    text = absl::StrCat(ComparatorText(estimate.comparator()),
                        NumberText(estimate.value(), estimate.unit()));
  } else if (estimate.has_value_low() || estimate.has_value_high()) {
    v1::Quantity range;
    if (estimate.has_value_low()) range.set_low(estimate.value_low());
    if (estimate.has_value_high()) range.set_high(estimate.value_high());
    range.set_unit(estimate.unit());
    text = QuantityText(range);
  }
  if (estimate.has_dispersion()) text += DispersionText(estimate.dispersion());
  if (estimate.has_interval()) text += IntervalText(estimate.interval());
  if (estimate.has_events() || estimate.has_participants()) {
    absl::StrAppend(
        &text, text.empty() ? "" : ", ",
        estimate.has_events() ? absl::StrCat(estimate.events()) : "–", "/",
        estimate.has_participants() ? absl::StrCat(estimate.participants())
                                    : "–");
  }
  if (text.empty()) text = EnumText(estimate.status());
  return Join({text, estimate.statement()}, "; ");
}

std::string ContrastText(const v1::Contrast& contrast) {
  std::string text = contrast.measure() == v1::EFFECT_MEASURE_TEST
                         ? ""
                         : EnumText(contrast.measure());
  if (text.size() <= 3) {
    for (char& c : text) c = static_cast<char>(std::toupper(c));
  }
  if (contrast.has_value()) {
    absl::StrAppend(&text, text.empty() ? "" : " ",
                    NumberText(contrast.value(), contrast.unit()));
  }
  if (contrast.has_interval()) text += IntervalText(contrast.interval());
  const std::string p_value =
      contrast.has_p_value() ? PValueText(contrast.p_value()) : "";
  const std::string direction =
      contrast.has_value() || !contrast.has_direction()
          ? ""
          : EnumText(contrast.direction());
  return Join({text, p_value, direction, contrast.statement(),
               contrast.measure_text()},
              "; ");
}

std::string GradeText(const v1::GradeBand& grade) {
  switch (grade.kind()) {
    case v1::GRADE_BAND_KIND_EXACT:
      return absl::StrCat("grade ", grade.low());
    case v1::GRADE_BAND_KIND_AT_LEAST:
      return absl::StrCat("grade ≥ ", grade.low());
    case v1::GRADE_BAND_KIND_AT_MOST:
      return absl::StrCat("grade ≤ ",
                          grade.has_high() ? grade.high() : grade.low());
    case v1::GRADE_BAND_KIND_RANGE:
      return absl::StrCat("grade ", grade.low(), " to ", grade.high());
    case v1::GRADE_BAND_KIND_NOT_STATED:
      return "grade not stated";
    case v1::GRADE_BAND_KIND_ANY:
      return "any grade";
    default:
      return EnumText(grade.kind());
  }
}

std::string OccurrenceText(const v1::AdverseEventCount& count) {
  std::string text;
  if (count.has_percentage()) {
    text = absl::StrCat(ComparatorText(count.comparator()),
                        NumberText(count.percentage(), "%"));
  }
  if (count.has_affected() || count.has_at_risk()) {
    absl::StrAppend(
        &text, text.empty() ? "" : ", ",
        count.has_affected() ? absl::StrCat(count.affected()) : "–", "/",
        count.has_at_risk() ? absl::StrCat(count.at_risk()) : "–");
  }
  if (count.has_interval()) text += IntervalText(count.interval());
  if (text.empty()) text = EnumText(count.occurrence());
  return Join({text, count.statement()}, "; ");
}

std::string AdverseEventText(const v1::AdverseEvent& event) {
  const std::string name = event.title().empty()
                               ? absl::StrReplaceAll(event.term(), {{"-", " "}})
                               : event.title();
  return Join(
      {name, EnumText(event.assessment()),
       event.has_attribution()
           ? absl::StrCat("due to ", EnumText(event.attribution()))
           : "",
       event.has_ctcae_version()
           ? absl::StrCat("CTCAE ", event.ctcae_version())
           : ""},
      ", ");
}

std::string AdverseContrastText(const v1::AdverseEventContrast& contrast) {
  v1::Contrast same;
  same.set_measure(contrast.measure());
  if (contrast.has_value()) same.set_value(contrast.value());
  same.set_unit(contrast.unit());
  if (contrast.has_interval()) *same.mutable_interval() = contrast.interval();
  if (contrast.has_p_value()) *same.mutable_p_value() = contrast.p_value();
  if (contrast.has_direction()) same.set_direction(contrast.direction());
  same.set_statement(contrast.statement());
  same.set_measure_text(contrast.measure_text());
  return ContrastText(same);
}

std::vector<std::string> ComponentTexts(const v1::Arm& arm) {
  std::vector<std::string> texts;
  for (const v1::DrugComponent& drug : arm.drugs()) {
    texts.push_back(DrugText(drug));
  }
  for (const v1::RadiotherapyComponent& radiotherapy : arm.radiotherapies()) {
    texts.push_back(RadiotherapyText(radiotherapy));
  }
  for (const v1::SurgeryComponent& surgery : arm.surgeries()) {
    texts.push_back(absl::StrReplaceAll(surgery.procedure(), {{"-", " "}}));
  }
  for (const v1::OtherComponent& other : arm.other_components()) {
    texts.push_back(absl::StrReplaceAll(other.title(), {{"-", " "}}));
  }
  return texts;
}

std::string ParticipantsText(const v1::Arm& arm) {
  std::vector<std::string> texts;
  for (const v1::ParticipantCount& count : arm.participant_counts()) {
    texts.push_back(absl::StrCat(
        count.count(),
        count.has_population()
            ? absl::StrCat(" (", EnumText(count.population()), ")")
            : ""));
  }
  return texts.empty() ? "not recorded" : absl::StrJoin(texts, ", ");
}

std::string IdOf(absl::string_view name) {
  const size_t slash = name.rfind('/');
  return std::string(slash == absl::string_view::npos ? name
                                                      : name.substr(slash + 1));
}

}  // namespace consilium

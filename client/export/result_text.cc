#include "client/export/result_text.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "proto/base/element_key.h"
#include "proto/base/number_text.h"
#include "proto/base/words.h"

namespace consilium {
namespace {

constexpr char kNoNumber[] = "no number printed";

std::string BoundText(bool has, double value, v1::ValueStatus status) {
  if (status == v1::VALUE_STATUS_NOT_REACHED) return "not reached";
  if (status == v1::VALUE_STATUS_NOT_ESTIMABLE) return "not estimable";
  return has ? ShortestDecimal(value) : "not reported";
}

std::string IntervalText(const v1::Interval& interval) {
  const absl::string_view kind =
      interval.kind() == v1::INTERVAL_KIND_CREDIBLE     ? "CrI"
      : interval.kind() == v1::INTERVAL_KIND_PREDICTION ? "PI"
                                                        : "CI";
  return absl::StrCat(
      "(",
      interval.has_level()
          ? absl::StrCat(ShortestDecimal(interval.level()), "% ")
          : "",
      kind, " ",
      BoundText(interval.has_low(), interval.low(), interval.low_status()),
      " to ",
      BoundText(interval.has_high(), interval.high(), interval.high_status()),
      interval.has_level() ? "" : ", level not stated", ")");
}

// Events of participants: "5 of 68".
std::string CountsText(bool has_part, int part, bool has_whole, int whole) {
  if (has_part && has_whole) return absl::StrCat(part, " of ", whole);
  if (has_part) return absl::StrCat(part, part == 1 ? " event" : " events");
  return has_whole ? absl::StrCat("n = ", whole) : "";
}

std::string ArmTitle(const std::string& reference, const Study& study) {
  const std::string id = IdOf(reference);
  for (const v1::Arm& arm : study.arms) {
    if (IdOf(arm.name()) == id) {
      return arm.title().empty() ? KebabWords(id) : arm.title();
    }
  }
  return reference;
}

std::string TimeText(bool has_time, const v1::Quantity& time) {
  return has_time ? absl::StrCat("at ", QuantityWords(time)) : "";
}

template <typename Result>
std::string PopulationText(const Result& result) {
  return result.has_population()
             ? absl::StrCat(EnumWords(result.population()), " population")
             : "";
}

std::string AdjustmentText(const v1::Adjustment& adjustment) {
  std::vector<std::string> variables;
  for (const std::string& variable : adjustment.variables()) {
    variables.push_back(KebabWords(variable));
  }
  const std::string kind = EnumWords(adjustment.kind());
  if (variables.empty()) return kind;
  return absl::StrCat(kind.empty() ? "adjusted" : kind, " for ",
                      absl::StrJoin(variables, ", "));
}

// In a subgroup the names of genes and mutations stand in capitals.
std::string TermText(const v1::Subgroup& subgroup) {
  return subgroup.kind() == v1::TERM_KIND_BIOMARKER
             ? absl::AsciiStrToUpper(subgroup.term())
             : KebabWords(subgroup.term());
}

std::string LevelText(const v1::Subgroup& subgroup) {
  std::vector<std::string> words = absl::StrSplit(subgroup.level(), '-');
  for (std::string& word : words) {
    const bool is_mutation = subgroup.kind() == v1::TERM_KIND_BIOMARKER &&
                             word.size() > 2 && absl::ascii_isalpha(word[0]) &&
                             absl::ascii_isdigit(word[1]);
    const bool is_stage = subgroup.kind() == v1::TERM_KIND_STAGE &&
                          !word.empty() && (word[0] == 'i' || word[0] == 'v') &&
                          word.find_first_not_of("ivabc") == std::string::npos;
    if (is_mutation || is_stage) word = absl::AsciiStrToUpper(word);
  }
  return KebabWords(absl::StrJoin(words, "-"));
}

template <typename Result>
std::string GradeText(const Result& result) {
  const v1::GradeBand& grade = result.grade();
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
      return EnumWords(grade.kind());
  }
}

}  // namespace

std::string SubgroupText(const v1::Subgroup& subgroup) {
  if (subgroup.level() == "yes") return TermText(subgroup);
  if (subgroup.level() == "no") {
    return absl::StrCat(TermText(subgroup), ": no");
  }
  return JoinWords({TermText(subgroup),
                    absl::StrCat(ComparatorWords(subgroup.comparator()),
                                 LevelText(subgroup)),
                    subgroup.unit()},
                   " ");
}

std::string GroupText(const v1::Group& group, const Study& study) {
  std::vector<std::string> titles;
  for (const std::string& arm : group.arms()) {
    titles.push_back(ArmTitle(arm, study));
  }
  std::string text = absl::StrJoin(titles, " + ");
  if (group.has_external()) {
    text = absl::StrCat(group.external(), " (outside the study)");
  } else if (group.has_printed_number()) {
    text = absl::StrCat("Group ", group.printed_number(),
                        " in the printed order; arm not stated");
  } else if (group.scope() == v1::GROUP_SCOPE_NOT_STATED) {
    text = titles.empty() ? "Arm not stated"
                          : absl::StrCat("Arm not stated, of: ", text);
  } else if (group.scope() == v1::GROUP_SCOPE_EACH) {
    text = titles.empty()
               ? "Each arm"
               : absl::StrCat("Each of: ", absl::StrJoin(titles, "; "));
  } else if (titles.empty()) {
    text = "All participants";
  }
  std::vector<std::string> terms;
  for (const v1::Subgroup& subgroup : group.subgroups()) {
    terms.push_back(SubgroupText(subgroup));
  }
  return terms.empty()
             ? text
             : absl::StrCat(text, "; subgroup: ", absl::StrJoin(terms, ", "));
}

std::string EndpointText(const v1::Endpoint& endpoint) {
  if (!endpoint.title().empty()) return endpoint.title();
  std::string words = KebabWords(endpoint.measure_text());
  const auto* const measure =
      v1::Measure_descriptor()->FindValueByNumber(endpoint.measure());
  if (words.empty() && measure != nullptr) {
    words = EnumWords(measure);
    const std::string token = EnumToken(*measure);
    if (token.size() <= 4 && token != words) {
      absl::StrAppend(&words, " (", absl::AsciiStrToUpper(token), ")");
    }
  }
  return Capitalized(
      JoinWords({JoinWords({EnumWords(endpoint.compartment()), words}, " "),
                 endpoint.has_assessor()
                     ? absl::StrCat("by ", EnumWords(endpoint.assessor()))
                     : ""},
                ", "));
}

std::string StatisticText(const v1::Estimate& estimate) {
  const std::string statistic = estimate.statistic() == v1::STATISTIC_NOT_STATED
                                    ? "statistic not stated"
                                    : EnumWords(estimate.statistic());
  return Capitalized(JoinWords(
      {JoinWords({statistic, TimeText(estimate.has_time(), estimate.time())},
                 " "),
       estimate.category(),
       estimate.method_text().empty()
           ? Capitalized(EnumWords(estimate.method()))
           : estimate.method_text(),
       PopulationText(estimate)},
      ", "));
}

std::string StatisticText(const v1::Contrast& contrast) {
  std::string measure = EnumWords(contrast.measure());
  if (contrast.measure() == v1::EFFECT_MEASURE_TEST) measure = "comparison";
  if (contrast.measure() == v1::EFFECT_MEASURE_OTHER) {
    measure = contrast.measure_text();
  }
  return Capitalized(JoinWords(
      {JoinWords({measure, TimeText(contrast.has_time(), contrast.time())},
                 " "),
       AdjustmentText(contrast.adjustment()), PopulationText(contrast)},
      ", "));
}

std::string DispersionText(const v1::Dispersion& dispersion) {
  std::string text;
  if (dispersion.has_value()) {
    text = absl::StrCat("± ", ShortestDecimal(dispersion.value()));
  } else if (dispersion.has_low() || dispersion.has_high()) {
    text = absl::StrCat(
        BoundText(dispersion.has_low(), dispersion.low(), {}), " to ",
        BoundText(dispersion.has_high(), dispersion.high(), {}));
  }
  const std::string kind = dispersion.kind() == v1::DISPERSION_KIND_NOT_STATED
                               ? "kind not stated"
                               : EnumWords(dispersion.kind());
  return text.empty() ? "" : absl::StrCat(text, " (", kind, ")");
}

std::string ValueText(const v1::Estimate& estimate) {
  std::string value;
  if (estimate.has_value()) {
    value = absl::StrCat(ComparatorWords(estimate.comparator()),
                         NumberWords(estimate.value(), estimate.unit()));
  } else if (estimate.has_value_low() || estimate.has_value_high()) {
    v1::Quantity range;
    if (estimate.has_value_low()) range.set_low(estimate.value_low());
    if (estimate.has_value_high()) range.set_high(estimate.value_high());
    range.set_unit(estimate.unit());
    value = QuantityWords(range);
  } else {
    value = EnumWords(estimate.status());
  }
  const std::string number = JoinWords(
      {value,
       estimate.has_dispersion() ? DispersionText(estimate.dispersion()) : "",
       estimate.has_interval() ? IntervalText(estimate.interval()) : ""},
      " ");
  const std::string text = JoinWords(
      {number,
       CountsText(estimate.has_events(), estimate.events(),
                  estimate.has_participants(), estimate.participants()),
       estimate.statement()},
      "; ");
  return text.empty() ? kNoNumber : text;
}

std::string ValueText(const v1::Contrast& contrast) {
  const std::string number = JoinWords(
      {contrast.has_value() ? NumberWords(contrast.value(), contrast.unit())
                            : "",
       contrast.has_interval() ? IntervalText(contrast.interval()) : ""},
      " ");
  const std::string text = JoinWords(
      {number, EnumWords(contrast.direction()), contrast.statement(),
       CountsText(contrast.has_events(), contrast.events(),
                  contrast.has_participants(), contrast.participants())},
      "; ");
  return text.empty() ? kNoNumber : text;
}

std::string ComparisonText(const v1::Contrast& contrast, const Study& study) {
  if (contrast.among_size() > 0) {
    std::vector<std::string> groups;
    for (const v1::Group& group : contrast.among()) {
      groups.push_back(GroupText(group, study));
    }
    return absl::StrJoin(groups, " versus ");
  }
  return absl::StrCat(GroupText(contrast.group(), study), " versus ",
                      contrast.has_reference()
                          ? GroupText(contrast.reference(), study)
                          : "a comparator not stated");
}

std::string PValueText(const v1::PValue& p_value) {
  std::string number;
  if (p_value.has_value()) {
    const std::string comparator = ComparatorWords(p_value.comparator());
    number = absl::StrCat("P ", comparator.empty() ? "= " : comparator,
                          ShortestDecimal(p_value.value()));
  }
  return JoinWords(
      {number,
       p_value.has_significance()
           ? absl::StrCat("“", EnumWords(p_value.significance()), "”")
           : "",
       p_value.test(),
       p_value.has_sides() ? absl::StrCat(EnumWords(p_value.sides()), "-sided")
                           : ""},
      ", ");
}

std::string AdverseEventText(const v1::AdverseEvent& event) {
  const std::string name =
      event.title().empty() ? KebabWords(event.term()) : event.title();
  return Capitalized(JoinWords(
      {event.term() == "any" && event.title().empty() ? "any adverse event"
                                                      : name,
       event.has_assessment()
           ? absl::StrCat(EnumWords(event.assessment()), " assessment")
           : "",
       event.has_attribution()
           ? absl::StrCat("put down to ", EnumWords(event.attribution()))
           : "",
       event.has_ctcae_version() ? absl::StrCat("CTCAE ", event.ctcae_version())
                                 : ""},
      ", "));
}

std::string BandText(const v1::AdverseEventCount& count) {
  return Capitalized(JoinWords(
      {GradeText(count), EnumWords(count.period()),
       TimeText(count.has_time(), count.time()), PopulationText(count)},
      ", "));
}

std::string BandText(const v1::AdverseEventContrast& contrast) {
  return Capitalized(
      JoinWords({GradeText(contrast), EnumWords(contrast.period()),
                 StatisticText(AsContrast(contrast))},
                ", "));
}

std::string ValueText(const v1::AdverseEventCount& count) {
  const std::string number =
      JoinWords({count.has_percentage()
                     ? absl::StrCat(ComparatorWords(count.comparator()),
                                    NumberWords(count.percentage(), "%"))
                     : "",
                 count.has_interval() ? IntervalText(count.interval()) : ""},
                " ");
  const std::string text = JoinWords(
      {number,
       CountsText(count.has_affected(), count.affected(), count.has_at_risk(),
                  count.at_risk()),
       count.has_event_count() ? absl::StrCat(count.event_count(), " events")
                               : "",
       EnumWords(count.occurrence()), count.statement()},
      "; ");
  return text.empty() ? kNoNumber : text;
}

v1::Contrast AsContrast(const v1::AdverseEventContrast& contrast) {
  v1::Contrast same;
  if (contrast.has_group()) *same.mutable_group() = contrast.group();
  if (contrast.has_reference()) {
    *same.mutable_reference() = contrast.reference();
  }
  *same.mutable_among() = contrast.among();
  if (contrast.has_population()) same.set_population(contrast.population());
  if (contrast.has_measure()) same.set_measure(contrast.measure());
  if (contrast.has_adjustment()) {
    *same.mutable_adjustment() = contrast.adjustment();
  }
  if (contrast.has_value()) same.set_value(contrast.value());
  if (contrast.has_unit()) same.set_unit(contrast.unit());
  if (contrast.has_interval()) *same.mutable_interval() = contrast.interval();
  if (contrast.has_p_value()) *same.mutable_p_value() = contrast.p_value();
  if (contrast.has_direction()) same.set_direction(contrast.direction());
  if (contrast.has_statement()) same.set_statement(contrast.statement());
  if (contrast.has_measure_text()) {
    same.set_measure_text(contrast.measure_text());
  }
  return same;
}

}  // namespace consilium

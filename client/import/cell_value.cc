#include "client/import/cell_value.h"

#include <re2/re2.h>

#include <cmath>
#include <limits>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "client/import/citation_text.h"
#include "client/import/ctgov_values.h"
#include "client/import/screening_words.h"
#include "client/import/text_pattern.h"
#include "consilium/v1/adverse_event.pb.h"
#include "consilium/v1/common.pb.h"
#include "consilium/v1/endpoint.pb.h"
#include "consilium/v1/trial.pb.h"
#include "proto/base/enum_text.h"
#include "proto/base/field_name.h"
#include "proto/base/quantity.h"
#include "proto/base/record_traits.h"

namespace consilium {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr char kKebabPattern[] = "[a-z0-9]+(-[a-z0-9]+)*";

// The field that a cell states of a message which stands for more.
const char* MainField(const Descriptor& message) {
  static const auto& fields =
      *new std::map<std::string, const char*>{{"Fact", "answer"},
                                              {"Count", "value"},
                                              {"Adjustment", "kind"},
                                              {"Dose", "amount"},
                                              {"Timing", "relation"}};
  const auto found = fields.find(std::string(message.name()));
  return found == fields.end() ? nullptr : found->second;
}

// The words of `text` in the forms in which schemas and people write them.
const EnumValueDescriptor* PlainEnum(const EnumDescriptor& type,
                                     absl::string_view text) {
  const std::string kebab = KebabOf(text);
  for (const std::string& form :
       {std::string(text), absl::AsciiStrToLower(text), kebab,
        absl::StrReplaceAll(kebab, {{"-", ""}})}) {
    const auto* value = form.empty() ? nullptr : ParseEnum(type, form);
    if (value != nullptr && value->number() != 0) return value;
  }
  return nullptr;
}

std::optional<int> YesOrNo(absl::string_view text) {
  static const auto& words =
      *new std::map<std::string, int>{{"yes", v1::ANSWER_YES},
                                      {"y", v1::ANSWER_YES},
                                      {"true", v1::ANSWER_YES},
                                      {"no", v1::ANSWER_NO},
                                      {"n", v1::ANSWER_NO},
                                      {"false", v1::ANSWER_NO},
                                      {"unclear", v1::ANSWER_NOT_STATED}};
  const auto found = words.find(absl::AsciiStrToLower(text));
  if (found == words.end()) return std::nullopt;
  return found->second;
}

// What stands in place of a probability: "NS", "P = n.s.".
std::optional<v1::Significance> SignificanceOf(absl::string_view text) {
  static constexpr char kBefore[] =
      "^\\s*\\(?(?:p(?:[ -]?value)?\\s*[=:]?\\s*)?(?:statistically )?";
  if (Says(text, absl::StrCat(kBefore,
                              "(?:n\\.? ?s\\.?|(?:not|non|no)[ -]?(?:"
                              "statistically )?sig(?:nificant|\\.)?(?: "
                              "difference)?)\\)?\\s*$"))) {
    return v1::SIGNIFICANCE_NOT_SIGNIFICANT;
  }
  if (Says(text, absl::StrCat(kBefore, "sig(?:nificant|\\.)?\\)?\\s*$"))) {
    return v1::SIGNIFICANCE_SIGNIFICANT;
  }
  return std::nullopt;
}

// "Phase II", "2".
int PhaseOf(absl::string_view text) {
  std::string digits;
  if (!RE2::FullMatch(Piece(text),
                      Pattern("(?i)\\s*(?:phase)?\\s*([1-4]|IV|I{1,3})\\s*"),
                      &digits)) {
    return 0;
  }
  static const auto& phases = *new std::map<std::string, int>{
      {"1", v1::PHASE_PHASE1}, {"i", v1::PHASE_PHASE1},
      {"2", v1::PHASE_PHASE2}, {"ii", v1::PHASE_PHASE2},
      {"3", v1::PHASE_PHASE3}, {"iii", v1::PHASE_PHASE3},
      {"4", v1::PHASE_PHASE4}, {"iv", v1::PHASE_PHASE4}};
  return phases.at(absl::AsciiStrToLower(digits));
}

// The value of `type` that `text` names, in the schema's words or a report's.
const EnumValueDescriptor* EnumOf(const EnumDescriptor& type,
                                  absl::string_view text) {
  const EnumValueDescriptor* value = PlainEnum(type, text);
  if (value != nullptr) return value;
  const absl::string_view name = type.name();
  int number = 0;
  if (name == "Measure" && MeasureOf(text) != v1::MEASURE_OTHER) {
    number = MeasureOf(text);
  } else if (name == "EffectMeasure" &&
             EffectOf(text) != v1::EFFECT_MEASURE_OTHER) {
    number = EffectOf(text);
  } else if (name == "Phase") {
    number = PhaseOf(text);
  } else if (name == "Assessor") {
    number = AssessorOf(text);
  } else if (name == "Compartment") {
    number = CompartmentOf(text);
  } else if (name == "AnalysisPopulation") {
    number = PopulationOf(text);
  } else if (name == "Answer") {
    number = YesOrNo(text).value_or(0);
  } else if (name == "ScreeningDecisionKind") {
    number = DecisionOf(text);
  } else if (name == "ScreeningStage") {
    number = StageOf(text);
  }
  return number == 0 ? nullptr : type.FindValueByNumber(number);
}

std::string EnumWish(const EnumDescriptor& type) {
  return absl::StrCat("want one of ", absl::StrJoin(EnumTexts(type), ", "),
                      "; `values` of the map translates");
}

std::string NumberWish(absl::string_view text, bool decimal_comma) {
  if (!decimal_comma && Says(text, "^[-+]?[0-9]*,[0-9]+%?$")) {
    return "want a number with a decimal point and no mark of thousands; a "
           "sheet with decimal commas has `decimalComma: true` in its map";
  }
  if (decimal_comma && Says(text, "^[-+]?[0-9]*\\.[0-9]+%?$")) {
    return "want a number with a decimal comma, as the map says";
  }
  return "want a number";
}

// Quantities are read with the unit spelled out as well: "12 months".
bool SetQuantity(absl::string_view text, bool decimal_comma, Message& message) {
  std::string plain(text);
  if (decimal_comma) plain = absl::StrReplaceAll(plain, {{",", "."}});
  if (QuantityFromText(plain, message)) {
    const FieldDescriptor* field =
        message.GetDescriptor()->FindFieldByName("unit");
    const auto& reflection = *message.GetReflection();
    const std::string code = UnitOf(reflection.GetString(message, field));
    if (!code.empty()) reflection.SetString(&message, field, code);
    return true;
  }
  std::string number, unit;
  static const RE2& form = *new RE2(
      "([-+]?[0-9.,]+(?:\\s*(?:-|–|to|\\.\\.)\\s*[0-9.,]+)?)[\\s-]*(\\S.*)");
  if (!RE2::FullMatch(plain, form, &number, &unit)) return false;
  const std::string code = UnitOf(unit);
  number = absl::StrReplaceAll(
      number, {{"–", ".."}, {"-", ".."}, {"to", ".."}, {" ", ""}});
  return QuantityFromText(absl::StrCat(number, " ", code.empty() ? unit : code),
                          message);
}

bool SetInterval(absl::string_view text, bool decimal_comma,
                 v1::Interval& interval) {
  const std::string number =
      decimal_comma ? "([-+]?[0-9]*,?[0-9]+)" : "([-+]?[0-9]*[.·]?[0-9]+)";
  const std::string between = decimal_comma ? "(?:-|–|to|;)" : "(?:-|–|to|,|;)";
  std::string level, low, high;
  if (!RE2::FullMatch(
          Piece(text),
          Pattern(absl::StrCat("(?i)\\s*(?:([0-9.]+) ?%)?\\s*(?:CI)?[:,]?\\s*"
                               "[\\[(]?\\s*",
                               number, "\\s*", between, "\\s*", number,
                               "\\s*[\\])]?\\s*")),
          &level, &low, &high)) {
    return false;
  }
  const auto from = CellNumber(low, decimal_comma);
  const auto to = CellNumber(high, decimal_comma);
  double percent = 0;
  if (!from || !to) return false;
  interval.set_low(*from);
  interval.set_high(*to);
  if (absl::SimpleAtod(level, &percent)) interval.set_level(percent);
  return true;
}

bool SetGradeBand(absl::string_view text, v1::GradeBand& band) {
  const std::string plain =
      absl::StrReplaceAll(absl::AsciiStrToLower(text), {{"grades", ""},
                                                        {"grade", ""},
                                                        {"ctcae", ""},
                                                        {"≥", ">="},
                                                        {"≤", "<="},
                                                        {"–", "-"}});
  int low = 0, high = 0;
  const auto set = [&](v1::GradeBandKind kind) {
    band.set_kind(kind);
    return true;
  };
  if (RE2::FullMatch(plain, "\\s*(any|all|1-5)\\s*")) {
    return set(v1::GRADE_BAND_KIND_ANY);
  }
  if (RE2::FullMatch(plain, "\\s*serious\\s*")) {
    return set(v1::GRADE_BAND_KIND_SERIOUS);
  }
  if (RE2::FullMatch(plain, "\\s*severe\\s*")) {
    return set(v1::GRADE_BAND_KIND_SEVERE);
  }
  if (RE2::FullMatch(plain, "\\s*not[- ]stated\\s*")) {
    return set(v1::GRADE_BAND_KIND_NOT_STATED);
  }
  if (RE2::FullMatch(plain, "\\s*([1-5])\\s*(?:-|to)\\s*([1-5])\\s*", &low,
                     &high) &&
      low < high) {
    // Up to the worst grade is a grade or above, as it is mostly printed.
    band.set_low(low);
    if (high == 5) return set(v1::GRADE_BAND_KIND_AT_LEAST);
    band.set_high(high);
    return set(v1::GRADE_BAND_KIND_RANGE);
  }
  if (RE2::FullMatch(plain, "\\s*(?:>=|at[- ]least)\\s*-?([1-5])\\s*", &low) ||
      RE2::FullMatch(plain,
                     "\\s*([1-5])\\s*(?:\\+|(?:or|and) (?:higher|above|worse))"
                     "\\s*",
                     &low)) {
    band.set_low(low);
    return set(v1::GRADE_BAND_KIND_AT_LEAST);
  }
  if (RE2::FullMatch(plain, "\\s*(?:<=|at[- ]most)\\s*-?([1-5])\\s*", &low)) {
    band.set_low(low);
    return set(v1::GRADE_BAND_KIND_AT_MOST);
  }
  if (RE2::FullMatch(plain, "\\s*(?:exact-)?([1-5])\\s*", &low)) {
    band.set_low(low);
    return set(v1::GRADE_BAND_KIND_EXACT);
  }
  return false;
}

// "egfr=l858r", "age >= 65"; a term alone holds.
bool SetSubgroup(absl::string_view text, v1::Subgroup& subgroup) {
  std::string term, sign, level;
  if (!RE2::FullMatch(Piece(text),
                      Pattern("\\s*([^<>=≥≤]+?)\\s*(?:(<=|>=|≤|≥|<|>|=)\\s*"
                              "(.+?))?\\s*"),
                      &term, &sign, &level)) {
    return false;
  }
  subgroup.set_term(KebabOf(term, 80));
  // Equality is not said.
  const auto comparator = ComparatorOf(sign);
  if (comparator != v1::COMPARATOR_EQUAL) subgroup.set_comparator(*comparator);
  const bool is_number = CellNumber(level, false).has_value();
  subgroup.set_level(level.empty() ? "yes"
                     : is_number   ? level
                                   : KebabOf(level, 80));
  return !subgroup.term().empty() && !subgroup.level().empty();
}

class CellSetter {
 public:
  CellSetter(absl::string_view text, const CellRules& rules)
      : text_(text), rules_(rules) {}

  std::string Set(absl::string_view path, Message& message) {
    Message* holder = &message;
    while (true) {
      const size_t dot = path.find('.');
      const FieldDescriptor& field =
          *FieldCalled(*holder->GetDescriptor(), path.substr(0, dot));
      if (dot == absl::string_view::npos) return SetField(field, *holder);
      const auto& reflection = *holder->GetReflection();
      if (!field.is_repeated()) {
        holder = reflection.MutableMessage(holder, &field);
      } else if (reflection.FieldSize(*holder, &field) > 0) {
        holder = reflection.MutableRepeatedMessage(holder, &field, 0);
      } else {
        holder = reflection.AddMessage(holder, &field);
      }
      path.remove_prefix(dot + 1);
    }
  }

 private:
  std::string SetField(const FieldDescriptor& field, Message& holder) {
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_DOUBLE:
      case FieldDescriptor::CPPTYPE_INT32:
        return SetNumber(field, holder);
      case FieldDescriptor::CPPTYPE_BOOL: {
        const auto answer = YesOrNo(text_);
        if (!answer || *answer == v1::ANSWER_NOT_STATED)
          return "want yes or no";
        holder.GetReflection()->SetBool(&holder, &field,
                                        *answer == v1::ANSWER_YES);
        return "";
      }
      case FieldDescriptor::CPPTYPE_ENUM:
        return SetEnum(field, holder);
      case FieldDescriptor::CPPTYPE_STRING:
        return SetTexts(field, holder);
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return SetMessage(field, holder);
      default:
        return "is of a type that a cell cannot state";
    }
  }

  // Says in the field's place why there is no number.
  bool SetStatus(const FieldDescriptor& field, Message& holder) {
    const Descriptor& message = *holder.GetDescriptor();
    const FieldDescriptor* status =
        message.FindFieldByName(absl::StrCat(field.name(), "_status"));
    if (status == nullptr && field.name() == "value") {
      status = message.FindFieldByName("status");
    }
    if (status == nullptr || status->enum_type() == nullptr) return false;
    holder.GetReflection()->SetEnumValue(&holder, status,
                                         rules_.not_reached
                                             ? v1::VALUE_STATUS_NOT_REACHED
                                             : v1::VALUE_STATUS_NOT_ESTIMABLE);
    return true;
  }

  std::string SetNumber(const FieldDescriptor& field, Message& holder) {
    if (rules_.not_reached || rules_.not_estimable) {
      return SetStatus(field, holder) ? "" : "want a number";
    }
    absl::string_view text = text_;
    const auto& reflection = *holder.GetReflection();
    const Descriptor& message = *holder.GetDescriptor();
    const FieldDescriptor* comparator = message.FindFieldByName("comparator");
    const FieldDescriptor* unit = message.FindFieldByName("unit");
    const bool is_value = field.name() == "value";
    v1::Comparator sign = v1::COMPARATOR_UNSPECIFIED;
    if (is_value && comparator != nullptr) {
      std::string word, rest;
      if (absl::ConsumePrefix(&text, "~")) {
        sign = v1::COMPARATOR_APPROXIMATE;
      } else if (RE2::FullMatch(Piece(text), Pattern("(<=|>=|≤|≥|<|>)(.*)"),
                                &word, &rest)) {
        sign = *ComparatorOf(word);
        text.remove_prefix(word.size());
      }
    }
    std::optional<double> number = CellNumber(text, rules_.decimal_comma);
    std::string code;
    if (!number) {
      // "45%", "12.3 months".
      std::string digits, rest;
      if (RE2::FullMatch(Piece(text), Pattern("([-+0-9.,]+)\\s*(\\S.*)"),
                         &digits, &rest)) {
        code = UnitOf(rest);
        if (!code.empty()) number = CellNumber(digits, rules_.decimal_comma);
      }
      const bool percent = code == "%" && (field.name() == "percentage" ||
                                           field.name() == "level");
      if (number && !percent && (!is_value || unit == nullptr)) {
        return "want a number alone";
      }
      if (percent) code.clear();
    }
    if (!number) return NumberWish(text_, rules_.decimal_comma);
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_INT32) {
      if (std::floor(*number) != *number ||
          std::fabs(*number) > std::numeric_limits<int32_t>::max()) {
        return "want a whole number";
      }
      reflection.SetInt32(&holder, &field, static_cast<int32_t>(*number));
    } else {
      reflection.SetDouble(&holder, &field, *number);
    }
    if (sign != 0) reflection.SetEnumValue(&holder, comparator, sign);
    if (!code.empty()) reflection.SetString(&holder, unit, code);
    return "";
  }

  std::vector<std::string> Parts(const char* marks = ";|") const {
    std::vector<std::string> parts;
    for (absl::string_view part :
         absl::StrSplit(text_, absl::ByAnyChar(marks))) {
      part = absl::StripAsciiWhitespace(part);
      if (!part.empty()) parts.emplace_back(part);
    }
    return parts;
  }

  std::string SetEnum(const FieldDescriptor& field, Message& holder) {
    const EnumDescriptor& type = *field.enum_type();
    const auto& reflection = *holder.GetReflection();
    if (!field.is_repeated()) {
      const auto* value = EnumOf(type, text_);
      if (value == nullptr) return EnumWish(type);
      reflection.SetEnum(&holder, &field, value);
      return "";
    }
    // "Phase 2/3".
    for (const std::string& part :
         Parts(type.name() == "Phase" ? ";|/" : ";|")) {
      const auto* value = EnumOf(type, part);
      if (value == nullptr) return EnumWish(type);
      reflection.AddEnum(&holder, &field, value);
    }
    return "";
  }

  std::string SetTexts(const FieldDescriptor& field, Message& holder) {
    const auto& reflection = *holder.GetReflection();
    if (!field.is_repeated()) {
      std::string text = TextFor(field, text_);
      // A remark of several columns is one.
      const std::string before = reflection.GetString(holder, &field);
      const bool joins = field.name() == "note" || field.name() == "locator";
      if (joins && !before.empty()) text = absl::StrCat(before, "; ", text);
      reflection.SetString(&holder, &field, std::move(text));
      return "";
    }
    for (const std::string& part : Parts()) {
      reflection.AddString(&holder, &field, TextFor(field, part));
    }
    return "";
  }

  static std::string TextFor(const FieldDescriptor& field,
                             absl::string_view text) {
    const v1::FieldRules& rules = RulesOf(field);
    if (rules.pattern() == kKebabPattern && rules.reference().empty()) {
      return KebabOf(text, rules.has_max_size()
                               ? static_cast<size_t>(rules.max_size())
                               : 120);
    }
    if (field.name() == "unit") {
      const std::string code = UnitOf(text);
      if (!code.empty()) return code;
    }
    if (field.name() == "doi") {
      const std::string doi = FindDoi(text);
      if (!doi.empty()) return doi;
    }
    if (field.name() == "pmid") {
      absl::ConsumePrefix(&text, "PMID");
      return std::string(
          absl::StripLeadingAsciiWhitespace(absl::StripPrefix(text, ":")));
    }
    if (field.name() == "measure_text") return KebabOf(text, 200);
    return std::string(text);
  }

  std::string SetMessage(const FieldDescriptor& field, Message& holder) {
    const auto& reflection = *holder.GetReflection();
    Message& message = field.is_repeated()
                           ? *reflection.AddMessage(&holder, &field)
                           : *reflection.MutableMessage(&holder, &field);
    const absl::string_view name = field.message_type()->name();
    if (IsQuantity(*field.message_type())) {
      // The unit may stand in another cell, or in a constant.
      const auto* unit = message.GetDescriptor()->FindFieldByName("unit");
      const std::string code =
          message.GetReflection()->GetString(message, unit);
      const std::string text =
          code.empty() || !CellNumber(text_, rules_.decimal_comma)
              ? std::string(text_)
              : absl::StrCat(text_, " ", code);
      return SetQuantity(text, rules_.decimal_comma, message)
                 ? ""
                 : "want a number with its unit, as in 12 mo";
    }
    if (name == "PValue") {
      if (const auto words = SignificanceOf(text_)) {
        static_cast<v1::PValue&>(message).set_significance(*words);
        return "";
      }
      const auto p = PValueOf(rules_.decimal_comma
                                  ? absl::StrReplaceAll(text_, {{",", "."}})
                                  : std::string(text_));
      if (!p) return "want a probability, as in 0.016, <0.001 or NS";
      message.MergeFrom(*p);
      return "";
    }
    if (name == "Interval") {
      return SetInterval(text_, rules_.decimal_comma,
                         static_cast<v1::Interval&>(message))
                 ? ""
                 : "want two bounds, as in 0.41-0.94";
    }
    if (name == "GradeBand") {
      return SetGradeBand(text_, static_cast<v1::GradeBand&>(message))
                 ? ""
                 : "want grades, as in any, 2, 3-4, >=3 or serious";
    }
    if (name == "Subgroup") {
      return SetSubgroup(text_, static_cast<v1::Subgroup&>(message))
                 ? ""
                 : "want a term, as in egfr=l858r";
    }
    const FieldDescriptor& main =
        *FieldCalled(*field.message_type(), MainField(*field.message_type()));
    return SetField(main, message);
  }

  const absl::string_view text_;
  const CellRules& rules_;
};

}  // namespace

bool IsCellMessage(const Descriptor& message) {
  const absl::string_view name = message.name();
  return IsQuantity(message) || name == "PValue" || name == "Interval" ||
         name == "GradeBand" || name == "Subgroup" || name == "Group" ||
         MainField(message) != nullptr;
}

std::optional<double> CellNumber(absl::string_view text, bool decimal_comma) {
  std::string plain = absl::StrReplaceAll(absl::StripAsciiWhitespace(text),
                                          {{"−", "-"}, {"·", "."}, {"٫", "."}});
  if (decimal_comma) {
    if (absl::StrContains(plain, ".")) return std::nullopt;
    plain = absl::StrReplaceAll(plain, {{",", "."}});
  }
  static const RE2& form =
      *new RE2("[-+]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][-+]?[0-9]+)?");
  double number = 0;
  if (!RE2::FullMatch(plain, form) || !absl::SimpleAtod(plain, &number) ||
      !std::isfinite(number)) {
    return std::nullopt;
  }
  return number;
}

std::string SetCell(absl::string_view path, absl::string_view text,
                    const CellRules& rules, Message& message) {
  return CellSetter(text, rules).Set(path, message);
}

}  // namespace consilium

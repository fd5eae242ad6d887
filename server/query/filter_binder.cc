#include "server/query/filter_binder.h"

#include <algorithm>
#include <iterator>
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
#include "consilium/v1/arm.pb.h"
#include "consilium/v1/evidence.pb.h"
#include "consilium/v1/options.pb.h"
#include "proto/base/country.h"
#include "proto/base/field_name.h"
#include "proto/base/suggested_field.h"
#include "proto/base/suggestion.h"
#include "proto/base/units.h"
#include "server/query/errors.h"
#include "server/query/limits.h"

namespace consilium {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;

// How many names an error lists where a command lists them all.
constexpr size_t kNamesListedMax = 12;

constexpr absl::string_view kQuantityName = "Quantity";
constexpr absl::string_view kCountName = "Count";

BindFault Unknown(std::string wish) {
  return {kFilterUnknownField, std::move(wish)};
}

BindFault Mismatch(std::string wish) {
  return {kFilterTypeMismatch, std::move(wish)};
}

// "did you mean 'a', 'b' or 'c'?"
std::string AskWhether(const std::vector<std::string>& meant) {
  std::string text = "did you mean ";
  for (size_t i = 0; i < meant.size(); ++i) {
    const bool is_last = i + 1 == meant.size();
    absl::StrAppend(&text,
                    i == 0    ? ""
                    : is_last ? " or "
                              : ", ",
                    "'", meant[i], "'");
  }
  return absl::StrCat(text, "?");
}

// What `consilium explain` calls the message; empty when it does not know it.
std::string ExplainedName(const Descriptor& message) {
  if (&message == v1::EvidenceRow::descriptor()) return "evidence-row";
  const auto& rules = message.options().GetExtension(consilium::v1::message);
  return rules.has_pattern() ? rules.singular() : "";
}

// The fields of `message`: all, or some and the command that lists all.
std::string ListFields(const Descriptor& message,
                       const std::vector<std::string>& names) {
  const std::string explained = ExplainedName(message);
  if (names.size() <= kNamesListedMax || explained.empty()) {
    return absl::StrJoin(names, ", ");
  }
  return absl::StrCat(
      absl::StrJoin(names.begin(), names.begin() + kNamesListedMax, ", "),
      ", ...; `consilium explain ", explained, "` lists all");
}

std::vector<std::string> FieldNames(const Descriptor& message,
                                    absl::string_view like) {
  std::vector<std::string> names;
  for (int i = 0; i < message.field_count(); ++i) {
    names.push_back(absl::StrContains(like, '_')
                        ? message.field(i)->name()
                        : message.field(i)->json_name());
  }
  return names;
}

// The segments of the pattern of a record's name, "trials", "{trial}".
std::vector<std::string> PatternSegments(const Descriptor& message) {
  const std::string& pattern =
      message.options().GetExtension(consilium::v1::message).pattern();
  if (pattern.empty()) return {};
  return absl::StrSplit(pattern, '/');
}

bool IsVariable(absl::string_view segment) {
  return absl::StartsWith(segment, "{") && absl::EndsWith(segment, "}");
}

absl::string_view VariableName(absl::string_view segment) {
  return segment.substr(1, segment.size() - 2);
}

// Equal in camelCase and snake_case.
bool IsSameWord(absl::string_view a, absl::string_view b) {
  const auto fold = [](absl::string_view word) {
    return absl::StrReplaceAll(absl::AsciiStrToLower(word), {{"_", ""}});
  };
  return fold(a) == fold(b);
}

const FieldDescriptor* NameField(const Descriptor& message) {
  const auto* field = message.FindFieldByName("name");
  return field != nullptr && !field->is_repeated() &&
                 field->type() == FieldDescriptor::TYPE_STRING
             ? field
             : nullptr;
}

bool BindNamePart(const Descriptor& message, absl::string_view part,
                  FilterPath& path) {
  const auto* field = NameField(message);
  if (field == nullptr) return false;
  const std::vector<std::string> segments = PatternSegments(message);
  int from_end = -1;
  if (part == "id") from_end = 0;
  if (part == "registry" && !segments.empty()) {
    from_end = static_cast<int>(segments.size());
  }
  for (size_t i = 0; i < segments.size(); ++i) {
    if (IsVariable(segments[i]) &&
        IsSameWord(VariableName(segments[i]), part)) {
      from_end = static_cast<int>(segments.size() - 1 - i);
    }
  }
  if (from_end < 0) return false;
  path.fields = {field};
  path.name_part = std::string(part);
  path.name_segment_from_end = from_end;
  path.type = FilterType::kString;
  return true;
}

FilterType TypeOfMessage(const Descriptor& message) {
  if (message.full_name() == "google.protobuf.Timestamp") {
    return FilterType::kTimestamp;
  }
  if (message.full_name() == "google.protobuf.Duration") {
    return FilterType::kDuration;
  }
  const auto* value = message.FindFieldByName("value");
  if (value == nullptr || value->is_repeated()) return FilterType::kMessage;
  const bool is_quantity = message.name() == kQuantityName &&
                           value->type() == FieldDescriptor::TYPE_DOUBLE;
  const bool is_count = message.name() == kCountName &&
                        value->type() == FieldDescriptor::TYPE_INT32;
  return is_quantity || is_count ? FilterType::kQuantity : FilterType::kMessage;
}

FilterType TypeOf(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return field.type() == FieldDescriptor::TYPE_BYTES ? FilterType::kBytes
                                                         : FilterType::kString;
    case FieldDescriptor::CPPTYPE_BOOL:
      return FilterType::kBool;
    case FieldDescriptor::CPPTYPE_ENUM:
      return FilterType::kEnum;
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return TypeOfMessage(*field.message_type());
    default:
      return FilterType::kNumber;
  }
}

// The list of plain values that `name` calls by its singular: the phases of
// "phase". Null when there is none.
const FieldDescriptor* ListCalled(const Descriptor& message,
                                  absl::string_view name) {
  if (name.empty()) return nullptr;
  std::vector<std::string> plurals = {absl::StrCat(name, "s")};
  if (name.back() == 'y') {
    plurals.push_back(absl::StrCat(name.substr(0, name.size() - 1), "ies"));
  }
  for (const std::string& plural : plurals) {
    const FieldDescriptor* const field = FieldCalled(message, plural);
    if (field != nullptr && field->is_repeated() &&
        field->message_type() == nullptr) {
      return field;
    }
  }
  return nullptr;
}

// `prefix` is the path to `message`, empty or with a dot at its end.
BindFault UnknownField(const Descriptor& message, bool is_record,
                       absl::string_view prefix, absl::string_view name) {
  if (!name.empty() && absl::ascii_isdigit(name.front())) {
    return Unknown(
        "elements cannot be picked by position; a comparison holds "
        "when any element matches");
  }
  std::vector<std::string> more;
  if (is_record) more = NameParts(message);
  std::vector<std::string> meant = SuggestFields(message, name, more);
  for (std::string& path : meant) path = absl::StrCat(prefix, path);
  if (!meant.empty()) {
    return Unknown(absl::StrCat(message.name(), " has no such field; ",
                                AskWhether(meant)));
  }
  std::vector<std::string> names = FieldNames(message, name);
  names.insert(names.end(), more.begin(), more.end());
  return Unknown(absl::StrCat(message.name(), " has no such field; it has ",
                              ListFields(message, names)));
}

std::optional<absl::int128> ParseInteger(absl::string_view text) {
  int64_t as_signed = 0;
  if (absl::SimpleAtoi(text, &as_signed)) return absl::int128(as_signed);
  uint64_t as_unsigned = 0;
  if (absl::SimpleAtoi(text, &as_unsigned)) return absl::int128(as_unsigned);
  return std::nullopt;
}

bool ParseNumber(absl::string_view text, FilterNumber& number) {
  // Keeps out the words that SimpleAtod also reads: inf, infinity, nan.
  const bool plain =
      !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return absl::ascii_isdigit(static_cast<unsigned char>(c)) || c == '+' ||
               c == '-' || c == '.' || c == 'e' || c == 'E';
      });
  if (!plain || !absl::SimpleAtod(text, &number.real)) return false;
  if (const auto integer = ParseInteger(text)) number.integer = *integer;
  return true;
}

// Whether `text` is a word for a value that is not there.
bool IsWordForNothing(absl::string_view text) {
  constexpr absl::string_view kWords[] = {"null", "none",  "absent",
                                          "nil",  "empty", "missing"};
  const std::string word = absl::AsciiStrToLower(text);
  return std::find(std::begin(kWords), std::end(kWords), word) !=
         std::end(kWords);
}

BindFault BindNumber(absl::string_view text, FilterNode& node) {
  FilterNumber number;
  if (ParseNumber(text, number)) {
    node.operand = number;
    return {};
  }
  absl::string_view digits, unit;
  if (SplitUnit(text, digits, unit) && ParseNumber(digits, number)) {
    return Mismatch(absl::StrCat(node.path.ToString(),
                                 " is a number without a unit; write ", digits,
                                 " without \"", unit, "\""));
  }
  const std::string name = node.path.ToString();
  return Mismatch(absl::StrCat(
      name, " is a number; write one such as 42 or 0.71",
      IsWordForNothing(text)
          ? absl::StrCat("; NOT ", name, ":* asks for those without one")
          : ""));
}

// Whether quantities of `field` may carry `unit`, or one that converts into it.
bool TakesUnit(const FieldDescriptor& field, absl::string_view unit) {
  const auto& units =
      field.options().GetExtension(consilium::v1::field).units();
  return units.empty() ||
         std::any_of(units.begin(), units.end(), [unit](const auto& each) {
           return UnitFactor(unit, each).has_value();
         });
}

BindFault BindUnit(absl::string_view word, const FilterNode& node,
                   FilterQuantity& quantity) {
  const std::string path = node.path.ToString();
  const FieldDescriptor& field = *node.path.fields.back();
  if (field.message_type()->name() == kCountName) {
    return Mismatch(
        absl::StrCat(path, " is a number of things; leave out \"", word, "\""));
  }
  const absl::string_view unit = UnitCalled(word);
  quantity.unit = std::string(unit.empty() ? word : unit);
  if (TakesUnit(field, quantity.unit)) return {};
  const std::string meant = SuggestUnit(word);
  const bool fits = !meant.empty() && TakesUnit(field, UnitCalled(meant));
  return Mismatch(absl::StrCat(
      path, " is measured in ",
      absl::StrJoin(field.options().GetExtension(consilium::v1::field).units(),
                    ", "),
      ", not in \"", word, "\"",
      fits ? absl::StrCat("; did you mean \"", meant, "\"?") : ""));
}

BindFault BindQuantity(absl::string_view text, FilterNode& node) {
  FilterQuantity quantity;
  absl::string_view number, unit;
  if (!SplitUnit(text, number, unit) || !ParseNumber(number, quantity.value)) {
    return Mismatch(absl::StrCat(
        node.path.ToString(),
        " is a quantity; write a number such as 60, or with its unit "
        "\"60 Gy\""));
  }
  if (!unit.empty()) {
    if (BindFault fault = BindUnit(unit, node, quantity); !fault.ok()) {
      return fault;
    }
  }
  node.operand = quantity;
  return {};
}

BindFault BindBool(absl::string_view text, FilterNode& node) {
  const std::string word = absl::AsciiStrToLower(text);
  if (word != "true" && word != "false" && word != "yes" && word != "no") {
    return Mismatch(
        absl::StrCat(node.path.ToString(), " is true or false; write one"));
  }
  node.operand = word == "true" || word == "yes";
  return {};
}

std::string UpperSnakeCase(absl::string_view camel) {
  std::string snake;
  for (size_t i = 0; i < camel.size(); ++i) {
    const bool starts_word =
        i > 0 && absl::ascii_isupper(camel[i]) &&
        (!absl::ascii_isupper(camel[i - 1]) ||
         (i + 1 < camel.size() && absl::ascii_islower(camel[i + 1])));
    if (starts_word) snake.push_back('_');
    snake.push_back(absl::ascii_toupper(camel[i]));
  }
  return snake;
}

// Lower case with hyphens: the form in which enum words are compared.
std::string Kebab(absl::string_view word) {
  return absl::StrReplaceAll(absl::AsciiStrToLower(word), {{"_", "-"}});
}

std::string WithoutPrefix(const EnumValueDescriptor& value) {
  absl::string_view name = value.name();
  absl::ConsumePrefix(&name,
                      absl::StrCat(UpperSnakeCase(value.type()->name()), "_"));
  return Kebab(name);
}

// The word that files use for the value.
std::string Token(const EnumValueDescriptor& value) {
  const auto& options = value.options();
  return options.HasExtension(consilium::v1::token)
             ? options.GetExtension(consilium::v1::token)
             : WithoutPrefix(value);
}

// Letters and digits of a word for a value, without the name of the type in
// front and with Roman numerals behind that name as digits: "3" of "phase III".
std::string FoldEnumWord(absl::string_view word, const EnumDescriptor& type) {
  static constexpr absl::string_view kRoman[] = {"i", "ii", "iii", "iv"};
  const auto fold = [](absl::string_view text) {
    std::string folded;
    for (const char c : text) {
      if (absl::ascii_isalnum(static_cast<unsigned char>(c))) {
        folded.push_back(absl::ascii_tolower(static_cast<unsigned char>(c)));
      }
    }
    return folded;
  };
  const std::string folded = fold(word);
  absl::string_view rest = folded;
  if (absl::ConsumePrefix(&rest, fold(type.name())) && !rest.empty()) {
    for (size_t i = 0; i < std::size(kRoman); ++i) {
      if (rest == kRoman[i]) return absl::StrCat(i + 1);
    }
  }
  return std::string(rest);
}

// The value that `text` is a word for; null when it is none.
const EnumValueDescriptor* FindEnumValue(const EnumDescriptor& type,
                                         absl::string_view text) {
  const std::string wanted = Kebab(text);
  for (int i = 0; i < type.value_count(); ++i) {
    const EnumValueDescriptor& value = *type.value(i);
    if (wanted == Kebab(Token(value)) || wanted == WithoutPrefix(value) ||
        wanted == Kebab(value.name())) {
      return &value;
    }
  }
  std::string folded = FoldEnumWord(text, type);
  if (folded.empty()) return nullptr;
  // "II" alone, of a field of phases.
  const std::string named = FoldEnumWord(absl::StrCat(type.name(), text), type);
  if (named.size() == 1 && absl::ascii_isdigit(named[0])) folded = named;
  for (int i = 0; i < type.value_count(); ++i) {
    const EnumValueDescriptor& value = *type.value(i);
    if (folded == FoldEnumWord(Token(value), type) ||
        folded == FoldEnumWord(WithoutPrefix(value), type)) {
      return &value;
    }
  }
  return nullptr;
}

// The word for the value that `text` is short for: routes of a drug are, as
// a rule.
absl::string_view WithoutShortForm(const EnumDescriptor& type,
                                   absl::string_view text) {
  static constexpr std::pair<absl::string_view, absl::string_view> kRoutes[] = {
      {"iv", "intravenous"}, {"po", "oral"},         {"per-os", "oral"},
      {"by-mouth", "oral"},  {"sc", "subcutaneous"}, {"im", "intramuscular"}};
  if (&type != v1::Route_descriptor()) return text;
  const std::string word =
      Kebab(absl::StrReplaceAll(text, {{".", ""}, {" ", "-"}}));
  for (const auto& [short_form, full] : kRoutes) {
    if (word == short_form) return full;
  }
  return text;
}

BindFault BindEnum(absl::string_view text, FilterNode& node) {
  const EnumDescriptor& type = *node.path.fields.back()->enum_type();
  text = WithoutShortForm(type, text);
  if (const EnumValueDescriptor* value = FindEnumValue(type, text)) {
    node.operand = value->number();
    return {};
  }
  std::vector<std::string> names;
  for (int i = 0; i < type.value_count(); ++i) {
    if (type.value(i)->number() != 0) names.push_back(Token(*type.value(i)));
  }
  const std::vector<std::string> meant = Suggestions(Kebab(text), names);
  return Mismatch(absl::StrCat(
      "no value of ", node.path.ToString(), "; ",
      meant.empty() ? absl::StrCat("it is one of ", absl::StrJoin(names, ", "))
                    : AskWhether(meant)));
}

// Texts that hold codes of countries: names are read as well.
BindFault BindCountry(FilterNode& node) {
  static constexpr absl::string_view kCountryPattern = "[A-Z]{2}";
  const bool names_one = node.op == FilterOp::kEqual ||
                         node.op == FilterOp::kNotEqual ||
                         node.op == FilterOp::kHas;
  if (node.path.fields.back()
              ->options()
              .GetExtension(consilium::v1::field)
              .pattern() != kCountryPattern ||
      !names_one || node.text.size() != 1) {
    return {};
  }
  std::string& text = node.text.front();
  std::string code = absl::AsciiStrToUpper(text);
  if (!IsCountryCode(code)) code = CountryCodeOf(text);
  if (code.empty()) {
    return Mismatch(absl::StrCat("no country known here",
                                 DidYouMean(text, CountryNames()),
                                 "; write the ISO 3166 code such as KR"));
  }
  text = code;
  return {};
}

BindFault BindTime(absl::string_view text, FilterNode& node) {
  absl::Time time;
  std::string error;
  const bool starts_with_digit =
      !text.empty() && absl::ascii_isdigit(text.front());
  if (!starts_with_digit ||
      (!absl::ParseTime(absl::RFC3339_full, text, &time, &error) &&
       !absl::ParseTime("%Y-%m-%d", text, &time, &error))) {
    return Mismatch(
        absl::StrCat(node.path.ToString(),
                     " is a time; write \"2024-06-02T08:00:00Z\" or a date "
                     "\"2024-06-02\", which is its first moment in UTC"));
  }
  node.operand = time;
  return {};
}

BindFault BindDuration(absl::string_view text, FilterNode& node) {
  absl::Duration duration;
  if (!absl::ParseDuration(text, &duration) ||
      duration == absl::InfiniteDuration() ||
      duration == -absl::InfiniteDuration()) {
    return Mismatch(absl::StrCat(node.path.ToString(),
                                 " is a duration; write 20s, 1.5s or 2h"));
  }
  node.operand = duration;
  return {};
}

bool IsOrdering(FilterOp op) {
  return op != FilterOp::kEqual && op != FilterOp::kNotEqual &&
         op != FilterOp::kHas;
}

bool IsWildcard(const FilterText& text) { return text == FilterText{"", ""}; }

// `m:foo` asks whether the message m has its field foo.
BindFault BindPresenceOfField(FilterNode& node) {
  const std::string example = absl::StrCat(node.path.ToString(), ".any(...)");
  const Descriptor& message = *node.path.fields.back()->message_type();
  if (node.op != FilterOp::kHas || node.text.size() > 1) {
    const std::string field =
        message.field_count() > 0
            ? absl::StrCat("compare one of its fields, such as ",
                           node.path.ToString(), ".",
                           message.field(0)->json_name(), ", or ")
            : "";
    return Mismatch(absl::StrCat(node.path.ToString(), " is a message; ", field,
                                 "write ", example));
  }
  const FieldDescriptor* field = FieldCalled(message, node.text.front());
  if (field == nullptr) {
    return UnknownField(message, /*is_record=*/false, "", node.text.front());
  }
  node.path.fields.push_back(field);
  node.path.type = TypeOf(*field);
  node.text = {};
  node.kind = FilterNode::Kind::kPresence;
  return {};
}

// Whether the order of the field's texts means something: dates and names do.
bool HasOrder(const FilterPath& path) {
  const std::string& name = path.fields.back()->name();
  return !path.name_part.empty() || name == "name" ||
         absl::EndsWith(name, "date") || absl::EndsWith(name, "time");
}

// Whether `op` and the wildcards of `text` make sense for the type.
BindFault CheckOperator(const FilterNode& node) {
  const std::string name = node.path.ToString();
  const FilterType type = node.path.type;
  const bool orders = type != FilterType::kBool && type != FilterType::kEnum &&
                      type != FilterType::kBytes &&
                      (type != FilterType::kString || HasOrder(node.path));
  if (IsOrdering(node.op) && !orders) {
    return Mismatch(absl::StrCat(
        name, " is ", FilterTypeText(type), " and has no order; use =",
        type == FilterType::kString ? ", != or :" : " or !="));
  }
  if (node.text.size() == 1) return {};
  if (type != FilterType::kString) {
    return Mismatch(absl::StrCat(
        name, " is ", FilterTypeText(type),
        "; * stands for a part of a text only. Ask whether it is set with ",
        name, ":*"));
  }
  if (IsOrdering(node.op)) {
    return Mismatch("* works with =, != and : only");
  }
  return {};
}

}  // namespace

std::vector<std::string> NameParts(const Descriptor& message) {
  if (NameField(message) == nullptr) return {};
  std::vector<std::string> parts = {"id"};
  const std::vector<std::string> segments = PatternSegments(message);
  if (!segments.empty()) parts.push_back("registry");
  for (const std::string& segment : segments) {
    if (IsVariable(segment)) parts.emplace_back(VariableName(segment));
  }
  return parts;
}

std::vector<std::string> ValuesWithin(const FilterNode& comparison) {
  const FieldDescriptor& field = *comparison.path.fields.back();
  if (comparison.text.size() != 1 ||
      field.enum_type() != v1::Route_descriptor() ||
      IsOrdering(comparison.op)) {
    return {};
  }
  const absl::string_view word =
      WithoutShortForm(*field.enum_type(), comparison.text[0]);
  if (Kebab(word) != "intravenous") return {};
  return {v1::Route_Name(v1::ROUTE_INTRAVENOUS),
          v1::Route_Name(v1::ROUTE_INTRAVENOUS_CONTINUOUS),
          v1::Route_Name(v1::ROUTE_INTRAVENOUS_INJECTION)};
}

std::vector<std::string> ValuesTogether(const FilterNode& comparison) {
  const FieldDescriptor& field = *comparison.path.fields.back();
  if (comparison.text.size() != 1 || !field.is_repeated() ||
      field.enum_type() == nullptr ||
      (comparison.op != FilterOp::kEqual && comparison.op != FilterOp::kHas) ||
      !absl::StrContains(comparison.text[0], '/')) {
    return {};
  }
  std::vector<std::string> values;
  for (const absl::string_view value :
       absl::StrSplit(comparison.text[0], '/')) {
    values.emplace_back(absl::StripAsciiWhitespace(value));
    // What is none is told as it was written.
    if (FindEnumValue(*field.enum_type(), values.back()) == nullptr) return {};
  }
  return values;
}

BindFault BindPath(const Descriptor& message, bool is_record,
                   absl::string_view name, FilterPath& path) {
  const std::vector<absl::string_view> segments = absl::StrSplit(name, '.');
  if (segments.size() > kFilterPathSizeMax) {
    return Unknown(
        absl::StrCat("a path has at most ", kFilterPathSizeMax, " fields"));
  }
  const Descriptor* scope = &message;
  for (const absl::string_view segment : segments) {
    if (scope == nullptr) {
      return Unknown(absl::StrCat(path.ToString(), " is ",
                                  FilterTypeText(path.type),
                                  " and has no fields"));
    }
    if (segment.empty()) {
      return {kFilterSyntax, "a name is missing beside a '.'"};
    }
    const FieldDescriptor* field = FieldCalled(*scope, segment);
    if (field == nullptr) field = ListCalled(*scope, segment);
    if (field == nullptr) {
      if (is_record && segments.size() == 1 &&
          BindNamePart(message, segment, path)) {
        return {};
      }
      const bool is_first = path.fields.empty();
      return UnknownField(*scope, is_record && is_first,
                          is_first ? "" : absl::StrCat(path.ToString(), "."),
                          segment);
    }
    path.fields.push_back(field);
    path.type = TypeOf(*field);
    scope = field->message_type();
  }
  return {};
}

BindFault BindComparison(FilterNode& node) {
  node.kind = FilterNode::Kind::kComparison;
  if (node.op == FilterOp::kHas && IsWildcard(node.text)) {
    node.kind = FilterNode::Kind::kPresence;
    node.text = {};
    return {};
  }
  if (node.path.type == FilterType::kMessage) return BindPresenceOfField(node);
  if (BindFault fault = CheckOperator(node); !fault.ok()) return fault;
  const std::string& text = node.text.front();
  switch (node.path.type) {
    case FilterType::kNumber:
      return BindNumber(text, node);
    case FilterType::kQuantity:
      return BindQuantity(text, node);
    case FilterType::kBool:
      return BindBool(text, node);
    case FilterType::kEnum:
      return BindEnum(text, node);
    case FilterType::kTimestamp:
      return BindTime(text, node);
    case FilterType::kDuration:
      return BindDuration(text, node);
    case FilterType::kString:
      return BindCountry(node);
    case FilterType::kBytes:
    case FilterType::kMessage:
      return {};
  }
  return {};
}

}  // namespace consilium

#include "proto/base/row_field.h"

#include <google/protobuf/message.h>

#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "proto/base/enum_text.h"
#include "proto/base/errors.h"
#include "proto/base/number_text.h"

namespace consilium {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Reflection;

// Fields of the flat part: one value or several, no messages.
bool IsFlat(const FieldDescriptor& field) {
  return field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE;
}

std::string ScalarText(const Reflection& reflection,
                       const google::protobuf::Message& row,
                       const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return reflection.GetString(row, &field);
    case FieldDescriptor::CPPTYPE_ENUM:
      return EnumText(*reflection.GetEnum(row, &field));
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.GetBool(row, &field) ? "yes" : "no";
    case FieldDescriptor::CPPTYPE_INT32:
      return absl::StrCat(reflection.GetInt32(row, &field));
    case FieldDescriptor::CPPTYPE_INT64:
      return absl::StrCat(reflection.GetInt64(row, &field));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return ShortestDecimal(reflection.GetDouble(row, &field));
    default:
      return "";
  }
}

constexpr absl::string_view kCovariatePrefix = "covariates.";

std::vector<std::string> TextsOf(const std::string& covariate,
                                 absl::string_view trial,
                                 const Covariates& covariates) {
  for (const v1::StudyCovariate& each : covariates) {
    if (each.name() != covariate || each.trial() != trial) continue;
    return {each.has_number() ? ShortestDecimal(each.number()) : each.text()};
  }
  return {};
}

std::vector<std::string> TextsOf(const FieldDescriptor& field,
                                 const v1::EvidenceRow& row) {
  const Reflection& reflection = *row.GetReflection();
  std::vector<std::string> texts;
  if (!field.is_repeated()) {
    if (reflection.HasField(row, &field)) {
      texts.push_back(ScalarText(reflection, row, field));
    }
    return texts;
  }
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_STRING) return texts;
  for (int i = 0; i < reflection.FieldSize(row, &field); ++i) {
    texts.push_back(reflection.GetRepeatedString(row, &field, i));
  }
  return texts;
}

// A value that is a bound: "<2015", ">= 2015".
struct Bound {
  absl::string_view comparison;
  double number = 0;
};

std::optional<Bound> ReadBound(absl::string_view value) {
  for (const absl::string_view comparison : {"<=", ">=", "<", ">"}) {
    if (!absl::ConsumePrefix(&value, comparison)) continue;
    Bound bound{comparison};
    if (!absl::SimpleAtod(value, &bound.number)) return std::nullopt;
    return bound;
  }
  return std::nullopt;
}

bool IsWithin(const std::string& text, const Bound& bound) {
  double number = 0;
  if (!absl::SimpleAtod(text, &number)) return false;
  if (bound.comparison == "<=") return number <= bound.number;
  if (bound.comparison == ">=") return number >= bound.number;
  return bound.comparison == "<" ? number < bound.number
                                 : number > bound.number;
}

// A covariate may be one.
bool MayBeNumber(const FieldDescriptor* field) {
  return field == nullptr ||
         field->cpp_type() == FieldDescriptor::CPPTYPE_INT32 ||
         field->cpp_type() == FieldDescriptor::CPPTYPE_INT64 ||
         field->cpp_type() == FieldDescriptor::CPPTYPE_DOUBLE;
}

}  // namespace

std::string RowField::name() const {
  return field != nullptr ? std::string(field->json_name())
                          : absl::StrCat(kCovariatePrefix, covariate);
}

absl::StatusOr<RowField> ParseRowField(absl::string_view text) {
  const std::vector<absl::string_view> parts =
      absl::StrSplit(text, absl::MaxSplits('=', 1));
  const std::string name(absl::StripAsciiWhitespace(parts[0]));
  RowField parsed;
  parsed.covariate = std::string(absl::StripPrefix(name, kCovariatePrefix));
  if (parsed.covariate == name) parsed.covariate.clear();
  const auto& row = *v1::EvidenceRow::descriptor();
  for (int i = 0; i < row.field_count(); ++i) {
    const FieldDescriptor& field = *row.field(i);
    if ((field.json_name() == name || field.name() == name) && IsFlat(field)) {
      parsed.field = &field;
    }
  }
  if (parsed.field == nullptr && parsed.covariate.empty()) {
    return InvalidField(
        "field", absl::StrCat("has \"", name,
                              "\", which is no field of evidence rows; want "
                              "one such as year, drugClasses or alterations, "
                              "or covariates.NAME"));
  }
  if (parts.size() == 1) return parsed;
  for (const absl::string_view value : absl::StrSplit(parts[1], '|')) {
    const absl::string_view stripped = absl::StripAsciiWhitespace(value);
    if (stripped.empty()) {
      return InvalidField("field",
                          absl::StrCat("has \"", text,
                                       "\" with an empty value; want values "
                                       "parted by |"));
    }
    if ((stripped[0] == '<' || stripped[0] == '>') &&
        (!MayBeNumber(parsed.field) || !ReadBound(stripped).has_value())) {
      return InvalidField("field",
                          absl::StrCat("has \"", stripped,
                                       "\"; want a bound of a number, such "
                                       "as year = <2015 | >=2015"));
    }
    parsed.values.emplace_back(stripped);
  }
  return parsed;
}

std::string TextOf(const RowField& field, const v1::EvidenceRow& row,
                   const Covariates& covariates) {
  const std::vector<std::string> texts =
      field.field != nullptr
          ? TextsOf(*field.field, row)
          : TextsOf(field.covariate, row.trial_id(), covariates);
  if (field.values.empty()) return absl::StrJoin(texts, " + ");
  for (const std::string& value : field.values) {
    const std::optional<Bound> bound = ReadBound(value);
    if (std::any_of(texts.begin(), texts.end(), [&](const std::string& text) {
          return text == value || (bound.has_value() && IsWithin(text, *bound));
        })) {
      return value;
    }
  }
  return "";
}

}  // namespace consilium

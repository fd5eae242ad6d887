#include "proto/base/field_path.h"

#include <google/protobuf/descriptor.pb.h>

#include <limits>
#include <tuple>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "consilium/v1/options.pb.h"
#include "proto/base/element_key.h"
#include "proto/base/errors.h"
#include "proto/base/field_name.h"
#include "proto/base/suggestion.h"
#include "proto/base/utf8.h"

namespace consilium {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;

constexpr absl::string_view kField = "path";

MergeKind KindOf(const FieldDescriptor& field) {
  switch (field.options().GetExtension(v1::field).merge()) {
    case v1::MERGE_KIND_SET:
      return MergeKind::kSet;
    case v1::MERGE_KIND_KEYED:
      return MergeKind::kKeyed;
    default:
      return MergeKind::kRegister;
  }
}

// The member that a person writes as `text`: enum values by token or name.
std::string MemberKey(const FieldDescriptor& field, absl::string_view text) {
  if (field.enum_type() == nullptr) return std::string(text);
  for (int i = 0; i < field.enum_type()->value_count(); ++i) {
    const EnumValueDescriptor& value = *field.enum_type()->value(i);
    if (value.name() == text || EnumToken(value) == text) {
      return absl::StrCat(value.number());
    }
  }
  return std::string(text);
}

std::string MemberText(const FieldDescriptor& field, const std::string& key) {
  int32_t number = 0;
  if (field.enum_type() == nullptr || !absl::SimpleAtoi(key, &number)) {
    return key;
  }
  const auto* value = field.enum_type()->FindValueByNumber(number);
  return value == nullptr ? key : EnumToken(*value);
}

struct PathText {
  std::string name;
  bool has_key = false;
  std::string key;
};

absl::StatusOr<PathText> CutKey(absl::string_view text) {
  const size_t open = text.find('[');
  if (open == absl::string_view::npos) return PathText{std::string(text)};
  if (!absl::EndsWith(text, "]")) {
    return InvalidField(kField, absl::StrCat(Quote(text),
                                             " has \"[\" without \"]\" at its "
                                             "end; want FIELD or FIELD[KEY]"));
  }
  return PathText{std::string(text.substr(0, open)), true,
                  std::string(text.substr(open + 1, text.size() - open - 2))};
}

// A path of a field that no descriptor knows: "1234", "1234:set[key]".
absl::StatusOr<FieldPath> ParseNumbered(const PathText& text, int32_t number,
                                        absl::string_view kind) {
  FieldPath path{number, MergeKind::kRegister, text.key};
  if (kind == "set") path.kind = MergeKind::kSet;
  if (kind == "keyed") path.kind = MergeKind::kKeyed;
  const bool known_kind = kind.empty() || path.kind != MergeKind::kRegister;
  if (!known_kind || number <= 0 ||
      text.has_key != (path.kind != MergeKind::kRegister)) {
    return InvalidField(
        kField, absl::StrCat(Quote(text.name),
                             " is no path of a numbered field; want NUMBER, "
                             "NUMBER:set[KEY] or NUMBER:keyed[KEY]"));
  }
  return path;
}

}  // namespace

absl::StatusOr<FieldPath> FieldPath::Parse(absl::string_view text,
                                           const Descriptor* descriptor) {
  auto cut = CutKey(text);
  if (!cut.ok()) return cut.status();
  const FieldDescriptor* field =
      descriptor == nullptr ? nullptr : FieldCalled(*descriptor, cut->name);
  if (field == nullptr) {
    absl::string_view name = cut->name;
    absl::string_view kind;
    const size_t colon = name.find(':');
    if (colon != absl::string_view::npos) {
      kind = name.substr(colon + 1);
      name = name.substr(0, colon);
    }
    int32_t number = 0;
    if (absl::SimpleAtoi(name, &number)) {
      return ParseNumbered(*cut, number, kind);
    }
    return InvalidField(
        kField,
        absl::StrCat(Quote(cut->name), " is no field of ",
                     descriptor == nullptr ? "a record of unknown kind"
                                           : descriptor->name(),
                     DidYouMean(cut->name, descriptor == nullptr
                                               ? std::vector<std::string>()
                                               : JsonNames(*descriptor))));
  }
  const MergeKind kind = KindOf(*field);
  if (cut->has_key == (kind == MergeKind::kRegister)) {
    return InvalidField(
        kField, absl::StrCat(Quote(text),
                             cut->has_key
                                 ? " names an element, but the field merges as "
                                   "a whole; want "
                                 : " names no element; want ",
                             field->json_name(), cut->has_key ? "" : "[KEY]"));
  }
  return FieldPath{
      field->number(), kind,
      kind == MergeKind::kSet ? MemberKey(*field, cut->key) : cut->key};
}

std::string FieldPath::ToText(const Descriptor* descriptor) const {
  const FieldDescriptor* known =
      descriptor == nullptr ? nullptr : descriptor->FindFieldByNumber(field);
  const bool as_schema = known != nullptr && KindOf(*known) == kind;
  const absl::string_view suffix = as_schema                   ? ""
                                   : kind == MergeKind::kSet   ? ":set"
                                   : kind == MergeKind::kKeyed ? ":keyed"
                                                               : "";
  std::string text = as_schema ? known->json_name() : absl::StrCat(field);
  absl::StrAppend(&text, suffix);
  if (kind == MergeKind::kRegister) return text;
  const bool member = as_schema && kind == MergeKind::kSet;
  return absl::StrCat(text, "[",
                      CleanUtf8(member ? MemberText(*known, key) : key), "]");
}

bool operator<(const FieldPath& a, const FieldPath& b) {
  return std::tie(a.field, a.kind, a.key) < std::tie(b.field, b.kind, b.key);
}

bool operator==(const FieldPath& a, const FieldPath& b) {
  return a.field == b.field && a.kind == b.kind && a.key == b.key;
}

std::ostream& operator<<(std::ostream& out, const FieldPath& path) {
  return out << path.ToText(nullptr);
}

}  // namespace consilium

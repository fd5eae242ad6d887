#include "proto/base/explain.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "consilium/v1/evidence.pb.h"
#include "consilium/v1/options.pb.h"
#include "proto/base/enum_text.h"
#include "proto/base/errors.h"
#include "proto/base/field_checks.h"
#include "proto/base/field_rules.h"
#include "proto/base/quantity.h"
#include "proto/base/record_traits.h"
#include "proto/base/schema_comment.h"
#include "proto/base/status_macros.h"
#include "proto/base/suggestion.h"
#include "proto/base/utf8.h"

namespace consilium {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;

constexpr size_t kLineWidth = 78;
constexpr size_t kNameWidth = 28;
constexpr size_t kTypeWidth = 24;

std::string Pad(absl::string_view text, size_t width) {
  const size_t missing = text.size() < width ? width - text.size() : 1;
  return absl::StrCat(text, std::string(missing, ' '));
}

// `text` broken into lines of kLineWidth, each behind `margin`.
std::string Wrapped(absl::string_view text, absl::string_view margin) {
  std::string out;
  for (const absl::string_view paragraph : absl::StrSplit(text, "\n\n")) {
    if (!out.empty()) out += "\n";
    std::string line(margin);
    for (const absl::string_view word :
         absl::StrSplit(paragraph, ' ', absl::SkipEmpty())) {
      const bool full = line.size() + 1 + word.size() > kLineWidth;
      if (full && line.size() > margin.size()) {
        absl::StrAppend(&out, line, "\n");
        line = std::string(margin);
      }
      absl::StrAppend(&line, line.size() > margin.size() ? " " : "", word);
    }
    absl::StrAppend(&out, line, "\n");
  }
  return out;
}

std::string FirstSentence(const std::string& comment) {
  const size_t end = comment.find(". ");
  return comment.substr(0, std::min(end, comment.find('\n')));
}

std::string TypeName(const FieldDescriptor& field) {
  std::string type;
  if (field.message_type() != nullptr) {
    type = field.message_type()->name();
  } else if (field.enum_type() != nullptr) {
    type = field.enum_type()->name();
  } else {
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_DOUBLE:
      case FieldDescriptor::CPPTYPE_FLOAT:
        type = "number";
        break;
      case FieldDescriptor::CPPTYPE_BOOL:
        type = "true or false";
        break;
      case FieldDescriptor::CPPTYPE_STRING:
        type = field.type() == FieldDescriptor::TYPE_BYTES ? "bytes" : "text";
        break;
      default:
        type = "whole number";
    }
  }
  return field.is_repeated() ? absl::StrCat("list of ", type) : type;
}

absl::string_view BehaviorText(const FieldDescriptor& field) {
  switch (RulesOf(field).behavior()) {
    case v1::FIELD_BEHAVIOR_REQUIRED:
      return "required";
    case v1::FIELD_BEHAVIOR_OUTPUT_ONLY:
      return "computed by the server; input is ignored";
    case v1::FIELD_BEHAVIOR_IMMUTABLE:
      return "given on creation, not changed later";
    case v1::FIELD_BEHAVIOR_IDENTIFIER:
      return "names the record";
    default:
      return "optional";
  }
}

absl::string_view MergeText(const FieldDescriptor& field) {
  switch (RulesOf(field).merge()) {
    case v1::MERGE_KIND_SET:
      return "each member on its own; an addition wins over a removal";
    case v1::MERGE_KIND_KEYED:
      return "each element on its own, by its key";
    default:
      return "as a whole";
  }
}

std::string FieldList(const Descriptor& type) {
  std::string out = "\nFIELDS\n";
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    absl::StrAppend(&out, "  ", Pad(field.json_name(), kNameWidth),
                    Pad(TypeName(field), kTypeWidth),
                    FirstSentence(SchemaComment(field)), "\n");
  }
  return out;
}

std::string CheckList(const Descriptor& type) {
  std::string out;
  for (const std::string& name :
       type.options().GetExtension(v1::message).checks()) {
    for (const CheckDescription& check : AllChecks()) {
      if (check.name != name) continue;
      absl::StrAppend(&out, "  ", Pad(name, kNameWidth), check.wish, "\n");
    }
  }
  return out.empty() ? "" : absl::StrCat("\nCHECKS\n", out);
}

std::string ValueList(const EnumDescriptor& type) {
  std::string out = "\nVALUES\n";
  for (int i = 0; i < type.value_count(); ++i) {
    const auto& value = *type.value(i);
    if (value.number() == 0) continue;
    absl::StrAppend(&out, "  ", Pad(EnumText(value), kNameWidth),
                    SchemaComment(value), "\n");
  }
  return out;
}

std::string ExplainMessage(const Descriptor& type) {
  return absl::StrCat(FieldList(type), CheckList(type));
}

std::string ExplainRecord(const RecordTraits& traits) {
  return absl::StrCat("RECORD  ", traits.singular,
                      "\nNAME    registries/{registry}",
                      traits.singleton ? "" : absl::StrCat("/", traits.pattern),
                      "\n\n", Wrapped(SchemaComment(*traits.descriptor), ""),
                      ExplainMessage(*traits.descriptor));
}

// `use` says who gives the field; empty leaves it out.
std::string ExplainField(absl::string_view path, const FieldDescriptor& field,
                         absl::string_view use, bool top_level) {
  std::string out =
      absl::StrCat("FIELD  ", path, "\nTYPE   ", TypeName(field), "\n");
  if (!use.empty()) absl::StrAppend(&out, "USE    ", use, "\n");
  if (top_level) absl::StrAppend(&out, "MERGES ", MergeText(field), "\n");
  if (RulesOf(field).key_part() > 0) {
    absl::StrAppend(&out, "KEY    part ", RulesOf(field).key_part(), "\n");
  }
  for (const std::string& rule : DescribeRules(field)) {
    absl::StrAppend(&out, "RULE   ", rule, "\n");
  }
  if (RulesOf(field).has_example()) {
    absl::StrAppend(&out, "SUCH AS  ", RulesOf(field).example(), "\n");
  }
  absl::StrAppend(&out, "\n", Wrapped(SchemaComment(field), ""));
  if (field.enum_type() != nullptr) {
    absl::StrAppend(&out, ValueList(*field.enum_type()));
  } else if (field.message_type() != nullptr) {
    absl::StrAppend(&out, "\n",
                    Wrapped(SchemaComment(*field.message_type()), ""),
                    ExplainMessage(*field.message_type()));
  }
  return out;
}

// Evidence rows are no records, and have fields as these do.
constexpr absl::string_view kRowWord = "evidence-row";
constexpr absl::string_view kRowWords[] = {kRowWord, "evidence", "evidenceRow",
                                           "row"};

bool IsRowWord(absl::string_view word) {
  return std::find(std::begin(kRowWords), std::end(kRowWords), word) !=
         std::end(kRowWords);
}

std::string ExplainRow() {
  const Descriptor& row = *v1::EvidenceRow::descriptor();
  return absl::StrCat(
      "ROW     ", kRowWord, "\n\n", Wrapped(SchemaComment(row), ""),
      "\nEXAMPLES\n"
      "  consilium evidence search --filter 'outcome = pfs AND kind = estimate "
      "AND valueMonths > 12'\n"
      "  consilium evidence search --filter 'adverseEvent = pneumonitis AND "
      "gradeLow >= 3' --columns study,group,value,unit\n"
      "  consilium evidence search --filter 'kind = trial AND "
      "arms.radiotherapies.totalDose >= \"54 Gy\"' --sort -enrolled\n",
      ExplainMessage(row));
}

std::string ListKinds() {
  std::string out = "RECORDS\n";
  for (const RecordTraits* traits : RecordTraitsTable::Get().all()) {
    absl::StrAppend(&out, "  ", Pad(traits->singular, kNameWidth),
                    FirstSentence(SchemaComment(*traits->descriptor)), "\n");
  }
  absl::StrAppend(&out, "\nROWS\n  ", Pad(kRowWord, kNameWidth),
                  FirstSentence(SchemaComment(*v1::EvidenceRow::descriptor())),
                  "\n");
  return out;
}

absl::StatusOr<const RecordTraits*> FindKind(absl::string_view word) {
  const RecordTraits* traits = RecordTraitsTable::Get().FindByWord(word);
  if (traits != nullptr) return traits;
  std::vector<std::string> words;
  for (const RecordTraits* kind : RecordTraitsTable::Get().all()) {
    words.push_back(kind->singular);
  }
  words.emplace_back(kRowWord);
  return InvalidField("path", absl::StrCat(Quote(word), " is no kind of record",
                                           DidYouMean(word, words)));
}

absl::StatusOr<const FieldDescriptor*> ResolveField(const Descriptor& type,
                                                    absl::string_view name) {
  std::vector<std::string> names;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor* field = type.field(i);
    if (field->json_name() == name || field->name() == name) return field;
    names.push_back(field->json_name());
  }
  return InvalidField("path",
                      absl::StrCat(Quote(name), " is no field of ", type.name(),
                                   DidYouMean(name, names)));
}

// `path` without "[...]", which holds dots and slashes of its own.
std::string WithoutKeys(absl::string_view path) {
  std::string plain;
  int depth = 0;
  for (const char c : path) {
    if (c == '[') ++depth;
    if (depth == 0) plain += c;
    if (c == ']' && depth > 0) --depth;
  }
  return plain;
}

}  // namespace

absl::StatusOr<std::string> Explain(absl::string_view path) {
  if (path.empty()) return ListKinds();
  const std::string plain = WithoutKeys(path);
  const std::vector<std::string> words = absl::StrSplit(plain, '.');
  const bool is_row = IsRowWord(words[0]);
  const Descriptor* type = v1::EvidenceRow::descriptor();
  if (!is_row) {
    ASSIGN_OR_RETURN(const RecordTraits* traits, FindKind(words[0]));
    if (words.size() == 1) return ExplainRecord(*traits);
    type = traits->descriptor;
  } else if (words.size() == 1) {
    return ExplainRow();
  }
  const FieldDescriptor* field = nullptr;
  for (size_t i = 1; i < words.size(); ++i) {
    if (type == nullptr) {
      return InvalidField("path", absl::StrCat(words[i - 1], " has no fields"));
    }
    ASSIGN_OR_RETURN(field, ResolveField(*type, words[i]));
    type = field->message_type();
  }
  if (is_row) return ExplainField(plain, *field, "", /*top_level=*/false);
  return ExplainField(plain, *field, BehaviorText(*field), words.size() == 2);
}

}  // namespace consilium

#include "proto/base/value_text.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "consilium/v1/common.pb.h"
#include "proto/base/element_key.h"
#include "proto/base/errors.h"
#include "proto/base/field_rules.h"
#include "proto/base/status_macros.h"
#include "proto/base/text_form.h"

namespace consilium {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// The faults of a text as faults of the field.
absl::Status InvalidText(const std::vector<TextProblem>& problems) {
  std::vector<FieldViolation> violations;
  for (const TextProblem& problem : problems) {
    violations.push_back({problem.path, problem.description});
  }
  return InvalidFields(violations);
}

// `text` as a tree; plain text becomes a scalar where the field takes one.
absl::StatusOr<TextNode> ParseValueText(const FieldDescriptor& field,
                                        MergeKind kind,
                                        absl::string_view text) {
  const bool takes_scalar =
      field.message_type() == nullptr &&
      (!field.is_repeated() || kind != MergeKind::kRegister);
  auto documents = ParseText("value", text, TextFormat::kJson);
  const bool is_json = documents.ok() && documents->size() == 1;
  if (takes_scalar && !is_json) {
    TextNode node;
    node.kind = TextNode::Kind::kScalar;
    node.scalar = std::string(text);
    return node;
  }
  if (!is_json) {
    if (!documents.ok()) return documents.status();
    return InvalidField("value", "is empty; want JSON");
  }
  return std::move((*documents)[0]);
}

}  // namespace

absl::StatusOr<std::string> ValueToJson(const FieldPath& path,
                                        absl::string_view value,
                                        const RecordTraits& traits) {
  const FieldTraits* field = traits.FindField(path.field);
  if (field == nullptr || field->merge != path.kind) {
    return absl::StrCat("{\"unknownField\": ", path.field, ", \"base64\": \"",
                        absl::Base64Escape(value), "\"}");
  }
  ASSIGN_OR_RETURN(const auto message, ParseValue(value, traits));
  // The record's JSON is {"field":VALUE}, or {"field":[VALUE]} for one element.
  const std::string json = ToJson(*message);
  absl::string_view inner = json;
  const std::string name =
      absl::StrCat("{\"", field->descriptor->json_name(), "\":");
  if (!absl::ConsumePrefix(&inner, name)) return "null";
  absl::ConsumeSuffix(&inner, "}");
  if (path.kind != MergeKind::kRegister) {
    absl::ConsumePrefix(&inner, "[");
    absl::ConsumeSuffix(&inner, "]");
  }
  return std::string(inner);
}

absl::StatusOr<std::string> SourceToJson(absl::string_view source) {
  if (source.empty()) return "";
  v1::Source message;
  if (!message.ParseFromArray(source.data(), static_cast<int>(source.size()))) {
    return MakeError(absl::StatusCode::kDataLoss, "UNREADABLE_SOURCE",
                     "a source does not parse");
  }
  return ToJson(message);
}

absl::StatusOr<FieldValue> ValueFromJson(const FieldPath& path,
                                         absl::string_view text,
                                         const RecordTraits& traits) {
  const FieldTraits* field = traits.FindField(path.field);
  const std::string path_text = path.ToText(traits.descriptor);
  if (field == nullptr || !field->assigned || field->merge != path.kind) {
    return InvalidField("path", absl::StrCat(path_text,
                                             " cannot be written in this "
                                             "release"));
  }
  ASSIGN_OR_RETURN(TextNode node,
                   ParseValueText(*field->descriptor, path.kind, text));
  if (path.kind != MergeKind::kRegister) {
    TextNode list;
    list.kind = TextNode::Kind::kList;
    list.items.push_back(std::move(node));
    node = std::move(list);
  }
  TextNode record_node;
  record_node.kind = TextNode::Kind::kMap;
  record_node.entries.push_back(
      {field->descriptor->json_name(), {}, std::move(node)});
  std::unique_ptr<Message> record = traits.New();
  std::vector<TextProblem> problems;
  ReadMessage(record_node, "", *record, problems);
  if (!problems.empty()) return InvalidText(problems);
  RETURN_IF_ERROR(CheckValid(*record, {.require_required = false}));
  BuildKeys(*record);
  ASSIGN_OR_RETURN(auto values, Split(*record, traits));
  if (values.size() != 1 || values.front().path != path) {
    const std::string given =
        values.size() == 1 ? values.front().path.ToText(traits.descriptor)
                           : "no value";
    return InvalidField("value",
                        absl::StrCat("states ", given, "; want ", path_text));
  }
  return std::move(values.front());
}

absl::StatusOr<std::string> SourceFromJson(absl::string_view text) {
  v1::Source source;
  RETURN_IF_ERROR(ParseMessage("source", text, TextFormat::kJson, source));
  RETURN_IF_ERROR(CheckValid(source, {.prefix = "source"}));
  return Encode(source);
}

}  // namespace consilium

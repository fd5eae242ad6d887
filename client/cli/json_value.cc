#include "client/cli/json_value.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "proto/base/text_form.h"

namespace consilium {
namespace {

constexpr int kIndent = 2;

// A part of a value that has no parts itself, and where it stands in it.
struct Leaf {
  std::string path;
  std::string text;
};

void CollectLeaves(const JsonValue& value, const std::string& path,
                   std::vector<Leaf>& leaves) {
  if (value.is_object()) {
    for (const auto& [key, part] : value.items()) {
      CollectLeaves(part, absl::StrCat(path, path.empty() ? "" : ".", key),
                    leaves);
    }
  } else if (value.is_array()) {
    for (size_t i = 0; i < value.size(); ++i) {
      CollectLeaves(value[i], absl::StrCat(path, "[", i, "]"), leaves);
    }
  } else {
    leaves.push_back(
        {path, value.is_string() ? value.get<std::string>() : value.dump()});
  }
}

std::string Dump(const JsonValue& value, int indent) {
  return value.dump(indent, ' ', false, JsonValue::error_handler_t::replace);
}

}  // namespace

JsonValue MessageJson(const google::protobuf::Message& message) {
  return ValueOfJsonText(ToJson(message));
}

JsonValue ValueOfJsonText(absl::string_view text) {
  if (text.empty()) return nullptr;
  const std::string copy(text);
  JsonValue value = JsonValue::parse(copy, nullptr, /*allow_exceptions=*/false);
  return value.is_discarded() ? JsonValue(copy) : value;
}

JsonValue Int64Json(int64_t number) { return absl::StrCat(number); }

std::string OneLine(const JsonValue& value) { return Dump(value, -1); }

std::string Indented(const JsonValue& value) { return Dump(value, kIndent); }

std::string ValueCell(absl::string_view text) {
  if (text.empty()) return "(absent)";
  const JsonValue value = ValueOfJsonText(text);
  return value.is_string() ? value.get<std::string>() : std::string(text);
}

std::vector<std::string> DistinctCells(const std::vector<std::string>& texts) {
  std::vector<std::vector<Leaf>> parts;
  std::map<std::string, std::map<std::string, size_t>> seen;
  bool all_objects = texts.size() > 1;
  for (const std::string& text : texts) {
    const JsonValue value = ValueOfJsonText(text);
    all_objects = all_objects && value.is_object();
    CollectLeaves(value, "", parts.emplace_back());
    for (const Leaf& leaf : parts.back()) ++seen[leaf.path][leaf.text];
  }
  std::vector<std::string> cells;
  for (size_t i = 0; i < texts.size(); ++i) {
    std::vector<std::string> distinct;
    for (const Leaf& leaf : parts[i]) {
      if (seen[leaf.path][leaf.text] < texts.size()) {
        distinct.push_back(absl::StrCat(leaf.path, " ", leaf.text));
      }
    }
    if (!all_objects) {
      cells.push_back(ValueCell(texts[i]));
    } else {
      cells.push_back(distinct.empty() ? "(without)"
                                       : absl::StrJoin(distinct, ", "));
    }
  }
  return cells;
}

std::string SourceCell(absl::string_view text) {
  const JsonValue source = ValueOfJsonText(text);
  std::vector<std::string> parts;
  for (const char* key :
       {"report", "registration", "locator", "text", "note"}) {
    if (source.is_object() && source.contains(key) && source[key].is_string()) {
      parts.push_back(absl::StrCat(key, ": ", source[key].get<std::string>()));
    }
  }
  return absl::StrJoin(parts, "; ");
}

}  // namespace consilium

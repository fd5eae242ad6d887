#include "client/import/json_node.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "proto/base/utf8.h"

namespace consilium {
namespace {

using Json = nlohmann::json;

// As much of a value as a message has room for.
constexpr size_t kShownSizeMax = 100;

std::string Join(const std::string& path, absl::string_view key) {
  return path.empty() ? std::string(key) : absl::StrCat(path, ".", key);
}

}  // namespace

JsonNode JsonNode::operator[](const char* key) const {
  const std::string path = Join(path_, key);
  if (!exists()) return {document_, nullptr, path};
  if (!json_->is_object()) {
    document_->ReportShape(*this, "want an object");
    return {document_, nullptr, path};
  }
  const auto found = json_->find(key);
  return {document_, found == json_->end() ? nullptr : &*found, path};
}

std::vector<JsonNode> JsonNode::items() const {
  std::vector<JsonNode> items;
  if (!exists()) return items;
  if (!json_->is_array()) {
    document_->ReportShape(*this, "want a list");
    return items;
  }
  for (size_t i = 0; i < json_->size(); ++i) {
    items.push_back(
        {document_, &(*json_)[i], absl::StrCat(path_, "[", i, "]")});
  }
  return items;
}

namespace {

// The registry writes its texts in Markdown, "\\<1" for "<1".
std::string WithoutEscapes(const std::string& text) {
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool escapes = text[i] == '\\' && i + 1 < text.size() &&
                         absl::ascii_ispunct(text[i + 1]);
    plain.push_back(text[escapes ? ++i : i]);
  }
  return plain;
}

}  // namespace

std::string JsonNode::text() const {
  if (!exists()) return "";
  if (json_->is_structured()) {
    document_->ReportShape(*this, "want text or a number");
    return "";
  }
  document_->read_.insert(json_);
  if (json_->is_string()) {
    return WithoutEscapes(json_->get_ref<const std::string&>());
  }
  return json_->dump();
}

std::optional<bool> JsonNode::truth() const {
  if (!exists()) return std::nullopt;
  const std::string text = this->text();
  if (text == "true") return true;
  if (text == "false") return false;
  document_->ReportShape(*this, "want true or false");
  return std::nullopt;
}

void JsonNode::Skip() const {
  if (!exists()) return;
  document_->read_.insert(json_);
}

void JsonDocument::ReportShape(const JsonNode& node, absl::string_view wish) {
  if (!misshapen_paths_.insert(node.path()).second) return;
  const std::string value =
      node.json_->dump(-1, ' ', false, Json::error_handler_t::replace);
  misshapen_.push_back(
      {node.path(), ShortenUtf8(value, kShownSizeMax), std::string(wish)});
}

std::map<std::string, int> JsonDocument::CountUnread() const {
  std::map<std::string, int> unread;
  CountUnread(json_, "", unread);
  return unread;
}

void JsonDocument::CountUnread(const Json& json, const std::string& path,
                               std::map<std::string, int>& unread) const {
  if (json.is_null() || read_.count(&json) > 0) return;
  if (json.is_object()) {
    for (const auto& [key, value] : json.items()) {
      CountUnread(value, Join(path, key), unread);
    }
  } else if (json.is_array()) {
    for (const Json& each : json) CountUnread(each, path, unread);
  } else {
    ++unread[path];
  }
}

}  // namespace consilium

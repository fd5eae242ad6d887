// JSON as an import walks it: every value knows its path, and whatever was
// never looked at can be told afterwards.
//
// One thread. Nodes are values that point into their document.
#ifndef CONSILIUM_CLIENT_IMPORT_JSON_NODE_H_
#define CONSILIUM_CLIENT_IMPORT_JSON_NODE_H_

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "client/import/imported_study.h"

namespace consilium {

class JsonDocument;

// A value and the JSON path that leads to it. What is absent or null has a
// path too, and reads as empty.
class JsonNode {
 public:
  const std::string& path() const { return path_; }
  bool exists() const { return json_ != nullptr && !json_->is_null(); }

  JsonNode operator[](const char* key) const;
  std::vector<JsonNode> items() const;

  // Text as it stands, without the escapes of Markdown, in which the registry
  // writes; numbers and truth values as JSON writes them.
  std::string text() const;
  std::optional<bool> truth() const;

  // Takes everything inside as read.
  void Skip() const;

 private:
  friend class JsonDocument;
  JsonNode(JsonDocument* document, const nlohmann::json* json, std::string path)
      : document_(document), json_(json), path_(std::move(path)) {}

  JsonDocument* document_;
  const nlohmann::json* json_;
  std::string path_;
};

class JsonDocument {
 public:
  // `json` must outlive the document.
  explicit JsonDocument(const nlohmann::json& json) : json_(json) {}
  JsonDocument(const JsonDocument&) = delete;
  JsonDocument& operator=(const JsonDocument&) = delete;

  JsonNode root() { return {this, &json_, ""}; }

  // Places where a list, an object or a plain value was wanted and something
  // else stands.
  const std::vector<ImportNote>& misshapen() const { return misshapen_; }

  // How many values nobody read, by their path without positions in lists.
  std::map<std::string, int> CountUnread() const;

 private:
  friend class JsonNode;
  void ReportShape(const JsonNode& node, absl::string_view wish);
  void CountUnread(const nlohmann::json& json, const std::string& path,
                   std::map<std::string, int>& unread) const;

  const nlohmann::json& json_;
  std::unordered_set<const nlohmann::json*> read_;
  std::set<std::string> misshapen_paths_;
  std::vector<ImportNote> misshapen_;
};

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_IMPORT_JSON_NODE_H_

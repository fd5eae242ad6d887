// Text (YAML or JSON) as a tree that remembers where each part stood.
//
// Duplicate keys, anchors, aliases, tags, text that is not UTF-8, truncated,
// oversized or too deeply nested input are refused with file, line and column.
#ifndef CONSILIUM_PROTO_BASE_TEXT_NODE_H_
#define CONSILIUM_PROTO_BASE_TEXT_NODE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace consilium {

// From 1; 0 means unknown.
struct TextPosition {
  int line = 0;
  int column = 0;
};

class TextNode {
 public:
  enum class Kind { kNull, kScalar, kList, kMap };
  struct Entry;

  // The value of `key` in a map, or null.
  const TextNode* Find(absl::string_view key) const;

  Kind kind = Kind::kNull;
  TextPosition position;
  std::string scalar;   // As written, without quotes and escapes.
  bool quoted = false;  // Written in quotes or as a block: surely a string.
  std::vector<TextNode> items;  // Of a list.
  std::vector<Entry> entries;   // Of a map, in the order written.
};

struct TextNode::Entry {
  std::string key;
  TextPosition position;  // Of the key.
  TextNode value;
};

// One fault in a text.
struct TextProblem {
  TextPosition position;
  std::string path;         // Of the field; empty when the text is no tree.
  std::string description;  // What is wrong, with the value, and the wish.
};

enum class TextFormat { kYaml, kJson };

// JSON when `file` ends in ".json", or the text starts with "{" or "[" and the
// file does not end in ".yaml" or ".yml"; else YAML.
TextFormat GuessTextFormat(absl::string_view file, absl::string_view text);

// The documents of `text`: for JSON one, for YAML those between "---" lines;
// none when there is nothing but comments. A YAML text must end with a line
// break, because nothing else tells a truncated one.
//   INVALID_ARGUMENT  as TextError says it.
absl::StatusOr<std::vector<TextNode>> ParseText(absl::string_view file,
                                                absl::string_view text,
                                                TextFormat format);

// INVALID_ARGUMENT, reason INVALID_TEXT: every problem on its own line as
// "file:line:column: path: description", and as field violations. At least one
// problem; past kProblemsMax they are counted.
absl::Status TextError(absl::string_view file,
                       const std::vector<TextProblem>& problems);

}  // namespace consilium

#endif  // CONSILIUM_PROTO_BASE_TEXT_NODE_H_

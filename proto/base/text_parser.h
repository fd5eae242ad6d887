// The two readers behind ParseText.
#ifndef CONSILIUM_PROTO_BASE_TEXT_PARSER_H_
#define CONSILIUM_PROTO_BASE_TEXT_PARSER_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "proto/base/text_node.h"

namespace consilium {

// Each appends the documents of `text`, which is UTF-8 without control
// characters, and the faults that it finds; the first that breaks the form of
// the text is the last.
void ParseJsonText(absl::string_view text, std::vector<TextNode>& documents,
                   std::vector<TextProblem>& problems);
void ParseYamlText(absl::string_view text, std::vector<TextNode>& documents,
                   std::vector<TextProblem>& problems);

// Adds an entry to a map and reports a key that it already has.
void AddEntry(TextNode::Entry entry, TextNode& map,
              std::vector<TextProblem>& problems);

}  // namespace consilium

#endif  // CONSILIUM_PROTO_BASE_TEXT_PARSER_H_

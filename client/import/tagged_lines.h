// Lines that start with a tag, "TI  - A title", as RIS and PubMed write them.
// A line without one goes on with the value before it.
//
// Pure functions.
#ifndef CONSILIUM_CLIENT_IMPORT_TAGGED_LINES_H_
#define CONSILIUM_CLIENT_IMPORT_TAGGED_LINES_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace consilium {

struct TaggedValue {
  size_t line = 0;  // From 1.
  std::string tag;  // Empty for a blank line.
  std::string value;
};

// The values of `text`, in order. What goes on without a value to go on with
// has the tag "?".
std::vector<TaggedValue> SplitTaggedLines(absl::string_view text);

// INVALID_ARGUMENT, INVALID_TEXT: nothing of the file was taken.
absl::Status BadLine(absl::string_view file, size_t line,
                     absl::string_view what);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_IMPORT_TAGGED_LINES_H_

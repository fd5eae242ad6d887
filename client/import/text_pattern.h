// Regular expressions over imported text, each compiled once.
#ifndef CONSILIUM_CLIENT_IMPORT_TEXT_PATTERN_H_
#define CONSILIUM_CLIENT_IMPORT_TEXT_PATTERN_H_

#include <re2/re2.h>

#include "absl/strings/string_view.h"

namespace consilium {

// RE2 has a view of its own.
inline re2::StringPiece Piece(absl::string_view text) {
  return {text.data(), text.size()};
}

// The expression, compiled. The reference is good as long as the thread.
const RE2& Pattern(absl::string_view expression);

// Whether `text` has a place that matches, whatever its case.
bool Says(absl::string_view text, absl::string_view expression);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_IMPORT_TEXT_PATTERN_H_

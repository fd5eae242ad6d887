// TeX as people read it.
//
// Pure.
#ifndef CONSILIUM_CLIENT_IMPORT_TEX_TEXT_H_
#define CONSILIUM_CLIENT_IMPORT_TEX_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"

namespace consilium {

// What `tex`, a value of BibTeX, prints: accents become letters in their
// composed form, commands for characters these characters, "--" a dash;
// commands for fonts and the braces of groups go. A command that is not known
// stays as it stands.
std::string PlainTex(absl::string_view tex);

// The end of the group that starts behind the opening brace before `start`:
// the place of its closing brace, npos when it has none. A brace behind a
// backslash is a character.
size_t EndOfGroup(absl::string_view tex, size_t start);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_IMPORT_TEX_TEXT_H_

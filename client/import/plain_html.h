// Text out of what RevMan keeps with markup.
#ifndef CONSILIUM_CLIENT_IMPORT_PLAIN_HTML_H_
#define CONSILIUM_CLIENT_IMPORT_PLAIN_HTML_H_

#include <string>

#include "absl/strings/string_view.h"

namespace consilium {

// `html` as people read it: without tags, with a line for each paragraph, and
// with the characters that entities stand for. A "<" that begins no tag stays.
std::string PlainHtml(absl::string_view html);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_IMPORT_PLAIN_HTML_H_

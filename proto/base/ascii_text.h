// Words as ids spell them.
#ifndef CONSILIUM_PROTO_BASE_ASCII_TEXT_H_
#define CONSILIUM_PROTO_BASE_ASCII_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"

namespace consilium {

// `text` in ASCII as far as people write it so: letters without their accents
// ("Müller" is "Muller"), "ß" as "ss", Greek letters by their names ("TNF-α" is
// "TNF-alpha"). What has no such form stays as it is, and so does a text that
// is not UTF-8.
std::string AsciiForm(absl::string_view text);

}  // namespace consilium

#endif  // CONSILIUM_PROTO_BASE_ASCII_TEXT_H_

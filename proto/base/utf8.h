// UTF-8, the only encoding of text here.
#ifndef CONSILIUM_PROTO_BASE_UTF8_H_
#define CONSILIUM_PROTO_BASE_UTF8_H_

#include <algorithm>
#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace consilium {

// Length of the longest prefix of `text` that is valid UTF-8 (no surrogates,
// no overlong forms); text.size() when all of it is.
size_t ValidUtf8PrefixSize(absl::string_view text);

inline bool IsValidUtf8(absl::string_view text) {
  return ValidUtf8PrefixSize(text) == text.size();
}

// Whether `text` holds a control character of ASCII other than those of text:
// tab, line feed, carriage return. No file format of ours carries them.
inline bool HasControlCharacter(absl::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7F;
  });
}

// `text` with each byte that is not UTF-8 written as "\xNN", for messages.
std::string CleanUtf8(absl::string_view text);

// The first characters of `text` that fit `size_max` bytes, cut between
// characters, and "..." when something was cut.
std::string ShortenUtf8(absl::string_view text, size_t size_max);

// `text` in double quotes for a message: cleaned, shortened, control characters
// escaped.
std::string Quote(absl::string_view text);

}  // namespace consilium

#endif  // CONSILIUM_PROTO_BASE_UTF8_H_

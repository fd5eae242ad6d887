#include "proto/base/utf8.h"

#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace consilium {
namespace {

constexpr size_t kQuotedSizeMax = 120;  // Bytes.

bool IsContinuation(uint8_t byte) { return (byte & 0xC0) == 0x80; }

// Size of the character that `text` starts with, 0 when it is none.
size_t CharacterSize(absl::string_view text) {
  const auto byte = [&text](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t lead = byte(0);
  if (lead < 0x80) return 1;
  size_t size = 0;
  if (lead >= 0xC2 && lead <= 0xDF) size = 2;
  if (lead >= 0xE0 && lead <= 0xEF) size = 3;
  if (lead >= 0xF0 && lead <= 0xF4) size = 4;
  if (size == 0 || text.size() < size) return 0;
  for (size_t i = 1; i < size; ++i) {
    if (!IsContinuation(byte(i))) return 0;
  }
  const bool overlong =
      (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xF0 && byte(1) < 0x90);
  const bool surrogate = lead == 0xED && byte(1) >= 0xA0;
  const bool too_large = lead == 0xF4 && byte(1) >= 0x90;
  return overlong || surrogate || too_large ? 0 : size;
}

}  // namespace

size_t ValidUtf8PrefixSize(absl::string_view text) {
  size_t position = 0;
  while (position < text.size()) {
    const size_t size = CharacterSize(text.substr(position));
    if (size == 0) return position;
    position += size;
  }
  return position;
}

std::string CleanUtf8(absl::string_view text) {
  std::string clean;
  while (!text.empty()) {
    const size_t valid = ValidUtf8PrefixSize(text);
    absl::StrAppend(&clean, text.substr(0, valid));
    text.remove_prefix(valid);
    if (text.empty()) break;
    absl::StrAppendFormat(&clean, "\\x%02x", static_cast<uint8_t>(text[0]));
    text.remove_prefix(1);
  }
  return clean;
}

std::string ShortenUtf8(absl::string_view text, size_t size_max) {
  if (text.size() <= size_max) return std::string(text);
  size_t size = size_max;
  while (size > 0 && IsContinuation(static_cast<uint8_t>(text[size]))) --size;
  return absl::StrCat(text.substr(0, size), "...");
}

std::string Quote(absl::string_view text) {
  std::string quoted = "\"";
  for (const char c : CleanUtf8(ShortenUtf8(text, kQuotedSizeMax))) {
    if (c == '\n') {
      quoted += "\\n";
    } else if (static_cast<uint8_t>(c) < 0x20 || c == 0x7F) {
      absl::StrAppendFormat(&quoted, "\\x%02x", static_cast<uint8_t>(c));
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

}  // namespace consilium

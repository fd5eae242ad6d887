#include "client/cli/display_text.h"

#include <utf8proc.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace consilium {
namespace {

// One character of a text; width and size of a byte that is no UTF-8 are 1.
struct Character {
  absl::string_view bytes;
  int32_t code_point = -1;
  int width = 1;
};

// Takes the first character off `text`, which is not empty.
Character TakeCharacter(absl::string_view& text) {
  Character character;
  const auto size = utf8proc_iterate(
      reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
      static_cast<utf8proc_ssize_t>(text.size()), &character.code_point);
  if (size > 0) {
    character.bytes = text.substr(0, static_cast<size_t>(size));
    character.width = utf8proc_charwidth(character.code_point);
  } else {
    character.bytes = text.substr(0, 1);
    character.code_point = -1;
  }
  text.remove_prefix(character.bytes.size());
  return character;
}

std::string Spaces(int count) {
  return std::string(count > 0 ? static_cast<size_t>(count) : 0, ' ');
}

// Controls, and the characters that reorder the text around them.
bool IsUnsafe(int32_t code_point) {
  const auto category = utf8proc_category(code_point);
  return category == UTF8PROC_CATEGORY_CC ||
         (code_point >= 0x202A && code_point <= 0x202E) ||
         (code_point >= 0x2066 && code_point <= 0x2069);
}

}  // namespace

int DisplayWidth(absl::string_view text) {
  int width = 0;
  while (!text.empty()) width += TakeCharacter(text).width;
  return width;
}

std::string PadRight(absl::string_view text, int width) {
  return absl::StrCat(text, Spaces(width - DisplayWidth(text)));
}

std::string PadLeft(absl::string_view text, int width) {
  return absl::StrCat(Spaces(width - DisplayWidth(text)), text);
}

std::string CutToWidth(absl::string_view text, int width) {
  if (DisplayWidth(text) <= width) return std::string(text);
  std::string cut;
  int used = 0;
  while (!text.empty()) {
    const Character character = TakeCharacter(text);
    if (used + character.width > width - 1) break;
    used += character.width;
    absl::StrAppend(&cut, character.bytes);
  }
  return width > 0 ? absl::StrCat(cut, "…") : cut;
}

std::string VisibleText(absl::string_view text, KeepLines keep_lines) {
  std::string visible;
  while (!text.empty()) {
    const Character character = TakeCharacter(text);
    const bool is_line = character.bytes == "\n";
    const bool is_space =
        is_line || character.bytes == "\r" || character.bytes == "\t";
    if (is_line && keep_lines == KeepLines::kYes) {
      visible.push_back('\n');
    } else if (is_space && keep_lines != KeepLines::kEscaped) {
      visible.push_back(' ');
    } else if (character.code_point < 0 || IsUnsafe(character.code_point)) {
      for (const char byte : character.bytes) {
        absl::StrAppendFormat(&visible, "\\x%02x",
                              static_cast<unsigned char>(byte));
      }
    } else {
      absl::StrAppend(&visible, character.bytes);
    }
  }
  return visible;
}

std::string CountText(size_t count, absl::string_view one,
                      absl::string_view several) {
  return absl::StrCat(count, " ", count == 1 ? one : several);
}

}  // namespace consilium

// Text as a terminal shows it: how wide it is, and nothing that would move the
// cursor or change the screen.
#ifndef CONSILIUM_CLIENT_CLI_DISPLAY_TEXT_H_
#define CONSILIUM_CLIENT_CLI_DISPLAY_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"

namespace consilium {

// The columns that `text` takes in a terminal: wide characters two, combining
// ones none.
int DisplayWidth(absl::string_view text);

// `text`, and spaces up to `width` columns.
std::string PadRight(absl::string_view text, int width);
std::string PadLeft(absl::string_view text, int width);

// As much of `text` as fits `width` columns, with … where some was left out.
std::string CutToWidth(absl::string_view text, int width);

// "1 study", "2 studies".
std::string CountText(size_t count, absl::string_view one,
                      absl::string_view several);

enum class KeepLines { kNo, kYes, kEscaped };

// `text` with control characters as \xNN, bytes that are no UTF-8 too, and
// ends of lines as spaces unless they are kept or, of what ought to hold none,
// escaped like the others.
std::string VisibleText(absl::string_view text,
                        KeepLines keep_lines = KeepLines::kNo);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_DISPLAY_TEXT_H_

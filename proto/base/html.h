// Builds HTML in which every text is escaped for the place where it stands.
//
// One thread. Elements are closed in the order in which they were opened.
#ifndef CONSILIUM_PROTO_BASE_HTML_H_
#define CONSILIUM_PROTO_BASE_HTML_H_

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace consilium {

class HtmlWriter {
 public:
  using Attributes =
      std::initializer_list<std::pair<absl::string_view, absl::string_view>>;

  // A page, or a part of one: what stands inside another document, or an SVG.
  enum class Kind { kPage, kFragment };
  explicit HtmlWriter(Kind kind = Kind::kPage)
      : html_(kind == Kind::kPage ? "<!DOCTYPE html>\n" : "") {}

  // <tag attributes>. An attribute with an empty value is left out.
  HtmlWriter& Open(absl::string_view tag, Attributes attributes = {});
  HtmlWriter& Close();

  // Escaped text.
  HtmlWriter& Text(absl::string_view text);

  // <tag attributes>text</tag>.
  HtmlWriter& Element(absl::string_view tag, absl::string_view text,
                      Attributes attributes = {});

  // <tag attributes>, for tags that have no end.
  HtmlWriter& Void(absl::string_view tag, Attributes attributes = {});

  // A style sheet, as it is; it holds no user's text.
  HtmlWriter& Style(absl::string_view css);

  // What another writer has finished, as it is.
  HtmlWriter& Fragment(absl::string_view fragment);

  // The page. Everything must be closed.
  std::string Finish() &&;

 private:
  void WriteTag(absl::string_view tag, Attributes attributes);

  std::string html_;
  std::vector<std::string> open_;
};

// `text` with the five characters that HTML gives a meaning replaced by their
// names, and those that would reorder or hide the text around them (controls,
// overrides of direction) by U+FFFD.
std::string EscapeHtml(absl::string_view text);

}  // namespace consilium

#endif  // CONSILIUM_PROTO_BASE_HTML_H_

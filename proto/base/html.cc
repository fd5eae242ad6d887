#include "proto/base/html.h"

#include <cassert>

#include "absl/strings/str_cat.h"

namespace consilium {
namespace {

// Elements after whose end a line break changes nothing that is seen.
bool EndsLine(absl::string_view tag) {
  for (const absl::string_view block :
       {"head",    "body",  "header", "main", "footer", "section", "article",
        "table",   "thead", "tbody",  "tr",   "ul",     "ol",      "li",
        "dl",      "dd",    "p",      "h1",   "h2",     "h3",      "h4",
        "details", "title", "style",  "nav",  "div"}) {
    if (tag == block) return true;
  }
  return false;
}

constexpr char kReplacement[] = "\xEF\xBF\xBD";  // U+FFFD.

// Bytes of the character at the start of `text` if it is a control character
// or an override of the direction of text; 0 if it is neither.
size_t HiddenSize(absl::string_view text) {
  const auto byte = [&](size_t at) {
    return at < text.size() ? static_cast<unsigned char>(text[at]) : 0u;
  };
  if (byte(0) == '\t' || byte(0) == '\n') return 0;
  if (byte(0) < 0x20 || byte(0) == 0x7F) return 1;
  // U+0080 to U+009F.
  if (byte(0) == 0xC2 && byte(1) >= 0x80 && byte(1) <= 0x9F) return 2;
  if (byte(0) != 0xE2) return 0;
  // U+202A to U+202E, U+2066 to U+2069.
  const bool is_override =
      byte(1) == 0x80 && byte(2) >= 0xAA && byte(2) <= 0xAE;
  const bool is_isolate = byte(1) == 0x81 && byte(2) >= 0xA6 && byte(2) <= 0xA9;
  return is_override || is_isolate ? 3 : 0;
}

}  // namespace

std::string EscapeHtml(absl::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const size_t hidden_size = HiddenSize(text.substr(i));
    if (hidden_size > 0) {
      escaped += kReplacement;
      i += hidden_size - 1;
      continue;
    }
    switch (text[i]) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped.push_back(text[i]);
    }
  }
  return escaped;
}

void HtmlWriter::WriteTag(absl::string_view tag, Attributes attributes) {
  absl::StrAppend(&html_, "<", tag);
  for (const auto& [name, value] : attributes) {
    if (value.empty()) continue;
    absl::StrAppend(&html_, " ", name, "=\"", EscapeHtml(value), "\"");
  }
  html_.push_back('>');
}

HtmlWriter& HtmlWriter::Open(absl::string_view tag, Attributes attributes) {
  WriteTag(tag, attributes);
  open_.emplace_back(tag);
  return *this;
}

HtmlWriter& HtmlWriter::Close() {
  assert(!open_.empty());
  absl::StrAppend(&html_, "</", open_.back(), ">");
  if (EndsLine(open_.back())) html_.push_back('\n');
  open_.pop_back();
  return *this;
}

HtmlWriter& HtmlWriter::Text(absl::string_view text) {
  absl::StrAppend(&html_, EscapeHtml(text));
  return *this;
}

HtmlWriter& HtmlWriter::Element(absl::string_view tag, absl::string_view text,
                                Attributes attributes) {
  return Open(tag, attributes).Text(text).Close();
}

HtmlWriter& HtmlWriter::Void(absl::string_view tag, Attributes attributes) {
  WriteTag(tag, attributes);
  return *this;
}

HtmlWriter& HtmlWriter::Style(absl::string_view css) {
  Open("style");
  absl::StrAppend(&html_, css);
  return Close();
}

HtmlWriter& HtmlWriter::Fragment(absl::string_view fragment) {
  absl::StrAppend(&html_, fragment);
  return *this;
}

std::string HtmlWriter::Finish() && {
  assert(open_.empty());
  return std::move(html_);
}

}  // namespace consilium

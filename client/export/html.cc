#include "client/export/html.h"

#include <cassert>

#include "absl/strings/str_cat.h"

namespace consilium {
namespace {

// Elements after whose end a line break changes nothing that is seen.
bool EndsLine(absl::string_view tag) {
  for (const absl::string_view block :
       {"head", "body", "header", "main", "footer", "section", "article",
        "table", "thead", "tbody", "tr", "ul", "ol", "li", "dl", "dd", "p",
        "h1", "h2", "h3", "h4", "details", "title", "style", "nav", "div"}) {
    if (tag == block) return true;
  }
  return false;
}

}  // namespace

std::string EscapeHtml(absl::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  for (const char c : text) {
    switch (c) {
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
        escaped.push_back(c);
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

std::string HtmlWriter::Finish() && {
  assert(open_.empty());
  return std::move(html_);
}

}  // namespace consilium

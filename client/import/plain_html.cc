#include "client/import/plain_html.h"

#include <re2/re2.h>

#include "absl/strings/ascii.h"
#include "absl/strings/str_replace.h"
#include "client/import/text_pattern.h"

namespace consilium {

std::string PlainHtml(absl::string_view html) {
  std::string text(html);
  RE2::GlobalReplace(
      &text, Pattern("(?i)\\s*(</(p|div|li|h[1-6]|tr)>|<br ?/?>)\\s*"), "\n");
  RE2::GlobalReplace(&text, Pattern("</?[A-Za-z][^<>]*>"), "");
  text = absl::StrReplaceAll(text, {{"&nbsp;", " "},
                                    {"&lt;", "<"},
                                    {"&gt;", ">"},
                                    {"&quot;", "\""},
                                    {"&#39;", "'"},
                                    {"&apos;", "'"},
                                    {"&ndash;", "–"},
                                    {"&mdash;", "—"},
                                    {"&plusmn;", "±"},
                                    {"&le;", "≤"},
                                    {"&ge;", "≥"},
                                    {"&amp;", "&"}});
  absl::StripAsciiWhitespace(&text);
  return text;
}

}  // namespace consilium

#include "absl/strings/str_cat.h"
#include "server/page/page_parts.h"
#include "server/page/page_words.h"

namespace consilium {

void OpenPart(HtmlWriter& html, absl::string_view id, absl::string_view title) {
  const std::string heading = absl::StrCat(id, "-heading");
  html.Open("section", {{"id", id}, {"aria-labelledby", heading}});
  html.Element("h2", title, {{"id", heading}});
}

void OpenScroll(HtmlWriter& html, absl::string_view label) {
  html.Open("div", {{"class", "scroll"},
                    {"role", "region"},
                    {"aria-label", label},
                    {"tabindex", "0"}});
}

void WriteFigure(HtmlWriter& html, absl::string_view figure,
                 absl::string_view svg, absl::string_view caption,
                 absl::string_view narrow) {
  html.Open("figure", {{"id", figure}});
  html.Open("div", {{"class", narrow.empty() ? "scroll" : "scroll wide"},
                    {"role", "region"},
                    {"aria-label", absl::StrCat("Figure: ", caption)},
                    {"tabindex", "0"}});
  html.Fragment(svg).Close();
  if (!narrow.empty()) {
    html.Open("div", {{"class", "narrow"}}).Fragment(narrow).Close();
  }
  html.Element("figcaption", caption).Close();
}

void WriteGroups(HtmlWriter& html, const v1::ReviewResult& result,
                 absl::string_view trial_id, absl::string_view group,
                 absl::string_view reference) {
  html.Text(GroupsWords(result, trial_id, group, reference));
  if (IsUnidentified(group) || IsUnidentified(reference)) {
    html.Text(" ");
    WriteMark(html, "doubted", "§ The report does not say which group");
  }
}

void WriteMark(HtmlWriter& html, absl::string_view kind,
               absl::string_view words) {
  html.Element("span", words, {{"class", absl::StrCat("mark ", kind)}});
}

void WriteCertainty(HtmlWriter& html, const v1::OutcomeResult& outcome) {
  const v1::CertaintyLevel level = outcome.certainty().level();
  html.Open("div", {{"class", "certainty"}});
  html.Open("span",
            {{"class",
              level == v1::CERTAINTY_LEVEL_UNSPECIFIED ? "remark" : "level"}});
  if (!CertaintySigns(level).empty()) {
    html.Element("span", CertaintySigns(level), {{"aria-hidden", "true"}});
    html.Text(" ");
  }
  html.Text(CertaintyWords(level)).Close();
  if (outcome.certainty_outdated()) {
    html.Text(" ");
    WriteMark(html, "doubted", "Judged before the latest evidence");
  }
  html.Close();
}

}  // namespace consilium

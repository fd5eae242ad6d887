#include "proto/base/manual_page.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "proto/base/version.h"

namespace consilium {
namespace {

// What roff prints as something else, and how to have it as it is. A plain
// hyphen could not be copied into a shell, nor searched for.
absl::string_view Escape(const char& c) {
  switch (c) {
    case '\\':
      return "\\(rs";
    case '-':
      return "\\-";
    case '\'':
      return "\\(aq";
    case '`':
      return "\\(ga";
    case '^':
      return "\\(ha";
    case '~':
      return "\\(ti";
    case '"':
      return "\\(dq";
    default:
      return absl::string_view(&c, 1);
  }
}

// `text` for a line of its own.
std::string Roff(absl::string_view text) {
  // At the start of a line a full stop would begin a request.
  std::string roff = !text.empty() && text.front() == '.' ? "\\&" : "";
  for (const char& c : text) {
    absl::StrAppend(&roff, c == '\n' ? absl::string_view(" ") : Escape(c));
  }
  return roff;
}

}  // namespace

ManualPage::ManualPage(absl::string_view name, int section,
                       absl::string_view summary)
    : name_(name), section_(section) {
  Line(absl::StrCat(".TH \"", Roff(absl::AsciiStrToUpper(name)), "\" ", section,
                    " \"\" \"Consilium ", ReleaseVersion(),
                    "\" \"Consilium\""));
  // Commands and paths are to be read as they are typed.
  Line(".nh");
  Line(".ad l");
  Section("NAME");
  Line(absl::StrCat(Roff(name), " \\- ", Roff(summary)));
}

ManualPage& ManualPage::Section(absl::string_view title) {
  Line(absl::StrCat(".SH \"", Roff(title), "\""));
  return *this;
}

ManualPage& ManualPage::Subsection(absl::string_view title) {
  Line(absl::StrCat(".SS \"", Roff(title), "\""));
  return *this;
}

ManualPage& ManualPage::Paragraph(absl::string_view text) {
  NewParagraph();
  Line(Roff(text));
  return *this;
}

ManualPage& ManualPage::CommandLine(absl::string_view line) {
  NewParagraph();
  Line(absl::StrCat(".B \"", Roff(line), "\""));
  return *this;
}

ManualPage& ManualPage::Term(absl::string_view term, absl::string_view text) {
  Line(".TP");
  Line(absl::StrCat(".B \"", Roff(term), "\""));
  Line(Roff(text));
  return *this;
}

ManualPage& ManualPage::Example(const std::vector<std::string>& lines) {
  NewParagraph();
  Line(".RS 4");
  Line(".nf");
  for (const std::string& line : lines) Line(Roff(line));
  Line(".fi");
  Line(".RE");
  return *this;
}

ManualPage& ManualPage::SeeAlso(const std::vector<std::string>& pages) {
  Section("SEE ALSO");
  Line(Roff(absl::StrJoin(pages, ", ")));
  return *this;
}

void ManualPage::NewParagraph() {
  // A title begins one by itself.
  if (!after_title_) Line(".PP");
}

std::string ManualPage::FileName() const {
  return absl::StrCat(name_, ".", section_);
}

void ManualPage::Line(absl::string_view line) {
  absl::StrAppend(&text_, line, "\n");
  after_title_ = absl::StartsWith(line, ".S");
}

}  // namespace consilium

// A page for man(1).
#ifndef CONSILIUM_PROTO_BASE_MANUAL_PAGE_H_
#define CONSILIUM_PROTO_BASE_MANUAL_PAGE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace consilium {

// Builds a page in roff's man macros, the same bytes for the same calls: it
// carries the release and no date. Texts are plain; what roff would take for
// its own is escaped.
//
// One thread.
class ManualPage {
 public:
  // consilium(1) has the name "consilium" and section 1. The summary is one
  // line without a full stop.
  ManualPage(absl::string_view name, int section, absl::string_view summary);

  ManualPage& Section(absl::string_view title);
  ManualPage& Subsection(absl::string_view title);
  ManualPage& Paragraph(absl::string_view text);
  // A line as it is typed, in bold.
  ManualPage& CommandLine(absl::string_view line);
  // What `term` is.
  ManualPage& Term(absl::string_view term, absl::string_view text);
  // Lines kept as they are.
  ManualPage& Example(const std::vector<std::string>& lines);
  // Other pages: "consilium(1)".
  ManualPage& SeeAlso(const std::vector<std::string>& pages);

  // "consilium.1".
  std::string FileName() const;
  const std::string& text() const { return text_; }

 private:
  void NewParagraph();
  void Line(absl::string_view line);

  const std::string name_;
  const int section_;
  std::string text_;
  bool after_title_ = false;
};

}  // namespace consilium

#endif  // CONSILIUM_PROTO_BASE_MANUAL_PAGE_H_

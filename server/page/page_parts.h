// The parts of a review's page, in the order in which they stand there.
//
// Pure. Each writes its headings from level 2 on, and nothing when it has
// nothing to say.
#ifndef CONSILIUM_SERVER_PAGE_PAGE_PARTS_H_
#define CONSILIUM_SERVER_PAGE_PAGE_PARTS_H_

#include "absl/strings/string_view.h"
#include "consilium/v1/review_result.pb.h"
#include "proto/base/html.h"

namespace consilium {

// What the reader came for: conclusions, news, age, summary of findings.
void WriteProtocolDisputes(HtmlWriter& html, const v1::ReviewResult& result);
void WriteBottomLine(HtmlWriter& html, const v1::ReviewResult& result);
void WriteNews(HtmlWriter& html, const v1::ReviewResult& result);
void WriteCurrency(HtmlWriter& html, const v1::ReviewResult& result);
void WriteSummaryOfFindings(HtmlWriter& html, const v1::ReviewResult& result);

// Each outcome: plots, their tables, other analyses, what was left out.
void WriteOutcomes(HtmlWriter& html, const v1::ReviewResult& result);

// What the studies say.
void WriteSections(HtmlWriter& html, const v1::ReviewResult& result);
void WriteOngoing(HtmlWriter& html, const v1::ReviewResult& result);
void WriteGapMap(HtmlWriter& html, const v1::ReviewResult& result);
void WriteToxicity(HtmlWriter& html, const v1::ReviewResult& result);

// How far it can be trusted, and how to compute it again.
void WriteRiskOfBias(HtmlWriter& html, const v1::ReviewResult& result);
void WriteFlow(HtmlWriter& html, const v1::ReviewResult& result);
void WriteFindings(HtmlWriter& html, const v1::ReviewResult& result);
void WritePossibleTrials(HtmlWriter& html, const v1::ReviewResult& result);
void WriteExcludedTrials(HtmlWriter& html, const v1::ReviewResult& result);
void WriteReferences(HtmlWriter& html, const v1::ReviewResult& result);
void WriteProtocol(HtmlWriter& html, const v1::ReviewResult& result);
void WriteReproduction(HtmlWriter& html, const v1::ReviewResult& result);

// True when the part of that name writes something; contents list only those.
bool HasExcludedTrials(const v1::ReviewResult& result);

// Opens a part: <section id><h2>. The caller closes it.
void OpenPart(HtmlWriter& html, absl::string_view id, absl::string_view title);

// Opens a region that scrolls sideways where it does not fit, and that the
// keyboard reaches. The caller closes it.
void OpenScroll(HtmlWriter& html, absl::string_view label);

// A figure with its caption. `narrow` is the same drawn for a phone, which
// shows it in the place of the other; empty where there is none.
void WriteFigure(HtmlWriter& html, absl::string_view figure,
                 absl::string_view svg, absl::string_view caption,
                 absl::string_view narrow = "");

// A badge with a sign and words: certainty, judgements, marks.
void WriteCertainty(HtmlWriter& html, const v1::OutcomeResult& outcome);
void WriteMark(HtmlWriter& html, absl::string_view kind,
               absl::string_view words);

// The groups of a result in words, with a mark where the report does not say
// which of its groups it is.
void WriteGroups(HtmlWriter& html, const v1::ReviewResult& result,
                 absl::string_view trial_id, absl::string_view group,
                 absl::string_view reference);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_PAGE_PAGE_PARTS_H_

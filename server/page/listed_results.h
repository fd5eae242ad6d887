// The results of an outcome that were not pooled, as tables of the page.
//
// Pure. Each writes nothing when there are none.
#ifndef CONSILIUM_SERVER_PAGE_LISTED_RESULTS_H_
#define CONSILIUM_SERVER_PAGE_LISTED_RESULTS_H_

#include "consilium/v1/review_result.pb.h"
#include "proto/base/html.h"
#include "proto/base/result_rows.h"

namespace consilium {

// Those that were found, by study, each with the reason. `rows` are those of
// `result`.
void WriteExcluded(HtmlWriter& html, const v1::ReviewResult& result,
                   const v1::OutcomeResult& outcome, const ResultRows& rows);

// Those that the outcome's filter may mean.
void WritePossibleResults(HtmlWriter& html, const v1::ReviewResult& result,
                          const v1::OutcomeResult& outcome);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_PAGE_LISTED_RESULTS_H_

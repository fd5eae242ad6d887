// Where a number was read and who entered it, folded under the number so that
// keyboards and touch reach it.
//
// Pure.
#ifndef CONSILIUM_SERVER_PAGE_PROVENANCE_TEXT_H_
#define CONSILIUM_SERVER_PAGE_PROVENANCE_TEXT_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "consilium/v1/evidence.pb.h"
#include "consilium/v1/review_result.pb.h"
#include "proto/base/html.h"

namespace consilium {

// What unfolds: pairs of a term and what is known of it.
using ProvenanceFacts = std::vector<std::pair<std::string, std::string>>;

// `result` lists the reports that they name.
ProvenanceFacts FactsOf(const v1::ReviewResult& result,
                        const v1::StudyResult& study);
ProvenanceFacts FactsOf(const v1::ReviewResult& result,
                        const v1::EvidenceRow& row);

// `text`, which unfolds to `facts`; text alone when there are none.
void WriteWithFacts(HtmlWriter& html, absl::string_view text,
                    const ProvenanceFacts& facts);

// "Aronson 1948, table 2 / NCT02893332": where `row` was read.
std::string SourceText(const v1::ReviewResult& result,
                       const v1::EvidenceRow& row);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_PAGE_PROVENANCE_TEXT_H_

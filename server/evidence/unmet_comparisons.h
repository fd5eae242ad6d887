// Why no row matches a filter, and which of its outcomes nobody knows.
//
// Pure functions.
#ifndef CONSILIUM_SERVER_EVIDENCE_UNMET_COMPARISONS_H_
#define CONSILIUM_SERVER_EVIDENCE_UNMET_COMPARISONS_H_

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "consilium/v1/evidence.pb.h"
#include "server/query/filter.h"

namespace consilium {

// Of a filter that no row matches: the comparisons that no row satisfies by
// itself, each in words with the value that was likely meant.
std::vector<std::string> UnmetComparisons(
    const Filter& filter, absl::Span<const v1::EvidenceRow* const> rows);

// Of one whose parts rows satisfy, but none all of them: which part keeps how
// many rows away. Empty where that explains nothing.
std::vector<std::string> UnmetTogether(
    const Filter& filter, absl::Span<const v1::EvidenceRow* const> rows);

// The same of outcomes that the schema does not know, wherever they stand in
// the filter, for one that other rows match.
std::vector<std::string> UnmetOutcomes(
    const Filter& filter, absl::Span<const v1::EvidenceRow* const> rows);

// The outcomes that `filter` compares with and that the schema does not know,
// each in words with those that are close: 'has outcome = "xyz", and no outcome
// has that name; ...'. Only the topic of a conclusion can be such a word.
std::vector<std::string> UnknownOutcomes(const Filter& filter);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_EVIDENCE_UNMET_COMPARISONS_H_

// Why no row matches a filter.
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

}  // namespace consilium

#endif  // CONSILIUM_SERVER_EVIDENCE_UNMET_COMPARISONS_H_

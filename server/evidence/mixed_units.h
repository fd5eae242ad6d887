// Numbers of several units in one answer.
#ifndef CONSILIUM_SERVER_EVIDENCE_MIXED_UNITS_H_
#define CONSILIUM_SERVER_EVIDENCE_MIXED_UNITS_H_

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "consilium/v1/evidence.pb.h"
#include "server/query/filter.h"

namespace consilium {

// For people, a line for each of value, low and high that `filter` compares as
// printed where the rows that meet all its other parts have it in several
// units: "value is compared as printed, in d (1 row) and mo (24 rows);
// valueMonths compares all times".
//
// A pure function.
std::vector<std::string> MixedUnits(
    const Filter& filter, absl::Span<const v1::EvidenceRow* const> rows);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_EVIDENCE_MIXED_UNITS_H_

// Filters over evidence rows: those of server/query, in which the terms of the
// vocabularies have synonyms, and what a report leaves open is told apart from
// what it denies.
#ifndef CONSILIUM_SERVER_EVIDENCE_EVIDENCE_FILTER_H_
#define CONSILIUM_SERVER_EVIDENCE_EVIDENCE_FILTER_H_

#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "consilium/v1/evidence.pb.h"
#include "server/query/filter.h"

namespace consilium {

inline constexpr absl::string_view kFilterUnknownTerm = "FILTER_UNKNOWN_TERM";

// Reads `text` as a filter over EvidenceRow. For the fields that hold terms,
// `=`, `!=` and `:` with a term, its title or a synonym in any case of letters
// mean that term as a whole; text with a * is compared as it stands. Drugs and
// adverse events may be others than the vocabularies know.
//   INVALID_ARGUMENT  as Filter::Parse; FILTER_UNKNOWN_TERM names the terms
//                     that are close.
absl::StatusOr<Filter> ParseEvidenceFilter(absl::string_view text);

// Whether a row that does not match `filter` may do so: when comparisons with
// fields that the row lists as unstated are taken to hold or to fail, whichever
// lets it match. Adds those fields to `fields`.
bool MayMatch(const Filter& filter, const v1::EvidenceRow& row,
              std::set<std::string>& fields);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_EVIDENCE_EVIDENCE_FILTER_H_

// Filters over evidence rows: those of server/query, in which the terms of the
// vocabularies have synonyms. row_matcher.h asks them.
#ifndef CONSILIUM_SERVER_EVIDENCE_EVIDENCE_FILTER_H_
#define CONSILIUM_SERVER_EVIDENCE_EVIDENCE_FILTER_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/query/filter.h"

namespace consilium {

// Reads `text` as a filter over EvidenceRow. For the fields that hold terms,
// `=`, `!=` and `:` with a term, its title or a synonym in any case of letters
// mean that term as a whole; text with a * is compared as it stands. An adverse
// event is meant with those below it. Outcomes may be written in full. Drugs,
// adverse events and outcomes may be others than the vocabularies know.
//
// A number with a unit of time, or with %, means the field in months or in
// percent: `value > "1 year"` is `valueMonths > 12`. A grade that is a number
// is compared with the range of grades of the row.
//   INVALID_ARGUMENT  as Filter::Parse; FILTER_UNKNOWN_TERM names the terms
//                     that are close.
absl::StatusOr<Filter> ParseEvidenceFilter(absl::string_view text);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_EVIDENCE_EVIDENCE_FILTER_H_

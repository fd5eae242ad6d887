// Filters over evidence rows: those of server/query, in which the terms of the
// vocabularies have synonyms, and what a report leaves open is told apart from
// what it denies.
#ifndef CONSILIUM_SERVER_EVIDENCE_EVIDENCE_FILTER_H_
#define CONSILIUM_SERVER_EVIDENCE_EVIDENCE_FILTER_H_

#include <set>
#include <string>
#include <vector>

#include "absl/container/node_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "consilium/v1/evidence.pb.h"
#include "server/evidence/row_match.h"
#include "server/evidence/study_facts.h"
#include "server/query/filter.h"
#include "server/query/filter_matcher.h"

namespace consilium {

inline constexpr absl::string_view kFilterUnknownTerm = "FILTER_UNKNOWN_TERM";

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

// Asks one question of rows, and keeps what it works out of their arms and
// trials, which many rows share: those must outlive it unchanged.
//
// One thread.
class RowMatcher {
 public:
  // `filter` was read by ParseEvidenceFilter, or is part of one that was, and
  // must outlive this, as `variants` must: the other values of rows in
  // conflict. Without them what rows show counts alone.
  explicit RowMatcher(const FilterNode& filter,
                      const RowVariants* variants = nullptr)
      : filter_(filter), variants_(variants) {}

  // Whether `row`, with its records, matches. It may when that depends on what
  // the report leaves open: on comparisons with fields that the row lists as
  // unstated, with values that they may have, and with numbers of which it
  // prints bounds alone; or when another value that stands in a conflict
  // answers a comparison otherwise. Adds those fields to `fields`.
  RowMatch Match(const v1::EvidenceRow& row, std::set<std::string>& fields);

  // Of the row that was matched last, and did not: the comparisons with fields
  // of which it has no value, when that alone keeps it from matching.
  // SilentRows counts such rows.
  const std::vector<const FilterNode*>& silent() const { return silent_; }

 private:
  FilterMatch Evaluate(const FilterNode& node, const v1::EvidenceRow& row,
                       std::set<std::string>& fields);
  FilterMatch MatchVariants(const FilterNode& node, const v1::EvidenceRow& row,
                            std::set<std::string>& fields);
  FilterMatch MatchLeaf(const FilterNode& node, const v1::EvidenceRow& row,
                        std::set<std::string>& fields);
  FilterMatch MatchComparison(const FilterNode& comparison,
                              const v1::EvidenceRow& row,
                              std::set<std::string>& fields);
  RowMatch MatchTreatment(const FilterNode& comparison,
                          const v1::EvidenceRow& row);
  RowMatch MatchUnstated(const FilterNode& comparison,
                         const v1::EvidenceRow& row);
  const Treatment& TreatmentOfArm(const v1::Arm& arm);
  const Population& PopulationOfTrial(const v1::Trial& trial);

  const FilterNode& filter_;
  const RowVariants* const variants_;
  std::vector<const FilterNode*> silent_;
  absl::node_hash_map<const v1::Arm*, Treatment> treatments_;
  absl::node_hash_map<const v1::Trial*, Population> populations_;
};

// That of one row.
RowMatch MatchRow(const Filter& filter, const v1::EvidenceRow& row,
                  std::set<std::string>& fields);

// Of a filter that no row matches: the comparisons that no row satisfies by
// itself, each in words with the value that was likely meant.
std::vector<std::string> UnmetComparisons(
    const Filter& filter, absl::Span<const v1::EvidenceRow* const> rows);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_EVIDENCE_EVIDENCE_FILTER_H_

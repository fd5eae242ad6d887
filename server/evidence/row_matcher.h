// Asks filters of evidence rows. What a report leaves open is told apart from
// what it denies.
#ifndef CONSILIUM_SERVER_EVIDENCE_ROW_MATCHER_H_
#define CONSILIUM_SERVER_EVIDENCE_ROW_MATCHER_H_

#include <set>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "consilium/v1/evidence.pb.h"
#include "server/evidence/arm_matcher.h"
#include "server/evidence/bounded_value.h"
#include "server/evidence/row_match.h"
#include "server/query/filter.h"
#include "server/query/filter_matcher.h"

namespace consilium {

// Asks one question of rows, and keeps what it works out of their arms and
// trials.
//
// One thread.
class RowMatcher {
 public:
  // `filter` was read by ParseEvidenceFilter, or is part of one that was, and
  // must outlive this, as `variants` must: the other values of rows in
  // conflict. Without them what rows show counts alone. Matchers may share
  // `facts`, which must outlive them; null keeps them apart.
  explicit RowMatcher(const FilterNode& filter,
                      const RowVariants* variants = nullptr,
                      RowFacts* facts = nullptr);

  RowMatcher(const RowMatcher&) = delete;
  RowMatcher& operator=(const RowMatcher&) = delete;

  // Whether `row`, with its records, matches. It may when that depends on what
  // the report leaves open: on comparisons with fields that the row lists as
  // unstated, with values that they may have, and with numbers of which it
  // prints bounds alone; or when another value that stands in a conflict
  // answers a comparison otherwise. Adds those fields to `fields`.
  RowMatch Match(const v1::EvidenceRow& row, std::set<std::string>& fields);

  // Of the row that was matched last, and did not: the comparisons with fields
  // of which it has no value, and the ANDs whose terms several of its arms meet
  // and none alone, when that keeps it from matching. SilentRows counts such
  // rows.
  const std::vector<const FilterNode*>& silent() const { return silent_; }

  // Of the row that was matched last, and did: the comparisons under a NOT with
  // lists of terms of which its report says nothing at all.
  const std::vector<const FilterNode*>& unsaid() const { return unsaid_; }

 private:
  void AddGrades(const FilterNode& node);
  FilterMatch Evaluate(const FilterNode& node, const v1::EvidenceRow& row,
                       std::set<std::string>& fields);
  FilterMatch EvaluateAnd(const FilterNode& node, const v1::EvidenceRow& row,
                          std::set<std::string>& fields);
  FilterMatch EvaluateOr(const FilterNode& node, const v1::EvidenceRow& row,
                         std::set<std::string>& fields);
  FilterMatch MatchVariants(const FilterNode& node, const v1::EvidenceRow& row,
                            std::set<std::string>& fields);
  FilterMatch MatchLeaf(const FilterNode& node, const v1::EvidenceRow& row,
                        std::set<std::string>& fields);
  FilterMatch MatchComparison(const FilterNode& comparison,
                              const v1::EvidenceRow& row,
                              std::set<std::string>& fields);
  RowMatch MatchUnstated(const FilterNode& comparison,
                         const v1::EvidenceRow& row);
  FilterMatch MatchOneArm(absl::Span<const FilterNode* const> terms,
                          const v1::EvidenceRow& row,
                          std::set<std::string>& fields);

  const FilterNode& filter_;
  const RowVariants* const variants_;
  RowFacts own_facts_;
  RowFacts& facts_;
  ArmMatcher arms_;
  absl::flat_hash_map<const FilterNode*, GradeRange> grades_;  // Asked for.
  std::vector<const FilterNode*> silent_;
  std::vector<const FilterNode*> unsaid_;
  int negations_ = 0;  // NOTs around the part that is evaluated.
};

// That of one row.
RowMatch MatchRow(const Filter& filter, const v1::EvidenceRow& row,
                  std::set<std::string>& fields);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_EVIDENCE_ROW_MATCHER_H_

// The rows that a question passes over because a field that it compares has no
// value in them: what an answer leaves out, and why.
#ifndef CONSILIUM_SERVER_EVIDENCE_SILENT_ROWS_H_
#define CONSILIUM_SERVER_EVIDENCE_SILENT_ROWS_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "consilium/v1/evidence.pb.h"
#include "server/query/filter.h"

namespace consilium {

// One thread.
class SilentRows {
 public:
  // `filter` must outlive this.
  explicit SilentRows(const Filter& filter);

  // Counts a row that did not match, with RowMatcher::silent.
  void Add(const v1::EvidenceRow& row,
           const std::vector<const FilterNode*>& silent);

  // Counts a row that matched, with RowMatcher::unsaid.
  void AddUnsaid(const std::vector<const FilterNode*>& unsaid);

  // For people, a line for each field: "49 rows have no enrolled; they are not
  // among these"; for each AND that several arms meet and none alone; and for
  // each list that NOT finds empty: "9 rows say nothing of alterations; NOT
  // takes that for no". `rows` are all rows. Kinds of rows that never have the
  // field are told only where nothing else explains that no row matches.
  std::vector<std::string> Notices(
      absl::Span<const v1::EvidenceRow* const> rows, bool unexplained) const;

 private:
  // The rows without one field.
  struct Field {
    FilterPath path;
    std::map<int, int64_t> rows;  // By kind.
    // Of quantities in other units than the filter's: rows and those units.
    std::string unit;
    int64_t other_rows = 0;
    std::set<std::string> other_units;
  };

  void AddFields(const FilterNode& node, const FilterPath& prefix);

  std::map<std::string, Field> fields_;  // By path.
  // By what is asked of one arm, in words: rows that have it in several.
  std::map<std::string, int64_t> apart_;
  std::map<std::string, int64_t> unsaid_;  // By field.
  absl::flat_hash_map<const FilterNode*, Field*> by_comparison_;
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_EVIDENCE_SILENT_ROWS_H_

// How a row stands to a question, and what its values may be instead.
#ifndef CONSILIUM_SERVER_EVIDENCE_ROW_MATCH_H_
#define CONSILIUM_SERVER_EVIDENCE_ROW_MATCH_H_

#include <vector>

#include "absl/container/flat_hash_map.h"
#include "consilium/v1/evidence.pb.h"

namespace consilium {

// It may match when that depends on what the report leaves open.
enum class RowMatch { kNo, kMay, kYes };

// The same row under another value.
struct RowVariant {
  const v1::EvidenceRow* row = nullptr;
  // Another way to read the source, which the row's own values come before; of
  // values in conflict none does.
  bool reading = false;
};

// Of rows in conflict: the row under each other value that stands. Of rows that
// can be read otherwise: the row under each reading that names values.
using RowVariants =
    absl::flat_hash_map<const v1::EvidenceRow*, std::vector<RowVariant>>;

}  // namespace consilium

#endif  // CONSILIUM_SERVER_EVIDENCE_ROW_MATCH_H_

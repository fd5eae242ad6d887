// How a row stands to a question, and what its values may be instead.
#ifndef CONSILIUM_SERVER_EVIDENCE_ROW_MATCH_H_
#define CONSILIUM_SERVER_EVIDENCE_ROW_MATCH_H_

#include <vector>

#include "absl/container/flat_hash_map.h"
#include "consilium/v1/evidence.pb.h"

namespace consilium {

// It may match when that depends on what the report leaves open.
enum class RowMatch { kNo, kMay, kYes };

// Of rows in conflict: the same row under each other value that stands.
using RowVariants = absl::flat_hash_map<const v1::EvidenceRow*,
                                        std::vector<const v1::EvidenceRow*>>;

}  // namespace consilium

#endif  // CONSILIUM_SERVER_EVIDENCE_ROW_MATCH_H_

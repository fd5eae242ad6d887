// What rows would hold under the other values of what is in conflict.
//
// Pure functions.
#ifndef CONSILIUM_SERVER_EVIDENCE_ROW_DISPUTES_H_
#define CONSILIUM_SERVER_EVIDENCE_ROW_DISPUTES_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "consilium/v1/evidence.pb.h"
#include "server/evidence/evidence_records.h"
#include "server/evidence/row_match.h"

namespace consilium {

// The fields of `variant` that differ from those of `row`, in the order of the
// schema: those that people read, without what others follow from (a number in
// months) and without the records.
std::vector<v1::FieldReading> DifferentFields(const v1::EvidenceRow& row,
                                              const v1::EvidenceRow& variant);

using RowsById = absl::flat_hash_map<std::string, v1::EvidenceRow*>;

// Tells each of `rows` that `variant` of `record` touches what it would hold:
// the row of the element in conflict, a trial's own row, and any in which a
// field differs. `others` are the rows as the variant makes them; those of rows
// that were told are added to `variants`.
void TellDispute(const EvidenceRecord& record, const RecordVariant& variant,
                 const std::vector<v1::EvidenceRow*>& others,
                 const RowsById& rows, RowVariants& variants);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_EVIDENCE_ROW_DISPUTES_H_

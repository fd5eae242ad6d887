// What rows would hold under the other values of what is in conflict.
//
// Pure functions.
#ifndef CONSILIUM_SERVER_EVIDENCE_ROW_DISPUTES_H_
#define CONSILIUM_SERVER_EVIDENCE_ROW_DISPUTES_H_

#include <vector>

#include "consilium/v1/evidence.pb.h"

namespace consilium {

// The fields of `variant` that differ from those of `row`, in the order of the
// schema: those that people read, without what others follow from (a number in
// months) and without the records.
std::vector<v1::FieldReading> DifferentFields(const v1::EvidenceRow& row,
                                              const v1::EvidenceRow& variant);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_EVIDENCE_ROW_DISPUTES_H_

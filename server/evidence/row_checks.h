// What the numbers of one row say of each other.
#ifndef CONSILIUM_SERVER_EVIDENCE_ROW_CHECKS_H_
#define CONSILIUM_SERVER_EVIDENCE_ROW_CHECKS_H_

#include "consilium/v1/evidence.pb.h"
#include "server/evidence/finding_list.h"

namespace consilium {

// Adds what is wrong with `row` by itself.
void CheckRow(const v1::EvidenceRow& row, FindingList& findings);

// Whether more, or later, is better of the row's outcome.
bool HigherIsBetter(const v1::EvidenceRow& row);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_EVIDENCE_ROW_CHECKS_H_

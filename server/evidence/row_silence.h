// Which rows tell nothing of what a comparison asks.
//
// Pure functions.
#ifndef CONSILIUM_SERVER_EVIDENCE_ROW_SILENCE_H_
#define CONSILIUM_SERVER_EVIDENCE_ROW_SILENCE_H_

#include "consilium/v1/evidence.pb.h"
#include "server/query/filter_ast.h"

namespace consilium {

// Whether a row without a value for the comparison answers it all the same: its
// list of terms is empty, or its number is in a unit of another kind.
bool IsAnswered(const FilterNode& comparison, const v1::EvidenceRow& row);

// Whether the report says nothing at all of the terms that are compared, or
// only what is broader: that is no answer, as a list of what arms were given
// is.
bool SaysNothing(const FilterNode& comparison, const v1::EvidenceRow& row);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_EVIDENCE_ROW_SILENCE_H_

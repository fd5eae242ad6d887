// What a row of a sheet says of screening: who decided what at which stage.
//
// Pure functions.
#ifndef CONSILIUM_CLIENT_IMPORT_SHEET_SCREENING_H_
#define CONSILIUM_CLIENT_IMPORT_SHEET_SCREENING_H_

#include <vector>

#include "client/import/sheet_row.h"
#include "consilium/v1/screening.pb.h"

namespace consilium {

struct RowDecision {
  const SheetItem* item;  // Of the row, for messages.
  v1::ScreeningDecision decision;
};

// The decisions of `row`, in its order. A label is the screener where nothing
// else says who it is; stage, reason, note and date without a label are those
// of each. A reason without any decision is a problem of the row; the reason of
// a decision to take in is its note.
std::vector<RowDecision> DecisionsOf(SheetRow& row);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_IMPORT_SHEET_SCREENING_H_

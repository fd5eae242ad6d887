// The effects that a review pools, as metafor reads them: rma(yi, vi, data =
// ...). README.md has the columns.
#ifndef CONSILIUM_CLIENT_EXPORT_REVIEW_EFFECTS_H_
#define CONSILIUM_CLIENT_EXPORT_REVIEW_EFFECTS_H_

#include "client/export/review_evidence.h"
#include "client/export/table.h"

namespace consilium {

// One row for each estimate that an outcome's filter found: those that count,
// with yi, vi and sei on the scale of the analysis, then those that do not,
// with the reason.
Table ContrastTable(const ReviewEvidence& evidence);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_EXPORT_REVIEW_EFFECTS_H_

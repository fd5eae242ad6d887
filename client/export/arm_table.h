// The arms that a review pools, as metafor's escalc() reads them. README.md has
// the columns.
#ifndef CONSILIUM_CLIENT_EXPORT_ARM_TABLE_H_
#define CONSILIUM_CLIENT_EXPORT_ARM_TABLE_H_

#include <vector>

#include "client/export/left_out.h"
#include "client/export/review_evidence.h"
#include "client/export/table.h"

namespace consilium {

// One row for each estimate that counts and whose arms are printed as counts
// or as means: ai, n1i, ci, n2i and m1i, sd1i, m2i, sd2i. Of outcomes of single
// groups xi and ni. Adds every other estimate that the review found to `left`.
Table ArmTable(const ReviewEvidence& evidence, std::vector<LeftOut>& left);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_EXPORT_ARM_TABLE_H_

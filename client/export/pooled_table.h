// What a review pools, as a table.
//
// Pure.
#ifndef CONSILIUM_CLIENT_EXPORT_POOLED_TABLE_H_
#define CONSILIUM_CLIENT_EXPORT_POOLED_TABLE_H_

#include "client/export/table.h"
#include "consilium/v1/review_result.pb.h"

namespace consilium {

// For each outcome and design a row of the main analysis, pooled or not, then
// rows of its subgroups, of its sensitivity analyses, and of the range over
// which disputed values move it.
Table PooledTable(const v1::ReviewResult& result);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_EXPORT_POOLED_TABLE_H_

// The regressions of a review as a table, one row a coefficient.
#ifndef CONSILIUM_CLIENT_EXPORT_REGRESSION_TABLE_H_
#define CONSILIUM_CLIENT_EXPORT_REGRESSION_TABLE_H_

#include "client/export/table.h"
#include "consilium/v1/review_result.pb.h"

namespace consilium {

// A regression that could not be fitted has one row, with the reason.
Table RegressionTable(const v1::ReviewResult& result);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_EXPORT_REGRESSION_TABLE_H_

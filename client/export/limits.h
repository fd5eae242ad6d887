// The limits of exports.
#ifndef CONSILIUM_CLIENT_EXPORT_LIMITS_H_
#define CONSILIUM_CLIENT_EXPORT_LIMITS_H_

#include <cstddef>
#include <cstdint>

namespace consilium {

// Evidence rows read by one call.
inline constexpr int32_t kEvidencePageSize = 1000;

// Of a sheet of Office Open XML: rows below the header, and characters in a
// cell.
inline constexpr size_t kSheetRowsMax = 1'048'575;
inline constexpr size_t kSheetCellSizeMax = 32'767;

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_EXPORT_LIMITS_H_

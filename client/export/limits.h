// The limits of exports.
#ifndef CONSILIUM_CLIENT_EXPORT_LIMITS_H_
#define CONSILIUM_CLIENT_EXPORT_LIMITS_H_

#include <cstdint>

namespace consilium {

// Evidence rows read by one call.
inline constexpr int32_t kEvidencePageSize = 1000;

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_EXPORT_LIMITS_H_

// The limits of this library.
#ifndef CONSILIUM_SERVER_LIMITS_H_
#define CONSILIUM_SERVER_LIMITS_H_

#include <cstddef>

namespace consilium {

// What may be kept of pages of reviews, to be given again.
inline constexpr size_t kReviewPagesKeptMax = 64;
inline constexpr size_t kReviewPagesKeptSizeMax = size_t{64} << 20;  // Bytes.

}  // namespace consilium

#endif  // CONSILIUM_SERVER_LIMITS_H_

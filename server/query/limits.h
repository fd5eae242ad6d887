// The limits of this library.
#ifndef CONSILIUM_SERVER_QUERY_LIMITS_H_
#define CONSILIUM_SERVER_QUERY_LIMITS_H_

#include <cstddef>

namespace consilium {

// The text of a filter.
inline constexpr size_t kFilterSizeMax = 64 * 1024;  // Bytes.

// How deep parentheses and any(...) may nest.
inline constexpr int kFilterDepthMax = 40;

// Comparisons and bare words in one filter.
inline constexpr int kFilterTermsMax = 1000;

// Fields in one path, such as the three of a.b.c.
inline constexpr size_t kFilterPathSizeMax = 16;

// How much of the offending text an error repeats.
inline constexpr size_t kFilterExcerptSizeMax = 60;  // Bytes.

// How much of a text its index term holds.
inline constexpr size_t kTermTextSizeMax = 64;  // Bytes.

// A page token as it travels.
inline constexpr size_t kPageTokenSizeMax = 8 * 1024;  // Bytes.

}  // namespace consilium

#endif  // CONSILIUM_SERVER_QUERY_LIMITS_H_

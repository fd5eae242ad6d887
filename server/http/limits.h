// The limits of this library.
#ifndef CONSILIUM_SERVER_HTTP_LIMITS_H_
#define CONSILIUM_SERVER_HTTP_LIMITS_H_

#include <cstddef>

#include "absl/time/time.h"

namespace consilium {

// Connections at once. One more takes the place of that which has asked for
// nothing for longest.
inline constexpr unsigned kHttpConnectionsMax = 64;

// Connections over that while others are being closed; more wait to be
// accepted.
inline constexpr unsigned kHttpConnectionsClosing = 32;

// Memory of one connection, which its request line and headers must fit into.
inline constexpr size_t kHttpConnectionMemoryMax = 32 * 1024;  // Bytes.

// A connection on which nothing moves for so long is closed.
inline constexpr absl::Duration kHttpIdleTimeout = absl::Seconds(10);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_HTTP_LIMITS_H_

// The limits of calls to a server.
#ifndef CONSILIUM_CLIENT_API_LIMITS_H_
#define CONSILIUM_CLIENT_API_LIMITS_H_

#include <cstddef>

#include "absl/time/time.h"

namespace consilium {

// One unary call, with its retries, unless the caller says otherwise.
inline constexpr absl::Duration kUnaryDeadline = absl::Seconds(10);

// One streaming call. What a stream may wait between two messages is up to
// whoever reads it; this only keeps a forgotten one from living for ever.
inline constexpr absl::Duration kStreamDeadline = absl::Hours(24);

// A message on the wire, both ways.
inline constexpr size_t kMessageSizeMax = 8 * 1024 * 1024;  // Bytes.

// Attempts of one call while the server is unavailable, the first included.
inline constexpr int kCallAttemptsMax = 4;

// Waits between the attempts of one call.
inline constexpr absl::Duration kRetryDelayMin = absl::Milliseconds(100);
inline constexpr absl::Duration kRetryDelayMax = absl::Seconds(1);

// One attempt to connect, its handshake included: a busy server is slow, not
// away.
inline constexpr absl::Duration kConnectTimeout = absl::Seconds(5);

// An idle connection with a running call is probed this often, and given up
// when the probe is not answered in time.
inline constexpr absl::Duration kKeepaliveInterval = absl::Seconds(60);
inline constexpr absl::Duration kKeepaliveTimeout = absl::Seconds(20);

// Resources in one page of a list that is read to its end.
inline constexpr int kPageSize = 1000;

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_API_LIMITS_H_

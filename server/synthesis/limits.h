// Bounds of what this library computes with. Within them no sum of squares
// overflows, and every loop ends.
#ifndef CONSILIUM_SERVER_SYNTHESIS_LIMITS_H_
#define CONSILIUM_SERVER_SYNTHESIS_LIMITS_H_

#include <cstddef>

namespace consilium {

inline constexpr double kEffectMagnitudeMax = 1e30;
inline constexpr double kVarianceMin = 1e-30;
inline constexpr double kVarianceMax = 1e30;

inline constexpr size_t kStudyCountMax = 10'000;
inline constexpr size_t kModeratorCountMax = 20;

// Confidence levels in percent, both outside the range.
inline constexpr double kLevelMin = 0;
inline constexpr double kLevelMax = 100;

inline constexpr int kIterationCountMax = 1'000;

}  // namespace consilium

#endif  // CONSILIUM_SERVER_SYNTHESIS_LIMITS_H_

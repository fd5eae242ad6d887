// The limits of this library.
#ifndef CONSILIUM_SERVER_REVIEW_LIMITS_H_
#define CONSILIUM_SERVER_REVIEW_LIMITS_H_

#include <cstddef>

namespace consilium {

// Combinations of values in dispute that are all computed; beyond, one study
// at a time takes its other values.
inline constexpr size_t kDisputedCombinationsMax = 256;

// Values in conflict in a protocol under which outcomes are computed again;
// beyond, values are told and nothing is computed.
inline constexpr size_t kProtocolValuesMax = 32;

// Changes of a protocol after data that notices tell one by one, the latest.
inline constexpr int kNoticedChangesMax = 5;

// Bytes of a protocol's value that a notice tells; the result has all.
inline constexpr size_t kNoticeValueSizeMax = 300;

// Studies of one result without which each the pooled effect is computed
// again; the lists by study are left out beyond.
inline constexpr size_t kStudyListsMax = 500;

// Reviews that an error names when there is none of that name.
inline constexpr size_t kReviewsNamedMax = 20;

// A review's result, and what is rendered of it: both stand in memory until
// the last part is sent.
inline constexpr size_t kRenderedReviewSizeMax = size_t{1} << 30;  // Bytes.

}  // namespace consilium

#endif  // CONSILIUM_SERVER_REVIEW_LIMITS_H_

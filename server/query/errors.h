// The failures of this library: a filter or a page token that cannot be used.
// All are INVALID_ARGUMENT and carry a BadRequest that names the request's
// field, "filter" or "pageToken".
#ifndef CONSILIUM_SERVER_QUERY_ERRORS_H_
#define CONSILIUM_SERVER_QUERY_ERRORS_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace consilium {

inline constexpr absl::string_view kFilterSyntax = "FILTER_SYNTAX";
inline constexpr absl::string_view kFilterUnknownField = "FILTER_UNKNOWN_FIELD";
inline constexpr absl::string_view kFilterTypeMismatch = "FILTER_TYPE_MISMATCH";
inline constexpr absl::string_view kFilterTooLarge = "FILTER_TOO_LARGE";
inline constexpr absl::string_view kPageTokenMalformed = "PAGE_TOKEN_MALFORMED";
inline constexpr absl::string_view kPageTokenOtherQuery =
    "PAGE_TOKEN_OTHER_QUERY";
inline constexpr absl::string_view kPageTokenOtherServer =
    "PAGE_TOKEN_OTHER_SERVER";

// A fault in the filter `text` at byte `offset`: `found` is what stands there
// and `wish` what was wanted. The position in the message counts characters
// from 1.
absl::Status FilterError(absl::string_view reason, absl::string_view text,
                         size_t offset, absl::string_view found,
                         absl::string_view wish);

// The whole filter exceeds the limit of that name.
absl::Status FilterTooLarge(absl::string_view limit, size_t maximum,
                            absl::string_view wish);

absl::Status PageTokenMalformed();
absl::Status PageTokenOtherQuery();
// The token of one method at another: "consilium.v1.TrialService/ListTrials".
absl::Status PageTokenOtherList(absl::string_view given_by,
                                absl::string_view used_at);
absl::Status PageTokenOtherServer();

}  // namespace consilium

#endif  // CONSILIUM_SERVER_QUERY_ERRORS_H_

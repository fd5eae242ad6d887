// The failures of this library: studies or settings that cannot be computed
// with. All are INVALID_ARGUMENT and name the study, the value and the wish.
#ifndef CONSILIUM_SERVER_SYNTHESIS_ERRORS_H_
#define CONSILIUM_SERVER_SYNTHESIS_ERRORS_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace consilium {

inline constexpr absl::string_view kSynthesisStudy = "SYNTHESIS_STUDY";
inline constexpr absl::string_view kSynthesisSetting = "SYNTHESIS_SETTING";
inline constexpr absl::string_view kSynthesisTooFewStudies =
    "SYNTHESIS_TOO_FEW_STUDIES";
inline constexpr absl::string_view kSynthesisCollinear = "SYNTHESIS_COLLINEAR";
inline constexpr absl::string_view kSynthesisNotConverged =
    "SYNTHESIS_NOT_CONVERGED";

// Study `index`, from 0, called `label`, has `value` in `quantity` ("variance",
// "moderator year"); `wish` is what it wants.
absl::Status BadStudy(size_t index, absl::string_view label,
                      absl::string_view quantity, double value,
                      absl::string_view wish);

// A setting of the synthesis, "level_percent", has a value that it cannot have.
absl::Status BadSetting(absl::string_view setting, absl::string_view value,
                        absl::string_view wish);

// Counts of zero leave what `computation` estimates without a bound.
absl::Status NoBound(absl::string_view computation, absl::string_view why);

// `computation` wants at least `wanted` studies and was given `given`.
absl::Status TooFewStudies(absl::string_view computation, size_t given,
                           size_t wanted);

// The values of `moderator` follow from those before it.
absl::Status Collinear(absl::string_view moderator);

// The iterations of `method` found no result.
absl::Status NotConverged(absl::string_view method);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_SYNTHESIS_ERRORS_H_

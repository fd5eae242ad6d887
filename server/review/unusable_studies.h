// Studies that belong to an outcome and of which nothing can be pooled.
//
// Pure functions.
#ifndef CONSILIUM_SERVER_REVIEW_UNUSABLE_STUDIES_H_
#define CONSILIUM_SERVER_REVIEW_UNUSABLE_STUDIES_H_

#include <string>
#include <vector>

#include "consilium/v1/review_result.pb.h"
#include "server/review/study_selection.h"

namespace consilium {

// One row of each study of `selection` that does not count for want of a
// number that can be pooled, by study: not of those that the protocol, an
// overlap or their design keeps out, nor of those without any event, which tell
// nothing of a ratio.
std::vector<v1::ExcludedResult> UnusableStudies(const Selection& selection);

// "A (no variance: ...); B (...)".
std::string UnusableNames(const std::vector<v1::ExcludedResult>& unusable);

// "2 of 5 studies cannot be pooled: A (no variance: ...); B (...)".
std::string UnusableWords(const std::vector<v1::ExcludedResult>& unusable,
                          size_t counted);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_REVIEW_UNUSABLE_STUDIES_H_

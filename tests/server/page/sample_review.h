// A made review that has one of everything: ratios that were pooled, with
// subgroups; single groups; what cannot be pooled; values in dispute; numbers
// that were never recorded.
#ifndef CONSILIUM_TESTS_SERVER_PAGE_SAMPLE_REVIEW_H_
#define CONSILIUM_TESTS_SERVER_PAGE_SAMPLE_REVIEW_H_

#include "consilium/v1/review_result.pb.h"

namespace consilium {

v1::ReviewResult SampleReview();

}  // namespace consilium

#endif  // CONSILIUM_TESTS_SERVER_PAGE_SAMPLE_REVIEW_H_

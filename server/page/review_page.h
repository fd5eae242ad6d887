// A review as one page of HTML: no script, nothing fetched, a policy that
// forbids both. The same result gives the same bytes.
//
// Pure.
#ifndef CONSILIUM_SERVER_PAGE_REVIEW_PAGE_H_
#define CONSILIUM_SERVER_PAGE_REVIEW_PAGE_H_

#include <string>

#include "consilium/v1/review_result.pb.h"

namespace consilium {

std::string RenderReviewPage(const v1::ReviewResult& result);

// The Content-Security-Policy that the page carries, for a server to send too.
std::string ReviewPagePolicy();

}  // namespace consilium

#endif  // CONSILIUM_SERVER_PAGE_REVIEW_PAGE_H_

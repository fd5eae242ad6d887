// The look of a review's page: on a screen, on a phone, in print.
#ifndef CONSILIUM_SERVER_PAGE_PAGE_STYLE_H_
#define CONSILIUM_SERVER_PAGE_PAGE_STYLE_H_

#include "absl/strings/string_view.h"

namespace consilium {

absl::string_view ReviewPageStyle();

}  // namespace consilium

#endif  // CONSILIUM_SERVER_PAGE_PAGE_STYLE_H_

// The look of the page: on paper, on a screen wide or narrow, light or dark.
#ifndef CONSILIUM_CLIENT_EXPORT_PAGE_STYLE_H_
#define CONSILIUM_CLIENT_EXPORT_PAGE_STYLE_H_

#include "absl/strings/string_view.h"

namespace consilium {

// A style sheet that fetches nothing.
absl::string_view PageStyle();

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_EXPORT_PAGE_STYLE_H_

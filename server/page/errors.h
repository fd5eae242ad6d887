// Failures of rendering, and the reasons (ErrorInfo) they carry.
#ifndef CONSILIUM_SERVER_PAGE_ERRORS_H_
#define CONSILIUM_SERVER_PAGE_ERRORS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace consilium {

// NOT_FOUND, FIGURE_NOT_FOUND. `names` are the figures that there are.
absl::Status FigureNotFound(absl::string_view figure,
                            const std::vector<std::string>& names);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_PAGE_ERRORS_H_

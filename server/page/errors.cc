#include "server/page/errors.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "proto/base/errors.h"

namespace consilium {

absl::Status FigureNotFound(absl::string_view figure,
                            const std::vector<std::string>& names) {
  return MakeError(absl::StatusCode::kNotFound, "FIGURE_NOT_FOUND",
                   absl::StrCat("figure: the review has no figure \"", figure,
                                "\"; want one of ", absl::StrJoin(names, ", ")),
                   {{"figure", figure}});
}

}  // namespace consilium

// The figures of a review, by name: forest-OUTCOME, funnel-OUTCOME, gap-map,
// flow. OUTCOME is the outcome's key, see page_words.h.
//
// Pure.
#ifndef CONSILIUM_SERVER_PAGE_FIGURES_H_
#define CONSILIUM_SERVER_PAGE_FIGURES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "consilium/v1/review_result.pb.h"

namespace consilium {

// In the order of the page.
std::vector<std::string> FigureNames(const v1::ReviewResult& result);

// As SVG that stands by itself.
//   NOT_FOUND  FIGURE_NOT_FOUND; the message lists the names.
absl::StatusOr<std::string> RenderFigure(const v1::ReviewResult& result,
                                         absl::string_view figure);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_PAGE_FIGURES_H_

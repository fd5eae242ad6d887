// The forest plot of an outcome: squares as large as their weights, intervals,
// diamonds of pooled effects, the prediction interval, subgroups.
//
// Pure.
#ifndef CONSILIUM_SERVER_PAGE_FOREST_PLOT_H_
#define CONSILIUM_SERVER_PAGE_FOREST_PLOT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "consilium/v1/review_result.pb.h"

namespace consilium {

// True when there is a study to draw.
bool HasForestPlot(const v1::OutcomeResult& outcome);

// As SVG; `figure` names it, `title` is for people.
std::string ForestPlot(const v1::ReviewResult& result,
                       const v1::OutcomeResult& outcome,
                       absl::string_view figure, absl::string_view title);

// The same for a phone, with each label above its interval.
std::string NarrowForestPlot(const v1::ReviewResult& result,
                             const v1::OutcomeResult& outcome,
                             absl::string_view figure, absl::string_view title);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_PAGE_FOREST_PLOT_H_

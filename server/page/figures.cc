#include "server/page/figures.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "server/page/errors.h"
#include "server/page/flow_diagram.h"
#include "server/page/forest_plot.h"
#include "server/page/funnel_plot.h"
#include "server/page/gap_map.h"
#include "server/page/page_words.h"

namespace consilium {

std::vector<std::string> FigureNames(const v1::ReviewResult& result) {
  std::vector<std::string> names;
  for (int i = 0; i < result.outcomes_size(); ++i) {
    const std::string key = OutcomeKey(result, i);
    if (HasForestPlot(result.outcomes(i))) {
      names.push_back(absl::StrCat("forest-", key));
    }
    if (HasFunnelPlot(result.outcomes(i))) {
      names.push_back(absl::StrCat("funnel-", key));
    }
  }
  if (result.gap_map_size() > 0) names.push_back("gap-map");
  if (result.flow_size() > 0) names.push_back("flow");
  return names;
}

absl::StatusOr<std::string> RenderFigure(const v1::ReviewResult& result,
                                         absl::string_view figure) {
  const std::vector<std::string> names = FigureNames(result);
  if (std::find(names.begin(), names.end(), figure) == names.end()) {
    return FigureNotFound(figure, names);
  }
  for (int i = 0; i < result.outcomes_size(); ++i) {
    const std::string key = OutcomeKey(result, i);
    const std::string heading = OutcomeHeading(result, i);
    if (figure == absl::StrCat("forest-", key)) {
      return ForestPlot(result, result.outcomes(i), figure, heading);
    }
    if (figure == absl::StrCat("funnel-", key)) {
      return FunnelPlot(result.outcomes(i), figure, heading);
    }
  }
  return figure == "gap-map" ? GapMap(result) : FlowDiagram(result);
}

}  // namespace consilium

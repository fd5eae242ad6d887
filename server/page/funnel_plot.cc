#include "server/page/funnel_plot.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "absl/strings/str_cat.h"
#include "proto/base/words.h"
#include "server/page/page_words.h"
#include "server/page/plot_scale.h"
#include "server/page/svg_canvas.h"

namespace consilium {
namespace {

constexpr double kFunnelWidth = 560;
constexpr double kFunnelHeight = 380;
constexpr double kFunnelLeft = 70;
constexpr double kFunnelRight = 540;
constexpr double kFunnelTop = 32;
constexpr double kFunnelBottom = 320;
constexpr double kNormal95 = 1.959963984540054;
constexpr int kFunnelStudiesMin = 3;

std::vector<const v1::StudyResult*> FunnelStudies(
    const v1::OutcomeResult& outcome) {
  std::vector<const v1::StudyResult*> studies;
  for (const v1::StudyResult& study : outcome.studies()) {
    if (study.has_yi() && study.has_sei()) studies.push_back(&study);
  }
  return studies;
}

}  // namespace

bool HasFunnelPlot(const v1::OutcomeResult& outcome) {
  return outcome.pooled().has_estimate() &&
         FunnelStudies(outcome).size() >= kFunnelStudiesMin;
}

std::string FunnelPlot(const v1::OutcomeResult& outcome,
                       absl::string_view figure, absl::string_view title) {
  const std::vector<const v1::StudyResult*> studies = FunnelStudies(outcome);
  const double centre = outcome.pooled().estimate();
  double error_max = 0;
  std::vector<double> values;
  for (const v1::StudyResult* study : studies) {
    error_max = std::max(error_max, study->sei());
    values.push_back(study->yi());
  }
  const PlotScale error(false, {0, error_max * 1.05}, kFunnelTop,
                        kFunnelBottom);
  const double depth = error.ticks().back();
  values.push_back(centre - kNormal95 * depth);
  values.push_back(centre + kNormal95 * depth);
  const PlotScale effect(false, values, kFunnelLeft, kFunnelRight);

  SvgCanvas svg(
      figure, title,
      absl::StrCat("Funnel plot of ", studies.size(),
                   " studies: effect on the scale of the analysis by standard "
                   "error."),
      kFunnelWidth, kFunnelHeight);
  svg.Polygon({{effect.At(centre), kFunnelTop},
               {effect.At(centre - kNormal95 * depth), kFunnelBottom},
               {effect.At(centre + kNormal95 * depth), kFunnelBottom}},
              {.stroke = kSoftInk, .dash = "4 3", .fill = kPanel});
  svg.Line(effect.At(centre), kFunnelTop, effect.At(centre), kFunnelBottom,
           {.stroke = kBlue, .dash = "3 3"});
  for (const v1::StudyResult* study : studies) {
    svg.Circle(effect.At(study->yi()), error.At(study->sei()), 5,
               {.stroke = kWhite, .fill = kBlue});
  }
  svg.Line(kFunnelLeft, kFunnelTop, kFunnelLeft, kFunnelBottom, {});
  svg.Line(kFunnelLeft, kFunnelBottom, kFunnelRight, kFunnelBottom, {});
  for (const double tick : error.ticks()) {
    svg.Line(kFunnelLeft - 5, error.At(tick), kFunnelLeft, error.At(tick), {});
    svg.Text(kFunnelLeft - 9, error.At(tick) + 4, PlotScale::Label(tick),
             {.size = 12, .anchor = "end"});
  }
  for (const double tick : effect.ticks()) {
    svg.Line(effect.At(tick), kFunnelBottom, effect.At(tick), kFunnelBottom + 5,
             {});
    svg.Text(effect.At(tick), kFunnelBottom + 19, PlotScale::Label(tick),
             {.size = 12, .anchor = "middle"});
  }
  svg.Text((kFunnelLeft + kFunnelRight) / 2, kFunnelBottom + 44,
           outcome.log_scale()
               ? absl::StrCat("Logarithm of the ", MeasureWords(outcome))
               : Capitalized(MeasureWords(outcome)) + ", scale of the analysis",
           {.size = 12, .anchor = "middle"});
  svg.Text(4, kFunnelTop - 6, "Standard error", {.size = 12});
  return std::move(svg).Finish();
}

}  // namespace consilium

// Intervals, squares and diamonds on one axis of a forest plot.
#ifndef CONSILIUM_SERVER_PAGE_EFFECT_MARKS_H_
#define CONSILIUM_SERVER_PAGE_EFFECT_MARKS_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "consilium/v1/review_result.pb.h"
#include "server/page/forest_lines.h"
#include "server/page/plot_scale.h"
#include "server/page/svg_canvas.h"

namespace consilium {

// One thread. All must outlive it.
class EffectMarks {
 public:
  // The axis goes from `begin` to `end`, and shows every estimate of `lines`.
  EffectMarks(const v1::OutcomeResult& outcome,
              const std::vector<ForestLine>& lines, SvgCanvas& svg,
              double begin, double end);

  bool has_weights() const { return weight_max_ > 0; }

  // Lines behind the marks: ticks, no effect, the pooled effect.
  void DrawGuides(double top, double bottom);
  // The mark of `line`, nothing of one that has none.
  void Draw(const ForestLine& line, double y);
  void DrawAxis(double y);

 private:
  void DrawStudy(const v1::StudyResult& study, double y);
  void DrawInterval(const v1::EffectEstimate& effect, double y,
                    const SvgCanvas::Pen& pen);
  // Where the interval goes on beyond the axis.
  void DrawArrows(const v1::EffectEstimate& effect, double y,
                  absl::string_view colour);
  void DrawDiamond(const v1::EffectEstimate& effect, double y, bool is_total);

  const v1::OutcomeResult& outcome_;
  SvgCanvas& svg_;
  const PlotScale scale_;
  const double begin_;
  const double end_;
  double weight_max_ = 0;
};

// The scale on which such an axis shows `lines`.
PlotScale ForestScale(const v1::OutcomeResult& outcome,
                      const std::vector<ForestLine>& lines, double begin,
                      double end);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_PAGE_EFFECT_MARKS_H_

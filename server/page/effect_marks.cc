#include "server/page/effect_marks.h"

#include <algorithm>
#include <cmath>

#include "server/page/page_words.h"

namespace consilium {
namespace {

// What must be seen: every estimate, and of intervals what does not push all
// else together; the rest ends in an arrow.
std::vector<double> ValuesOf(const v1::OutcomeResult& outcome,
                             const std::vector<ForestLine>& lines) {
  std::vector<double> values;
  if (outcome.has_null_value()) values.push_back(outcome.null_value());
  for (const ForestLine& line : lines) {
    if (line.effect == nullptr) continue;
    const v1::EffectEstimate& effect = *line.effect;
    const double value = effect.has_value() ? effect.value() : effect.low();
    values.push_back(value);
    const bool far = outcome.log_scale();
    if (effect.has_low()) {
      values.push_back(far ? std::max(effect.low(), value / 6) : effect.low());
    }
    if (effect.has_high()) {
      values.push_back(far ? std::min(effect.high(), value * 6)
                           : effect.high());
    }
  }
  return values;
}

}  // namespace

PlotScale ForestScale(const v1::OutcomeResult& outcome,
                      const std::vector<ForestLine>& lines, double begin,
                      double end) {
  return PlotScale(outcome.log_scale(), ValuesOf(outcome, lines), begin, end);
}

EffectMarks::EffectMarks(const v1::OutcomeResult& outcome,
                         const std::vector<ForestLine>& lines, SvgCanvas& svg,
                         double begin, double end)
    : outcome_(outcome),
      svg_(svg),
      scale_(ForestScale(outcome, lines, begin, end)),
      begin_(begin),
      end_(end) {
  // Of a study alone there is no weight to tell.
  if (!IsPooled(outcome)) return;
  for (const v1::StudyResult& study : outcome.studies()) {
    weight_max_ = std::max(weight_max_, study.weight());
  }
}

void EffectMarks::DrawGuides(double top, double bottom) {
  for (const double tick : scale_.ticks()) {
    svg_.Line(scale_.At(tick), top, scale_.At(tick), bottom,
              {.stroke = kGuide});
  }
  if (outcome_.has_null_value()) {
    const double x = scale_.At(outcome_.null_value());
    svg_.Line(x, top, x, bottom, {.stroke = kInk});
  }
  if (IsPooled(outcome_)) {
    const double x = scale_.At(outcome_.pooled().effect().value());
    svg_.Line(x, top, x, bottom, {.stroke = kBlue, .dash = "3 3"});
  }
}

void EffectMarks::Draw(const ForestLine& line, double y) {
  switch (line.kind) {
    case ForestLine::Kind::kStudy:
      DrawStudy(*line.study, y);
      break;
    case ForestLine::Kind::kPooled:
      DrawDiamond(*line.effect, y, line.is_total);
      break;
    case ForestLine::Kind::kPrediction:
      DrawInterval(*line.effect, y, {.stroke = kRed, .width = 2.5});
      break;
    default:
      break;
  }
}

void EffectMarks::DrawAxis(double y) {
  svg_.Line(begin_, y, end_, y, {});
  for (const double tick : scale_.ticks()) {
    const double x = scale_.At(tick);
    svg_.Line(x, y, x, y + 5, {});
    svg_.Text(x, y + 18, PlotScale::Label(tick),
              {.size = 12, .anchor = "middle"});
  }
}

void EffectMarks::DrawStudy(const v1::StudyResult& study, double y) {
  for (const v1::EffectEstimate& other : study.disputed_effects()) {
    DrawInterval(other, y + 6, {.stroke = kRed, .dash = "2 2"});
  }
  DrawInterval(study.effect(), y, {.stroke = kInk, .width = 1.5});
  const double size =
      weight_max_ > 0
          ? 4 + 10 * std::sqrt(std::max(study.weight(), 0.0) / weight_max_)
          : 8;
  svg_.Rect(scale_.At(study.effect().value()) - size / 2, y - size / 2, size,
            size, {.stroke = kWhite, .width = 0.5, .fill = kBlue});
}

void EffectMarks::DrawInterval(const v1::EffectEstimate& effect, double y,
                               const SvgCanvas::Pen& pen) {
  if (!effect.has_low() || !effect.has_high()) return;
  const double left = scale_.At(effect.low());
  const double right = scale_.At(effect.high());
  svg_.Line(left, y, right, y, pen);
  DrawArrows(effect, y, pen.stroke);
}

void EffectMarks::DrawArrows(const v1::EffectEstimate& effect, double y,
                             absl::string_view colour) {
  if (scale_.IsBelow(effect.low())) {
    const double left = scale_.At(effect.low());
    svg_.Polygon({{left - 5, y}, {left + 3, y - 4}, {left + 3, y + 4}},
                 {.stroke = "none", .fill = colour});
  }
  if (scale_.IsAbove(effect.high())) {
    const double right = scale_.At(effect.high());
    svg_.Polygon({{right + 5, y}, {right - 3, y - 4}, {right - 3, y + 4}},
                 {.stroke = "none", .fill = colour});
  }
}

void EffectMarks::DrawDiamond(const v1::EffectEstimate& effect, double y,
                              bool is_total) {
  if (!effect.has_low() || !effect.has_high()) return;
  const double half = is_total ? 8 : 6;
  const double middle = scale_.At(effect.value());
  svg_.Polygon({{scale_.At(effect.low()), y},
                {middle, y - half},
                {scale_.At(effect.high()), y},
                {middle, y + half}},
               {.stroke = kBlue, .fill = is_total ? kBlue : kPale});
  DrawArrows(effect, y, kBlue);
}

}  // namespace consilium

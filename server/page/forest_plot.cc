#include "server/page/forest_plot.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "proto/base/words.h"
#include "server/page/page_words.h"
#include "server/page/plot_scale.h"
#include "server/page/svg_canvas.h"

namespace consilium {
namespace {

constexpr double kWidth = 860;
constexpr double kRow = 25;
constexpr double kTop = 46;
constexpr double kCountsEnd = 305;     // Right edge of the group's counts.
constexpr double kReferenceEnd = 380;  // And of the reference's.
constexpr double kPlotBegin = 395;
constexpr double kPlotBeginWide = 330;  // Where no counts stand before it.
constexpr double kPlotEnd = 640;
constexpr double kEffectEnd = 800;
constexpr size_t kLabelCharacters = 24;
constexpr size_t kWideLabelCharacters = 34;  // Where no counts stand beside.

// One line of the plot.
struct PlotLine {
  enum class Kind { kStudy, kHeading, kPooled, kPrediction, kRemark };
  Kind kind;
  std::string label;
  const v1::StudyResult* study = nullptr;
  const v1::EffectEstimate* effect = nullptr;
  bool is_total = false;
};

bool HasEffect(const v1::StudyResult& study) {
  return study.effect().has_value();
}

const v1::StudyResult* FindStudy(const v1::OutcomeResult& outcome,
                                 absl::string_view row) {
  for (const v1::StudyResult& study : outcome.studies()) {
    if (study.row() == row) return &study;
  }
  return nullptr;
}

bool HasCounts(const v1::OutcomeResult& outcome) {
  return std::any_of(outcome.studies().begin(), outcome.studies().end(),
                     [](const v1::StudyResult& study) {
                       return study.has_participants() ||
                              study.has_reference_participants();
                     });
}

std::string LabelOf(const v1::ReviewResult& result,
                    const v1::StudyResult& study, size_t size) {
  return absl::StrCat(StudyLabel(result, study.trial_id(), study.study(), size),
                      study.disputed() ? " †" : "",
                      study.secondary() ? " ‡" : "");
}

void AddStudy(const v1::ReviewResult& result, const v1::OutcomeResult& outcome,
              const v1::StudyResult* study, std::vector<PlotLine>& lines) {
  if (study == nullptr || !HasEffect(*study)) return;
  const size_t size =
      HasCounts(outcome) ? kLabelCharacters : kWideLabelCharacters;
  lines.push_back({PlotLine::Kind::kStudy, LabelOf(result, *study, size), study,
                   &study->effect()});
}

void AddSubgroups(const v1::ReviewResult& result,
                  const v1::OutcomeResult& outcome,
                  const v1::SubgroupAnalysis& analysis,
                  std::vector<PlotLine>& lines) {
  for (const v1::PooledPart& part : analysis.parts()) {
    lines.push_back({PlotLine::Kind::kHeading,
                     part.title().empty() || part.title() == part.id()
                         ? AnyTermTitle(result, part.id())
                         : part.title()});
    for (const std::string& row : part.rows()) {
      AddStudy(result, outcome, FindStudy(outcome, row), lines);
    }
    if (part.pooled().effect().has_value()) {
      lines.push_back({PlotLine::Kind::kPooled, "Subtotal", nullptr,
                       &part.pooled().effect()});
    }
  }
  if (analysis.has_p()) {
    lines.push_back({PlotLine::Kind::kRemark, InteractionWords(analysis)});
  }
}

std::vector<PlotLine> LinesOf(const v1::ReviewResult& result,
                              const v1::OutcomeResult& outcome) {
  std::vector<PlotLine> lines;
  if (outcome.subgroups_size() > 0 && outcome.subgroups(0).parts_size() > 1) {
    AddSubgroups(result, outcome, outcome.subgroups(0), lines);
  } else {
    for (const v1::StudyResult& study : outcome.studies()) {
      AddStudy(result, outcome, &study, lines);
    }
  }
  const v1::PooledEffect& pooled = outcome.pooled();
  if (!IsPooled(outcome) || !pooled.effect().has_value()) return lines;
  lines.push_back({PlotLine::Kind::kPooled, "All studies", nullptr,
                   &pooled.effect(), /*is_total=*/true});
  if (pooled.prediction().has_low() && pooled.prediction().has_high()) {
    lines.push_back({PlotLine::Kind::kPrediction, "Prediction interval",
                     nullptr, &pooled.prediction()});
  }
  if (pooled.studies() > 1) {
    const std::string i2 = I2Words(pooled);
    const std::string words = JoinWords(
        {pooled.has_tau2() ? absl::StrCat("tau² = ", ShortNumber(pooled.tau2()))
                           : "",
         i2.empty() ? "" : absl::StrCat("I² = ", i2),
         pooled.has_q_p() ? PValueWords(pooled.q_p()) : ""},
        ", ");
    if (!words.empty()) {
      lines.push_back(
          {PlotLine::Kind::kRemark, absl::StrCat("Heterogeneity: ", words)});
    }
  }
  return lines;
}

// What must be seen: every estimate, and of intervals what does not push all
// else together; the rest ends in an arrow.
std::vector<double> ValuesOf(const v1::OutcomeResult& outcome,
                             const std::vector<PlotLine>& lines) {
  std::vector<double> values;
  if (outcome.has_null_value()) values.push_back(outcome.null_value());
  for (const PlotLine& line : lines) {
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

class ForestDrawing {
 public:
  ForestDrawing(const v1::ReviewResult& result,
                const v1::OutcomeResult& outcome, SvgCanvas& svg,
                const std::vector<PlotLine>& lines)
      : result_(result),
        outcome_(outcome),
        svg_(svg),
        begin_(HasCounts(outcome) ? kPlotBegin : kPlotBeginWide),
        scale_(outcome.log_scale(), ValuesOf(outcome, lines), begin_, kPlotEnd),
        bottom_(kTop + kRow * static_cast<double>(lines.size())) {
    for (const v1::StudyResult& study : outcome.studies()) {
      // Of a study alone there is no weight to tell.
      if (IsPooled(outcome)) {
        weight_max_ = std::max(weight_max_, study.weight());
      }
      has_counts_ = has_counts_ || study.has_participants();
      has_reference_ = has_reference_ || study.has_reference_participants();
    }
    DrawHead();
    DrawGuides();
    double y = kTop;
    for (const PlotLine& line : lines) {
      DrawLine(line, y + kRow / 2);
      y += kRow;
    }
    DrawAxis();
  }

 private:
  void DrawHead() {
    const SvgCanvas::Font font = {.size = 12, .bold = true};
    SvgCanvas::Font right = font;
    right.anchor = "end";
    svg_.Text(4, kTop - 14, "Study", font);
    if (has_counts_) {
      svg_.Text(kCountsEnd, kTop - 14, has_reference_ ? "Group" : "Events / n",
                right);
    }
    if (has_reference_) {
      svg_.Text(kReferenceEnd, kTop - 14, "Reference", right);
    }
    const double level =
        outcome_.plan().has_level() ? outcome_.plan().level() : 95;
    svg_.Text(
        kEffectEnd, kTop - 14,
        absl::StrCat(Capitalized(MeasureWords(outcome_)), " (", level, "% CI)"),
        right);
    if (weight_max_ > 0) svg_.Text(kWidth - 4, kTop - 14, "Weight", right);
    svg_.Line(0, kTop - 4, kWidth, kTop - 4, {});
  }

  void DrawGuides() {
    for (const double tick : scale_.ticks()) {
      svg_.Line(scale_.At(tick), kTop, scale_.At(tick), bottom_,
                {.stroke = kGuide});
    }
    if (outcome_.has_null_value()) {
      const double x = scale_.At(outcome_.null_value());
      svg_.Line(x, kTop, x, bottom_, {.stroke = kInk});
    }
    if (IsPooled(outcome_)) {
      const double x = scale_.At(outcome_.pooled().effect().value());
      svg_.Line(x, kTop, x, bottom_, {.stroke = kBlue, .dash = "3 3"});
    }
  }

  void DrawLine(const PlotLine& line, double y) {
    const double base = y + 4.5;
    switch (line.kind) {
      case PlotLine::Kind::kHeading:
        svg_.Text(4, base, line.label, {.bold = true});
        break;
      case PlotLine::Kind::kRemark:
        svg_.Text(4, base, line.label, {.size = 12, .fill = kSoftInk});
        break;
      case PlotLine::Kind::kStudy:
        DrawStudy(line, y, base);
        break;
      case PlotLine::Kind::kPooled:
        svg_.Text(4, base, line.label, {.bold = line.is_total});
        DrawDiamond(*line.effect, y, line.is_total);
        WriteEffect(*line.effect, base, /*bold=*/true);
        break;
      case PlotLine::Kind::kPrediction:
        svg_.Text(4, base, line.label, {});
        DrawInterval(*line.effect, y, {.stroke = kRed, .width = 2.5});
        svg_.Text(kEffectEnd, base,
                  absl::StrCat(ShortNumber(line.effect->low()), " to ",
                               ShortNumber(line.effect->high())),
                  {.anchor = "end"});
        break;
    }
  }

  void DrawStudy(const PlotLine& line, double y, double base) {
    const v1::StudyResult& study = *line.study;
    svg_.Text(4, base, line.label, {});
    if (study.has_participants()) {
      WriteCounts(kCountsEnd, base, study.has_events(), study.events(),
                  study.participants());
    }
    if (study.has_reference_participants()) {
      WriteCounts(kReferenceEnd, base, study.has_reference_events(),
                  study.reference_events(), study.reference_participants());
    }
    for (const v1::EffectEstimate& other : study.disputed_effects()) {
      DrawInterval(other, y + 6, {.stroke = kRed, .dash = "2 2"});
    }
    DrawInterval(*line.effect, y, {.stroke = kInk, .width = 1.5});
    const double size =
        weight_max_ > 0
            ? 4 + 10 * std::sqrt(std::max(study.weight(), 0.0) / weight_max_)
            : 8;
    svg_.Rect(scale_.At(line.effect->value()) - size / 2, y - size / 2, size,
              size, {.stroke = kWhite, .width = 0.5, .fill = kBlue});
    WriteEffect(*line.effect, base, /*bold=*/false);
    if (weight_max_ > 0 && study.has_weight()) {
      svg_.Text(kWidth - 4, base, absl::StrFormat("%.1f%%", study.weight()),
                {.anchor = "end"});
    }
  }

  void WriteCounts(double x, double base, bool has_events, int events,
                   int participants) {
    svg_.Text(x, base,
              has_events ? absl::StrCat(events, "/", participants)
                         : absl::StrCat("n = ", participants),
              {.size = 12, .anchor = "end", .fill = kSoftInk});
  }

  void WriteEffect(const v1::EffectEstimate& effect, double base, bool bold) {
    svg_.Text(kEffectEnd, base, EffectText(effect, outcome_.unit()),
              {.anchor = "end", .bold = bold});
  }

  void DrawInterval(const v1::EffectEstimate& effect, double y,
                    const SvgCanvas::Pen& pen) {
    if (!effect.has_low() || !effect.has_high()) return;
    const double left = scale_.At(effect.low());
    const double right = scale_.At(effect.high());
    svg_.Line(left, y, right, y, pen);
    DrawArrows(effect, y, pen.stroke);
  }

  // Where the interval goes on beyond the axis.
  void DrawArrows(const v1::EffectEstimate& effect, double y,
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

  void DrawDiamond(const v1::EffectEstimate& effect, double y, bool is_total) {
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

  void DrawAxis() {
    svg_.Line(begin_, bottom_, kPlotEnd, bottom_, {});
    for (const double tick : scale_.ticks()) {
      const double x = scale_.At(tick);
      svg_.Line(x, bottom_, x, bottom_ + 5, {});
      svg_.Text(x, bottom_ + 18, PlotScale::Label(tick),
                {.size = 12, .anchor = "middle"});
    }
    if (!outcome_.has_null_value()) return;
    const double x = scale_.At(outcome_.null_value());
    const SvgCanvas::Font font = {.size = 12, .fill = kSoftInk};
    SvgCanvas::Font right = font;
    right.anchor = "end";
    // Labels stand on both sides of no effect, and grow outward.
    WriteSide("← ", FavoursWords(result_, outcome_, outcome_.favours_low()),
              x - 10, x - 10, right);
    WriteSide("", FavoursWords(result_, outcome_, outcome_.favours_high()),
              x + 10, kWidth - x - 10, font);
  }

  void WriteSide(absl::string_view arrow, const std::string& label, double x,
                 double room, const SvgCanvas::Font& font) {
    if (label.empty()) return;
    constexpr double kCharacterWidth = 6.2;
    const size_t fits = static_cast<size_t>(room / kCharacterWidth) - 4;
    const std::string text = CutText(label, fits);
    svg_.Text(
        x, bottom_ + 37,
        arrow.empty() ? absl::StrCat(text, " →") : absl::StrCat(arrow, text),
        font);
  }

  const v1::ReviewResult& result_;
  const v1::OutcomeResult& outcome_;
  SvgCanvas& svg_;
  const double begin_;  // Where the axis does.
  const PlotScale scale_;
  const double bottom_;
  double weight_max_ = 0;
  bool has_counts_ = false;
  bool has_reference_ = false;
};

std::string ForestDescription(const v1::OutcomeResult& outcome) {
  std::string text =
      absl::StrCat("Forest plot of ", MeasureWords(outcome), " in ",
                   Plural(outcome.studies_size(), "study", "studies"), ".");
  if (IsPooled(outcome)) {
    absl::StrAppend(&text, " Pooled: ",
                    EffectText(outcome.pooled().effect(), outcome.unit()), ".");
  }
  return absl::StrCat(text, " The table after it has every number.");
}

}  // namespace

bool HasForestPlot(const v1::OutcomeResult& outcome) {
  return std::any_of(outcome.studies().begin(), outcome.studies().end(),
                     HasEffect);
}

std::string ForestPlot(const v1::ReviewResult& result,
                       const v1::OutcomeResult& outcome,
                       absl::string_view figure, absl::string_view title) {
  const std::vector<PlotLine> lines = LinesOf(result, outcome);
  SvgCanvas svg(figure, title, ForestDescription(outcome), kWidth,
                kTop + kRow * static_cast<double>(lines.size()) + 48);
  ForestDrawing(result, outcome, svg, lines);
  return std::move(svg).Finish();
}

}  // namespace consilium

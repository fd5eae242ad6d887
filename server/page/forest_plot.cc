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

constexpr double kWidth = 980;
constexpr double kLabelEnd = 300;      // Where labels must end.
constexpr double kCountsEnd = 388;     // Right edge of the group's counts.
constexpr double kReferenceEnd = 478;  // And of the reference's.
constexpr double kPlotBegin = 494;
constexpr double kPlotBeginWide = 420;  // Where no counts stand before it.
constexpr double kPlotEnd = 742;
constexpr double kEffectEnd = 914;
constexpr double kRowGap = 9;  // Between lines of the plot.
constexpr double kLine = 16;   // From line to line of text.
constexpr double kFootLine = 15;

// On a phone a label stands above its interval.
constexpr double kNarrowWidth = 340;
constexpr double kNarrowBegin = 12;
constexpr double kNarrowEnd = 328;
constexpr double kNarrowTop = 12;
constexpr double kNarrowInterval = 24;

// What of a study's name a plot has room for.
constexpr size_t kLabelCharacters = 110;
// Studies whose numbers the description tells.
constexpr int kDescribedStudiesMax = 40;

// One line of the plot.
struct PlotLine {
  enum class Kind { kStudy, kHeading, kPooled, kPrediction, kRemark };
  Kind kind;
  std::string label;
  const v1::StudyResult* study = nullptr;
  const v1::EffectEstimate* effect = nullptr;
  bool is_total = false;
};

// How many letters of `size` have room; some fonts are wide.
size_t Fitting(double width, double size) {
  return static_cast<size_t>(width / (0.56 * size));
}

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
                    const v1::StudyResult& study) {
  return absl::StrCat(
      StudyLabel(result, study.trial_id(), study.study(), kLabelCharacters),
      study.disputed() ? " †" : "", study.secondary() ? " ‡" : "");
}

void AddStudy(const v1::ReviewResult& result, const v1::StudyResult* study,
              std::vector<PlotLine>& lines) {
  if (study == nullptr || !HasEffect(*study)) return;
  lines.push_back({PlotLine::Kind::kStudy, LabelOf(result, *study), study,
                   &study->effect()});
}

// "3 studies; tau² = 0.162, I² = 91%".
std::string PartWords(const v1::PooledEffect& pooled) {
  return absl::StrCat(
      Plural(pooled.studies(), "study", "studies"),
      pooled.has_tau2() ? absl::StrFormat("; tau² = %.3f", pooled.tau2()) : "",
      pooled.has_i2() ? absl::StrFormat(", I² = %.0f%%", pooled.i2()) : "");
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
      AddStudy(result, FindStudy(outcome, row), lines);
    }
    if (part.pooled().effect().has_value()) {
      lines.push_back({PlotLine::Kind::kPooled, "Subtotal", nullptr,
                       &part.pooled().effect()});
      if (part.pooled().studies() > 1) {
        lines.push_back({PlotLine::Kind::kRemark, PartWords(part.pooled())});
      }
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
      AddStudy(result, &study, lines);
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
  if (!pooled.method().empty()) {
    lines.push_back(
        {PlotLine::Kind::kRemark, absl::StrCat("Model: ", pooled.method())});
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

// Draws intervals, squares and diamonds on one axis.
class EffectMarks {
 public:
  EffectMarks(const v1::OutcomeResult& outcome,
              const std::vector<PlotLine>& lines, SvgCanvas& svg, double begin,
              double end)
      : outcome_(outcome),
        svg_(svg),
        scale_(outcome.log_scale(), ValuesOf(outcome, lines), begin, end),
        begin_(begin),
        end_(end) {
    // Of a study alone there is no weight to tell.
    if (!IsPooled(outcome)) return;
    for (const v1::StudyResult& study : outcome.studies()) {
      weight_max_ = std::max(weight_max_, study.weight());
    }
  }

  bool has_weights() const { return weight_max_ > 0; }
  double At(double value) const { return scale_.At(value); }

  void DrawGuides(double top, double bottom) {
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

  void Draw(const PlotLine& line, double y) {
    switch (line.kind) {
      case PlotLine::Kind::kStudy:
        DrawStudy(*line.study, y);
        break;
      case PlotLine::Kind::kPooled:
        DrawDiamond(*line.effect, y, line.is_total);
        break;
      case PlotLine::Kind::kPrediction:
        DrawInterval(*line.effect, y, {.stroke = kRed, .width = 2.5});
        break;
      default:
        break;
    }
  }

  void DrawAxis(double y) {
    svg_.Line(begin_, y, end_, y, {});
    for (const double tick : scale_.ticks()) {
      const double x = scale_.At(tick);
      svg_.Line(x, y, x, y + 5, {});
      svg_.Text(x, y + 18, PlotScale::Label(tick),
                {.size = 12, .anchor = "middle"});
    }
  }

 private:
  void DrawStudy(const v1::StudyResult& study, double y) {
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

  const v1::OutcomeResult& outcome_;
  SvgCanvas& svg_;
  const PlotScale scale_;
  const double begin_;
  const double end_;
  double weight_max_ = 0;
};

std::string LineEffect(const v1::OutcomeResult& outcome, const PlotLine& line) {
  if (line.kind == PlotLine::Kind::kPrediction) {
    return absl::StrCat(ShortNumber(line.effect->low()), " to ",
                        ShortNumber(line.effect->high()));
  }
  return EffectText(*line.effect, outcome.unit());
}

std::string EffectHeading(const v1::OutcomeResult& outcome) {
  const double level = outcome.plan().has_level() ? outcome.plan().level() : 95;
  return absl::StrCat(Capitalized(MeasureWords(outcome)), " (", level, "% CI)");
}

// "136/279"; "n = 279"; "" where nothing is known.
std::string CountsOf(bool has_events, int events, bool has_participants,
                     int participants) {
  if (!has_participants) return "";
  return has_events
             ? absl::StrCat(CountWords(events), "/", CountWords(participants))
             : absl::StrCat("n = ", CountWords(participants));
}

std::string GroupCounts(const v1::StudyResult& study) {
  return CountsOf(study.has_events(), study.events(), study.has_participants(),
                  study.participants());
}

std::string ReferenceCounts(const v1::StudyResult& study) {
  return CountsOf(study.has_reference_events(), study.reference_events(),
                  study.has_reference_participants(),
                  study.reference_participants());
}

// The name of the arms where all studies call theirs the same; else `other`.
std::string ArmHeading(const v1::ReviewResult& result,
                       const v1::OutcomeResult& outcome, bool reference,
                       absl::string_view other) {
  std::string name;
  for (const v1::StudyResult& study : outcome.studies()) {
    const std::string words =
        GroupWords(result, study.trial_id(),
                   reference ? study.reference() : study.group());
    if (!name.empty() && words != name) return std::string(other);
    name = words;
  }
  return name.empty() ? std::string(other) : name;
}

// With what stands below it where that is not shown beside each number.
std::vector<std::string> CountsHeading(std::string name, bool has_events) {
  constexpr size_t kHeadingLines = 4;
  std::vector<std::string> lines = WrapText(name, Fitting(84, 12));
  if (lines.size() > kHeadingLines) {
    lines.resize(kHeadingLines);
    lines.back() += "…";
  }
  if (has_events) lines.push_back("events/total");
  return lines;
}

std::string ForestDescription(const v1::ReviewResult& result,
                              const v1::OutcomeResult& outcome) {
  std::string text =
      absl::StrCat("Forest plot of ", MeasureWords(outcome), " in ",
                   Plural(outcome.studies_size(), "study", "studies"), ".");
  int told = 0;
  for (const v1::StudyResult& study : outcome.studies()) {
    if (!HasEffect(study)) continue;
    if (++told > kDescribedStudiesMax) break;
    absl::StrAppend(&text, told == 1 ? " " : "; ", LabelOf(result, study), ": ",
                    EffectText(study.effect(), outcome.unit()));
  }
  absl::StrAppend(&text, told > kDescribedStudiesMax ? "; and others."
                         : told > 0                  ? "."
                                                     : "");
  if (IsPooled(outcome)) {
    absl::StrAppend(&text, " Pooled: ",
                    EffectText(outcome.pooled().effect(), outcome.unit()), ".");
  }
  return text;
}

// The drawing for a page and for print.
class ForestDrawing {
 public:
  ForestDrawing(const v1::ReviewResult& result,
                const v1::OutcomeResult& outcome, absl::string_view figure,
                absl::string_view title)
      : outcome_(outcome),
        lines_(LinesOf(result, outcome)),
        begin_(HasCounts(outcome) ? kPlotBegin : kPlotBeginWide) {
    for (const v1::StudyResult& study : outcome.studies()) {
      has_counts_ = has_counts_ || study.has_participants();
      has_reference_ = has_reference_ || study.has_reference_participants();
      has_events_ = has_events_ || study.has_events();
    }
    Layout(result);
    double height = top_;
    for (const PlotLine& line : lines_) height += HeightOf(line);
    SvgCanvas svg(figure, title, ForestDescription(result, outcome), kWidth,
                  height + 28 + SidesHeight(result) + FootHeight());
    Draw(result, svg, height);
    svg_text_ = std::move(svg).Finish();
  }

  std::string Take() && { return std::move(svg_text_); }

 private:
  // Remarks at the end stand below the axis, over the whole width.
  void Layout(const v1::ReviewResult& result) {
    while (!lines_.empty() && lines_.back().kind == PlotLine::Kind::kRemark) {
      foot_.insert(foot_.begin(), lines_.back().label);
      lines_.pop_back();
    }
    if (has_counts_) {
      group_ =
          CountsHeading(ArmHeading(result, outcome_, /*reference=*/false,
                                   has_reference_ ? "Intervention" : "Group"),
                        has_events_);
    }
    if (has_reference_) {
      reference_ = CountsHeading(
          ArmHeading(result, outcome_, /*reference=*/true, "Comparator"),
          has_events_);
    }
    top_ = 28 + kFootLine * static_cast<double>(std::max(
                                {group_.size(), reference_.size(), size_t{1}}));
  }

  std::vector<std::string> LabelLines(const PlotLine& line) const {
    const double room = line.kind == PlotLine::Kind::kHeading ||
                                line.kind == PlotLine::Kind::kRemark
                            ? kWidth
                        : has_counts_ || has_reference_ ? kLabelEnd
                                                        : begin_ - 16;
    const double size = line.kind == PlotLine::Kind::kRemark ? 12 : 13;
    return WrapText(line.label, Fitting(room - 4, size));
  }

  double HeightOf(const PlotLine& line) const {
    return kRowGap + kLine * static_cast<double>(LabelLines(line).size());
  }

  double FootHeight() const {
    double lines = 0;
    for (const std::string& remark : foot_) {
      lines +=
          static_cast<double>(WrapText(remark, Fitting(kWidth - 8, 12)).size());
    }
    return 12 + kFootLine * lines;
  }

  // Labels at both sides of no effect grow outward.
  std::vector<std::string> SideLines(const v1::ReviewResult& result, bool right,
                                     double x) const {
    const std::string label =
        FavoursWords(result, outcome_,
                     right ? outcome_.favours_high() : outcome_.favours_low());
    if (label.empty()) return {};
    const double room = right ? kWidth - x - 14 : x - 14;
    return WrapText(
        right ? absl::StrCat(label, " →") : absl::StrCat("← ", label),
        Fitting(room, 12));
  }

  double NullAt() const {
    if (!outcome_.has_null_value()) return begin_;
    return PlotScale(outcome_.log_scale(), ValuesOf(outcome_, lines_), begin_,
                     kPlotEnd)
        .At(outcome_.null_value());
  }

  double SidesHeight(const v1::ReviewResult& result) const {
    if (!outcome_.has_null_value()) return 0;
    const double x = NullAt();
    return kFootLine *
           static_cast<double>(std::max(SideLines(result, true, x).size(),
                                        SideLines(result, false, x).size()));
  }

  void Draw(const v1::ReviewResult& result, SvgCanvas& svg, double bottom) {
    EffectMarks marks(outcome_, lines_, svg, begin_, kPlotEnd);
    DrawHead(svg, marks.has_weights());
    marks.DrawGuides(top_, bottom);
    double y = top_;
    for (const PlotLine& line : lines_) {
      DrawLine(svg, marks, line, y);
      y += HeightOf(line);
    }
    marks.DrawAxis(bottom);
    double foot = bottom + 37;
    if (outcome_.has_null_value()) {
      const double x = NullAt();
      WriteLines(svg, SideLines(result, false, x), x - 10, foot, "end");
      WriteLines(svg, SideLines(result, true, x), x + 10, foot, "start");
      foot += SidesHeight(result) + 4;
    }
    for (const std::string& remark : foot_) {
      for (const std::string& each :
           WrapText(remark, Fitting(kWidth - 8, 12))) {
        svg.Text(4, foot, each, {.size = 12, .fill = kSoftInk});
        foot += kFootLine;
      }
    }
  }

  static void WriteLines(SvgCanvas& svg, const std::vector<std::string>& lines,
                         double x, double y, absl::string_view anchor) {
    for (const std::string& line : lines) {
      svg.Text(x, y, line, {.size = 12, .anchor = anchor, .fill = kSoftInk});
      y += kFootLine;
    }
  }

  void DrawHead(SvgCanvas& svg, bool has_weights) const {
    const SvgCanvas::Font font = {.size = 12, .bold = true};
    SvgCanvas::Font right = font;
    right.anchor = "end";
    const double base = top_ - 14;
    svg.Text(4, base, "Study", font);
    const auto heading = [&](const std::vector<std::string>& lines, double x) {
      double y = base - kFootLine * (static_cast<double>(lines.size()) - 1);
      for (const std::string& line : lines) {
        svg.Text(x, y, line, right);
        y += kFootLine;
      }
    };
    if (!group_.empty()) heading(group_, kCountsEnd);
    if (!reference_.empty()) heading(reference_, kReferenceEnd);
    svg.Text(kEffectEnd, base, EffectHeading(outcome_), right);
    if (has_weights) svg.Text(kWidth - 4, base, "Weight", right);
    svg.Line(0, top_ - 4, kWidth, top_ - 4, {});
  }

  void DrawLine(SvgCanvas& svg, EffectMarks& marks, const PlotLine& line,
                double top) const {
    const std::vector<std::string> label = LabelLines(line);
    const double y = top + HeightOf(line) / 2;
    const bool is_remark = line.kind == PlotLine::Kind::kRemark;
    double base = y + 4.5 - kLine / 2 * (static_cast<double>(label.size()) - 1);
    for (const std::string& each : label) {
      svg.Text(4, base, each,
               {.size = is_remark ? 12.0 : 13.0,
                .bold = line.kind == PlotLine::Kind::kHeading || line.is_total,
                .fill = is_remark ? kSoftInk : kInk});
      base += kLine;
    }
    if (line.effect == nullptr) return;
    base = y + 4.5;
    marks.Draw(line, y);
    svg.Text(kEffectEnd, base, LineEffect(outcome_, line),
             {.anchor = "end", .bold = line.kind == PlotLine::Kind::kPooled});
    if (line.study == nullptr) return;
    const SvgCanvas::Font counts = {
        .size = 12, .anchor = "end", .fill = kSoftInk};
    const std::string group = GroupCounts(*line.study);
    const std::string reference = ReferenceCounts(*line.study);
    if (!group.empty()) svg.Text(kCountsEnd, base, group, counts);
    if (!reference.empty()) svg.Text(kReferenceEnd, base, reference, counts);
    if (marks.has_weights() && line.study->has_weight()) {
      svg.Text(kWidth - 4, base,
               absl::StrFormat("%.1f%%", line.study->weight()),
               {.anchor = "end"});
    }
  }

  const v1::OutcomeResult& outcome_;
  std::vector<PlotLine> lines_;
  std::vector<std::string> foot_;
  std::vector<std::string> group_, reference_;  // Headings.
  const double begin_;                          // Where the axis does.
  double top_ = 0;
  bool has_counts_ = false;
  bool has_reference_ = false;
  bool has_events_ = false;
  std::string svg_text_;
};

}  // namespace

bool HasForestPlot(const v1::OutcomeResult& outcome) {
  return std::any_of(outcome.studies().begin(), outcome.studies().end(),
                     HasEffect);
}

std::string ForestPlot(const v1::ReviewResult& result,
                       const v1::OutcomeResult& outcome,
                       absl::string_view figure, absl::string_view title) {
  return ForestDrawing(result, outcome, figure, title).Take();
}

std::string NarrowForestPlot(const v1::ReviewResult& result,
                             const v1::OutcomeResult& outcome,
                             absl::string_view figure,
                             absl::string_view title) {
  std::vector<PlotLine> lines = LinesOf(result, outcome);
  // Remarks at the end stand below the axis.
  std::vector<std::string> foot;
  while (!lines.empty() && lines.back().kind == PlotLine::Kind::kRemark) {
    foot.insert(foot.begin(), lines.back().label);
    lines.pop_back();
  }
  // Lines of text first, so that the height is known.
  struct Block {
    std::vector<std::string> label;
    std::string beside;  // Counts, of a study.
    const PlotLine* line;
  };
  std::vector<Block> blocks;
  double bottom = kNarrowTop + kLine;
  for (const PlotLine& line : lines) {
    const bool is_remark = line.kind == PlotLine::Kind::kRemark;
    Block block;
    block.line = &line;
    block.label =
        WrapText(line.label, Fitting(kNarrowWidth, is_remark ? 12 : 13));
    if (line.study != nullptr) {
      block.beside =
          JoinWords({GroupCounts(*line.study), ReferenceCounts(*line.study)},
                    " against ");
    }
    bottom += kRowGap + kLine * static_cast<double>(block.label.size());
    if (line.effect != nullptr) bottom += kLine + kNarrowInterval;
    if (!block.beside.empty()) bottom += kLine;
    blocks.push_back(std::move(block));
  }
  std::vector<std::string> under;
  if (outcome.has_null_value()) {
    for (const bool right : {false, true}) {
      const std::string label =
          FavoursWords(result, outcome,
                       right ? outcome.favours_high() : outcome.favours_low());
      if (label.empty()) continue;
      for (std::string& each : WrapText(
               right ? absl::StrCat(label, " →") : absl::StrCat("← ", label),
               Fitting(kNarrowWidth, 12))) {
        under.push_back(std::move(each));
      }
    }
  }
  for (const std::string& remark : foot) {
    for (std::string& each : WrapText(remark, Fitting(kNarrowWidth, 12))) {
      under.push_back(std::move(each));
    }
  }
  SvgCanvas svg(figure, title, ForestDescription(result, outcome), kNarrowWidth,
                bottom + 30 + kLine * static_cast<double>(under.size()));
  EffectMarks marks(outcome, lines, svg, kNarrowBegin, kNarrowEnd);
  svg.Text(0, kNarrowTop, EffectHeading(outcome), {.size = 12, .bold = true});
  if (marks.has_weights()) {
    svg.Text(kNarrowWidth, kNarrowTop, "Weight",
             {.size = 12, .anchor = "end", .bold = true});
  }
  double y = kNarrowTop + kLine;
  for (const Block& block : blocks) {
    const PlotLine& line = *block.line;
    const bool is_remark = line.kind == PlotLine::Kind::kRemark;
    y += kRowGap;
    for (const std::string& each : block.label) {
      svg.Text(0, y + 6, each,
               {.size = is_remark ? 12.0 : 13.0,
                .bold = line.kind == PlotLine::Kind::kHeading || line.is_total,
                .fill = is_remark ? kSoftInk : kInk});
      y += kLine;
    }
    if (line.effect == nullptr) continue;
    if (!block.beside.empty()) {
      svg.Text(0, y + 6, block.beside, {.size = 12, .fill = kSoftInk});
      y += kLine;
    }
    svg.Text(0, y + 6, LineEffect(outcome, line),
             {.bold = line.kind == PlotLine::Kind::kPooled});
    if (line.study != nullptr && marks.has_weights() &&
        line.study->has_weight()) {
      svg.Text(kNarrowWidth, y + 6,
               absl::StrFormat("%.1f%%", line.study->weight()),
               {.anchor = "end"});
    }
    y += kLine;
    // Not behind the words.
    marks.DrawGuides(y, y + kNarrowInterval);
    marks.Draw(line, y + kNarrowInterval / 2);
    y += kNarrowInterval;
  }
  marks.DrawAxis(bottom);
  double below = bottom + 36;
  for (const std::string& each : under) {
    svg.Text(0, below, each, {.size = 12, .fill = kSoftInk});
    below += kLine;
  }
  return std::move(svg).Finish();
}

}  // namespace consilium

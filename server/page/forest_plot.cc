#include "server/page/forest_plot.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "server/page/effect_marks.h"
#include "server/page/forest_lines.h"
#include "server/page/page_words.h"
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

bool HasCounts(const v1::OutcomeResult& outcome) {
  return std::any_of(outcome.studies().begin(), outcome.studies().end(),
                     [](const v1::StudyResult& study) {
                       return study.has_participants() ||
                              study.has_reference_participants() ||
                              study.has_person_years();
                     });
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

// The drawing for a page and for print.
class ForestDrawing {
 public:
  ForestDrawing(const v1::ReviewResult& result,
                const v1::OutcomeResult& outcome, absl::string_view figure,
                absl::string_view title)
      : outcome_(outcome),
        lines_(ForestLines(result, outcome)),
        begin_(HasCounts(outcome) ? kPlotBegin : kPlotBeginWide) {
    for (const v1::StudyResult& study : outcome.studies()) {
      has_counts_ =
          has_counts_ || study.has_participants() || study.has_person_years();
      has_reference_ = has_reference_ || study.has_reference_participants() ||
                       study.has_reference_person_years();
      has_events_ = has_events_ || study.has_events();
    }
    Layout(result);
    double height = top_;
    for (const ForestLine& line : lines_) height += HeightOf(line);
    SvgCanvas svg(figure, title, ForestDescription(result, outcome), kWidth,
                  height + 28 + SidesHeight(result) + FootHeight());
    Draw(result, svg, height);
    svg_text_ = std::move(svg).Finish();
  }

  std::string Take() && { return std::move(svg_text_); }

 private:
  // Remarks at the end stand below the axis, over the whole width.
  void Layout(const v1::ReviewResult& result) {
    foot_ = TakeFoot(lines_);
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

  std::vector<std::string> LabelLines(const ForestLine& line) const {
    const double room = line.kind == ForestLine::Kind::kHeading ||
                                line.kind == ForestLine::Kind::kRemark
                            ? kWidth
                        : has_counts_ || has_reference_ ? kLabelEnd
                                                        : begin_ - 16;
    const double size = line.kind == ForestLine::Kind::kRemark ? 12 : 13;
    return WrapText(line.label, Fitting(room - 4, size));
  }

  double HeightOf(const ForestLine& line) const {
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
    const std::string label = SideLabel(result, outcome_, right);
    if (label.empty()) return {};
    return WrapText(label, Fitting(right ? kWidth - x - 14 : x - 14, 12));
  }

  double NullAt() const {
    if (!outcome_.has_null_value()) return begin_;
    return ForestScale(outcome_, lines_, begin_, kPlotEnd)
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
    for (const ForestLine& line : lines_) {
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

  void DrawLine(SvgCanvas& svg, EffectMarks& marks, const ForestLine& line,
                double top) const {
    const std::vector<std::string> label = LabelLines(line);
    const double y = top + HeightOf(line) / 2;
    const bool is_remark = line.kind == ForestLine::Kind::kRemark;
    double base = y + 4.5 - kLine / 2 * (static_cast<double>(label.size()) - 1);
    for (const std::string& each : label) {
      svg.Text(
          4, base, each,
          {.size = is_remark ? 12.0 : 13.0,
           .bold = line.kind == ForestLine::Kind::kHeading || line.is_total,
           .fill = is_remark ? kSoftInk : kInk});
      base += kLine;
    }
    if (line.effect == nullptr) return;
    base = y + 4.5;
    marks.Draw(line, y);
    svg.Text(kEffectEnd, base, LineEffect(outcome_, line),
             {.anchor = "end", .bold = line.kind == ForestLine::Kind::kPooled});
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
  std::vector<ForestLine> lines_;
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

}  // namespace consilium

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "proto/base/words.h"
#include "server/page/effect_marks.h"
#include "server/page/forest_lines.h"
#include "server/page/forest_plot.h"
#include "server/page/page_words.h"
#include "server/page/svg_canvas.h"

namespace consilium {
namespace {

constexpr double kNarrowWidth = 340;
constexpr double kNarrowBegin = 12;
constexpr double kNarrowEnd = 328;
constexpr double kNarrowTop = 12;
constexpr double kNarrowInterval = 24;
constexpr double kNarrowGap = 9;    // Between lines of the plot.
constexpr double kNarrowLine = 16;  // From line to line of text.

// The drawing for a phone, on which a label stands above its interval.
class NarrowDrawing {
 public:
  NarrowDrawing(const v1::ReviewResult& result,
                const v1::OutcomeResult& outcome)
      : result_(result),
        outcome_(outcome),
        lines_(ForestLines(result, outcome)) {
    // Lines of text first, so that the height is known.
    const std::vector<std::string> foot = TakeFoot(lines_);
    for (const ForestLine& line : lines_) AddBlock(line);
    if (outcome.has_null_value()) {
      AddUnder(SideLabel(result, outcome, /*right=*/false));
      AddUnder(SideLabel(result, outcome, /*right=*/true));
    }
    for (const std::string& remark : foot) AddUnder(remark);
  }

  std::string Draw(absl::string_view figure, absl::string_view title) const {
    SvgCanvas svg(
        figure, title, ForestDescription(result_, outcome_), kNarrowWidth,
        bottom_ + 30 + kNarrowLine * static_cast<double>(under_.size()));
    EffectMarks marks(outcome_, lines_, svg, kNarrowBegin, kNarrowEnd);
    svg.Text(0, kNarrowTop, EffectHeading(outcome_),
             {.size = 12, .bold = true});
    if (marks.has_weights()) {
      svg.Text(kNarrowWidth, kNarrowTop, "Weight",
               {.size = 12, .anchor = "end", .bold = true});
    }
    double y = kNarrowTop + kNarrowLine;
    for (const Block& block : blocks_) y = DrawBlock(block, y, svg, marks);
    marks.DrawAxis(bottom_);
    double below = bottom_ + 36;
    for (const std::string& each : under_) {
      svg.Text(0, below, each, {.size = 12, .fill = kSoftInk});
      below += kNarrowLine;
    }
    return std::move(svg).Finish();
  }

 private:
  struct Block {
    std::vector<std::string> label;
    std::string beside;  // Counts, of a study.
    const ForestLine* line;
  };

  void AddBlock(const ForestLine& line) {
    Block block;
    block.line = &line;
    block.label = WrapText(line.label, Fitting(kNarrowWidth, SizeOf(line)));
    if (line.study != nullptr) {
      block.beside =
          JoinWords({GroupCounts(*line.study), ReferenceCounts(*line.study)},
                    " against ");
    }
    bottom_ +=
        kNarrowGap + kNarrowLine * static_cast<double>(block.label.size());
    if (line.effect != nullptr) bottom_ += kNarrowLine + kNarrowInterval;
    if (!block.beside.empty()) bottom_ += kNarrowLine;
    blocks_.push_back(std::move(block));
  }

  void AddUnder(const std::string& text) {
    if (text.empty()) return;
    for (std::string& each : WrapText(text, Fitting(kNarrowWidth, 12))) {
      under_.push_back(std::move(each));
    }
  }

  static double SizeOf(const ForestLine& line) {
    return line.kind == ForestLine::Kind::kRemark ? 12 : 13;
  }

  // Returns where the next one starts.
  double DrawBlock(const Block& block, double y, SvgCanvas& svg,
                   EffectMarks& marks) const {
    const ForestLine& line = *block.line;
    y += kNarrowGap;
    for (const std::string& each : block.label) {
      svg.Text(
          0, y + 6, each,
          {.size = SizeOf(line),
           .bold = line.kind == ForestLine::Kind::kHeading || line.is_total,
           .fill = line.kind == ForestLine::Kind::kRemark ? kSoftInk : kInk});
      y += kNarrowLine;
    }
    if (line.effect == nullptr) return y;
    if (!block.beside.empty()) {
      svg.Text(0, y + 6, block.beside, {.size = 12, .fill = kSoftInk});
      y += kNarrowLine;
    }
    svg.Text(0, y + 6, LineEffect(outcome_, line),
             {.bold = line.kind == ForestLine::Kind::kPooled});
    if (line.study != nullptr && marks.has_weights() &&
        line.study->has_weight()) {
      svg.Text(kNarrowWidth, y + 6,
               absl::StrFormat("%.1f%%", line.study->weight()),
               {.anchor = "end"});
    }
    y += kNarrowLine;
    // Not behind the words.
    marks.DrawGuides(y, y + kNarrowInterval);
    marks.Draw(line, y + kNarrowInterval / 2);
    return y + kNarrowInterval;
  }

  const v1::ReviewResult& result_;
  const v1::OutcomeResult& outcome_;
  std::vector<ForestLine> lines_;
  std::vector<Block> blocks_;
  std::vector<std::string> under_;            // Below the axis.
  double bottom_ = kNarrowTop + kNarrowLine;  // Where the axis lies.
};

}  // namespace

std::string NarrowForestPlot(const v1::ReviewResult& result,
                             const v1::OutcomeResult& outcome,
                             absl::string_view figure,
                             absl::string_view title) {
  return NarrowDrawing(result, outcome).Draw(figure, title);
}

}  // namespace consilium

#include "server/page/flow_diagram.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "proto/base/words.h"
#include "server/page/page_words.h"
#include "server/page/svg_canvas.h"

namespace consilium {
namespace {

constexpr double kBoxWidth = 350;
constexpr double kSideBegin = 420;
constexpr double kFlowWidth = kSideBegin + kBoxWidth + 4;
constexpr double kBoxHeight = 74;
constexpr double kBoxGap = 26;
constexpr size_t kFlowCharacters = 43;

// Records that leave the flow stand beside it.
bool LeavesFlow(const v1::FlowNumber& number) {
  for (const absl::string_view word :
       {"excluded", "removed", "duplicate", "not-retrieved", "not-eligible"}) {
    if (absl::StrContains(number.id(), word)) return true;
  }
  return false;
}

std::string FlowTitle(const v1::FlowNumber& number) {
  return number.title().empty() ? Capitalized(KebabWords(number.id()))
                                : number.title();
}

void DrawBox(SvgCanvas& svg, const v1::FlowNumber& number, double x, double y) {
  const bool recorded = number.has_count() || number.has_total();
  svg.Rect(x + 2, y, kBoxWidth - 4, kBoxHeight,
           {.stroke = recorded ? kInk : kSoftInk,
            .fill = recorded ? kWhite : kPanel});
  svg.Text(x + 14, y + 24, CutText(FlowTitle(number), kFlowCharacters),
           {.bold = true});
  svg.Text(x + 14, y + 44, absl::StrCat("this version: ", FlowCount(number)),
           {.size = 12, .fill = kSoftInk});
  svg.Text(x + 14, y + 61, absl::StrCat("from the start: ", FlowTotal(number)),
           {.size = 12, .fill = kSoftInk});
}

void DrawArrowDown(SvgCanvas& svg, double x, double y1, double y2) {
  svg.Line(x, y1, x, y2 - 6, {});
  svg.Polygon({{x, y2}, {x - 4, y2 - 7}, {x + 4, y2 - 7}},
              {.stroke = "none", .fill = kInk});
}

void DrawArrowRight(SvgCanvas& svg, double x1, double x2, double y) {
  svg.Line(x1, y, x2 - 6, y, {});
  svg.Polygon({{x2, y}, {x2 - 7, y - 4}, {x2 - 7, y + 4}},
              {.stroke = "none", .fill = kInk});
}

}  // namespace

std::string FlowCount(const v1::FlowNumber& number) {
  return number.has_count() ? CountWords(number.count())
                            : std::string(kNotRecorded);
}

std::string FlowTotal(const v1::FlowNumber& number) {
  return number.has_total() ? CountWords(number.total())
                            : std::string(kNotRecorded);
}

std::string FlowDiagram(const v1::ReviewResult& result) {
  int rows = 0;
  bool beside = false;  // The last row has a box beside it.
  for (const v1::FlowNumber& number : result.flow()) {
    if (!LeavesFlow(number) || rows == 0 || beside) ++rows;
    beside = LeavesFlow(number);
  }
  SvgCanvas svg("flow", "Flow of records",
                "Records found, screened, left out and included, for this "
                "version and from the start. The table after it has every "
                "number.",
                kFlowWidth, rows * (kBoxHeight + kBoxGap));
  double y = -(kBoxHeight + kBoxGap) + 2;
  double last = -1;  // Where the last box of the flow ends.
  beside = false;
  for (const v1::FlowNumber& number : result.flow()) {
    const bool leaves = LeavesFlow(number);
    if (!leaves || last < 0 || beside) y += kBoxHeight + kBoxGap;
    beside = leaves;
    if (leaves) {
      if (last >= 0) {
        const double middle = y + kBoxHeight / 2;
        const bool level = last > y;
        DrawArrowRight(svg, level ? kBoxWidth - 2 : kBoxWidth / 2,
                       kSideBegin + 2, middle);
      }
      DrawBox(svg, number, kSideBegin, y);
      continue;
    }
    if (last >= 0) DrawArrowDown(svg, kBoxWidth / 2, last, y);
    DrawBox(svg, number, 0, y);
    last = y + kBoxHeight;
  }
  return std::move(svg).Finish();
}

}  // namespace consilium

#include "server/page/flow_diagram.h"

#include <algorithm>
#include <string>
#include <vector>

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
constexpr double kBoxLine = 17;
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

// A box of the diagram. PRISMA counts what databases and registers gave in one.
struct FlowBox {
  std::string title;
  std::vector<std::string> lines;
  bool leaves = false;
  bool recorded = false;

  double height() const {
    return kBoxHeight + kBoxLine * (static_cast<double>(lines.size()) - 2);
  }
};

bool IsSource(const v1::FlowNumber& number) {
  return number.id() == "records-from-databases" ||
         number.id() == "records-from-registers";
}

std::vector<FlowBox> BoxesOf(const v1::ReviewResult& result) {
  std::vector<FlowBox> boxes;
  bool sources = false;  // The last box is of those.
  for (const v1::FlowNumber& number : result.flow()) {
    const bool is_source = IsSource(number);
    if (!is_source || !sources) {
      FlowBox& box = boxes.emplace_back();
      box.title = is_source ? "Records identified" : FlowTitle(number);
      box.leaves = LeavesFlow(number);
    }
    sources = is_source;
    FlowBox& box = boxes.back();
    box.recorded = box.recorded || number.has_count() || number.has_total();
    if (is_source) {
      const absl::string_view source =
          number.id() == "records-from-databases" ? "databases" : "registers";
      box.lines.push_back(
          absl::StrCat(source, ", this version: ", FlowCount(number)));
      box.lines.push_back(
          absl::StrCat(source, ", from the start: ", FlowTotal(number)));
    } else {
      box.lines.push_back(absl::StrCat("this version: ", FlowCount(number)));
      box.lines.push_back(absl::StrCat("from the start: ", FlowTotal(number)));
    }
  }
  return boxes;
}

void DrawBox(SvgCanvas& svg, const FlowBox& box, double x, double y) {
  svg.Rect(x + 2, y, kBoxWidth - 4, box.height(),
           {.stroke = box.recorded ? kInk : kSoftInk,
            .fill = box.recorded ? kWhite : kPanel});
  svg.Text(x + 14, y + 24, CutText(box.title, kFlowCharacters), {.bold = true});
  double line = y + 44;
  for (const std::string& each : box.lines) {
    svg.Text(x + 14, line, each, {.size = 12, .fill = kSoftInk});
    line += kBoxLine;
  }
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
  if (number.has_count()) return CountWords(number.count());
  // What is included is included in this version.
  if (number.has_total() && (number.id() == "studies-included" ||
                             number.id() == "reports-included")) {
    return CountWords(number.total());
  }
  return std::string(kNotRecorded);
}

std::string FlowTotal(const v1::FlowNumber& number) {
  return number.has_total() ? CountWords(number.total())
                            : std::string(kNotRecorded);
}

std::string FlowDiagram(const v1::ReviewResult& result) {
  const std::vector<FlowBox> boxes = BoxesOf(result);
  // A box that leaves the flow stands beside the one before it; a second one
  // in a row of its own.
  std::vector<double> tops;
  double next = 2;
  double row = 2;
  bool beside = true;
  for (const FlowBox& box : boxes) {
    if (!box.leaves || beside) row = next;
    beside = box.leaves;
    tops.push_back(row);
    next = std::max(next, row + box.height() + kBoxGap);
  }
  SvgCanvas svg("flow", "Flow of records",
                "Records found, screened, left out and included, for this "
                "version and from the start.",
                kFlowWidth, next);
  double last = -1;  // Where the last box of the flow ends.
  for (size_t i = 0; i < boxes.size(); ++i) {
    const FlowBox& box = boxes[i];
    const double y = tops[i];
    if (!box.leaves) {
      if (last >= 0) DrawArrowDown(svg, kBoxWidth / 2, last, y);
      DrawBox(svg, box, 0, y);
      last = y + box.height();
      continue;
    }
    if (last >= 0) {
      const bool level = last > y;
      DrawArrowRight(svg, level ? kBoxWidth - 2 : kBoxWidth / 2, kSideBegin + 2,
                     y + box.height() / 2);
    }
    DrawBox(svg, box, kSideBegin, y);
  }
  return std::move(svg).Finish();
}

}  // namespace consilium

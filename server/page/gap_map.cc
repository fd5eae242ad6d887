#include "server/page/gap_map.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "server/page/page_words.h"
#include "server/page/svg_canvas.h"

namespace consilium {
namespace {

// What a page is wide; columns share what the labels of rows leave.
constexpr double kGapWidth = 1000;
constexpr double kGapLabel = 228;
constexpr double kGapColumnMax = 118;
constexpr double kGapColumnMin = 64;
constexpr double kGapRow = 52;
constexpr double kGapTop = 78;
constexpr double kGapLine = 14;
constexpr double kGapCharacter = 6;
constexpr size_t kGapRowCharacters = 34;
constexpr size_t kGapLinesMax = 4;

void AddOnce(const std::string& id, std::vector<std::string>& ids) {
  if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
}

// `text` in lines of `size` characters, broken at spaces.
std::vector<std::string> BreakLines(absl::string_view text, size_t size) {
  std::vector<std::string> lines;
  // A hyphen is a place to break too: "three-" and "dimensional".
  const std::string words = absl::StrReplaceAll(
      text, {{"radiotherapy", "RT"}, {"Radiotherapy", "RT"}, {"-", "- "}});
  for (const absl::string_view word : absl::StrSplit(words, ' ')) {
    if (!lines.empty() && lines.back().size() + 1 + word.size() <= size) {
      absl::StrAppend(&lines.back(), " ", word);
    } else {
      lines.emplace_back(word);
    }
  }
  if (lines.size() > kGapLinesMax) {
    lines.resize(kGapLinesMax);
    lines.back() += "…";
  }
  return lines;
}

void WriteHeading(SvgCanvas& svg, double x, double width,
                  absl::string_view text) {
  const std::vector<std::string> lines =
      BreakLines(text, static_cast<size_t>(width / kGapCharacter));
  double y = kGapTop - 12 - kGapLine * static_cast<double>(lines.size() - 1);
  for (const std::string& line : lines) {
    svg.Text(x, y, line, {.size = 10, .anchor = "middle"});
    y += kGapLine;
  }
}

void DrawCell(SvgCanvas& svg, const v1::GapCell& cell, double x, double y) {
  const bool both = cell.trials() > 0 && cell.ongoing() > 0;
  if (cell.trials() > 0) {
    const double at = both ? x - 14 : x;
    const double radius =
        std::min(9 + 2.5 * std::sqrt(static_cast<double>(cell.trials())), 17.);
    svg.Circle(at, y - 4, radius, {.stroke = "none", .fill = kBlue});
    svg.Text(at, y + 0.5, absl::StrCat(cell.trials()),
             {.anchor = "middle", .bold = true, .fill = kWhite});
  }
  if (cell.ongoing() > 0) {
    const double at = both ? x + 16 : x;
    svg.Circle(at, y - 4, 11,
               {.stroke = kRed, .width = 1.5, .dash = "3 2", .fill = kWhite});
    svg.Text(at, y + 0.5, absl::StrCat(cell.ongoing()),
             {.anchor = "middle", .fill = kRed});
  }
  if (cell.randomized() > 0) {
    svg.Text(x, y + 22, Plural(cell.randomized(), "RCT", "RCTs"),
             {.size = 11, .anchor = "middle", .fill = kSoftInk});
  }
}

}  // namespace

const v1::GapCell* GapTable::Find(const v1::ReviewResult& result,
                                  absl::string_view drug_class,
                                  absl::string_view radiotherapy) {
  for (const v1::GapCell& cell : result.gap_map()) {
    if (cell.drug_class() == drug_class &&
        cell.radiotherapy() == radiotherapy) {
      return &cell;
    }
  }
  return nullptr;
}

GapTable MakeGapTable(const v1::ReviewResult& result) {
  GapTable table;
  bool unstated = false;
  for (const v1::GapCell& cell : result.gap_map()) {
    AddOnce(cell.drug_class(), table.drug_classes);
    if (cell.radiotherapy().empty()) {
      unstated = true;
    } else {
      AddOnce(cell.radiotherapy(), table.radiotherapies);
    }
  }
  if (unstated) table.radiotherapies.emplace_back();
  return table;
}

std::string GapMap(const v1::ReviewResult& result) {
  const GapTable table = MakeGapTable(result);
  const double columns = static_cast<double>(table.radiotherapies.size());
  const double column_width =
      std::clamp((kGapWidth - kGapLabel) / std::max(columns, 1.0),
                 kGapColumnMin, kGapColumnMax);
  const double width = kGapLabel + column_width * columns;
  const double height =
      kGapTop + kGapRow * static_cast<double>(table.drug_classes.size()) + 40;
  const auto middle = [column_width](size_t column) {
    return kGapLabel + column_width * (static_cast<double>(column) + 0.5);
  };
  SvgCanvas svg("gap-map", "Gap map: drug class by technique of radiotherapy",
                "Filled circles hold the number of trials with results, dashed "
                "ones the number of trials that go on. The table after it has "
                "every number.",
                std::max(width, 520.0), height);
  for (size_t column = 0; column < table.radiotherapies.size(); ++column) {
    const double x = middle(column);
    WriteHeading(svg, x, column_width,
                 TermTitle(result, v1::VOCABULARY_RADIOTHERAPY,
                           table.radiotherapies[column]));
    svg.Line(x, kGapTop, x, height - 40, {.stroke = kGuide});
  }
  svg.Line(0, kGapTop - 4, width, kGapTop - 4, {});
  for (size_t row = 0; row < table.drug_classes.size(); ++row) {
    const double y = kGapTop + kGapRow * (static_cast<double>(row) + 0.5);
    svg.Text(4, y + 4,
             CutText(TermTitle(result, v1::VOCABULARY_DRUG_CLASS,
                               table.drug_classes[row]),
                     kGapRowCharacters),
             {.size = 12});
    for (size_t column = 0; column < table.radiotherapies.size(); ++column) {
      const v1::GapCell* cell = GapTable::Find(result, table.drug_classes[row],
                                               table.radiotherapies[column]);
      if (cell == nullptr) continue;
      DrawCell(svg, *cell, middle(column), y);
    }
    svg.Line(0, y + kGapRow / 2, width, y + kGapRow / 2, {.stroke = kRule});
  }
  const double key = height - 16;
  svg.Circle(12, key - 4, 8, {.stroke = "none", .fill = kBlue});
  svg.Text(26, key, "trials with results", {.size = 12, .fill = kSoftInk});
  svg.Circle(162, key - 4, 8,
             {.stroke = kRed, .width = 1.5, .dash = "3 2", .fill = kWhite});
  svg.Text(
      176, key,
      "ongoing trials. RCT: randomised trial with results. RT: radiotherapy. "
      "Empty: no clinical trial in this registry",
      {.size = 12, .fill = kSoftInk});
  return std::move(svg).Finish();
}

}  // namespace consilium

#include "server/page/gap_map.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "server/page/page_words.h"
#include "server/page/svg_canvas.h"

namespace consilium {
namespace {

constexpr double kGapLabel = 230;
constexpr double kGapColumn = 118;
constexpr double kGapRow = 58;
constexpr double kGapTop = 64;
constexpr size_t kGapRowCharacters = 32;
constexpr size_t kGapLineCharacters = 15;

void AddOnce(const std::string& id, std::vector<std::string>& ids) {
  if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
}

// A heading on two lines at most, broken at a space.
void WriteHeading(SvgCanvas& svg, double x, absl::string_view text) {
  const SvgCanvas::Font font = {.size = 12, .anchor = "middle", .bold = true};
  size_t cut = absl::string_view::npos;
  if (text.size() > kGapLineCharacters) {
    cut = text.rfind(' ', kGapLineCharacters);
  }
  if (cut == absl::string_view::npos) {
    svg.Text(x, kGapTop - 14, CutText(text, kGapLineCharacters), font);
    return;
  }
  svg.Text(x, kGapTop - 30, text.substr(0, cut), font);
  svg.Text(x, kGapTop - 14, CutText(text.substr(cut + 1), kGapLineCharacters),
           font);
}

void DrawCell(SvgCanvas& svg, const v1::GapCell& cell, double x, double y) {
  if (cell.trials() > 0) {
    const double radius =
        std::min(10 + 3.2 * std::sqrt(static_cast<double>(cell.trials())), 22.);
    svg.Circle(x, y - 5, radius, {.stroke = "none", .fill = kBlue});
    svg.Text(x, y - 0.5, absl::StrCat(cell.trials()),
             {.anchor = "middle", .bold = true, .fill = kWhite});
  }
  if (cell.ongoing() > 0) {
    const double beside = cell.trials() > 0 ? 34 : 0;
    svg.Circle(x + beside, y - 5, 12,
               {.stroke = kRed, .width = 1.5, .dash = "3 2", .fill = kWhite});
    svg.Text(x + beside, y - 0.5, absl::StrCat(cell.ongoing()),
             {.anchor = "middle", .fill = kRed});
  }
  if (cell.randomized() > 0) {
    svg.Text(x, y + 26, absl::StrCat(cell.randomized(), " randomised"),
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
  const double width =
      kGapLabel + kGapColumn * static_cast<double>(table.radiotherapies.size());
  const double height =
      kGapTop + kGapRow * static_cast<double>(table.drug_classes.size()) + 40;
  SvgCanvas svg("gap-map", "Gap map: drug class by technique of radiotherapy",
                "Filled circles hold the number of trials with results, dashed "
                "ones the number of trials that go on. The table after it has "
                "every number.",
                std::max(width, 520.0), height);
  for (size_t column = 0; column < table.radiotherapies.size(); ++column) {
    const double x =
        kGapLabel + kGapColumn * (static_cast<double>(column) + 0.5);
    WriteHeading(svg, x,
                 TermTitle(result, v1::VOCABULARY_RADIOTHERAPY,
                           table.radiotherapies[column]));
    svg.Line(x, kGapTop, x, height - 40, {.stroke = "#eef1f4"});
  }
  svg.Line(0, kGapTop - 4, width, kGapTop - 4, {});
  for (size_t row = 0; row < table.drug_classes.size(); ++row) {
    const double y = kGapTop + kGapRow * (static_cast<double>(row) + 0.5);
    svg.Text(4, y + 4,
             CutText(TermTitle(result, v1::VOCABULARY_DRUG_CLASS,
                               table.drug_classes[row]),
                     kGapRowCharacters),
             {});
    for (size_t column = 0; column < table.radiotherapies.size(); ++column) {
      const v1::GapCell* cell = GapTable::Find(result, table.drug_classes[row],
                                               table.radiotherapies[column]);
      if (cell == nullptr) continue;
      DrawCell(svg, *cell,
               kGapLabel + kGapColumn * (static_cast<double>(column) + 0.5), y);
    }
    svg.Line(0, y + kGapRow / 2, width, y + kGapRow / 2, {.stroke = kRule});
  }
  const double key = height - 16;
  svg.Circle(12, key - 4, 8, {.stroke = "none", .fill = kBlue});
  svg.Text(26, key, "trials with results", {.size = 12, .fill = kSoftInk});
  svg.Circle(162, key - 4, 8,
             {.stroke = kRed, .width = 1.5, .dash = "3 2", .fill = kWhite});
  svg.Text(176, key,
           "ongoing trials. Empty: no clinical evidence in this registry",
           {.size = 12, .fill = kSoftInk});
  return std::move(svg).Finish();
}

}  // namespace consilium

#include "server/page/gap_map.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
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
constexpr double kGapRow = 56;
constexpr double kGapTop = 90;
constexpr double kGapLine = 14;
constexpr double kGapCharacter = 6;
constexpr size_t kGapRowCharacters = 34;
constexpr size_t kGapLinesMax = 5;
// On a phone.
constexpr double kGapNarrowWidth = 340;
constexpr double kGapNarrowLine = 18;
constexpr double kGapNarrowCell = 28;
constexpr double kGapNarrowRule = 16;   // Around the rule between classes.
constexpr double kGapNarrowLabel = 92;  // Where three marks end.
constexpr size_t kGapNarrowCharacters = 44;
constexpr size_t kGapNarrowCellCharacters = 33;

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

// One mark for each kind of trial: with results, going on, and neither.
struct GapMark {
  int trials;
  SvgCanvas::Pen pen;
  absl::string_view ink;
  bool bold;
  double radius;
};

std::vector<GapMark> MarksOf(const v1::GapCell& cell) {
  std::vector<GapMark> marks;
  if (cell.trials() > 0) {
    marks.push_back(
        {cell.trials(),
         {.stroke = "none", .fill = kBlue},
         kWhite,
         true,
         std::min(9 + 2.5 * std::sqrt(static_cast<double>(cell.trials())),
                  17.)});
  }
  if (cell.ongoing() > 0) {
    marks.push_back(
        {cell.ongoing(),
         {.stroke = kRed, .width = 1.5, .dash = "3 2", .fill = kWhite},
         kRed,
         false,
         11});
  }
  if (WithoutResults(cell) > 0) {
    marks.push_back({WithoutResults(cell),
                     {.stroke = kSoftInk, .width = 1.5, .fill = kWhite},
                     kSoftInk,
                     false,
                     11});
  }
  return marks;
}

void DrawMark(SvgCanvas& svg, const GapMark& mark, double x, double y) {
  svg.Circle(x, y - 4, mark.radius, mark.pen);
  svg.Text(x, y + 0.5, absl::StrCat(mark.trials),
           {.anchor = "middle", .bold = mark.bold, .fill = mark.ink});
}

// What stands below the marks of a cell.
std::vector<std::string> RemarksOf(const v1::ReviewResult& result,
                                   const v1::GapCell& cell) {
  std::vector<std::string> remarks;
  if (cell.randomized() > 0) {
    remarks.push_back(Plural(cell.randomized(), "RCT", "RCTs"));
  }
  if (const int inferred = InferredTreatments(result, cell); inferred > 0) {
    remarks.push_back(absl::StrCat(inferred, " inferred"));
  }
  return remarks;
}

void DrawCell(SvgCanvas& svg, const v1::ReviewResult& result,
              const v1::GapCell& cell, double x, double y) {
  const std::vector<GapMark> marks = MarksOf(cell);
  const std::vector<std::string> remarks = RemarksOf(result, cell);
  if (remarks.size() > 1) y -= 7;
  double at = x - 14 * (static_cast<double>(marks.size()) - 1);
  for (const GapMark& mark : marks) {
    DrawMark(svg, mark, at, y);
    at += 28;
  }
  double line = y + 22;
  for (const std::string& remark : remarks) {
    svg.Text(x, line, remark,
             {.size = 11, .anchor = "middle", .fill = kSoftInk});
    line += 12;
  }
}

bool IsSeen(const v1::GapCell& cell) {
  return cell.trials() > 0 || cell.ongoing() > 0 || WithoutResults(cell) > 0;
}

// Without the rows and columns that hold preclinical studies alone.
GapTable SeenTable(const v1::ReviewResult& result) {
  v1::ReviewResult seen;
  for (const v1::GapCell& cell : result.gap_map()) {
    if (IsSeen(cell)) *seen.add_gap_map() = cell;
  }
  return MakeGapTable(seen);
}

// The key: a mark and its words each, in lines below one another or in a row.
constexpr absl::string_view kGapDescription =
    "Filled circles hold the number of trials with results, dashed ones the "
    "number of trials that go on, and open ones of those without results of "
    "which it is not stated that they go on.";

struct KeyEntry {
  v1::GapCell cell;
  absl::string_view words;
  double width;
};

std::vector<KeyEntry> KeyEntries() {
  std::vector<KeyEntry> entries(3);
  entries[0].cell.set_trials(1);
  entries[0].words = "trials with results";
  entries[0].width = 160;
  entries[1].cell.set_ongoing(1);
  entries[1].words = "ongoing trials";
  entries[1].width = 130;
  entries[2].cell.add_trial_ids();
  entries[2].words = "no results yet, status not stated or ended";
  entries[2].width = 290;
  return entries;
}

void DrawKeyMark(SvgCanvas& svg, const KeyEntry& entry, double x, double y) {
  svg.Circle(x + 12, y - 4, 8, MarksOf(entry.cell).front().pen);
  svg.Text(x + 26, y, entry.words, {.size = 12, .fill = kSoftInk});
}

constexpr absl::string_view kGapWords =
    "RCT: randomised trial with results. RT: radiotherapy. Empty: no clinical "
    "trial in this registry";
constexpr absl::string_view kInferredWords =
    "inferred: what so many of these trials gave is not printed, and was "
    "inferred from the report";

bool HasInferred(const v1::ReviewResult& result) {
  return absl::c_any_of(result.gap_map(), [&result](const v1::GapCell& cell) {
    return IsSeen(cell) && InferredTreatments(result, cell) > 0;
  });
}

// Whether a reading is of the field of that name, one of `fields`; one in words
// alone is of all.
bool IsReadingOf(const v1::Alternative& reading,
                 std::initializer_list<absl::string_view> fields) {
  return reading.values().empty() ||
         absl::c_any_of(reading.values(),
                        [fields](const v1::AlternativeValue& value) {
                          return absl::c_linear_search(
                              fields, absl::string_view(value.path())
                                          .substr(0, value.path().find('.')));
                        });
}

template <typename Components>
bool HasReadingOf(const Components& components,
                  std::initializer_list<absl::string_view> fields) {
  return absl::c_any_of(components, [fields](const auto& component) {
    return absl::c_any_of(component.alternatives(),
                          [fields](const v1::Alternative& reading) {
                            return IsReadingOf(reading, fields);
                          });
  });
}

// What a column names of radiotherapy.
enum class ColumnKind { kNothing, kSite, kTechnique };

// Ids of those that name a site alone end so.
ColumnKind KindOf(absl::string_view radiotherapy) {
  return radiotherapy.empty()                  ? ColumnKind::kNothing
         : absl::EndsWith(radiotherapy, "-rt") ? ColumnKind::kSite
                                               : ColumnKind::kTechnique;
}

ColumnKind KindOf(const v1::RadiotherapyComponent& given) {
  if (given.technique() != v1::RADIOTHERAPY_TECHNIQUE_UNSPECIFIED &&
      given.technique() != v1::RADIOTHERAPY_TECHNIQUE_OTHER) {
    return ColumnKind::kTechnique;
  }
  return given.target() == v1::RADIOTHERAPY_TARGET_UNSPECIFIED
             ? ColumnKind::kNothing
             : ColumnKind::kSite;
}

// Whether something else may be meant by every arm that had a drug together
// with radiotherapy of that kind of column.
bool IsInferred(const v1::EvidenceRow& trial, ColumnKind kind) {
  bool any = false;
  for (const v1::Arm& arm : trial.arms()) {
    if (arm.drugs().empty() ||
        absl::c_none_of(arm.radiotherapies(),
                        [kind](const v1::RadiotherapyComponent& each) {
                          return KindOf(each) == kind;
                        })) {
      continue;
    }
    any = true;
    if (!HasReadingOf(arm.drugs(),
                      {"drug", "drugClass", "targets", "generation"}) &&
        !HasReadingOf(arm.radiotherapies(), {"technique", "target"})) {
      return false;
    }
  }
  return any;
}

// The row of a trial, wherever it stands; null when it does nowhere.
const v1::EvidenceRow* FindTrial(const v1::ReviewResult& result,
                                 absl::string_view trial_id) {
  for (const v1::SectionResult& section : result.sections()) {
    for (const v1::EvidenceRow& trial : section.trials()) {
      if (trial.trial_id() == trial_id) return &trial;
    }
  }
  for (const v1::EvidenceRow& trial : result.ongoing()) {
    if (trial.trial_id() == trial_id) return &trial;
  }
  return nullptr;
}

bool IsBroaderThanAny(const v1::ReviewResult& result, v1::Vocabulary vocabulary,
                      absl::string_view id,
                      const std::vector<std::string>& others) {
  for (const v1::VocabularyTerm& term : result.terms()) {
    if (term.vocabulary() != vocabulary ||
        !absl::c_linear_search(others, term.id())) {
      continue;
    }
    if (absl::c_linear_search(term.broader(), id)) return true;
  }
  return false;
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

std::string GapTable::DrugClassTitle(const v1::ReviewResult& result,
                                     absl::string_view id) const {
  const std::string title = TermTitle(result, v1::VOCABULARY_DRUG_CLASS, id);
  if (!IsBroaderThanAny(result, v1::VOCABULARY_DRUG_CLASS, id, drug_classes)) {
    return title;
  }
  const bool generations =
      absl::c_any_of(drug_classes, [id](const std::string& each) {
        return each.size() == id.size() + 3 && absl::StartsWith(each, id) &&
               absl::EndsWith(each, "g");
      });
  return absl::StrCat(
      title, generations ? ", generation not stated" : ", kind not stated");
}

std::string GapTable::TechniqueTitle(const v1::ReviewResult& result,
                                     absl::string_view id) const {
  const std::string title = TermTitle(result, v1::VOCABULARY_RADIOTHERAPY, id);
  if (id.empty()) return "Neither technique nor site stated";
  // Those end so that name a site alone.
  return absl::EndsWith(id, "-rt") ||
                 IsBroaderThanAny(result, v1::VOCABULARY_RADIOTHERAPY, id,
                                  radiotherapies)
             ? absl::StrCat(title, ", technique not stated")
             : title;
}

int InferredTreatments(const v1::ReviewResult& result,
                       const v1::GapCell& cell) {
  return static_cast<int>(
      absl::c_count_if(cell.trial_ids(), [&](const std::string& id) {
        const v1::EvidenceRow* const trial = FindTrial(result, id);
        return trial != nullptr &&
               trial->design() != v1::STUDY_DESIGN_PRECLINICAL &&
               IsInferred(*trial, KindOf(cell.radiotherapy()));
      }));
}

int WithoutResults(const v1::GapCell& cell) {
  return std::max(0, cell.trial_ids_size() - cell.trials() - cell.ongoing() -
                         cell.preclinical());
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
  const GapTable table = SeenTable(result);
  const double columns = static_cast<double>(table.radiotherapies.size());
  const double column_width =
      std::clamp((kGapWidth - kGapLabel) / std::max(columns, 1.0),
                 kGapColumnMin, kGapColumnMax);
  const double width = std::max(kGapLabel + column_width * columns, 620.0);
  const double bottom =
      kGapTop + kGapRow * static_cast<double>(table.drug_classes.size());
  const auto middle = [column_width](size_t column) {
    return kGapLabel + column_width * (static_cast<double>(column) + 0.5);
  };
  SvgCanvas svg("gap-map", "Gap map: drug class by technique of radiotherapy",
                kGapDescription, width,
                bottom + (HasInferred(result) ? 74 : 58));
  for (size_t column = 0; column < table.radiotherapies.size(); ++column) {
    const double x = middle(column);
    WriteHeading(svg, x, column_width,
                 table.TechniqueTitle(result, table.radiotherapies[column]));
    svg.Line(x, kGapTop, x, bottom, {.stroke = kGuide});
  }
  svg.Line(0, kGapTop - 4, width, kGapTop - 4, {});
  for (size_t row = 0; row < table.drug_classes.size(); ++row) {
    const double y = kGapTop + kGapRow * (static_cast<double>(row) + 0.5);
    const std::vector<std::string> label =
        WrapText(table.DrugClassTitle(result, table.drug_classes[row]),
                 kGapRowCharacters);
    double line = y + 4 - kGapLine / 2 * static_cast<double>(label.size() - 1);
    for (const std::string& each : label) {
      svg.Text(4, line, each, {.size = 12});
      line += kGapLine;
    }
    for (size_t column = 0; column < table.radiotherapies.size(); ++column) {
      const v1::GapCell* cell = GapTable::Find(result, table.drug_classes[row],
                                               table.radiotherapies[column]);
      if (cell == nullptr) continue;
      DrawCell(svg, result, *cell, middle(column), y);
    }
    svg.Line(0, y + kGapRow / 2, width, y + kGapRow / 2, {.stroke = kRule});
  }
  double x = 0;
  for (const KeyEntry& entry : KeyEntries()) {
    DrawKeyMark(svg, entry, x, bottom + 24);
    x += entry.width;
  }
  svg.Text(4, bottom + 46, kGapWords, {.size = 12, .fill = kSoftInk});
  if (HasInferred(result)) {
    svg.Text(4, bottom + 62, kInferredWords, {.size = 12, .fill = kSoftInk});
  }
  return std::move(svg).Finish();
}

std::string NarrowGapMap(const v1::ReviewResult& result) {
  const GapTable table = SeenTable(result);
  struct Line {
    std::string text;
    const v1::GapCell* cell = nullptr;  // Null of a heading.
  };
  std::vector<Line> lines;
  for (const std::string& drug_class : table.drug_classes) {
    for (const std::string& each : WrapText(
             table.DrugClassTitle(result, drug_class), kGapNarrowCharacters)) {
      lines.push_back({each});
    }
    for (const std::string& technique : table.radiotherapies) {
      const v1::GapCell* const cell =
          GapTable::Find(result, drug_class, technique);
      if (cell == nullptr || !IsSeen(*cell)) continue;
      std::string text =
          absl::StrReplaceAll(table.TechniqueTitle(result, technique),
                              {{"radiotherapy", "RT"}, {"Radiotherapy", "RT"}});
      const std::vector<std::string> remarks = RemarksOf(result, *cell);
      if (!remarks.empty()) {
        absl::StrAppend(&text, " (", absl::StrJoin(remarks, "; "), ")");
      }
      const std::vector<std::string> wrapped =
          WrapText(text, kGapNarrowCellCharacters);
      for (size_t i = 0; i < wrapped.size(); ++i) {
        lines.push_back({wrapped[i], cell});
        if (i > 0) lines.back().cell = &v1::GapCell::default_instance();
      }
    }
  }
  std::vector<std::string> words = WrapText(kGapWords, kGapNarrowCharacters);
  if (HasInferred(result)) {
    for (std::string& each : WrapText(kInferredWords, kGapNarrowCharacters)) {
      words.push_back(std::move(each));
    }
  }
  double height = 16;
  bool after_cell = false;
  for (const Line& line : lines) {
    height += line.cell == nullptr || MarksOf(*line.cell).empty()
                  ? kGapNarrowLine
                  : kGapNarrowCell;
    if (line.cell == nullptr && after_cell) height += kGapNarrowRule;
    after_cell = line.cell != nullptr;
  }
  const double key = height + 16;
  height = key + 26 * 3 + kGapNarrowLine * static_cast<double>(words.size());
  SvgCanvas svg("gap-map-narrow",
                "Gap map: drug class by technique of radiotherapy",
                kGapDescription, kGapNarrowWidth, height);
  double y = 16;
  bool was_cell = false;
  for (const Line& line : lines) {
    const bool is_cell = line.cell != nullptr;
    const std::vector<GapMark> marks =
        is_cell ? MarksOf(*line.cell) : std::vector<GapMark>();
    y += marks.empty() ? kGapNarrowLine : kGapNarrowCell;
    if (!is_cell && was_cell) {
      y += kGapNarrowRule;
      svg.Line(0, y - 20, kGapNarrowWidth, y - 20, {.stroke = kRule});
    }
    was_cell = is_cell;
    double x = 16;
    for (GapMark mark : marks) {
      mark.radius = std::min(mark.radius, 12.0);
      DrawMark(svg, mark, x, y);
      x += 28;
    }
    svg.Text(is_cell ? kGapNarrowLabel : 0, y, line.text,
             {.size = 13, .bold = !is_cell});
  }
  y = key + 10;
  for (const KeyEntry& entry : KeyEntries()) {
    DrawKeyMark(svg, entry, 0, y);
    y += 24;
  }
  for (const std::string& each : words) {
    svg.Text(0, y, each, {.size = 12, .fill = kSoftInk});
    y += kGapNarrowLine;
  }
  return std::move(svg).Finish();
}

}  // namespace consilium

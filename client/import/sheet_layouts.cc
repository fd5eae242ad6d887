#include "client/import/sheet_layouts.h"

#include <algorithm>
#include <set>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "client/import/covidence_sheet.h"
#include "client/import/revman5_sheet.h"
#include "client/import/revman_study_sheet.h"
#include "proto/base/errors.h"
#include "proto/base/utf8.h"

namespace consilium {
namespace {

constexpr char kRevManMap[] = R"(# The data rows of a RevMan data package.
rows: estimate
columns:
  Study: trial.id
  Analysis name: endpoint.title
  Analysis group: source.locator
  Analysis number: source.locator
  Subgroup: source.locator
  Experimental group label: arm[experimental].title
  Control group label: arm[control].title
  Experimental cases: estimate[experimental].events
  Experimental N: estimate[experimental].participants
  Experimental mean: estimate[experimental].value
  Experimental SD: estimate[experimental].dispersion.value
  Control cases: estimate[control].events
  Control N: estimate[control].participants
  Control mean: estimate[control].value
  Control SD: estimate[control].dispersion.value
  Effect measure: contrast.measure
  GIV Mean: contrast.pooledValue
  GIV SE: contrast.standardError
  Study CI: contrast.interval.level
  CI start: contrast.interval.low
  CI end: contrast.interval.high
  O-E: contrast.observedMinusExpected
  Variance: contrast.variance
  Footnotes: [contrast.note, "estimate[experimental].note", "estimate[control].note"]
constants:
  arm[experimental].title: Experimental
  arm[experimental].type: experimental
  arm[control].title: Control
  arm[control].type: other
  estimate[experimental].dispersion.kind: standard-deviation
  estimate[control].dispersion.kind: standard-deviation
values:
  Effect measure:
    Std. Mean Difference: smd
    Peto Odds Ratio: or
    Exp[(O-E) / Var]: hr
    Non-event Rate Ratio: rr
    Hazard Ratio (Non-event): hr
ignore: [Analysis group name, Applicability, Study year, Mean, Weight, Data type]
)";

bool HasAll(const CsvTable& table, std::initializer_list<const char*> names) {
  return std::all_of(names.begin(), names.end(), [&](const char* name) {
    return table.Find(name).has_value();
  });
}

bool IsRevManRows(const CsvTable& table) {
  return HasAll(table, {"Analysis group", "Analysis number", "Study",
                        "Experimental N", "Control N"});
}

}  // namespace

std::string LayoutOf(absl::string_view file, const CsvTable& table,
                     absl::string_view review) {
  if (IsRevManRows(table)) return kRevManMap;
  if (IsOfRevMan5(table)) return RevMan5Map(table);
  if (IsOfCovidence(table)) return CovidenceMap(file, review);
  return RevManStudyMap(RevManStudyTableOf(table));
}

bool TakeRevManSettings(const CsvTable& table, RevManSettings& settings) {
  if (!HasAll(table, {"Analysis group", "Analysis number", "Effect measure",
                      "Data type"})) {
    return false;
  }
  const size_t group = *table.Find("Analysis group");
  const size_t number = *table.Find("Analysis number");
  for (const CsvRow& row : table.rows) {
    auto& cells = settings[{std::string(row.cells[group]),
                            std::string(row.cells[number])}];
    for (size_t i = 0; i < table.header.size(); ++i) {
      cells[table.header[i]] = std::string(row.cells[i]);
    }
  }
  return true;
}

namespace {

// What the numbers of a row of RevMan say of its kind of data.
std::string KindOfData(const CsvTable& table, const CsvRow& row) {
  const auto holds = [&](const char* name) {
    const auto column = table.Find(name);
    double number = 0;
    return column && absl::SimpleAtod(row.cells[*column], &number) &&
           number != 0;
  };
  if (holds("GIV SE")) return "Contrast level";
  if (holds("Experimental SD") || holds("Control SD")) return "Continuous";
  if (holds("Variance") && holds("O-E")) return "O-E and variance";
  return "Dichotomous";
}

// What RevMan Web or RevMan 5 calls a kind of data, as RevMan Web does; "" for
// another word.
std::string KindCalled(absl::string_view word) {
  const std::string lower = absl::AsciiStrToLower(word);
  for (const auto& [kind, called] :
       std::initializer_list<std::pair<const char*, absl::string_view>>{
           {"Dichotomous", "dichotomous"},
           {"Continuous", "continuous"},
           {"Contrast level", "contrast level"},
           {"Contrast level", "generic inverse variance"},
           {"O-E and variance", "o-e and variance"}}) {
    if (lower == called) return kind;
  }
  return "";
}

}  // namespace

absl::Status CompleteRevManRows(absl::string_view file,
                                const RevManSettings& settings,
                                CsvTable& table) {
  if (!IsRevManRows(table)) return absl::OkStatus();
  const size_t group = *table.Find("Analysis group");
  const size_t number = *table.Find("Analysis number");
  std::vector<std::string> added;
  for (const char* name : {"Effect measure", "Study CI", "Data type",
                           "Experimental group label", "Control group label"}) {
    if (!settings.empty() && !table.Find(name)) added.push_back(name);
  }
  table.header.insert(table.header.end(), added.begin(), added.end());
  const std::vector<std::pair<const char*, std::vector<const char*>>> uses = {
      {"Dichotomous", {"Experimental cases", "Control cases"}},
      {"Continuous",
       {"Experimental mean", "Experimental SD", "Control mean", "Control SD"}},
      {"Contrast level",
       {"GIV Mean", "GIV SE", "CI start", "CI end", "Effect measure",
        "Study CI"}},
      {"O-E and variance", {"O-E", "Variance", "Effect measure"}}};
  for (CsvRow& row : table.rows) {
    const auto found = settings.find(
        {std::string(row.cells[group]), std::string(row.cells[number])});
    for (const std::string& name : added) {
      std::string cell;
      if (found != settings.end()) {
        const auto value = found->second.find(name);
        if (value != found->second.end()) cell = value->second;
      }
      row.cells.push_back(table.owned.emplace_back(std::move(cell)));
    }
    std::string kind = KindOfData(table, row);
    const auto told = table.Find("Data type");
    if (told && !row.cells[*told].empty()) {
      kind = KindCalled(row.cells[*told]);
      if (kind.empty()) {
        return MakeError(
            absl::StatusCode::kInvalidArgument, "INVALID_TEXT",
            absl::StrCat(file, ": line ", row.line, ": analysis ",
                         row.cells[group], ".", row.cells[number],
                         " has the data type ", Quote(row.cells[*told]),
                         "; want Dichotomous, Continuous, Contrast level "
                         "(Generic inverse variance) or O-E and variance"));
      }
    }
    std::set<std::string> keep;
    for (const auto& [name, columns] : uses) {
      if (kind == name) keep.insert(columns.begin(), columns.end());
    }
    for (const auto& [name, columns] : uses) {
      for (const char* column : columns) {
        const auto index = table.Find(column);
        if (index && keep.count(column) == 0) row.cells[*index] = "";
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace consilium

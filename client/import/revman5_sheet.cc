#include "client/import/revman5_sheet.h"

#include <re2/re2.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "client/import/ctgov_values.h"
#include "client/import/text_pattern.h"
#include "proto/base/errors.h"
#include "proto/base/text_node.h"
#include "proto/base/utf8.h"

namespace consilium {
namespace {

// What the columns are, as a map says it.
struct MappedColumn {
  const char* name;
  const char* target;
  bool added = false;  // By CompleteRevMan5Rows.
};

constexpr MappedColumn kColumns[] = {
    {"Name", "trial.id"},
    {"Group Label 1", "arm[experimental].title"},
    {"Group Label 2", "arm[control].title"},
    {"Events 1", "estimate[experimental].events"},
    {"Total 1", "estimate[experimental].participants"},
    {"Mean 1", "estimate[experimental].value"},
    {"SD 1", "estimate[experimental].dispersion.value"},
    {"Events 2", "estimate[control].events"},
    {"Total 2", "estimate[control].participants"},
    {"Mean 2", "estimate[control].value"},
    {"SD 2", "estimate[control].dispersion.value"},
    {"Effect Measure", "contrast.measure"},
    {"Effect Estimate", "contrast.value"},
    {"SE", "contrast.standardError"},
    {"Study Confidence Interval", "contrast.interval.level"},
    {"CI Start", "contrast.interval.low"},
    {"CI End", "contrast.interval.high"},
    {"O-E", "contrast.observedMinusExpected"},
    {"Var", "contrast.variance"},
    {"Variance", "contrast.variance"},
    {"Outcome", "endpoint.title", true},
    {"Analysis", "source.locator", true},
    {"Apart",
     "[\"estimate[experimental].category\", \"estimate[control].category\", "
     "contrast.measureText]",
     true},
    {"Logarithm", "contrast.pooledValue", true}};

constexpr char kConstants[] = R"yaml(constants:
  arm[experimental].title: Experimental
  arm[experimental].type: experimental
  arm[control].title: Control
  arm[control].type: other
  estimate[experimental].dispersion.kind: standard-deviation
  estimate[control].dispersion.kind: standard-deviation
)yaml";

// The words of RevMan 5 that are no other's.
constexpr char kValues[] = R"yaml(values:
  Effect Measure:
    PETO_OR: or
    Peto Odds Ratio: or
    EXP_O_E_VAR: hr
    Exp[(O-E) / Var]: hr
    Std. Mean Difference: smd
    OTHER: ""
)yaml";

// What it computed, and how it draws it.
constexpr char kIgnored[] =
    R"yaml(ignore: [Comparison Number, Outcome Number, Subgroup Number, Data Type, Statistical Method,
  Analysis Model, Totals, Total Confidence Interval, Test for subgroup differences,
  Swap event and non-event, "Entered data are on log scale (Generic Inverse Variance only)",
  "Enter number of participants (Generic Inverse Variance, for display only)",
  Weight, Q, P(Q), "I²(Q)", "Tau²", Z, P(Z), Qint, P(Qint), "I²(Qint)", df,
  Left Graph Label, Right Graph Label, Year of study, User defined order, Footnote]
)yaml";

constexpr char kName[] = "Name";
constexpr char kDataType[] = "Data Type";
constexpr char kEffectMeasure[] = "Effect Measure";

// What the row of an outcome says of its studies.
constexpr const char* kSaidAbove[] = {
    kDataType,       "Statistical Method", kEffectMeasure,
    "Group Label 1", "Group Label 2",      "Study Confidence Interval"};

constexpr const char* kNumbers[] = {
    "Events 1", "Total 1",         "Mean 1", "SD 1",     "Events 2",
    "Total 2",  "Mean 2",          "SD 2",   "O-E",      "Var",
    "Variance", "Effect Estimate", "SE",     "CI Start", "CI End"};

enum class Kind { kCounts, kMeans, kEffect, kObserved, kOther };

// The columns of each kind of data; the totals are of all.
const std::map<Kind, std::set<absl::string_view>>& ColumnsByKind() {
  static const auto& columns = *new std::map<Kind, std::set<absl::string_view>>{
      {Kind::kCounts, {"Events 1", "Events 2"}},
      {Kind::kMeans, {"Mean 1", "SD 1", "Mean 2", "SD 2"}},
      {Kind::kEffect,
       {"Effect Estimate", "SE", "CI Start", "CI End", kEffectMeasure,
        "Study Confidence Interval"}},
      {Kind::kObserved, {"O-E", "Var", "Variance", kEffectMeasure}},
      {Kind::kOther, {}}};
  return columns;
}

// Which comparison, outcome and subgroup a row is of.
struct Numbers {
  int64_t comparison = 0, outcome = 0, subgroup = 0;

  std::string ToText() const {
    return absl::StrCat(comparison, ".", outcome,
                        subgroup == 0 ? "" : absl::StrCat(".", subgroup));
  }
};

struct Outcome {
  std::string name;
  std::map<absl::string_view, absl::string_view> said;  // By column.
};

// A row of a study, and where it stands.
struct Study {
  CsvRow row;
  Numbers at;
  std::string outcome, analysis, apart, logarithm;
};

class RevMan5Reader {
 public:
  RevMan5Reader(absl::string_view file, CsvTable& table)
      : file_(file), table_(table) {}

  absl::Status Read() {
    for (CsvRow& row : table_.rows) ReadRow(row);
    if (!problems_.empty()) return TextError(file_, problems_);
    if (studies_.empty()) {
      return TextError(file_, {{{table_.header_line, 1},
                                kName,
                                "holds no row of a study; want the export of "
                                "Data and analyses with its studies"}});
    }
    for (Study& study : studies_) ReadNumbers(study);
    TellApart();
    Write();
    return absl::OkStatus();
  }

 private:
  absl::string_view Cell(const CsvRow& row, absl::string_view column) const {
    const auto index = table_.Find(column);
    return index ? row.cells[*index] : absl::string_view();
  }
  void SetCell(CsvRow& row, absl::string_view column, absl::string_view text) {
    if (const auto index = table_.Find(column)) row.cells[*index] = text;
  }
  double Number(const CsvRow& row, absl::string_view column) const {
    double number = 0;
    return absl::SimpleAtod(Cell(row, column), &number) && std::isfinite(number)
               ? number
               : 0;
  }

  void Problem(const CsvRow& row, const char* column, absl::string_view value,
               absl::string_view wish) {
    problems_.push_back(
        {{row.line, 1},
         absl::StrCat("column ", column),
         absl::StrCat(value.empty() ? "" : Quote(ShortenUtf8(value, 60)),
                      value.empty() ? "" : ": ", wish)});
  }

  // One of the three numbers; an empty one is 0.
  int64_t NumberAt(const CsvRow& row, const char* column) {
    const absl::string_view cell = Cell(row, column);
    int64_t number = 0;
    if (!cell.empty() && (!absl::SimpleAtoi(cell, &number) || number < 0)) {
      Problem(row, column, cell, "want a whole number, as RevMan 5 counts");
    }
    return number;
  }

  std::string NameOf(const CsvRow& row) const {
    return absl::StrReplaceAll(Cell(row, kName),
                               {{"&lt;", "<"}, {"&gt;", ">"}, {"&amp;", "&"}});
  }

  // ---- Which of the four a row is

  void ReadRow(const CsvRow& row) {
    const size_t problems_before = problems_.size();
    const Numbers at = {NumberAt(row, "Comparison Number"),
                        NumberAt(row, "Outcome Number"),
                        NumberAt(row, "Subgroup Number")};
    if (at.comparison == 0) {
      Problem(row, "Comparison Number", "", "want the number of a comparison");
    }
    if (problems_.size() > problems_before) return;
    if (at.outcome == 0) {
      comparisons_[at.comparison] = NameOf(row);
      return;
    }
    const std::pair key(at.comparison, at.outcome);
    const bool has_types = table_.Find(kDataType).has_value();
    const bool is_typed = !Cell(row, kDataType).empty();
    if (outcomes_.count(key) == 0) {
      if (has_types && !is_typed) {
        Problem(row, kDataType, "",
                absl::StrCat("want the row of outcome ", at.ToText(),
                             " before its studies"));
      }
      ReadOutcome(row, key);
      return;
    }
    const std::tuple subgroup(at.comparison, at.outcome, at.subgroup);
    if (at.subgroup != 0 && subgroups_.count(subgroup) == 0 &&
        (is_typed || !has_types)) {
      subgroups_[subgroup] = NameOf(row);
      return;
    }
    ReadStudy(row, at);
  }

  void ReadOutcome(const CsvRow& row, std::pair<int64_t, int64_t> key) {
    Outcome& outcome = outcomes_[key];
    outcome.name = NameOf(row);
    for (const char* column : kSaidAbove) {
      outcome.said[column] = Cell(row, column);
    }
  }

  void ReadStudy(const CsvRow& row, const Numbers& at) {
    const Outcome& outcome = outcomes_.at({at.comparison, at.outcome});
    Study study;
    study.row = row;
    study.at = at;
    study.outcome = outcome.name;
    study.analysis = absl::StrCat("Analysis ", at.ToText());
    for (const std::string& name :
         {comparisons_[at.comparison], SubgroupOf(at)}) {
      if (!name.empty()) absl::StrAppend(&study.analysis, ", ", name);
    }
    for (const auto& [column, text] : outcome.said) {
      if (Cell(study.row, column).empty()) SetCell(study.row, column, text);
    }
    SetCell(study.row, kName, Own(NameOf(row)));
    studies_.push_back(std::move(study));
  }

  std::string SubgroupOf(const Numbers& at) const {
    const auto found =
        subgroups_.find({at.comparison, at.outcome, at.subgroup});
    return found == subgroups_.end() ? "" : found->second;
  }

  // ---- Its numbers

  Kind KindOf(const CsvRow& row) const {
    const std::string type = absl::AsciiStrToUpper(Cell(row, kDataType));
    const std::string method =
        absl::AsciiStrToUpper(Cell(row, "Statistical Method"));
    const bool observed =
        Number(row, "Var") != 0 || Number(row, "Variance") != 0 ||
        absl::StrContains(method, "O_E") || absl::StrContains(method, "O-E");
    if (absl::StartsWith(type, "D")) return Kind::kCounts;
    if (absl::StartsWith(type, "C")) return Kind::kMeans;
    if (absl::StartsWith(type, "OTH")) return Kind::kOther;
    if (observed) return Kind::kObserved;
    if (!type.empty()) return Kind::kEffect;
    // The export has no types.
    if (Number(row, "SD 1") != 0 || Number(row, "SD 2") != 0) {
      return Kind::kMeans;
    }
    // Counts of nobody have no effect.
    const bool is_counted =
        Number(row, "Events 1") != 0 || Number(row, "Events 2") != 0 ||
        (Number(row, "Total 1") != 0 && Number(row, "SE") == 0);
    return is_counted ? Kind::kCounts : Kind::kEffect;
  }

  void ReadNumbers(Study& study) {
    CsvRow& row = study.row;
    static const RE2& thousands =
        *new RE2("[1-9][0-9]{0,2}(,[0-9]{3})+(\\.[0-9]+)?");
    for (const char* column : kNumbers) {
      const absl::string_view cell = Cell(row, column);
      if (RE2::FullMatch(Piece(cell), thousands)) {
        SetCell(row, column, Own(absl::StrReplaceAll(cell, {{",", ""}})));
      }
    }
    const Kind kind = KindOf(row);
    const std::set<absl::string_view>& keep = ColumnsByKind().at(kind);
    for (const auto& [other, columns] : ColumnsByKind()) {
      for (const absl::string_view column : columns) {
        if (keep.count(column) == 0) SetCell(row, column, "");
      }
    }
    // Nobody was counted.
    for (const char* arm : {"1", "2"}) {
      const std::string total = absl::StrCat("Total ", arm);
      if (!table_.Find(total) || Number(row, total) != 0) continue;
      for (const char* column : {"Total ", "Events ", "Mean ", "SD "}) {
        SetCell(row, absl::StrCat(column, arm), "");
      }
    }
    if (kind == Kind::kEffect) ReadEffect(study);
  }

  // RevMan shows ratios as such, or as the logarithms that were entered: their
  // standard error, which is of the logarithm, tells which.
  void ReadEffect(Study& study) {
    CsvRow& row = study.row;
    const bool is_ratio =
        Says(Cell(row, kEffectMeasure), "ratio|^(or|rr|hr|irr|peto_or)$");
    const double error = Number(row, "SE");
    const double value = Number(row, "Effect Estimate");
    // Not estimable; an export may have no errors at all.
    if (Cell(row, "Effect Estimate").empty() ||
        (!Cell(row, "SE").empty() && error == 0)) {
      for (const char* column :
           {"Effect Estimate", "SE", "CI Start", "CI End"}) {
        SetCell(row, column, "");
      }
      return;
    }
    const double low = Number(row, "CI Start");
    const double high = Number(row, "CI End");
    if (!is_ratio) return;
    const bool has_interval = high > low;
    bool is_logarithm = value <= 0 || (has_interval && low <= 0);
    if (!is_logarithm && has_interval && error > 0) {
      const double quantile = 1.959964;
      const double own = (high - low) / (2 * quantile);
      const double log = std::log(high / low) / (2 * quantile);
      is_logarithm = std::fabs(own - error) < std::fabs(log - error);
    }
    if (!is_logarithm) return;
    study.logarithm = std::string(Cell(row, "Effect Estimate"));
    for (const char* column : {"Effect Estimate", "CI Start", "CI End"}) {
      SetCell(row, column, "");
    }
  }

  // ---- What would be one number

  std::string Signature(const CsvRow& row) const {
    std::string text;
    for (const char* column : kNumbers) {
      absl::StrAppend(&text, Cell(row, column), "|");
    }
    return text;
  }

  // Studies may stand in several subgroups of one outcome, and in outcomes of
  // one measure: what tells those rows apart is said of each but the first.
  void TellApart() {
    std::map<std::tuple<int64_t, int64_t, std::string>, int> rows;
    for (const Study& study : studies_) ++rows[RowsKey(study)];
    struct First {
      std::string signature, outcome;
      int64_t comparison = 0;
    };
    std::map<std::string, First> firsts;
    for (Study& study : studies_) {
      if (rows[RowsKey(study)] > 1) study.apart = SubgroupOf(study.at);
      const std::string key = NumberKey(study);
      const auto [first, is_new] = firsts.emplace(
          key, First{Signature(study.row), study.outcome, study.at.comparison});
      if (is_new || first->second.signature == Signature(study.row)) continue;
      std::vector<std::string> words;
      if (first->second.outcome != study.outcome) {
        words.push_back(study.outcome);
      } else if (first->second.comparison != study.at.comparison) {
        words.push_back(comparisons_[study.at.comparison]);
      }
      for (const std::string& word : words) {
        study.apart =
            study.apart.empty() ? word : absl::StrCat(word, ", ", study.apart);
      }
    }
  }

  std::tuple<int64_t, int64_t, std::string> RowsKey(const Study& study) const {
    return {study.at.comparison, study.at.outcome,
            std::string(Cell(study.row, kName))};
  }

  // What is the same for what would be one number of one study.
  std::string NumberKey(const Study& study) const {
    const std::string& title = study.outcome;
    const v1::Measure measure = MeasureOf(title);
    return absl::StrCat(
        KebabOf(Cell(study.row, kName)), "|",
        measure == v1::MEASURE_OTHER ? KebabOf(title) : absl::StrCat(measure),
        "|", AssessorOf(title), "|", CompartmentOf(title), "|",
        KebabOf(Cell(study.row, "Group Label 1")), "|",
        KebabOf(Cell(study.row, "Group Label 2")), "|", study.apart);
  }

  // ---- The table

  absl::string_view Own(std::string text) {
    return table_.owned.emplace_back(std::move(text));
  }

  void Write() {
    table_.header.insert(table_.header.end(),
                         {"Outcome", "Analysis", "Apart", "Logarithm"});
    table_.rows.clear();
    for (Study& study : studies_) {
      for (std::string* text :
           {&study.outcome, &study.analysis, &study.apart, &study.logarithm}) {
        study.row.cells.push_back(Own(std::move(*text)));
      }
      table_.rows.push_back(std::move(study.row));
    }
  }

  const absl::string_view file_;
  CsvTable& table_;
  std::map<int64_t, std::string> comparisons_;
  std::map<std::pair<int64_t, int64_t>, Outcome> outcomes_;
  std::map<std::tuple<int64_t, int64_t, int64_t>, std::string> subgroups_;
  std::vector<Study> studies_;
  std::vector<TextProblem> problems_;
};

}  // namespace

bool IsOfRevMan5(const CsvTable& table) {
  const auto has = [&](const char* name) {
    return table.Find(name).has_value();
  };
  return has("Comparison Number") && has("Outcome Number") &&
         has("Subgroup Number") && has(kName);
}

std::string RevMan5Map(const CsvTable& table) {
  std::string map =
      "# Data and analyses of RevMan 5; the last columns are added from the "
      "rows above\n# each study.\nrows: estimate\ncolumns:\n";
  for (const MappedColumn& column : kColumns) {
    if (!column.added && !table.Find(column.name)) continue;
    absl::StrAppend(&map, "  ", column.name, ": ", column.target, "\n");
  }
  absl::StrAppend(&map, kConstants);
  if (table.Find(kEffectMeasure)) absl::StrAppend(&map, kValues);
  return absl::StrCat(map, kIgnored);
}

absl::Status CompleteRevMan5Rows(absl::string_view file, CsvTable& table) {
  return RevMan5Reader(file, table).Read();
}

}  // namespace consilium

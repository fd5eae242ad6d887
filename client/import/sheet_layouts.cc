#include "client/import/sheet_layouts.h"

#include <re2/re2.h>

#include <algorithm>
#include <set>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "client/import/ctgov_values.h"
#include "client/import/text_pattern.h"
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
  arm[control].title: Control
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

constexpr char kCovidenceMap[] = R"(# References as Covidence exports them.
rows: publication
columns:
  Title: title
  Authors: authors
  Abstract: abstract
  Published Year: year
  Journal: journal
  Volume: volume
  Issue: issue
  Pages: pages
  Accession Number: accessionNumbers
  DOI: doi
  Notes: note
  Tags: keywords
ignore: ["Covidence #", Published Month, Ref, Study]
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

// A pattern of the names of columns, and what they hold. The first that fits
// and is still free is taken.
struct Guess {
  const char* pattern;
  const char* target;
};

constexpr Guess kGuesses[] = {
    {"^(nct|registr\\w*|trial registr\\w*|trial ?(id|number|no)|nct ?(id|"
     "number|no))( (id|number|no))?$",
     "trial.number"},
    {"^(study|study id|study name|trial|trial name|acronym|study label|"
     "author[ /]year|first author[ ,/]*year)$",
     "trial.id"},
    {"^(pmid|pubmed( id)?)$", "publication.pmid"},
    {"^doi$", "publication.doi"},
    {"^(reference|citation|title|paper)$", "publication.title"},
    {"^authors?$|^first author$", "publication.authors"},
    {"^(year|publication year|published year)$", "publication.year"},
    {"^journal$", "publication.journal"},
    {"^phase$", "trial.phases"},
    {"^randomi[sz]ed$", "trial.randomized"},
    {"^(study )?design$", "trial.note"},
    {"^country$", "trial.countries"},
    {"^(enrolled|total n|sample size|n total)$",
     "trial.enrolledParticipantCount"},
    {"^(arm|group|treatment|intervention|treatment arm|treatment group|"
     "experimental( arm| group)?)$",
     "arm.title"},
    {"^(comparator|control|reference|control (arm|group)|comparison)$",
     "arm[control].title"},
    {"^drugs?$", "arm.drugs"},
    {"^(radiotherapy|rt|technique)$", "arm.radiotherapies"},
    {"^(outcome|endpoint|outcome measure|end point)s?$", "endpoint.title"},
    {"^(assessor|(assessed|judged|reviewed) by|assessment)$",
     "endpoint.assessor"},
    {"^(adverse event|ae|toxicity|event term|ae term)$", "adverseEvent.title"},
    {"^(grade|ctcae grade|grades)$", "count.grade"},
    {"^(affected|n affected|patients with event|n with event)$",
     "count.affected"},
    {"^(at risk|n at risk)$", "count.atRisk"},
    {"^(hr|hazard ratio|or|odds ratio|rr|risk ratio|effect|estimate of "
     "effect)$",
     "contrast.value"},
    {"^(effect measure|effect type)$", "contrast.measure"},
    {"^(p|p ?value)$", "contrast.pValue"},
    {"^(se|standard error)$", "contrast.standardError"},
    {"^(ci|95 ci|confidence interval|95 confidence interval)$", "interval"},
    {"^((ci|95 ci|hr|lower) ?(low|lower|lcl|lb|ci|limit|bound)|lower|lcl|ci "
     "lb|low)$",
     "interval.low"},
    {"^((ci|95 ci|hr|upper) ?(high|upper|ucl|ub|ci|limit|bound)|upper|ucl|ci "
     "ub|high)$",
     "interval.high"},
    {"^(statistic|type of value)$", "estimate.statistic"},
    {"^(value|result|estimate|median|mean)$", "estimate.value"},
    {"^units?$", "estimate.unit"},
    {"^(events|n events|responders)$", "estimate.events"},
    {"^(n|total|participants|patients|n analy[sz]ed|denominator)$",
     "participants"},
    {"^(time|timepoint|time point|landmark)$", "time"},
    {"^(population|analysis population|analysis set)$", "population"},
    {"^(follow up|median follow up)$", "medianFollowUp"},
    {"^(source|page|table|locator|location|where)$", "source.locator"},
    {"^(quote|quotation|text|verbatim)$", "source.text"},
    {"^(extractor|reviewer|reviewer name|extracted by)$", "source.note"},
};

// "HR (95% CI low)" as lower-case words.
std::string WordsOf(absl::string_view name) {
  std::string words = absl::StrReplaceAll(KebabOf(name), {{"-", " "}});
  return words;
}

std::string YamlKey(absl::string_view text) {
  const bool plain = RE2::FullMatch(
      Piece(text), Pattern("[A-Za-z][A-Za-z0-9_ /()-]*[A-Za-z0-9)]|[A-Za-z]"));
  // Words that YAML reads as something else.
  const bool special = Says(text, "^(y|n|yes|no|on|off|true|false|null)$");
  if (plain && !special) return std::string(text);
  return absl::StrCat(
      "\"",
      absl::StrReplaceAll(
          text, {{"\\", "\\\\"}, {"\"", "\\\""}, {"\n", "\\n"}, {"\t", "\\t"}}),
      "\"");
}

absl::string_view FirstCell(const CsvTable& table, size_t column) {
  for (const CsvRow& row : table.rows) {
    if (!row.cells[column].empty()) return row.cells[column];
  }
  return "";
}

bool IsAny(const std::vector<std::string>& targets, absl::string_view prefix) {
  return std::any_of(targets.begin(), targets.end(), [&](const auto& target) {
    return absl::StartsWith(target, prefix);
  });
}

}  // namespace

std::string LayoutOf(const CsvTable& table) {
  if (IsRevManRows(table)) return kRevManMap;
  if (HasAll(table, {"Title", "Authors", "Covidence #", "Study", "Ref"})) {
    return kCovidenceMap;
  }
  return "";
}

std::string DraftMap(absl::string_view file, const CsvTable& table) {
  std::vector<std::string> targets(table.header.size());
  std::set<std::string> taken;
  for (size_t i = 0; i < targets.size(); ++i) {
    const std::string words = WordsOf(table.header[i]);
    for (const Guess& guess : kGuesses) {
      if (taken.count(guess.target) > 0 || !Says(words, guess.pattern))
        continue;
      targets[i] = guess.target;
      taken.insert(guess.target);
      break;
    }
  }
  const std::string rows =
      IsAny(targets, "adverseEvent.")                              ? "count"
      : IsAny(targets, "contrast.value")                           ? "contrast"
      : IsAny(targets, "estimate.") || IsAny(targets, "endpoint.") ? "estimate"
      : IsAny(targets, "arm.")                                     ? "arm"
      : IsAny(targets, "trial.")                                   ? "trial"
                                 : "publication";
  std::string map = absl::StrCat(
      "# What the columns of ", file.substr(file.find_last_of('/') + 1),
      " are, guessed from their names. Correct it, then:\n"
      "#   consilium import csv ",
      file, " --map THIS.yaml --dry-run\n", "rows: ", rows, "\ncolumns:\n");
  bool decimal_comma = false;
  std::string rest;
  for (size_t i = 0; i < targets.size(); ++i) {
    const absl::string_view cell = FirstCell(table, i);
    decimal_comma |= table.delimiter != ',' && Says(cell, "^[0-9]+,[0-9]+$");
    std::string target = targets[i];
    if (rows == "contrast" && target == "arm.title") {
      target = "arm[experimental].title";
    }
    if (rows == "estimate" && target == "contrast.pValue") target.clear();
    // Beside a number, the name is what people call it.
    if (target == "trial.id" && taken.count("trial.number") > 0) {
      target = "trial.acronym";
    }
    if (rows == "count" && target == "participants") target = "atRisk";
    const bool is_group = rows == "trial" || rows == "arm";
    if (is_group && target.find('.') == std::string::npos) {
      target = target == "participants" ? "participants.count" : "";
    }
    if (target.empty()) {
      absl::StrAppend(&rest, "#  ", YamlKey(table.header[i]), ":  # such as ",
                      Quote(ShortenUtf8(cell, 40)), "\n");
    } else {
      absl::StrAppend(&map, "  ", YamlKey(table.header[i]), ": ", target, "\n");
    }
  }
  if (!rest.empty()) {
    absl::StrAppend(&map,
                    "# Not guessed; say what they are, or list them under "
                    "`ignore`:\n",
                    rest);
  }
  std::vector<std::string> constants;
  if (!IsAny(targets, "publication.") && rows != "publication") {
    constants.push_back(
        "publication.id: " +
        KebabOf(
            absl::StrCat("sheet ", file.substr(file.find_last_of('/') + 1))));
    constants.push_back(
        absl::StrCat("publication.title: Extraction sheet ",
                     YamlKey(file.substr(file.find_last_of('/') + 1))));
  }
  if (rows == "contrast" && !IsAny(targets, "contrast.measure")) {
    const bool odds =
        taken.count("contrast.value") > 0 &&
        Says(absl::StrCat(
                 " ",
                 WordsOf(table.header[std::find(targets.begin(), targets.end(),
                                                "contrast.value") -
                                      targets.begin()])),
             " (or|odds ratio)$");
    constants.push_back(absl::StrCat("contrast.measure: ", odds ? "or" : "hr"));
  }
  if (rows == "contrast" && (IsAny(targets, "interval"))) {
    constants.push_back("interval.level: 95");
  }
  if (rows == "estimate" && !IsAny(targets, "estimate.statistic") &&
      IsAny(targets, "estimate.value")) {
    constants.push_back("estimate.statistic: median");
  }
  if (!constants.empty()) absl::StrAppend(&map, "constants:\n");
  for (const std::string& constant : constants) {
    absl::StrAppend(&map, "  ", constant, "\n");
  }
  absl::StrAppend(&map, decimal_comma ? "decimalComma: true\n" : "",
                  "# Cells that hold no value, beside empty ones:\n"
                  "notRecorded: [NR, NA, ND, not reported, \"-\"]\n");
  return map;
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

}  // namespace

void CompleteRevManRows(const RevManSettings& settings, CsvTable& table) {
  if (!IsRevManRows(table)) return;
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
      kind = std::string(row.cells[*told]);
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
}

}  // namespace consilium

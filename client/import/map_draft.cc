#include "client/import/map_draft.h"

#include <re2/re2.h>

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "client/import/ctgov_values.h"
#include "client/import/screening_words.h"
#include "client/import/text_pattern.h"
#include "client/import/two_group_columns.h"
#include "proto/base/utf8.h"

namespace consilium {
namespace {

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
    {"^(arm|group) (type|role)$", "arm.type"},
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
    {"^(percent|percentage)$", "count.percentage"},
    {"^(hr|hazard ratio|or|odds ratio|rr|risk ratio|relative "
     "risk|effect|estimate of "
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
    {"^(sd|standard deviation|std dev)$", "estimate.dispersion.value"},
    {"^units?$", "estimate.unit"},
    {"^(events|n events|responders)$", "estimate.events"},
    {"^(n|total|participants|patients|n analy[sz]ed|denominator)$",
     "participants"},
    {"^(time|timepoint|time point|landmark)$", "time"},
    {"^(population|analysis population|analysis set)$", "population"},
    {"^(follow up|median follow up)$", "medianFollowUp"},
    {"^(person (time|years)|patient years|time at risk)$", "personTime"},
    {"^(source|page|table|locator|location|where)$", "source.locator"},
    {"^(quote|quotation|text|verbatim)$", "source.text"},
    {"^(extractor|reviewer|reviewer name|extracted by)$", "source.note"},
};

// The same of a sheet of screening.
constexpr Guess kScreeningGuesses[] = {
    {"^(pmid|pubmed( id)?)$", "publication.pmid"},
    {"^doi$", "publication.doi"},
    {"^((article |reference )?title|reference|citation)$", "publication.title"},
    {"^authors?$", "publication.authors"},
    {"^(year|publication year|published year)$", "publication.year"},
    {"^journal$", "publication.journal"},
    {"^abstract$", "publication.abstract"},
    {"^(nct|registr\\w*|trial registr\\w*|nct ?(id|number|no))$",
     "trial.number"},
    {"^(final|consensus|agreed)( (decision|vote))?$",
     "screening[consensus].decision"},
    {"^((screening )?(decision|vote|verdict)|included?)$",
     "screening.decision"},
    {"^(reviewer|screener|screened by|rater)( name| id)?$",
     "screening.screener"},
    {"^(screening )?stage$", "screening.stage"},
    {"^((exclusion )?reasons?|reasons? (for|of) exclusion)$",
     "screening.reason"},
    {"^(date|decision date|(screened|read|decided) on)$", "screening.date"},
    {"^(notes?|comments?|remarks?)$", "screening.note"},
};

// A column of one screener: "Reviewer 2", "Screener A vote".
constexpr char kOneScreener[] =
    "^((?:reviewer|screener|rater) ?(?:[0-9]+|[a-d]))(?: (?:decision|vote))?$";

// Where a row is one arm, no name of a column tells which is under test.
constexpr char kTypeWanted[] =
    "# arm.type: a review compares arms by it; want a column of experimental "
    "and\n  #   other, or `consilium arm edit TRIAL/ARM --set "
    "type=experimental`";

// "HR (95% CI low)" as lower-case words.
std::string WordsOf(absl::string_view name) {
  if (name == "%") return "percent";
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

bool IsOfScreening(absl::string_view target) {
  return absl::StartsWith(target, "screening") &&
         absl::EndsWith(target, ".decision");
}

// What the names of the columns tell; "" where they tell nothing.
template <size_t kCount>
std::vector<std::string> GuessTargets(const CsvTable& table,
                                      const Guess (&guesses)[kCount]) {
  std::vector<std::string> targets(table.header.size());
  std::set<std::string> taken;
  for (size_t i = 0; i < targets.size(); ++i) {
    const std::string words = WordsOf(table.header[i]);
    for (const Guess& guess : guesses) {
      if (taken.count(guess.target) > 0 || !Says(words, guess.pattern)) {
        continue;
      }
      targets[i] = guess.target;
      taken.insert(guess.target);
      break;
    }
  }
  return targets;
}

// Whether the cells of a column are votes: words, since numbers may be counts.
bool HoldsVotes(const CsvTable& table, size_t column) {
  int votes = 0;
  for (const CsvRow& row : table.rows) {
    const absl::string_view cell = row.cells[column];
    if (cell.empty()) continue;
    if (DecisionOf(cell) == v1::SCREENING_DECISION_KIND_UNSPECIFIED ||
        absl::ascii_isdigit(static_cast<unsigned char>(cell[0]))) {
      return false;
    }
    ++votes;
  }
  return votes > 0;
}

// The targets of a sheet of screening; empty when it is none. A column of votes
// is one of the screener that it is called after.
std::vector<std::string> GuessScreening(const CsvTable& table) {
  std::vector<std::string> targets = GuessTargets(table, kScreeningGuesses);
  const bool is_told = IsAny(targets, "screening");
  for (size_t i = 0; i < targets.size(); ++i) {
    std::string screener;
    if (!targets[i].empty()) continue;
    if (RE2::FullMatch(WordsOf(table.header[i]), Pattern(kOneScreener),
                       &screener)) {
      targets[i] = absl::StrCat("screening[", screener, "].decision");
    } else if (is_told && HoldsVotes(table, i)) {
      targets[i] = absl::StrCat("screening[", table.header[i], "].decision");
    }
  }
  if (std::none_of(targets.begin(), targets.end(), IsOfScreening)) return {};
  return targets;
}

// What a sheet calls the two groups whose numbers stand beside each other.
struct GroupTitles {
  std::string experimental = "Experimental";
  std::string control = "Control";
};

// The names of the columns in words. Of a group's "n" beside its "N", the first
// are the events.
std::vector<std::string> NamesOf(const CsvTable& table) {
  static const RE2& small = *new RE2("(.*[^A-Za-z])n|n([^A-Za-z].*)");
  std::vector<std::string> names;
  for (const std::string& name : table.header) {
    std::string before, after;
    const bool has_capital =
        RE2::FullMatch(name, small, &before, &after) &&
        std::find(table.header.begin(), table.header.end(),
                  absl::StrCat(before, "N", after)) != table.header.end();
    names.push_back(
        WordsOf(has_capital ? absl::StrCat(before, "events", after) : name));
  }
  return names;
}

// Puts the numbers of two groups that stand beside each other where they
// belong, and tells what the groups are called.
GroupTitles PlaceGroups(const CsvTable& table,
                        std::vector<std::string>& targets) {
  GroupTitles titles;
  const std::vector<std::string> names = NamesOf(table);
  const std::vector<GroupColumn> columns = FindGroupColumns(names);
  const bool of_events = IsAny(targets, "adverseEvent.");
  for (size_t i = 0; i < columns.size(); ++i) {
    absl::string_view field;
    switch (columns[i].number) {
      case GroupNumber::kEvents:
        field = of_events ? "affected" : "events";
        break;
      case GroupNumber::kTotal:
        field = of_events ? "atRisk" : "participants";
        break;
      case GroupNumber::kMean:
        field = "value";
        break;
      case GroupNumber::kDeviation:
        field = "dispersion.value";
        break;
      case GroupNumber::kNone:
        continue;
    }
    targets[i] = absl::StrCat(
        of_events ? "count" : "estimate",
        columns[i].is_control ? "[control]." : "[experimental].", field);
    if (columns[i].group.empty()) continue;
    std::string& title =
        columns[i].is_control ? titles.control : titles.experimental;
    // As the sheet writes it, where its words stand there as they are.
    const size_t at =
        absl::AsciiStrToLower(table.header[i]).find(columns[i].group);
    title = at == std::string::npos
                ? columns[i].group
                : table.header[i].substr(at, columns[i].group.size());
  }
  return titles;
}

// "n" beside "N" are those with the event, of so many.
void TellSmallFromCapital(const CsvTable& table,
                          std::vector<std::string>& targets) {
  const auto place = [&table](absl::string_view name) {
    return std::find(table.header.begin(), table.header.end(), name) -
           table.header.begin();
  };
  const size_t small = place("n"), capital = place("N");
  if (small == targets.size() || capital == targets.size() ||
      IsAny(targets, "count.affected") || IsAny(targets, "estimate.events")) {
    return;
  }
  targets[small] = "estimate.events";
  targets[capital] = "participants";
}

std::string RowsOf(const std::vector<std::string>& targets) {
  return IsAny(targets, "adverseEvent.")    ? "count"
         : IsAny(targets, "contrast.value") ? "contrast"
         : IsAny(targets, "estimate") || IsAny(targets, "endpoint.")
             ? "estimate"
         : IsAny(targets, "arm.")   ? "arm"
         : IsAny(targets, "trial.") ? "trial"
                                    : "publication";
}

// What a guess is among the others of its sheet.
std::string TargetIn(const std::string& rows,
                     const std::vector<std::string>& targets,
                     const std::string& target) {
  const bool of_two_groups = rows == "contrast" ||
                             IsAny(targets, "estimate[") ||
                             IsAny(targets, "count[");
  if (of_two_groups && target == "arm.title") return "arm[experimental].title";
  if (rows == "estimate" && target == "contrast.pValue") return "";
  // Beside a number, the name is what people call it.
  if (target == "trial.id" && IsAny(targets, "trial.number")) {
    return "trial.acronym";
  }
  if (rows == "count" && target == "participants") return "atRisk";
  if (rows == "count" && target == "estimate.events") return "affected";
  const bool is_group = rows == "trial" || rows == "arm";
  if (is_group && target.find('.') == std::string::npos) {
    return target == "participants" ? "participants.count" : "";
  }
  return target;
}

std::vector<std::string> ConstantsOfScreening(
    const std::vector<std::string>& targets) {
  std::vector<std::string> constants = {
      "# review.id: the review; or --set review.id=ID"};
  if (!IsAny(targets, "screening.stage")) {
    constants.push_back("screening.stage: title-abstract");
  }
  if (IsAny(targets, "screening.decision") &&
      !IsAny(targets, "screening.screener")) {
    constants.push_back("screening.screener: consensus");
  }
  return constants;
}

// What a sheet of two groups does not say in its rows. Of comparisons, the
// groups that they are of.
void AddConstantsOfGroups(const std::vector<std::string>& targets,
                          const GroupTitles& titles,
                          std::vector<std::string>& constants) {
  const bool beside = IsAny(targets, "estimate[") || IsAny(targets, "count[");
  for (const auto& [label, arm, type] :
       {std::tuple("experimental", "arm.title", "experimental"),
        std::tuple("control", "arm[control].title", "other")}) {
    const std::string at = absl::StrCat("arm[", label, "].");
    if (!IsAny(targets, arm) && !IsAny(targets, at)) {
      constants.push_back(
          absl::StrCat(at, "title: ",
                       YamlKey(absl::string_view(label) == "control"
                                   ? titles.control
                                   : titles.experimental)));
    }
    if (!beside) continue;
    constants.push_back(absl::StrCat(at, "type: ", type));
    const std::string estimate = absl::StrCat("estimate[", label, "].");
    if (!IsAny(targets, absl::StrCat(estimate, "value"))) continue;
    constants.push_back(absl::StrCat(estimate, "statistic: mean"));
    if (IsAny(targets, absl::StrCat(estimate, "dispersion.value"))) {
      constants.push_back(
          absl::StrCat(estimate, "dispersion.kind: standard-deviation"));
    }
  }
}

// What a column of person-time is counted in, by its name.
absl::string_view PersonTimeUnit(absl::string_view words) {
  return Says(words, "year")    ? "a"
         : Says(words, "month") ? "mo"
         : Says(words, "day")   ? "d"
                                : "";
}

// Whether every row has a value of `target`.
bool IsFull(absl::string_view target, const std::vector<std::string>& targets,
            const CsvTable& table) {
  const auto found = std::find(targets.begin(), targets.end(), target);
  const size_t column = found - targets.begin();
  return found != targets.end() &&
         std::none_of(
             table.rows.begin(), table.rows.end(),
             [column](const CsvRow& row) { return row.cells[column].empty(); });
}

std::vector<std::string> ConstantsOf(const std::string& rows,
                                     const std::vector<std::string>& targets,
                                     absl::string_view name,
                                     const CsvTable& table,
                                     const GroupTitles& titles) {
  std::vector<std::string> constants;
  if (!IsAny(targets, "publication.") && rows != "publication") {
    constants.push_back("publication.id: " +
                        KebabOf(absl::StrCat("sheet ", name)));
    constants.push_back(
        absl::StrCat("publication.title: Extraction sheet ", YamlKey(name)));
  }
  if (rows == "contrast" && !IsAny(targets, "contrast.measure")) {
    const auto value =
        std::find(targets.begin(), targets.end(), "contrast.value");
    const std::string name =
        value == targets.end() ? std::string()
                               : WordsOf(table.header[value - targets.begin()]);
    constants.push_back(absl::StrCat("contrast.measure: ",
                                     Says(name, "^(or|odds ratio)$") ? "or"
                                     : Says(name, "^(rr|(risk|relative) .*)$")
                                         ? "rr"
                                         : "hr"));
  }
  if (rows == "contrast" && IsAny(targets, "interval")) {
    constants.push_back("interval.level: 95");
  }
  const auto name_of = [&](absl::string_view target) {
    const auto found = std::find(targets.begin(), targets.end(), target);
    return found == targets.end()
               ? std::string()
               : WordsOf(table.header[found - targets.begin()]);
  };
  if (rows == "estimate" && !IsAny(targets, "estimate.statistic") &&
      IsAny(targets, "estimate.value")) {
    const bool mean = Says(name_of("estimate.value"), "mean") ||
                      IsAny(targets, "estimate.dispersion.value");
    constants.push_back(
        absl::StrCat("estimate.statistic: ", mean ? "mean" : "median"));
  }
  if (rows == "estimate" && IsAny(targets, "estimate.dispersion.value")) {
    constants.push_back("estimate.dispersion.kind: standard-deviation");
  }
  const absl::string_view unit = PersonTimeUnit(name_of("personTime"));
  if (rows == "estimate" && !unit.empty()) {
    constants.push_back(absl::StrCat("personTime.unit: ", unit));
  }
  if (rows == "contrast" || IsAny(targets, "estimate[") ||
      IsAny(targets, "count[")) {
    AddConstantsOfGroups(targets, titles, constants);
  }
  const bool of_arms = rows == "estimate" || rows == "count";
  if ((rows == "estimate" || rows == "contrast") &&
      !IsAny(targets, "endpoint.title")) {
    constants.push_back(
        "# endpoint.title: the outcome, as in Objective response");
  }
  if ((of_arms || rows == "contrast") && !IsAny(targets, "trial.randomized") &&
      !IsFull("trial.number", targets, table)) {
    constants.push_back(
        "# trial.randomized: yes, where all are; a review pools no trials of "
        "unknown design");
  }
  if (of_arms && IsAny(targets, "arm.title") && !IsAny(targets, "estimate[") &&
      !IsAny(targets, "count[") && !IsAny(targets, "arm.type")) {
    constants.push_back(kTypeWanted);
  }
  return constants;
}

}  // namespace

std::string DraftMap(absl::string_view file, const CsvTable& table) {
  const absl::string_view name = file.substr(file.find_last_of('/') + 1);
  std::vector<std::string> targets = GuessTargets(table, kGuesses);
  TellSmallFromCapital(table, targets);
  const GroupTitles titles = PlaceGroups(table, targets);
  std::string rows = RowsOf(targets);
  if (rows == "trial" || rows == "publication") {
    if (auto screening = GuessScreening(table); !screening.empty()) {
      targets = std::move(screening);
      rows = "screening";
    }
  }
  std::string map = absl::StrCat(
      "# What the columns of ", name,
      " are, guessed from their names. Correct it, then:\n"
      "#   consilium import csv ",
      file, " --map THIS.yaml --dry-run\n", "rows: ", rows, "\ncolumns:\n");
  bool decimal_comma = false;
  std::string rest;
  for (size_t i = 0; i < targets.size(); ++i) {
    const absl::string_view cell = FirstCell(table, i);
    decimal_comma |= table.delimiter != ',' && Says(cell, "^[0-9]+,[0-9]+$");
    const std::string target = TargetIn(rows, targets, targets[i]);
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
  const std::vector<std::string> constants =
      rows == "screening" ? ConstantsOfScreening(targets)
                          : ConstantsOf(rows, targets, name, table, titles);
  if (!constants.empty()) absl::StrAppend(&map, "constants:\n");
  for (const std::string& constant : constants) {
    absl::StrAppend(&map, "  ", constant, "\n");
  }
  absl::StrAppend(&map, decimal_comma ? "decimalComma: true\n" : "",
                  "# Cells that hold no value, beside empty ones:\n"
                  "notRecorded: [NR, NA, ND, not reported, \"-\"]\n");
  return map;
}

}  // namespace consilium

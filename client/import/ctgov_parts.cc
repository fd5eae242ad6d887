#include "client/import/ctgov_parts.h"

#include <re2/re2.h>

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "client/import/ctgov_values.h"
#include "client/import/text_pattern.h"
#include "proto/base/element_key.h"

namespace consilium {
namespace {

constexpr char kRegion[] = "region";
constexpr size_t kPartWordsSizeMax = 300;

v1::Subgroup Term(absl::string_view term, absl::string_view level,
                  v1::TermKind kind) {
  v1::Subgroup subgroup;
  subgroup.set_term(std::string(term));
  subgroup.set_level(std::string(level));
  subgroup.set_kind(kind);
  return subgroup;
}

// Names of what is measured as one name each, and signs as one character.
std::string Plain(absl::string_view text) {
  std::string plain(text);
  for (const auto& [from, to] :
       {std::pair{"\\\\([<>])", "\\1"},
        {">=|=>", "≥"},
        {"<=|=<", "≤"},
        {"(?i)programmed (cell )?death[- ]?(receptor )?ligand[- ]?1", "PD-L1"},
        {"(?i)\\bPD-?L1\\b *\\(PD-?L1\\)", "PD-L1"},
        {"(?i)\\bPDL1\\b", "PD-L1"},
        {"(?i)tumou?r proportion score( \\(TPS\\))?", "TPS"},
        {"(?i)combined positive score( \\(CPS\\))?", "CPS"}}) {
    RE2::GlobalReplace(&plain, Pattern(from), to);
  }
  return plain;
}

void ReadHistology(const std::string& text, std::vector<v1::Subgroup>& terms) {
  std::string rest = text;
  std::set<std::string> levels;
  if (RE2::GlobalReplace(&rest, Pattern("(?i)non[- ]?squamous"), "") > 0) {
    levels.insert("non-squamous");
  }
  if (Says(rest, "\\bsquamous\\b")) levels.insert("squamous");
  if (Says(rest, "\\badenocarcinomas?\\b")) levels.insert("adenocarcinoma");
  // Both of them are everyone.
  if (levels.size() != 1) return;
  terms.push_back(Term("histology", *levels.begin(), v1::TERM_KIND_HISTOLOGY));
}

// "PD-L1-positive", "EGFR mutation negative": the name in capitals.
void ReadStates(const std::string& text, std::vector<v1::Subgroup>& terms) {
  static const RE2& form = *new RE2(
      "\\b([A-Z][A-Z0-9]*[a-z]?(?:-[A-Z]*[0-9]+)?)\\)?"
      "(?:[- ](?:[Mm]utation|[Ee]xpression|[Ss]tatus))?[- ]+"
      "([Pp]ositive|[Nn]egative)\\b");
  re2::StringPiece rest = text;
  std::string name, state;
  std::set<std::pair<std::string, std::string>> found;
  while (RE2::FindAndConsume(&rest, form, &name, &state)) {
    if (name.size() < 2) continue;
    found.emplace(KebabOf(name, 80), absl::AsciiStrToLower(state));
  }
  for (const auto& [term, level] : found) {
    const auto same = std::count_if(
        found.begin(), found.end(),
        [name = term](const auto& each) { return each.first == name; });
    if (same > 1) continue;
    terms.push_back(Term(term, level, v1::TERM_KIND_BIOMARKER));
  }
}

// "PD-L1 TPS of ≥50%".
void ReadThresholds(const std::string& text, std::vector<v1::Subgroup>& terms) {
  static const RE2& form = *new RE2(
      "\\b(PD-L1|TPS|CPS|TMB|TC|IC)\\b[^.;,<>≥≤=0-9]{0,60}(<|>|≥|≤|=) *"
      "([0-9]+(?:\\.[0-9]+)?)( *%)?");
  re2::StringPiece rest = text;
  std::string name, sign, number, percent;
  std::set<std::string> keys;
  std::vector<v1::Subgroup> found;
  while (RE2::FindAndConsume(&rest, form, &name, &sign, &number, &percent)) {
    v1::Subgroup term = Term(KebabOf(name), number, v1::TERM_KIND_BIOMARKER);
    const auto comparator = ComparatorOf(sign);
    if (comparator && *comparator != v1::COMPARATOR_EQUAL) {
      term.set_comparator(*comparator);
    }
    if (!percent.empty()) term.set_unit("%");
    if (keys.insert(BuildKey(term)).second) found.push_back(std::move(term));
  }
  // Several bounds are steps of one scale, as in "at least 1 % or 50 %".
  if (found.size() == 1) terms.push_back(std::move(found.front()));
}

void ReadAge(const std::string& text, std::vector<v1::Subgroup>& terms) {
  std::string sign, low, high;
  v1::Subgroup term = Term("age", "", v1::TERM_KIND_DEMOGRAPHIC);
  if (RE2::PartialMatch(
          text,
          Pattern("(?i)\\bage[ds]?:? *(?:from |between )?([0-9]{1,3})"
                  "(?: years?)? *(?:-|–|to|and) *([0-9]{1,3})\\b"),
          &low, &high)) {
    term.set_level(absl::StrCat(low, "-", high));
  } else if (RE2::PartialMatch(text,
                               Pattern("(?i)\\bage[ds]?:? *(<|>|≥|≤) *"
                                       "([0-9]{1,3})\\b"),
                               &sign, &low)) {
    term.set_comparator(*ComparatorOf(sign));
    term.set_level(low);
    // Grown up, as participants of most trials are.
    if (low == "18" && sign != "<") return;
  } else {
    return;
  }
  term.set_unit("a");
  terms.push_back(std::move(term));
}

void ReadRegion(const std::string& text, std::vector<v1::Subgroup>& terms) {
  static const RE2& form = *new RE2(
      "(?i)\\b(Japan|China|Asia|Korea|Taiwan)(?:ese|n)?\\b[- ]+(?:only )?"
      "(?:sub-?(?:group|set|population)|cohort|population|participants|"
      "patients|subjects|extension)|\\b(?:in|from|enrolled in) "
      "(Japan|China|Asia|Korea|Taiwan)\\b|\\b(Jap|Chin)(?:anese|ese) "
      "(?:sub-?(?:group|set|population)|cohort|population|participants|"
      "patients|subjects)");
  std::string first, second, third;
  if (!RE2::PartialMatch(text, form, &first, &second, &third)) return;
  std::string region = absl::AsciiStrToLower(first + second + third);
  if (region == "jap") region = "japan";
  if (region == "chin") region = "china";
  terms.push_back(Term(kRegion, region, v1::TERM_KIND_DEMOGRAPHIC));
}

}  // namespace

std::vector<v1::Subgroup> TermsOf(absl::string_view text) {
  std::vector<v1::Subgroup> terms;
  const std::string plain = Plain(text);
  ReadHistology(plain, terms);
  ReadStates(plain, terms);
  ReadThresholds(plain, terms);
  ReadAge(plain, terms);
  ReadRegion(plain, terms);
  return terms;
}

std::vector<v1::Subgroup> PartsOf(absl::string_view title,
                                  absl::string_view population,
                                  const v1::Trial& trial) {
  std::set<std::string> whole;
  for (const v1::Subgroup& term :
       TermsOf(absl::StrCat(trial.title(), "; ", trial.official_title(), "; ",
                            absl::StrJoin(trial.conditions(), "; ")))) {
    whole.insert(BuildKey(term));
  }
  std::vector<v1::Subgroup> parts;
  const auto add = [&](const v1::Subgroup& term) {
    if (whole.count(BuildKey(term)) == 0) parts.push_back(term);
  };
  for (const v1::Subgroup& term : TermsOf(title)) add(term);
  // A long description of a population speaks of others beside it, and of
  // places where some were enrolled.
  if (!parts.empty() || population.size() > kPartWordsSizeMax) return parts;
  for (const v1::Subgroup& term : TermsOf(population)) {
    if (term.term() != kRegion) add(term);
  }
  return parts;
}

bool IsPlainPopulation(absl::string_view population) {
  static const auto& plain = *new std::set<std::string>{
      "intent",   "intention",  "to",        "treat",        "itt",
      "modified", "mitt",       "full",      "analysis",     "set",
      "fas",      "per",        "protocol",  "pp",           "safety",
      "the",      "population", "all",       "randomized",   "randomised",
      "was",      "used",       "for",       "participants", "patients",
      "subjects", "this",       "who",       "were",         "included",
      "of",       "includes",   "including", "in",           "consisted",
      "is",       "comprised",  "defined",   "as",           "and",
      "any",      "analyses",   "treatment", "their",        "assigned",
      "a",        "saf",        "ss",        "evaluable",    "response"};
  for (const absl::string_view word :
       absl::StrSplit(KebabOf(population, 8000), '-', absl::SkipEmpty())) {
    if (plain.count(std::string(word)) == 0) return false;
  }
  return true;
}

std::string KeepSigns(absl::string_view text) {
  std::string kept(text);
  for (const auto& [from, to] : {std::pair{">=|=>", "≥"},
                                 {"<=|=<", "≤"},
                                 {"< *([0-9.])", "below \\1"},
                                 {"> *([0-9.])", "above \\1"},
                                 {"(^|[ (:])\\+ *([0-9.])", "\\1plus \\2"},
                                 {"(^|[ (:])- *([0-9.])", "\\1minus \\2"},
                                 {"(^|[^<>])= *([0-9.])", "\\1equal \\2"}}) {
    RE2::GlobalReplace(&kept, Pattern(from), to);
  }
  return kept;
}

}  // namespace consilium

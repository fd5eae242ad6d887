#include "client/import/ctgov_parts.h"

#include <re2/re2.h>

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "client/import/ctgov_values.h"
#include "client/import/text_pattern.h"
#include "proto/base/element_key.h"
#include "proto/base/utf8.h"

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

constexpr char kCns[] =
    "(?:brain|CNS|central nervous system|cerebral|intracranial) "
    "(?:metasta\\w+|lesions?|disease)";

// "in Women", "Male Participants".
void ReadSex(const std::string& text, std::vector<v1::Subgroup>& terms) {
  const bool female = Says(text, "\\b(women|females?)\\b");
  const bool male = Says(text, "\\b(men|males?)\\b");
  // Both of them are everyone.
  if (female == male) return;
  terms.push_back(
      Term("sex", female ? "female" : "male", v1::TERM_KIND_DEMOGRAPHIC));
}

void ReadBrainMetastases(const std::string& text,
                         std::vector<v1::Subgroup>& terms) {
  std::string which;
  static const RE2& form = *new RE2(absl::StrCat(
      "(?i)\\b(with(?: or without)?|without|no)\\b[^,;()]{0,40}\\b", kCns));
  if (!RE2::PartialMatch(text, form, &which)) return;
  absl::AsciiStrToLower(&which);
  if (which == "with or without") return;
  terms.push_back(Term("brain-metastases", which == "with" ? "yes" : "no",
                       v1::TERM_KIND_SITE));
}

// "With KRAS Mutation", "EGFR T790M mutation", "EGFR Exon 19 Deletion", "KRAS
// wild-type".
void ReadMutations(const std::string& text, std::vector<v1::Subgroup>& terms) {
  static const RE2& form = *new RE2(
      "\\b((?:[Ww]ithout|[Nn]o)\\b(?: an?)?(?: [a-z]+)? )?([A-Z][A-Z0-9]{2,9})"
      "[- ]+(?:([A-Z][0-9]+[A-Z]|[Ee]xon [0-9]+)[- ]+)?"
      "([Mm]utations?|[Mm]utant|[Mm]utated|[Dd]eletions?|[Rr]earrangements?|"
      "[Ff]usions?|[Aa]mplifications?|[Aa]lterations?|[Ii]nsertions?|"
      "[Ww]ild[- ]?[Tt]ype)\\b(?:[- ]+([Pp]ositive|[Nn]egative|[Ss]tatus))?");
  re2::StringPiece rest = text;
  std::string without, name, place, kind, state;
  std::vector<v1::Subgroup> found;
  std::set<std::string> names;
  while (RE2::FindAndConsume(&rest, form, &without, &name, &place, &kind,
                             &state)) {
    if (!state.empty()) continue;  // Which is read as a state.
    const bool wild = Says(kind, "^wild");
    std::string level = place.empty() ? "positive" : KebabOf(place);
    if (Says(place, "exon")) level = KebabOf(absl::StrCat(place, " ", kind));
    if (wild || !without.empty()) level = "negative";
    names.insert(name);
    found.push_back(Term(KebabOf(name), level, v1::TERM_KIND_BIOMARKER));
  }
  // Several of one name are its kinds.
  if (found.size() == names.size()) {
    terms.insert(terms.end(), found.begin(), found.end());
  }
}

// Terms that a title has in words which other texts use of what they explain.
std::vector<v1::Subgroup> TitleTermsOf(absl::string_view text) {
  std::vector<v1::Subgroup> terms = TermsOf(text);
  const std::string plain = Plain(text);
  ReadSex(plain, terms);
  ReadBrainMetastases(plain, terms);
  ReadMutations(plain, terms);
  std::string only;
  const bool has_region = std::any_of(
      terms.begin(), terms.end(),
      [](const v1::Subgroup& each) { return each.term() == kRegion; });
  if (!has_region &&
      RE2::PartialMatch(plain,
                        Pattern("(?i)\\b(Japan|China|Asia|Korea|Taiwan)\\b(?: "
                                "only\\b|\\)|$)"),
                        &only)) {
    terms.push_back(
        Term(kRegion, absl::AsciiStrToLower(only), v1::TERM_KIND_DEMOGRAPHIC));
  }
  return terms;
}

// Words of a title that say of whom a number is: "in Participants With Liver
// Metastases", "Part 2", "After Crossover". `stages` are those that are stages
// of the study rather than kinds of people.
struct PartWords {
  std::vector<std::string> people, stages;
};

PartWords PartWordsOf(const std::string& title) {
  static const RE2& of_people = *new RE2(
      "(?i)\\b(?:in|among|for) ((?:(?:the|all|only|those) )*"
      "[^,;:()]*?\\b(?:participants?|patients?|subjects?|populations?|"
      "sub-?populations?|sub-?groups?|sub-?sets?|cohorts?|women|men|females?|"
      "males?|"
      "adults?|children|adolescents|elderly|carriers?|smokers?|(?:non-?)?"
      "responders?|analysis set)\\b[^,;:()]*)");
  static const RE2& subgroup = *new RE2(
      "(?i)(?:[(,;:]| [–-] ) "
      "*([^,;:()]*\\b(?:sub-?group|sub-?set|sub-?population|"
      "population|only|women|men|females?|males?)\\b[^,;:()]*)");
  static const RE2& stage = *new RE2(
      "(?i)((?:\\b(?:open[- ]label|double[- ]blind(?:ed)?|randomi[sz]ed|main|"
      "core|dose[- ](?:escalation|expansion|finding)|expansion|extension|"
      "maintenance|induction|consolidation|run-?in|lead-?in|treatment|"
      "re-?treatment|follow-?up|controlled|safety|china|japan) )*"
      "\\b(?:(?:phase|part|period|stage|stratum|cohort|portion|segment|step|"
      "module)s? (?:[0-9]+[a-z]?|[ivx]+[a-c]?|[a-h])\\b|"
      "(?:extension|run-?in|lead-?in|escalation|expansion|maintenance|"
      "induction|re-?treatment) (?:phase|part|period|cohort|study|portion)\\b)|"
      "\\b(?:after|post|following|before|prior to|pre)[- ](?:the )?"
      "(?:cross(?:ing|ed)?[- ]?over|switch\\w*)\\b[^,;()]*)");
  PartWords found;
  const auto add = [](const RE2& form, const std::string& text,
                      std::vector<std::string>& to) {
    re2::StringPiece rest = text;
    std::string one;
    while (RE2::FindAndConsume(&rest, form, &one)) {
      // What stands before the last "in" is of something else, and what
      // follows says how or when it was measured.
      RE2::Replace(&one, Pattern("(?i)^.*\\b(?:in|among) "), "");
      RE2::Replace(&one,
                   Pattern("(?i) +(?:as |by |per |according |based |using |"
                           "assessed |evaluated |measured |at (?:week|month|"
                           "year|day|the |[0-9])|up to |through |over ).*$"),
                   "");
      absl::StripAsciiWhitespace(&one);
      if (!one.empty()) to.push_back(one);
    }
  };
  // "Percentage of Participants in ...": what is counted is no part.
  add(of_people, title, found.people);
  add(stage, title, found.stages);
  if (found.people.empty()) add(subgroup, title, found.people);
  return found;
}

// What the trial says that it is about: its official title is the exact one.
// What it says that it is of with and without is no part of it.
std::string SubjectOf(const v1::Trial& trial) {
  std::string subject = absl::StrCat(
      trial.official_title().empty() ? trial.title() : trial.official_title(),
      "; ", absl::StrJoin(trial.conditions(), "; "));
  RE2::GlobalReplace(
      &subject,
      Pattern("(?i)\\b(with (or|and|and/or) without|regardless of|"
              "irrespective of|includ\\w+)\\b[^;,.]*"),
      "");
  return subject;
}

// What the words of a population may say of everyone, and of those in whom
// such a thing is always measured.
bool IsOfEveryone(const std::string& words, const v1::Trial& trial) {
  static const auto& plain = *new std::set<std::string>{
      "with",        "have",       "had",        "having",    "measurable",
      "disease",     "at",         "baseline",   "confirmed", "responders",
      "responder",   "responded",  "responding", "treated",   "dosed",
      "enrolled",    "or",         "cr",         "pr",        "best",
      "overall",     "objective",  "lesion",     "lesions",   "target",
      "received",    "study",      "drug",       "least",     "one",
      "dose",        "total",      "entire",     "whole",     "eligible",
      "complete",    "partial",    "non",        "only",      "those",
      "globally",    "global",     "cohort",     "cohorts",   "adult",
      "adults",      "intent",     "primary",    "has",       "are",
      "achieved",    "an",         "evaluated",  "tumor",     "tumour",
      "participant", "patient",    "efficacy",   "main",      "on",
      "by",          "criteria",   "achieve",    "achieving", "from",
      "date",        "each",       "arm",        "arms",      "group",
      "groups",      "both",       "between",    "men",       "women",
      "male",        "female",     "males",      "females",   "across",
      "allocated",   "experienced"};
  std::set<std::string> known = plain;
  for (const absl::string_view word : absl::StrSplit(
           KebabOf(SubjectOf(trial), 16000), '-', absl::SkipEmpty())) {
    known.emplace(word);
  }
  for (const absl::string_view word :
       absl::StrSplit(KebabOf(words, 8000), '-', absl::SkipEmpty())) {
    if (known.count(std::string(word)) == 0 && !IsPlainPopulation(word)) {
      return false;
    }
  }
  return true;
}

// The phase or part that the trial is about is all of it.
bool IsWholeStage(const std::string& words, const v1::Trial& trial) {
  static const auto& numbers = *new std::set<std::pair<v1::Phase, std::string>>{
      {v1::PHASE_EARLY_PHASE1, "1"}, {v1::PHASE_PHASE1, "1"},
      {v1::PHASE_PHASE1, "i"},       {v1::PHASE_PHASE2, "2"},
      {v1::PHASE_PHASE2, "ii"},      {v1::PHASE_PHASE3, "3"},
      {v1::PHASE_PHASE3, "iii"},     {v1::PHASE_PHASE4, "4"},
      {v1::PHASE_PHASE4, "iv"}};
  std::string phase;
  if (trial.phases_size() == 1 &&
      RE2::FullMatch(words, Pattern("(?i)phase ([0-9]|[ivx]+)[ab]?"), &phase) &&
      numbers.count({trial.phases(0), absl::AsciiStrToLower(phase)}) > 0) {
    return true;
  }
  return Says(words,
              "^(the )?(double[- ]?blind(ed)?|randomi[sz]ed|controlled|main|"
              "core)( treatment)? (phase|part|period|cohort)$|"
              "\\b(global|overall|entire|all) cohorts?$");
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
                                  const v1::Trial& trial,
                                  TitleWords title_words) {
  std::set<std::string> whole;
  for (const v1::Subgroup& term : TitleTermsOf(SubjectOf(trial))) {
    whole.insert(BuildKey(term));
  }
  if (trial.sex() == v1::SEX_FEMALE) whole.insert("sex=female");
  if (trial.sex() == v1::SEX_MALE) whole.insert("sex=male");
  const bool in_brain =
      CompartmentOf(WithoutSites(title)) == v1::COMPARTMENT_INTRACRANIAL;
  std::vector<v1::Subgroup> parts;
  std::set<std::string> keys;
  const auto add = [&](const v1::Subgroup& term) {
    // Responses in the brain are those of metastases there.
    if (in_brain && term.term() == "brain-metastases") return;
    const std::string key = BuildKey(term);
    if (whole.count(key) == 0 && keys.insert(key).second) parts.push_back(term);
  };
  const bool all = title_words == TitleWords::kAll;
  for (const v1::Subgroup& term : all ? TitleTermsOf(title) : TermsOf(title)) {
    add(term);
  }
  const PartWords words = all ? PartWordsOf(std::string(title)) : PartWords();
  const auto add_words = [&](const std::string& each) {
    if (!TitleTermsOf(each).empty()) return;
    add(Term("cohort", ShortenUtf8(KeepSigns(each), 80), v1::TERM_KIND_COHORT));
  };
  for (const std::string& each : words.people) {
    if (!IsOfEveryone(each, trial)) add_words(each);
  }
  for (const std::string& each : words.stages) {
    const bool is_told = std::any_of(
        words.people.begin(), words.people.end(),
        [&](const std::string& whom) { return absl::StrContains(whom, each); });
    if (!is_told && !IsWholeStage(each, trial)) add_words(each);
  }
  // A long description of a population speaks of others beside it, and of
  // places where some were enrolled.
  if (!parts.empty() || population.size() > kPartWordsSizeMax) return parts;
  for (const v1::Subgroup& term : TermsOf(population)) {
    if (term.term() != kRegion) add(term);
  }
  return parts;
}

std::string WithoutSites(absl::string_view title) {
  static const RE2& form = *new RE2(
      absl::StrCat("(?i)\\b(with(?: or without)?|without|no)\\b[^,;()]{0,40}"
                   "\\b",
                   kCns));
  std::string rest(title);
  RE2::GlobalReplace(&rest, form, "");
  return rest;
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
                                 {"(^|[ (:])= *([0-9.])", "\\1equal \\2"}}) {
    RE2::GlobalReplace(&kept, Pattern(from), to);
  }
  return kept;
}

}  // namespace consilium

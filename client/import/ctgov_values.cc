#include "client/import/ctgov_values.h"

#include <re2/re2.h>

#include <cmath>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "client/import/text_pattern.h"
#include "proto/base/ascii_text.h"

namespace consilium {
namespace {

// The log-rank test is no logarithm.
bool IsLogarithm(absl::string_view text) {
  std::string words(text);
  RE2::GlobalReplace(&words, Pattern("(?i)\\blog[- ]?rank"), "");
  return Says(words, "\\blog[- ]?(2|10)?\\b|\\bln\\b|logarithm");
}

// Middle of the interval less the value, in widths of the interval.
double Offset(double value, double low, double high) {
  return std::fabs((low + high) / 2 - value) / (high - low);
}

}  // namespace

std::optional<double> NumberOf(absl::string_view text) {
  static const RE2& form =
      *new RE2("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?");
  static const RE2& thousands =
      *new RE2("[+-]?[0-9]{1,3}(,[0-9]{3})+(\\.[0-9]+)?");
  std::string whole(absl::StripAsciiWhitespace(text));
  if (RE2::FullMatch(whole, thousands)) {
    whole = absl::StrReplaceAll(whole, {{",", ""}});
  }
  double number = 0;
  if (!RE2::FullMatch(whole, form) || !absl::SimpleAtod(whole, &number) ||
      !std::isfinite(number)) {
    return std::nullopt;
  }
  return number;
}

std::optional<v1::Comparator> ComparatorOf(absl::string_view sign) {
  static const auto& signs = *new std::map<absl::string_view, v1::Comparator>{
      {"", v1::COMPARATOR_EQUAL},
      {"=", v1::COMPARATOR_EQUAL},
      {"<", v1::COMPARATOR_LESS},
      {"<=", v1::COMPARATOR_LESS_OR_EQUAL},
      {"≤", v1::COMPARATOR_LESS_OR_EQUAL},
      {">", v1::COMPARATOR_GREATER},
      {">=", v1::COMPARATOR_GREATER_OR_EQUAL},
      {"≥", v1::COMPARATOR_GREATER_OR_EQUAL}};
  const auto found = signs.find(sign);
  if (found == signs.end()) return std::nullopt;
  return found->second;
}

std::optional<ComparedNumber> ComparedNumberOf(absl::string_view text) {
  static const RE2& form = *new RE2("\\s*(<=|>=|≤|≥|<|>|=)?\\s*(.*)");
  std::string sign, rest;
  if (!RE2::FullMatch(Piece(text), form, &sign, &rest)) return std::nullopt;
  const auto number = NumberOf(rest);
  if (!number) return std::nullopt;
  return ComparedNumber{*ComparatorOf(sign), *number};
}

std::optional<v1::PValue> PValueOf(absl::string_view text) {
  static const RE2& form = *new RE2(
      "(?i)\\s*(?:p(?:[- ]?values?)?\\b)?\\s*((?:<=|>=|≤|≥|<|>|=)?\\s*"
      "(?:[0-9]*\\.[0-9]+|[0-9]+\\.?)(?:e-?[0-9]+)?)\\.?\\s*(.*)");
  std::string number, rest;
  if (!RE2::FullMatch(Piece(text), form, &number, &rest)) return std::nullopt;
  const auto compared = ComparedNumberOf(number);
  // A remark may follow, not more of a number: "0.03 (nominal)", not "0,03".
  static const RE2& remark = *new RE2("[a-zA-Z(;*,][^0-9]*([12]-sided.*)?");
  if (!compared || compared->number > 1 ||
      (!rest.empty() && !RE2::FullMatch(rest, remark))) {
    return std::nullopt;
  }
  v1::PValue p;
  p.set_comparator(compared->comparator);
  p.set_value(compared->number);
  return p;
}

v1::ValueStatus StatusOfNa(absl::string_view comment) {
  return Says(comment, "not (been )?reached|\\bNR\\b")
             ? v1::VALUE_STATUS_NOT_REACHED
             : v1::VALUE_STATUS_NOT_ESTIMABLE;
}

std::string KebabOf(absl::string_view text, size_t size_max) {
  std::string kebab;
  for (const char c : AsciiForm(text)) {
    const char lower = absl::ascii_tolower(static_cast<unsigned char>(c));
    if (absl::ascii_islower(lower) || absl::ascii_isdigit(lower)) {
      kebab.push_back(lower);
    } else if (!kebab.empty() && kebab.back() != '-') {
      kebab.push_back('-');
    }
  }
  if (kebab.size() > size_max) kebab.resize(size_max);
  while (!kebab.empty() && kebab.back() == '-') kebab.pop_back();
  return kebab;
}

std::string UnitOf(absl::string_view text) {
  static const auto& units =
      *new std::vector<std::pair<std::string, std::string>>{
          {"^months?$|^mo$", "mo"},
          {"^weeks?$", "wk"},
          {"^days?$", "d"},
          {"^years?$", "a"},
          {"^hours?$|^h$", "h"},
          {"^min(ute)?s?$", "min"},
          {"^sec(ond)?s?$|^s$", "s"},
          {"^(%|percent(age)?)( "
           "?(of|probability|participants?|patients?|change|subjects?).*)?$",
           "%"},
          {"^(number of )?(participants|patients|subjects)$", "{participant}"},
          {"^(number of )?events$", "{event}"},
          {"^(units? on (a )?scale|scores?( on (a )?scale)?)$", "{score}"},
          {"^kg/m(\\^|²)?2?$", "kg/m2"},
          {"^kg$|^kilograms?$", "kg"},
          {"^mg/dl$", "mg/dL"},
          {"^ng/ml$", "ng/mL"},
          {"^pg/ml$", "pg/mL"},
          {"^(ug|µg|mcg)/ml$", "ug/mL"},
          {"^(nm|nano ?moles?|nmol/l)$", "nmol/L"},
          {"^mm ?hg$", "mm[Hg]"},
          {"^mm$|^millimet(er|re)s?$", "mm"},
          {"^cm$|^centimet(er|re)s?$", "cm"},
          {"^ratio$|^proportion( of participants)?$|^probability$", "1"}};
  const absl::string_view whole = absl::StripAsciiWhitespace(text);
  for (const auto& [pattern, unit] : units) {
    if (Says(whole, pattern)) return unit;
  }
  return "";
}

bool IsOtherResponse(absl::string_view title) {
  if (Says(title,
           "(patholog\\w*|molecular|cytogenetic|metabolic|h(a?e)matolog\\w*) "
           "(complete |objective |overall )?(response|remission)|"
           "(complete|objective|overall) (patholog\\w*|molecular|cytogenetic|"
           "metabolic|h(a?e)matolog\\w*) (response|remission)|\\bpCR\\b")) {
    return true;
  }
  // Which of the responses was best, and not whether there was one.
  return Says(title,
              "\\bbest (overall |objective |tumou?r )*response\\b|"
              "\\bBOR\\b") &&
         !Says(title,
               "best (overall |objective |tumou?r )*response rate|"
               "\\bORR\\b|\\b(of|as|with|:) (a )?(confirmed )?"
               "(CR|complete response)[^;]*\\b(PR|partial)\\b");
}

v1::Measure MeasureOf(absl::string_view title) {
  if (IsOtherResponse(title)) return v1::MEASURE_OTHER;
  // A title may name what it is set against, or after which time it looks.
  if (Says(title,
           "correlat|relationship|association|biomarker|concentration|"
           "pharmacokinetic|plasma|adverse event|quality of life|QLQ|"
           "\\bROC\\b|number of deaths due")) {
    return v1::MEASURE_OTHER;
  }
  static const auto& measures =
      *new std::vector<std::pair<std::string, v1::Measure>>{
          {"second progression|\\bPFS-?2\\b",
           v1::MEASURE_SECOND_PROGRESSION_FREE_SURVIVAL},
          {"progression[- ]free( survival)?|\\bPFS\\b",
           v1::MEASURE_PROGRESSION_FREE_SURVIVAL},
          {"distant metasta\\w+[- ]free|\\bDMFS\\b",
           v1::MEASURE_DISTANT_METASTASIS_FREE_SURVIVAL},
          {"disease[- ]free survival|\\bDFS\\b",
           v1::MEASURE_DISEASE_FREE_SURVIVAL},
          {"event[- ]free survival|\\bEFS\\b", v1::MEASURE_EVENT_FREE_SURVIVAL},
          {"overall survival|\\bOS\\b", v1::MEASURE_OVERALL_SURVIVAL},
          {"time to (tumou?r |disease )?progression|\\bTTP\\b",
           v1::MEASURE_TIME_TO_PROGRESSION},
          {"cancer[- ]specific survival|\\bCSS\\b",
           v1::MEASURE_CANCER_SPECIFIC_SURVIVAL},
          {"second subsequent|\\bTSST\\b", v1::MEASURE_OTHER},
          {"(time to (first )?subsequent (anti-?cancer )?"
           "(therapy|treatment))|\\bTFST\\b",
           v1::MEASURE_TIME_TO_SUBSEQUENT_THERAPY},
          {"time to treatment failure|\\bTTF\\b",
           v1::MEASURE_TIME_TO_TREATMENT_FAILURE},
          {"duration of (objective |overall )?response|\\bDOR\\b",
           v1::MEASURE_DURATION_OF_RESPONSE},
          {"time to (first |objective )?response|\\bTTR\\b",
           v1::MEASURE_TIME_TO_RESPONSE},
          {"depth of response|tumou?r shrinkage",
           v1::MEASURE_DEPTH_OF_RESPONSE},
          {"(objective|overall) (tumou?r )?response|\\bORR\\b",
           v1::MEASURE_OBJECTIVE_RESPONSE},
          {"disease control|\\bDCR\\b", v1::MEASURE_DISEASE_CONTROL},
          {"clinical benefit|\\bCBR\\b", v1::MEASURE_CLINICAL_BENEFIT},
          {"complete response|complete remission",
           v1::MEASURE_COMPLETE_RESPONSE},
          {"local control", v1::MEASURE_LOCAL_CONTROL},
          {"dose[- ]limiting tox", v1::MEASURE_DOSE_LIMITING_TOXICITY}};
  for (const auto& [pattern, measure] : measures) {
    if (Says(title, pattern)) return measure;
  }
  return v1::MEASURE_OTHER;
}

v1::Compartment CompartmentOf(absl::string_view title) {
  if (Says(title, "intracranial|\\bCNS\\b|central nervous")) {
    return v1::COMPARTMENT_INTRACRANIAL;
  }
  if (Says(title, "extracranial")) return v1::COMPARTMENT_EXTRACRANIAL;
  return v1::COMPARTMENT_UNSPECIFIED;
}

v1::Assessor AssessorOf(absl::string_view title) {
  if (Says(title, "\\bBICR\\b|blinded independent")) {
    return v1::ASSESSOR_BLINDED_CENTRAL_REVIEW;
  }
  if (Says(title,
           "\\bIRC\\b|\\bICR\\b|independent (central |radiolog\\w+ )?review")) {
    return v1::ASSESSOR_INDEPENDENT_REVIEW;
  }
  if (Says(title,
           "\\b(by|per|to) (the )?(local )?investigator|"
           "\\binvestigators?('s|s')?[- ](assess|review|evaluat|determin)|"
           "[(,;:] *(local )?investigators?\\b|"
           "\\blocal(ly)?[- ](assess|review|evaluat|radiolog|site)")) {
    return v1::ASSESSOR_INVESTIGATOR;
  }
  return v1::ASSESSOR_UNSPECIFIED;
}

v1::AnalysisPopulation PopulationOf(absl::string_view description) {
  static const auto& populations =
      *new std::vector<std::pair<std::string, v1::AnalysisPopulation>>{
          {"modified intent|\\bmITT\\b",
           v1::ANALYSIS_POPULATION_MODIFIED_INTENTION_TO_TREAT},
          {"intent(ion)?[- ]to[- ]treat|\\bITT\\b",
           v1::ANALYSIS_POPULATION_INTENTION_TO_TREAT},
          {"full analysis set|\\bFAS\\b",
           v1::ANALYSIS_POPULATION_FULL_ANALYSIS},
          {"per[- ]protocol", v1::ANALYSIS_POPULATION_PER_PROTOCOL},
          {"safety (analysis |population|set)", v1::ANALYSIS_POPULATION_SAFETY},
          {"evaluable for response|response[- ]evaluable",
           v1::ANALYSIS_POPULATION_EVALUABLE}};
  for (const auto& [pattern, population] : populations) {
    if (Says(description, pattern)) return population;
  }
  return v1::ANALYSIS_POPULATION_UNSPECIFIED;
}

std::optional<v1::Quantity> LandmarkOf(absl::string_view text) {
  // Cycles have lengths of their own; ages and bounds are no times.
  if (Says(text, "cycle|\\bage|\\bold|young|[<>≥≤]|\\bto\\b")) {
    return std::nullopt;
  }
  static const auto& forms = *new std::vector<std::string>{
      "(?i)(?:^|[:,(]|\\bat |\\bafter |\\bby )\\s*(?:the )?()"
      "([0-9]+(?:\\.[0-9]+)?)[- ]?(month|week|year|day|hour)s?\\b",
      "(?i)(?:^|\\bat |[:,(] ?)\\s*(month|week|year|day|hour)s? "
      "([0-9]+(?:\\.[0-9]+)?)\\b()",
      "(?i)\\b()([0-9]+(?:\\.[0-9]+)?)[- ](month|year|week)s?[- ]"
      "(?:[A-Za-z-]+ ){0,3}(?:rate|survival|pfs|os|dfs)\\b"};
  std::set<std::pair<double, std::string>> times;
  for (const std::string& pattern : forms) {
    const RE2& form = Pattern(pattern);
    re2::StringPiece input = Piece(text);
    std::string before, number, after;
    while (RE2::FindAndConsume(&input, form, &before, &number, &after)) {
      times.emplace(*NumberOf(number),
                    UnitOf(absl::AsciiStrToLower(before + after)));
    }
  }
  if (times.size() != 1) return std::nullopt;
  v1::Quantity time;
  time.set_value(times.begin()->first);
  time.set_unit(times.begin()->second);
  return time;
}

v1::EffectMeasure EffectOf(absl::string_view param_type, v1::Statistic outcome,
                           bool is_share) {
  static const auto& effects =
      *new std::vector<std::pair<std::string, v1::EffectMeasure>>{
          {"difference.*geometric|geometric.*difference",
           v1::EFFECT_MEASURE_OTHER},
          {"hazards? ratio|cox proportional hazard|^\\s*HR\\b",
           v1::EFFECT_MEASURE_HAZARD_RATIO},
          {"odds ratio|^\\s*OR\\s*$", v1::EFFECT_MEASURE_ODDS_RATIO},
          {"risk ratio|relative risk|^\\s*RR\\s*$",
           v1::EFFECT_MEASURE_RISK_RATIO},
          {"rate ratio", v1::EFFECT_MEASURE_RATE_RATIO},
          {"ratio (of|in) (the )?(adjusted )?(ls |least[- ]squares? )?"
           "(geometric )?(ls |least[- ]squares? )?(means?|medians?)|"
           "(means?|medians?) ratio",
           v1::EFFECT_MEASURE_RATIO_OF_MEANS},
          {"risk difference|"
           "difference (in|of|between) (the )?(response )?"
           "(risks?|proportions?|percentages?|rates?)",
           v1::EFFECT_MEASURE_RISK_DIFFERENCE},
          {"standardi[sz]ed mean difference|cohen|hedges",
           v1::EFFECT_MEASURE_STANDARDIZED_MEAN_DIFFERENCE},
          {"median difference|difference (in|of) medians?",
           v1::EFFECT_MEASURE_MEDIAN_DIFFERENCE},
          {"means? (treatment )?difference|difference.*\\bmeans?\\b",
           v1::EFFECT_MEASURE_MEAN_DIFFERENCE},
          {"^\\s*slope\\s*$", v1::EFFECT_MEASURE_SLOPE}};
  // "Least Square (LS) Means", "LSMean": one word for each thing.
  std::string words(param_type);
  RE2::GlobalReplace(&words, Pattern("(?i)\\bLS[- ]?Means?\\b"), "mean");
  RE2::GlobalReplace(&words, Pattern("\\(LS\\) *"), "");
  if (IsLogarithm(words)) return v1::EFFECT_MEASURE_OTHER;
  for (const auto& [pattern, effect] : effects) {
    if (Says(words, pattern)) return effect;
  }
  if (!Says(words,
            "^\\s*((estimated|adjusted|absolute|treatment|group|between[- ]"
            "(group|treatment)s?|in) )*differences?( (between|of|in|from|to|vs"
            "|versus) [a-z0-9 ]*)?(\\([^()]*\\))?\\s*$")) {
    return v1::EFFECT_MEASURE_OTHER;
  }
  switch (outcome) {
    case v1::STATISTIC_MEAN:
    case v1::STATISTIC_LEAST_SQUARES_MEAN:
      return v1::EFFECT_MEASURE_MEAN_DIFFERENCE;
    case v1::STATISTIC_MEDIAN:
      return v1::EFFECT_MEASURE_MEDIAN_DIFFERENCE;
    default:
      return is_share ? v1::EFFECT_MEASURE_RISK_DIFFERENCE
                      : v1::EFFECT_MEASURE_OTHER;
  }
}

v1::EffectMeasure EffectOfLogarithm(absl::string_view param_type) {
  if (!IsLogarithm(param_type) ||
      Says(param_type, "\\blog[- ]?(2|10)\\b|base[- ](2|10)")) {
    return v1::EFFECT_MEASURE_OTHER;
  }
  std::string words(param_type);
  RE2::GlobalReplace(
      &words, Pattern("(?i)\\b(natural )?(logarithms?|log|ln)\\b[- ]?"), "");
  const v1::EffectMeasure effect = EffectOf(words);
  return IsRatio(effect) ? effect : v1::EFFECT_MEASURE_OTHER;
}

bool IsRatio(v1::EffectMeasure measure) {
  return measure == v1::EFFECT_MEASURE_HAZARD_RATIO ||
         measure == v1::EFFECT_MEASURE_ODDS_RATIO ||
         measure == v1::EFFECT_MEASURE_RISK_RATIO ||
         measure == v1::EFFECT_MEASURE_RATE_RATIO ||
         measure == v1::EFFECT_MEASURE_RATIO_OF_MEANS;
}

bool LooksLikeRatio(double value, double low, double high) {
  if (low <= 0 || value <= 0 || high <= low) return false;
  const double own = Offset(value, low, high);
  const double log = Offset(std::log(value), std::log(low), std::log(high));
  return log < 0.02 && own > 0.05;
}

}  // namespace consilium

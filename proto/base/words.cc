#include "proto/base/words.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "proto/base/number_text.h"

namespace consilium {
namespace {

constexpr size_t kShortHashSize = 12;

// Words that reports write in capitals.
constexpr absl::string_view kAcronyms[] = {
    "alk", "braf",  "cns",  "ctcae", "ctdna", "dna",  "ecog", "egfr", "gpa",
    "gtv", "her2",  "imrt", "kras",  "mek",   "met",  "mhc",  "na",   "nsclc",
    "os",  "pd-l1", "pfs",  "qol",   "ret",   "ros1", "rt",   "sbrt", "srs",
    "tki", "tp53",  "vegf", "vegfr", "vmat",  "wbrt",
};

struct Unit {
  absl::string_view ucum;
  absl::string_view one;
  absl::string_view many;
};

constexpr Unit kUnits[] = {
    {"1", "", ""},
    {"mo", "month", "months"},
    {"a", "year", "years"},
    {"d", "day", "days"},
    {"wk", "week", "weeks"},
    {"h", "hour", "hours"},
    {"min", "minute", "minutes"},
    {"s", "second", "seconds"},
    {"ug", "µg", "µg"},
    {"mg/d", "mg a day", "mg a day"},
    {"g/d", "g a day", "g a day"},
    {"mg/m2", "mg/m²", "mg/m²"},
    {"g/m2", "g/m²", "g/m²"},
    {"mg/m2/d", "mg/m² a day", "mg/m² a day"},
    {"mg/kg/d", "mg/kg a day", "mg/kg a day"},
    {"ug/kg", "µg/kg", "µg/kg"},
    {"cm2", "cm²", "cm²"},
    {"cm3", "cm³", "cm³"},
    {"kg/m2", "kg/m²", "kg/m²"},
    {"10*9/L", "× 10⁹/L", "× 10⁹/L"},
    {"10*3/uL", "× 10³/µL", "× 10³/µL"},
    {"10*6.[iU]", "million IU", "million IU"},
    {"[iU]", "IU", "IU"},
    {"[iU]/kg", "IU/kg", "IU/kg"},
    {"[iU]/L", "IU/L", "IU/L"},
    {"mm[Hg]", "mmHg", "mmHg"},
    {"umol/L", "µmol/L", "µmol/L"},
    {"ug/L", "µg/L", "µg/L"},
    {"ug/mL", "µg/mL", "µg/mL"},
    {"mg/mL.min", "mg/mL·min", "mg/mL·min"},
    {"/a", "per year", "per year"},
    {"/mo", "per month", "per month"},
    {"/100.a", "per 100 years", "per 100 years"},
    {"{score}", "point", "points"},
    {"{participant}", "participant", "participants"},
    {"{event}", "event", "events"},
    {"{lesion}", "lesion", "lesions"},
    {"{fraction}", "fraction", "fractions"},
    {"{fold}", "fold", "fold"},
};

std::string UnitWords(absl::string_view ucum, bool one) {
  for (const Unit& unit : kUnits) {
    if (unit.ucum == ucum) return std::string(one ? unit.one : unit.many);
  }
  return std::string(ucum);
}

std::string WithUnit(absl::string_view number, absl::string_view unit,
                     bool one) {
  if (unit == "%") return absl::StrCat(number, "%");
  return JoinWords({std::string(number), UnitWords(unit, one)}, " ");
}

// An exchange of one amino acid for another: "l858r", "g12c".
bool IsSubstitution(absl::string_view word) {
  return word.size() >= 4 && word.size() <= 6 &&
         absl::ascii_islower(word.front()) &&
         absl::ascii_islower(word.back()) &&
         std::all_of(word.begin() + 1, word.end() - 1,
                     [](char c) { return absl::ascii_isdigit(c); });
}

bool IsAcronym(absl::string_view word) {
  return std::find(std::begin(kAcronyms), std::end(kAcronyms), word) !=
         std::end(kAcronyms);
}

std::string Kebab(absl::string_view kebab, absl::string_view separator) {
  std::vector<std::string> words = absl::StrSplit(kebab, '-');
  for (std::string& word : words) {
    if (IsAcronym(word) || IsSubstitution(word))
      word = absl::AsciiStrToUpper(word);
  }
  return absl::StrJoin(words, separator);
}

}  // namespace

std::string EnumWords(const google::protobuf::EnumValueDescriptor* value) {
  if (value == nullptr || value->number() == 0) return "";
  const std::string& unspecified = value->type()->FindValueByNumber(0)->name();
  const absl::string_view prefix(
      unspecified.data(),
      unspecified.size() - absl::string_view("UNSPECIFIED").size());
  absl::string_view name = value->name();
  if (absl::StartsWith(name, prefix)) name.remove_prefix(prefix.size());
  const std::string words = KebabWords(
      absl::StrReplaceAll(absl::AsciiStrToLower(name), {{"_", "-"}}));
  return absl::StrReplaceAll(
      words, {{" free ", "-free "}, {"non ", "non-"}, {"phase", "phase "}});
}

std::string KebabWords(absl::string_view kebab) { return Kebab(kebab, " "); }

std::string KebabName(absl::string_view kebab) { return Kebab(kebab, "-"); }

std::string OutcomeWords(absl::string_view outcome) {
  constexpr std::pair<absl::string_view, absl::string_view> kWords[] = {
      {"os", "overall survival"},       {"pfs", "progression-free survival"},
      {"dfs", "disease-free survival"}, {"efs", "event-free survival"},
      {"ttp", "time to progression"},   {"orr", "objective response"},
      {"dcr", "disease control"},       {"dor", "duration of response"},
      {"cr", "complete response"},      {"pr", "partial response"}};
  for (const auto& [id, words] : kWords) {
    if (id == outcome) return std::string(words);
  }
  return KebabWords(outcome);
}

std::string Capitalized(std::string text) {
  if (!text.empty()) text[0] = absl::ascii_toupper(text[0]);
  return text;
}

std::string JoinWords(const std::vector<std::string>& parts,
                      absl::string_view separator) {
  std::vector<absl::string_view> kept;
  for (const std::string& part : parts) {
    if (!part.empty()) kept.push_back(part);
  }
  return absl::StrJoin(kept, separator);
}

std::string NumberWords(double value, absl::string_view unit) {
  return WithUnit(ShortestDecimal(value), unit, value == 1);
}

std::string QuantityWords(const v1::Quantity& quantity) {
  if (quantity.has_value()) {
    return NumberWords(quantity.value(), quantity.unit());
  }
  if (quantity.has_low() && quantity.has_high()) {
    return WithUnit(absl::StrCat(ShortestDecimal(quantity.low()), " to ",
                                 ShortestDecimal(quantity.high())),
                    quantity.unit(), false);
  }
  if (quantity.has_low()) {
    return absl::StrCat(quantity.low_excluded() ? "> " : "≥ ",
                        NumberWords(quantity.low(), quantity.unit()));
  }
  if (quantity.has_high()) {
    return absl::StrCat(quantity.high_excluded() ? "< " : "≤ ",
                        NumberWords(quantity.high(), quantity.unit()));
  }
  return UnitWords(quantity.unit(), false);
}

std::string ComparatorWords(v1::Comparator comparator) {
  switch (comparator) {
    case v1::COMPARATOR_LESS:
      return "< ";
    case v1::COMPARATOR_LESS_OR_EQUAL:
      return "≤ ";
    case v1::COMPARATOR_GREATER:
      return "> ";
    case v1::COMPARATOR_GREATER_OR_EQUAL:
      return "≥ ";
    case v1::COMPARATOR_APPROXIMATE:
      return "about ";
    case v1::COMPARATOR_NOT_EQUAL:
      return "not ";
    default:
      return "";
  }
}

std::string ShortHash(absl::string_view hex) {
  return std::string(hex.substr(0, kShortHashSize));
}

std::string IdOf(absl::string_view name) {
  const size_t slash = name.rfind('/');
  return std::string(slash == absl::string_view::npos ? name
                                                      : name.substr(slash + 1));
}

}  // namespace consilium

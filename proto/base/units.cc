#include "proto/base/units.h"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "proto/base/suggestion.h"

namespace consilium {
namespace {

// A unit that converts into others of its kind.
struct Scale {
  absl::string_view unit;
  char kind;      // Of what it measures.
  double factor;  // To the first of its kind.
};
constexpr Scale kScales[] = {
    {"d", 't', 1},           {"h", 't', 1.0 / 24},     {"wk", 't', 7},
    {"mo", 't', 30.4375},    {"a", 't', 365.25},       {"Gy", 'g', 1},
    {"cGy", 'g', 0.01},      {"mGy", 'g', 0.001},      {"mg", 'm', 1},
    {"g", 'm', 1000},        {"ug", 'm', 0.001},       {"mg/d", 'e', 1},
    {"g/d", 'e', 1000},      {"mg/m2", 's', 1},        {"g/m2", 's', 1000},
    {"mg/kg", 'w', 1},       {"ug/kg", 'w', 0.001},    {"%", '%', 1},
    {"mg/m2/d", 'f', 1},     {"mg/kg/d", 'v', 1},      {"mL", 'l', 1},
    {"umol/L", 'c', 1},      {"nmol/L", 'c', 0.001},   {"ug/mL", 'o', 1},
    {"[iU]", 'i', 1},        {"[iU]/kg", 'k', 1},      {"cm3", 'b', 1},
    {"10*6.[iU]", 'i', 1e6}, {"min", 't', 1.0 / 1440}, {"s", 't', 1.0 / 86400},
};

constexpr std::pair<absl::string_view, absl::string_view> kNames[] = {
    {"month", "mo"},       {"months", "mo"},       {"y", "a"},
    {"yr", "a"},           {"yrs", "a"},           {"year", "a"},
    {"years", "a"},        {"week", "wk"},         {"weeks", "wk"},
    {"wks", "wk"},         {"day", "d"},           {"days", "d"},
    {"hour", "h"},         {"hours", "h"},         {"hr", "h"},
    {"hrs", "h"},          {"minute", "min"},      {"minutes", "min"},
    {"mins", "min"},       {"second", "s"},        {"seconds", "s"},
    {"sec", "s"},          {"secs", "s"},          {"percent", "%"},
    {"gray", "Gy"},        {"grays", "Gy"},        {"centigray", "cGy"},
    {"centigrays", "cGy"}, {"milligray", "mGy"},   {"milligram", "mg"},
    {"milligrams", "mg"},  {"gram", "g"},          {"grams", "g"},
    {"mcg", "ug"},         {"\xC2\xB5g", "ug"},    {"microgram", "ug"},
    {"micrograms", "ug"},  {"mg/day", "mg/d"},     {"g/day", "g/d"},
    {"mg daily", "mg/d"},  {"mg per day", "mg/d"}, {"mg/m\xC2\xB2", "mg/m2"},
    {"mg/m^2", "mg/m2"},   {"ml", "mL"},           {"iu", "[iU]"},
};

const Scale* FindScale(absl::string_view unit) {
  for (const Scale& scale : kScales) {
    if (scale.unit == unit) return &scale;
  }
  return nullptr;
}

}  // namespace

absl::string_view UnitCalled(absl::string_view word) {
  if (const Scale* scale = FindScale(word)) return scale->unit;
  for (const auto& [name, unit] : kNames) {
    if (absl::EqualsIgnoreCase(name, word)) return unit;
  }
  for (const Scale& scale : kScales) {
    if (absl::EqualsIgnoreCase(scale.unit, word)) return scale.unit;
  }
  return "";
}

std::optional<double> UnitFactor(absl::string_view from, absl::string_view to) {
  if (from == to) return 1;
  const Scale* const a = FindScale(from);
  const Scale* const b = FindScale(to);
  if (a == nullptr || b == nullptr || a->kind != b->kind) return std::nullopt;
  return a->factor / b->factor;
}

std::string SuggestUnit(absl::string_view word) {
  // Of a word shorter than this every other short one is close.
  if (word.size() < 3) return "";
  std::vector<std::string> names;
  for (const auto& [name, unit] : kNames) names.emplace_back(name);
  return Suggest(word, names);
}

bool SplitUnit(absl::string_view text, absl::string_view& number,
               absl::string_view& unit) {
  size_t end = text.find_first_not_of("+-.0123456789");
  if (end == absl::string_view::npos) end = text.size();
  // An exponent.
  if (end > 0 && end < text.size() && (text[end] == 'e' || text[end] == 'E')) {
    const size_t after = text.find_first_not_of("+-0123456789", end + 1);
    if (after != end + 1) {
      end = after == absl::string_view::npos ? text.size() : after;
    }
  }
  number = text.substr(0, end);
  unit = absl::StripAsciiWhitespace(text.substr(end));
  return number.find_first_of("0123456789") != absl::string_view::npos;
}

double RoundTo12Digits(double number) {
  if (!std::isfinite(number)) return number;
  // Not by printf, which asks the locale for the decimal point.
  std::array<char, 32> text;
  const auto written = std::to_chars(text.data(), text.data() + text.size(),
                                     number, std::chars_format::scientific, 11);
  double rounded = number;
  std::from_chars(text.data(), written.ptr, rounded);
  return rounded;
}

}  // namespace consilium

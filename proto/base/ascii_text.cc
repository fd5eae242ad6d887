#include "proto/base/ascii_text.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_replace.h"

namespace consilium {
namespace {

// Letters that are not others with a mark, and those of Greek.
const std::vector<std::pair<absl::string_view, absl::string_view>>& Letters() {
  static const auto& letters =
      *new std::vector<std::pair<absl::string_view, absl::string_view>>{
          {"ß", "ss"},      {"ẞ", "SS"},    {"æ", "ae"},      {"Æ", "AE"},
          {"œ", "oe"},      {"Œ", "OE"},    {"ø", "o"},       {"Ø", "O"},
          {"đ", "d"},       {"Đ", "D"},     {"ð", "d"},       {"Ð", "D"},
          {"þ", "th"},      {"Þ", "Th"},    {"ł", "l"},       {"Ł", "L"},
          {"ħ", "h"},       {"Ħ", "H"},     {"ı", "i"},       {"ŋ", "ng"},
          {"ŧ", "t"},       {"Ŧ", "T"},     {"α", "alpha"},   {"β", "beta"},
          {"γ", "gamma"},   {"δ", "delta"}, {"ε", "epsilon"}, {"ζ", "zeta"},
          {"η", "eta"},     {"θ", "theta"}, {"ι", "iota"},    {"κ", "kappa"},
          {"λ", "lambda"},  {"μ", "mu"},    {"ν", "nu"},      {"ξ", "xi"},
          {"ο", "omicron"}, {"π", "pi"},    {"ρ", "rho"},     {"σ", "sigma"},
          {"ς", "sigma"},   {"τ", "tau"},   {"υ", "upsilon"}, {"φ", "phi"},
          {"χ", "chi"},     {"ψ", "psi"},   {"ω", "omega"},   {"Α", "Alpha"},
          {"Β", "Beta"},    {"Γ", "Gamma"}, {"Δ", "Delta"},   {"Ω", "Omega"},
      };
  return letters;
}

}  // namespace

std::string AsciiForm(absl::string_view text) {
  if (std::all_of(text.begin(), text.end(), [](char c) {
        return absl::ascii_isascii(static_cast<unsigned char>(c));
      })) {
    return std::string(text);
  }
  utf8proc_uint8_t* plain = nullptr;
  const utf8proc_ssize_t size = utf8proc_map(
      reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
      static_cast<utf8proc_ssize_t>(text.size()), &plain,
      static_cast<utf8proc_option_t>(UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT |
                                     UTF8PROC_STRIPMARK));
  if (size < 0) return std::string(text);
  std::string form(reinterpret_cast<const char*>(plain),
                   static_cast<size_t>(size));
  std::free(plain);
  return absl::StrReplaceAll(form, Letters());
}

}  // namespace consilium

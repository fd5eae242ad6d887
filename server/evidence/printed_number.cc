#include "server/evidence/printed_number.h"

#include <cmath>
#include <set>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"

namespace consilium {
namespace {

// A decimal number in a text.
struct Token {
  absl::string_view digits;
  absl::string_view before;
  absl::string_view after;
};

bool IsDigit(absl::string_view text, size_t i) {
  return i < text.size() && absl::ascii_isdigit(text[i]);
}

// Numbers in words such as "exon19" or "G12C" are none.
std::vector<Token> TokensOf(absl::string_view text) {
  std::vector<Token> tokens;
  for (size_t i = 0; i < text.size();) {
    const bool starts =
        IsDigit(text, i) || (text[i] == '.' && IsDigit(text, i + 1));
    const bool inside =
        i > 0 && (absl::ascii_isalnum(text[i - 1]) || text[i - 1] == '.');
    if (!starts) {
      ++i;
      continue;
    }
    size_t end = i;
    while (IsDigit(text, end)) ++end;
    if (end < text.size() && text[end] == '.' && IsDigit(text, end + 1)) {
      ++end;
      while (IsDigit(text, end)) ++end;
    }
    if (!inside) {
      tokens.push_back(
          {text.substr(i, end - i), text.substr(0, i), text.substr(end)});
    }
    i = end;
  }
  return tokens;
}

bool IsOf(const Token& token, double value) {
  double number = 0;
  return absl::SimpleAtod(token.digits, &number) && number == value;
}

bool IsPercent(const Token& token) {
  return absl::StartsWith(absl::StripLeadingAsciiWhitespace(token.after), "%");
}

// Whether a comparator stands before it, and a P before that.
bool IsBehindP(const Token& token) {
  constexpr absl::string_view kComparators[] = {"<", ">", "=", "≤", "≥"};
  absl::string_view before = absl::StripTrailingAsciiWhitespace(token.before);
  bool compared = false;
  for (bool more = true; more;) {
    more = false;
    for (const absl::string_view comparator : kComparators) {
      more |= absl::ConsumeSuffix(&before, comparator);
    }
    compared |= more;
    before = absl::StripTrailingAsciiWhitespace(before);
  }
  if (!compared) return false;
  for (const absl::string_view word : {"values", "value", "-", " "}) {
    absl::ConsumeSuffix(&before, word);
  }
  before = absl::StripTrailingAsciiWhitespace(before);
  return absl::EndsWithIgnoreCase(before, "p") &&
         (before.size() == 1 ||
          !absl::ascii_isalnum(before[before.size() - 2]));
}

std::string OnlySpelling(const std::set<absl::string_view>& spellings) {
  return spellings.size() == 1 ? std::string(*spellings.begin()) : "";
}

}  // namespace

std::string PrintedNumber(absl::string_view text, double value,
                          absl::string_view unit) {
  std::set<absl::string_view> all;
  std::set<absl::string_view> shares;
  for (const Token& token : TokensOf(text)) {
    if (!IsOf(token, value)) continue;
    all.insert(token.digits);
    if (IsPercent(token)) shares.insert(token.digits);
  }
  return OnlySpelling(unit == "%" && !shares.empty() ? shares : all);
}

bool LacksNumber(absl::string_view text, double value) {
  std::string plain;  // Without marks of thousands.
  for (size_t i = 0; i < text.size(); ++i) {
    const bool is_mark = text[i] == ',' && i > 0 && IsDigit(text, i - 1) &&
                         IsDigit(text, i + 1) && IsDigit(text, i + 2) &&
                         IsDigit(text, i + 3);
    if (!is_mark) plain.push_back(text[i]);
  }
  const std::vector<Token> tokens = TokensOf(plain);
  for (const Token& token : tokens) {
    // Of "1.2e-3" the digits are not the number.
    if (IsOf(token, std::fabs(value)) || absl::StartsWith(token.after, "e") ||
        absl::StartsWith(token.after, "E")) {
      return false;
    }
  }
  return !tokens.empty();
}

std::string PrintedP(absl::string_view text, double p) {
  std::set<absl::string_view> spellings;
  for (const Token& token : TokensOf(text)) {
    if (IsOf(token, p) && IsBehindP(token)) spellings.insert(token.digits);
  }
  return OnlySpelling(spellings);
}

}  // namespace consilium

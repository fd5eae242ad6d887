#include "server/query/filter_scanner.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/query/errors.h"

namespace consilium {
namespace {

bool EndsAnyWord(char c) {
  return absl::ascii_isspace(static_cast<unsigned char>(c)) || c == '(' ||
         c == ')' || c == ',' || c == '"' || c == '\'' || c == '=' ||
         c == '<' || c == '>' || c == '!';
}

bool EndsName(char c) { return EndsAnyWord(c) || c == ':'; }

}  // namespace

void FilterScanner::SkipSpace() {
  while (!AtEnd() &&
         absl::ascii_isspace(static_cast<unsigned char>(text_[position_]))) {
    ++position_;
  }
}

char FilterScanner::Peek(size_t ahead) const {
  return ahead < text_.size() - position_ ? text_[position_ + ahead] : '\0';
}

bool FilterScanner::Consume(char c) {
  if (AtEnd() || text_[position_] != c) return false;
  ++position_;
  return true;
}

bool FilterScanner::ConsumeKeyword(absl::string_view keyword) {
  if (text_.substr(position_, keyword.size()) != keyword) return false;
  const size_t end = position_ + keyword.size();
  if (end < text_.size() && !EndsName(text_[end])) return false;
  position_ = end;
  return true;
}

absl::StatusOr<std::optional<FilterOp>> FilterScanner::ReadOperator() {
  const char first = Peek();
  const bool with_equal = Peek(1) == '=';
  std::optional<FilterOp> op;
  switch (first) {
    case '=':
      if (with_equal) return SyntaxError("write one = to compare");
      op = FilterOp::kEqual;
      break;
    case ':':
      op = FilterOp::kHas;
      break;
    case '!':
      if (!with_equal) return SyntaxError("write != to compare, NOT to negate");
      op = FilterOp::kNotEqual;
      break;
    case '<':
      if (Peek(1) == '>') return SyntaxError("write != to compare");
      op = with_equal ? FilterOp::kLessEqual : FilterOp::kLess;
      break;
    case '>':
      op = with_equal ? FilterOp::kGreaterEqual : FilterOp::kGreater;
      break;
    default:
      return std::optional<FilterOp>();
  }
  position_ += with_equal && first != ':' ? 2 : 1;
  return op;
}

absl::string_view FilterScanner::ReadWord() {
  const size_t start = position_;
  while (!AtEnd() && !EndsName(text_[position_])) ++position_;
  return text_.substr(start, position_ - start);
}

absl::StatusOr<FilterText> FilterScanner::ReadValue() {
  if (AtQuote()) return ReadQuoted();
  const size_t start = position_;
  while (!AtEnd() && !EndsAnyWord(text_[position_])) ++position_;
  const absl::string_view word = text_.substr(start, position_ - start);
  if (word.empty()) return SyntaxError("a value is missing after the operator");
  if (word == "AND" || word == "OR" || word == "NOT") {
    return Error(kFilterSyntax, start,
                 absl::StrCat("a value is missing here; to look for the word, "
                              "quote it: \"",
                              word, "\""));
  }
  return SplitWildcards(word);
}

absl::StatusOr<FilterText> FilterScanner::ReadQuoted() {
  const size_t start = position_;
  const char quote = text_[position_++];
  FilterText pieces = {""};
  while (!AtEnd()) {
    const char c = text_[position_++];
    if (c == quote) return pieces;
    if (c == '*') {
      pieces.emplace_back();
    } else if (c != '\\') {
      pieces.back().push_back(c);
    } else {
      const char escaped = Peek();
      switch (escaped) {
        case '\\':
        case '"':
        case '\'':
        case '*':
          pieces.back().push_back(escaped);
          break;
        case 'n':
          pieces.back().push_back('\n');
          break;
        case 't':
          pieces.back().push_back('\t');
          break;
        default:
          return Error(kFilterSyntax, position_ - 1,
                       "in quotes, \\ stands before \\ \" ' * n or t only; "
                       "write \\\\ for a backslash");
      }
      ++position_;
    }
  }
  return FilterError(
      kFilterSyntax, text_, start, text_.substr(start),
      absl::StrCat("this quote is never closed; end the text with ",
                   absl::string_view(&quote, 1),
                   ", or quote a text that holds an apostrophe with \""));
}

absl::Status FilterScanner::Error(absl::string_view reason, size_t offset,
                                  absl::string_view wish) const {
  size_t end = position_;
  if (end <= offset) {
    end = offset;
    while (end < text_.size() && !EndsName(text_[end])) ++end;
    if (end == offset && end < text_.size()) ++end;
  }
  return FilterError(reason, text_, offset, text_.substr(offset, end - offset),
                     wish);
}

absl::Status FilterScanner::SyntaxError(absl::string_view wish) const {
  return Error(kFilterSyntax, position_, wish);
}

FilterText SplitWildcards(absl::string_view text) {
  return absl::StrSplit(text, '*');
}

}  // namespace consilium

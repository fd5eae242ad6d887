// Reads the words of a filter. What ends a word depends on where it stands, so
// the parser asks for the kind that it expects.
#ifndef CONSILIUM_SERVER_QUERY_FILTER_SCANNER_H_
#define CONSILIUM_SERVER_QUERY_FILTER_SCANNER_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/query/filter_ast.h"

namespace consilium {

// One thread. `text` must outlive the scanner.
class FilterScanner {
 public:
  explicit FilterScanner(absl::string_view text) : text_(text) {}

  size_t position() const { return position_; }
  void SkipSpace();
  bool AtEnd() const { return position_ == text_.size(); }
  // The next character, or NUL at the end.
  char Peek(size_t ahead = 0) const;
  bool Consume(char c);
  // Consumes `keyword` when it stands here as a whole word.
  bool ConsumeKeyword(absl::string_view keyword);
  // Whether a quoted text starts here.
  bool AtQuote() const { return Peek() == '"' || Peek() == '\''; }

  // The operator here, consumed; absent when there is none.
  absl::StatusOr<std::optional<FilterOp>> ReadOperator();
  // A name or bare word: up to space, operator, quote, parenthesis or comma.
  absl::string_view ReadWord();
  // The right-hand side of an operator, quoted or not.
  absl::StatusOr<FilterText> ReadValue();
  // A quoted text, its escapes resolved.
  absl::StatusOr<FilterText> ReadQuoted();

  // An error at `offset`, which repeats the text up to the current position,
  // or the next word when nothing has been read since.
  absl::Status Error(absl::string_view reason, size_t offset,
                     absl::string_view wish) const;
  // A syntax error about what stands at the current position.
  absl::Status SyntaxError(absl::string_view wish) const;

 private:
  absl::string_view text_;
  size_t position_ = 0;
};

// `text` split at its stars.
FilterText SplitWildcards(absl::string_view text);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_QUERY_FILTER_SCANNER_H_

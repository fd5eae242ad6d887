#include "server/query/filter_ast.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"

namespace consilium {
namespace {

bool IsPlainCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' ||
         c == '.' || c == '-' || c == '+';
}

bool IsKeyword(absl::string_view word) {
  return word == "AND" || word == "OR" || word == "NOT";
}

std::string QuoteText(const FilterText& text) {
  return absl::StrCat(
      "\"",
      absl::StrJoin(text, "*",
                    [](std::string* out, const std::string& piece) {
                      absl::StrAppend(
                          out, absl::StrReplaceAll(piece, {{"\\", "\\\\"},
                                                           {"\"", "\\\""},
                                                           {"*", "\\*"},
                                                           {"\n", "\\n"},
                                                           {"\t", "\\t"}}));
                    }),
      "\"");
}

std::string QuoteIfNeeded(const FilterText& text) {
  const std::string& word = text.front();
  const bool plain = text.size() == 1 && !word.empty() && !IsKeyword(word) &&
                     std::all_of(word.begin(), word.end(), IsPlainCharacter);
  return plain ? word : QuoteText(text);
}

bool IsJunction(const FilterNode& node) {
  return node.kind == FilterNode::Kind::kAnd ||
         node.kind == FilterNode::Kind::kOr;
}

std::string Parenthesize(const FilterNode& node) {
  return absl::StrCat("(", node.ToString(), ")");
}

std::string JoinChildren(const FilterNode& node, absl::string_view separator) {
  return absl::StrJoin(
      node.children, separator, [](std::string* out, const FilterNode& child) {
        absl::StrAppend(
            out, IsJunction(child) ? Parenthesize(child) : child.ToString());
      });
}

std::string NegationToString(const FilterNode& child) {
  const bool enclosed =
      IsJunction(child) || child.kind == FilterNode::Kind::kNot;
  return absl::StrCat("NOT ",
                      enclosed ? Parenthesize(child) : child.ToString());
}

}  // namespace

absl::string_view FilterOpText(FilterOp op) {
  switch (op) {
    case FilterOp::kEqual:
      return "=";
    case FilterOp::kNotEqual:
      return "!=";
    case FilterOp::kLess:
      return "<";
    case FilterOp::kLessEqual:
      return "<=";
    case FilterOp::kGreater:
      return ">";
    case FilterOp::kGreaterEqual:
      return ">=";
    case FilterOp::kHas:
      return ":";
  }
  return "";
}

FilterOp OppositeOf(FilterOp op) {
  switch (op) {
    case FilterOp::kEqual:
    case FilterOp::kHas:
      return FilterOp::kNotEqual;
    case FilterOp::kNotEqual:
      return FilterOp::kEqual;
    case FilterOp::kLess:
      return FilterOp::kGreaterEqual;
    case FilterOp::kLessEqual:
      return FilterOp::kGreater;
    case FilterOp::kGreater:
      return FilterOp::kLessEqual;
    case FilterOp::kGreaterEqual:
      return FilterOp::kLess;
  }
  return op;
}

absl::string_view FilterTypeText(FilterType type) {
  switch (type) {
    case FilterType::kString:
      return "text";
    case FilterType::kBytes:
      return "bytes";
    case FilterType::kBool:
      return "true or false";
    case FilterType::kNumber:
      return "a number";
    case FilterType::kEnum:
      return "one of a list of words";
    case FilterType::kTimestamp:
      return "a time";
    case FilterType::kDuration:
      return "a duration";
    case FilterType::kQuantity:
      return "a quantity";
    case FilterType::kMessage:
      return "a message";
  }
  return "";
}

std::string FilterPath::ToString() const {
  if (!name_part.empty()) return name_part;
  return absl::StrJoin(fields, ".", [](std::string* out, const auto* field) {
    absl::StrAppend(out, field->json_name());
  });
}

std::string FilterNode::ToString() const {
  switch (kind) {
    case Kind::kAnd:
      return JoinChildren(*this, " AND ");
    case Kind::kOr:
      return JoinChildren(*this, " OR ");
    case Kind::kNot:
      return NegationToString(children.front());
    case Kind::kComparison:
      return absl::StrCat(path.ToString(), " ", FilterOpText(op), " ",
                          QuoteIfNeeded(text));
    case Kind::kPresence:
      return absl::StrCat(path.ToString(), ":*");
    case Kind::kText:
      return QuoteText(text);
    case Kind::kAny:
      return absl::StrCat(path.ToString(), ".any(", children.front().ToString(),
                          ")");
    case Kind::kAll:
      return absl::StrCat(path.ToString(), ".all(", children.front().ToString(),
                          ")");
  }
  return "";
}

}  // namespace consilium

#include "server/query/filter_parser.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/types/span.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"
#include "proto/base/utf8.h"
#include "server/query/errors.h"
#include "server/query/filter.h"
#include "server/query/filter_binder.h"
#include "server/query/filter_scanner.h"
#include "server/query/limits.h"

namespace consilium {
namespace {

using google::protobuf::Descriptor;

constexpr absl::string_view kFunctionsWish =
    "the functions are FIELD.any(...) and FIELD.all(...), where FIELD is a "
    "message; quote a word that holds parentheses";

// What the words of an expression mean.
struct Scope {
  // The message whose fields they name.
  const Descriptor* message = nullptr;
  bool is_record = false;
  // Set inside FIELD OP ( ... ), where every word is a value for FIELD OP.
  const FilterNode* left_side = nullptr;
};

// The lower-case words that people write for the operators.
absl::string_view OperatorMeant(absl::string_view word) {
  if (word == "and" || word == "And" || word == "&&" || word == "&") {
    return "AND";
  }
  if (word == "or" || word == "Or" || word == "||" || word == "|") return "OR";
  if (word == "not" || word == "Not") return "NOT";
  return "";
}

// Adds `child` to the conjunction or disjunction `node`, opening up a child of
// the same kind.
void AddChild(FilterNode child, FilterNode& node) {
  if (child.kind != node.kind) {
    node.children.push_back(std::move(child));
    return;
  }
  for (FilterNode& grandchild : child.children) {
    node.children.push_back(std::move(grandchild));
  }
}

FilterNode Collapse(FilterNode node) {
  if (node.children.size() != 1) return node;
  FilterNode only = std::move(node.children.front());
  return only;
}

class Parser {
 public:
  Parser(absl::string_view text, const Descriptor& record,
         const FilterWords* words)
      : text_(text), scanner_(text), record_(record), words_(words) {}

  // Faults of names and values do not end the reading, so that all are told.
  absl::StatusOr<FilterNode> Parse() {
    absl::StatusOr<FilterNode> root = ParseWhole();
    if (faults_.empty()) return root;
    if (!root.ok()) faults_.push_back(root.status());
    if (faults_.size() == 1) return faults_.front();
    std::vector<FieldViolation> violations;
    for (const absl::Status& fault : faults_) {
      for (FieldViolation& violation : GetFieldViolations(fault)) {
        violations.push_back(std::move(violation));
      }
    }
    return WithViolations(faults_.front(), violations);
  }

 private:
  using Kind = FilterNode::Kind;

  absl::StatusOr<FilterNode> ParseWhole() {
    scanner_.SkipSpace();
    if (scanner_.AtEnd()) return FilterNode{};
    ASSIGN_OR_RETURN(FilterNode root,
                     ParseExpression({.message = &record_, .is_record = true}));
    if (!scanner_.AtEnd()) {
      return scanner_.SyntaxError(
          scanner_.Peek() == ')'
              ? "there is no ( for this )"
              : "an AND, an OR or the end was expected; quote a value that "
                "holds spaces or signs");
    }
    return root;
  }

  // expression = disjunction { [ "AND" ] disjunction } ; up to ")", or to what
  // can start no term. Leaves no space before it.
  absl::StatusOr<FilterNode> ParseExpression(const Scope& scope) {
    FilterNode node{.kind = FilterNode::Kind::kAnd};
    do {
      ASSIGN_OR_RETURN(FilterNode child, ParseDisjunction(scope));
      AddChild(std::move(child), node);
      scanner_.SkipSpace();
    } while (scanner_.ConsumeKeyword("AND") || AtTerm());
    return Collapse(std::move(node));
  }

  // disjunction = term { "OR" term } ;
  absl::StatusOr<FilterNode> ParseDisjunction(const Scope& scope) {
    FilterNode node{.kind = FilterNode::Kind::kOr};
    do {
      ASSIGN_OR_RETURN(FilterNode child, ParseTerm(scope));
      AddChild(std::move(child), node);
      scanner_.SkipSpace();
    } while (scanner_.ConsumeKeyword("OR"));
    return Collapse(std::move(node));
  }

  // term = [ "NOT" | "-" ] simple ;
  absl::StatusOr<FilterNode> ParseTerm(const Scope& scope) {
    scanner_.SkipSpace();
    if (!scanner_.ConsumeKeyword("NOT") && !ConsumeMinus(scope)) {
      return ParseSimple(scope);
    }
    scanner_.SkipSpace();
    FilterNode node{.kind = FilterNode::Kind::kNot};
    ASSIGN_OR_RETURN(FilterNode child, ParseSimple(scope));
    node.children.push_back(std::move(child));
    return node;
  }

  // Among values, a minus before a digit is a sign.
  bool ConsumeMinus(const Scope& scope) {
    const bool is_sign =
        scope.left_side != nullptr &&
        (absl::ascii_isdigit(static_cast<unsigned char>(scanner_.Peek(1))) ||
         scanner_.Peek(1) == '.');
    return !is_sign && scanner_.Consume('-');
  }

  // simple = "(" expression ")" | value | restriction ;
  absl::StatusOr<FilterNode> ParseSimple(const Scope& scope) {
    if (scanner_.Peek() == '(') return ParseParenthesized(scope);
    if (!AtTerm() || AtKeyword("NOT")) {
      return scanner_.SyntaxError(
          "a comparison such as FIELD = VALUE, a word or ( was expected");
    }
    if (++terms_ > kFilterTermsMax) {
      return FilterTooLarge("terms", kFilterTermsMax,
                            "split the query into several");
    }
    if (scope.left_side == nullptr) return ParseRestriction(scope);
    FilterScanner ahead = scanner_;
    RETURN_IF_ERROR(CheckNotOperator(ahead.ReadWord()));
    return ParseValueOf(*scope.left_side);
  }

  absl::StatusOr<FilterNode> ParseParenthesized(const Scope& scope) {
    const size_t start = scanner_.position();
    scanner_.Consume('(');
    if (++depth_ > kFilterDepthMax) {
      return FilterTooLarge("parentheses inside each other", kFilterDepthMax,
                            "write the query flatter");
    }
    scanner_.SkipSpace();
    if (scanner_.Peek() == ')') {
      return scanner_.SyntaxError("there is nothing between ( and )");
    }
    ASSIGN_OR_RETURN(FilterNode node, ParseExpression(scope));
    if (scanner_.Peek() == ',') {
      return scanner_.SyntaxError(
          "alternatives have OR between them; write FIELD = (A OR B)");
    }
    if (!scanner_.Consume(')')) {
      return scanner_.AtEnd()
                 ? FilterError(kFilterSyntax, text_, start,
                               text_.substr(start, 1), "this ( is never closed")
                 : scanner_.SyntaxError("a ) was expected");
    }
    --depth_;
    return node;
  }

  // restriction = text | name [ operator ( value | composite ) ] | function ;
  absl::StatusOr<FilterNode> ParseRestriction(const Scope& scope) {
    const size_t start = scanner_.position();
    if (scanner_.AtQuote()) return ParseQuotedText(start);
    const absl::string_view name = scanner_.ReadWord();
    if (scanner_.Peek() == '(') return ParseFunction(scope, name, start);
    RETURN_IF_ERROR(CheckNotOperator(name));
    // Space is skipped only when an operator follows, so that an error about
    // the word repeats no more than the word.
    const FilterScanner after_name = scanner_;
    scanner_.SkipSpace();
    ASSIGN_OR_RETURN(const auto op, scanner_.ReadOperator());
    if (!op.has_value()) {
      scanner_ = after_name;
      return FilterNode{.kind = FilterNode::Kind::kText,
                        .text = SplitWildcards(name)};
    }
    absl::StatusOr<FilterNode> left = BindLeft(scope, name, start, *op);
    if (!left.ok()) {
      faults_.push_back(left.status());
      left = FilterNode{.kind = FilterNode::Kind::kText};
    }
    const FilterNode& node = *left;
    scanner_.SkipSpace();
    if (scanner_.Peek() == '(') {
      return ParseParenthesized({.message = scope.message, .left_side = &node});
    }
    return ParseValueOf(node);
  }

  // `word` is a part of the text.
  absl::Status CheckNotOperator(absl::string_view word) const {
    const absl::string_view keyword = OperatorMeant(word);
    if (keyword.empty()) return absl::OkStatus();
    return FilterError(
        kFilterSyntax, text_, word.data() - text_.data(), word,
        absl::StrCat("write ", keyword,
                     ", in capitals; to look for the word, quote it"));
  }

  absl::StatusOr<FilterNode> ParseQuotedText(size_t start) {
    ASSIGN_OR_RETURN(FilterText text, scanner_.ReadQuoted());
    FilterScanner ahead = scanner_;
    ahead.SkipSpace();
    const char next = ahead.Peek();
    if (next == '=' || next == ':' || next == '<' || next == '>' ||
        next == '!') {
      return scanner_.Error(
          kFilterSyntax, start,
          "the left side of an operator is a field, without quotes");
    }
    if (text.size() == 1 && text.front().empty()) {
      return scanner_.Error(kFilterSyntax, start,
                            "an empty text is found everywhere; leave it out");
    }
    return FilterNode{.kind = FilterNode::Kind::kText, .text = std::move(text)};
  }

  // The left side of a comparison: one, or an OR of one for each field that the
  // name is a word for.
  absl::StatusOr<FilterNode> BindLeft(const Scope& scope,
                                      absl::string_view name, size_t start,
                                      FilterOp op) {
    FilterNode node{.kind = FilterNode::Kind::kComparison, .op = op};
    const absl::Status bound = BindName(scope, name, start, node.path);
    if (bound.ok() || words_ == nullptr || !scope.is_record) {
      RETURN_IF_ERROR(bound);
      return node;
    }
    FilterNode either{.kind = FilterNode::Kind::kOr};
    for (const std::string& path : words_->FieldsCalled(name)) {
      FilterNode& each = either.children.emplace_back(node);
      each.path = {};
      if (!BindPath(*scope.message, true, path, each.path).ok()) return bound;
    }
    if (either.children.empty()) return bound;
    return Collapse(std::move(either));
  }

  // The comparison of `left_side` with the value here.
  absl::StatusOr<FilterNode> ParseValueOf(const FilterNode& left_side) {
    const size_t start = scanner_.position();
    FilterNode node = left_side;
    const bool is_one = node.kind == FilterNode::Kind::kComparison;
    ASSIGN_OR_RETURN(const FilterText text, scanner_.ReadValue());
    // Of a name that is no field; whatever the value, that was told.
    if (node.kind == FilterNode::Kind::kText) return node;
    RETURN_IF_ERROR(CheckEndsValue(is_one ? node : node.children[0], start));
    BindFault fault;
    if (is_one) {
      fault = ReadComparison(text, node);
    } else {
      for (FilterNode& each : node.children) {
        if (fault.ok()) fault = ReadComparison(text, each);
      }
    }
    if (!fault.ok()) {
      faults_.push_back(scanner_.Error(fault.reason, start, fault.wish));
    }
    return node;
  }

  BindFault ReadComparison(const FilterText& text, FilterNode& comparison) {
    comparison.text = text;
    std::vector<std::string> values = ValuesWithin(comparison);
    if (values.empty() && words_ != nullptr) {
      values = words_->ValuesMeant(comparison);
    }
    const bool differs = comparison.op == FilterOp::kNotEqual;
    if (!values.empty()) {
      return ReadValues(values, differs ? Kind::kAnd : Kind::kOr, comparison);
    }
    values = ValuesTogether(comparison);
    if (!values.empty()) return ReadValues(values, Kind::kAnd, comparison);
    return ReadValue(comparison);
  }

  BindFault ReadValue(FilterNode& comparison) {
    if (words_ != nullptr) {
      BindFault fault = words_->Read(comparison);
      if (!fault.ok()) return fault;
    }
    return BindComparisons(comparison);
  }

  // Puts one comparison for each of `values` in the place of `comparison`.
  BindFault ReadValues(absl::Span<const std::string> values, Kind junction,
                       FilterNode& comparison) {
    FilterNode joined{.kind = junction};
    for (const std::string& value : values) {
      FilterNode& each = joined.children.emplace_back(comparison);
      each.text = {value};
      if (BindFault fault = ReadValue(each); !fault.ok()) return fault;
    }
    comparison = std::move(joined);
    return {};
  }

  // Those of a tree that words put in the place of one.
  static BindFault BindComparisons(FilterNode& node) {
    if (node.kind == FilterNode::Kind::kComparison) return BindComparison(node);
    for (FilterNode& child : node.children) {
      BindFault fault = BindComparisons(child);
      if (!fault.ok()) return fault;
    }
    return {};
  }

  // A word behind the value that starts at `start` would be looked for in all
  // texts, where most likely it belongs to the value.
  absl::Status CheckEndsValue(const FilterNode& comparison, size_t start) {
    const size_t end = scanner_.position();
    FilterScanner words = scanner_;
    size_t words_end = end;
    while (ConsumeBareWord(words)) words_end = words.position();
    if (words_end == end) return absl::OkStatus();
    const absl::string_view value = text_.substr(start, end - start);
    const absl::string_view more =
        absl::StripAsciiWhitespace(text_.substr(end, words_end - end));
    absl::string_view plain = value;
    if (plain.size() > 1 && (plain[0] == '"' || plain[0] == '\'')) {
      plain = plain.substr(1, plain.size() - 2);
    }
    std::string wish = "quote a value of several words";
    if (!absl::StrContains(plain, '"') && !absl::StrContains(plain, '\\')) {
      absl::StrAppend(&wish, "; write ", comparison.path.ToString(), " ",
                      FilterOpText(comparison.op), " \"", plain, " ", more,
                      "\"");
    }
    absl::StrAppend(&wish, "; to look for \"", more,
                    "\" in all texts, write AND before it");
    return FilterError(kFilterSyntax, text_, start,
                       text_.substr(start, words_end - start), wish);
  }

  // Consumes space and a word that by itself is a search; false when there is
  // none.
  bool ConsumeBareWord(FilterScanner& scanner) const {
    FilterScanner ahead = scanner;
    ahead.SkipSpace();
    // Without space between, another error tells more.
    if (ahead.position() == scanner.position()) return false;
    if (ahead.Peek() == '-') return false;
    const absl::string_view word = ahead.ReadWord();
    if (word.empty() || word == "AND" || word == "OR" || word == "NOT" ||
        !OperatorMeant(word).empty() || ahead.Peek() == '(') {
      return false;
    }
    const FilterScanner after_word = ahead;
    ahead.SkipSpace();
    switch (ahead.Peek()) {
      case '=':
      case '!':
      case '<':
      case '>':
      case ':':
        return false;
      default:
        break;
    }
    scanner = after_word;
    return true;
  }

  // function = name "." ( "any" | "all" ) "(" expression ")" ;
  absl::StatusOr<FilterNode> ParseFunction(const Scope& scope,
                                           absl::string_view name,
                                           size_t start) {
    FilterNode node;
    if (absl::ConsumeSuffix(&name, ".any")) {
      node.kind = FilterNode::Kind::kAny;
    } else if (absl::ConsumeSuffix(&name, ".all")) {
      node.kind = FilterNode::Kind::kAll;
    } else {
      return scanner_.Error(kFilterSyntax, start, kFunctionsWish);
    }
    RETURN_IF_ERROR(BindName(scope, name, start, node.path));
    const Descriptor* element = node.path.fields.back()->message_type();
    if (element == nullptr) {
      return scanner_.Error(
          kFilterTypeMismatch, start,
          absl::StrCat(node.path.ToString(), " is ",
                       FilterTypeText(node.path.type), "; ", kFunctionsWish));
    }
    ASSIGN_OR_RETURN(FilterNode child,
                     ParseParenthesized({.message = element}));
    node.children.push_back(std::move(child));
    return node;
  }

  absl::Status BindName(const Scope& scope, absl::string_view name,
                        size_t start, FilterPath& path) {
    BindFault fault = BindPath(*scope.message, scope.is_record, name, path);
    if (fault.ok()) return absl::OkStatus();
    if (words_ != nullptr && scope.is_record &&
        fault.reason == kFilterUnknownField) {
      const std::string meant = words_->FieldMeant(name);
      if (!meant.empty()) {
        fault.wish = absl::StrCat(scope.message->name(),
                                  " has no such field; write ", meant);
      }
    }
    return FilterError(fault.reason, text_, start, name, fault.wish);
  }

  // Whether a term can start here.
  bool AtTerm() const {
    if (scanner_.AtEnd()) return false;
    switch (scanner_.Peek()) {
      case ')':
      case ',':
      case '=':
      case '<':
      case '>':
      case '!':
      case ':':
        return false;
      default:
        return !AtKeyword("AND") && !AtKeyword("OR");
    }
  }

  bool AtKeyword(absl::string_view keyword) const {
    FilterScanner ahead = scanner_;
    return ahead.ConsumeKeyword(keyword);
  }

  absl::string_view text_;
  FilterScanner scanner_;
  const Descriptor& record_;
  const FilterWords* words_;  // May be null.
  int depth_ = 0;
  int terms_ = 0;
  std::vector<absl::Status> faults_;  // By their places in the text.
};

bool IsControl(char c) {
  return absl::ascii_iscntrl(static_cast<unsigned char>(c)) && c != '\t' &&
         c != '\n' && c != '\r';
}

// The offset of the first byte that is not UTF-8 or of the first control
// character, whichever comes first; the size of the text when there is neither.
size_t FindInvalidCharacter(absl::string_view text) {
  const size_t valid_size = ValidUtf8PrefixSize(text);
  const auto control =
      std::find_if(text.begin(), text.begin() + valid_size, IsControl);
  return control - text.begin();
}

}  // namespace

absl::StatusOr<FilterNode> ParseFilter(absl::string_view text,
                                       const Descriptor& record,
                                       const FilterWords* words) {
  if (text.size() > kFilterSizeMax) {
    return FilterTooLarge("bytes", kFilterSizeMax,
                          "split the query into several");
  }
  const size_t invalid = FindInvalidCharacter(text);
  if (invalid < text.size()) {
    return FilterError(
        kFilterSyntax, text.substr(0, invalid), invalid,
        absl::StrCat("byte ", static_cast<unsigned char>(text[invalid])),
        "printable text in UTF-8 was expected");
  }
  return Parser(text, record, words).Parse();
}

}  // namespace consilium

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "proto/base/limits.h"
#include "proto/base/text_parser.h"
#include "proto/base/utf8.h"

namespace consilium {
namespace {

void AppendUtf8(uint32_t code, std::string& text) {
  if (code < 0x80) {
    text.push_back(static_cast<char>(code));
  } else if (code < 0x800) {
    text.push_back(static_cast<char>(0xC0 | (code >> 6)));
    text.push_back(static_cast<char>(0x80 | (code & 0x3F)));
  } else if (code < 0x10000) {
    text.push_back(static_cast<char>(0xE0 | (code >> 12)));
    text.push_back(static_cast<char>(0x80 | ((code >> 6) & 0x3F)));
    text.push_back(static_cast<char>(0x80 | (code & 0x3F)));
  } else {
    text.push_back(static_cast<char>(0xF0 | (code >> 18)));
    text.push_back(static_cast<char>(0x80 | ((code >> 12) & 0x3F)));
    text.push_back(static_cast<char>(0x80 | ((code >> 6) & 0x3F)));
    text.push_back(static_cast<char>(0x80 | (code & 0x3F)));
  }
}

// RFC 8259, strictly.
class JsonParser {
 public:
  JsonParser(absl::string_view text, std::vector<TextProblem>& problems)
      : text_(text), problems_(problems) {}

  // Every function returns false once the form of the text is broken.
  bool ParseDocument(TextNode& node) {
    SkipSpace();
    if (!ParseValue(node, 0)) return false;
    SkipSpace();
    if (!AtEnd()) return Fail("text follows the end of the JSON value");
    return true;
  }

  bool AtEnd() const { return offset_ >= text_.size(); }

  void SkipSpace() {
    while (!AtEnd() && absl::StrContains(" \t\r\n", Peek())) Advance();
  }

 private:
  char Peek() const { return AtEnd() ? '\0' : text_[offset_]; }

  void Advance() {
    const char c = text_[offset_++];
    const bool continuation = (static_cast<unsigned char>(c) & 0xC0) == 0x80;
    if (c == '\n') {
      ++position_.line;
      position_.column = 1;
    } else if (!continuation) {
      ++position_.column;
    }
  }

  bool Fail(absl::string_view description) {
    problems_.push_back(
        {position_, "",
         AtEnd() ? "the text ends in the middle of a JSON value; is it "
                   "truncated?"
                 : std::string(description)});
    return false;
  }

  bool ParseValue(TextNode& node, int depth) {
    if (depth > kTextDepthMax) {
      return Fail(absl::StrCat("the text is nested too deeply; want at most ",
                               kTextDepthMax, " levels"));
    }
    node.position = position_;
    switch (Peek()) {
      case '{':
        return ParseObject(node, depth);
      case '[':
        return ParseArray(node, depth);
      case '"':
        node.kind = TextNode::Kind::kScalar;
        node.quoted = true;
        return ParseString(node.scalar);
      default:
        return ParseWord(node);
    }
  }

  bool ParseObject(TextNode& node, int depth) {
    node.kind = TextNode::Kind::kMap;
    Advance();
    SkipSpace();
    if (Peek() == '}') return Advance(), true;
    while (true) {
      TextNode::Entry entry;
      entry.position = position_;
      if (Peek() != '"') return Fail("want a key in double quotes");
      if (!ParseString(entry.key)) return false;
      SkipSpace();
      if (Peek() != ':') return Fail("want \":\" after a key");
      Advance();
      SkipSpace();
      if (!ParseValue(entry.value, depth + 1)) return false;
      AddEntry(std::move(entry), node, problems_);
      SkipSpace();
      if (Peek() == '}') return Advance(), true;
      if (Peek() != ',') return Fail("want \",\" or \"}\"");
      Advance();
      SkipSpace();
    }
  }

  bool ParseArray(TextNode& node, int depth) {
    node.kind = TextNode::Kind::kList;
    Advance();
    SkipSpace();
    if (Peek() == ']') return Advance(), true;
    while (true) {
      if (!ParseValue(node.items.emplace_back(), depth + 1)) return false;
      SkipSpace();
      if (Peek() == ']') return Advance(), true;
      if (Peek() != ',') return Fail("want \",\" or \"]\"");
      Advance();
      SkipSpace();
    }
  }

  bool ParseString(std::string& out) {
    Advance();
    while (true) {
      if (AtEnd()) return Fail("");
      const char c = Peek();
      if (c == '"') return Advance(), true;
      if (static_cast<unsigned char>(c) < 0x20) {
        return Fail("a string holds a line break or tab; want \\n or \\t");
      }
      if (c == '\\') {
        if (!ParseEscape(out)) return false;
      } else {
        out.push_back(c);
        Advance();
      }
    }
  }

  bool ParseEscape(std::string& out) {
    Advance();
    const char c = Peek();
    constexpr absl::string_view kNames = "\"\\/bfnrt";
    constexpr absl::string_view kValues = "\"\\/\b\f\n\r\t";
    const size_t known = kNames.find(c);
    if (!AtEnd() && known != absl::string_view::npos) {
      out.push_back(kValues[known]);
      Advance();
      return true;
    }
    uint32_t code = 0;
    if (c != 'u' || !ParseHex(code)) return Fail("no such escape in JSON");
    const bool high = code >= 0xD800 && code < 0xDC00;
    if (high && absl::StartsWith(text_.substr(offset_), "\\u")) {
      uint32_t low = 0;
      Advance();
      if (!ParseHex(low) || low < 0xDC00 || low > 0xDFFF) {
        return Fail("half of a surrogate pair; want both");
      }
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    } else if (code >= 0xD800 && code <= 0xDFFF) {
      return Fail("half of a surrogate pair; want both");
    }
    if (code == 0) return Fail("a string holds \\u0000; want text");
    AppendUtf8(code, out);
    return true;
  }

  // Reads "uXXXX".
  bool ParseHex(uint32_t& code) {
    const absl::string_view digits = text_.substr(offset_ + 1, 4);
    if (digits.size() != 4) return false;
    for (const char c : digits) {
      if (!absl::ascii_isxdigit(c)) return false;
      const int digit =
          absl::ascii_isdigit(c) ? c - '0' : absl::ascii_tolower(c) - 'a' + 10;
      code = code * 16 + static_cast<uint32_t>(digit);
    }
    for (int i = 0; i < 5; ++i) Advance();
    return true;
  }

  // A number, true, false or null.
  bool ParseWord(TextNode& node) {
    const size_t start = offset_;
    while (absl::ascii_isalnum(Peek()) || absl::StrContains("+-.", Peek())) {
      if (AtEnd()) break;
      Advance();
    }
    const absl::string_view word = text_.substr(start, offset_ - start);
    if (word == "null") return true;
    node.kind = TextNode::Kind::kScalar;
    node.scalar = std::string(word);
    if (word == "true" || word == "false" || IsNumber(word)) return true;
    position_ = node.position;
    if (word.empty()) return Fail("want a JSON value");
    offset_ = start;
    return Fail(absl::StrCat(Quote(word), " is no JSON value"));
  }

  static bool IsNumber(absl::string_view word) {
    const auto digits = [&word] {
      size_t count = 0;
      while (!word.empty() && absl::ascii_isdigit(word.front())) {
        word.remove_prefix(1);
        ++count;
      }
      return count;
    };
    absl::ConsumePrefix(&word, "-");
    const bool leading_zero = absl::StartsWith(word, "0");
    const size_t whole = digits();
    if (whole == 0 || (leading_zero && whole > 1)) return false;
    if (absl::ConsumePrefix(&word, ".") && digits() == 0) return false;
    if (absl::ConsumePrefix(&word, "e") || absl::ConsumePrefix(&word, "E")) {
      if (!absl::ConsumePrefix(&word, "+")) absl::ConsumePrefix(&word, "-");
      if (digits() == 0) return false;
    }
    return word.empty();
  }

  absl::string_view text_;
  size_t offset_ = 0;
  TextPosition position_{1, 1};
  std::vector<TextProblem>& problems_;
};

}  // namespace

void ParseJsonText(absl::string_view text, std::vector<TextNode>& documents,
                   std::vector<TextProblem>& problems) {
  JsonParser parser(text, problems);
  parser.SkipSpace();
  if (parser.AtEnd()) return;
  TextNode document;
  if (parser.ParseDocument(document)) {
    documents.push_back(std::move(document));
  }
}

}  // namespace consilium

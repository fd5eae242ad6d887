#include "client/import/tex_text.h"

#include <utf8proc.h>

#include <cstdlib>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace consilium {
namespace {

// The mark that an accent puts over or under its letter; "" of others.
absl::string_view MarkOf(absl::string_view command) {
  static const auto& marks =
      *new std::map<absl::string_view, absl::string_view>{
          {"`", "\u0300"},  {"'", "\u0301"}, {"^", "\u0302"}, {"~", "\u0303"},
          {"\"", "\u0308"}, {"=", "\u0304"}, {".", "\u0307"}, {"c", "\u0327"},
          {"v", "\u030c"},  {"u", "\u0306"}, {"k", "\u0328"}, {"r", "\u030a"},
          {"H", "\u030b"},  {"b", "\u0331"}, {"d", "\u0323"}};
  const auto found = marks.find(command);
  return found == marks.end() ? "" : found->second;
}

// The characters of commands that stand for some.
const std::map<absl::string_view, absl::string_view>& Characters() {
  static const auto& characters =
      *new std::map<absl::string_view, absl::string_view>{
          {"ss", "ß"},
          {"ae", "æ"},
          {"AE", "Æ"},
          {"oe", "œ"},
          {"OE", "Œ"},
          {"o", "ø"},
          {"O", "Ø"},
          {"aa", "å"},
          {"AA", "Å"},
          {"l", "ł"},
          {"L", "Ł"},
          {"i", "ı"},
          {"j", "ȷ"},
          {"dh", "ð"},
          {"DH", "Ð"},
          {"dj", "đ"},
          {"DJ", "Đ"},
          {"th", "þ"},
          {"TH", "Þ"},
          {"ng", "ŋ"},
          {"NG", "Ŋ"},
          {"textbackslash", "\\"},
          {"textasciitilde", "~"},
          {"textasciicircum", "^"},
          {"textbraceleft", "{"},
          {"textbraceright", "}"},
          {"textbar", "|"},
          {"textless", "<"},
          {"textgreater", ">"},
          {"textunderscore", "_"},
          {"textdollar", "$"},
          {"textendash", "–"},
          {"textemdash", "—"},
          {"textquoteleft", "‘"},
          {"textquoteright", "’"},
          {"textquotedblleft", "“"},
          {"textquotedblright", "”"},
          {"textquotesingle", "'"},
          {"textdegree", "°"},
          {"textregistered", "®"},
          {"texttrademark", "™"},
          {"textcopyright", "©"},
          {"textmu", "µ"},
          {"textpm", "±"},
          {"textellipsis", "…"},
          {"ldots", "…"},
          {"dots", "…"},
          {"copyright", "©"},
          {"S", "§"},
          {"pm", "±"},
          {"times", "×"},
          {"cdot", "·"},
          {"geq", "≥"},
          {"ge", "≥"},
          {"leq", "≤"},
          {"le", "≤"},
          {"neq", "≠"},
          {"approx", "≈"},
          {"sim", "~"},
          {"infty", "∞"},
          {"rightarrow", "→"},
          {"to", "→"},
          {"alpha", "α"},
          {"beta", "β"},
          {"gamma", "γ"},
          {"delta", "δ"},
          {"Delta", "Δ"},
          {"epsilon", "ε"},
          {"eta", "η"},
          {"kappa", "κ"},
          {"lambda", "λ"},
          {"mu", "μ"},
          {"pi", "π"},
          {"rho", "ρ"},
          {"sigma", "σ"},
          {"tau", "τ"},
          {"chi", "χ"},
          {"omega", "ω"}};
  return characters;
}

// Commands that say how their text looks and not what it is.
bool IsLook(absl::string_view command) {
  static const auto& looks = *new std::set<absl::string_view>{
      "textit", "textbf",     "textsc", "textrm",  "textsf",     "texttt",
      "textsl", "textup",     "emph",   "mathrm",  "mathit",     "mathbf",
      "text",   "ensuremath", "mbox",   "it",      "bf",         "em",
      "sc",     "rm",         "sf",     "tt",      "sl",         "itshape",
      "url",    "bfseries",   "relax",  "protect", "textnormal", "upshape"};
  return looks.count(command) > 0;
}

// `text` raised or lowered: "10⁶" is another number than "106". Signs that have
// no such form stay, behind a sign that says so where they are raised.
std::string Shifted(absl::string_view text, bool raised) {
  constexpr absl::string_view kRaised[] = {"⁰", "¹", "²", "³", "⁴",
                                           "⁵", "⁶", "⁷", "⁸", "⁹"};
  constexpr absl::string_view kLowered[] = {"₀", "₁", "₂", "₃", "₄",
                                            "₅", "₆", "₇", "₈", "₉"};
  std::string shifted;
  for (const char c : text) {
    if (absl::ascii_isdigit(static_cast<unsigned char>(c))) {
      absl::StrAppend(&shifted, (raised ? kRaised : kLowered)[c - '0']);
    } else if (c == '-') {
      absl::StrAppend(&shifted, raised ? "⁻" : "₋");
    } else if (c == '+') {
      absl::StrAppend(&shifted, raised ? "⁺" : "₊");
    } else {
      return raised ? absl::StrCat("^", text) : std::string(text);
    }
  }
  return shifted;
}

// One precomposed character where there is one.
std::string Compose(const std::string& text) {
  utf8proc_uint8_t* composed =
      utf8proc_NFC(reinterpret_cast<const utf8proc_uint8_t*>(text.c_str()));
  if (composed == nullptr) return text;
  std::string result(reinterpret_cast<const char*>(composed));
  std::free(composed);
  return result;
}

// The bytes of the first character of `text`, which is not empty.
size_t SizeOfFirst(absl::string_view text) {
  size_t size = 1;
  while (size < text.size() &&
         (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80) {
    ++size;
  }
  return size;
}

class TexReader {
 public:
  explicit TexReader(absl::string_view tex) : tex_(tex) {}

  std::string Read() {
    while (at_ < tex_.size()) ReadPiece();
    return std::move(text_);
  }

 private:
  bool Take(absl::string_view piece) {
    if (tex_.substr(at_, piece.size()) != piece) return false;
    at_ += piece.size();
    return true;
  }

  void SkipSpace() {
    while (at_ < tex_.size() &&
           absl::ascii_isspace(static_cast<unsigned char>(tex_[at_]))) {
      ++at_;
    }
  }

  void ReadPiece() {
    if (Take("\\")) return ReadCommand();
    if (Take("{") || Take("}")) return;
    if (Take("$")) {
      in_formula_ = !in_formula_;
    } else if (in_formula_ && Take("^")) {
      text_ += Shifted(TakeArgument(), /*raised=*/true);
    } else if (in_formula_ && Take("_")) {
      text_ += Shifted(TakeArgument(), /*raised=*/false);
    } else if (Take("---")) {
      text_ += "—";
    } else if (Take("--")) {
      text_ += "–";
    } else if (Take("``")) {
      text_ += "“";
    } else if (Take("''")) {
      text_ += "”";
    } else if (Take("~")) {
      text_ += " ";
    } else {
      text_ += tex_[at_++];
    }
  }

  // Behind its backslash.
  void ReadCommand() {
    const std::string command = TakeName();
    if (command.empty()) return;
    if (!MarkOf(command).empty()) return ReadAccent(command);
    if (!absl::ascii_isalpha(static_cast<unsigned char>(command[0]))) {
      // Of spaces and breaks; others are characters that TeX has a use for.
      if (command == "\\" || command == "," || command == ";" ||
          command == ":" || command == " " || command == "\n") {
        text_ += " ";
      } else if (command != "-" && command != "/" && command != "!" &&
                 command != "@") {
        text_ += command;
      }
      return;
    }
    const auto character = Characters().find(command);
    if (character != Characters().end()) {
      SkipSpace();
      absl::StrAppend(&text_, character->second);
    } else if (command == "textsuperscript" || command == "textsubscript") {
      SkipSpace();
      text_ += Shifted(TakeArgument(), command == "textsuperscript");
    } else if (IsLook(command)) {
      SkipSpace();
    } else {
      absl::StrAppend(&text_, "\\", command);
    }
  }

  // Letters, or one other character.
  std::string TakeName() {
    const size_t start = at_;
    while (at_ < tex_.size() &&
           absl::ascii_isalpha(static_cast<unsigned char>(tex_[at_]))) {
      ++at_;
    }
    if (at_ == start && at_ < tex_.size()) ++at_;
    return std::string(tex_.substr(start, at_ - start));
  }

  void ReadAccent(absl::string_view command) {
    SkipSpace();
    std::string letters = TakeArgument();
    if (letters.empty()) {
      // Over nothing it is the sign itself: "\~{}".
      if (!absl::ascii_isalpha(static_cast<unsigned char>(command[0]))) {
        absl::StrAppend(&text_, command);
      }
      return;
    }
    // Over an accent the dot goes.
    size_t size = SizeOfFirst(letters);
    const std::string first = letters.substr(0, size);
    const std::string base = first == "ı" ? "i" : first == "ȷ" ? "j" : first;
    absl::StrAppend(&text_, base, MarkOf(command), letters.substr(size));
  }

  // A group, a command or a character.
  std::string TakeArgument() {
    if (at_ >= tex_.size()) return "";
    if (tex_[at_] == '{') {
      const size_t start = at_ + 1;
      const size_t end = EndOfGroup(tex_, start);
      if (end == absl::string_view::npos) return "";
      at_ = end + 1;
      return TexReader(tex_.substr(start, end - start)).Read();
    }
    if (tex_[at_] == '}') return "";
    const size_t start = at_;
    if (tex_[at_] == '\\') {
      ++at_;
      TakeName();
      const size_t end = at_;
      SkipSpace();
      return TexReader(tex_.substr(start, end - start)).Read();
    }
    at_ += SizeOfFirst(tex_.substr(at_));
    return std::string(tex_.substr(start, at_ - start));
  }

  const absl::string_view tex_;
  size_t at_ = 0;
  bool in_formula_ = false;
  std::string text_;
};

}  // namespace

std::string PlainTex(absl::string_view tex) {
  return Compose(TexReader(tex).Read());
}

size_t EndOfGroup(absl::string_view tex, size_t start) {
  int depth = 1;
  for (size_t at = start; at < tex.size(); ++at) {
    if (tex[at] == '\\') {
      ++at;
    } else if (tex[at] == '{') {
      ++depth;
    } else if (tex[at] == '}' && --depth == 0) {
      return at;
    }
  }
  return absl::string_view::npos;
}

}  // namespace consilium

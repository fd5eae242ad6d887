#include "client/import/ctgov_direction.h"

#include <re2/re2.h>

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "client/import/ctgov_values.h"
#include "client/import/text_pattern.h"

namespace consilium {
namespace {

// Words next to a "versus" that still belong to the name.
constexpr size_t kNameWordsMax = 5;

std::vector<std::string> WordsOf(const std::string& text) {
  return absl::StrSplit(KebabOf(text, 8000), '-', absl::SkipEmpty());
}

// Words that names and sentences share without being about one another.
bool IsCommon(const std::string& word) {
  static const auto& common = *new std::set<std::string>{
      "and", "the",   "of", "with",  "to",   "in",   "or",
      "for", "plus",  "by", "group", "arm",  "mg",   "once",
      "as",  "daily", "on", "dose",  "from", "than", "is"};
  return common.count(word) > 0;
}

// Words around names that say no more than that two groups are compared.
bool IsFiller(const std::string& word) {
  static const auto& fillers = *new std::set<std::string>{
      "ratio",     "ratios",    "hazard",    "hazards",    "hr",   "odds",
      "risk",      "rr",        "rate",      "difference", "mean", "means",
      "median",    "least",     "squares",   "square",     "ls",   "value",
      "estimate",  "estimated", "effect",    "comparison", "a",    "calculated",
      "treatment", "adjusted",  "geometric", "groups",     "arms", "presented"};
  return IsCommon(word) || fillers.count(word) > 0;
}

// The clauses of a remark. Points of numbers and of "vs." end none.
std::vector<std::string> ClausesOf(std::string text) {
  RE2::GlobalReplace(&text, Pattern("([0-9])\\.([0-9])"), "\\1 \\2");
  RE2::GlobalReplace(&text, Pattern("(?i)\\bvs\\."), "vs");
  // An article is no "Drug A".
  RE2::GlobalReplace(&text, Pattern("(?m)(^|[.;:(\\[=]) *A |\\ba "), "\\1 ");
  return absl::StrSplit(text, absl::ByAnyChar(".;:()[]=\n"),
                        absl::SkipWhitespace());
}

// Whether `text` begins with the code that a drug has before its name: AZD9291.
bool IsCodeName(const std::string& text) {
  static const RE2& form = *new RE2(" *[A-Z]{2,6}-?[0-9]{3,}[A-Za-z]?\\b");
  re2::StringPiece rest = text;
  return RE2::Consume(&rest, form);
}

bool IsDenied(const std::string& text) {
  return Says(text,
              "\\b(not|no|never|neither|nor|without|cannot)\\b|n['’]t\\b");
}

class NumeratorReader {
 public:
  NumeratorReader(const GroupNames& first, const GroupNames& second) {
    const std::set<std::string> first_title = TellingWordsOf(first.title);
    const std::set<std::string> second_title = TellingWordsOf(second.title);
    const std::set<std::string> first_others = TellingWordsOf(first.others);
    const std::set<std::string> second_others = TellingWordsOf(second.others);
    for (const auto* words :
         {&first_title, &second_title, &first_others, &second_others}) {
      names_.insert(words->begin(), words->end());
    }
    for (const std::string& word : names_) {
      const bool in_first = first_title.count(word) > 0;
      const bool in_second = second_title.count(word) > 0;
      if (in_first && in_second) continue;
      const bool of_first = in_first || first_others.count(word) > 0;
      const bool of_second = in_second || second_others.count(word) > 0;
      if (in_first || (of_first && !of_second)) first_.insert(word);
      if (in_second || (of_second && !of_first)) second_.insert(word);
    }
  }

  // "A versus B", "A minus B", "versus B" alone.
  void ReadWords(const std::string& clause) {
    static const RE2& form = *new RE2(
        "(?i)^(.*?)\\b(vs|versus|compared (?:to|with)|relative to|divided by|"
        "minus|subtracted from)\\b *(?:the )?(.*)$");
    std::string before, how, after;
    if (!RE2::FullMatch(clause, form, &before, &how, &after)) return;
    const std::vector<std::string> all = WordsOf(before);
    std::vector<std::string> left = all;
    if (left.size() > kNameWordsMax) {
      left.erase(left.begin(), left.end() - kNameWordsMax);
    }
    if (std::find(left.begin(), left.end(), "not") != left.end()) return;
    std::vector<std::string> right = WordsOf(after);
    right.resize(std::min(right.size(), kNameWordsMax));
    if (how[0] == 's' || how[0] == 'S') left.swap(right);
    const Named numerator = WhoIs(left);
    const Named other = WhoIs(right);
    if (IsOne(other) && numerator == Opposite(other)) return Add(numerator);
    if (IsOne(numerator) && how[0] != 's' && how[0] != 'S' &&
        IsUnknownCode(after)) {
      return Add(numerator);
    }
    // What it is compared with alone.
    if (IsOne(other) && WhoIs(all) == Named::kNobody) Add(Opposite(other));
  }

  // "Ratio of A to B".
  void ReadRatioOf(const std::string& clause) {
    static const RE2& form = *new RE2(
        "(?i)\\b(?:ratio|quotient) of (?:the )?(.{1,80}?) to (?:the )?(.*)$");
    std::string before, after;
    if (!RE2::PartialMatch(clause, form, &before, &after)) return;
    const Named numerator = WhoIs(WordsOf(before));
    if (IsOne(numerator) && IsUnknownCode(after)) return Add(numerator);
    AddPair(WordsOf(before), WordsOf(after));
  }

  // "A/B", "A - B", "A over B": names may have such signs, so that nothing else
  // may stand there.
  void ReadSigns(const std::string& clause) {
    static const RE2& form =
        *new RE2("(?i)^(.*?)( */ *| +[-–−] +| +over +)(?:the )?(.*)$");
    std::string before, sign, after;
    if (!RE2::FullMatch(clause, form, &before, &sign, &after) ||
        RE2::FullMatch(after, form)) {
      return;
    }
    const std::vector<std::string> left = WordsOf(before);
    const std::vector<std::string> right = WordsOf(after);
    if (AreAllKnown(left) && AreAllKnown(right)) AddPair(left, right);
  }

  // "(A : B)".
  void ReadColon(const std::string& text) {
    std::string before, after;
    if (!RE2::PartialMatch(text,
                           Pattern("\\(([^():]{1,60}) ?: ?([^():]{1,60})\\)"),
                           &before, &after)) {
      return;
    }
    const std::vector<std::string> left = WordsOf(before);
    const std::vector<std::string> right = WordsOf(after);
    if (AreAllKnown(left) && AreAllKnown(right)) AddPair(left, right);
  }

  // "Reference group: B", "B was the denominator", "numerator: A".
  void ReadRoles(const std::string& text) {
    static const RE2& named_after = *new RE2(
        "(?i)\\b(reference|comparator|denominator|numerator)"
        "( (?:group|arm|category|treatment|level|for [a-z ]{1,30}))?"
        "(?: *[:=] *| (?:is|was|being) )(?:the )?([^.;,()\n]{1,60})");
    static const RE2& named_before = *new RE2(
        "(?i)([^.;,:()\n]{1,60}?)(?: (?:group|arm))? (?:is|was|as|being|used "
        "as|"
        "served as|(?:is|was) (?:used|taken|considered|chosen) as)"
        "(?: the| a)? (reference|denominator|numerator)\\b");
    re2::StringPiece rest = text;
    std::string role, of, who;
    while (RE2::FindAndConsume(&rest, named_after, &role, &of, &who)) {
      names_none_ |= Says(of, "group|arm|treatment") || IsCodeName(who);
      AddRole(role, WordsOf(who), /*from_end=*/false);
    }
    rest = text;
    while (RE2::FindAndConsume(&rest, named_before, &who, &role)) {
      names_none_ |= IsCodeName(who);
      AddRole(role, WordsOf(who), /*from_end=*/true);
    }
  }

  void ReadFavours(const std::string& text, bool is_hazard_ratio) {
    static const RE2& form = *new RE2(
        "(?i)(hazard ratio|\\bHR|\\bratio|\\bOR|\\bRR|values?|difference)\\b"
        "([^.;<>]{0,30}?)(<|>|less than|"
        "below|lower than|greater than|above|more than|larger than|"
        "higher than) *([01])(?:\\.0+)?\\b([^.;]{0,40}?(?:favou?rs?|favou?ring|"
        "in favou?r of|(?:advantage|benefit|lower risk|reduced risk)[a-z ]"
        "{0,30} (?:of|for|with|in))) +(?:the )?([^.;,<>]{1,60})");
    re2::StringPiece rest = text;
    std::string effect, before, sign, none, between, who;
    while (RE2::FindAndConsume(&rest, form, &effect, &before, &sign, &none,
                               &between, &who)) {
      names_none_ = true;
      if (!is_hazard_ratio || none != "1" ||
          !Says(effect, "hazard|^HR$|^ratio$") ||
          IsDenied(absl::StrCat(before, " ", between, " ", who))) {
        continue;
      }
      std::vector<std::string> words = WordsOf(who);
      words.resize(std::min(words.size(), kNameWordsMax));
      const Named favoured = WhoIs(words);
      if (!IsOne(favoured)) continue;
      const bool below = Says(sign, "^(<|less|below|lower)");
      Add(below ? favoured : Opposite(favoured));
    }
  }

  void NoteNames(const std::string& clause) {
    const Named named = WhoIs(WordsOf(clause));
    names_both_ |= named == Named::kBoth;
    names_one_ |= IsOne(named) &&
                  Says(clause,
                       "\\b(reference|denominator|numerator|favou?r|benefit|"
                       "relative to|compared|versus|vs|superior|inferior|"
                       "lower|higher|improve|indicat|advantage)|[<>]");
  }

  Numerator said() const {
    if (said_ != Numerator::kNotSaid) return said_;
    return names_both_   ? Numerator::kUnread
           : names_one_  ? Numerator::kUnreadOfOne
           : names_none_ ? Numerator::kUnreadOfNone
                         : said_;
  }

 private:
  enum class Named { kNobody, kFirst, kSecond, kBoth };

  static bool IsOne(Named named) {
    return named == Named::kFirst || named == Named::kSecond;
  }
  static Named Opposite(Named named) {
    return named == Named::kFirst ? Named::kSecond : Named::kFirst;
  }

  Named WhoIs(const std::vector<std::string>& words) const {
    bool first = false;
    bool second = false;
    for (const std::string& word : words) {
      first |= first_.count(word) > 0;
      second |= second_.count(word) > 0;
    }
    if (first && second) return Named::kBoth;
    return first ? Named::kFirst : second ? Named::kSecond : Named::kNobody;
  }

  // Whether `text` begins with a code name and names neither group.
  bool IsUnknownCode(const std::string& text) const {
    if (!IsCodeName(text)) return false;
    const std::vector<std::string> words = WordsOf(text);
    return std::none_of(
        words.begin(), words.end(),
        [this](const std::string& word) { return names_.count(word) > 0; });
  }

  bool AreAllKnown(const std::vector<std::string>& words) const {
    return std::all_of(words.begin(), words.end(),
                       [this](const std::string& word) {
                         return names_.count(word) > 0 || IsFiller(word);
                       });
  }

  static std::set<std::string> TellingWordsOf(const std::string& names) {
    std::set<std::string> words;
    for (std::string& word : WordsOf(names)) {
      if (!IsCommon(word)) words.insert(std::move(word));
    }
    return words;
  }

  void AddRole(const std::string& role, std::vector<std::string> words,
               bool from_end) {
    if (words.size() > kNameWordsMax) {
      if (from_end) {
        words.erase(words.begin(), words.end() - kNameWordsMax);
      } else {
        words.resize(kNameWordsMax);
      }
    }
    const Named named = WhoIs(words);
    if (!IsOne(named) || IsDenied(absl::StrJoin(words, " "))) return;
    Add(Says(role, "numerator") ? named : Opposite(named));
  }

  // Both names must be clear, and of two groups.
  void AddPair(const std::vector<std::string>& numerator,
               const std::vector<std::string>& other) {
    const Named named = WhoIs(numerator);
    if (IsOne(named) && WhoIs(other) == Opposite(named)) Add(named);
  }

  void Add(Named named) {
    const Numerator numerator =
        named == Named::kFirst ? Numerator::kFirst : Numerator::kSecond;
    if (said_ == Numerator::kNotSaid) {
      said_ = numerator;
    } else if (said_ != numerator) {
      said_ = Numerator::kContradicted;
    }
  }

  std::set<std::string> first_, second_;  // Words of one name alone.
  std::set<std::string> names_;           // Of either.
  bool names_both_ = false;               // In one clause.
  bool names_one_ = false;                // In one that says how.
  bool names_none_ = false;               // A remark says how of another name.
  Numerator said_ = Numerator::kNotSaid;
};

}  // namespace

Numerator ReadNumerator(const std::vector<std::string>& texts,
                        const GroupNames& first, const GroupNames& second,
                        bool is_hazard_ratio) {
  NumeratorReader reader(first, second);
  for (std::string text : texts) {
    RE2::GlobalReplace(&text, Pattern("\\\\([<>])"), "\\1");
    for (const std::string& clause : ClausesOf(text)) {
      reader.ReadWords(clause);
      reader.ReadRatioOf(clause);
      reader.ReadSigns(clause);
      reader.NoteNames(clause);
    }
    reader.ReadRoles(text);
    reader.ReadColon(text);
    reader.ReadFavours(text, is_hazard_ratio);
  }
  return reader.said();
}

}  // namespace consilium

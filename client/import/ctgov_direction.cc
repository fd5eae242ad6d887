#include "client/import/ctgov_direction.h"

#include <re2/re2.h>

#include <algorithm>
#include <set>

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

class NumeratorReader {
 public:
  NumeratorReader(const std::string& first_names,
                  const std::string& second_names) {
    const std::vector<std::string> first = WordsOf(first_names);
    const std::vector<std::string> second = WordsOf(second_names);
    for (const std::string& word : first) {
      if (!IsCommon(word)) first_.insert(word);
    }
    for (const std::string& word : second) {
      if (!IsCommon(word)) second_.insert(word);
    }
    names_.insert(first_.begin(), first_.end());
    names_.insert(second_.begin(), second_.end());
    for (const std::string& word : first) {
      if (second_.erase(word) > 0) first_.erase(word);
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
    std::vector<std::string> right = WordsOf(after);
    right.resize(std::min(right.size(), kNameWordsMax));
    if (how[0] == 's' || how[0] == 'S') left.swap(right);
    const Named numerator = WhoIs(left);
    const Named other = WhoIs(right);
    if (IsOne(other) && numerator == Opposite(other)) return Add(numerator);
    // What it is compared with alone.
    if (IsOne(other) && WhoIs(all) == Named::kNobody) Add(Opposite(other));
  }

  // "Ratio of A to B".
  void ReadRatioOf(const std::string& clause) {
    static const RE2& form = *new RE2(
        "(?i)\\b(?:ratio|quotient) of (?:the )?(.{1,80}?) to (?:the )?(.*)$");
    std::string before, after;
    if (RE2::PartialMatch(clause, form, &before, &after)) {
      AddPair(WordsOf(before), WordsOf(after));
    }
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
    const auto is_known = [this](const std::string& word) {
      return names_.count(word) > 0 || IsFiller(word);
    };
    if (std::all_of(left.begin(), left.end(), is_known) &&
        std::all_of(right.begin(), right.end(), is_known)) {
      AddPair(left, right);
    }
  }

  void ReadFavours(const std::string& text) {
    static const RE2& form = *new RE2(
        "(?i)(?:hazard ratio|\\bHR|\\bratio)\\b[^.;<>]{0,30}?(<|>|less than|"
        "below|lower than|greater than|above|more than|larger than|"
        "higher than) *1(?:\\.0+)?\\b[^.;]{0,40}?(?:favou?rs?|favou?ring|"
        "in favou?r of|(?:advantage|benefit|lower risk|reduced risk)[a-z ]"
        "{0,30} (?:of|for|with|in)) +(?:the )?([^.;,<>]{1,60})");
    std::string sign, who;
    if (!RE2::PartialMatch(text, form, &sign, &who)) return;
    std::vector<std::string> words = WordsOf(who);
    words.resize(std::min(words.size(), kNameWordsMax));
    const Named favoured = WhoIs(words);
    if (!IsOne(favoured)) return;
    const bool below = Says(sign, "^(<|less|below|lower)");
    Add(below ? favoured : Opposite(favoured));
  }

  void NoteNames(const std::string& clause) {
    names_both_ |= WhoIs(WordsOf(clause)) == Named::kBoth;
  }

  Numerator said() const {
    return said_ == Numerator::kNotSaid && names_both_ ? Numerator::kUnread
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
  Numerator said_ = Numerator::kNotSaid;
};

}  // namespace

Numerator ReadNumerator(const std::vector<std::string>& texts,
                        const std::string& first_names,
                        const std::string& second_names, bool is_hazard_ratio) {
  NumeratorReader reader(first_names, second_names);
  for (std::string text : texts) {
    RE2::GlobalReplace(&text, Pattern("\\\\([<>])"), "\\1");
    for (const std::string& clause : ClausesOf(text)) {
      reader.ReadWords(clause);
      reader.ReadRatioOf(clause);
      reader.ReadSigns(clause);
      reader.NoteNames(clause);
    }
    if (is_hazard_ratio) reader.ReadFavours(text);
  }
  return reader.said();
}

}  // namespace consilium

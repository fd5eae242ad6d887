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
    for (const std::string& word : first) {
      if (second_.erase(word) > 0) first_.erase(word);
    }
  }

  void ReadVersus(const std::string& text) {
    static const RE2& form = *new RE2(
        "(?i)([^.;:()\\n]{1,80}?)[ (]+(?:vs\\.?|versus|compared (?:to|with)|"
        "relative to) +(?:the )?([^.;:()\\n]{1,80})");
    std::string before, after;
    if (!RE2::PartialMatch(text, form, &before, &after)) return;
    std::vector<std::string> left = WordsOf(before);
    if (left.size() > kNameWordsMax) {
      left.erase(left.begin(), left.end() - kNameWordsMax);
    }
    std::vector<std::string> right = WordsOf(after);
    right.resize(std::min(right.size(), kNameWordsMax));
    const Numerator numerator = WhoIs(left);
    const Numerator other = WhoIs(right);
    // Both names must be clear, and of two groups.
    if (numerator != Numerator::kNotSaid && other != Numerator::kNotSaid &&
        numerator != other) {
      Add(numerator);
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
    const Numerator favoured = WhoIs(words);
    if (favoured == Numerator::kNotSaid) return;
    const bool below = Says(sign, "^(<|less|below|lower)");
    Add(below == (favoured == Numerator::kFirst) ? Numerator::kFirst
                                                 : Numerator::kSecond);
  }

  Numerator said() const { return said_; }

 private:
  Numerator WhoIs(const std::vector<std::string>& words) const {
    bool first = false;
    bool second = false;
    for (const std::string& word : words) {
      first |= first_.count(word) > 0;
      second |= second_.count(word) > 0;
    }
    if (first == second) return Numerator::kNotSaid;
    return first ? Numerator::kFirst : Numerator::kSecond;
  }

  void Add(Numerator numerator) {
    if (said_ == Numerator::kNotSaid) {
      said_ = numerator;
    } else if (said_ != numerator) {
      said_ = Numerator::kContradicted;
    }
  }

  std::set<std::string> first_, second_;  // Words of one name alone.
  Numerator said_ = Numerator::kNotSaid;
};

}  // namespace

Numerator ReadNumerator(const std::vector<std::string>& texts,
                        const std::string& first_names,
                        const std::string& second_names, bool is_hazard_ratio) {
  NumeratorReader reader(first_names, second_names);
  for (std::string text : texts) {
    RE2::GlobalReplace(&text, Pattern("\\\\([<>])"), "\\1");
    reader.ReadVersus(text);
    if (is_hazard_ratio) reader.ReadFavours(text);
  }
  return reader.said();
}

}  // namespace consilium

#include "proto/base/suggestion.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace consilium {
namespace {

// Words longer than this are no slips of anything.
constexpr size_t kWordSizeMax = 100;

constexpr size_t kSuggestionsMax = 3;
constexpr size_t kPartSizeMin = 3;

// Edit distance in which a swap of neighbours costs one, restricted to edits
// that do not overlap.
size_t Distance(absl::string_view a, absl::string_view b) {
  std::vector<size_t> before(b.size() + 1);
  std::vector<size_t> above(b.size() + 1);
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, replaced});
      const bool swapped =
          i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(above);
    above.swap(row);
  }
  return above[b.size()];
}

void KeepShortest(std::vector<std::string>& words) {
  std::stable_sort(words.begin(), words.end(),
                   [](const std::string& a, const std::string& b) {
                     return a.size() < b.size();
                   });
  if (words.size() > kSuggestionsMax) words.resize(kSuggestionsMax);
}

}  // namespace

std::string FoldWord(absl::string_view word) {
  std::string folded;
  for (const char c : word) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c))) {
      folded.push_back(absl::ascii_tolower(static_cast<unsigned char>(c)));
    }
  }
  return folded;
}

std::string Suggest(absl::string_view word,
                    const std::vector<std::string>& candidates) {
  if (word.empty() || word.size() > kWordSizeMax) return "";
  const std::string wanted = absl::AsciiStrToLower(word);
  // One slip is forgiven in a short word, a third of the letters in others.
  size_t best_distance = std::max<size_t>(1, wanted.size() / 3) + 1;
  std::string best;
  for (const std::string& candidate : candidates) {
    if (candidate.size() > kWordSizeMax) continue;
    const size_t distance = Distance(wanted, absl::AsciiStrToLower(candidate));
    // Replacing every letter is no resemblance.
    if (distance < best_distance && distance < candidate.size()) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

std::vector<std::string> Suggestions(
    absl::string_view word, const std::vector<std::string>& candidates) {
  const std::string slip = Suggest(word, candidates);
  if (!slip.empty()) return {slip};
  const std::string part = FoldWord(word);
  if (part.size() < kPartSizeMin || word.size() > kWordSizeMax) return {};
  std::vector<std::string> starting, holding;
  for (const std::string& candidate : candidates) {
    const std::string folded = FoldWord(candidate);
    if (absl::StartsWith(folded, part)) {
      starting.push_back(candidate);
    } else if (absl::StrContains(folded, part)) {
      holding.push_back(candidate);
    }
  }
  std::vector<std::string>& found = starting.empty() ? holding : starting;
  KeepShortest(found);
  return found;
}

std::string DidYouMean(absl::string_view word,
                       const std::vector<std::string>& candidates) {
  const std::vector<std::string> meant = Suggestions(word, candidates);
  if (meant.empty()) return "";
  return absl::StrCat("; did you mean \"", absl::StrJoin(meant, "\" or \""),
                      "\"?");
}

}  // namespace consilium

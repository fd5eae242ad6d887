#include "proto/base/suggestion.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace consilium {
namespace {

// Words longer than this are no slips of anything.
constexpr size_t kWordSizeMax = 100;

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

}  // namespace

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

std::string DidYouMean(absl::string_view word,
                       const std::vector<std::string>& candidates) {
  const std::string suggestion = Suggest(word, candidates);
  if (suggestion.empty()) return "";
  return absl::StrCat("; did you mean \"", suggestion, "\"?");
}

}  // namespace consilium

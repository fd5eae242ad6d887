// "Did you mean ...?"
#ifndef CONSILIUM_PROTO_BASE_SUGGESTION_H_
#define CONSILIUM_PROTO_BASE_SUGGESTION_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace consilium {

// The candidate that `word` is most likely a slip for: fewest insertions,
// deletions, replacements and swaps of neighbours, at most a third of the
// word. Empty when none is close.
std::string Suggest(absl::string_view word,
                    const std::vector<std::string>& candidates);

// What `word` may stand for, most likely first, at most three: the candidate
// that it is a slip for, else those that start with it, else those that hold
// it. Letters and digits alone count for the latter two, and at least three
// are needed: "exon19" starts "exon-19-deletion".
std::vector<std::string> Suggestions(
    absl::string_view word, const std::vector<std::string>& candidates);

// "; did you mean \"...\" or \"...\"?" or "".
std::string DidYouMean(absl::string_view word,
                       const std::vector<std::string>& candidates);

// The letters and digits of `word`, in lower case.
std::string FoldWord(absl::string_view word);

}  // namespace consilium

#endif  // CONSILIUM_PROTO_BASE_SUGGESTION_H_

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

// "; did you mean \"...\"?" or "".
std::string DidYouMean(absl::string_view word,
                       const std::vector<std::string>& candidates);

}  // namespace consilium

#endif  // CONSILIUM_PROTO_BASE_SUGGESTION_H_

#include "client/import/text_pattern.h"

#include <map>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"

namespace consilium {

const RE2& Pattern(absl::string_view expression) {
  thread_local std::map<std::string, std::unique_ptr<RE2>, std::less<>> known;
  const auto found = known.find(expression);
  if (found != known.end()) return *found->second;
  std::string text(expression);
  auto compiled = std::make_unique<RE2>(text);
  return *known.emplace(std::move(text), std::move(compiled)).first->second;
}

bool Says(absl::string_view text, absl::string_view expression) {
  return RE2::PartialMatch(Piece(text),
                           Pattern(absl::StrCat("(?i)", expression)));
}

}  // namespace consilium

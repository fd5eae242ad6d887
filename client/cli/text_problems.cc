#include "client/cli/text_problems.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "proto/base/limits.h"

namespace consilium {

void TextProblems::Add(absl::string_view file, const TextProblem& problem) {
  Add(TextError(file, {problem}));
}

void TextProblems::Add(absl::string_view file,
                       const std::vector<TextProblem>& problems) {
  for (const TextProblem& problem : problems) Add(file, problem);
}

void TextProblems::Add(const absl::Status& status) {
  const std::vector<FieldViolation> violations = GetFieldViolations(status);
  count_ += std::max<size_t>(violations.size(), 1);
  if (lines_.size() >= kProblemsMax) return;
  for (const absl::string_view line : absl::StrSplit(status.message(), '\n')) {
    lines_.emplace_back(line);
  }
  violations_.insert(violations_.end(), violations.begin(), violations.end());
}

absl::Status TextProblems::ToStatus(absl::string_view summary) const {
  std::string message =
      absl::StrCat(summary, "\n", absl::StrJoin(lines_, "\n"));
  if (count_ > lines_.size()) {
    absl::StrAppend(&message, "\nand ", count_ - lines_.size(),
                    " more problems");
  }
  return InvalidInput("INVALID_TEXT", message, violations_);
}

}  // namespace consilium

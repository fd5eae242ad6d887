#include "client/cli/text_problems.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "proto/base/limits.h"

namespace consilium {

void TextProblems::Add(absl::string_view file, const TextProblem& problem) {
  ++count_;
  if (entries_.size() >= kProblemsMax) return;
  AddEntry(file, problem.position, TextError(file, {problem}));
}

void TextProblems::Add(absl::string_view file,
                       const std::vector<TextProblem>& problems) {
  for (const TextProblem& problem : problems) Add(file, problem);
}

void TextProblems::Add(absl::string_view file, const absl::Status& status) {
  count_ += std::max<size_t>(GetFieldViolations(status).size(), 1);
  if (entries_.size() >= kProblemsMax) return;
  AddEntry(file, {}, status);
}

void TextProblems::AddEntry(absl::string_view file,
                            const TextPosition& position,
                            const absl::Status& status) {
  const auto known = std::find(files_.begin(), files_.end(), file);
  const auto index = static_cast<size_t>(known - files_.begin());
  if (known == files_.end()) files_.emplace_back(file);
  entries_.push_back({index, position, std::string(status.message()),
                      GetFieldViolations(status)});
}

absl::Status TextProblems::ToStatus(absl::string_view summary) const {
  std::vector<Entry> sorted = entries_;
  std::stable_sort(
      sorted.begin(), sorted.end(), [](const Entry& a, const Entry& b) {
        return std::tie(a.file, a.position.line, a.position.column) <
               std::tie(b.file, b.position.line, b.position.column);
      });
  std::string message(summary);
  std::vector<FieldViolation> violations;
  size_t shown = 0;
  for (Entry& entry : sorted) {
    absl::StrAppend(&message, "\n", entry.text);
    shown += std::max<size_t>(entry.violations.size(), 1);
    for (FieldViolation& violation : entry.violations) {
      violations.push_back(std::move(violation));
    }
  }
  if (count_ > shown) {
    absl::StrAppend(&message, "\nand ", count_ - shown, " more problems");
  }
  return InvalidInput("INVALID_TEXT", message, violations);
}

}  // namespace consilium

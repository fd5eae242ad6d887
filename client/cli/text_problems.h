// Everything that is wrong in the files of one command, said at once.
#ifndef CONSILIUM_CLIENT_CLI_TEXT_PROBLEMS_H_
#define CONSILIUM_CLIENT_CLI_TEXT_PROBLEMS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "proto/base/errors.h"
#include "proto/base/text_node.h"

namespace consilium {

class TextProblems {
 public:
  void Add(absl::string_view file, const TextProblem& problem);
  void Add(absl::string_view file, const std::vector<TextProblem>& problems);
  // An error about `file` as a whole, with the lines and violations it has.
  void Add(absl::string_view file, const absl::Status& status);

  bool empty() const { return count_ == 0; }
  size_t count() const { return count_; }

  // INVALID_ARGUMENT, INVALID_TEXT: `summary`, then one line a problem as
  // "file:line:column: path: description", kProblemsMax of them, by file and
  // place.
  absl::Status ToStatus(absl::string_view summary) const;

 private:
  struct Entry {
    size_t file = 0;  // In the order in which files had a first problem.
    TextPosition position;
    std::string text;
    std::vector<FieldViolation> violations;
  };

  void AddEntry(absl::string_view file, const TextPosition& position,
                const absl::Status& status);

  size_t count_ = 0;
  std::vector<std::string> files_;
  std::vector<Entry> entries_;
};

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_TEXT_PROBLEMS_H_

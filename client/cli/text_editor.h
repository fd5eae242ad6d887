// Lets a person change a text in the editor of their choice.
#ifndef CONSILIUM_CLIENT_CLI_TEXT_EDITOR_H_
#define CONSILIUM_CLIENT_CLI_TEXT_EDITOR_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/cli/terminal.h"
#include "proto/base/text_node.h"

namespace consilium {

// A file that exists while a text is edited. One thread.
class EditedFile {
 public:
  // An empty file in TMPDIR.
  //   INTERNAL  EDITOR_FAILED: it cannot be made.
  static absl::StatusOr<std::unique_ptr<EditedFile>> Create(
      const Environment& environment);
  // Removes the file, unless it is to be kept.
  ~EditedFile();
  EditedFile(const EditedFile&) = delete;
  EditedFile& operator=(const EditedFile&) = delete;

  // Writes `text`, waits for VISUAL, EDITOR or vi to end, and returns what
  // the file then holds.
  //   INTERNAL  EDITOR_FAILED: the editor ended with an error.
  absl::StatusOr<std::string> Edit(absl::string_view text);

  // Leaves the file there, for a text that would be lost otherwise.
  void Keep() { keep_ = true; }
  const std::string& path() const { return path_; }

 private:
  EditedFile(std::string path, std::string editor)
      : path_(std::move(path)), editor_(std::move(editor)) {}

  const std::string path_;
  const std::string editor_;
  bool keep_ = false;
};

// `text` with `problems`, which are about it, as comments in front of it; what
// an earlier call put there is taken out. Line numbers are those of the result.
std::string WithProblemComments(absl::string_view text,
                                const std::vector<TextProblem>& problems);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_TEXT_EDITOR_H_

#include "client/cli/text_editor.h"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/cli/display_text.h"
#include "client/cli/server_session.h"
#include "client/cli/text_file.h"
#include "proto/base/errors.h"

namespace consilium {
namespace {

constexpr absl::string_view kProblemMark = "#! ";
constexpr char kSuffix[] = ".yaml";

absl::Status EditorFailed(absl::string_view why) {
  return MakeError(absl::StatusCode::kInternal, "EDITOR_FAILED", why,
                   {{"next", "set EDITOR, or say --set PATH=VALUE"}});
}

std::string EditorOf(const Environment& environment) {
  for (const char* name : {"VISUAL", "EDITOR"}) {
    if (const auto editor = GetVariable(environment, name)) return *editor;
  }
  return "vi";
}

}  // namespace

absl::StatusOr<std::unique_ptr<EditedFile>> EditedFile::Create(
    const Environment& environment) {
  std::string path =
      absl::StrCat(GetVariable(environment, "TMPDIR").value_or("/tmp"),
                   "/consilium-XXXXXX", kSuffix);
  const int descriptor =
      mkstemps(path.data(), static_cast<int>(std::strlen(kSuffix)));
  if (descriptor < 0) {
    return EditorFailed(
        absl::StrCat(path, ": cannot be made: ", std::strerror(errno)));
  }
  close(descriptor);
  return std::unique_ptr<EditedFile>(
      new EditedFile(path, EditorOf(environment)));
}

EditedFile::~EditedFile() {
  if (!keep_) unlink(path_.c_str());
}

absl::StatusOr<std::string> EditedFile::Edit(absl::string_view text) {
  {
    std::ofstream file(path_, std::ios::binary | std::ios::trunc);
    file << text;
    if (!file.flush()) {
      return EditorFailed(absl::StrCat(path_, ": cannot be written"));
    }
  }
  const std::string command = absl::StrCat(editor_, " ", ShellWord(path_));
  const int result = std::system(command.c_str());
  if (result != 0) {
    return EditorFailed(
        absl::StrCat("the editor ", editor_, " ended with an error"));
  }
  std::ifstream none;
  return ReadTextFile(path_, none);
}

std::string WithProblemComments(absl::string_view text,
                                const std::vector<TextProblem>& problems) {
  std::vector<absl::string_view> lines = absl::StrSplit(text, '\n');
  size_t old_marks = 0;
  while (old_marks < lines.size() &&
         absl::StartsWith(lines[old_marks], kProblemMark)) {
    ++old_marks;
  }
  const int moved =
      static_cast<int>(problems.size()) - static_cast<int>(old_marks);
  std::string result;
  for (const TextProblem& problem : problems) {
    absl::StrAppend(&result, kProblemMark);
    if (problem.position.line > 0) {
      absl::StrAppend(&result, "line ", problem.position.line + moved, ": ");
    }
    absl::StrAppend(&result, VisibleText(problem.path),
                    problem.path.empty() ? "" : ": ",
                    VisibleText(problem.description), "\n");
  }
  for (size_t i = old_marks; i < lines.size(); ++i) {
    absl::StrAppend(&result, i == old_marks ? "" : "\n", lines[i]);
  }
  return result;
}

}  // namespace consilium

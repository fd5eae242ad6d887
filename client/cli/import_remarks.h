// What an import has to tell of the files that it reads: what is wrong with
// them, and what was read with a doubt, left as it was, or has no place.
//
// One thread.
#ifndef CONSILIUM_CLIENT_CLI_IMPORT_REMARKS_H_
#define CONSILIUM_CLIENT_CLI_IMPORT_REMARKS_H_

#include <ostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "client/cli/command.h"
#include "client/import/imported_study.h"

namespace consilium {

// Values are cut to this many columns where they are told.
inline constexpr int kImportValueWidth = 60;

// A row of the files of rejects and of notes.
struct ImportRemark {
  std::string file, item;
  ImportNote note;
};

class ImportRemarks {
 public:
  // Adds the flags --rejects and --notes.
  void Declare(CommandSpec& spec);

  // Problems are listed in a file, so that the rest can be taken.
  bool takes_rejects() const { return !rejects_file_.empty(); }
  bool has_problems() const { return !problems_.empty(); }

  void AddProblem(ImportRemark remark);
  void AddNote(ImportRemark remark);
  // All that the study itself tells; `in_file` is where it stands.
  void AddStudy(const std::string& in_file, const ImportedStudy& study);

  // Writes the file of rejects. Without one, problems are the error.
  //   INVALID_ARGUMENT  INVALID_TEXT; where `something_taken` with what to do
  //                     about it. A usage error when FILE cannot be written.
  absl::Status SettleProblems(bool something_taken) const;

  // Shows the notes on `err`, unless `quiet`, and writes the file of notes.
  void Write(std::ostream& err, bool quiet) const;

 private:
  // Values of one kind that have no place in the schema.
  struct LeftOut {
    std::string file, item, what;
    int count = 0;
  };

  void ShowNotes(std::ostream& err) const;

  std::string rejects_file_, notes_file_;
  std::vector<ImportRemark> problems_, notes_;
  std::vector<LeftOut> left_out_;
};

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_IMPORT_REMARKS_H_

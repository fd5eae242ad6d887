// What every import does: reads files, sets aside what has problems, leaves
// what others said, and states the rest as one change if it fits.
//
// One thread.
#ifndef CONSILIUM_CLIENT_CLI_IMPORT_RUN_H_
#define CONSILIUM_CLIENT_CLI_IMPORT_RUN_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/cli/apply_run.h"
#include "client/cli/command.h"
#include "client/cli/evidence.h"
#include "client/cli/gone_values.h"
#include "client/cli/import_remarks.h"
#include "client/cli/known_records.h"
#include "client/cli/prior_values.h"
#include "client/cli/server_session.h"
#include "client/cli/stated_records.h"
#include "client/import/imported_study.h"
#include "proto/base/resource_name.h"

namespace consilium {

// The studies, or other items, in the text of one file.
//   INVALID_ARGUMENT  nothing of the file can be taken.
using ImportReader = std::function<absl::StatusOr<std::vector<ImportedStudy>>(
    absl::string_view file, absl::string_view text)>;

struct ImportFormat {
  std::string command;  // "import ctgov".
  std::string items;    // "studies", as messages call them.
  // Whether a study that stands in several files is taken from all of them.
  bool joins_files = false;
  ImportReader read;
  MayReplace may_replace;  // What an earlier import wrote.
  IsSamePlace is_same_place = nullptr;
  // What the sources of all values have that such files give, where the files
  // hold all that they ever said: what an earlier import gave and this one does
  // not is then gone. May be null, or return nothing.
  std::function<std::vector<std::string>()> marks = nullptr;
};

class ImportRun {
 public:
  explicit ImportRun(ImportFormat format) : format_(std::move(format)) {}

  // Adds the argument FILE and the flags.
  void Declare(CommandSpec& spec);
  absl::StatusOr<ExitCode> Run(CommandContext& context);

  const std::vector<std::string>& files() const { return files_; }

 private:
  absl::Status ReadFile(const std::string& file);
  void TakeStudy(const std::string& file, ImportedStudy study);
  void NoteTwice(const std::string& in_file, const ImportedStudy& study,
                 const std::string& first_file);
  absl::Status LookUpAll();
  absl::Status FindGone();
  void TellGone();
  std::string GoneText(bool done) const;
  absl::Status LeaveRetracted();
  absl::Status LeaveOthers();
  void AddKept(const EvidenceRecord& record, std::vector<KeptValue>& kept);
  void FillEvidence();
  absl::StatusOr<ExitCode> DryRun();
  absl::StatusOr<ExitCode> Send();

  const ImportFormat format_;
  std::vector<std::string> files_;
  ApplyOptions options_;
  bool retract_ = false;
  ImportRemarks remarks_;

  // While it runs.
  CommandContext* context_ = nullptr;
  std::unique_ptr<ServerSession> session_;
  std::unique_ptr<RegistryName> registry_;
  std::unique_ptr<PriorValues> prior_;
  std::unique_ptr<KnownRecords> known_;
  std::unique_ptr<GoneValues> gone_;
  std::vector<std::pair<std::string, ImportedStudy>> taken_;  // By place.
  std::map<std::string, std::string> seen_;  // Number of a study: its place.
  std::unique_ptr<StatedRecords> stated_;
  Evidence evidence_;
};

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_IMPORT_RUN_H_

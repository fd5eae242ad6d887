#include <vector>

#include "client/cli/commands.h"
#include "client/cli/import_run.h"
#include "client/import/ctgov_files.h"
#include "client/import/ctgov_study.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

absl::StatusOr<std::vector<ImportedStudy>> ReadStudies(absl::string_view file,
                                                       absl::string_view text) {
  ASSIGN_OR_RETURN(const std::vector<StudyText> texts,
                   SplitStudies(file, text));
  std::vector<ImportedStudy> studies;
  for (const StudyText& each : texts) {
    ImportedStudy study = ReadCtgovStudy(each.text);
    study.place = each.place;
    studies.push_back(std::move(study));
  }
  return studies;
}

class ImportCtgov : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary("Take in studies of ClinicalTrials.gov")
        .Description(
            "Reads JSON of API v2: one study, an array, a page with "
            "\"studies\", or one a line; parts of records too. Numbers of the "
            "registry stand beside those of papers, and what a paper or a "
            "person said of a trial stays. A study is taken whole or not at "
            "all. A publication that several studies name stays as the first "
            "of them describes it. A trial that is known by one of its numbers "
            "is updated "
            "wherever it is; the same file again changes nothing.")
        .Example("consilium import ctgov NCT02296125.json -m 'FLAURA'")
        .Example("consilium import ctgov studies.json --dry-run")
        .Example(
            "consilium import ctgov *.json --rejects rejects.csv -m 'Search of "
            "May'");
    run_.Declare(spec);
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    return run_.Run(context);
  }

 private:
  ImportRun run_{{.command = "import ctgov",
                  .items = "studies",
                  .read = ReadStudies,
                  .may_replace = [](const v1::Source& source) {
                    return source.has_registration();
                  }}};
};

}  // namespace

std::unique_ptr<Command> MakeImportCtgov() {
  return std::make_unique<ImportCtgov>();
}

}  // namespace consilium

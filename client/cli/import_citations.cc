#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cli/commands.h"
#include "client/cli/import_run.h"
#include "client/import/citation.h"
#include "client/import/citation_files.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

using CitationFileReader = absl::StatusOr<std::vector<Citation>> (*)(
    absl::string_view file, absl::string_view text);

struct CitationFormat {
  const char* word;   // Of the command.
  const char* title;  // Of the format.
  const char* example;
  CitationFileReader read;
};

ImportFormat FormatOf(const CitationFormat& format) {
  return {.command = absl::StrCat("import ", format.word),
          .items = "publications",
          .read = [format](absl::string_view file, absl::string_view text)
              -> absl::StatusOr<std::vector<ImportedStudy>> {
            ASSIGN_OR_RETURN(const std::vector<Citation> citations,
                             format.read(file, text));
            std::vector<ImportedStudy> items;
            for (const Citation& each : citations) {
              items.push_back(ReadCitation(each, format.title));
            }
            return items;
          },
          .may_replace = IsOfCitation};
}

class ImportCitations : public Command {
 public:
  explicit ImportCitations(const CitationFormat& format)
      : format_(format), run_(FormatOf(format)) {}

  void Declare(CommandSpec& spec) override {
    const std::string command =
        absl::StrCat("consilium import ", format_.word, " ", format_.example);
    spec.Summary(absl::StrCat("Take in publications from ", format_.title))
        .Description(
            "A publication that is known by its PubMed number or DOI gets what "
            "it lacks; what others said of it stays. Numbers of registries in "
            "it link it to the trials that have them. The same file again "
            "changes nothing.")
        .Example(absl::StrCat(command, " -m 'Search of May'"))
        .Example(absl::StrCat(command, " --dry-run"));
    run_.Declare(spec);
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    return run_.Run(context);
  }

 private:
  const CitationFormat format_;
  ImportRun run_;
};

}  // namespace

std::unique_ptr<Command> MakeImportRis() {
  return std::make_unique<ImportCitations>(
      CitationFormat{"ris", "RIS", "search.ris", ReadRis});
}

std::unique_ptr<Command> MakeImportBibtex() {
  return std::make_unique<ImportCitations>(
      CitationFormat{"bibtex", "BibTeX", "references.bib", ReadBibtex});
}

std::unique_ptr<Command> MakeImportPubMed() {
  return std::make_unique<ImportCitations>(
      CitationFormat{"pubmed", "PubMed", "pubmed-search.nbib", ReadPubMed});
}

}  // namespace consilium

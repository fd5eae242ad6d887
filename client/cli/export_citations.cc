#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_join.h"
#include "client/cli/display_text.h"
#include "client/cli/export_commands.h"
#include "client/cli/export_writer.h"
#include "client/cli/server_session.h"
#include "client/export/citations.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

// Ids named in the note of what was left out.
constexpr size_t kBareShown = 5;

// What tells `export ris` and `export bibtex` apart.
struct CitationFormat {
  const char* summary;
  const char* example;
  std::string (*write)(absl::Span<const v1::Publication>);
};

class ExportCitations : public Command {
 public:
  explicit ExportCitations(const CitationFormat& format) : format_(format) {}

  void Declare(CommandSpec& spec) override {
    spec.Summary(format_.summary)
        .Description(
            "Every live publication, by id: authors, title, journal, numbers, "
            "abstract, and the trial registrations that it states, so that "
            "importing the file finds the trials again. What is not recorded "
            "is left out, and so are publications of which nothing but the id "
            "is: standard error names them.")
        .Example(format_.example);
    DeclareExportFlags(spec, at_, file_);
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    ASSIGN_OR_RETURN(const RegistryName registry, session->Registry());
    std::vector<v1::Publication> publications;
    std::vector<std::string> bare;
    RecordListOptions list;
    list.parent = registry.Full();
    list.at = at_;
    RETURN_IF_ERROR(session->records().List(
        *RecordTraitsTable::Get().FindByDescriptor(
            v1::Publication::descriptor()),
        list, [&](google::protobuf::Message& message) {
          auto& publication = static_cast<v1::Publication&>(message);
          if (IsReference(publication)) {
            publications.push_back(std::move(publication));
          } else {
            bare.push_back(ShortName(publication.name()));
          }
          return true;
        }));
    std::sort(publications.begin(), publications.end(),
              [](const v1::Publication& a, const v1::Publication& b) {
                return a.name() < b.name();
              });
    RETURN_IF_ERROR(WriteExport(
        context, file_, format_.write(publications),
        CountText(publications.size(), "publication", "publications")));
    TellBare(context, std::move(bare));
    return ExitCode::kOk;
  }

 private:
  static void TellBare(const CommandContext& context,
                       std::vector<std::string> bare) {
    if (bare.empty() || context.settings.quiet) return;
    std::sort(bare.begin(), bare.end());
    const size_t count = bare.size();
    bare.resize(std::min(count, kBareShown));
    context.io.err << "left out "
                   << CountText(count, "publication", "publications")
                   << " of which nothing but the id is recorded: "
                   << absl::StrJoin(bare, ", ")
                   << (count > kBareShown ? ", ..." : "") << "\n";
  }

  const CitationFormat format_;
  std::string at_, file_;
};

}  // namespace

std::unique_ptr<Command> MakeExportRis() {
  return std::make_unique<ExportCitations>(CitationFormat{
      "Write the publications as RIS, for reference managers",
      "consilium export ris --file references.ris", PublicationsToRis});
}

std::unique_ptr<Command> MakeExportBibtex() {
  return std::make_unique<ExportCitations>(
      CitationFormat{"Write the publications as BibTeX",
                     "consilium export bibtex --at release-1 > references.bib",
                     PublicationsToBibtex});
}

}  // namespace consilium

#include <fstream>

#include "absl/strings/str_cat.h"
#include "client/cli/commands.h"
#include "client/cli/errors.h"
#include "client/cli/server_session.h"
#include "client/export/evidence_page.h"
#include "client/export/registry_evidence.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

class ExportEvidence : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary("Write the evidence as one page to read, print and send")
        .Description(
            "The page needs no other file and runs nothing. Made at a "
            "snapshot, it has the same bytes whichever institution makes it. "
            "It goes to standard output unless --file says where.")
        .Example("consilium export evidence --at release-1 > evidence.html")
        .Example("consilium export evidence --file evidence.html");
    spec.Flag("--at", "VERSION", &at_,
              "Read a snapshot, a frontier or a revision of the server")
        .Completes("snapshot");
    spec.Flag("-f,--file", "FILE", &file_, "Where to write").Completes("file");
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    ASSIGN_OR_RETURN(const RegistryName registry, session->Registry());
    ASSIGN_OR_RETURN(
        const RegistryEvidence evidence,
        ReadRegistryEvidence(session->caller(), registry.Full(), at_));
    const std::string page = RenderEvidencePage(evidence);
    if (file_.empty()) {
      context.io.out << page;
      return ExitCode::kOk;
    }
    std::ofstream file(file_, std::ios::binary | std::ios::trunc);
    file << page;
    file.close();
    if (!file) return UsageError(absl::StrCat(file_, ": cannot be written"));
    context.io.err << "wrote " << file_ << ": " << evidence.studies.size()
                   << " studies, " << page.size() << " bytes\n";
    return ExitCode::kOk;
  }

 private:
  std::string at_, file_;
};

}  // namespace

std::unique_ptr<Command> MakeExportEvidence() {
  return std::make_unique<ExportEvidence>();
}

}  // namespace consilium

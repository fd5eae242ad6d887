#include "client/cli/commands.h"
#include "client/cli/display_text.h"
#include "client/cli/export_writer.h"
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
    DeclareExportFlags(spec, at_, file_);
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    ASSIGN_OR_RETURN(const RegistryName registry, session->Registry());
    ASSIGN_OR_RETURN(
        const RegistryEvidence evidence,
        ReadRegistryEvidence(session->caller(), registry.Full(), at_));
    RETURN_IF_ERROR(
        WriteExport(context, file_, RenderEvidencePage(evidence),
                    CountText(evidence.studies.size(), "study", "studies")));
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

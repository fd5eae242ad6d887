#include <optional>
#include <string>

#include "client/cli/display_text.h"
#include "client/cli/export_commands.h"
#include "client/cli/export_review.h"
#include "client/cli/export_writer.h"
#include "client/cli/limits.h"
#include "client/cli/server_session.h"
#include "client/export/fhir_bundle.h"
#include "client/export/registry_rows.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

class ExportFhir : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary("Write the evidence as a bundle of FHIR R5")
        .Description(
            "A Bundle of type collection, in JSON: ResearchStudy for each "
            "trial, Citation for each publication, EvidenceVariable for "
            "participants, arms and outcomes, Evidence for each result, with "
            "its risk of bias where a review judged it, and for what a review "
            "pools, with interval, heterogeneity, model and certainty. "
            "References stay in the bundle, and a thing keeps its "
            "id from version to version. The same version gives the same "
            "bytes.")
        .Example("consilium export fhir --at release-1 --file evidence.json");
    spec.Flag("--review", "NAME", &review_,
              "With what this review pools; the registry's only one by itself")
        .Completes("review");
    DeclareExportFlags(spec, at_, file_);
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    ASSIGN_OR_RETURN(const RegistryName registry, session->Registry());
    ASSIGN_OR_RETURN(const RegistryRows read,
                     ReadRegistryRows(session->caller(), registry.Full(), at_,
                                      session->options(kLongDeadline)));
    ASSIGN_OR_RETURN(const std::optional<ReviewEvidence> review,
                     ReadReviewIfAny(context, *session, review_,
                                     at_.empty() ? read.frontier : at_));
    const FhirBundle bundle =
        MakeFhirBundle(read, review.has_value() ? &review->result : nullptr);
    RETURN_IF_ERROR(
        WriteExport(context, file_, bundle.json,
                    CountText(bundle.resources, "resource", "resources")));
    return ExitCode::kOk;
  }

 private:
  std::string review_, at_, file_;
};

}  // namespace

std::unique_ptr<Command> MakeExportFhir() {
  return std::make_unique<ExportFhir>();
}

}  // namespace consilium

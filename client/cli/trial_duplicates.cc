#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/cli/commands.h"
#include "client/cli/json_value.h"
#include "client/cli/limits.h"
#include "client/cli/server_session.h"
#include "consilium/v1/evidence_service.pb.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

constexpr char kListDuplicateCandidates[] =
    "consilium.v1.EvidenceService.ListDuplicateCandidates";

class TrialDuplicates : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary("List trials that may be one, most likely first")
        .Description(
            "A link of kind duplicate joins two; one of kind distinct says "
            "that they are not the same. Retracting the link undoes it.")
        .Example("consilium trial duplicates")
        .Example("consilium trial duplicates --linked");
    spec.Switch("--linked", &linked_, "With those that a link settles");
    spec.VersionFlag(&at_);
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    ASSIGN_OR_RETURN(const RegistryName registry, session->Registry());
    v1::ListDuplicateCandidatesRequest request;
    request.set_parent(registry.Full());
    request.set_show_linked(linked_);
    request.set_at(at_);
    ASSIGN_OR_RETURN(const auto response,
                     CallFor<v1::ListDuplicateCandidatesResponse>(
                         session->caller(), kListDuplicateCandidates, request,
                         session->options(kLongDeadline)));
    const auto rows = context.List(
        {{"first"}, {"second"}, {"score"}, {"explanation"}, {"link"}});
    for (const v1::DuplicateCandidate& candidate : response.candidates()) {
      rows->Add({candidate.first(),
                 OneLine(MessageJson(candidate)),
                 {candidate.first(), candidate.second(),
                  absl::StrFormat("%.2f", candidate.score()),
                  candidate.explanation(), candidate.link()}});
    }
    rows->Finish("no two trials look like one");
    return ExitCode::kOk;
  }

 private:
  std::string at_;
  bool linked_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeTrialDuplicates() {
  return std::make_unique<TrialDuplicates>();
}

}  // namespace consilium

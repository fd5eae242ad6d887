#include "absl/strings/str_cat.h"
#include "client/cli/commands.h"
#include "client/cli/json_value.h"
#include "client/cli/limits.h"
#include "client/cli/server_session.h"
#include "consilium/v1/evidence_service.pb.h"
#include "proto/base/enum_text.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

constexpr char kListFindings[] = "consilium.v1.EvidenceService.ListFindings";

std::string SeverityText(v1::FindingSeverity severity) {
  return EnumText(*v1::FindingSeverity_descriptor()->FindValueByNumber(
      static_cast<int>(severity)));
}

class FindingList : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary("List contradictions and gaps in the evidence")
        .Example("consilium evidence findings")
        .Example("consilium evidence findings --filter 'severity = error'");
    spec.Argument("REVIEW", &review_, "Only of the trials of this review")
        .Optional()
        .Completes("review");
    spec.Flag("--filter", "FILTER", &filter_, "Only those that match");
    spec.Flag("--at", "VERSION", &at_,
              "Read a snapshot, a frontier or a revision of the server")
        .Completes("snapshot");
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    ASSIGN_OR_RETURN(const RegistryName registry, session->Registry());
    v1::ListFindingsRequest request;
    request.set_parent(
        review_.empty() ? registry.Full()
                        : absl::StrCat(registry.Full(), "/reviews/", review_));
    request.set_filter(filter_);
    request.set_at(at_);
    const auto rows = context.List({{"severity"},
                                    {"check"},
                                    {"study"},
                                    {"record"},
                                    {"message"},
                                    {"expected"}});
    RETURN_IF_ERROR(ListPages(
        session->caller(), kListFindings, request,
        [&](google::protobuf::Message& message) {
          const auto& finding = static_cast<v1::Finding&>(message);
          rows->Add({finding.record(),
                     OneLine(MessageJson(finding)),
                     {SeverityText(finding.severity()), finding.check(),
                      finding.study(), finding.record(), finding.message(),
                      finding.expected()}});
          return context.io.out.good();
        },
        session->options(kLongDeadline)));
    rows->Finish("no findings");
    return ExitCode::kOk;
  }

 private:
  std::string review_, filter_, at_;
};

}  // namespace

std::unique_ptr<Command> MakeEvidenceFindings() {
  return std::make_unique<FindingList>();
}

}  // namespace consilium

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

// Of a registry; of the trials of one review when `of_review`.
class FindingList : public Command {
 public:
  explicit FindingList(bool of_review) : of_review_(of_review) {}

  void Declare(CommandSpec& spec) override {
    const std::string command =
        of_review_ ? "consilium review findings nsclc-targeted-rt"
                   : "consilium evidence findings";
    spec.Summary("List contradictions and gaps in the evidence")
        .Description(
            "Intervals without their estimate, percentages that are not those "
            "of their counts, P values that contradict their interval, and "
            "the like. Nothing is corrected.")
        .Example(command)
        .Example(absl::StrCat(command, " --filter 'severity = error'"));
    Parameter& argument =
        spec.Argument("REVIEW", &review_, "Only of the trials of this review")
            .Completes("review");
    if (!of_review_) argument.Optional();
    spec.Flag("--filter", "FILTER", &filter_,
              "Only those that match, such as 'severity = error'");
    spec.VersionFlag(&at_);
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
  const bool of_review_;
  std::string review_, filter_, at_;
};

}  // namespace

std::unique_ptr<Command> MakeEvidenceFindings() {
  return std::make_unique<FindingList>(/*of_review=*/false);
}

std::unique_ptr<Command> MakeReviewFindings() {
  return std::make_unique<FindingList>(/*of_review=*/true);
}

}  // namespace consilium

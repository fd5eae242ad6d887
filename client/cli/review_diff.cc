#include "client/cli/commands.h"
#include "client/cli/json_value.h"
#include "client/cli/limits.h"
#include "client/cli/review_view.h"
#include "client/cli/server_session.h"
#include "consilium/v1/review_result_service.pb.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

constexpr char kDiffReview[] = "consilium.v1.ReviewResultService.DiffReview";

class ReviewDiffCommand : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary("Compare two versions of a review, down to its conclusions")
        .Description(
            "A version is a snapshot, a frontier, a revision of the server or "
            "latest. Tells the records that changed, the protocol among them, "
            "each outcome before and after, and whether a conclusion crossed "
            "its threshold. Exits with 1 when they differ.")
        .Example("consilium review diff nsclc-targeted-rt release-1")
        .Example(
            "consilium review diff nsclc-targeted-rt release-1 release-2 -o "
            "json");
    spec.Argument("REVIEW", &name_, "The review").Completes("review");
    spec.Argument("FROM", &from_, "The earlier version").Completes("snapshot");
    spec.Argument("TO", &to_, "The later version; the latest if left out")
        .Optional()
        .Completes("snapshot");
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    v1::DiffReviewRequest request;
    ASSIGN_OR_RETURN(*request.mutable_name(), ResolveReview(*session, name_));
    request.set_from(from_);
    request.set_to(to_);
    ASSIGN_OR_RETURN(
        const auto response,
        CallFor<v1::DiffReviewResponse>(session->caller(), kDiffReview, request,
                                        session->options(kLongDeadline)));
    const v1::ReviewDiff& diff = response.diff();
    if (context.settings.output == OutputFormat::kJson) {
      context.io.out << Indented(MessageJson(diff)) << "\n";
    } else if (context.settings.output == OutputFormat::kTable) {
      context.io.out << DiffText(diff);
    } else {
      ListOutcomes(context, diff);
    }
    return HasDifferences(diff) ? ExitCode::kDifferences : ExitCode::kOk;
  }

 private:
  static void ListOutcomes(const CommandContext& context,
                           const v1::ReviewDiff& diff) {
    const auto rows = context.List({{"outcome"}, {"change"}});
    for (const v1::OutcomeChange& outcome : diff.outcomes()) {
      rows->Add({outcome.id(),
                 OneLine(MessageJson(outcome)),
                 {outcome.id(), outcome.description()}});
    }
    rows->Finish("nothing changed");
  }

  std::string name_, from_, to_;
};

}  // namespace

std::unique_ptr<Command> MakeReviewDiff() {
  return std::make_unique<ReviewDiffCommand>();
}

}  // namespace consilium

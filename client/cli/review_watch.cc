#include <optional>

#include "absl/strings/str_cat.h"
#include "client/cli/commands.h"
#include "client/cli/errors.h"
#include "client/cli/followed_stream.h"
#include "client/cli/json_value.h"
#include "client/cli/limits.h"
#include "client/cli/review_view.h"
#include "client/cli/server_session.h"
#include "consilium/v1/review_result_service.pb.h"
#include "proto/base/resource_name.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

constexpr char kWatchReview[] = "consilium.v1.ReviewResultService.WatchReview";

class ReviewWatch : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary("Show what changes in a review as changes arrive")
        .Description(
            "Goes on until stopped, also where the server is away for a while. "
            "Changes that leave the review as it is are not shown; that the "
            "protocol came into conflict is. With -o json or jsonl, one object "
            "a line. Standard "
            "error names the revision after which it starts, and behind each "
            "difference where to go on after an interruption: --since "
            "VERSION.")
        .Example("consilium review watch nsclc-targeted-rt")
        .Example(
            "consilium review watch nsclc-targeted-rt --since release-1 -o "
            "json");
    spec.Argument("REVIEW", &name_, "The review").Completes("review");
    spec.Flag("--since", "VERSION", &since_,
              "Begin with what changed since that version")
        .Completes("snapshot");
    spec.Flag("--count", "COUNT", &count_, "Stop after so many differences");
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    if (count_.has_value() && *count_ < 1) {
      return UsageError("--count takes a number from 1");
    }
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    v1::WatchReviewRequest request;
    ASSIGN_OR_RETURN(*request.mutable_name(), ResolveReview(*session, name_));
    // Named even when it is now: what is cut off before the first difference
    // goes on without a gap.
    ASSIGN_OR_RETURN(const FullRecordName name,
                     FullRecordName::Parse(request.name()));
    std::string seen = since_;
    std::string shown_since = since_;
    ASSIGN_OR_RETURN(const auto standing, session->Standing(name.registry));
    if (seen.empty()) {
      // Unlike a revision, it means the same after the server was restored.
      seen = standing.frontier();
      shown_since = absl::StrCat("revision ", standing.revision());
    }
    if (!context.settings.quiet) {
      context.io.err << "watching " << ShortName(request.name())
                     << " for what changes after " << shown_since
                     << "; to go on from here later: " << Again(context, seen)
                     << std::endl;
    }
    v1::WatchReviewResponse response;
    int64_t shown = 0;
    const absl::Status status = Follow(
        context, *session,
        {kWatchReview, name.registry, request, response,
         [&] {
           Show(context, response.diff());
           seen = response.diff().to().frontier();
           shown_since = seen;
           ++shown;
           if (!context.settings.quiet && !IsJson(context.settings.output)) {
             context.io.err << "to go on from here: " << Again(context, seen)
                            << std::endl;
           }
           return context.io.out.good() && (!count_ || shown < *count_);
         },
         [&] {
           request.set_since(seen);
           return shown_since;
         }});
    if (status.ok()) return ExitCode::kOk;
    return WithNext(status, Again(context, seen));
  }

 private:
  std::string Again(const CommandContext& context,
                    const std::string& since) const {
    return NextCommand(context.settings,
                       absl::StrCat("review watch ", ShellWord(name_),
                                    " --since ", ShellWord(since)));
  }

  static void Show(const CommandContext& context, const v1::ReviewDiff& diff) {
    std::ostream& out = context.io.out;
    if (IsJson(context.settings.output)) {
      out << OneLine(MessageJson(diff)) << std::endl;
    } else {
      out << DiffText(diff) << std::endl;
    }
  }

  std::string name_, since_;
  std::optional<int64_t> count_;
};

}  // namespace

std::unique_ptr<Command> MakeReviewWatch() {
  return std::make_unique<ReviewWatch>();
}

}  // namespace consilium

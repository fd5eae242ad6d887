#include "client/cli/export_review.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/display_text.h"
#include "client/cli/errors.h"
#include "client/cli/export_writer.h"
#include "client/cli/limits.h"
#include "client/cli/protocol_dispute_view.h"
#include "client/cli/review_view.h"
#include "consilium/v1/review.pb.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

constexpr absl::string_view kNoReviewReason = "NO_REVIEW";

// A file has the provisional values; whoever writes it should know.
void TellDisputes(const CommandContext& context,
                  const ReviewEvidence& evidence) {
  const auto& disputes = evidence.result.protocol_disputes();
  if (disputes.empty() || context.settings.quiet) return;
  context.io.err << "the protocol is in dispute; what is written counts the "
                    "first of each of these values\n"
                 << DisputesText(disputes, /*with_outcomes=*/false);
}

}  // namespace

absl::StatusOr<std::string> ChooseReview(ServerSession& session,
                                         absl::string_view text,
                                         absl::string_view at) {
  if (!text.empty()) return ResolveReview(session, text);
  ASSIGN_OR_RETURN(const RegistryName registry, session.Registry());
  RecordListOptions list;
  list.parent = registry.Full();
  list.at = std::string(at);
  std::vector<std::string> names;
  RETURN_IF_ERROR(session.records().List(
      *RecordTraitsTable::Get().FindByDescriptor(v1::Review::descriptor()),
      list, [&](google::protobuf::Message& message) {
        names.push_back(static_cast<v1::Review&>(message).name());
        return true;
      }));
  if (names.size() == 1) return names.front();
  if (names.empty()) {
    return WithNext(
        MakeError(absl::StatusCode::kFailedPrecondition, kNoReviewReason,
                  absl::StrCat("the registry ", registry.id(),
                               " holds no review to export")),
        NextCommand(session.settings(), "apply -f REVIEW.yaml -m MESSAGE"));
  }
  std::vector<std::string> ids;
  for (const std::string& name : names) ids.push_back(ShortName(name));
  return UsageError(absl::StrCat(
      "the registry has several reviews: ", absl::StrJoin(ids, ", "),
      "; want --review NAME"));
}

absl::StatusOr<std::optional<ReviewEvidence>> ReadReviewIfAny(
    const CommandContext& context, ServerSession& session,
    absl::string_view text, absl::string_view at) {
  const absl::StatusOr<std::string> review = ChooseReview(session, text, at);
  if (review.ok()) {
    ASSIGN_OR_RETURN(ReviewEvidence evidence,
                     ReadReviewEvidence(session.caller(), *review, at, "",
                                        session.options(kLongDeadline)));
    TellDisputes(context, evidence);
    return evidence;
  }
  const std::string reason = GetErrorReason(review.status());
  if (!text.empty() || (reason != kNoReviewReason && reason != kUsageReason)) {
    return review.status();
  }
  if (!context.settings.quiet) {
    context.io.err << "without a review: " << review.status().message() << "\n";
  }
  return std::nullopt;
}

void TellLeftOut(const CommandContext& context, const std::string& text) {
  if (text.empty() || context.settings.quiet) return;
  context.io.err << VisibleText(text) << "\n";
}

void ReviewExport::Declare(CommandSpec& spec) {
  DeclareRest(spec);
  spec.Argument("REVIEW", &argument_,
                "The review; not needed where the registry has just one")
      .Completes("review")
      .Optional();
  spec.Flag("--review", "NAME", &review_, "The same as REVIEW")
      .Completes("review");
  DeclareExportFlags(spec, at_, file_);
}

absl::StatusOr<ExitCode> ReviewExport::Run(CommandContext& context) {
  if (!argument_.empty() && !review_.empty() && argument_ != review_) {
    return UsageError(absl::StrCat("\"", argument_, "\" and --review \"",
                                   review_, "\" are two reviews; want one"),
                      "consilium review list");
  }
  ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
  ASSIGN_OR_RETURN(
      const std::string review,
      ChooseReview(*session, argument_.empty() ? review_ : argument_, at_));
  ASSIGN_OR_RETURN(const ReviewEvidence evidence,
                   ReadReviewEvidence(session->caller(), review, at_, since(),
                                      session->options(kLongDeadline)));
  TellDisputes(context, evidence);
  RETURN_IF_ERROR(Write(context, evidence, file_));
  return ExitCode::kOk;
}

}  // namespace consilium

#include <string>

#include "absl/strings/str_cat.h"
#include "client/api/review_result.h"
#include "client/cli/commands.h"
#include "client/cli/errors.h"
#include "client/cli/export_writer.h"
#include "client/cli/limits.h"
#include "client/cli/review_view.h"
#include "client/cli/server_session.h"
#include "consilium/v1/review_result_service.pb.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

class ReviewRender : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary("Write a review as a page, a figure or a spreadsheet")
        .Description(
            "The page needs no other file and runs nothing. The same version "
            "gives the same bytes on every server. It goes to standard output "
            "unless --file says where.")
        .Example("consilium review render nsclc-targeted-rt --file review.html")
        .Example(
            "consilium review render nsclc-targeted-rt --at release-2 --since "
            "release-1 --file review.html")
        .Example(
            "consilium review render nsclc-targeted-rt --figure "
            "forest-egfr-tki-pfs > pfs.svg")
        .Example(
            "consilium review render nsclc-targeted-rt --format csv > "
            "review.csv");
    spec.Argument("REVIEW", &name_, "The review").Completes("review");
    DeclareExportFlags(spec, at_, file_);
    spec.Flag("--since", "VERSION", &since_,
              "Tell also what changed since that version")
        .Completes("snapshot");
    spec.Flag("--format", "FORMAT", &format_,
              "html, json or csv; html when not given");
    spec.Flag("--figure", "NAME", &figure_,
              "Only this figure, as SVG: forest-OUTCOME, funnel-OUTCOME, "
              "gap-map or flow");
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    v1::RenderReviewRequest request;
    ASSIGN_OR_RETURN(const v1::RenderFormat format, Format());
    request.set_format(format);
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    ASSIGN_OR_RETURN(*request.mutable_name(), ResolveReview(*session, name_));
    request.set_at(at_);
    request.set_since(since_);
    request.set_figure(figure_);
    std::string rendered;
    RETURN_IF_ERROR(RenderReview(
        session->caller(), request,
        [&](absl::string_view part) { absl::StrAppend(&rendered, part); },
        session->options(kLongDeadline)));
    RETURN_IF_ERROR(WriteExport(context, file_, rendered,
                                figure_.empty() ? "a review" : figure_));
    return ExitCode::kOk;
  }

 private:
  absl::StatusOr<v1::RenderFormat> Format() const {
    if (!figure_.empty()) {
      if (format_.empty() || format_ == "svg") return v1::RENDER_FORMAT_SVG;
      return UsageError("--figure is written as SVG; leave out --format");
    }
    if (format_.empty() || format_ == "html") return v1::RENDER_FORMAT_HTML;
    if (format_ == "json") return v1::RENDER_FORMAT_JSON;
    if (format_ == "csv") return v1::RENDER_FORMAT_CSV;
    if (format_ == "svg") return UsageError("svg wants --figure NAME");
    return UsageError(
        absl::StrCat("--format is ", format_, "; want html, json or csv"));
  }

  std::string name_, at_, since_, format_, figure_, file_;
};

}  // namespace

std::unique_ptr<Command> MakeReviewRender() {
  return std::make_unique<ReviewRender>();
}

}  // namespace consilium

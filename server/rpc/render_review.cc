#include "server/rpc/render_review.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"
#include "proto/base/text_form.h"
#include "server/page/figures.h"
#include "server/page/review_csv.h"
#include "server/page/review_page.h"

namespace consilium {
namespace {

absl::Status CheckRequest(const v1::RenderReviewRequest& request) {
  if (!v1::RenderFormat_IsValid(request.format())) {
    return InvalidField("format",
                        absl::StrCat("is ", static_cast<int>(request.format()),
                                     "; want html, json, csv or svg"));
  }
  const bool is_figure = request.format() == v1::RENDER_FORMAT_SVG;
  if (is_figure == request.figure().empty()) {
    return InvalidField("figure", is_figure
                                      ? "is empty; want the name of a figure, "
                                        "such as \"gap-map\""
                                      : "is given; want none but for svg");
  }
  return absl::OkStatus();
}

absl::StatusOr<RenderedReview> Render(const v1::ReviewResult& result,
                                      const v1::RenderReviewRequest& request) {
  switch (request.format()) {
    case v1::RENDER_FORMAT_JSON:
      return RenderedReview{"application/json",
                            ToJson(result, /*indent=*/true)};
    case v1::RENDER_FORMAT_CSV:
      return RenderedReview{"text/csv; charset=utf-8", RenderReviewCsv(result)};
    case v1::RENDER_FORMAT_SVG: {
      ASSIGN_OR_RETURN(std::string figure,
                       RenderFigure(result, request.figure()));
      return RenderedReview{"image/svg+xml", std::move(figure)};
    }
    default:
      return RenderedReview{"text/html; charset=utf-8",
                            RenderReviewPage(result)};
  }
}

}  // namespace

absl::StatusOr<RenderedReview> RenderReview(
    const ServiceContext& services, EvidenceCache& evidence,
    const v1::RenderReviewRequest& request,
    ReviewReader::CheckAlive check_alive) {
  RETURN_IF_ERROR(CheckRequest(request));
  ASSIGN_OR_RETURN(FullRecordName name,
                   ReviewReader::ParseName(request.name()));
  ASSIGN_OR_RETURN(RegistryStore* const store,
                   services.FindStore(name.registry));
  ReviewReader reader(*store, evidence, std::move(name),
                      std::move(check_alive));
  ASSIGN_OR_RETURN(ReviewAtVersion now, reader.Run(request.at(), "at"));
  if (!request.since().empty()) {
    ASSIGN_OR_RETURN(const ReviewAtVersion before,
                     reader.Run(request.since(), "since"));
    ASSIGN_OR_RETURN(*now.result.mutable_changes(),
                     reader.Compare(before, now));
  }
  return Render(now.result, request);
}

}  // namespace consilium

#include "server/rpc/render_review.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"
#include "proto/base/text_form.h"
#include "server/page/figures.h"
#include "server/page/review_csv.h"
#include "server/page/review_page.h"
#include "server/review/errors.h"
#include "server/review/limits.h"

namespace consilium {
namespace {

absl::Status CheckRequest(const v1::RenderReviewRequest& request) {
  if (!v1::RenderFormat_IsValid(request.format())) {
    return InvalidField("format",
                        absl::StrCat("is ", static_cast<int>(request.format()),
                                     "; want html, json, csv, svg or "
                                     "message"));
  }
  const bool is_figure = request.format() == v1::RENDER_FORMAT_SVG;
  if (is_figure == request.figure().empty()) {
    return InvalidField("figure", is_figure
                                      ? "is empty; want the name of a figure, "
                                        "such as \"gap-map\""
                                      : "is given; want none but for svg");
  }
  const bool whole = request.format() != v1::RENDER_FORMAT_JSON &&
                     request.format() != v1::RENDER_FORMAT_CSV &&
                     request.format() != v1::RENDER_FORMAT_MESSAGE;
  if (!request.outcome().empty() && whole) {
    return InvalidField("outcome",
                        "is given; want none for a page or a figure, which "
                        "have every outcome");
  }
  return absl::OkStatus();
}

absl::Status CheckSize(size_t size_bytes) {
  return size_bytes > kRenderedReviewSizeMax
             ? ReviewTooLarge(size_bytes, kRenderedReviewSizeMax)
             : absl::OkStatus();
}

absl::StatusOr<RenderedReview> Render(const v1::ReviewResult& result,
                                      const v1::RenderReviewRequest& request) {
  switch (request.format()) {
    case v1::RENDER_FORMAT_JSON:
      return RenderedReview{"application/json",
                            ToJson(result, /*indent=*/true)};
    case v1::RENDER_FORMAT_CSV:
      return RenderedReview{"text/csv; charset=utf-8", RenderReviewCsv(result)};
    case v1::RENDER_FORMAT_MESSAGE:
      return RenderedReview{"application/x-protobuf",
                            result.SerializeAsString()};
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
  ASSIGN_OR_RETURN(
      const ReviewAtVersion now,
      reader.RunSince(request.at(), request.since(), request.outcome()));
  RETURN_IF_ERROR(CheckSize(now.result.ByteSizeLong()));
  ASSIGN_OR_RETURN(RenderedReview rendered, Render(now.result, request));
  RETURN_IF_ERROR(CheckSize(rendered.data.size()));
  return rendered;
}

}  // namespace consilium

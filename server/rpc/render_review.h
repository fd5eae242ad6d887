// A review at a version, rendered for people or programs.
#ifndef CONSILIUM_SERVER_RPC_RENDER_REVIEW_H_
#define CONSILIUM_SERVER_RPC_RENDER_REVIEW_H_

#include <string>

#include "absl/status/statusor.h"
#include "consilium/v1/review_result_service.pb.h"
#include "server/evidence/evidence_cache.h"
#include "server/rpc/review_reader.h"
#include "server/rpc/service_context.h"

namespace consilium {

struct RenderedReview {
  std::string content_type;
  std::string data;
};

//   INVALID_ARGUMENT    the format is unknown, or does not go with the figure
//                       or the outcome.
//   NOT_FOUND           there is no such registry, review, snapshot, figure or
//                       outcome.
//   RESOURCE_EXHAUSTED  it is larger than kRenderedReviewSizeMax.
//   and as ReviewReader.
absl::StatusOr<RenderedReview> RenderReview(
    const ServiceContext& services, EvidenceCache& evidence,
    const v1::RenderReviewRequest& request,
    ReviewReader::CheckAlive check_alive);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_RPC_RENDER_REVIEW_H_

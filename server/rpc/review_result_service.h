// What reviews come to, at any version: ReviewResultService.
#ifndef CONSILIUM_SERVER_RPC_REVIEW_RESULT_SERVICE_H_
#define CONSILIUM_SERVER_RPC_REVIEW_RESULT_SERVICE_H_

#include "consilium/v1/review_result_service.grpc.pb.h"
#include "server/evidence/evidence_cache.h"
#include "server/rpc/method_table.h"
#include "server/rpc/stream_context.h"

namespace consilium {

// Thread-safe. The unary calls go through the method table.
class ReviewResultService final
    : public v1::ReviewResultService::WithGenericMethod_RunReview<
          v1::ReviewResultService::WithCallbackMethod_RenderReview<
              v1::ReviewResultService::WithGenericMethod_DiffReview<
                  v1::ReviewResultService::WithCallbackMethod_WatchReview<
                      v1::ReviewResultService::Service>>>> {
 public:
  // Both must outlive the service.
  ReviewResultService(const StreamContext& context, EvidenceCache& evidence)
      : context_(context), evidence_(evidence) {}

  void Register(MethodTable& methods);

  grpc::ServerWriteReactor<v1::RenderReviewResponse>* RenderReview(
      grpc::CallbackServerContext* call,
      const v1::RenderReviewRequest* request) override;
  grpc::ServerWriteReactor<v1::WatchReviewResponse>* WatchReview(
      grpc::CallbackServerContext* call,
      const v1::WatchReviewRequest* request) override;

 private:
  absl::Status Run(const CallInfo& call, const v1::RunReviewRequest& request,
                   v1::RunReviewResponse& response);
  absl::Status Diff(const CallInfo& call, const v1::DiffReviewRequest& request,
                    v1::DiffReviewResponse& response);

  const StreamContext& context_;
  EvidenceCache& evidence_;
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_RPC_REVIEW_RESULT_SERVICE_H_

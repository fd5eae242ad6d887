// Where institutions disagree and agree: ConflictService.
#ifndef CONSILIUM_SERVER_RPC_CONFLICT_SERVICE_H_
#define CONSILIUM_SERVER_RPC_CONFLICT_SERVICE_H_

#include "consilium/v1/conflict_service.pb.h"
#include "proto/base/resource_name.h"
#include "server/rpc/method_table.h"
#include "server/rpc/service_context.h"
#include "storage/registry/change_request.h"

namespace consilium {

// Thread-safe.
class ConflictService {
 public:
  // `context` must outlive the service.
  explicit ConflictService(const ServiceContext& context) : context_(context) {}

  void Register(MethodTable& methods);

 private:
  absl::Status ListConflicts(const CallInfo& call,
                             const v1::ListConflictsRequest& request,
                             v1::ListConflictsResponse& response);
  absl::Status ListAgreements(const CallInfo& call,
                              const v1::ListAgreementsRequest& request,
                              v1::ListAgreementsResponse& response);
  absl::Status SummarizeAgreement(const CallInfo& call,
                                  const v1::SummarizeAgreementRequest& request,
                                  v1::SummarizeAgreementResponse& response);
  absl::Status GetConflict(const CallInfo& call,
                           const v1::GetConflictRequest& request,
                           v1::Conflict& response);
  void ResolveConflict(const CallInfo& call,
                       const v1::ResolveConflictRequest& request,
                       v1::ResolveConflictResponse& response, Done done);

  const ServiceContext& context_;
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_RPC_CONFLICT_SERVICE_H_

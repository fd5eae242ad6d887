#include "server/rpc/sync_service.h"

#include <memory>

#include "proto/base/resource_name.h"
#include "proto/base/status_macros.h"
#include "server/rpc/pull_changes.h"
#include "server/rpc/push_changes.h"
#include "server/rpc/record_message.h"
#include "server/rpc/watch_frontier.h"
#include "storage/change/change.h"
#include "storage/registry/snapshot.h"

namespace consilium {

void SyncService::Register(MethodTable& methods) {
  methods.AddScan("SyncService", "GetFrontier", this,
                  &SyncService::AnswerFrontier);
  methods.AddStream("SyncService", "PullChanges");
  methods.AddStream("SyncService", "PushChanges");
  methods.AddStream("SyncService", "WatchFrontier");
}

absl::Status SyncService::AnswerFrontier(const CallInfo& call,
                                         const v1::GetFrontierRequest& request,
                                         v1::GetFrontierResponse& response) {
  ASSIGN_OR_RETURN(const RegistryName name,
                   RegistryName::Parse(request.registry(), "registry"));
  ASSIGN_OR_RETURN(RegistryStore* const store,
                   context_.services.FindStore(name));
  const std::shared_ptr<const RegistryHead> head = store->head();
  response.set_registry_id(head->registry_id);
  response.set_format_version(kChangeFormatVersion);
  response.set_rule_version(kRuleVersion);
  *response.mutable_server_time() = ToTimestamp(context_.services.clock.Now());
  *response.mutable_frontier() = head->GetFrontier().ToProto();
  response.set_digest(head->content.Digest());
  response.set_institution(head->institution);
  response.set_replica(std::string(head->replica.bytes()));
  if (!request.has_digest_at()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const Frontier frontier,
                   Frontier::FromProto(request.digest_at()));
  const auto digest =
      store->DigestAt(frontier, [&call] { return call.CheckAlive(); });
  if (digest.ok()) {
    response.set_digest_at(*digest);
  } else if (digest.status().code() != absl::StatusCode::kFailedPrecondition) {
    return digest.status();
  }
  return absl::OkStatus();
}

grpc::ServerWriteReactor<v1::PullChangesResponse>* SyncService::PullChanges(
    grpc::CallbackServerContext* call, const v1::PullChangesRequest* request) {
  return StartPullChanges(context_, *call, *request);
}

grpc::ServerBidiReactor<v1::PushChangesRequest, v1::PushChangesResponse>*
SyncService::PushChanges(grpc::CallbackServerContext* call) {
  return StartPushChanges(context_, *call);
}

grpc::ServerWriteReactor<v1::WatchFrontierResponse>* SyncService::WatchFrontier(
    grpc::CallbackServerContext* call,
    const v1::WatchFrontierRequest* request) {
  return StartWatchFrontier(context_, *call, *request);
}

}  // namespace consilium

// The registries of this server: RegistryService.
#ifndef CONSILIUM_SERVER_RPC_REGISTRY_SERVICE_H_
#define CONSILIUM_SERVER_RPC_REGISTRY_SERVICE_H_

#include "consilium/v1/registry_service.pb.h"
#include "server/rpc/method_table.h"
#include "server/rpc/record_service.h"
#include "server/rpc/service_context.h"

namespace consilium {

// Thread-safe.
class RegistryService {
 public:
  // Both must outlive the service.
  RegistryService(const ServiceContext& context, const RecordService& records)
      : context_(context), records_(records) {}

  void Register(MethodTable& methods);

 private:
  void CreateRegistry(const CallInfo& call,
                      const v1::CreateRegistryRequest& request,
                      v1::Registry& response, Done done);
  absl::Status GetRegistry(const CallInfo& call,
                           const v1::GetRegistryRequest& request,
                           v1::Registry& response);
  absl::Status ListRegistries(const CallInfo& call,
                              const v1::ListRegistriesRequest& request,
                              v1::ListRegistriesResponse& response);
  void UpdateRegistry(const CallInfo& call,
                      const v1::UpdateRegistryRequest& request,
                      v1::Registry& response, Done done);
  void JoinRegistry(const CallInfo& call,
                    const v1::JoinRegistryRequest& request,
                    v1::Registry& response, Done done);
  void EnrollMember(const CallInfo& call,
                    const v1::EnrollMemberRequest& request,
                    v1::EnrollMemberResponse& response, Done done);
  absl::Status GetRegistryStatus(const CallInfo& call,
                                 const v1::GetRegistryStatusRequest& request,
                                 v1::GetRegistryStatusResponse& response);

  // The founding change of a registry.
  absl::StatusOr<ChangeRequest> MakeFounding(
      const CallInfo& call, const v1::CreateRegistryRequest& request) const;
  // The statements of this institution's member record.
  FieldStatements MakeMember(absl::string_view title) const;
  absl::Status Read(const RegistryStore& store, const RegistryName& name,
                    const Version& version, v1::Registry& response) const;
  // Sets what no change assigns: id and founder.
  absl::Status FillIdentity(v1::Registry& registry) const;

  const ServiceContext& context_;
  const RecordService& records_;
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_RPC_REGISTRY_SERVICE_H_

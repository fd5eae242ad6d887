// Reads a request that states several records: ChangeService.ApplyChange.
#ifndef CONSILIUM_SERVER_RPC_APPLY_CHANGE_H_
#define CONSILIUM_SERVER_RPC_APPLY_CHANGE_H_

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "consilium/v1/change_service.pb.h"
#include "proto/base/resource_name.h"
#include "server/rpc/method_table.h"
#include "storage/registry/change_request.h"
#include "storage/registry/registry_view.h"

namespace consilium {

struct PreparedChange {
  ChangeRequest request;
  // Where each record stands in the request, by relative name.
  std::map<std::string, std::string> prefixes;
};

// The change that `request` asks for. `view` is the newest version.
//   INVALID_ARGUMENT  names every fault of every statement at once.
absl::StatusOr<PreparedChange> PrepareChange(
    const CallInfo& call, const v1::ApplyChangeRequest& request,
    const RegistryName& registry, const RegistryView& view);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_RPC_APPLY_CHANGE_H_

// The standard reflection service, in both versions that clients ask for:
// which services there are, and their schemas. gRPC's own plugin knows only
// v1alpha, and not the health service.
#ifndef CONSILIUM_SERVER_RPC_REFLECTION_SERVICE_H_
#define CONSILIUM_SERVER_RPC_REFLECTION_SERVICE_H_

#include <grpcpp/impl/service_type.h>

#include <memory>
#include <string>
#include <vector>

#include "server/rpc/stream_context.h"

namespace consilium {

// grpc.reflection.v1 and grpc.reflection.v1alpha, over the schemas linked into
// this program. `services` are the full names to list; `context` must outlive
// what is returned.
std::vector<std::unique_ptr<grpc::Service>> MakeReflectionServices(
    const StreamContext& context, const std::vector<std::string>& services);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_RPC_REFLECTION_SERVICE_H_

// The services of this server, from their schemas.
#ifndef CONSILIUM_SERVER_RPC_OFFERED_SERVICES_H_
#define CONSILIUM_SERVER_RPC_OFFERED_SERVICES_H_

#include <google/protobuf/descriptor.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "server/rpc/method_table.h"

namespace consilium {

// In the order of their names.
const std::vector<const google::protobuf::ServiceDescriptor*>&
OfferedServices();

// Their full names.
std::vector<std::string> OfferedServiceNames();

// OK when `methods` serves all of them, and every kind of record has one.
//   INTERNAL  lists what is wrong.
absl::Status CheckOffered(const MethodTable& methods);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_RPC_OFFERED_SERVICES_H_

// The one translation between absl::Status and grpc::Status, shared by server
// and client.
#ifndef CONSILIUM_PROTO_BASE_GRPC_STATUS_H_
#define CONSILIUM_PROTO_BASE_GRPC_STATUS_H_

#include <grpcpp/support/status.h>

#include "absl/status/status.h"

namespace consilium {

// Payloads travel as a google.rpc.Status in the error details. When that would
// outgrow what HTTP/2 trailers carry (kStatusDetailsSizeMax), the last field
// violations and then the largest payloads are left out; code, message and
// ErrorInfo always arrive.
grpc::Status ToGrpcStatus(const absl::Status& status);

// The inverse. Errors that gRPC itself raised, and details that do not parse,
// give code and message alone.
absl::Status FromGrpcStatus(const grpc::Status& status);

}  // namespace consilium

#endif  // CONSILIUM_PROTO_BASE_GRPC_STATUS_H_

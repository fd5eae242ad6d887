// Calls a server's methods by their names. Connection does it over gRPC; tests
// have their own.
#ifndef CONSILIUM_CLIENT_API_CALLER_H_
#define CONSILIUM_CLIENT_API_CALLER_H_

#include <google/protobuf/message.h>

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "client/api/cancellation.h"
#include "client/api/limits.h"

namespace consilium {

struct CallOptions {
  // For the whole call, with its retries. A stream that should live longer
  // says so.
  absl::Duration deadline = kUnaryDeadline;
  // Ends the call early. May be null; must outlive the call.
  Cancellation* cancellation = nullptr;
};

// Thread-safe.
class Caller {
 public:
  virtual ~Caller() = default;

  // HOST:PORT of the server, for messages.
  virtual const std::string& address() const = 0;

  // Calls `method`, such as "consilium.v1.TrialService.GetTrial", and fills
  // `response`. Reads, and writes that carry a request_id, are tried again
  // while the server is unavailable.
  //
  // The server's errors keep their details. Besides:
  //   UNAVAILABLE        nobody answers; says what to try next.
  //   DEADLINE_EXCEEDED  the answer did not come in time.
  //   CANCELLED          by CallOptions.cancellation.
  //   UNIMPLEMENTED      the server has no such method.
  virtual absl::Status Call(absl::string_view method,
                            const google::protobuf::Message& request,
                            google::protobuf::Message& response,
                            const CallOptions& options = {}) = 0;

  // Calls a method that answers with a stream: fills `response` with each
  // message, then calls `visit`, which returns false to end the stream early.
  // OK at its end. Never tried again.
  virtual absl::Status Stream(absl::string_view method,
                              const google::protobuf::Message& request,
                              google::protobuf::Message& response,
                              absl::FunctionRef<bool()> visit,
                              const CallOptions& options) = 0;
};

// Call, returning the response.
template <typename Response>
absl::StatusOr<Response> CallFor(Caller& caller, absl::string_view method,
                                 const google::protobuf::Message& request,
                                 const CallOptions& options = {}) {
  Response response;
  const absl::Status status = caller.Call(method, request, response, options);
  if (!status.ok()) return status;
  return response;
}

// Reads every page of the list that `request` asks for, filling in its
// page_token (and its page_size when that is 0), and calls `visit` with each
// resource; `visit` returns false to stop. The resources are what the first
// repeated message field of the response holds.
absl::Status ListPages(
    Caller& caller, absl::string_view method,
    const google::protobuf::Message& request,
    absl::FunctionRef<bool(google::protobuf::Message&)> visit,
    const CallOptions& options = {});

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_API_CALLER_H_

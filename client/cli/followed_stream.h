// A stream that goes on when its server comes back.
#ifndef CONSILIUM_CLIENT_CLI_FOLLOWED_STREAM_H_
#define CONSILIUM_CLIENT_CLI_FOLLOWED_STREAM_H_

#include <google/protobuf/message.h>

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "client/cli/command.h"
#include "client/cli/server_session.h"
#include "proto/base/resource_name.h"

namespace consilium {

// What a command that watches asks for, and how it goes on.
struct FollowedStream {
  const char* method;
  RegistryName registry;
  google::protobuf::Message& request;
  google::protobuf::Message& response;
  // Fills `response`; false ends the stream.
  absl::FunctionRef<bool()> visit;
  // Puts into `request` what was seen last, and returns its name for people:
  // "revision 12".
  absl::FunctionRef<std::string()> resume;
};

// Calls `stream`, and again for as long as its server is away or the call is
// cut off; standard error says so. The server must have answered before.
//   what Caller::Stream returns otherwise, or once it went past --timeout.
absl::Status Follow(const CommandContext& context, ServerSession& session,
                    const FollowedStream& stream);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_FOLLOWED_STREAM_H_

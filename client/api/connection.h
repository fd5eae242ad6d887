// A connection to one server.
#ifndef CONSILIUM_CLIENT_API_CONNECTION_H_
#define CONSILIUM_CLIENT_API_CONNECTION_H_

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/security/credentials.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/api/caller.h"
#include "client/api/limits.h"

namespace consilium {

struct ConnectionOptions {
  // Null means plain text.
  std::shared_ptr<grpc::ChannelCredentials> credentials;
  // Waits between the attempts of one call.
  absl::Duration retry_delay_min = kRetryDelayMin;
  absl::Duration retry_delay_max = kRetryDelayMax;
};

// Thread-safe. Connects at the first call, and again after a loss.
class Connection final : public Caller {
 public:
  // To the server at `address`, HOST:PORT. Opening does not connect.
  //   INVALID_ARGUMENT  the address has another form.
  static absl::StatusOr<std::unique_ptr<Connection>> Open(
      absl::string_view address, const ConnectionOptions& options = {});

  // Over a channel that exists: a server in this process. `address` is for
  // messages.
  Connection(absl::string_view address, std::shared_ptr<grpc::Channel> channel,
             const ConnectionOptions& options = {});

  const std::string& address() const override { return address_; }

  absl::Status Call(absl::string_view method,
                    const google::protobuf::Message& request,
                    google::protobuf::Message& response,
                    const CallOptions& options = {}) override;

  absl::Status Stream(absl::string_view method,
                      const google::protobuf::Message& request,
                      google::protobuf::Message& response,
                      absl::FunctionRef<bool()> visit,
                      const CallOptions& options) override;

  // For generated stubs. Their errors go through FromGrpcStatus.
  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }

  // What `status` means to a person: errors that the transport raised are
  // given words, those of the server stay as they are.
  absl::Status Explain(const grpc::Status& status, absl::string_view method,
                       const CallOptions& options) const;

 private:
  absl::Status CallOnce(const std::string& path, absl::Time deadline,
                        const google::protobuf::Message& request,
                        google::protobuf::Message& response,
                        const CallOptions& options,
                        absl::string_view method) const;

  const std::string address_;
  const std::shared_ptr<grpc::Channel> channel_;
  const ConnectionOptions options_;
};

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_API_CONNECTION_H_

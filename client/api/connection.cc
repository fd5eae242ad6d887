#include "client/api/connection.h"

#include <google/protobuf/descriptor.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/impl/client_unary_call.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/impl/rpc_method.h>
#include <grpcpp/support/channel_arguments.h>
#include <grpcpp/support/sync_stream.h>

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/api/backoff.h"
#include "client/api/errors.h"
#include "client/api/reflection.h"
#include "proto/base/errors.h"
#include "proto/base/grpc_status.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

using google::protobuf::Message;
using google::protobuf::MessageLite;
using google::protobuf::MethodDescriptor;

// The host of HOST:PORT.
absl::StatusOr<absl::string_view> ParseHost(absl::string_view address) {
  const size_t colon = address.rfind(':');
  if (colon == absl::string_view::npos) {
    return AddressInvalid(address, "has no port");
  }
  absl::string_view host = address.substr(0, colon);
  int port = 0;
  if (!absl::SimpleAtoi(address.substr(colon + 1), &port) || port < 1 ||
      port > 65535) {
    return AddressInvalid(address, "has no port from 1 to 65535");
  }
  if (absl::StartsWith(host, "[") && absl::EndsWith(host, "]")) {
    host = host.substr(1, host.size() - 2);
  } else if (absl::StrContains(host, ':')) {
    return AddressInvalid(address, "has several colons outside brackets");
  }
  for (const char c : host) {
    if (!absl::ascii_isalnum(c) && !absl::StrContains("-_.:%", c)) {
      return AddressInvalid(address, "has a host that is none");
    }
  }
  if (host.empty()) return AddressInvalid(address, "has no host");
  return host;
}

bool IsLoopback(absl::string_view host) {
  return host == "localhost" || host == "::1" || absl::StartsWith(host, "127.");
}

grpc::ChannelArguments MakeChannelArguments(absl::string_view host) {
  const auto milliseconds = [](absl::Duration duration) {
    return static_cast<int>(absl::ToInt64Milliseconds(duration));
  };
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMessageSizeMax);
  arguments.SetMaxSendMessageSize(kMessageSizeMax);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS,
                   milliseconds(kKeepaliveInterval));
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS,
                   milliseconds(kKeepaliveTimeout));
  // Retries come back sooner than gRPC's own second.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS,
                   milliseconds(kRetryDelayMin));
  // Despite its name, how long one attempt to connect may take.
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS,
                   milliseconds(kConnectTimeout));
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS,
                   milliseconds(kRetryDelayMax));
  arguments.SetUserAgentPrefix("consilium");
  if (IsLoopback(host)) arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  return arguments;
}

// Whether "Service.Method", or the method alone, changes nothing.
bool IsRead(absl::string_view method) {
  const absl::string_view name = method.substr(method.rfind('.') + 1);
  return absl::StartsWith(name, "Get") || absl::StartsWith(name, "List") ||
         absl::StartsWith(name, "Diff") || absl::StartsWith(name, "Verify");
}

// A server whose store stopped ends: its next answer would say less.
bool IsWorthAnother(const absl::Status& status) {
  const std::string reason = GetErrorReason(status);
  return absl::IsUnavailable(status) && reason != "STORE_STOPPED" &&
         reason != "WRITE_FAILED";
}

bool CarriesRequestId(const Message& request) {
  const auto* field = request.GetDescriptor()->FindFieldByName("request_id");
  return field != nullptr &&
         field->cpp_type() ==
             google::protobuf::FieldDescriptor::CPPTYPE_STRING &&
         !request.GetReflection()->GetString(request, field).empty();
}

// The method, if it takes and gives such messages.
const MethodDescriptor* CheckedMethod(absl::string_view name,
                                      const Message& request,
                                      const Message& response) {
  const MethodDescriptor* method = FindMethod(name);
  const bool fits = method != nullptr &&
                    method->input_type() == request.GetDescriptor() &&
                    method->output_type() == response.GetDescriptor();
  return fits ? method : nullptr;
}

// "/consilium.v1.TrialService/GetTrial".
std::string PathOf(const MethodDescriptor& method) {
  return absl::StrCat("/", method.service()->full_name(), "/", method.name());
}

}  // namespace

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(
    absl::string_view address, const ConnectionOptions& options) {
  ASSIGN_OR_RETURN(const absl::string_view host, ParseHost(address));
  const auto credentials = options.credentials != nullptr
                               ? options.credentials
                               : grpc::InsecureChannelCredentials();
  return std::make_unique<Connection>(
      address,
      grpc::CreateCustomChannel(std::string(address), credentials,
                                MakeChannelArguments(host)),
      options);
}

Connection::Connection(absl::string_view address,
                       std::shared_ptr<grpc::Channel> channel,
                       const ConnectionOptions& options)
    : address_(address), channel_(std::move(channel)), options_(options) {}

absl::Status Connection::Call(absl::string_view method, const Message& request,
                              Message& response, const CallOptions& options) {
  const MethodDescriptor* descriptor = CheckedMethod(method, request, response);
  if (descriptor == nullptr) return MethodUnknown(method);
  const std::string path = PathOf(*descriptor);
  const absl::Time deadline = absl::Now() + options.deadline;
  const int attempts_max =
      IsRead(descriptor->name()) || CarriesRequestId(request) ? kCallAttemptsMax
                                                              : 1;
  Backoff backoff(options_.retry_delay_min, options_.retry_delay_max);
  for (int attempt = 1;; ++attempt) {
    const absl::Status status =
        CallOnce(path, deadline, request, response, options, method);
    if (!IsWorthAnother(status) || attempt == attempts_max) return status;
    const absl::Duration delay = backoff.Next();
    if (absl::Now() + delay >= deadline) return status;
    if (options.cancellation == nullptr) {
      absl::SleepFor(delay);
    } else if (options.cancellation->WaitFor(delay)) {
      return CallCancelled(method);
    }
  }
}

absl::Status Connection::CallOnce(const std::string& path, absl::Time deadline,
                                  const Message& request, Message& response,
                                  const CallOptions& options,
                                  absl::string_view method) const {
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(deadline));
  const Cancellation::Callback on_cancel(options.cancellation,
                                         [&] { context.TryCancel(); });
  const grpc::internal::RpcMethod rpc(
      path.c_str(), grpc::internal::RpcMethod::NORMAL_RPC, channel_);
  response.Clear();
  const grpc::Status status =
      grpc::internal::BlockingUnaryCall<MessageLite, MessageLite>(
          channel_.get(), rpc, &context, request, &response);
  return Explain(status, method, options);
}

absl::Status Connection::Stream(absl::string_view method,
                                const Message& request, Message& response,
                                absl::FunctionRef<bool()> visit,
                                const CallOptions& options) {
  const MethodDescriptor* descriptor = CheckedMethod(method, request, response);
  if (descriptor == nullptr || !descriptor->server_streaming()) {
    return MethodUnknown(method);
  }
  const std::string path = PathOf(*descriptor);
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + options.deadline));
  const Cancellation::Callback on_cancel(options.cancellation,
                                         [&] { context.TryCancel(); });
  const grpc::internal::RpcMethod rpc(
      path.c_str(), grpc::internal::RpcMethod::SERVER_STREAMING, channel_);
  const std::unique_ptr<grpc::ClientReader<MessageLite>> reader(
      grpc::internal::ClientReaderFactory<MessageLite>::Create<MessageLite>(
          channel_.get(), rpc, &context, request));
  bool stopped = false;
  while (!stopped && reader->Read(&response)) {
    stopped = !visit();
    response.Clear();
  }
  if (stopped) {
    context.TryCancel();
    reader->Finish();
    return absl::OkStatus();
  }
  return Explain(reader->Finish(), method, options);
}

absl::Status Connection::Explain(const grpc::Status& grpc_status,
                                 absl::string_view method,
                                 const CallOptions& options) const {
  absl::Status status = FromGrpcStatus(grpc_status);
  if (status.ok()) return status;
  if (options.cancellation != nullptr && options.cancellation->cancelled()) {
    return CallCancelled(method);
  }
  if (GetErrorInfo(status).has_value()) return status;
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    // Not by us: a server that stops cancels calls that it has not begun.
    case absl::StatusCode::kCancelled:
      return ServerUnavailable(address_, status.message());
    case absl::StatusCode::kDeadlineExceeded:
      return ServerTooSlow(address_, method, !IsRead(method), options.deadline);
    case absl::StatusCode::kUnimplemented:
      return MethodNotOffered(address_, method);
    default:
      return MakeError(status.code(), "TRANSPORT_FAILED",
                       absl::StrCat(address_, ": ", status.message()),
                       {{"address", address_}, {"method", method}});
  }
}

}  // namespace consilium

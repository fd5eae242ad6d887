// A server that a test plays.
#ifndef CONSILIUM_TESTS_SUPPORT_FAKE_CALLER_H_
#define CONSILIUM_TESTS_SUPPORT_FAKE_CALLER_H_

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "client/api/caller.h"

namespace consilium {

// Answers methods with the handlers it was given. One thread.
class FakeCaller final : public Caller {
 public:
  template <typename Request, typename Response>
  void Handle(const std::string& method,
              std::function<absl::Status(const Request&, Response&)> handler) {
    handlers_[method] = [handler](const google::protobuf::Message& request,
                                  google::protobuf::Message& response) {
      return handler(dynamic_cast<const Request&>(request),
                     dynamic_cast<Response&>(response));
    };
  }

  // The methods called so far, in order.
  const std::vector<std::string>& calls() const { return calls_; }

  const std::string& address() const override { return address_; }

  absl::Status Call(absl::string_view method,
                    const google::protobuf::Message& request,
                    google::protobuf::Message& response,
                    const CallOptions&) override {
    calls_.emplace_back(method);
    response.Clear();
    const auto handler = handlers_.find(std::string(method));
    if (handler == handlers_.end()) {
      return absl::UnimplementedError(absl::StrCat("no handler of ", method));
    }
    return handler->second(request, response);
  }

  absl::Status Stream(absl::string_view method,
                      const google::protobuf::Message& request,
                      google::protobuf::Message& response,
                      absl::FunctionRef<bool()> visit,
                      const CallOptions& options) override {
    const absl::Status status = Call(method, request, response, options);
    if (status.ok()) visit();
    return status;
  }

 private:
  using Handler = std::function<absl::Status(const google::protobuf::Message&,
                                             google::protobuf::Message&)>;

  const std::string address_ = "fake:1";
  std::map<std::string, Handler> handlers_;
  std::vector<std::string> calls_;
};

}  // namespace consilium

#endif  // CONSILIUM_TESTS_SUPPORT_FAKE_CALLER_H_

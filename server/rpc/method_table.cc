#include "server/rpc/method_table.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "proto/base/errors.h"
#include "server/rpc/call_log.h"
#include "server/rpc/errors.h"

namespace consilium {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::FileDescriptor;
using google::protobuf::MessageFactory;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;

constexpr absl::string_view kPackage = "consilium.v1";

std::string WireName(absl::string_view service, absl::string_view method) {
  return absl::StrCat("/", kPackage, ".", service, "/", method);
}

const MethodDescriptor* FindMethod(absl::string_view service,
                                   absl::string_view method) {
  return DescriptorPool::generated_pool()->FindMethodByName(
      absl::StrCat(kPackage, ".", service, ".", method));
}

}  // namespace

absl::Status CallInfo::CheckAlive() const {
  if (is_cancelled()) return CallCancelled();
  if (absl::Now() > deadline) return DeadlinePassed();
  return absl::OkStatus();
}

void MethodTable::Add(absl::string_view service, absl::string_view method,
                      UnaryMethod::Kind kind, UnaryHandler handler) {
  const std::string wire_name = WireName(service, method);
  const MethodDescriptor* descriptor = FindMethod(service, method);
  if (descriptor == nullptr) {
    mistakes_.push_back(absl::StrCat(wire_name, " is in no schema"));
    return;
  }
  if (descriptor->client_streaming() || descriptor->server_streaming()) {
    mistakes_.push_back(absl::StrCat(wire_name, " is a stream"));
    return;
  }
  MessageFactory& factory = *MessageFactory::generated_factory();
  UnaryMethod entry{
      wire_name.substr(1), kind, factory.GetPrototype(descriptor->input_type()),
      factory.GetPrototype(descriptor->output_type()), std::move(handler)};
  if (!unary_.emplace(wire_name, std::move(entry)).second) {
    mistakes_.push_back(absl::StrCat(wire_name, " has two handlers"));
  }
}

void MethodTable::CheckTypes(absl::string_view service,
                             absl::string_view method,
                             const Descriptor* request,
                             const Descriptor* response) {
  const MethodDescriptor* descriptor = FindMethod(service, method);
  if (descriptor != nullptr && (descriptor->input_type() != request ||
                                descriptor->output_type() != response)) {
    mistakes_.push_back(absl::StrCat(WireName(service, method),
                                     " has a handler of other messages"));
  }
}

void MethodTable::AddStream(absl::string_view service,
                            absl::string_view method) {
  if (!streams_.insert(WireName(service, method)).second) {
    mistakes_.push_back(
        absl::StrCat(WireName(service, method), " has two handlers"));
  }
}

absl::Status MethodTable::CheckComplete(
    const std::vector<const FileDescriptor*>& files) const {
  std::vector<std::string> mistakes = mistakes_;
  size_t served = 0;
  for (const FileDescriptor* file : files) {
    for (int i = 0; i < file->service_count(); ++i) {
      const ServiceDescriptor& service = *file->service(i);
      for (int j = 0; j < service.method_count(); ++j) {
        const MethodDescriptor& method = *service.method(j);
        const std::string name = WireName(service.name(), method.name());
        const bool is_stream =
            method.client_streaming() || method.server_streaming();
        const bool has_handler =
            is_stream ? streams_.contains(name) : unary_.contains(name);
        if (has_handler) {
          ++served;
        } else {
          mistakes.push_back(absl::StrCat(name, " has no handler"));
        }
      }
    }
  }
  if (mistakes.empty() && served != unary_.size() + streams_.size()) {
    mistakes.push_back("there are handlers of services that are not offered");
  }
  if (mistakes.empty()) return absl::OkStatus();
  return MakeError(absl::StatusCode::kInternal, "METHOD_TABLE_INCOMPLETE",
                   absl::StrJoin(mistakes, "; "));
}

void MethodTable::SetObservers(const CallLog& log) {
  for (auto& [wire_name, method] : unary_) {
    method.observer = &log.ObserverOf(method.name);
  }
}

const UnaryMethod* MethodTable::Find(const std::string& wire_name) const {
  const auto found = unary_.find(wire_name);
  return found == unary_.end() ? nullptr : &found->second;
}

void MethodTable::Visit(
    absl::FunctionRef<void(const UnaryMethod&)> visit) const {
  for (const auto& [wire_name, method] : unary_) visit(method);
}

}  // namespace consilium

#include <google/protobuf/descriptor.h>

#include <memory>
#include <string>

#include "client/api/caller.h"
#include "client/api/errors.h"
#include "client/api/reflection.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// The fields of a list method, or null.
struct PageFields {
  const FieldDescriptor* page_size;
  const FieldDescriptor* page_token;
  const FieldDescriptor* resources = nullptr;
  const FieldDescriptor* next_page_token;

  PageFields(const google::protobuf::MethodDescriptor& method)
      : page_size(method.input_type()->FindFieldByName("page_size")),
        page_token(method.input_type()->FindFieldByName("page_token")),
        next_page_token(
            method.output_type()->FindFieldByName("next_page_token")) {
    const auto& response = *method.output_type();
    for (int i = 0; i < response.field_count() && resources == nullptr; ++i) {
      const FieldDescriptor* field = response.field(i);
      if (field->is_repeated() && field->message_type() != nullptr) {
        resources = field;
      }
    }
  }

  bool complete() const {
    return page_size != nullptr && page_token != nullptr &&
           resources != nullptr && next_page_token != nullptr;
  }
};

}  // namespace

absl::Status ListPages(Caller& caller, absl::string_view method,
                       const Message& request,
                       absl::FunctionRef<bool(Message&)> visit,
                       const CallOptions& options) {
  const auto* descriptor = FindMethod(method);
  if (descriptor == nullptr) return MethodUnknown(method);
  const PageFields fields(*descriptor);
  if (!fields.complete() ||
      request.GetDescriptor() != descriptor->input_type()) {
    return MethodUnknown(method);
  }
  const std::unique_ptr<Message> page_request(request.New());
  page_request->CopyFrom(request);
  const auto& asks = *page_request->GetReflection();
  if (asks.GetInt32(*page_request, fields.page_size) == 0) {
    asks.SetInt32(page_request.get(), fields.page_size, kPageSize);
  }
  const std::unique_ptr<Message> page = NewMessage(*descriptor->output_type());
  const auto& holds = *page->GetReflection();
  while (true) {
    RETURN_IF_ERROR(caller.Call(method, *page_request, *page, options));
    const int count = holds.FieldSize(*page, fields.resources);
    for (int i = 0; i < count; ++i) {
      if (!visit(
              *holds.MutableRepeatedMessage(page.get(), fields.resources, i))) {
        return absl::OkStatus();
      }
    }
    std::string next = holds.GetString(*page, fields.next_page_token);
    if (next.empty()) return absl::OkStatus();
    if (next == asks.GetString(*page_request, fields.page_token)) {
      return PageTokenRepeated(method);
    }
    asks.SetString(page_request.get(), fields.page_token, std::move(next));
  }
}

}  // namespace consilium

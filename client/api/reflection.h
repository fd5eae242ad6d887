// Methods and messages found by name.
#ifndef CONSILIUM_CLIENT_API_REFLECTION_H_
#define CONSILIUM_CLIENT_API_REFLECTION_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <memory>

#include "absl/strings/string_view.h"

namespace consilium {

// The method of that full name, or null. Thread-safe.
const google::protobuf::MethodDescriptor* FindMethod(absl::string_view method);

// A new, empty message of a generated type. Thread-safe.
std::unique_ptr<google::protobuf::Message> NewMessage(
    const google::protobuf::Descriptor& descriptor);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_API_REFLECTION_H_

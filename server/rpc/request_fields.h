// The fields that requests have alike, read by name from any of them. Absent
// fields read as empty.
#ifndef CONSILIUM_SERVER_RPC_REQUEST_FIELDS_H_
#define CONSILIUM_SERVER_RPC_REQUEST_FIELDS_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <cstdint>
#include <string>

#include "consilium/v1/version.pb.h"

namespace consilium {

inline std::string GetText(const google::protobuf::Message& request,
                           const std::string& name) {
  const auto* field = request.GetDescriptor()->FindFieldByName(name);
  return field == nullptr ? ""
                          : request.GetReflection()->GetString(request, field);
}

inline bool GetFlag(const google::protobuf::Message& request,
                    const std::string& name) {
  const auto* field = request.GetDescriptor()->FindFieldByName(name);
  return field != nullptr && request.GetReflection()->GetBool(request, field);
}

inline int32_t GetNumber(const google::protobuf::Message& request,
                         const std::string& name) {
  const auto* field = request.GetDescriptor()->FindFieldByName(name);
  return field == nullptr ? 0
                          : request.GetReflection()->GetInt32(request, field);
}

// The field that holds a message of type `part`; null when there is none.
inline const google::protobuf::FieldDescriptor* FindPart(
    const google::protobuf::Message& request,
    const google::protobuf::Descriptor* part) {
  for (int i = 0; i < request.GetDescriptor()->field_count(); ++i) {
    const auto* field = request.GetDescriptor()->field(i);
    if (field->message_type() == part) return field;
  }
  return nullptr;
}

// The part of type `Part`; the default instance when it is absent.
template <typename Part>
const Part& GetPart(const google::protobuf::Message& request) {
  const auto* field = FindPart(request, Part::descriptor());
  if (field == nullptr) return Part::default_instance();
  return static_cast<const Part&>(
      request.GetReflection()->GetMessage(request, field));
}

inline void SetText(google::protobuf::Message& message, const std::string& name,
                    std::string text) {
  const auto* field = message.GetDescriptor()->FindFieldByName(name);
  if (field == nullptr) return;
  message.GetReflection()->SetString(&message, field, std::move(text));
}

}  // namespace consilium

#endif  // CONSILIUM_SERVER_RPC_REQUEST_FIELDS_H_

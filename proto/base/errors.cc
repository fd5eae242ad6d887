#include "proto/base/errors.h"

#include <algorithm>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "proto/base/utf8.h"

namespace consilium {
namespace {

constexpr absl::string_view kTypeUrlPrefix = "type.googleapis.com/";
constexpr absl::string_view kInvalidFieldReason = "INVALID_FIELD";

// How many violations the message itself names; the payload holds them all.
constexpr size_t kViolationsInMessageMax = 3;

template <typename Payload>
std::string TypeUrl() {
  return absl::StrCat(kTypeUrlPrefix, Payload::descriptor()->full_name());
}

template <typename Payload>
void SetPayload(const Payload& payload, absl::Status& status) {
  status.SetPayload(TypeUrl<Payload>(),
                    absl::Cord(payload.SerializeAsString()));
}

template <typename Payload>
std::optional<Payload> GetPayload(const absl::Status& status) {
  const auto bytes = status.GetPayload(TypeUrl<Payload>());
  Payload payload;
  if (!bytes.has_value() || !payload.ParseFromString(std::string(*bytes))) {
    return std::nullopt;
  }
  return payload;
}

std::string Describe(const FieldViolation& violation) {
  if (violation.field.empty()) return violation.description;
  return absl::StrCat(violation.field, ": ", violation.description);
}

}  // namespace

absl::Status MakeError(absl::StatusCode code, absl::string_view reason,
                       absl::string_view message, ErrorMetadata metadata) {
  google::rpc::ErrorInfo info;
  info.set_reason(std::string(reason));
  info.set_domain(std::string(kErrorDomain));
  for (const auto& [key, value] : metadata) {
    (*info.mutable_metadata())[std::string(key)] = CleanUtf8(value);
  }
  absl::Status status(code, CleanUtf8(message));
  SetPayload(info, status);
  return status;
}

absl::Status InvalidFields(const std::vector<FieldViolation>& violations) {
  std::string message;
  const size_t named = std::min(violations.size(), kViolationsInMessageMax);
  for (size_t i = 0; i < named; ++i) {
    absl::StrAppend(&message, i == 0 ? "" : "; ", Describe(violations[i]));
  }
  if (violations.size() > named) {
    absl::StrAppend(&message, "; and ", violations.size() - named, " more");
  }
  const std::string first = violations.empty() ? "" : violations.front().field;
  return InvalidInput(kInvalidFieldReason, message, violations,
                      {{"field", first}});
}

absl::Status InvalidInput(absl::string_view reason, absl::string_view message,
                          const std::vector<FieldViolation>& violations,
                          ErrorMetadata metadata) {
  return WithViolations(
      MakeError(absl::StatusCode::kInvalidArgument, reason, message, metadata),
      violations);
}

absl::Status WithViolations(const absl::Status& status,
                            const std::vector<FieldViolation>& violations) {
  google::rpc::BadRequest bad_request;
  for (const FieldViolation& violation : violations) {
    auto* added = bad_request.add_field_violations();
    added->set_field(CleanUtf8(violation.field));
    added->set_description(CleanUtf8(violation.description));
  }
  absl::Status with = status;
  SetPayload(bad_request, with);
  return with;
}

absl::Status InvalidField(absl::string_view field,
                          absl::string_view description) {
  return InvalidFields({{std::string(field), std::string(description)}});
}

std::optional<google::rpc::ErrorInfo> GetErrorInfo(const absl::Status& status) {
  return GetPayload<google::rpc::ErrorInfo>(status);
}

std::string GetErrorReason(const absl::Status& status) {
  const auto info = GetErrorInfo(status);
  return info.has_value() ? info->reason() : "";
}

std::vector<FieldViolation> GetFieldViolations(const absl::Status& status) {
  std::vector<FieldViolation> violations;
  if (const auto bad_request = GetPayload<google::rpc::BadRequest>(status)) {
    for (const auto& violation : bad_request->field_violations()) {
      violations.push_back({violation.field(), violation.description()});
    }
  }
  return violations;
}

absl::Status Annotate(const absl::Status& status, absl::string_view prefix) {
  if (status.ok()) return status;
  absl::Status annotated(status.code(),
                         absl::StrCat(prefix, ": ", status.message()));
  status.ForEachPayload(
      [&annotated](absl::string_view type_url, const absl::Cord& payload) {
        annotated.SetPayload(type_url, payload);
      });
  return annotated;
}

google::rpc::Status ToRpcStatus(const absl::Status& status) {
  google::rpc::Status rpc_status;
  rpc_status.set_code(static_cast<int>(status.code()));
  rpc_status.set_message(std::string(status.message()));
  status.ForEachPayload(
      [&rpc_status](absl::string_view type_url, const absl::Cord& payload) {
        google::protobuf::Any* detail = rpc_status.add_details();
        detail->set_type_url(std::string(type_url));
        detail->set_value(std::string(payload));
      });
  // Abseil visits payloads in a random order.
  std::sort(
      rpc_status.mutable_details()->begin(),
      rpc_status.mutable_details()->end(),
      [](const auto& a, const auto& b) { return a.type_url() < b.type_url(); });
  return rpc_status;
}

absl::Status FromRpcStatus(const google::rpc::Status& rpc_status) {
  absl::Status status(static_cast<absl::StatusCode>(rpc_status.code()),
                      rpc_status.message());
  for (const google::protobuf::Any& detail : rpc_status.details()) {
    status.SetPayload(detail.type_url(), absl::Cord(detail.value()));
  }
  return status;
}

}  // namespace consilium

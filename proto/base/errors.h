// The failures that Consilium names, and how they travel.
//
// Every error carries an ErrorInfo (reason, domain "consilium", metadata) as a
// payload of its absl::Status; an error in the input adds a BadRequest. Each
// library names its own failures with these functions in its errors.h.
#ifndef CONSILIUM_PROTO_BASE_ERRORS_H_
#define CONSILIUM_PROTO_BASE_ERRORS_H_

#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace consilium {

inline constexpr absl::string_view kErrorDomain = "consilium";

using ErrorMetadata =
    std::initializer_list<std::pair<absl::string_view, absl::string_view>>;

// An error of `code` whose ErrorInfo holds `reason` (UPPER_SNAKE_CASE) and
// `metadata`.
absl::Status MakeError(absl::StatusCode code, absl::string_view reason,
                       absl::string_view message, ErrorMetadata metadata = {});

// One fault in the input: the path of the field, and what is wrong with which
// value and what was wanted.
struct FieldViolation {
  std::string field;
  std::string description;
};

// INVALID_ARGUMENT with a BadRequest of all `violations`, at least one. The
// message names the first ones.
absl::Status InvalidFields(const std::vector<FieldViolation>& violations);

// Like InvalidFields, with a reason, message and metadata of the caller's.
absl::Status InvalidInput(absl::string_view reason, absl::string_view message,
                          const std::vector<FieldViolation>& violations,
                          ErrorMetadata metadata = {});

// INVALID_ARGUMENT for one field.
absl::Status InvalidField(absl::string_view field,
                          absl::string_view description);

// The same error with a BadRequest of `violations` in place of the one that it
// has, if any.
absl::Status WithViolations(const absl::Status& status,
                            const std::vector<FieldViolation>& violations);

// The ErrorInfo of `status`; empty when it carries none.
std::optional<google::rpc::ErrorInfo> GetErrorInfo(const absl::Status& status);

// The reason of `status`, or "" when it carries none.
std::string GetErrorReason(const absl::Status& status);

// The field violations of `status`, empty when it carries none.
std::vector<FieldViolation> GetFieldViolations(const absl::Status& status);

// The same error with `prefix` put before its message; payloads are kept.
absl::Status Annotate(const absl::Status& status, absl::string_view prefix);

// `status` as the message that travels in grpc-status-details-bin, and back.
// Code, message and every payload survive both ways.
google::rpc::Status ToRpcStatus(const absl::Status& status);
absl::Status FromRpcStatus(const google::rpc::Status& status);

}  // namespace consilium

#endif  // CONSILIUM_PROTO_BASE_ERRORS_H_

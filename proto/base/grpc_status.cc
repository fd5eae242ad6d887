#include "proto/base/grpc_status.h"

#include <algorithm>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "proto/base/errors.h"
#include "proto/base/limits.h"
#include "proto/base/utf8.h"

namespace consilium {
namespace {

using google::protobuf::Any;

// ErrorInfo is never left out, so it weighs nothing in the choice.
size_t DroppableSize(const Any& detail) {
  return absl::EndsWith(detail.type_url(), "/google.rpc.ErrorInfo")
             ? 0
             : detail.ByteSizeLong();
}

// Takes violations from the end until `excess` bytes are saved, and says how
// many went. False when `detail` holds no violations to spare.
bool ShortenViolations(size_t excess, Any& detail) {
  google::rpc::BadRequest bad_request;
  if (!detail.UnpackTo(&bad_request)) return false;
  auto& violations = *bad_request.mutable_field_violations();
  int dropped = 0;
  size_t saved = 0;
  // The note about what went takes room itself.
  constexpr size_t kNoteSize = 64;
  while (violations.size() > 1 && saved < excess + kNoteSize) {
    saved += violations.rbegin()->ByteSizeLong() + 2;
    violations.RemoveLast();
    ++dropped;
  }
  if (dropped == 0) return false;
  violations.Add()->set_description(
      absl::StrCat("and ", dropped, " more violations"));
  detail.set_value(bad_request.SerializeAsString());
  return true;
}

void FitIntoTrailers(google::rpc::Status& rpc_status) {
  rpc_status.set_message(
      ShortenUtf8(rpc_status.message(), kStatusMessageSizeMax));
  auto& details = *rpc_status.mutable_details();
  for (Any& detail : details) {
    const size_t size = rpc_status.ByteSizeLong();
    if (size <= kStatusDetailsSizeMax) return;
    ShortenViolations(size - kStatusDetailsSizeMax, detail);
  }
  while (!details.empty() &&
         rpc_status.ByteSizeLong() > kStatusDetailsSizeMax) {
    const auto largest = std::max_element(
        details.begin(), details.end(), [](const Any& a, const Any& b) {
          return DroppableSize(a) < DroppableSize(b);
        });
    if (DroppableSize(*largest) == 0) return;
    details.erase(largest);
  }
}

}  // namespace

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  google::rpc::Status rpc_status = ToRpcStatus(status);
  FitIntoTrailers(rpc_status);
  return grpc::Status(static_cast<grpc::StatusCode>(rpc_status.code()),
                      rpc_status.message(), rpc_status.SerializeAsString());
}

absl::Status FromGrpcStatus(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  google::rpc::Status rpc_status;
  const bool has_details =
      !status.error_details().empty() &&
      rpc_status.ParseFromString(status.error_details()) &&
      rpc_status.code() == static_cast<int>(status.error_code());
  if (!has_details) rpc_status.Clear();
  rpc_status.set_code(static_cast<int>(status.error_code()));
  rpc_status.set_message(status.error_message());
  return FromRpcStatus(rpc_status);
}

}  // namespace consilium

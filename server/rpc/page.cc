#include "server/rpc/page.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"
#include "server/rpc/limits.h"
#include "server/rpc/version_parser.h"

namespace consilium {
namespace {

// The version is the one that the request itself names, which is fixed.
constexpr absl::string_view kAsRequested = "=";

absl::StatusOr<Version> PinnedVersion(absl::string_view pinned,
                                      absl::string_view requested,
                                      const RegistryStore& store) {
  int64_t revision = 0;
  if (absl::SimpleAtoi(pinned, &revision)) {
    return Version::AtRevision(revision);
  }
  return ParseVersion(requested, store);
}

}  // namespace

absl::StatusOr<int32_t> ReadPageSize(int32_t page_size) {
  if (page_size < 0) {
    return InvalidField(
        "pageSize",
        absl::StrCat(page_size, " is negative; want 1 to ", kPageSizeMax,
                     ", or 0 for ", kPageSizeDefault));
  }
  if (page_size == 0) return kPageSizeDefault;
  return std::min(page_size, kPageSizeMax);
}

absl::StatusOr<Page> Page::Open(const ServiceContext& context,
                                const RegistryStore& store,
                                const PageRequest& request) {
  Page page(request, PageTokenSealer(context.page_token_key,
                                     store.head()->replica.bytes()));
  ASSIGN_OR_RETURN(page.size_, ReadPageSize(request.page_size));
  Version version;
  if (request.page_token.empty()) {
    ASSIGN_OR_RETURN(version, ParseVersion(request.query.version, store));
  } else {
    ASSIGN_OR_RETURN(PagePosition position,
                     page.sealer_.Open(request.page_token, request.query));
    page.after_ = std::move(position.last_key);
    ASSIGN_OR_RETURN(
        version, PinnedVersion(position.version, request.query.version, store));
  }
  ASSIGN_OR_RETURN(page.view_, store.OpenView(version));
  const int64_t revision = page.view_->revision();
  page.version_ =
      revision > 0 ? absl::StrCat(revision) : std::string(kAsRequested);
  return page;
}

bool Page::Add(size_t size_bytes) {
  ++count_;
  size_bytes_ += size_bytes;
  return count_ < size_ && size_bytes_ < kPageBytesMax;
}

std::string Page::NextToken(absl::string_view last_key) const {
  return sealer_.Seal(request_.query, {request_.registry.id(), version_,
                                       std::string(last_key)});
}

}  // namespace consilium

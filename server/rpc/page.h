// One page of a list: its size, the version that all its pages read, and where
// it starts.
#ifndef CONSILIUM_SERVER_RPC_PAGE_H_
#define CONSILIUM_SERVER_RPC_PAGE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/query/page_token.h"
#include "server/rpc/service_context.h"
#include "storage/registry/registry_store.h"
#include "storage/registry/registry_view.h"

namespace consilium {

// The part of a list request that pages rest on.
struct PageRequest {
  RegistryName registry;
  PageQuery query;  // `version` is the request's `at`.
  int32_t page_size = 0;
  std::string page_token;
};

// `page_size` as it counts.
//   INVALID_ARGUMENT  it is negative.
absl::StatusOr<int32_t> ReadPageSize(int32_t page_size);

// One thread.
class Page {
 public:
  //   INVALID_ARGUMENT  the size or the token is wrong, or `at` is no version.
  //   NOT_FOUND, FAILED_PRECONDITION  the version cannot be read.
  static absl::StatusOr<Page> Open(const ServiceContext& context,
                                   const RegistryStore& store,
                                   const PageRequest& request);

  const RegistryView& view() const { return *view_; }
  // Most entries of the page.
  int32_t size() const { return size_; }
  // The key of the last entry of the page before; empty on the first.
  const std::string& after() const { return after_; }

  // Notes an entry of `size_bytes`. False when the page is full with it.
  bool Add(size_t size_bytes);

  // The token for the page after the entry called `last_key`.
  std::string NextToken(absl::string_view last_key) const;

 private:
  Page(PageRequest request, PageTokenSealer sealer)
      : request_(std::move(request)), sealer_(std::move(sealer)) {}

  PageRequest request_;
  PageTokenSealer sealer_;
  std::unique_ptr<RegistryView> view_;
  std::string version_;  // As the token has it.
  std::string after_;
  int32_t size_ = 0;
  int32_t count_ = 0;
  size_t size_bytes_ = 0;
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_RPC_PAGE_H_

// The scan of a store that could not begin one.
#ifndef CONSILIUM_STORAGE_KV_FAILED_SCAN_H_
#define CONSILIUM_STORAGE_KV_FAILED_SCAN_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "storage/kv/key_value_store.h"

namespace consilium {

// Without rows; says why.
class FailedScan final : public RowIterator {
 public:
  explicit FailedScan(absl::Status status) : status_(std::move(status)) {}

  bool Valid() const override { return false; }
  void Next() override {}
  void Seek(absl::string_view) override {}
  absl::string_view key() const override { return {}; }
  absl::string_view value() const override { return {}; }
  absl::Status status() const override { return status_; }

 private:
  const absl::Status status_;
};

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_KV_FAILED_SCAN_H_

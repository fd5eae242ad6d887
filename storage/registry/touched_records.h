// When each record was last touched, so that what was read of one is known to
// stand without reading it again.
//
// Of a fixed size: records whose names hash alike share a place, so that
// "unchanged" is certain and its contrary is not.
//
// Thread-safe.
#ifndef CONSILIUM_STORAGE_REGISTRY_TOUCHED_RECORDS_H_
#define CONSILIUM_STORAGE_REGISTRY_TOUCHED_RECORDS_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/hash/hash.h"
#include "absl/strings/string_view.h"
#include "storage/registry/limits.h"

namespace consilium {

class TouchedRecords {
 public:
  TouchedRecords() : revisions_(kTouchedPlaces) {}

  // Notes that `revision` touched the record `name`. Call in order of
  // revisions, before anybody hears of `revision`.
  void Touch(absl::string_view name, int64_t revision) {
    revisions_[PlaceOf(name)].store(revision, std::memory_order_release);
  }

  // Whether the record `name` reads at the newest version as at `revision`.
  bool UnchangedSince(absl::string_view name, int64_t revision) const {
    return revisions_[PlaceOf(name)].load(std::memory_order_acquire) <=
           revision;
  }

 private:
  static size_t PlaceOf(absl::string_view name) {
    return absl::Hash<absl::string_view>()(name) % kTouchedPlaces;
  }

  std::vector<std::atomic<int64_t>> revisions_;
};

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_REGISTRY_TOUCHED_RECORDS_H_

// Records as commits left them, at hand for answers and for the next commit:
// what is edited is often edited again soon.
#ifndef CONSILIUM_STORAGE_REGISTRY_RECENT_RECORDS_H_
#define CONSILIUM_STORAGE_REGISTRY_RECENT_RECORDS_H_

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "storage/registry/limits.h"
#include "storage/registry/row_codec.h"

namespace consilium {

// A record that was committed, and the size of its row.
struct CommittedRecord {
  StoredRecord record;
  size_t row_size_bytes = 0;
};

// The records of one commit. Immutable once it is filled.
class CommittedRecords {
 public:
  using Entry = std::pair<std::string, std::shared_ptr<const CommittedRecord>>;

  // Ascending by name.
  void Add(const std::string& name, CommittedRecord record) {
    entries_.emplace_back(
        name, std::make_shared<const CommittedRecord>(std::move(record)));
  }

  // The record, or null when the commit did not touch it.
  const StoredRecord* Find(absl::string_view name) const {
    const auto found = std::lower_bound(
        entries_.begin(), entries_.end(), name,
        [](const Entry& a, absl::string_view b) { return a.first < b; });
    return found == entries_.end() || found->first != name
               ? nullptr
               : &found->second->record;
  }

  const std::vector<Entry>& entries() const { return entries_; }

 private:
  std::vector<Entry> entries_;
};

// One thread.
class RecentRecords {
 public:
  // The record, or null when it is not at hand.
  const StoredRecord* Find(absl::string_view name) const {
    const auto found = records_.find(name);
    return found == records_.end() ? nullptr : &found->second->record;
  }

  void PutAll(const CommittedRecords& records) {
    if (size_bytes_ > kRecentRecordsSizeMax) Clear();
    for (const auto& [name, record] : records.entries()) {
      size_bytes_ += record->row_size_bytes;
      std::shared_ptr<const CommittedRecord>& place = records_[name];
      if (place != nullptr) size_bytes_ -= place->row_size_bytes;
      place = record;
    }
  }

  void Clear() {
    records_.clear();
    size_bytes_ = 0;
  }

 private:
  absl::flat_hash_map<std::string, std::shared_ptr<const CommittedRecord>>
      records_;
  size_t size_bytes_ = 0;
};

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_REGISTRY_RECENT_RECORDS_H_

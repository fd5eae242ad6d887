// Refuses logs with a hole. The database numbers its writes without gaps; what
// it replays must have none either.
#ifndef CONSILIUM_STORAGE_KV_LOG_SEQUENCE_CHECK_H_
#define CONSILIUM_STORAGE_KV_LOG_SEQUENCE_CHECK_H_

#include <cstdint>
#include <string>

#include "rocksdb/wal_filter.h"

namespace consilium {

// One thread; used while one database opens, which it must outlive.
class LogSequenceCheck final : public rocksdb::WalFilter {
 public:
  const char* Name() const override { return "consilium.LogSequenceCheck"; }

  WalProcessingOption LogRecordFound(unsigned long long log_number,
                                     const std::string& log_file_name,
                                     const rocksdb::WriteBatch& batch,
                                     rocksdb::WriteBatch* new_batch,
                                     bool* batch_changed) override;

  // Where the first hole is, or empty.
  const std::string& hole() const { return hole_; }

 private:
  uint64_t next_sequence_ = 0;  // 0 before the first record.
  std::string hole_;
};

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_KV_LOG_SEQUENCE_CHECK_H_

#include "storage/kv/log_sequence_check.h"

#include <cstddef>

#include "absl/strings/str_cat.h"
#include "rocksdb/write_batch.h"

namespace consilium {
namespace {

// A batch in a log begins with its sequence number, 8 bytes, little-endian.
uint64_t SequenceOf(const rocksdb::WriteBatch& batch) {
  uint64_t sequence = 0;
  for (size_t i = 8; i-- > 0;) {
    sequence = sequence << 8 | static_cast<unsigned char>(batch.Data()[i]);
  }
  return sequence;
}

}  // namespace

rocksdb::WalFilter::WalProcessingOption LogSequenceCheck::LogRecordFound(
    unsigned long long, const std::string& log_file_name,
    const rocksdb::WriteBatch& batch, rocksdb::WriteBatch*, bool*) {
  const uint64_t sequence = SequenceOf(batch);
  if (next_sequence_ != 0 && sequence != next_sequence_) {
    hole_ = absl::StrCat(log_file_name, " goes on at write ", sequence,
                         " where ", next_sequence_, " was due");
    return WalProcessingOption::kCorruptedRecord;
  }
  next_sequence_ = sequence + batch.Count();
  return WalProcessingOption::kContinueProcessing;
}

}  // namespace consilium

// Between rows and what the merge works on. Pure.
#ifndef CONSILIUM_STORAGE_REGISTRY_ROW_CODEC_H_
#define CONSILIUM_STORAGE_REGISTRY_ROW_CODEC_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "consilium/stored/v1/rows.pb.h"
#include "proto/base/field_path.h"
#include "storage/merge/record_state.h"

namespace consilium {

// One record as its row keeps it.
struct StoredRecord {
  RecordState state;
  std::string element;  // Empty before the record exists.
  int64_t first_revision = 0;
  int64_t last_revision = 0;
  bool retracted = false;
  bool lifecycle_conflict = false;
  bool ever_concurrent = false;
};

// The value of the row `key`.
std::string EncodeRecordRow(absl::string_view key, const StoredRecord& record);
std::string EncodeHistoryRow(absl::string_view key,
                             const SupersededAssignment& past);

// DATA_LOSS names the key.
absl::StatusOr<StoredRecord> DecodeRecordRow(absl::string_view key,
                                             absl::string_view value);
absl::StatusOr<SupersededAssignment> DecodeHistoryRow(absl::string_view key,
                                                      absl::string_view value);

// Hash of the element that a record with this state has in the digest; empty
// when nothing is visible.
std::string ElementOf(absl::string_view name, const RecordState& state);

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_REGISTRY_ROW_CODEC_H_

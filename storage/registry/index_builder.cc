#include "storage/registry/index_builder.h"

#include <string>
#include <vector>

#include "consilium/stored/v1/rows.pb.h"
#include "proto/base/status_macros.h"
#include "storage/registry/row_codec.h"
#include "storage/schema/row_keys.h"
#include "storage/schema/row_value.h"

namespace consilium {
namespace {

// Rows go into the store in batches of about this size.
constexpr size_t kBatchSizeBytes = size_t{1} << 20;

class IndexBuilder {
 public:
  IndexBuilder(KeyValueStore& kv, Partition partition,
               const RecordIndexer& indexer)
      : kv_(kv), partition_(partition), indexer_(indexer) {}

  absl::StatusOr<bool> IsBuilt() const {
    const std::string key = IndexVersionRowKey::Key();
    ASSIGN_OR_RETURN(const auto value, kv_.Get(partition_, key));
    if (!value) return false;
    stored::v1::IndexVersionRow row;
    RETURN_IF_ERROR(DecodeRow(key, *value, row));
    return row.version() == indexer_.version();
  }

  absl::Status Build() {
    RETURN_IF_ERROR(DropRows());
    RETURN_IF_ERROR(IndexVisible());
    RETURN_IF_ERROR(IndexHistory());
    // Last: without this row, the others are made anew.
    AddIndexVersion(indexer_, batch_);
    return Flush(0);
  }

 private:
  absl::Status DropRows() {
    const auto it = kv_.Scan(partition_, PrefixRange(IndexRowKey::Prefix()));
    batch_.Delete(IndexVersionRowKey::Key());
    for (; it->Valid(); it->Next()) {
      batch_.Delete(it->key());
      RETURN_IF_ERROR(Flush(kBatchSizeBytes));
    }
    RETURN_IF_ERROR(it->status());
    return Flush(0);
  }

  absl::Status IndexVisible() {
    const auto it = kv_.Scan(partition_, PrefixRange(RecordRowKey::Prefix()));
    for (; it->Valid(); it->Next()) {
      ASSIGN_OR_RETURN(const std::string name, RecordRowKey::Parse(it->key()));
      ASSIGN_OR_RETURN(const StoredRecord record,
                       DecodeRecordRow(it->key(), it->value()));
      for (const Assignment& assignment : record.state.visible()) {
        AddIndexRows(indexer_, name, assignment, batch_);
      }
      RETURN_IF_ERROR(Flush(kBatchSizeBytes));
    }
    return it->status();
  }

  absl::Status IndexHistory() {
    const auto it = kv_.Scan(partition_, PrefixRange(HistoryRowKey::Prefix()));
    for (; it->Valid(); it->Next()) {
      ASSIGN_OR_RETURN(const std::string name,
                       HistoryRowKey::ParseName(it->key()));
      ASSIGN_OR_RETURN(const SupersededAssignment past,
                       DecodeHistoryRow(it->key(), it->value()));
      AddIndexRows(indexer_, name, past.assignment, batch_);
      RETURN_IF_ERROR(Flush(kBatchSizeBytes));
    }
    return it->status();
  }

  // Commits what has gathered, when it is more than that.
  absl::Status Flush(size_t size_bytes) {
    if (batch_.empty() || batch_.size_bytes() < size_bytes) {
      return absl::OkStatus();
    }
    RETURN_IF_ERROR(kv_.Commit(partition_, batch_));
    batch_.Clear();
    return absl::OkStatus();
  }

  KeyValueStore& kv_;
  const Partition partition_;
  const RecordIndexer& indexer_;
  WriteBatch batch_;
};

}  // namespace

void AddIndexRows(const RecordIndexer& indexer, absl::string_view name,
                  const Assignment& assignment, WriteBatch& batch) {
  if (assignment.value.empty()) return;
  std::vector<std::string> terms;
  indexer.AddTerms(CollectionOf(name), assignment.path, assignment.value,
                   terms);
  for (const std::string& term : terms) {
    const std::string key = IndexRowKey::Key(name, term);
    batch.Put(key, SealRow(key, ""));  // Of an IndexRow, which has no field.
  }
}

void AddIndexVersion(const RecordIndexer& indexer, WriteBatch& batch) {
  stored::v1::IndexVersionRow row;
  row.set_version(indexer.version());
  const std::string key = IndexVersionRowKey::Key();
  batch.Put(key, EncodeRow(key, row));
}

absl::Status BuildIndex(KeyValueStore& kv, Partition partition,
                        const RecordIndexer& indexer) {
  IndexBuilder builder(kv, partition, indexer);
  ASSIGN_OR_RETURN(const bool built, builder.IsBuilt());
  return built ? absl::OkStatus() : builder.Build();
}

}  // namespace consilium

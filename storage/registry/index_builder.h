// Index rows: one for every term that any value of a record has or ever had, so
// that the rows of a term name all its records at every version, and perhaps
// more. Rows are only ever added.
#ifndef CONSILIUM_STORAGE_REGISTRY_INDEX_BUILDER_H_
#define CONSILIUM_STORAGE_REGISTRY_INDEX_BUILDER_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "storage/kv/key_value_store.h"
#include "storage/merge/record_state.h"
#include "storage/registry/record_indexer.h"

namespace consilium {

// Adds the index rows of one assignment to the record `name`.
void AddIndexRows(const RecordIndexer& indexer, absl::string_view name,
                  const Assignment& assignment, WriteBatch& batch);

// Adds the row that says which version's terms the rows are.
void AddIndexVersion(const RecordIndexer& indexer, WriteBatch& batch);

// Makes the index rows of a registry anew, unless those of this version are
// there. Interrupted at any point, the next call starts over.
//   DATA_LOSS  a row is damaged.
absl::Status BuildIndex(KeyValueStore& kv, Partition partition,
                        const RecordIndexer& indexer);

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_REGISTRY_INDEX_BUILDER_H_

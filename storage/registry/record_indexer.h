// By which terms records are found. Implemented above storage, which knows
// terms as bytes; asked for local changes and for those of others alike.
#ifndef CONSILIUM_STORAGE_REGISTRY_RECORD_INDEXER_H_
#define CONSILIUM_STORAGE_REGISTRY_RECORD_INDEXER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "proto/base/field_path.h"

namespace consilium {

// Thread-safe.
class RecordIndexer {
 public:
  virtual ~RecordIndexer() = default;

  // Another version gives other terms: a registry that another version indexed
  // is indexed anew when it is opened. At least 1.
  virtual int32_t version() const = 0;

  // Adds the terms of `value` at `path` of a record of `collection` ("trials",
  // "trials/arms"). They depend on nothing else. Rows hold kIndexTermSizeMax
  // bytes of a term. A value that does not parse
  // has none.
  virtual void AddTerms(absl::string_view collection, const FieldPath& path,
                        absl::string_view value,
                        std::vector<std::string>& terms) const = 0;
};

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_REGISTRY_RECORD_INDEXER_H_

// The few words that tests of key-value stores are written in.
#ifndef CONSILIUM_TESTS_STORAGE_KV_ROW_VOCABULARY_H_
#define CONSILIUM_TESTS_STORAGE_KV_ROW_VOCABULARY_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "storage/kv/key_value_store.h"

namespace consilium {

using Rows = std::vector<std::pair<std::string, std::string>>;

inline WriteBatch Puts(const Rows& rows) {
  WriteBatch batch;
  for (const auto& [key, value] : rows) batch.Put(key, value);
  return batch;
}

// A batch that takes effect if the row `key` holds `expected` (nullopt: none).
inline WriteBatch Guarded(std::string key, std::optional<std::string> expected,
                          const Rows& rows) {
  WriteBatch batch = Puts(rows);
  batch.SetGuard({std::move(key), std::move(expected)});
  return batch;
}

// What is left of a scan; fails the test when it ends in an error.
inline Rows Drain(std::unique_ptr<RowIterator> iterator) {
  Rows rows;
  for (; iterator->Valid(); iterator->Next()) {
    rows.emplace_back(std::string(iterator->key()),
                      std::string(iterator->value()));
  }
  EXPECT_TRUE(iterator->status().ok()) << iterator->status();
  return rows;
}

inline std::vector<std::string> Keys(std::unique_ptr<RowIterator> iterator) {
  std::vector<std::string> keys;
  for (auto& row : Drain(std::move(iterator))) {
    keys.push_back(std::move(row.first));
  }
  return keys;
}

// Every row of `partition`.
inline Rows AllRows(const KeyValueStore& store, Partition partition) {
  return Drain(store.Scan(partition, {}));
}

}  // namespace consilium

#endif  // CONSILIUM_TESTS_STORAGE_KV_ROW_VOCABULARY_H_

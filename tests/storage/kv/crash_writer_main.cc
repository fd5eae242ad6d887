// kv_crash_writer DIRECTORY: commits until it is killed.
//
// Each of kCrashWriterThreads threads owns a partition, finds its last number
// in the row "head" and commits the next ones: a new head and a row of its
// own, in one batch. What is acknowledged is reported on standard output, one
// Acknowledgement each.
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "storage/kv/rocksdb_store.h"
#include "tests/storage/kv/crash_writer.h"

namespace consilium {
namespace {

void Write(KeyValueStore& store, uint32_t thread) {
  const Partition partition{thread};
  const auto head = store.Get(partition, "head");
  if (!head.ok()) std::abort();
  uint64_t number = head->has_value() ? std::stoull(**head) : 0;
  while (true) {
    ++number;
    WriteBatch batch;
    batch.SetGuard({"head", number == 1
                                ? std::nullopt
                                : std::optional(absl::StrCat(number - 1))});
    batch.Put("head", absl::StrCat(number));
    batch.Put(CrashRowKey(number), CrashRowValue(thread, number));
    if (!store.Commit(partition, batch).ok()) std::abort();
    // Small enough for a pipe to take it whole.
    const Acknowledgement acknowledged{thread, number};
    if (write(STDOUT_FILENO, &acknowledged, sizeof(acknowledged)) < 0) return;
  }
}

int Main(const std::string& directory) {
  const auto store = RocksdbStore::Open(
      directory, {.write_buffer_size_bytes = 128 << 10, .free_bytes_min = 0});
  if (!store.ok()) {
    std::cerr << store.status() << "\n";
    return 1;
  }
  std::vector<std::thread> threads;
  for (uint32_t thread = 0; thread < kCrashWriterThreads; ++thread) {
    threads.emplace_back([&store, thread] { Write(**store, thread); });
  }
  for (std::thread& thread : threads) thread.join();
  return 0;
}

}  // namespace
}  // namespace consilium

int main(int argc, char** argv) {
  return argc == 2 ? consilium::Main(argv[1]) : 2;
}

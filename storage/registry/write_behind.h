// The rows of a registry as its one writer has them: commits go to the store on
// a thread of their own, one after the other, while the next is prepared. What
// was handed over is read from then on, before it is on the disk.
#ifndef CONSILIUM_STORAGE_REGISTRY_WRITE_BEHIND_H_
#define CONSILIUM_STORAGE_REGISTRY_WRITE_BEHIND_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "proto/base/mutex.h"
#include "storage/kv/key_value_store.h"

namespace consilium {

// Of one thread, beside its own.
class WriteBehind final : public KeyValueSnapshot {
 public:
  // Hears what became of rows, in the order in which they were handed over.
  using Done = std::function<void(const absl::Status&)>;

  // `store` must outlive this.
  WriteBehind(KeyValueStore& store, Partition partition);

  // Writes what was handed over.
  ~WriteBehind() override;

  // Hands over `rows`, which rest on all that came before them; waits until
  // that is written. `done` is called once, on the writing thread, or here when
  // nothing is to be written. Behind a failure nothing is, and `done` hears of
  // that failure, until it is taken.
  void Write(WriteBatch rows, Done done);

  // The failure of a write since the last call, or OK. After one, reads are
  // those of the store: whatever rested on the rows is to be dropped.
  absl::Status TakeFailure();

  // An empty batch with the memory of one that was written: fresh memory has to
  // be mapped page by page, and copied whenever it grows.
  WriteBatch TakeMemory() { return std::move(memory_); }

  // Reads. A scan waits for what is being written.
  absl::StatusOr<std::optional<std::string>> Get(
      absl::string_view key) const override;
  absl::StatusOr<std::vector<std::optional<std::string>>> MultiGet(
      absl::Span<const absl::string_view> keys) const override;
  std::unique_ptr<RowIterator> Scan(const ScanRange& range) const override;

 private:
  // What the rows handed over last do to a row: its value, or nothing for a
  // row that they delete.
  using Effect = std::optional<absl::string_view>;

  void Run();
  void AwaitIdle() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Null when they leave the row as it is.
  const Effect* FindEffect(absl::string_view key) const;
  void ForgetRows();

  KeyValueStore& store_;
  const Partition partition_;

  // Handed over last. Both threads read them while they are written.
  WriteBatch rows_;
  // Of rows_, once a read has asked for them.
  mutable absl::flat_hash_map<absl::string_view, Effect> effects_;
  mutable bool has_effects_ = false;
  WriteBatch memory_;  // Empty.

  mutable Mutex mutex_;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  Done done_ ABSL_GUARDED_BY(mutex_);  // Of the write that is to begin.
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);

  std::thread thread_;  // Last: runs on all of the above.
};

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_REGISTRY_WRITE_BEHIND_H_

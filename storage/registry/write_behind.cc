#include "storage/registry/write_behind.h"

#include <utility>

#include "proto/base/status_macros.h"
#include "storage/kv/failed_scan.h"
#include "storage/registry/limits.h"

namespace consilium {

WriteBehind::WriteBehind(KeyValueStore& store, Partition partition)
    : store_(store), partition_(partition) {
  thread_ = std::thread([this] { Run(); });
}

WriteBehind::~WriteBehind() {
  {
    MutexLock lock(mutex_);
    closed_ = true;
  }
  thread_.join();
}

void WriteBehind::Write(WriteBatch rows, Done done) {
  absl::Status failure;
  {
    MutexLock lock(mutex_);
    AwaitIdle();
    failure = failure_;
    if (failure.ok() && !rows.empty()) {
      ForgetRows();
      rows_ = std::move(rows);
      done_ = std::move(done);
      writing_ = true;
      return;
    }
  }
  done(failure);
}

absl::Status WriteBehind::TakeFailure() {
  MutexLock lock(mutex_);
  if (!failure_.ok()) ForgetRows();
  return std::exchange(failure_, absl::OkStatus());
}

absl::StatusOr<std::optional<std::string>> WriteBehind::Get(
    absl::string_view key) const {
  const Effect* const effect = FindEffect(key);
  if (effect == nullptr) return store_.Get(partition_, key);
  if (!effect->has_value()) return std::nullopt;
  return std::string(**effect);
}

absl::StatusOr<std::vector<std::optional<std::string>>> WriteBehind::MultiGet(
    absl::Span<const absl::string_view> keys) const {
  std::vector<std::optional<std::string>> values(keys.size());
  std::vector<absl::string_view> others;
  std::vector<size_t> places;  // Of `others` in `keys`.
  for (size_t i = 0; i < keys.size(); ++i) {
    const Effect* const effect = FindEffect(keys[i]);
    if (effect == nullptr) {
      others.push_back(keys[i]);
      places.push_back(i);
    } else if (effect->has_value()) {
      values[i] = std::string(**effect);
    }
  }
  if (others.empty()) return values;
  ASSIGN_OR_RETURN(auto found, store_.MultiGet(partition_, others));
  for (size_t i = 0; i < others.size(); ++i) {
    values[places[i]] = std::move(found[i]);
  }
  return values;
}

std::unique_ptr<RowIterator> WriteBehind::Scan(const ScanRange& range) const {
  {
    MutexLock lock(mutex_);
    AwaitIdle();
    if (!failure_.ok()) return std::make_unique<FailedScan>(failure_);
  }
  return store_.Scan(partition_, range);
}

const WriteBehind::Effect* WriteBehind::FindEffect(
    absl::string_view key) const {
  if (!has_effects_) {
    has_effects_ = true;
    effects_.reserve(rows_.operation_count());
    rows_.VisitOperations([this](const WriteBatch::Operation& operation) {
      effects_[operation.key] =
          operation.is_delete ? Effect() : Effect(operation.value);
    });
  }
  const auto found = effects_.find(key);
  return found == effects_.end() ? nullptr : &found->second;
}

void WriteBehind::ForgetRows() {
  effects_.clear();
  has_effects_ = false;
  if (rows_.size_bytes() > kRowMemorySizeMax) rows_ = WriteBatch();
  rows_.Clear();
  memory_ = std::exchange(rows_, WriteBatch());
}

void WriteBehind::AwaitIdle() const {
  const auto idle = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return !writing_;
  };
  mutex_.Await(absl::Condition(&idle));
}

void WriteBehind::Run() {
  while (true) {
    Done done;
    {
      MutexLock lock(mutex_);
      const auto wanted = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
        return writing_ || closed_;
      };
      mutex_.Await(absl::Condition(&wanted));
      if (!writing_) return;
      done = std::exchange(done_, nullptr);
    }
    const absl::Status status = store_.Commit(partition_, rows_);
    if (!status.ok()) {
      MutexLock lock(mutex_);
      failure_ = status;
    }
    done(status);
    MutexLock lock(mutex_);
    writing_ = false;
  }
}

}  // namespace consilium

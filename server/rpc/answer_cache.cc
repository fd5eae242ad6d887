#include "server/rpc/answer_cache.h"

#include <utility>

#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"
#include "storage/registry/registry_store.h"

namespace consilium {
namespace {

// What an entry takes beside its bytes, about.
constexpr size_t kEntryOverheadBytes = 256;

std::string KeyOf(absl::string_view method, absl::string_view request) {
  return absl::StrCat(method, "\n", request);
}

bool Stands(const AnswerBasis& basis) {
  return basis.store->UnchangedSince(basis.record, basis.revision);
}

}  // namespace

size_t AnswerCache::Entry::size_bytes() const {
  return kEntryOverheadBytes + key.size() + basis.record.size() + answer.size();
}

AnswerCache::Shard& AnswerCache::ShardOf(absl::string_view key) {
  // Not the bits by which the table of the shard is ordered.
  return shards_[(absl::Hash<absl::string_view>()(key) >> 48) % kShardCount];
}

void AnswerCache::Erase(Shard& shard, std::list<Entry>::iterator entry) {
  shard.size_bytes -= entry->size_bytes();
  shard.by_key.erase(entry->key);
  shard.entries.erase(entry);
}

std::optional<grpc::Slice> AnswerCache::Find(absl::string_view method,
                                             absl::string_view request) {
  const std::string key = KeyOf(method, request);
  Shard& shard = ShardOf(key);
  MutexLock lock(shard.mutex);
  const auto found = shard.by_key.find(key);
  if (found == shard.by_key.end()) return std::nullopt;
  const auto entry = found->second;
  if (!Stands(entry->basis)) {
    Erase(shard, entry);
    return std::nullopt;
  }
  shard.entries.splice(shard.entries.begin(), shard.entries, entry);
  return entry->answer;
}

void AnswerCache::Put(absl::string_view method, absl::string_view request,
                      AnswerBasis basis, grpc::Slice answer) {
  Entry entry{KeyOf(method, request), std::move(basis), std::move(answer)};
  const size_t size_bytes = entry.size_bytes();
  if (size_bytes > shard_size_max_) return;
  Shard& shard = ShardOf(entry.key);
  MutexLock lock(shard.mutex);
  const auto old = shard.by_key.find(entry.key);
  if (old != shard.by_key.end()) Erase(shard, old->second);
  shard.entries.push_front(std::move(entry));
  shard.by_key.emplace(shard.entries.front().key, shard.entries.begin());
  shard.size_bytes += size_bytes;
  while (shard.size_bytes > shard_size_max_) {
    Erase(shard, std::prev(shard.entries.end()));
  }
}

}  // namespace consilium

// Answers to reads of one record at the newest version, as they went out: while
// nothing touches the record, the same request gets the same bytes.
#ifndef CONSILIUM_SERVER_RPC_ANSWER_CACHE_H_
#define CONSILIUM_SERVER_RPC_ANSWER_CACHE_H_

#include <grpcpp/support/slice.h>

#include <array>
#include <cstddef>
#include <list>
#include <optional>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "proto/base/mutex.h"
#include "server/rpc/limits.h"
#include "server/rpc/method_table.h"

namespace consilium {

// Thread-safe.
class AnswerCache {
 public:
  // Keeps the answers that were wanted last, up to about `size_max` bytes.
  explicit AnswerCache(size_t size_max = kAnswerCacheSizeMax)
      : shard_size_max_(size_max / kShardCount) {}

  // The answer of `method` to the request with these bytes, while it stands.
  std::optional<grpc::Slice> Find(absl::string_view method,
                                  absl::string_view request);

  // Keeps `answer` for as long as `basis` stands.
  void Put(absl::string_view method, absl::string_view request,
           AnswerBasis basis, grpc::Slice answer);

 private:
  // So that calls seldom wait for each other.
  static constexpr size_t kShardCount = 16;

  struct Entry {
    std::string key;
    AnswerBasis basis;
    grpc::Slice answer;

    size_t size_bytes() const;
  };
  struct Shard {
    Mutex mutex;
    std::list<Entry> entries ABSL_GUARDED_BY(mutex);  // Latest use first.
    // The keys lie in `entries`.
    absl::flat_hash_map<absl::string_view, std::list<Entry>::iterator> by_key
        ABSL_GUARDED_BY(mutex);
    size_t size_bytes ABSL_GUARDED_BY(mutex) = 0;
  };

  Shard& ShardOf(absl::string_view key);
  static void Erase(Shard& shard, std::list<Entry>::iterator entry)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(shard.mutex);

  const size_t shard_size_max_;
  std::array<Shard, kShardCount> shards_;
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_RPC_ANSWER_CACHE_H_

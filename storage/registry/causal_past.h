// What the author of a change knew, from the rows that say so.
#ifndef CONSILIUM_STORAGE_REGISTRY_CAUSAL_PAST_H_
#define CONSILIUM_STORAGE_REGISTRY_CAUSAL_PAST_H_

#include <memory>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "proto/base/dot.h"
#include "storage/kv/key_value_store.h"
#include "storage/registry/registry_head.h"

namespace consilium {

using ScanRows =
    absl::FunctionRef<std::unique_ptr<RowIterator>(const ScanRange&)>;

// The causal past of the change `dot`, which must be held. Cost: one seek.
absl::StatusOr<CausalPast> ReadCausalPast(const Dot& dot, ScanRows scan);

// The value of the causal row `key` of a change with this past.
std::string EncodeCausalRow(absl::string_view key, const CausalPast& past);

// Whether `past` of a change by `author` holds `dot`.
inline bool PastContains(const CausalPast& past, const Dot& author,
                         const Dot& dot) {
  if (dot.replica == author.replica) return dot.sequence < author.sequence;
  const auto it = past.find(dot.replica);
  return it != past.end() && dot.sequence <= it->second;
}

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_REGISTRY_CAUSAL_PAST_H_

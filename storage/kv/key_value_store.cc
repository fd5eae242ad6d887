#include "storage/kv/key_value_store.h"

namespace consilium {

ScanRange PrefixRange(absl::string_view prefix, bool reverse) {
  ScanRange range{.begin = std::string(prefix),
                  .end = std::string(prefix),
                  .reverse = reverse};
  while (!range.end.empty() && range.end.back() == '\xff') {
    range.end.pop_back();
  }
  if (!range.end.empty()) ++range.end.back();
  return range;
}

}  // namespace consilium

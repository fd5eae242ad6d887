// Bytes read as decisions, for targets that build what they try: every input
// means something, so that small mutations stay meaningful.
#ifndef CONSILIUM_TESTS_FUZZ_FUZZ_INPUT_H_
#define CONSILIUM_TESTS_FUZZ_FUZZ_INPUT_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace consilium {

// One thread. Zeroes follow the end of the bytes.
class FuzzInput {
 public:
  explicit FuzzInput(absl::string_view bytes) : bytes_(bytes) {}

  bool empty() const { return bytes_.empty(); }

  uint8_t TakeByte() {
    if (bytes_.empty()) return 0;
    const auto byte = static_cast<uint8_t>(bytes_.front());
    bytes_.remove_prefix(1);
    return byte;
  }

  // Less than `bound`, which is from 1 to 256.
  size_t TakeBelow(size_t bound) { return TakeByte() % bound; }

  // True once in `period`.
  bool TakeChance(size_t period) { return TakeBelow(period) == period - 1; }

  // Length and bytes.
  std::string TakeText() {
    const size_t wanted = TakeByte();
    const size_t size = std::min(wanted, bytes_.size());
    std::string text(bytes_.substr(0, size));
    bytes_.remove_prefix(size);
    return text;
  }

  template <typename T>
  const T& TakeOneOf(const std::vector<T>& choices) {
    return choices[TakeBelow(choices.size())];
  }

  absl::string_view rest() const { return bytes_; }

 private:
  absl::string_view bytes_;
};

}  // namespace consilium

#endif  // CONSILIUM_TESTS_FUZZ_FUZZ_INPUT_H_

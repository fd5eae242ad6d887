// The hashes that hold a change together; change.h has their formulas.
//
// Thread-safe.
#ifndef CONSILIUM_STORAGE_CHANGE_CHANGE_HASH_H_
#define CONSILIUM_STORAGE_CHANGE_CHANGE_HASH_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace consilium {

std::string HeaderHash(absl::string_view header);

std::string SkeletonHash(absl::string_view outline,
                         absl::string_view commitments);

// Writes the 32 bytes that commit the author of a change with `salt` to the
// value and source of its assignment number `index`, counted from 0.
void CommitmentInto(absl::string_view salt, size_t index,
                    absl::string_view value, absl::string_view source,
                    char* out);

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_CHANGE_CHANGE_HASH_H_

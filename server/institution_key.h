// The institution's id and key against what was written under them.
#ifndef CONSILIUM_SERVER_INSTITUTION_KEY_H_
#define CONSILIUM_SERVER_INSTITUTION_KEY_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "storage/kv/key_value_store.h"
#include "storage/registry/registry_view.h"

namespace consilium {

// OK when `public_key`, read from `file`, is the key that certified the
// replica as which the registry of `view` is open; where that has written
// nothing yet, a key that certified any replica of the institution. A registry
// that knows none takes every key.
//   DATA_LOSS  KEY_OF_OTHER_INSTITUTION, or a row is damaged.
absl::Status CheckInstitutionKey(const RegistryView& view,
                                 absl::string_view public_key,
                                 const std::string& file);

// The same for every registry in `store`.
absl::Status CheckInstitutionKey(const KeyValueStore& store,
                                 absl::string_view public_key,
                                 const std::string& file);

// OK when the registry of `view` was written by `institution`, which `file`
// names: an id that changes would sign as another what is one's own.
//   INVALID_ARGUMENT  INSTITUTION_CHANGED.
absl::Status CheckInstitutionId(const RegistryView& view,
                                absl::string_view institution,
                                const std::string& file);

// The same for every registry in `store`.
absl::Status CheckInstitutionId(const KeyValueStore& store,
                                absl::string_view institution,
                                const std::string& file);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_INSTITUTION_KEY_H_

// Failures of the rows.
#ifndef CONSILIUM_STORAGE_SCHEMA_ERRORS_H_
#define CONSILIUM_STORAGE_SCHEMA_ERRORS_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace consilium {

// DATA_LOSS: the row of `key` cannot be read as what it must be.
absl::Status DamagedRow(absl::string_view key);

// DATA_LOSS: a row that must exist does not.
absl::Status MissingRow(absl::string_view key);

// FAILED_PRECONDITION: a newer release wrote the rows.
absl::Status NewerRowFormat(int32_t found, int32_t supported);

}  // namespace consilium

#endif  // CONSILIUM_STORAGE_SCHEMA_ERRORS_H_

// Early return for absl::Status, until the Abseil we build with has its own.
#ifndef CONSILIUM_PROTO_BASE_STATUS_MACROS_H_
#define CONSILIUM_PROTO_BASE_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// Returns from the enclosing function when `expr` is not OK.
#define RETURN_IF_ERROR(expr)                                             \
  do {                                                                    \
    if (absl::Status consilium_status = (expr); !consilium_status.ok()) { \
      return consilium_status;                                            \
    }                                                                     \
  } while (false)

// Declares or assigns `lhs` from a StatusOr, or returns its status.
#define ASSIGN_OR_RETURN(lhs, expr) \
  CONSILIUM_ASSIGN_OR_RETURN_(      \
      CONSILIUM_CONCAT_(consilium_statusor_, __LINE__), lhs, expr)

#define CONSILIUM_CONCAT_(a, b) CONSILIUM_CONCAT_INNER_(a, b)
#define CONSILIUM_CONCAT_INNER_(a, b) a##b
#define CONSILIUM_ASSIGN_OR_RETURN_(statusor, lhs, expr)   \
  auto statusor = (expr);                                  \
  if (!statusor.ok()) return std::move(statusor).status(); \
  lhs = *std::move(statusor)

#endif  // CONSILIUM_PROTO_BASE_STATUS_MACROS_H_

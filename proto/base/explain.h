// What `consilium explain` prints.
#ifndef CONSILIUM_PROTO_BASE_EXPLAIN_H_
#define CONSILIUM_PROTO_BASE_EXPLAIN_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace consilium {

// Text about `path`, a kind of record and field names joined by dots, indices
// and keys ignored: "endpoint", "endpoint.contrasts.value". For a field its
// type, rules, how it merges, allowed values and the schema's comment; for a
// message also its fields, one line each. "evidence-row" and its fields are
// told likewise. "" lists the kinds of records.
//   INVALID_ARGUMENT  no such kind or field, with a suggestion.
absl::StatusOr<std::string> Explain(absl::string_view path);

}  // namespace consilium

#endif  // CONSILIUM_PROTO_BASE_EXPLAIN_H_

// The unit of conflict inside a record: a top-level field, or one element of
// it.
//
// A value type. Text is FIELD or FIELD[KEY]: "title", "estimates[pmid-1/...]",
// "keywords[lung]"; a field that the descriptor lacks is its number, and a
// kind that the number cannot tell follows it: "1234", "1234:keyed[key]".
#ifndef CONSILIUM_PROTO_BASE_FIELD_PATH_H_
#define CONSILIUM_PROTO_BASE_FIELD_PATH_H_

#include <google/protobuf/descriptor.h>

#include <cstdint>
#include <ostream>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "proto/base/merge_kind.h"

namespace consilium {

struct FieldPath {
  int32_t field = 0;  // The number in the record's message.
  MergeKind kind = MergeKind::kRegister;
  // Empty for a register. For a set the member: a string as it is, a number
  // or enum value in decimal, "true" or "false". For a keyed field the
  // element's key.
  std::string key;

  // Reads the text form. `descriptor` may be null, for a record of a kind that
  // this server does not know.
  //   INVALID_ARGUMENT  no such field, with a suggestion; a key where the
  //                     field has none, or none where it needs one.
  static absl::StatusOr<FieldPath> Parse(
      absl::string_view text, const google::protobuf::Descriptor* descriptor);

  // The text form. `descriptor` may be null.
  std::string ToText(const google::protobuf::Descriptor* descriptor) const;
};

// Order by field number, then kind, then the bytes of the key.
bool operator<(const FieldPath& a, const FieldPath& b);
bool operator==(const FieldPath& a, const FieldPath& b);
inline bool operator!=(const FieldPath& a, const FieldPath& b) {
  return !(a == b);
}

template <typename H>
H AbslHashValue(H hash, const FieldPath& path) {
  return H::combine(std::move(hash), path.field, path.kind, path.key);
}

// For test failures: the text form with numbers for names.
std::ostream& operator<<(std::ostream& out, const FieldPath& path);

}  // namespace consilium

#endif  // CONSILIUM_PROTO_BASE_FIELD_PATH_H_

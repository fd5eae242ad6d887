// One value of a record, as ProtoJSON: what conflicts, histories and
// adjudications show and take.
#ifndef CONSILIUM_PROTO_BASE_VALUE_TEXT_H_
#define CONSILIUM_PROTO_BASE_VALUE_TEXT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "proto/base/field_path.h"
#include "proto/base/record_codec.h"
#include "proto/base/record_traits.h"

namespace consilium {

// The field, element or member that `value` holds: "0.52", "\"phase2\"",
// "{...}". A field that this release does not know is
// {"unknownField": NUMBER, "base64": "..."}. `value` is not empty.
//   DATA_LOSS  it does not parse.
absl::StatusOr<std::string> ValueToJson(const FieldPath& path,
                                        absl::string_view value,
                                        const RecordTraits& traits);

// `source` as ProtoJSON; "" when it is empty.
//   DATA_LOSS  it does not parse.
absl::StatusOr<std::string> SourceToJson(absl::string_view source);

// The inverse of ValueToJson: the assignment of `path` that `text` states, with
// its source where the element holds one. Plain text does for strings and enum
// values. The result is validated and normalized.
//   INVALID_ARGUMENT  not of the field's type, not valid, or the element or
//                     member is another than `path` names.
absl::StatusOr<FieldValue> ValueFromJson(const FieldPath& path,
                                         absl::string_view text,
                                         const RecordTraits& traits);

// The inverse of SourceToJson.
//   INVALID_ARGUMENT  `text` is no valid source.
absl::StatusOr<std::string> SourceFromJson(absl::string_view text);

}  // namespace consilium

#endif  // CONSILIUM_PROTO_BASE_VALUE_TEXT_H_

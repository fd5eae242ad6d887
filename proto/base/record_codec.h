// Takes a record apart into the assignments that a change carries, and puts
// visible assignments together into a record. Neither loses what this release
// does not know.
//
// Pure functions. A *value* is the encoding of the record's message holding
// only that field or element, without its source; empty means absent. A
// *source* is the encoding of a consilium.v1.Source; empty means none.
#ifndef CONSILIUM_PROTO_BASE_RECORD_CODEC_H_
#define CONSILIUM_PROTO_BASE_RECORD_CODEC_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "proto/base/field_path.h"
#include "proto/base/record_traits.h"

namespace consilium {

struct FieldValue {
  FieldPath path;
  std::string value;
  std::string source;
};

// The assignments of `record`, in ascending order of paths. Elements must hold
// their keys (BuildKeys). The name, output-only fields and the record's source
// are no assignments; the record's source serves those that have none.
// Top-level unknown fields are registers by number, up to kDataFieldMax.
//   INVALID_ARGUMENT  a keyed element without a key; an element or member that
//                     occurs twice.
absl::StatusOr<std::vector<FieldValue>> Split(
    const google::protobuf::Message& record, const RecordTraits& traits);

// What AssembleMessage puts into the record beside the values.
enum class Sources {
  kOmit,
  // Each element shows its source. The source that most fields without a place
  // for one have is shown as the record's, and not again at elements.
  kInclude,
};

// The record's encoding: the values joined, fields of `descriptor` first, then
// unknown ones, each in ascending order of paths. `values` are in ascending
// order with one value a path. `descriptor` may be null.
std::string AssembleBytes(absl::Span<const FieldValue> values,
                          const google::protobuf::Descriptor* descriptor);

// The record that `values` make. Its name and computed fields are not set.
//   DATA_LOSS  a value does not parse, and `unreadable` is null; otherwise
//              such values are left out and their paths added to it.
absl::StatusOr<std::unique_ptr<google::protobuf::Message>> AssembleMessage(
    absl::Span<const FieldValue> values, const RecordTraits& traits,
    Sources sources, std::vector<FieldPath>* unreadable = nullptr);

// AssembleMessage into `record`, an empty message of the record's type, such as
// one in an arena.
absl::Status AssembleInto(absl::Span<const FieldValue> values,
                          const RecordTraits& traits, Sources sources,
                          std::vector<FieldPath>* unreadable,
                          google::protobuf::Message& record);

// `value` parsed and encoded again, for telling whether an update differs.
//   DATA_LOSS  it does not parse.
absl::StatusOr<std::string> CanonicalValue(absl::string_view value,
                                           const RecordTraits& traits);

// The record's message with only what `value` holds.
//   DATA_LOSS  it does not parse.
absl::StatusOr<std::unique_ptr<google::protobuf::Message>> ParseValue(
    absl::string_view value, const RecordTraits& traits);

// OK when `value` holds nothing but the field of `path`, as its encoding shows
// without a schema: once for a set or keyed path. A part of admission, so it
// never depends on the release.
//   INVALID_ARGUMENT  otherwise.
absl::Status CheckValueShape(const FieldPath& path, absl::string_view value);

// Deterministic encoding: known fields ascending, then unknown ones.
std::string Encode(const google::protobuf::Message& message);

// Empties what the server computes, at every depth, keys included.
void ClearOutputOnly(google::protobuf::Message& message);

}  // namespace consilium

#endif  // CONSILIUM_PROTO_BASE_RECORD_CODEC_H_

// The schema as it was compiled, with the comments that generated code lacks.
#ifndef CONSILIUM_PROTO_BASE_SCHEMA_SET_H_
#define CONSILIUM_PROTO_BASE_SCHEMA_SET_H_

#include "absl/strings/string_view.h"

namespace consilium {

// A google.protobuf.FileDescriptorSet of consilium/v1 with source info. The
// build writes the definition.
absl::string_view SchemaSet();

}  // namespace consilium

#endif  // CONSILIUM_PROTO_BASE_SCHEMA_SET_H_

// References from one record to another, as the schema marks them.
#ifndef CONSILIUM_PROTO_BASE_RECORD_REFERENCE_H_
#define CONSILIUM_PROTO_BASE_RECORD_REFERENCE_H_

#include <google/protobuf/message.h>

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "proto/base/resource_name.h"

namespace consilium {

struct RecordReference {
  std::string path;  // Where it stands: "estimates[2].report".
  // What it names, relative to the registry. Whether there is such a record is
  // for the caller to find out; a dangling one is a finding, not damage.
  std::string name;
};

// The references that the record called `name` holds, in the order of its
// fields; paths start with `prefix`. An id that stands for a record of the same
// parent is completed.
std::vector<RecordReference> FindReferences(
    const google::protobuf::Message& record, const RecordName& name,
    absl::string_view prefix = "");

}  // namespace consilium

#endif  // CONSILIUM_PROTO_BASE_RECORD_REFERENCE_H_

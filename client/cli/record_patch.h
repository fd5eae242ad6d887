// What `edit` does to a record before it is sent.
#ifndef CONSILIUM_CLIENT_CLI_RECORD_PATCH_H_
#define CONSILIUM_CLIENT_CLI_RECORD_PATCH_H_

#include <google/protobuf/message.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "proto/base/record_traits.h"

namespace consilium {

struct FieldSetting {
  std::string path;  // As SetFieldFromText takes it.
  std::string value;
};

// Takes "PATH=VALUE" apart. An element of a list may be named by its index,
// estimates[0].value, or by its key, as conflicts and histories name it; the
// key is looked for in `record`.
//   INVALID_ARGUMENT  USAGE: no "="; NO_SUCH_ELEMENT: no element has the key.
absl::StatusOr<FieldSetting> ParseFieldSetting(
    absl::string_view text, const google::protobuf::Message& record);

// The data fields in which `after` differs from `before`, by the schema's
// names: an update mask. What the server computes is not looked at.
std::vector<std::string> ChangedFields(const RecordTraits& traits,
                                       const google::protobuf::Message& before,
                                       const google::protobuf::Message& after);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_RECORD_PATCH_H_

// What records refer to, by the schema.
//
// Pure functions.
#ifndef CONSILIUM_CLIENT_IMPORT_RECORD_REFERENCES_H_
#define CONSILIUM_CLIENT_IMPORT_RECORD_REFERENCES_H_

#include <google/protobuf/message.h>

#include <map>
#include <string>

#include "absl/strings/string_view.h"

namespace consilium {

// Gives what `message` refers to in `collection`, "arms", the ids that
// `renamed` has for them.
void RenameReferences(absl::string_view collection,
                      const std::map<std::string, std::string>& renamed,
                      google::protobuf::Message& message);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_IMPORT_RECORD_REFERENCES_H_

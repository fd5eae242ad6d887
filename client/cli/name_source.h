// Names that completion asks the server for.
#ifndef CONSILIUM_CLIENT_CLI_NAME_SOURCE_H_
#define CONSILIUM_CLIENT_CLI_NAME_SOURCE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "client/cli/settings.h"

namespace consilium {

// The NameSource of the command table: records of a kind by their short names,
// "registry", "snapshot", and "kind" for the kinds themselves.
std::vector<std::string> CompletionNames(absl::string_view kind,
                                         absl::string_view prefix,
                                         const Settings& settings);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_NAME_SOURCE_H_

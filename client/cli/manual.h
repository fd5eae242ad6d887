// The manual: consilium(1), and a page for every command and group. Packages
// are built with it; people read `man consilium-apply`.
#ifndef CONSILIUM_CLIENT_CLI_MANUAL_H_
#define CONSILIUM_CLIENT_CLI_MANUAL_H_

#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "client/cli/command.h"
#include "client/cli/command_tree.h"
#include "client/cli/exit_code.h"
#include "proto/base/manual_page.h"

namespace consilium {

// `consilium __manual DIR` writes every page into the directory DIR.
inline constexpr absl::string_view kManualCommand = "__manual";

// consilium(1) first, then the others in the order of help.
std::vector<ManualPage> MakeManual(const CommandNode& root);

// Does what `__manual` was called with.
ExitCode WriteManual(const CommandNode& root, const std::string& directory,
                     std::ostream& err);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_MANUAL_H_

// Where an export goes.
#ifndef CONSILIUM_CLIENT_CLI_EXPORT_WRITER_H_
#define CONSILIUM_CLIENT_CLI_EXPORT_WRITER_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "client/cli/command.h"

namespace consilium {

// The flags that every export has: --at into `at`, --file into `file`.
void DeclareExportFlags(CommandSpec& spec, std::string& at, std::string& file);

// Writes `bytes` to `file`, and on standard error that it did, with
// `what` it holds ("53 studies"); to standard output when `file` is empty.
//   INVALID_ARGUMENT  USAGE: the file cannot be written.
absl::Status WriteExport(const CommandContext& context, const std::string& file,
                         const std::string& bytes, absl::string_view what);

// Called before an export that is no text is made.
//   INVALID_ARGUMENT  USAGE: it would go to a terminal.
absl::Status WantFileOrPipe(const CommandContext& context,
                            const std::string& file);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_EXPORT_WRITER_H_

#include "client/cli/export_writer.h"

#include <fstream>

#include "absl/strings/str_cat.h"
#include "client/cli/errors.h"

namespace consilium {

void DeclareExportFlags(CommandSpec& spec, std::string& at, std::string& file) {
  spec.VersionFlag(&at);
  spec.Flag("-f,--file", "FILE", &file,
            "Where to write; standard output unless given")
      .Completes("file");
}

absl::Status WriteExport(const CommandContext& context, const std::string& file,
                         const std::string& bytes, absl::string_view what) {
  if (file.empty()) {
    context.io.out << bytes;
    return absl::OkStatus();
  }
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << bytes;
  out.close();
  if (!out) return UsageError(absl::StrCat(file, ": cannot be written"));
  context.io.err << "wrote " << file << ": " << what << ", " << bytes.size()
                 << " bytes\n";
  return absl::OkStatus();
}

absl::Status WantFileOrPipe(const CommandContext& context,
                            const std::string& file) {
  if (!file.empty() || !context.io.out_terminal.is_terminal) {
    return absl::OkStatus();
  }
  return UsageError("this is no text for a terminal; want --file FILE");
}

}  // namespace consilium

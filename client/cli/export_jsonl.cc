#include "absl/strings/str_cat.h"
#include "client/cli/display_text.h"
#include "client/cli/export_commands.h"
#include "client/cli/export_writer.h"
#include "client/cli/limits.h"
#include "client/cli/server_session.h"
#include "client/export/registry_records.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

class ExportJsonLines : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary("Write every record of the evidence as JSON Lines")
        .Description(
            "The first line tells registry, version and how many records "
            "follow; each other line is one record with its name, its values "
            "and their sources. `consilium import jsonl` reads them back to "
            "equal values. A field in conflict shows its provisional value; "
            "`consilium sync bundle` carries all values and the history.")
        .Example("consilium export jsonl --at release-1 --file records.jsonl");
    DeclareExportFlags(spec, at_, file_);
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    ASSIGN_OR_RETURN(const RegistryName registry, session->Registry());
    ASSIGN_OR_RETURN(const RegistryRecords records,
                     ReadRegistryRecords(session->caller(), registry.Full(),
                                         at_, session->options(kLongDeadline)));
    ASSIGN_OR_RETURN(const std::string lines, RecordLines(records));
    RETURN_IF_ERROR(
        WriteExport(context, file_, lines,
                    CountText(records.records.size(), "record", "records")));
    if (records.conflicts > 0 && !context.settings.quiet) {
      context.io.err << CountText(records.conflicts, "field is", "fields are")
                     << " in conflict; provisional values were written\n";
    }
    return ExitCode::kOk;
  }

 private:
  std::string at_, file_;
};

}  // namespace

std::unique_ptr<Command> MakeExportJsonLines() {
  return std::make_unique<ExportJsonLines>();
}

}  // namespace consilium

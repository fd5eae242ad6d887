#include "absl/strings/str_cat.h"
#include "client/cli/commands.h"
#include "client/cli/conflict_view.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

class ConflictShow : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary("Show the values of one field: whose, when, from which place")
        .Example("consilium conflict show trials/sindas title")
        .Example(
            "consilium conflict show trials/sindas/endpoints/pfs "
            "'estimates[KEY]'");
    spec.Argument("RECORD", &record_, "The record, as conflict list names it");
    spec.Argument("PATH", &path_, "The field or element");
    spec.VersionFlag(&at_);
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    ASSIGN_OR_RETURN(const FullRecordName name,
                     session->ResolveRecord(nullptr, record_, "RECORD"));
    ASSIGN_OR_RETURN(const v1::Conflict conflict,
                     GetConflict(*session, name, path_, at_));
    Details details;
    details.name = conflict.record();
    details.json = Indented(ConflictJson(conflict));
    details.fields = {{"record", conflict.record()},
                      {"path", conflict.path()},
                      {"provisional", ProvisionalCell(conflict)}};
    if (context.settings.output == OutputFormat::kCsv) {
      details.fields.push_back({"values", SidesCell(conflict)});
    }
    details.summary = SideLines(conflict);
    if (IsInConflict(conflict)) {
      details.next = NextCommand(context.settings, ResolutionFor(conflict));
    }
    context.Write(details);
    return ExitCode::kOk;
  }

 private:
  static std::string ResolutionFor(const v1::Conflict& conflict) {
    const std::string record = RelativeRecord(conflict.record());
    if (conflict.path() == kLifecyclePathText) {
      return absl::StrCat(LifecycleResolution(record, kRetractedWord, "REASON"),
                          "  # or --value ", kLiveWord);
    }
    return absl::StrCat("conflict resolve ", ShellWord(record), " ",
                        ShellWord(conflict.path()), " --take ",
                        ShellWord(conflict.values(0).institution()),
                        " --reason REASON");
  }

  std::string record_, path_, at_;
};

}  // namespace

std::unique_ptr<Command> MakeConflictShow() {
  return std::make_unique<ConflictShow>();
}

}  // namespace consilium

#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "client/cli/commands.h"
#include "client/cli/display_text.h"
#include "client/cli/json_value.h"
#include "client/cli/limits.h"
#include "client/cli/server_session.h"
#include "client/export/csv.h"
#include "consilium/v1/doctor_service.pb.h"
#include "proto/base/check_report.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

constexpr char kExamine[] = "consilium.v1.DoctorService.Examine";

// A server's words must not move the cursor.
v1::ExamineResponse Visible(v1::ExamineResponse report) {
  for (v1::CheckGroup& group : *report.mutable_groups()) {
    group.set_title(VisibleText(group.title()));
    for (v1::Check& check : *group.mutable_checks()) {
      check.set_text(VisibleText(check.text()));
      check.set_remedy(VisibleText(check.remedy()));
    }
  }
  return report;
}

// `remedy` as it can be typed here: with the flags that name this server. Those
// that name a server themselves stay as they are.
std::string Typed(const Settings& settings, std::string remedy) {
  absl::string_view words = remedy;
  if (!absl::ConsumePrefix(&words, "consilium ") ||
      absl::StartsWith(words, "--server ")) {
    return remedy;
  }
  if (!absl::StartsWith(words, "sync ")) return NextCommand(settings, words);
  return absl::StrReplaceAll(remedy, {{"THIS-SERVER", settings.server}});
}

void WriteRows(const v1::ExamineResponse& report, std::ostream& out) {
  out << CsvLine({"group", "outcome", "text", "remedy"});
  for (const v1::CheckGroup& group : report.groups()) {
    for (const v1::Check& check : group.checks()) {
      out << CsvLine({group.title(), v1::Check::Outcome_Name(check.outcome()),
                      check.text(), check.remedy()});
    }
  }
}

class DoctorCommand : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary("Check whether the server is well, and say what mends it")
        .Description(
            "Looks at configuration, data, keys, clock, disk, peers and "
            "backups. Exits with 1 when a check fails, with 10 when data is "
            "damaged; a warning is no failure. Where no server runs: "
            "consiliumd doctor --data DIR.")
        .Example("consilium doctor")
        .Example("consilium doctor --deep")
        .Example("consilium doctor -o json");
    spec.Switch("--deep", &deep_,
                "Also read every file and recompute every digest");
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    v1::ExamineRequest request;
    request.set_deep(deep_);
    ASSIGN_OR_RETURN(
        auto report,
        CallFor<v1::ExamineResponse>(
            session->caller(), kExamine, request,
            session->options(deep_ ? kWholeServerDeadline : kLongDeadline)));
    for (v1::CheckGroup& group : *report.mutable_groups()) {
      for (v1::Check& check : *group.mutable_checks()) {
        check.set_remedy(Typed(context.settings, check.remedy()));
      }
    }
    std::ostream& out = context.io.out;
    switch (context.settings.output) {
      case OutputFormat::kJson:
        out << Indented(MessageJson(report)) << "\n";
        break;
      case OutputFormat::kJsonLines:
        out << OneLine(MessageJson(report)) << "\n";
        break;
      case OutputFormat::kCsv:
        WriteRows(report, out);
        break;
      default:
        out << CheckReportText(Visible(report), context.io.out_terminal.color);
    }
    return static_cast<ExitCode>(CheckReportExitCode(report));
  }

 private:
  bool deep_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeDoctorCommand() {
  return std::make_unique<DoctorCommand>();
}

}  // namespace consilium

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/apply_run.h"
#include "client/cli/commands.h"
#include "client/cli/display_text.h"
#include "client/cli/errors.h"
#include "client/cli/evidence.h"
#include "client/cli/limits.h"
#include "client/cli/server_session.h"
#include "client/cli/text_file.h"
#include "client/import/import_text.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

constexpr char kMendNext[] =
    "consilium explain KIND  # describes its fields; mend the places named, "
    "then apply again";

class ApplyCommand : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary(
            "State the records of files: create what is new, change what "
            "differs")
        .Description(
            "Reads files, and every .yaml, .yml and .json file of folders; -f "
            "is repeated for each. "
            "All problems of all files are reported at once, before anything "
            "is sent. What a file does not mention stays as it is; the same "
            "files again change nothing. One change if it fits, else several "
            "of whole files, in the order in which they refer to each other.")
        .Example("consilium apply -f study.yaml -m 'First extraction'")
        .Example("consilium apply -f trial.yaml -f arms.yaml -m 'More'")
        .Example("consilium apply -f deploy/evidence/nsclc --dry-run")
        .Example(
            "consilium apply -f study.yaml -m 'Second extraction' "
            "--independent");
    spec.Flag("-f,--file", "FILE|DIR", &paths_,
              "What to read; - for standard input")
        .Required()
        .Completes("file");
    spec.Flag("-m,--message", "TEXT", &options_.message,
              "Why; needed to write");
    spec.Switch("--dry-run", &options_.dry_run,
                "Only say what would happen to each record");
    spec.Switch("--prune", &options_.prune,
                "Remove what a record holds and its file does not mention");
    spec.Switch("--independent", &options_.independent,
                "An extraction made without regard to other institutions: it "
                "leaves their values beside yours");
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    if (options_.message.empty() && !options_.dry_run) {
      return UsageError(
          "apply needs -m, --message TEXT: why the change is made",
          "consilium apply --help");
    }
    Evidence evidence;
    RETURN_IF_ERROR(Read(context, evidence));
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    ASSIGN_OR_RETURN(const RegistryName registry, session->Registry());
    const ApplyRun run(context, *session, registry, options_);
    RETURN_IF_ERROR(MendNext(run.ProposeParents(evidence)));
    auto result = run.SendAll(evidence);
    if (!result.ok()) return MendNext(result.status());
    WriteApplyResult(
        context, *result, options_.dry_run,
        NextCommand(context.settings,
                    options_.dry_run
                        ? absl::StrCat("apply", FlagsAgain(), " -m MESSAGE")
                        : AfterApply(evidence, *result)));
    return ExitCode::kOk;
  }

 private:
  // The command to look at what came of it.
  static std::string AfterApply(const Evidence& evidence,
                                const ApplyResult& result) {
    if (result.Count(v1::StatementOutcome::EFFECT_CREATED) == 0) {
      return "conflict list";
    }
    for (const EvidenceRecord& record : evidence.records()) {
      if (record.traits->singular == "review") {
        return record.id.empty() ? "review list"
                                 : absl::StrCat("review run ", record.id);
      }
    }
    return "trial list";
  }

  absl::Status Read(CommandContext& context, Evidence& evidence) const {
    std::vector<std::string> files;
    for (const std::string& path : paths_) {
      ASSIGN_OR_RETURN(const auto found, FindEvidenceFiles(path));
      for (const std::string& file : found) {
        if (std::find(files.begin(), files.end(), file) == files.end()) {
          files.push_back(file);
        }
      }
    }
    const auto progress = context.StartProgress("reading", "files");
    TextProblems problems;
    size_t size_bytes = 0;
    for (size_t i = 0; i < files.size(); ++i) {
      const auto text = ReadTextFile(files[i], context.io.in);
      if (!text.ok()) {
        if (files.size() == 1) return text.status();
        problems.Add(files[i], text.status());
        continue;
      }
      size_bytes += text->size();
      if (size_bytes > kEvidenceSizeMax) {
        return MakeError(absl::StatusCode::kInvalidArgument, "TOO_MUCH_TEXT",
                         absl::StrCat(absl::StrJoin(paths_, ", "),
                                      ": holds more than ", kEvidenceSizeMax,
                                      " bytes; apply its folders one by one"));
      }
      const absl::Status form = CheckForm(files[i], *text);
      if (!form.ok()) {
        if (files.size() == 1) return form;
        problems.Add(files[i], form);
        continue;
      }
      evidence.AddFile(files[i], *text, problems);
      progress->Update(static_cast<int64_t>(i) + 1,
                       static_cast<int64_t>(files.size()));
    }
    evidence.CheckNames(problems);
    if (problems.empty()) return absl::OkStatus();
    return WithNext(
        problems.ToStatus(absl::StrCat(
            CountText(problems.count(), "problem", "problems"), " in ",
            absl::StrJoin(paths_, ", "), "; nothing was sent:")),
        kMendNext);
  }

  // OK unless `text` is what an import takes, by the signs that it begins with.
  static absl::Status CheckForm(absl::string_view file,
                                absl::string_view text) {
    const absl::string_view command = CommandFor(text);
    // Tables look like nothing, and read as YAML that makes no sense.
    if (absl::EndsWith(file, ".csv") || absl::EndsWith(file, ".tsv")) {
      return WrongFormat(file, text, "records as YAML or JSON");
    }
    return command.empty() || absl::StrContains(command, " apply ")
               ? absl::OkStatus()
               : WrongFormat(file, text, "records as YAML or JSON");
  }

  static absl::Status MendNext(const absl::Status& status) {
    if (GetErrorReason(status) != "INVALID_TEXT") return status;
    return WithNext(status, kMendNext);
  }

  std::string FlagsAgain() const {
    std::string flags;
    for (const std::string& path : paths_) {
      absl::StrAppend(&flags, " -f ", ShellWord(path));
    }
    return flags;
  }

  std::vector<std::string> paths_;
  ApplyOptions options_;
};

}  // namespace

std::unique_ptr<Command> MakeApplyCommand() {
  return std::make_unique<ApplyCommand>();
}

}  // namespace consilium

#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/cli/apply_run.h"
#include "client/cli/display_text.h"
#include "client/cli/errors.h"
#include "client/cli/evidence.h"
#include "client/cli/export_commands.h"
#include "client/cli/json_value.h"
#include "client/cli/limits.h"
#include "client/cli/server_session.h"
#include "client/cli/text_file.h"
#include "client/export/registry_records.h"
#include "client/import/import_text.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

constexpr absl::string_view kHeadStart = "{\"consilium\":";

absl::Status BadHead(const std::string& file, absl::string_view what) {
  return MakeError(absl::StatusCode::kInvalidArgument, "INVALID_TEXT",
                   absl::StrCat(file, ":1: ", what));
}

// How many records the head of the file promises; nothing without a head.
absl::StatusOr<std::optional<int64_t>> ReadHead(const std::string& file,
                                                absl::string_view line) {
  if (!absl::StartsWith(line, kHeadStart)) return std::optional<int64_t>();
  const JsonValue json = JsonValue::parse(line, nullptr, false);
  if (json.is_discarded() || !json["consilium"].is_object()) {
    return BadHead(file, "is no JSON; want the line that the export wrote");
  }
  const JsonValue& head = json["consilium"];
  if (head.value("format", "") != "records" ||
      head.value("formatVersion", 0) != kRecordLinesVersion) {
    return BadHead(file, absl::StrCat("is of another format; want records of "
                                      "version ",
                                      kRecordLinesVersion));
  }
  return std::optional<int64_t>(head.value("records", int64_t{0}));
}

// Whether `text`, with its first line, may hold a record a line.
bool IsOfRecords(absl::string_view text, absl::string_view line) {
  if (absl::StartsWith(line, kHeadStart)) return true;
  return JsonValue::parse(line, nullptr, false).is_object() &&
         !absl::StrContains(CommandFor(text), " ctgov ") &&
         !CommandFor(text).empty();
}

class ImportJsonLines : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary("Read back what `export jsonl` wrote")
        .Description(
            "States every record of the file: creates what is new, changes "
            "what differs; the same file again changes nothing. All problems "
            "are reported with their lines before anything is sent, and a "
            "file that was cut short is refused. One change if it fits, else "
            "several, each of whole records with what stands under them.")
        .Example("consilium import jsonl records.jsonl -m 'From release-1'")
        .Example("consilium import jsonl records.jsonl --dry-run");
    spec.Argument("FILE", &file_, "What to read; - for standard input")
        .Completes("file");
    spec.Flag("-m,--message", "TEXT", &options_.message,
              "Why; needed to write");
    spec.Switch("--dry-run", &options_.dry_run,
                "Only say what would happen to each record");
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    if (options_.message.empty() && !options_.dry_run) {
      return UsageError(
          "import jsonl needs -m, --message TEXT: why the change is made",
          "consilium import jsonl --help");
    }
    Evidence evidence;
    RETURN_IF_ERROR(Read(context, evidence));
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    ASSIGN_OR_RETURN(const RegistryName registry, session->Registry());
    const ApplyRun run(context, *session, registry, options_);
    RETURN_IF_ERROR(run.ProposeParents(evidence));
    ASSIGN_OR_RETURN(const ApplyResult result, run.SendAll(evidence));
    WriteApplyResult(context, result, options_.dry_run,
                     NextCommand(context.settings, "registry status"));
    return ExitCode::kOk;
  }

 private:
  absl::Status Read(CommandContext& context, Evidence& evidence) const {
    ASSIGN_OR_RETURN(const std::string bytes,
                     ReadTextFile(file_, context.io.in, kEvidenceSizeMax));
    ASSIGN_OR_RETURN(const absl::string_view text,
                     CheckImportText(file_, bytes));
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(text, absl::MaxSplits('\n', 1));
    if (!IsOfRecords(text, parts.first)) {
      return WrongFormat(file_, text,
                         "records as `consilium export jsonl` writes them, "
                         "one a line");
    }
    ASSIGN_OR_RETURN(const std::optional<int64_t> promised,
                     ReadHead(file_, parts.first));
    TextProblems problems;
    if (promised.has_value()) {
      evidence.AddLines(file_, parts.second, 2, problems);
    } else {
      evidence.AddLines(file_, text, 1, problems);
    }
    evidence.CheckNames(problems);
    if (!problems.empty()) {
      return problems.ToStatus(
          absl::StrCat(CountText(problems.count(), "problem", "problems"),
                       " in ", file_, "; nothing was sent:"));
    }
    const auto found = static_cast<int64_t>(evidence.records().size());
    if (promised.has_value() && found != *promised) {
      return BadHead(file_, absl::StrCat("promises ", *promised,
                                         " records, and the file holds ", found,
                                         "; is it cut short?"));
    }
    if (found == 0) return BadHead(file_, "holds no records");
    return absl::OkStatus();
  }

  std::string file_;
  ApplyOptions options_;
};

}  // namespace

std::unique_ptr<Command> MakeImportJsonLines() {
  return std::make_unique<ImportJsonLines>();
}

}  // namespace consilium

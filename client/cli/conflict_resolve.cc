#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/api/request_id.h"
#include "client/cli/commands.h"
#include "client/cli/conflict_view.h"
#include "client/cli/errors.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"
#include "proto/base/suggestion.h"
#include "proto/base/utf8.h"

namespace consilium {
namespace {

constexpr char kResolveConflict[] =
    "consilium.v1.ConflictService.ResolveConflict";

class ConflictResolve : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary("Settle a conflict with a reason")
        .Description(
            "Which value holds: that of an institution (--take), another "
            "(--value) or none (--absent). The decision is a change like any "
            "other: it replicates and shows in the history.")
        .Example(
            "consilium conflict resolve trials/sindas title --take north "
            "--reason 'the registry entry says so'")
        .Example(
            "consilium conflict resolve trials/sindas/endpoints/pfs "
            "'estimates[KEY]' --value '{\"value\": 18.6, ...}' --reason "
            "'table 2'");
    spec.Argument("RECORD", &record_, "The record, as conflict list names it");
    spec.Argument("PATH", &path_, "The field or element");
    spec.Flag("--take", "INSTITUTION", &take_,
              "The value of this institution holds, or of this change "
              "(REPLICA:SEQUENCE)");
    spec.Flag("--value", "JSON", &value_, "This value holds");
    spec.Switch("--absent", &absent_, "The field or element is cleared");
    spec.Flag("--source", "JSON", &source_,
              "Where the value was read; that of the value taken is kept");
    spec.Flag("--reason", "TEXT", &reason_, "Why").Required();
    spec.Switch("--dry-run", &dry_run_, "Only say what would happen");
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    const int ways = (take_ ? 1 : 0) + (value_ ? 1 : 0) + (absent_ ? 1 : 0);
    if (ways != 1) {
      return UsageError(
          "say which value holds: --take INSTITUTION, --value JSON or "
          "--absent, one of them",
          "consilium conflict resolve --help");
    }
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    ASSIGN_OR_RETURN(const FullRecordName name,
                     session->ResolveRecord(nullptr, record_, "RECORD"));
    ASSIGN_OR_RETURN(const v1::Conflict conflict,
                     GetConflict(*session, name, path_, ""));
    if (conflict.values_size() < 2) {
      return MakeError(
          absl::StatusCode::kFailedPrecondition, "NOT_IN_CONFLICT",
          absl::StrCat(path_, " of ", RelativeRecord(name.Full()),
                       " is not in conflict; edit the record instead"),
          {{kNextKey, NextCommand(context.settings, "conflict list")}});
    }
    v1::ResolveConflictRequest request;
    request.set_record(name.Full());
    request.set_path(path_);
    for (const v1::VisibleValue& value : conflict.values()) {
      *request.add_shown() = value.dot();
    }
    if (take_) {
      ASSIGN_OR_RETURN(*request.mutable_take(), FindTaken(conflict));
    } else if (value_) {
      request.set_value(*value_);
    } else {
      request.set_absent(true);
    }
    request.set_source(source_);
    request.set_reason(reason_);
    request.set_request_id(NewRequestId());
    request.set_validate_only(dry_run_);
    const std::string author = session->Change("").author();
    if (!author.empty()) request.set_author(author);
    ASSIGN_OR_RETURN(
        const auto response,
        CallFor<v1::ResolveConflictResponse>(
            session->caller(), kResolveConflict, request, session->options()));
    context.Write(DetailsOf(context, conflict, response));
    return ExitCode::kOk;
  }

 private:
  // The change whose value --take means.
  absl::StatusOr<v1::Dot> FindTaken(const v1::Conflict& conflict) const {
    std::vector<const v1::VisibleValue*> found;
    std::vector<std::string> institutions;
    std::vector<std::string> dots;
    for (const v1::VisibleValue& value : conflict.values()) {
      if (DotText(value.dot()) == *take_) return value.dot();
      institutions.push_back(value.institution());
      if (value.institution() != *take_) continue;
      found.push_back(&value);
      dots.push_back(DotText(value.dot()));
    }
    if (found.empty()) {
      return UsageError(
          absl::StrCat(Quote(*take_), " entered no value of ", path_,
                       DidYouMean(*take_, institutions), "; want one of ",
                       absl::StrJoin(institutions, ", ")),
          absl::StrCat("consilium conflict show ", ShellWord(record_), " ",
                       ShellWord(path_)));
    }
    for (const v1::VisibleValue* value : found) {
      if (value->value() == found.front()->value()) continue;
      return UsageError(absl::StrCat(
          *take_, " entered several values of ", path_,
          "; take one by its change: ", absl::StrJoin(dots, ", ")));
    }
    return found.back()->dot();
  }

  // What holds now, in the words in which the values were told apart.
  static std::string ChosenCell(v1::Conflict before,
                                const v1::Conflict& after) {
    before.set_provisional(after.provisional());
    return ProvisionalCell(before);
  }

  Details DetailsOf(const CommandContext& context, const v1::Conflict& before,
                    const v1::ResolveConflictResponse& response) const {
    JsonValue json = {
        {"record", before.record()},
        {"path", before.path()},
        {"dryRun", dry_run_},
        {"change", response.has_change() ? MessageJson(response.change())
                                         : JsonValue(nullptr)},
        {"field", ConflictJson(response.field())},
        {"conflicts", Int64Json(response.conflicts())}};
    Details details;
    details.name = before.record();
    details.json = Indented(json);
    details.summary = absl::StrCat(
        dry_run_ ? "would have settled " : "settled ", path_, " of ",
        RelativeRecord(before.record()), ": ", ValuesCell(before.values()),
        " -> ", ChosenCell(before, response.field()));
    if (response.has_change()) {
      details.fields = {
          {"revision", absl::StrCat(response.change().revision())}};
    }
    details.fields.push_back(
        {"conflicts left", absl::StrCat(response.conflicts())});
    details.next =
        response.conflicts() > 0
            ? NextCommand(context.settings, "conflict list")
            : NextCommand(context.settings, "snapshot create NAME -m MESSAGE");
    return details;
  }

  std::string record_, path_, source_, reason_;
  std::optional<std::string> take_, value_;
  bool absent_ = false;
  bool dry_run_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeConflictResolve() {
  return std::make_unique<ConflictResolve>();
}

}  // namespace consilium

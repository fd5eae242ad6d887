#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/api/request_id.h"
#include "client/cli/commands.h"
#include "client/cli/conflict_decisions.h"
#include "client/cli/conflict_view.h"
#include "client/cli/display_text.h"
#include "client/cli/errors.h"
#include "client/cli/method_names.h"
#include "client/cli/text_file.h"
#include "client/cli/withdrawal.h"
#include "consilium/v1/registry_service.pb.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

constexpr char kResolveConflict[] =
    "consilium.v1.ConflictService.ResolveConflict";

// A decision of a file, and what it decides on.
struct Checked {
  const ConflictDecision* decision = nullptr;
  FullRecordName name;
  v1::Conflict conflict;  // As it stands; empty for what is withdrawn.
  bool done = false;      // By an earlier run of the file.
};

// What became of the decisions of a file.
struct Settlement {
  std::vector<const Checked*> settled;
  size_t withdrawn = 0;  // Of those settled.
  size_t settled_before = 0;
  int64_t conflicts = 0;  // Left in the registry.
};

class ConflictResolve : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary("Settle a conflict, or all those of a file, with reasons")
        .Description(
            "Which value holds: that of an institution (--take), another "
            "(--value) or none (--absent). The decision is a change like any "
            "other: it replicates and shows in the history.\n"
            "\n"
            "A record that one institution retracted while another edited it, "
            "or added records below it, has its lifecycle in conflict: --value "
            "retracted or --value live, or --take the institution that "
            "retracted or edited it.\n"
            "\n"
            "A file (-f) holds a list under the key adjudications, each with "
            "record, path, reason and take, value or absent; or with withdraw: "
            "true, which takes back what one institution alone entered, a "
            "whole record when it has no path. The file is checked as a whole "
            "before anything is settled: a field that is not in conflict, or "
            "an "
            "institution that entered nothing there, refuses all of it. What "
            "the file settled before is left alone.")
        .Example(
            "consilium conflict resolve trials/sindas title --take north "
            "--reason 'the registry entry says so'")
        .Example(
            "consilium conflict resolve trials/sindas/endpoints/pfs "
            "'estimates[KEY]' --value '{\"value\": 18.6, ...}' --reason "
            "'table 2'")
        .Example(
            "consilium conflict resolve trials/sindas lifecycle --value "
            "retracted --reason 'entered twice, the edit too'")
        .Example(
            "consilium conflict resolve -f "
            "deploy/evidence/nsclc-adjudications.yaml");
    spec.Argument("RECORD", &record_, "The record, as conflict list names it")
        .Optional();
    spec.Argument("PATH", &path_, "The field or element").Optional();
    spec.Flag("-f,--file", "FILE", &file_,
              "Settle what this file decides; - for standard input")
        .Completes("file");
    spec.Flag("--take", "INSTITUTION", &take_,
              "The value of this institution holds, or of this change "
              "(REPLICA:SEQUENCE)");
    spec.Flag("--value", "JSON", &value_, "This value holds");
    spec.Switch("--absent", &absent_, "The field or element is cleared");
    spec.Flag("--source", "JSON", &source_,
              "Where the value was read; that of the value taken is kept");
    spec.Flag("-m,--reason", "TEXT", &reason_, "Why");
    spec.Switch("--dry-run", &dry_run_, "Only say what would happen");
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    RETURN_IF_ERROR(CheckFlags());
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    if (!file_.empty()) return SettleFile(context, *session);
    const ConflictDecision decision = {.record = record_,
                                       .path = path_,
                                       .take = take_,
                                       .value = value_,
                                       .absent = absent_,
                                       .source = source_,
                                       .reason = reason_};
    ASSIGN_OR_RETURN(const FullRecordName name,
                     session->ResolveRecord(nullptr, record_, "RECORD"));
    ASSIGN_OR_RETURN(const v1::Conflict conflict,
                     GetConflict(*session, name, path_, ""));
    if (!IsInConflict(conflict)) {
      return MakeError(
          absl::StatusCode::kFailedPrecondition, "NOT_IN_CONFLICT",
          absl::StrCat(
              path_, " of ", RelativeRecord(conflict.record()),
              " is not in conflict; ",
              path_ == kLifecyclePathText ? "retract or undelete" : "edit",
              " the record instead"),
          {{kNextKey, NextCommand(context.settings, "conflict list")}});
    }
    ASSIGN_OR_RETURN(const auto response,
                     Settle(*session, decision, conflict, dry_run_));
    context.Write(DetailsOf(context, conflict, response));
    return ExitCode::kOk;
  }

 private:
  absl::Status CheckFlags() const {
    const int ways = (take_ ? 1 : 0) + (value_ ? 1 : 0) + (absent_ ? 1 : 0);
    const bool names_one = !record_.empty() || !path_.empty() || ways > 0 ||
                           !reason_.empty() || !source_.empty();
    if (!file_.empty() && names_one) {
      return UsageError(
          "--file holds records, paths, values and reasons; want no others "
          "beside it",
          "consilium conflict resolve --help");
    }
    if (!file_.empty()) return absl::OkStatus();
    if (record_.empty() || path_.empty()) {
      return UsageError("want RECORD and PATH, or --file FILE",
                        "consilium conflict resolve --help");
    }
    if (ways != 1) {
      return UsageError(
          "say which value holds: --take INSTITUTION, --value JSON or "
          "--absent, one of them",
          "consilium conflict resolve --help");
    }
    if (reason_.empty()) {
      return UsageError("--reason TEXT is missing: why this value holds",
                        "consilium conflict resolve --help");
    }
    return absl::OkStatus();
  }

  static absl::StatusOr<v1::ResolveConflictResponse> Settle(
      ServerSession& session, const ConflictDecision& decision,
      const v1::Conflict& conflict, bool validate_only) {
    ASSIGN_OR_RETURN(v1::ResolveConflictRequest request,
                     ResolutionOf(decision, conflict));
    request.set_request_id(NewRequestId());
    request.set_validate_only(validate_only);
    const std::string author = session.Change("").author();
    if (!author.empty()) request.set_author(author);
    return CallFor<v1::ResolveConflictResponse>(
        session.caller(), kResolveConflict, request, session.options());
  }

  absl::StatusOr<ExitCode> SettleFile(CommandContext& context,
                                      ServerSession& session) {
    ASSIGN_OR_RETURN(const std::string text,
                     ReadTextFile(file_, context.io.in));
    TextProblems problems;
    const std::vector<ConflictDecision> decisions =
        ReadConflictDecisions(file_, text, problems);
    if (!problems.empty()) return Refusal(problems);
    ASSIGN_OR_RETURN(const auto all, CheckAll(context, session, decisions));
    const auto progress = context.StartProgress("settling", "decisions");
    Settlement settlement;
    for (const Checked& checked : all) {
      if (checked.done) {
        ++settlement.settled_before;
        continue;
      }
      if (!dry_run_) {
        const absl::Status status = CarryOut(session, checked);
        if (!status.ok()) {
          return Stopped(status, settlement, all.size(), *checked.decision);
        }
      }
      settlement.settled.push_back(&checked);
      if (checked.decision->withdraw) ++settlement.withdrawn;
      progress->Update(static_cast<int64_t>(settlement.settled.size()),
                       static_cast<int64_t>(all.size()));
    }
    ASSIGN_OR_RETURN(settlement.conflicts, CountConflicts(session));
    Report(context, settlement);
    return ExitCode::kOk;
  }

  static absl::Status CarryOut(ServerSession& session, const Checked& checked) {
    const ConflictDecision& decision = *checked.decision;
    if (decision.withdraw) {
      return Withdraw(session, checked.name, decision.path, decision.reason);
    }
    return Settle(session, decision, checked.conflict, /*validate_only=*/false)
        .status();
  }

  // Every decision can be carried out.
  absl::StatusOr<std::vector<Checked>> CheckAll(
      CommandContext& context, ServerSession& session,
      const std::vector<ConflictDecision>& decisions) {
    const auto progress = context.StartProgress("checking", "decisions");
    TextProblems problems;
    std::vector<Checked> all;
    for (size_t i = 0; i < decisions.size(); ++i) {
      progress->Update(static_cast<int64_t>(i),
                       static_cast<int64_t>(decisions.size()));
      auto checked = CheckOne(session, decisions[i]);
      if (checked.ok()) {
        all.push_back(*std::move(checked));
        continue;
      }
      if (absl::IsUnavailable(checked.status())) return checked.status();
      problems.Add(file_, {decisions[i].position,
                           absl::StrCat(decisions[i].record,
                                        decisions[i].path.empty() ? "" : " ",
                                        decisions[i].path),
                           std::string(checked.status().message())});
    }
    if (!problems.empty()) return Refusal(problems);
    return all;
  }

  static absl::StatusOr<Checked> CheckOne(ServerSession& session,
                                          const ConflictDecision& decision) {
    Checked checked;
    checked.decision = &decision;
    ASSIGN_OR_RETURN(checked.name,
                     session.ResolveRecord(nullptr, decision.record, "RECORD"));
    if (decision.withdraw) {
      ASSIGN_OR_RETURN(const Presence presence,
                       FindWithdrawable(session, checked.name, decision.path,
                                        decision.reason));
      checked.done = presence == Presence::kWithdrawn;
      return checked;
    }
    ASSIGN_OR_RETURN(checked.conflict,
                     GetConflict(session, checked.name, decision.path, ""));
    if (!IsInConflict(checked.conflict)) {
      checked.done = checked.conflict.values(0).message() == decision.reason;
      if (checked.done) return checked;
      return absl::FailedPreconditionError("is not in conflict");
    }
    RETURN_IF_ERROR(
        Settle(session, decision, checked.conflict, /*validate_only=*/true)
            .status());
    return checked;
  }

  absl::Status Refusal(const TextProblems& problems) const {
    return WithNext(problems.ToStatus(absl::StrCat(
                        CountText(problems.count(), "problem", "problems"),
                        " in ", file_, "; nothing was settled:")),
                    "consilium conflict list");
  }

  absl::Status Stopped(const absl::Status& status, const Settlement& settlement,
                       size_t count, const ConflictDecision& decision) const {
    return Annotate(status,
                    absl::StrCat(settlement.settled.size(), " of ", count,
                                 " decisions were carried out; it stopped at ",
                                 file_, ":", decision.position.line,
                                 ". The same command goes on from there"));
  }

  static absl::StatusOr<int64_t> CountConflicts(ServerSession& session) {
    ASSIGN_OR_RETURN(const RegistryName registry, session.Registry());
    v1::GetRegistryStatusRequest request;
    request.set_name(registry.Full());
    ASSIGN_OR_RETURN(
        const auto status,
        CallFor<v1::GetRegistryStatusResponse>(
            session.caller(), kGetRegistryStatus, request, session.options()));
    return status.conflicts();
  }

  void Report(const CommandContext& context,
              const Settlement& settlement) const {
    JsonValue json = {
        {"dryRun", dry_run_},
        {"settled", settlement.settled.size() - settlement.withdrawn},
        {"withdrawn", settlement.withdrawn},
        {"settledBefore", settlement.settled_before},
        {"conflicts", Int64Json(settlement.conflicts)},
        {"fields", JsonValue::array()}};
    for (const Checked* const checked : settlement.settled) {
      json["fields"].push_back({{"record", checked->name.Full()},
                                {"path", checked->decision->path}});
    }
    Details details;
    details.json = Indented(json);
    details.summary =
        absl::StrCat(dry_run_ ? "would have settled " : "settled ",
                     settlement.settled.size() - settlement.withdrawn,
                     " conflicts and withdrawn ", settlement.withdrawn,
                     " entries as ", file_, " decides",
                     settlement.settled_before > 0
                         ? absl::StrCat("; ", settlement.settled_before,
                                        " were settled by it before")
                         : "");
    details.fields = {{"conflicts left", absl::StrCat(settlement.conflicts)}};
    details.next =
        settlement.conflicts > 0
            ? NextCommand(context.settings, "conflict list")
            : NextCommand(context.settings, "snapshot create NAME -m MESSAGE");
    context.Write(details);
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
        RelativeRecord(before.record()), ": ", SidesCell(before), " -> ",
        ChosenCell(before, response.field()));
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

  std::string record_, path_, source_, reason_, file_;
  std::optional<std::string> take_, value_;
  bool absent_ = false;
  bool dry_run_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeConflictResolve() {
  return std::make_unique<ConflictResolve>();
}

}  // namespace consilium

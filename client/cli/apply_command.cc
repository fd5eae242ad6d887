#include <map>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/api/request_id.h"
#include "client/cli/apply_plan.h"
#include "client/cli/commands.h"
#include "client/cli/errors.h"
#include "client/cli/evidence.h"
#include "client/cli/json_value.h"
#include "client/cli/limits.h"
#include "client/cli/server_session.h"
#include "client/cli/text_file.h"
#include "consilium/v1/change_service.pb.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

using v1::StatementOutcome;

constexpr char kApplyChange[] = "consilium.v1.ChangeService.ApplyChange";
constexpr char kMendNext[] =
    "mend the places named, then apply again   (consilium explain KIND "
    "describes the fields)";
// Created records are counted, not listed, past so many.
constexpr size_t kListedOutcomesMax = 40;

std::string EffectWord(StatementOutcome::Effect effect) {
  switch (effect) {
    case StatementOutcome::EFFECT_CREATED:
      return "created";
    case StatementOutcome::EFFECT_UPDATED:
      return "updated";
    case StatementOutcome::EFFECT_UNCHANGED:
      return "unchanged";
    default:
      return "";
  }
}

bool IsOverLimit(const absl::Status& status) {
  return GetErrorReason(status) == "LIMIT_EXCEEDED" ||
         GetErrorReason(status) == "BATCH_OVER_LIMIT";
}

// What came of all groups.
struct ApplyResult {
  std::vector<StatementOutcome> outcomes;
  std::vector<v1::ChangeInfo> changes;
  int64_t revision = 0;

  int64_t Count(StatementOutcome::Effect effect) const {
    int64_t count = 0;
    for (const StatementOutcome& outcome : outcomes) {
      count += outcome.effect() == effect ? 1 : 0;
    }
    return count;
  }
};

class ApplyCommand : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary(
            "State the records of files: create what is new, change what "
            "differs")
        .Description(
            "Reads one file, or every .yaml, .yml and .json file of a folder. "
            "All problems of all files are reported at once, before anything "
            "is sent. What a file does not mention stays as it is; the same "
            "files again change nothing. One change if it fits, else several "
            "of whole files, in the order in which they refer to each other.")
        .Example("consilium apply -f study.yaml -m 'First extraction'")
        .Example("consilium apply -f deploy/evidence/nsclc --dry-run")
        .Example(
            "consilium apply -f study.yaml -m 'Second extraction' "
            "--independent");
    spec.Flag("-f,--file", "FILE|DIR", &file_,
              "What to read; - for standard input")
        .Required()
        .Completes("file");
    spec.Flag("-m,--message", "TEXT", &message_, "Why; needed to write");
    spec.Switch("--dry-run", &dry_run_,
                "Only say what would happen to each record");
    spec.Switch("--prune", &prune_,
                "Remove what a record holds and its file does not mention");
    spec.Switch("--independent", &independent_,
                "An extraction made without regard to other institutions: it "
                "leaves their values beside yours");
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    if (message_.empty() && !dry_run_) {
      return UsageError(
          "apply needs -m, --message TEXT: why the change is made",
          "consilium apply --help");
    }
    Evidence evidence;
    RETURN_IF_ERROR(Read(context, evidence));
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    ASSIGN_OR_RETURN(const RegistryName registry, session->Registry());
    RETURN_IF_ERROR(ProposeParents(*session, registry, evidence));
    ASSIGN_OR_RETURN(const ApplyResult result,
                     SendAll(context, *session, registry, evidence));
    Report(context, result);
    return ExitCode::kOk;
  }

 private:
  absl::Status Read(CommandContext& context, Evidence& evidence) const {
    ASSIGN_OR_RETURN(const auto files, FindEvidenceFiles(file_));
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
        return MakeError(
            absl::StatusCode::kInvalidArgument, "TOO_MUCH_TEXT",
            absl::StrCat(file_, ": holds more than ", kEvidenceSizeMax,
                         " bytes; apply its folders one by one"));
      }
      evidence.AddFile(files[i], *text, problems);
      progress->Update(static_cast<int64_t>(i) + 1,
                       static_cast<int64_t>(files.size()));
    }
    evidence.CheckNames(problems);
    if (problems.empty()) return absl::OkStatus();
    return WithNext(
        problems.ToStatus(absl::StrCat(
            problems.count(), problems.count() == 1 ? " problem" : " problems",
            " in ", file_, "; nothing was sent:")),
        kMendNext);
  }

  // Children need the name of their parent: where the file leaves it to the
  // server, the server is asked first.
  absl::Status ProposeParents(ServerSession& session,
                              const RegistryName& registry,
                              Evidence& evidence) const {
    std::vector<EvidenceRecord>& records = evidence.records();
    std::set<size_t> wanted;
    for (const EvidenceRecord& record : records) {
      if (record.parent_index) wanted.insert(*record.parent_index);
    }
    if (wanted.empty()) return absl::OkStatus();
    std::vector<size_t> asked;
    ApplyGroup group;
    for (size_t i = 0; i < records.size(); ++i) {
      if (records[i].traits->parent != nullptr) continue;
      asked.push_back(i);
      group.push_back(&records[i]);
    }
    ASSIGN_OR_RETURN(const auto response,
                     Send(session, registry, group, /*validate_only=*/true));
    for (size_t i = 0; i < asked.size(); ++i) {
      if (static_cast<int>(i) >= response.outcomes_size()) break;
      const auto name = FullRecordName::Parse(response.outcomes(i).name());
      if (name.ok()) records[asked[i]].id = std::string(name->record.id());
    }
    for (EvidenceRecord& record : records) {
      if (record.parent_index) {
        record.parent = records[*record.parent_index].RelativeName();
      }
    }
    TextProblems problems;
    evidence.CheckNames(problems);
    if (problems.empty()) return absl::OkStatus();
    return problems.ToStatus("nothing was sent:");
  }

  absl::StatusOr<v1::ApplyChangeResponse> Send(ServerSession& session,
                                               const RegistryName& registry,
                                               const ApplyGroup& group,
                                               bool validate_only) const {
    v1::ApplyChangeRequest request;
    request.set_parent(registry.Full());
    request.set_request_id(NewRequestId());
    request.set_validate_only(validate_only);
    *request.mutable_change() = session.Change(message_);
    if (independent_) request.mutable_change()->set_independent(true);
    for (const EvidenceRecord* record : group) {
      *request.add_statements() = StatementOf(*record, registry, prune_);
    }
    auto response = CallFor<v1::ApplyChangeResponse>(
        session.caller(), kApplyChange, request,
        session.options(kLongDeadline));
    if (response.ok()) return response;
    const absl::Status located = LocateServerError(response.status(), group);
    if (GetErrorReason(located) != "INVALID_TEXT") return located;
    return WithNext(located, kMendNext);
  }

  absl::StatusOr<ApplyResult> SendAll(CommandContext& context,
                                      ServerSession& session,
                                      const RegistryName& registry,
                                      const Evidence& evidence) const {
    const std::vector<ApplyGroup> plan = PlanApply(evidence);
    auto result = SendGroups(context, session, registry, plan);
    if (plan.size() > 1 || !IsOverLimit(result.status())) return result;
    // The estimate was too low; files by themselves may fit.
    const std::vector<ApplyGroup> by_file = PlanApplyByFile(evidence);
    if (by_file.size() < 2) return result;
    return SendGroups(context, session, registry, by_file);
  }

  absl::StatusOr<ApplyResult> SendGroups(
      CommandContext& context, ServerSession& session,
      const RegistryName& registry,
      const std::vector<ApplyGroup>& groups) const {
    const auto progress = context.StartProgress("applying", "changes");
    ApplyResult result;
    for (size_t i = 0; i < groups.size(); ++i) {
      progress->Update(static_cast<int64_t>(i),
                       static_cast<int64_t>(groups.size()));
      auto response = Send(session, registry, groups[i], dry_run_);
      if (!response.ok()) return Stopped(response.status(), result, groups, i);
      for (auto& outcome : *response->mutable_outcomes()) {
        result.outcomes.push_back(std::move(outcome));
      }
      if (response->has_change()) result.changes.push_back(response->change());
      result.revision = response->revision();
    }
    return result;
  }

  absl::Status Stopped(const absl::Status& status, const ApplyResult& result,
                       const std::vector<ApplyGroup>& groups, size_t at) const {
    if (result.changes.empty()) return status;
    return Annotate(
        status,
        absl::StrCat(at, " of ", groups.size(),
                     " changes were made, each of whole files; it stopped at ",
                     groups[at].front()->file,
                     ". The same command goes on from there"));
  }

  void Report(const CommandContext& context, const ApplyResult& result) const {
    switch (context.settings.output) {
      case OutputFormat::kJson:
      case OutputFormat::kJsonLines:
        context.Write({.json = context.settings.output == OutputFormat::kJson
                                   ? Indented(Json(result))
                                   : OneLine(Json(result))});
        return;
      case OutputFormat::kTable:
        return ReportForPeople(context, result);
      default:
        ListOutcomes(context, result, /*all=*/dry_run_);
    }
  }

  JsonValue Json(const ApplyResult& result) const {
    JsonValue json = {
        {"dryRun", dry_run_},
        {"created", Int64Json(result.Count(StatementOutcome::EFFECT_CREATED))},
        {"updated", Int64Json(result.Count(StatementOutcome::EFFECT_UPDATED))},
        {"unchanged",
         Int64Json(result.Count(StatementOutcome::EFFECT_UNCHANGED))},
        {"revision", Int64Json(result.revision)},
        {"changes", JsonValue::array()},
        {"outcomes", JsonValue::array()}};
    for (const auto& change : result.changes) {
      json["changes"].push_back(MessageJson(change));
    }
    for (const auto& outcome : result.outcomes) {
      json["outcomes"].push_back(MessageJson(outcome));
    }
    return json;
  }

  // One row for each record that changed, or for every one.
  void ListOutcomes(const CommandContext& context, const ApplyResult& result,
                    bool all) const {
    const auto rows = context.List({{"effect"}, {"record"}, {"paths"}});
    for (const StatementOutcome& outcome : result.outcomes) {
      if (!all && outcome.effect() == StatementOutcome::EFFECT_UNCHANGED) {
        continue;
      }
      rows->Add({outcome.name(),
                 OneLine(MessageJson(outcome)),
                 {EffectWord(outcome.effect()), ShownName(outcome.name()),
                  absl::StrJoin(outcome.paths(), ", ")}});
    }
    rows->Finish("");
  }

  // Relative to the registry, so that the kind shows.
  static std::string ShownName(const std::string& name) {
    const auto parsed = FullRecordName::Parse(name);
    return parsed.ok() ? parsed->record.relative() : name;
  }

  void ReportForPeople(const CommandContext& context,
                       const ApplyResult& result) const {
    const int64_t created = result.Count(StatementOutcome::EFFECT_CREATED);
    const int64_t updated = result.Count(StatementOutcome::EFFECT_UPDATED);
    const int64_t unchanged = result.Count(StatementOutcome::EFFECT_UNCHANGED);
    const bool changes = created + updated > 0;
    if (dry_run_ || (changes && created + updated <=
                                    static_cast<int64_t>(kListedOutcomesMax))) {
      ListOutcomes(context, result, /*all=*/dry_run_);
    }
    Details details;
    if (!changes) {
      details.summary = absl::StrCat(
          "nothing to change: all ", unchanged,
          " records read as stated already; revision ", result.revision);
      context.Write(details);
      return;
    }
    details.summary = absl::StrCat(
        dry_run_ ? "would have created " : "created ", created, ", updated ",
        updated, ", unchanged ", unchanged, " records");
    if (!dry_run_) {
      absl::StrAppend(&details.summary, " in ", result.changes.size(),
                      result.changes.size() == 1 ? " change" : " changes",
                      "; revision ", result.revision);
    }
    details.next = NextCommand(
        context.settings,
        dry_run_ ? absl::StrCat("apply -f ", ShellWord(file_), " -m MESSAGE")
        : created > 0 ? "trial list"
                      : "conflict list");
    context.Write(details);
  }

  std::string file_, message_;
  bool dry_run_ = false;
  bool prune_ = false;
  bool independent_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeApplyCommand() {
  return std::make_unique<ApplyCommand>();
}

}  // namespace consilium

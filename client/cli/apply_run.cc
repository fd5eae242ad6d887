#include "client/cli/apply_run.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/api/request_id.h"
#include "client/cli/display_text.h"
#include "client/cli/errors.h"
#include "client/cli/json_value.h"
#include "client/cli/limits.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

using v1::StatementOutcome;

constexpr char kApplyChange[] = "consilium.v1.ChangeService.ApplyChange";
// Created records are counted, not listed, past so many.
constexpr size_t kListedOutcomesMax = 40;

bool IsOverLimit(const absl::Status& status) {
  return GetErrorReason(status) == "LIMIT_EXCEEDED" ||
         GetErrorReason(status) == "BATCH_OVER_LIMIT";
}

absl::Status Stopped(const absl::Status& status, const ApplyResult& result,
                     const std::vector<ApplyGroup>& groups, size_t at) {
  if (result.changes.empty()) return status;
  return Annotate(
      status,
      absl::StrCat(at, " of ", groups.size(),
                   " changes were made, each of whole files; it stopped at ",
                   groups[at].front()->file,
                   ". The same command goes on from there"));
}

JsonValue Json(const ApplyResult& result, bool dry_run) {
  JsonValue json = {
      {"dryRun", dry_run},
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

// Relative to the registry, so that the kind shows.
std::string ShownName(const std::string& name) {
  const auto parsed = FullRecordName::Parse(name);
  return parsed.ok() ? parsed->record.relative() : name;
}

// One row for each record that changed, or for every one.
void ListOutcomes(const CommandContext& context, const ApplyResult& result,
                  bool all) {
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

}  // namespace

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

int64_t ApplyResult::Count(StatementOutcome::Effect effect) const {
  int64_t count = 0;
  for (const StatementOutcome& outcome : outcomes) {
    count += outcome.effect() == effect ? 1 : 0;
  }
  return count;
}

// Children need the name of their parent: where the file leaves it to the
// server, the server is asked first.
absl::Status ApplyRun::ProposeParents(Evidence& evidence) const {
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
  ASSIGN_OR_RETURN(const auto response, Send(group, /*validate_only=*/true));
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

absl::StatusOr<v1::ApplyChangeResponse> ApplyRun::Send(
    const ApplyGroup& group, bool validate_only) const {
  v1::ApplyChangeRequest request;
  request.set_parent(registry_.Full());
  request.set_request_id(NewRequestId());
  request.set_validate_only(validate_only);
  *request.mutable_change() = session_.Change(options_.message);
  if (options_.independent) request.mutable_change()->set_independent(true);
  for (const EvidenceRecord* record : group) {
    *request.add_statements() = StatementOf(*record, registry_, options_.prune);
  }
  auto response =
      CallFor<v1::ApplyChangeResponse>(session_.caller(), kApplyChange, request,
                                       session_.options(kLongDeadline));
  if (response.ok()) return response;
  return LocateServerError(response.status(), group);
}

absl::StatusOr<ApplyResult> ApplyRun::SendAll(const Evidence& evidence) const {
  const std::vector<ApplyGroup> plan = PlanApply(evidence);
  auto result = SendGroups(plan);
  if (plan.size() > 1 || !IsOverLimit(result.status())) return result;
  // The estimate was too low; files by themselves may fit.
  const std::vector<ApplyGroup> by_file = PlanApplyByUnit(evidence);
  if (by_file.size() < 2) return result;
  return SendGroups(by_file);
}

absl::StatusOr<ApplyResult> ApplyRun::SendGroups(
    const std::vector<ApplyGroup>& groups) const {
  const auto progress = context_.StartProgress("applying", "changes");
  ApplyResult result;
  for (size_t i = 0; i < groups.size(); ++i) {
    progress->Update(static_cast<int64_t>(i),
                     static_cast<int64_t>(groups.size()));
    auto response = Send(groups[i], options_.dry_run);
    if (!response.ok()) return Stopped(response.status(), result, groups, i);
    for (auto& outcome : *response->mutable_outcomes()) {
      result.outcomes.push_back(std::move(outcome));
    }
    if (response->has_change()) result.changes.push_back(response->change());
    result.revision = response->revision();
  }
  return result;
}

void WriteApplyResult(const CommandContext& context, const ApplyResult& result,
                      bool dry_run, const std::string& next) {
  if (IsJson(context.settings.output)) {
    const JsonValue json = Json(result, dry_run);
    return context.Write({.json = context.settings.output == OutputFormat::kJson
                                      ? Indented(json)
                                      : OneLine(json)});
  }
  const bool list_all = dry_run && result.lists_unchanged;
  if (context.settings.output != OutputFormat::kTable) {
    return ListOutcomes(context, result, list_all);
  }
  const int64_t created = result.Count(StatementOutcome::EFFECT_CREATED);
  const int64_t updated = result.Count(StatementOutcome::EFFECT_UPDATED);
  const int64_t unchanged = result.Count(StatementOutcome::EFFECT_UNCHANGED);
  const bool changes = created + updated > 0;
  const bool few =
      created + updated <= static_cast<int64_t>(kListedOutcomesMax);
  if (list_all || (changes && (dry_run || (few && result.lists_changed)))) {
    ListOutcomes(context, result, list_all);
  }
  Details details;
  if (!changes) {
    details.summary = absl::StrCat("nothing to change: all ", unchanged,
                                   " records read as stated already; revision ",
                                   result.revision);
    return context.Write(details);
  }
  details.summary = absl::StrCat(dry_run ? "would have created " : "created ",
                                 created, ", updated ", updated, ", unchanged ",
                                 unchanged, " records");
  if (!dry_run) {
    absl::StrAppend(&details.summary, " in ",
                    CountText(result.changes.size(), "change", "changes"),
                    "; revision ", result.revision);
  }
  details.next = next;
  context.Write(details);
}

}  // namespace consilium

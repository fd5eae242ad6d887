#include "server/rpc/change_service.h"

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "proto/base/errors.h"
#include "proto/base/resource_name.h"
#include "proto/base/status_macros.h"
#include "server/rpc/apply_change.h"
#include "server/rpc/change_history.h"
#include "server/rpc/errors.h"
#include "server/rpc/page.h"
#include "server/rpc/version_diff.h"
#include "server/rpc/version_parser.h"
#include "server/rpc/watch_changes.h"
#include "server/rpc/write_request.h"
#include "storage/change/change.h"
#include "storage/registry/registry_store.h"

namespace consilium {
namespace {

constexpr char kChangeService[] = "ChangeService";

v1::StatementOutcome::Effect ToEffect(RecordOutcome::Effect effect) {
  switch (effect) {
    case RecordOutcome::Effect::kUnchanged:
      return v1::StatementOutcome::EFFECT_UNCHANGED;
    case RecordOutcome::Effect::kCreated:
      return v1::StatementOutcome::EFFECT_CREATED;
    case RecordOutcome::Effect::kUpdated:
      break;
  }
  return v1::StatementOutcome::EFFECT_UPDATED;
}

// The paths that a change assigned, by record: an answer that is given again
// does not carry them.
absl::Status RecallPaths(const RegistryView& view, CommitOutcome& outcome) {
  if (!outcome.replayed || outcome.dot.sequence == 0) return absl::OkStatus();
  ASSIGN_OR_RETURN(const stored::v1::Change bytes,
                   view.GetChangeBytes(outcome.dot));
  ASSIGN_OR_RETURN(const ParsedChange change, ParsedChange::Parse(bytes));
  std::map<absl::string_view, const ParsedRecord*> records;
  for (const ParsedRecord& record : change.records()) {
    records[record.name] = &record;
  }
  for (RecordOutcome& record : outcome.records) {
    const auto found = records.find(record.name);
    if (found == records.end()) continue;
    record.paths.clear();
    for (const ParsedAssignment& assignment : found->second->assignments) {
      record.paths.push_back(assignment.path);
    }
  }
  return absl::OkStatus();
}

absl::Status FillApplied(const RegistryStore& store,
                         const RegistryName& registry, CommitOutcome outcome,
                         int statement_count,
                         v1::ApplyChangeResponse& response) {
  ASSIGN_OR_RETURN(const std::unique_ptr<RegistryView> view,
                   OpenViewAfter(store, outcome));
  RETURN_IF_ERROR(RecallPaths(*view, outcome));
  // Behind the statements' come those of what went along.
  outcome.records.resize(
      std::min(outcome.records.size(), static_cast<size_t>(statement_count)));
  for (const RecordOutcome& record : outcome.records) {
    v1::StatementOutcome& added = *response.add_outcomes();
    added.set_name(FullName(registry, record.name));
    added.set_effect(ToEffect(record.effect));
    for (const FieldPath& path : record.paths) {
      added.add_paths(ShowPath(record.name, path));
    }
  }
  response.set_revision(outcome.revision);
  if (outcome.dot.sequence == 0) return absl::OkStatus();
  ASSIGN_OR_RETURN(const ChangeSummary change, view->GetChange(outcome.dot));
  *response.mutable_change() = MakeChangeInfo(change);
  return absl::OkStatus();
}

// Where a page of changes starts: before the change `index` of `revision`.
struct HistoryPosition {
  int64_t revision = 0;
  int64_t index = 0;

  std::string ToKey() const { return absl::StrCat(revision, ":", index); }

  static HistoryPosition FromKey(absl::string_view key) {
    HistoryPosition position;
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(key, absl::MaxSplits(':', 1));
    // The key was sealed by this server.
    (void)absl::SimpleAtoi(parts.first, &position.revision);
    (void)absl::SimpleAtoi(parts.second, &position.index);
    return position;
  }
};

struct NumberedChange {
  HistoryPosition position;
  ChangeSummary change;
};

// At most `count` of the newest changes before `end`, newest first.
absl::StatusOr<std::vector<NumberedChange>> NewestBefore(
    const RegistryView& view, HistoryPosition end, int64_t count) {
  std::deque<NumberedChange> newest;
  // Each revision has a change at least, but a version may lack some of them.
  int64_t window = count;
  int64_t begin = std::max<int64_t>(0, end.revision - window);
  while (true) {
    newest.clear();
    HistoryPosition here;
    RETURN_IF_ERROR(view.ListChanges(begin, [&](const ChangeSummary& change) {
      here.index = change.revision == here.revision ? here.index + 1 : 0;
      here.revision = change.revision;
      if (here.revision > end.revision ||
          (here.revision == end.revision && here.index >= end.index)) {
        return false;
      }
      newest.push_front({here, change});
      if (static_cast<int64_t>(newest.size()) > count) newest.pop_back();
      return true;
    }));
    if (static_cast<int64_t>(newest.size()) >= count || begin == 0) break;
    window *= 4;
    begin = std::max<int64_t>(0, end.revision - window);
  }
  return std::vector<NumberedChange>(newest.begin(), newest.end());
}

// `status` of a commit, its violations named by their places in the request.
// `places` has those of the records, by relative name.
absl::Status InRequest(const absl::Status& status,
                       const std::map<std::string, std::string>& places) {
  const auto info = GetErrorInfo(status);
  if (!info.has_value()) return status;
  if (absl::IsInvalidArgument(status)) {
    const auto record = info->metadata().find("record");
    if (record == info->metadata().end()) return status;
    const auto place = places.find(record->second);
    return place == places.end()
               ? status
               : UnderPrefix(status, place->first, place->second);
  }
  std::vector<FieldViolation> violations = GetFieldViolations(status);
  if (violations.empty()) return status;
  for (FieldViolation& violation : violations) {
    const size_t end =
        std::min(violation.field.find('.'), violation.field.size());
    const auto place = places.find(violation.field.substr(0, end));
    if (place == places.end()) continue;
    violation.field = place->second + violation.field.substr(end);
  }
  return WithViolations(status, violations);
}

}  // namespace

void ChangeService::Register(MethodTable& methods) {
  methods.AddWrite(kChangeService, "ApplyChange", this, &ChangeService::Apply);
  methods.AddScan(kChangeService, "ListChanges", this, &ChangeService::List);
  methods.AddScan(kChangeService, "DiffVersions", this, &ChangeService::Diff);
  methods.AddStream(kChangeService, "WatchChanges");
}

grpc::ServerWriteReactor<v1::WatchChangesResponse>* ChangeService::WatchChanges(
    grpc::CallbackServerContext* call, const v1::WatchChangesRequest* request) {
  return StartWatchChanges(context_, *call, *request);
}

void ChangeService::Apply(const CallInfo& call,
                          const v1::ApplyChangeRequest& request,
                          v1::ApplyChangeResponse& response, Done done) {
  const auto registry = RegistryName::Parse(request.parent(), "parent");
  if (!registry.ok()) return done(registry.status());
  const auto store = services_.FindStore(*registry);
  if (!store.ok()) return done(store.status());
  const auto view = (*store)->OpenView(Version::Latest());
  if (!view.ok()) return done(view.status());
  auto prepared = PrepareChange(call, request, *registry, **view);
  if (!prepared.ok()) return done(prepared.status());
  CommitThen(
      **store, services_.workers, std::move(prepared->request),
      [store = *store, registry = *registry, count = request.statements_size(),
       &response](const CommitOutcome& outcome) {
        return FillApplied(*store, registry, outcome, count, response);
      },
      [done = std::move(done), prefixes = std::move(prepared->prefixes)](
          const absl::Status& status) { done(InRequest(status, prefixes)); });
}

absl::Status ChangeService::List(const CallInfo& call,
                                 const v1::ListChangesRequest& request,
                                 v1::ListChangesResponse& response) {
  ASSIGN_OR_RETURN(const FullRecordName name,
                   FullRecordName::Parse(request.parent(), "parent"));
  ASSIGN_OR_RETURN(RegistryStore* const store,
                   services_.FindStore(name.registry));
  PageRequest page_request{
      name.registry,
      {std::string(call.method), request.parent(), "", "", request.at(), false},
      request.page_size(),
      request.page_token()};
  ASSIGN_OR_RETURN(Page page, Page::Open(services_, *store, page_request));
  const bool of_registry = name.record.traits()->singleton;
  if (!of_registry) {
    ASSIGN_OR_RETURN(
        std::vector<v1::ChangeEntry> entries,
        RecordHistory(page.view(), name.registry, name.record.relative()));
    size_t begin = 0;
    if (!page.after().empty()) (void)absl::SimpleAtoi(page.after(), &begin);
    for (size_t i = begin; i < entries.size(); ++i) {
      const size_t size_bytes = entries[i].ByteSizeLong();
      *response.add_changes() = std::move(entries[i]);
      if (page.Add(size_bytes) || i + 1 == entries.size()) continue;
      response.set_next_page_token(page.NextToken(absl::StrCat(i + 1)));
      break;
    }
    return absl::OkStatus();
  }
  HistoryPosition end{page.view().head().revision + 1, 0};
  if (!page.after().empty()) end = HistoryPosition::FromKey(page.after());
  // One more than the page tells whether there is a next.
  ASSIGN_OR_RETURN(const std::vector<NumberedChange> changes,
                   NewestBefore(page.view(), end, page.size() + 1));
  for (size_t i = 0; i < changes.size(); ++i) {
    RETURN_IF_ERROR(call.CheckAlive());
    v1::ChangeEntry& entry = *response.add_changes();
    RETURN_IF_ERROR(FillChangeEntry(page.view(), name.registry,
                                    changes[i].change, /*values=*/false,
                                    entry));
    if (page.Add(entry.ByteSizeLong()) || i + 1 == changes.size()) continue;
    response.set_next_page_token(page.NextToken(changes[i].position.ToKey()));
    break;
  }
  return absl::OkStatus();
}

absl::Status ChangeService::Diff(const CallInfo& call,
                                 const v1::DiffVersionsRequest& request,
                                 v1::DiffVersionsResponse& response) {
  ASSIGN_OR_RETURN(const FullRecordName name,
                   FullRecordName::Parse(request.parent(), "parent"));
  if (request.from().empty()) {
    return InvalidField("from",
                        "is missing; want the earlier version: a "
                        "snapshot, a frontier or a revision");
  }
  ASSIGN_OR_RETURN(RegistryStore* const store,
                   services_.FindStore(name.registry));
  PageRequest page_request{name.registry,
                           {std::string(call.method), request.parent(),
                            request.from(), "", request.to(), false},
                           request.page_size(),
                           request.page_token()};
  // The page is pinned to the later version; the earlier one is fixed.
  ASSIGN_OR_RETURN(Page page, Page::Open(services_, *store, page_request));
  ASSIGN_OR_RETURN(const Version from,
                   ParseVersion(request.from(), *store, "from"));
  ASSIGN_OR_RETURN(const std::unique_ptr<RegistryView> before,
                   store->OpenView(from));
  ASSIGN_OR_RETURN(const Frontier from_frontier, before->GetFrontier());
  ASSIGN_OR_RETURN(const Frontier to_frontier, page.view().GetFrontier());
  response.set_from_frontier(from_frontier.ToToken());
  response.set_to_frontier(to_frontier.ToToken());
  std::vector<std::string> names = {name.record.relative()};
  if (name.record.traits()->singleton) {
    ASSIGN_OR_RETURN(names,
                     page.view().RecordsBetween(from_frontier, to_frontier));
  }
  for (size_t i = 0; i < names.size(); ++i) {
    if (!page.after().empty() && names[i] <= page.after()) continue;
    RETURN_IF_ERROR(call.CheckAlive());
    v1::RecordDifference difference;
    ASSIGN_OR_RETURN(const bool differs,
                     CompareRecord(*before, page.view(), names[i], difference));
    if (!differs) continue;
    difference.set_name(FullName(name.registry, names[i]));
    const size_t size_bytes = difference.ByteSizeLong();
    *response.add_records() = std::move(difference);
    if (page.Add(size_bytes) || i + 1 == names.size()) continue;
    response.set_next_page_token(page.NextToken(names[i]));
    break;
  }
  return absl::OkStatus();
}

}  // namespace consilium

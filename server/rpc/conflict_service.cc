#include "server/rpc/conflict_service.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "consilium/v1/common.pb.h"
#include "proto/base/errors.h"
#include "proto/base/record_codec.h"
#include "proto/base/status_macros.h"
#include "proto/base/value_text.h"
#include "server/query/filter.h"
#include "server/rpc/agreement_summary.h"
#include "server/rpc/concurrent_values.h"
#include "server/rpc/limits.h"
#include "server/rpc/page.h"
#include "server/rpc/version_parser.h"
#include "server/rpc/write_request.h"
#include "storage/registry/errors.h"

namespace consilium {
namespace {

constexpr char kConflictService[] = "ConflictService";

std::string ToKey(const ConcurrentPath& path) {
  return absl::StrCat(path.name, "\n", path.path.field, "\n",
                      static_cast<int>(path.path.kind), "\n", path.path.key);
}

// The inverse of ToKey; the key was sealed by this server.
void ReadKey(absl::string_view key, RegistryView::ConcurrencyRange& range) {
  if (key.empty()) return;
  const std::vector<absl::string_view> parts =
      absl::StrSplit(key, absl::MaxSplits('\n', 3));
  int kind = 0;
  if (parts.size() != 4 ||
      !absl::SimpleAtoi(parts[1], &range.after_path.field) ||
      !absl::SimpleAtoi(parts[2], &kind)) {
    return;
  }
  range.after_name = std::string(parts[0]);
  range.after_path.kind = static_cast<MergeKind>(kind);
  range.after_path.key = std::string(parts[3]);
}

// Lists conflicts or agreements: `wanted` picks a path and `make` its message,
// which goes to `entries` when the filter means it. Both requests have the same
// fields.
template <typename Request, typename Response, typename Entry, typename Wanted,
          typename Make>
absl::Status ListPaths(const ServiceContext& context, const CallInfo& call,
                       const Request& request, Response& response,
                       google::protobuf::RepeatedPtrField<Entry>& entries,
                       Wanted wanted, Make make) {
  ASSIGN_OR_RETURN(const FullRecordName name,
                   FullRecordName::Parse(request.parent(), "parent"));
  ASSIGN_OR_RETURN(const Filter filter,
                   Filter::Parse(request.filter(), *Entry::descriptor()));
  ASSIGN_OR_RETURN(RegistryStore* const store,
                   context.FindStore(name.registry));
  PageRequest page_request{name.registry,
                           {std::string(call.method), request.parent(),
                            request.filter(), "", request.at(), false},
                           request.page_size(),
                           request.page_token()};
  ASSIGN_OR_RETURN(Page page, Page::Open(context, *store, page_request));
  RegistryView::ConcurrencyRange range;
  if (!name.record.traits()->singleton) range.name = name.record.relative();
  ReadKey(page.after(), range);
  ConcurrentValues values(page.view(), name.registry);
  absl::Status status;
  std::string last;
  bool full = false;
  RETURN_IF_ERROR(page.view().ListConcurrent(range, [&](ConcurrentPath path) {
    if (!wanted(path)) return true;
    if (full) {
      response.set_next_page_token(page.NextToken(last));
      return false;
    }
    last = ToKey(path);
    status = call.CheckAlive();
    if (!status.ok()) return false;
    absl::StatusOr<Entry> entry = make(values, path);
    status = entry.status();
    if (!status.ok()) return false;
    if (!filter.Matches(*entry)) return true;
    full = !page.Add(entry->ByteSizeLong());
    *entries.Add() = *std::move(entry);
    return true;
  }));
  return status;
}

// What the caller decided.
absl::StatusOr<Adjudication> ReadResolution(
    const v1::ResolveConflictRequest& request, const FieldPath& path,
    const RecordTraits& traits) {
  Adjudication adjudication;
  adjudication.path = path;
  if (request.shown().empty()) {
    return InvalidField("shown",
                        "is empty; want the changes whose values you "
                        "were shown, all of them");
  }
  for (int i = 0; i < request.shown_size(); ++i) {
    ASSIGN_OR_RETURN(const Dot dot,
                     ReadDot(request.shown(i), absl::StrCat("shown[", i, "]")));
    adjudication.shown.push_back(dot);
  }
  std::sort(adjudication.shown.begin(), adjudication.shown.end());
  switch (request.resolution_case()) {
    case v1::ResolveConflictRequest::kTake: {
      ASSIGN_OR_RETURN(const Dot dot, ReadDot(request.take(), "take"));
      if (!std::binary_search(adjudication.shown.begin(),
                              adjudication.shown.end(), dot)) {
        return InvalidField("take", absl::StrCat(dot.ToString(),
                                                 " is none of the changes in "
                                                 "shown; want one of them"));
      }
      adjudication.take = dot;
      break;
    }
    case v1::ResolveConflictRequest::kValue: {
      auto value = ValueFromJson(path, request.value(), traits);
      if (!value.ok()) return value.status();
      adjudication.value = std::move(value->value);
      adjudication.source = std::move(value->source);
      break;
    }
    case v1::ResolveConflictRequest::kAbsent:
      if (!request.absent()) {
        return InvalidField("absent", "is false; want true, take or value");
      }
      break;
    case v1::ResolveConflictRequest::RESOLUTION_NOT_SET:
      return InvalidField("take", "is missing; want take, value or absent");
  }
  if (!request.source().empty()) {
    ASSIGN_OR_RETURN(adjudication.source, SourceFromJson(request.source()));
  } else if (path == LifecyclePath() &&
             adjudication.value == RetractedValue()) {
    // As a retraction keeps its reason.
    v1::Source source;
    source.set_note(request.reason());
    adjudication.source = Encode(source);
  }
  return adjudication;
}

// Every record, or one and its descendants, in as many views of one version as
// a long scan needs.
class RecordScan {
 public:
  using Visit = absl::FunctionRef<absl::Status(const RegistryView& view,
                                               const RecordView& record)>;

  RecordScan(RegistryStore& store, Version version)
      : store_(store), version_(std::move(version)) {}

  absl::Status Run(const CallInfo& call, const RecordName& within,
                   Visit visit) {
    RETURN_IF_ERROR(OpenView());
    if (!within.traits()->singleton) {
      ASSIGN_OR_RETURN(const std::optional<RecordView> record,
                       view_->Get(within.relative()));
      if (!record.has_value()) return RecordNotFound(within.relative());
      RETURN_IF_ERROR(visit(*view_, *record));
    }
    for (const RecordTraits* traits : RecordTraitsTable::Get().all()) {
      if (traits->singleton || !IsBelow(*traits, *within.traits())) continue;
      RETURN_IF_ERROR(List(call, *traits, within, visit));
    }
    return absl::OkStatus();
  }

 private:
  static bool IsBelow(const RecordTraits& traits, const RecordTraits& parent) {
    return parent.singleton || traits.parent == &parent;
  }

  absl::Status OpenView() {
    ASSIGN_OR_RETURN(view_, store_.OpenView(version_));
    // "Latest" must mean the same in the views to come.
    if (view_->revision() > 0) {
      version_ = Version::AtRevision(view_->revision());
    }
    return absl::OkStatus();
  }

  absl::Status List(const CallInfo& call, const RecordTraits& traits,
                    const RecordName& within, Visit visit) {
    RegistryView::ListRange range;
    range.collection =
        absl::StrReplaceAll(traits.CollectionPath(), {{"/*", ""}});
    if (!within.traits()->singleton) range.parent = within.relative();
    while (true) {
      int64_t scanned = 0;
      absl::Status status;
      RETURN_IF_ERROR(view_->List(range, [&](RecordView record) {
        range.after = record.name;
        status = visit(*view_, record);
        if (++scanned % kCancellationInterval == 0 && status.ok()) {
          status = call.CheckAlive();
        }
        return status.ok() && scanned < kScannedPerPageMax;
      }));
      RETURN_IF_ERROR(status);
      if (scanned < kScannedPerPageMax) return absl::OkStatus();
      RETURN_IF_ERROR(OpenView());
    }
  }

  RegistryStore& store_;
  Version version_;
  std::unique_ptr<RegistryView> view_;
};

// How many conflicts the registry held after the commit.
absl::StatusOr<int64_t> CountConflicts(const RegistryView& view,
                                       const CommitOutcome& outcome) {
  if (!outcome.replayed) return view.head().conflicts;
  int64_t count = 0;
  RETURN_IF_ERROR(view.ListConcurrent({}, [&](const ConcurrentPath& path) {
    if (path.conflict) ++count;
    return true;
  }));
  return count;
}

absl::StatusOr<std::vector<std::string>> ReadInstitutions(
    const v1::SummarizeAgreementRequest& request) {
  std::vector<std::string> institutions(request.institutions().begin(),
                                        request.institutions().end());
  if (institutions.empty() ||
      (institutions.size() == 2 && institutions[0] != institutions[1])) {
    return institutions;
  }
  return InvalidField(
      "institutions",
      absl::StrCat("has ", absl::StrJoin(institutions, ", "),
                   "; want two different ones, or none for all"));
}

}  // namespace

void ConflictService::Register(MethodTable& methods) {
  methods.AddScan(kConflictService, "ListConflicts", this,
                  &ConflictService::ListConflicts);
  methods.AddScan(kConflictService, "ListAgreements", this,
                  &ConflictService::ListAgreements);
  methods.AddScan(kConflictService, "SummarizeAgreement", this,
                  &ConflictService::SummarizeAgreement);
  methods.AddScan(kConflictService, "GetConflict", this,
                  &ConflictService::GetConflict);
  methods.AddWrite(kConflictService, "ResolveConflict", this,
                   &ConflictService::ResolveConflict);
}

absl::Status ConflictService::ListConflicts(
    const CallInfo& call, const v1::ListConflictsRequest& request,
    v1::ListConflictsResponse& response) {
  return ListPaths(
      context_, call, request, response, *response.mutable_conflicts(),
      [](const ConcurrentPath& path) { return path.conflict; },
      [](ConcurrentValues& values, const ConcurrentPath& path) {
        return values.MakeConflict(path);
      });
}

absl::Status ConflictService::ListAgreements(
    const CallInfo& call, const v1::ListAgreementsRequest& request,
    v1::ListAgreementsResponse& response) {
  return ListPaths(
      context_, call, request, response, *response.mutable_agreements(),
      [](const ConcurrentPath& path) { return path.agreement; },
      [](ConcurrentValues& values, const ConcurrentPath& path) {
        return values.MakeAgreement(path);
      });
}

absl::Status ConflictService::SummarizeAgreement(
    const CallInfo& call, const v1::SummarizeAgreementRequest& request,
    v1::SummarizeAgreementResponse& response) {
  ASSIGN_OR_RETURN(const FullRecordName name,
                   FullRecordName::Parse(request.parent(), "parent"));
  ASSIGN_OR_RETURN(std::vector<std::string> institutions,
                   ReadInstitutions(request));
  ASSIGN_OR_RETURN(RegistryStore* const store,
                   context_.FindStore(name.registry));
  ASSIGN_OR_RETURN(Version version, ParseVersion(request.at(), *store));
  AgreementSummarizer summarizer(std::move(institutions));
  RecordScan scan(*store, std::move(version));
  RETURN_IF_ERROR(
      scan.Run(call, name.record,
               [&](const RegistryView& view, const RecordView& record) {
                 return summarizer.Add(view, record);
               }));
  for (v1::AgreementSummary& summary : summarizer.Finish()) {
    *response.add_summaries() = std::move(summary);
  }
  return absl::OkStatus();
}

absl::Status ConflictService::GetConflict(const CallInfo&,
                                          const v1::GetConflictRequest& request,
                                          v1::Conflict& response) {
  ASSIGN_OR_RETURN(const FullRecordName name,
                   FullRecordName::Parse(request.record(), "record"));
  ASSIGN_OR_RETURN(
      const FieldPath path,
      FieldPath::Parse(request.path(), name.record.traits()->descriptor));
  ASSIGN_OR_RETURN(RegistryStore* const store,
                   context_.FindStore(name.registry));
  ASSIGN_OR_RETURN(const Version version, ParseVersion(request.at(), *store));
  ASSIGN_OR_RETURN(const std::unique_ptr<RegistryView> view,
                   store->OpenView(version));
  ConcurrentValues values(*view, name.registry);
  ASSIGN_OR_RETURN(const ConcurrentPath found,
                   values.Find(name.record.relative(), path));
  ASSIGN_OR_RETURN(response, values.MakeConflict(found));
  return absl::OkStatus();
}

void ConflictService::ResolveConflict(const CallInfo& call,
                                      const v1::ResolveConflictRequest& request,
                                      v1::ResolveConflictResponse& response,
                                      Done done) {
  const auto name = FullRecordName::Parse(request.record(), "record");
  if (!name.ok()) return done(name.status());
  const RecordTraits& traits = *name->record.traits();
  const auto path = FieldPath::Parse(request.path(), traits.descriptor);
  if (!path.ok()) return done(path.status());
  const auto store = context_.FindStore(name->registry);
  if (!store.ok()) return done(store.status());
  if (request.reason().empty()) {
    return done(
        InvalidField("reason", "is missing; want why this value holds"));
  }
  auto adjudication = ReadResolution(request, *path, traits);
  if (!adjudication.ok()) return done(adjudication.status());
  v1::ChangeContext said;
  if (!request.author().empty()) said.set_author(request.author());
  said.set_message(request.reason());
  auto change = MakeChangeRequest(call, said, request.request_id(),
                                  request.validate_only());
  if (!change.ok()) return done(change.status());
  change->mode = stored::v1::CHANGE_MODE_ADJUDICATION;
  change->records.push_back(
      {name->record.relative(), "", *std::move(adjudication)});
  CommitThen(
      **store, context_.workers, *std::move(change),
      [store = *store, name = *name, path = *path,
       &response](const CommitOutcome& outcome) -> absl::Status {
        ASSIGN_OR_RETURN(const std::unique_ptr<RegistryView> view,
                         OpenViewAfter(*store, outcome));
        ConcurrentValues values(*view, name.registry);
        ASSIGN_OR_RETURN(const ConcurrentPath found,
                         values.Find(name.record.relative(), path));
        ASSIGN_OR_RETURN(*response.mutable_field(), values.MakeConflict(found));
        ASSIGN_OR_RETURN(const int64_t conflicts,
                         CountConflicts(*view, outcome));
        response.set_conflicts(conflicts);
        if (outcome.dot.sequence == 0) return absl::OkStatus();
        ASSIGN_OR_RETURN(const ChangeSummary made,
                         view->GetChange(outcome.dot));
        *response.mutable_change() = MakeChangeInfo(made);
        return absl::OkStatus();
      },
      std::move(done));
}

}  // namespace consilium

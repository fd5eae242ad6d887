#include "server/rpc/record_service.h"

#include <google/protobuf/field_mask.pb.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "consilium/v1/common.pb.h"
#include "consilium/v1/review.pb.h"
#include "proto/base/id_proposal.h"
#include "proto/base/record_codec.h"
#include "proto/base/status_macros.h"
#include "proto/base/utf8.h"
#include "server/query/filter.h"
#include "server/query/record_terms.h"
#include "server/rpc/errors.h"
#include "server/rpc/limits.h"
#include "server/rpc/page.h"
#include "server/rpc/record_message.h"
#include "server/rpc/request_fields.h"
#include "server/rpc/review_rules.h"
#include "server/rpc/version_parser.h"
#include "storage/registry/errors.h"

namespace consilium {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;
using google::protobuf::FieldMask;
using google::protobuf::Message;
using google::protobuf::ServiceDescriptor;

// Bytes: what the message of a change may have.
constexpr size_t kReasonSizeMax = 4096;

// "trials/arms" of "trials/*/arms", as storage names collections.
std::string StoredCollection(const RecordTraits& traits) {
  return absl::StrReplaceAll(traits.CollectionPath(), {{"/*", ""}});
}

// The record in a create or update request, and the path of its field.
struct RequestRecord {
  const Message* record = nullptr;
  std::string path;
};

absl::StatusOr<RequestRecord> FindRecord(const RecordTraits& traits,
                                         const Message& request) {
  const FieldDescriptor* field = FindPart(request, traits.descriptor);
  if (field == nullptr || !request.GetReflection()->HasField(request, field)) {
    return InvalidField(traits.singular,
                        absl::StrCat("is missing; want the ", traits.singular));
  }
  return RequestRecord{&request.GetReflection()->GetMessage(request, field),
                       field->json_name()};
}

absl::Status CheckReason(absl::string_view reason) {
  if (reason.empty()) {
    return InvalidField("reason", "is missing; want why it is retracted");
  }
  if (reason.size() > kReasonSizeMax) {
    return InvalidField(
        "reason", absl::StrCat("has ", reason.size(), " bytes; want at most ",
                               kReasonSizeMax));
  }
  if (!IsValidUtf8(reason)) return InvalidField("reason", "is not UTF-8");
  return absl::OkStatus();
}

// The answer to a request that only validates: the record as it would read.
absl::Status PreviewRecord(const RegistryView& view, const FullRecordName& name,
                           const ChangeRequest& change, Message& response) {
  const RecordTraits& traits = *name.record.traits();
  const auto* statements =
      std::get_if<FieldStatements>(&change.records.front().what);
  ASSIGN_OR_RETURN(const std::optional<RecordView> record,
                   view.Get(name.record.relative()));
  if (statements == nullptr) return ReadRecord(view, name, response);
  std::vector<FieldValue> current;
  if (record.has_value()) {
    RETURN_IF_ERROR(ReadRecord(view, name, response));
    current = ProvisionalValues(record->state, [&](const ReplicaId& id) {
      return view.InstitutionOf(id);
    });
  }
  std::vector<FieldPath> unreadable;
  ASSIGN_OR_RETURN(
      const std::unique_ptr<Message> preview,
      AssembleMessage(ApplyStatements(std::move(current), *statements), traits,
                      Sources::kInclude, &unreadable));
  for (const FieldTraits& field : traits.fields) {
    if (field.descriptor->number() <= kDataFieldMax) {
      response.GetReflection()->ClearField(&response, field.descriptor);
    }
  }
  response.MergeFrom(*preview);
  SetText(response, "name", name.Full());
  return absl::OkStatus();
}

// The term that fewest records have, past a limit any of them.
absl::StatusOr<std::optional<std::string>> RarestTerm(
    const RegistryStore& store, const RegistryView& view,
    const RegistryView::ListRange& range, std::vector<std::string> terms) {
  if (terms.empty() || !store.is_indexed()) return std::nullopt;
  size_t rarest = 0;
  int64_t count_min = kIndexCountMax;
  for (size_t i = 0; terms.size() > 1 && i < terms.size(); ++i) {
    ASSIGN_OR_RETURN(const int64_t count,
                     view.CountIndexed(range, terms[i], count_min));
    if (count >= count_min) continue;
    rarest = i;
    count_min = count;
  }
  return std::move(terms[rarest]);
}

// Whether a record is live in the newest version.
absl::StatusOr<bool> IsLive(const RegistryView& view, absl::string_view name) {
  ASSIGN_OR_RETURN(const std::optional<RecordView> record, view.Get(name));
  return record.has_value() && !record->retracted;
}

}  // namespace

absl::StatusOr<FullRecordName> ParseNameOf(const RecordTraits& traits,
                                           absl::string_view text,
                                           absl::string_view field) {
  ASSIGN_OR_RETURN(FullRecordName name, FullRecordName::Parse(text, field));
  if (name.record.traits() != &traits) {
    return InvalidField(
        field, absl::StrCat(
                   Quote(text), " names a ", name.record.traits()->singular,
                   "; want registries/{registry}", traits.singleton ? "" : "/",
                   traits.singleton ? "" : traits.pattern));
  }
  return name;
}

absl::Status ReadRecord(const RegistryView& view, const FullRecordName& name,
                        Message& response) {
  ASSIGN_OR_RETURN(const std::optional<RecordView> record,
                   view.Get(name.record.relative()));
  if (!record.has_value()) return RecordNotFound(name.record.relative());
  RecordMessageBuilder builder(view, name.registry);
  response.Clear();
  return builder.BuildInto(*record, *name.record.traits(), response);
}

void RecordService::Register(const std::vector<const Descriptor*>& except,
                             MethodTable& methods) {
  using Kind = UnaryMethod::Kind;
  using Prepare = absl::StatusOr<Write> (RecordService::*)(
      const RecordTraits&, const CallInfo&, const Message&) const;
  for (const RecordTraits* traits : RecordTraitsTable::Get().all()) {
    const Descriptor* record = traits->descriptor;
    if (std::count(except.begin(), except.end(), record) > 0) continue;
    const std::string service = absl::StrCat(record->name(), "Service");
    const ServiceDescriptor* descriptor =
        DescriptorPool::generated_pool()->FindServiceByName(
            absl::StrCat(record->file()->package(), ".", service));
    if (descriptor == nullptr) continue;
    const auto add_write = [&](const std::string& method, Prepare prepare) {
      methods.Add(
          service, method, Kind::kPointWrite,
          [this, traits, prepare](const CallInfo& call, const Message& request,
                                  Message& response, Done done) {
            auto write = (this->*prepare)(*traits, call, request);
            if (!write.ok()) return done(write.status());
            Commit(*std::move(write), response, std::move(done));
          });
    };
    for (int i = 0; i < descriptor->method_count(); ++i) {
      const std::string& method = descriptor->method(i)->name();
      if (method == absl::StrCat("Get", record->name())) {
        methods.Add(service, method, Kind::kPointRead,
                    [this, traits](const CallInfo& call, const Message& request,
                                   Message& response, const Done& done) {
                      done(Get(*traits, call, request, response));
                    });
      } else if (absl::StartsWith(method, "List")) {
        methods.Add(service, method, Kind::kScan,
                    [this, traits](const CallInfo& call, const Message& request,
                                   Message& response, const Done& done) {
                      done(List(*traits, call, request, response));
                    });
      } else if (method == absl::StrCat("Create", record->name())) {
        add_write(method, &RecordService::PrepareCreate);
      } else if (method == absl::StrCat("Update", record->name())) {
        add_write(method, &RecordService::PrepareUpdate);
      } else if (method == absl::StrCat("Delete", record->name())) {
        add_write(method, &RecordService::PrepareDelete);
      } else if (method == absl::StrCat("Undelete", record->name())) {
        add_write(method, &RecordService::PrepareUndelete);
      }
    }
  }
}

absl::Status RecordService::Get(const RecordTraits& traits,
                                const CallInfo& call, const Message& request,
                                Message& response) const {
  ASSIGN_OR_RETURN(const FullRecordName name,
                   ParseNameOf(traits, GetText(request, "name")));
  ASSIGN_OR_RETURN(RegistryStore* const store,
                   context_.FindStore(name.registry));
  ASSIGN_OR_RETURN(const Version version,
                   ParseVersion(GetText(request, "at"), *store));
  ASSIGN_OR_RETURN(const std::unique_ptr<RegistryView> view,
                   store->OpenView(version));
  RETURN_IF_ERROR(ReadRecord(*view, name, response));
  if (version.kind == Version::Kind::kLatest) {
    call.rest_on({store, name.record.relative(), view->revision()});
  }
  return absl::OkStatus();
}

absl::Status RecordService::List(const RecordTraits& traits,
                                 const CallInfo& call, const Message& request,
                                 Message& response) const {
  const std::string parent_text = GetText(request, "parent");
  const std::string filter_text = GetText(request, "filter");
  const bool show_deleted = GetFlag(request, "show_deleted");
  ASSIGN_OR_RETURN(const ParentName parent,
                   ParentName::Parse(parent_text, traits));
  ASSIGN_OR_RETURN(const Filter filter,
                   Filter::Parse(filter_text, *traits.descriptor));
  ASSIGN_OR_RETURN(RegistryStore* const store,
                   context_.FindStore(parent.registry));
  PageRequest page_request{parent.registry,
                           {.method = std::string(call.method),
                            .parent = parent_text,
                            .filter = filter_text,
                            .order_by = "",
                            .version = GetText(request, "at"),
                            .show_deleted = show_deleted},
                           GetNumber(request, "page_size"),
                           GetText(request, "page_token")};
  ASSIGN_OR_RETURN(Page page, Page::Open(context_, *store, page_request));
  RegistryView::ListRange range{StoredCollection(traits), "", page.after()};
  if (parent.record.has_value()) {
    range.parent = parent.record->relative();
    ASSIGN_OR_RETURN(const auto found, page.view().Get(range.parent));
    if (!found.has_value()) return RecordNotFound(range.parent);
  }
  const FieldDescriptor* list = FindPart(response, traits.descriptor);
  RecordMessageBuilder builder(page.view(), parent.registry);
  absl::Status status;
  int64_t scanned = 0;
  bool full = false;
  bool more = false;
  std::string last;
  const auto visit = [&](RecordView record) {
    if (full || ++scanned > kScannedPerPageMax) {
      more = true;
      return false;
    }
    // A filter of many terms over a long record takes a good part of a second.
    status = call.CheckAlive();
    last = record.name;
    if (!status.ok()) return false;
    if (record.retracted && !show_deleted) return true;
    Message& message = *response.GetReflection()->AddMessage(&response, list);
    status = builder.BuildInto(record, traits, message);
    if (!status.ok()) return false;
    if (filter.Matches(message)) {
      full = !page.Add(message.ByteSizeLong());
    } else {
      response.GetReflection()->RemoveLast(&response, list);
    }
    return true;
  };
  ASSIGN_OR_RETURN(
      const auto term,
      RarestTerm(*store, page.view(), range, RequiredTermsOf(filter, traits)));
  RETURN_IF_ERROR(term.has_value()
                      ? page.view().ListIndexed(range, *term, visit)
                      : page.view().List(range, visit));
  RETURN_IF_ERROR(status);
  if (more) SetText(response, "next_page_token", page.NextToken(last));
  ASSIGN_OR_RETURN(const Frontier frontier, page.view().GetFrontier());
  SetText(response, "frontier", frontier.ToToken());
  return absl::OkStatus();
}

absl::StatusOr<RecordService::Write> RecordService::PrepareCreate(
    const RecordTraits& traits, const CallInfo& call,
    const Message& request) const {
  Write write;
  ASSIGN_OR_RETURN(const ParentName parent,
                   ParentName::Parse(GetText(request, "parent"), traits));
  if (parent.any) {
    return InvalidField("parent", "\"-\" names no one parent; want its id");
  }
  ASSIGN_OR_RETURN(const RequestRecord input, FindRecord(traits, request));
  ASSIGN_OR_RETURN(write.store, context_.FindStore(parent.registry));
  ASSIGN_OR_RETURN(write.change,
                   MakeChangeRequest(call, GetPart<v1::ChangeContext>(request),
                                     GetText(request, "request_id"),
                                     GetFlag(request, "validate_only")));
  write.prefix = input.path;
  std::vector<FieldViolation> violations;
  RecordInput read = ReadRecordInput(
      *input.record, traits,
      {.prefix = input.path, .merge_lists = true, .is_whole = true},
      violations);
  const std::string id_field = absl::StrCat(input.path, "Id");
  const FieldDescriptor* record_field = FindPart(request, traits.descriptor);
  std::string id = GetText(request, absl::StrCat(record_field->name(), "_id"));
  if (id.empty()) {
    auto proposed = ProposeId(*read.stated, traits, id_field);
    if (!proposed.ok() && violations.empty()) return proposed.status();
    if (proposed.ok()) id = *std::move(proposed);
  }
  CheckPlan(*read.stated, PlanExtent::kWhole, write.prefix, violations);
  if (!violations.empty()) return InvalidFields(violations);
  ASSIGN_OR_RETURN(
      write.name.record,
      RecordName::Make(traits,
                       parent.record.has_value() ? &*parent.record : nullptr,
                       id, id_field));
  write.name.registry = parent.registry;
  ASSIGN_OR_RETURN(const std::unique_ptr<RegistryView> view,
                   write.store->OpenView(Version::Latest()));
  RETURN_IF_ERROR(CheckReferences(
      *read.stated, write.name.record, write.prefix,
      [&](absl::string_view name) { return IsLive(*view, name); },
      NoCurrentRecord, violations));
  if (!violations.empty()) return InvalidFields(violations);
  read.statements.existence = FieldStatements::Existence::kMustNotExist;
  write.change.records.push_back(
      {write.name.record.relative(), "", std::move(read.statements)});
  return write;
}

absl::StatusOr<RecordService::Write> RecordService::PrepareUpdate(
    const RecordTraits& traits, const CallInfo& call,
    const Message& request) const {
  Write write;
  ASSIGN_OR_RETURN(const RequestRecord input, FindRecord(traits, request));
  ASSIGN_OR_RETURN(write.name,
                   ParseNameOf(traits, GetText(*input.record, "name"),
                               absl::StrCat(input.path, ".name")));
  ASSIGN_OR_RETURN(write.store, context_.FindStore(write.name.registry));
  ASSIGN_OR_RETURN(write.change,
                   MakeChangeRequest(call, GetPart<v1::ChangeContext>(request),
                                     GetText(request, "request_id"),
                                     GetFlag(request, "validate_only")));
  write.prefix = input.path;
  std::vector<FieldViolation> violations;
  RecordInput read = ReadRecordInput(
      *input.record, traits,
      {.prefix = input.path, .mask = &GetPart<FieldMask>(request)}, violations);
  CheckPlan(*read.stated, PlanExtent::kPart, write.prefix, violations);
  if (!violations.empty()) return InvalidFields(violations);
  ASSIGN_OR_RETURN(const std::unique_ptr<RegistryView> view,
                   write.store->OpenView(Version::Latest()));
  const auto read_current = [&]() -> absl::StatusOr<std::unique_ptr<Message>> {
    std::unique_ptr<Message> current = traits.New();
    if (!ReadRecord(*view, write.name, *current).ok()) return nullptr;
    return current;
  };
  RETURN_IF_ERROR(CheckReferences(
      *read.stated, write.name.record, write.prefix,
      [&](absl::string_view name) { return IsLive(*view, name); }, read_current,
      violations));
  if (traits.descriptor == v1::Review::descriptor()) {
    ASSIGN_OR_RETURN(const auto current, read_current());
    if (current != nullptr) {
      CheckPlanBeside(*read.stated, *current, write.prefix, violations);
    }
  }
  if (StatesImmutable(*read.stated, traits)) {
    ASSIGN_OR_RETURN(const auto current, read_current());
    if (current != nullptr) {
      CheckImmutable(*read.stated, *current, traits, write.prefix, violations);
    }
  }
  if (!violations.empty()) return InvalidFields(violations);
  read.statements.existence = GetFlag(request, "allow_missing")
                                  ? FieldStatements::Existence::kAny
                                  : FieldStatements::Existence::kMustExist;
  write.change.records.push_back({write.name.record.relative(),
                                  GetText(*input.record, "etag"),
                                  std::move(read.statements)});
  return write;
}

absl::StatusOr<RecordService::Write> RecordService::BeginNamed(
    const RecordTraits& traits, const CallInfo& call,
    const Message& request) const {
  Write write;
  ASSIGN_OR_RETURN(write.name, ParseNameOf(traits, GetText(request, "name")));
  ASSIGN_OR_RETURN(write.store, context_.FindStore(write.name.registry));
  ASSIGN_OR_RETURN(write.change,
                   MakeChangeRequest(call, GetPart<v1::ChangeContext>(request),
                                     GetText(request, "request_id"),
                                     GetFlag(request, "validate_only")));
  return write;
}

absl::StatusOr<RecordService::Write> RecordService::PrepareDelete(
    const RecordTraits& traits, const CallInfo& call,
    const Message& request) const {
  ASSIGN_OR_RETURN(Write write, BeginNamed(traits, call, request));
  const std::string reason = GetText(request, "reason");
  RETURN_IF_ERROR(CheckReason(reason));
  if (write.change.message.empty()) write.change.message = reason;
  v1::Source source;
  source.set_note(reason);
  write.change.records.push_back({write.name.record.relative(),
                                  GetText(request, "etag"),
                                  Retraction{Encode(source)}});
  return write;
}

absl::StatusOr<RecordService::Write> RecordService::PrepareUndelete(
    const RecordTraits& traits, const CallInfo& call,
    const Message& request) const {
  ASSIGN_OR_RETURN(Write write, BeginNamed(traits, call, request));
  write.change.records.push_back(
      {write.name.record.relative(), GetText(request, "etag"), Restoration{}});
  return write;
}

void RecordService::Update(const RecordTraits& traits, const CallInfo& call,
                           const Message& request, Message& response,
                           Done done) const {
  auto write = PrepareUpdate(traits, call, request);
  if (!write.ok()) return done(write.status());
  Commit(*std::move(write), response, std::move(done));
}

void RecordService::Commit(Write write, Message& response, Done done) const {
  RegistryStore& store = *write.store;
  const FullRecordName name = write.name;
  // A preview needs to know what was asked for.
  const auto preview = write.change.validate_only
                           ? std::make_shared<ChangeRequest>(write.change)
                           : nullptr;
  CommitThen(
      store, context_.workers, std::move(write.change),
      [&store, &response, name, preview](const CommitOutcome& outcome) {
        ASSIGN_OR_RETURN(const std::unique_ptr<RegistryView> view,
                         OpenViewAfter(store, outcome));
        return preview == nullptr
                   ? ReadRecord(*view, name, response)
                   : PreviewRecord(*view, name, *preview, response);
      },
      [done = std::move(done), name = name.record.relative(),
       prefix = write.prefix](const absl::Status& status) {
        done(prefix.empty() ? status : UnderPrefix(status, name, prefix));
      });
}

}  // namespace consilium

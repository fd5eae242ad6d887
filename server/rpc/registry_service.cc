#include "server/rpc/registry_service.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "consilium/v1/member.pb.h"
#include "proto/base/errors.h"
#include "proto/base/record_codec.h"
#include "proto/base/status_macros.h"
#include "server/rpc/page.h"
#include "server/rpc/record_message.h"
#include "server/rpc/version_parser.h"
#include "storage/change/change.h"
#include "storage/registry/errors.h"

namespace consilium {
namespace {

constexpr char kRegistryService[] = "RegistryService";
constexpr char kRegistryRecord[] = "registry";

const RecordTraits& TraitsOf(const google::protobuf::Descriptor* descriptor) {
  return *RecordTraitsTable::Get().FindByDescriptor(descriptor);
}

std::string MemberRecord(absl::string_view institution) {
  return absl::StrCat("members/", institution);
}

// The founder, as the genesis change says.
absl::StatusOr<std::string> FounderOf(const RegistryView& view) {
  std::string founder;
  RETURN_IF_ERROR(view.ListChanges(0, [&](const ChangeSummary& change) {
    founder = change.institution;
    return false;
  }));
  return founder;
}

}  // namespace

void RegistryService::Register(MethodTable& methods) {
  methods.AddWrite(kRegistryService, "CreateRegistry", this,
                   &RegistryService::CreateRegistry);
  methods.AddPointRead(kRegistryService, "GetRegistry", this,
                       &RegistryService::GetRegistry);
  methods.AddScan(kRegistryService, "ListRegistries", this,
                  &RegistryService::ListRegistries);
  methods.AddWrite(kRegistryService, "UpdateRegistry", this,
                   &RegistryService::UpdateRegistry);
  methods.AddWrite(kRegistryService, "JoinRegistry", this,
                   &RegistryService::JoinRegistry);
  methods.AddWrite(kRegistryService, "EnrollMember", this,
                   &RegistryService::EnrollMember);
  methods.AddScan(kRegistryService, "GetRegistryStatus", this,
                  &RegistryService::GetRegistryStatus);
}

absl::Status RegistryService::Read(const RegistryStore& store,
                                   const RegistryName& name,
                                   const Version& version,
                                   v1::Registry& response) const {
  ASSIGN_OR_RETURN(const std::unique_ptr<RegistryView> view,
                   store.OpenView(version));
  ASSIGN_OR_RETURN(const RecordName record, RecordName::Parse(kRegistryRecord));
  RETURN_IF_ERROR(ReadRecord(*view, {name, record}, response));
  return FillIdentity(response);
}

absl::Status RegistryService::FillIdentity(v1::Registry& registry) const {
  ASSIGN_OR_RETURN(const RegistryName name,
                   RegistryName::Parse(registry.name()));
  ASSIGN_OR_RETURN(RegistryStore* const store, context_.FindStore(name));
  ASSIGN_OR_RETURN(const std::unique_ptr<RegistryView> view,
                   store->OpenView(Version::Latest()));
  registry.set_registry_id(absl::BytesToHexString(view->head().registry_id));
  ASSIGN_OR_RETURN(*registry.mutable_founder(), FounderOf(*view));
  return absl::OkStatus();
}

FieldStatements RegistryService::MakeMember(absl::string_view title) const {
  v1::Member member;
  member.set_institution(context_.institution);
  member.set_title(std::string(title.empty() ? context_.institution : title));
  member.set_public_key(context_.institution_public_key);
  // Until trust arrives everyone is admitted, to everything.
  member.add_roles(v1::MEMBER_ROLE_CONTRIBUTOR);
  member.add_roles(v1::MEMBER_ROLE_CURATOR);
  member.add_roles(v1::MEMBER_ROLE_ADMINISTRATOR);
  *member.mutable_join_time() = ToTimestamp(context_.clock.Now());
  FieldStatements statements;
  statements.existence = FieldStatements::Existence::kMustNotExist;
  auto values = Split(member, TraitsOf(v1::Member::descriptor()));
  if (values.ok()) statements.values = *std::move(values);
  return statements;
}

absl::StatusOr<ChangeRequest> RegistryService::MakeFounding(
    const CallInfo& call, const v1::CreateRegistryRequest& request) const {
  ASSIGN_OR_RETURN(
      ChangeRequest change,
      MakeChangeRequest(call, request.change(), request.request_id(),
                        request.validate_only()));
  std::vector<FieldViolation> violations;
  RecordInput input = ReadRecordInput(
      request.registry(), TraitsOf(v1::Registry::descriptor()),
      {.prefix = "registry", .merge_lists = true, .is_whole = true},
      violations);
  if (!violations.empty()) return InvalidFields(violations);
  input.statements.existence = FieldStatements::Existence::kMustNotExist;
  change.records.push_back({kRegistryRecord, "", std::move(input.statements)});
  change.records.push_back(
      {MemberRecord(context_.institution), "", MakeMember("")});
  return change;
}

void RegistryService::CreateRegistry(const CallInfo& call,
                                     const v1::CreateRegistryRequest& request,
                                     v1::Registry& response, Done done) {
  const auto name = RegistryName::FromId(request.registry_id(), "registryId");
  if (!name.ok()) return done(name.status());
  auto change = MakeFounding(call, request);
  if (!change.ok()) return done(change.status());
  const auto existing = context_.catalog.Find(name->id());
  if (existing.ok()) {
    // Only the answer to the same request again is not an error.
    if (change->request_id.empty() || request.validate_only()) {
      return done(RegistryExists(name->id()));
    }
    return CommitThen(
        **existing, context_.workers, *std::move(change),
        [this, store = *existing, name = *name,
         &response](const CommitOutcome& outcome) {
          return Read(*store, name, Version::AtRevision(outcome.revision),
                      response);
        },
        [done = std::move(done), id = name->id()](const absl::Status& status) {
          done(status.code() == absl::StatusCode::kAlreadyExists
                   ? RegistryExists(id)
                   : status);
        });
  }
  if (request.validate_only()) {
    response = request.registry();
    response.set_name(name->Full());
    return done(absl::OkStatus());
  }
  const auto founded = context_.catalog.Found(name->id(), *std::move(change));
  if (!founded.ok()) return done(founded.status());
  done(Read(**founded, *name, Version::Latest(), response));
}

absl::Status RegistryService::GetRegistry(const CallInfo&,
                                          const v1::GetRegistryRequest& request,
                                          v1::Registry& response) {
  ASSIGN_OR_RETURN(const RegistryName name,
                   RegistryName::Parse(request.name()));
  ASSIGN_OR_RETURN(RegistryStore* const store, context_.FindStore(name));
  ASSIGN_OR_RETURN(const Version version, ParseVersion(request.at(), *store));
  return Read(*store, name, version, response);
}

absl::Status RegistryService::ListRegistries(
    const CallInfo&, const v1::ListRegistriesRequest& request,
    v1::ListRegistriesResponse& response) {
  ASSIGN_OR_RETURN(const int32_t page_size, ReadPageSize(request.page_size()));
  const PageTokenSealer sealer(context_.page_token_key, context_.institution);
  const PageQuery query{"ListRegistries", "", "", "", "", false};
  PagePosition position;
  if (!request.page_token().empty()) {
    ASSIGN_OR_RETURN(position, sealer.Open(request.page_token(), query));
  }
  for (const std::string& id : context_.catalog.Names()) {
    if (id <= position.last_key) continue;
    if (response.registries_size() == page_size) {
      ASSIGN_OR_RETURN(
          const RegistryName last,
          RegistryName::Parse(response.registries(page_size - 1).name()));
      response.set_next_page_token(sealer.Seal(query, {"", "", last.id()}));
      break;
    }
    ASSIGN_OR_RETURN(const RegistryName name, RegistryName::FromId(id));
    ASSIGN_OR_RETURN(RegistryStore* const store, context_.FindStore(name));
    RETURN_IF_ERROR(
        Read(*store, name, Version::Latest(), *response.add_registries()));
  }
  return absl::OkStatus();
}

void RegistryService::UpdateRegistry(const CallInfo& call,
                                     const v1::UpdateRegistryRequest& request,
                                     v1::Registry& response, Done done) {
  records_.Update(
      TraitsOf(v1::Registry::descriptor()), call, request, response,
      [this, &response, done = std::move(done)](const absl::Status& status) {
        done(status.ok() ? FillIdentity(response) : status);
      });
}

void RegistryService::JoinRegistry(const CallInfo&,
                                   const v1::JoinRegistryRequest& request,
                                   v1::Registry& response, Done done) {
  const auto name = RegistryName::FromId(request.registry_id(), "registryId");
  if (!name.ok()) return done(name.status());
  if (!request.has_genesis()) {
    return done(InvalidField("genesis",
                             "is missing; want the group that holds the "
                             "registry's first change"));
  }
  const auto joined = context_.catalog.Join(name->id(), request.genesis());
  if (!joined.ok()) return done(joined.status());
  done(Read(**joined, *name, Version::Latest(), response));
}

void RegistryService::EnrollMember(const CallInfo& call,
                                   const v1::EnrollMemberRequest& request,
                                   v1::EnrollMemberResponse& response,
                                   Done done) {
  const auto name = RegistryName::Parse(request.name());
  if (!name.ok()) return done(name.status());
  const auto store = context_.FindStore(*name);
  if (!store.ok()) return done(store.status());
  auto change = MakeChangeRequest(call, request.change(), "", false);
  if (!change.ok()) return done(change.status());
  const std::string member = MemberRecord(context_.institution);
  response.set_member(absl::StrCat(name->Full(), "/", member));
  change->records.push_back({member, "", MakeMember(request.title())});
  CommitThen(
      **store, context_.workers, *std::move(change),
      [&response](const CommitOutcome&) {
        response.set_written(true);
        return absl::OkStatus();
      },
      [done = std::move(done)](const absl::Status& status) {
        // Enrolled before.
        const bool is_there = status.code() == absl::StatusCode::kAlreadyExists;
        done(is_there ? absl::OkStatus() : status);
      });
}

absl::Status RegistryService::GetRegistryStatus(
    const CallInfo&, const v1::GetRegistryStatusRequest& request,
    v1::GetRegistryStatusResponse& response) {
  ASSIGN_OR_RETURN(const RegistryName name,
                   RegistryName::Parse(request.name()));
  ASSIGN_OR_RETURN(RegistryStore* const store, context_.FindStore(name));
  ASSIGN_OR_RETURN(const std::unique_ptr<RegistryView> view,
                   store->OpenView(Version::Latest()));
  const RegistryHead& head = view->head();
  response.set_registry(name.Full());
  response.set_registry_hash(absl::BytesToHexString(head.registry_id));
  response.set_replica(head.replica.ToHex());
  response.set_institution(head.institution);
  response.set_revision(head.revision);
  response.set_frontier(head.GetFrontier().ToToken());
  response.set_digest(absl::BytesToHexString(head.content.Digest()));
  response.set_conflicts(head.conflicts);
  response.set_agreements(head.agreements);
  response.set_size_bytes(store->SizeBytes());
  response.set_format_version(kChangeFormatVersion);
  for (const auto& [collection, count] : head.counts) {
    const size_t slash = collection.rfind('/');
    const RecordTraits* traits = RecordTraitsTable::Get().FindByCollection(
        slash == std::string::npos ? collection : collection.substr(slash + 1));
    if (collection == kRegistryRecord) continue;
    auto& added = *response.add_counts();
    added.set_kind(traits == nullptr ? collection : traits->singular);
    added.set_count(count.live);
    added.set_total(count.total);
  }
  for (const auto& [id, replica] : head.replicas) {
    auto& added = *response.add_replicas();
    added.set_replica(id.ToHex());
    added.set_institution(replica.institution);
    added.set_sequence(replica.sequence);
    if (replica.sequence == 0) continue;
    ASSIGN_OR_RETURN(const ChangeSummary last,
                     view->GetChange({id, replica.sequence}));
    *added.mutable_claimed_time() = last.header.claimed_time();
  }
  return absl::OkStatus();
}

}  // namespace consilium

#include "server/rpc/snapshot_service.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "proto/base/errors.h"
#include "proto/base/record_codec.h"
#include "proto/base/resource_name.h"
#include "proto/base/status_macros.h"
#include "proto/base/utf8.h"
#include "server/query/filter.h"
#include "server/rpc/errors.h"
#include "server/rpc/page.h"
#include "server/rpc/record_message.h"
#include "server/rpc/record_service.h"
#include "server/rpc/version_parser.h"
#include "server/rpc/write_request.h"
#include "storage/registry/snapshot.h"

namespace consilium {
namespace {

constexpr char kSnapshotService[] = "SnapshotService";
constexpr char kCollection[] = "snapshots";

const RecordTraits& SnapshotTraits() {
  return *RecordTraitsTable::Get().FindByDescriptor(v1::Snapshot::descriptor());
}

// "registries/{registry}/snapshots/{snapshot}[@HASH]".
struct SnapshotReference {
  RegistryName registry;
  std::string reference;  // "{snapshot}[@HASH]".
};

absl::StatusOr<SnapshotReference> ParseReference(absl::string_view name) {
  const size_t at = name.find('@');
  ASSIGN_OR_RETURN(const FullRecordName full,
                   ParseNameOf(SnapshotTraits(), name.substr(0, at)));
  const absl::string_view hash =
      at == absl::string_view::npos ? "" : name.substr(at);
  return SnapshotReference{full.registry, absl::StrCat(full.record.id(), hash)};
}

absl::StatusOr<std::unique_ptr<RegistryView>> OpenAtBody(
    const RegistryStore& store, const v1::SnapshotBody& body) {
  ASSIGN_OR_RETURN(const Frontier frontier,
                   Frontier::FromToken(body.frontier()));
  return store.OpenView(Version::AtFrontier(frontier));
}

// The snapshot's record with one certain body.
absl::StatusOr<v1::Snapshot> MakeSnapshot(RecordMessageBuilder& builder,
                                          const RecordView& record,
                                          const v1::SnapshotBody& body) {
  ASSIGN_OR_RETURN(const std::unique_ptr<google::protobuf::Message> message,
                   builder.Build(record, SnapshotTraits()));
  v1::Snapshot snapshot;
  snapshot.CopyFrom(*message);
  *snapshot.mutable_body() = body;
  return snapshot;
}

// Stands for a body that does not parse: who entered it, and nothing else.
v1::SnapshotBody UnreadableBody(absl::string_view institution) {
  v1::SnapshotBody body;
  body.set_institution(std::string(institution));
  return body;
}

}  // namespace

void SnapshotService::Register(MethodTable& methods) {
  methods.AddWrite(kSnapshotService, "CreateSnapshot", this,
                   &SnapshotService::Create);
  methods.AddScan(kSnapshotService, "GetSnapshot", this, &SnapshotService::Get);
  methods.AddScan(kSnapshotService, "ListSnapshots", this,
                  &SnapshotService::List);
  methods.AddScan(kSnapshotService, "VerifySnapshot", this,
                  &SnapshotService::Verify);
  methods.AddScan(kSnapshotService, "GetInclusionProof", this,
                  &SnapshotService::Prove);
}

void SnapshotService::Create(const CallInfo& call,
                             const v1::CreateSnapshotRequest& request,
                             v1::Snapshot& response, Done done) {
  const auto registry = RegistryName::Parse(request.parent(), "parent");
  if (!registry.ok()) return done(registry.status());
  const auto name = RecordName::Make(SnapshotTraits(), nullptr,
                                     request.snapshot_id(), "snapshotId");
  if (!name.ok()) return done(name.status());
  const auto store = context_.FindStore(*registry);
  if (!store.ok()) return done(store.status());
  auto change = MakeChangeRequest(call, request.change(), request.request_id(),
                                  request.validate_only());
  if (!change.ok()) return done(change.status());
  const auto version = ParseVersion(request.at(), **store);
  if (!version.ok()) return done(version.status());
  const auto view = (*store)->OpenView(*version);
  if (!view.ok()) return done(view.status());
  auto body = BuildSnapshotBody(**view, [&] { return call.CheckAlive(); });
  if (!body.ok()) return done(body.status());
  body->set_institution(context_.institution);
  body->set_author(change->author);
  *body->mutable_snapshot_time() = ToTimestamp(context_.clock.Now());
  if (!change->message.empty()) body->set_reason(change->message);
  v1::Snapshot snapshot;
  *snapshot.mutable_body() = *body;
  auto values = Split(snapshot, SnapshotTraits());
  if (!values.ok()) return done(values.status());
  if (request.validate_only()) {
    response = snapshot;
    response.set_name(name->Full(*registry));
  }
  FieldStatements statements;
  statements.existence = FieldStatements::Existence::kMustNotExist;
  statements.values = *std::move(values);
  change->records.push_back({name->relative(), "", std::move(statements)});
  CommitThen(
      **store, context_.workers, *std::move(change),
      [store = *store, full = FullRecordName{*registry, *name},
       preview = request.validate_only(),
       &response](const CommitOutcome& outcome) -> absl::Status {
        if (preview) return absl::OkStatus();
        ASSIGN_OR_RETURN(const std::unique_ptr<RegistryView> after,
                         OpenViewAfter(*store, outcome));
        return ReadRecord(*after, full, response);
      },
      [done = std::move(done),
       taken = name->relative()](const absl::Status& status) {
        done(GetErrorReason(status) == "RECORD_EXISTS" ? SnapshotExists(taken)
                                                       : status);
      });
}

absl::Status SnapshotService::Get(const CallInfo&,
                                  const v1::GetSnapshotRequest& request,
                                  v1::Snapshot& response) {
  ASSIGN_OR_RETURN(const SnapshotReference reference,
                   ParseReference(request.name()));
  ASSIGN_OR_RETURN(RegistryStore* const store,
                   context_.FindStore(reference.registry));
  ASSIGN_OR_RETURN(const std::unique_ptr<RegistryView> view,
                   store->OpenView(Version::Latest()));
  ASSIGN_OR_RETURN(const ResolvedSnapshot snapshot,
                   ResolveSnapshot(*view, reference.reference));
  RecordMessageBuilder builder(*view, reference.registry);
  ASSIGN_OR_RETURN(response,
                   MakeSnapshot(builder, snapshot.record, snapshot.body));
  return absl::OkStatus();
}

absl::Status SnapshotService::List(const CallInfo& call,
                                   const v1::ListSnapshotsRequest& request,
                                   v1::ListSnapshotsResponse& response) {
  ASSIGN_OR_RETURN(const RegistryName registry,
                   RegistryName::Parse(request.parent(), "parent"));
  ASSIGN_OR_RETURN(
      const Filter filter,
      Filter::Parse(request.filter(), *v1::Snapshot::descriptor()));
  ASSIGN_OR_RETURN(RegistryStore* const store, context_.FindStore(registry));
  PageRequest page_request{registry,
                           {std::string(call.method), request.parent(),
                            request.filter(), "", request.at(), false},
                           request.page_size(),
                           request.page_token()};
  ASSIGN_OR_RETURN(Page page, Page::Open(context_, *store, page_request));
  RecordMessageBuilder builder(page.view(), registry);
  absl::Status status;
  std::string last;
  bool full = false;
  RETURN_IF_ERROR(
      page.view().List({kCollection, "", page.after()}, [&](RecordView record) {
        if (full) {
          response.set_next_page_token(page.NextToken(last));
          return false;
        }
        last = record.name;
        SnapshotBodies bodies = VisibleSnapshotBodies(record);
        for (const Dot& dot : bodies.unreadable) {
          bodies.readable.push_back(
              UnreadableBody(page.view().InstitutionOf(dot.replica)));
        }
        // All bodies of one name stand on one page.
        for (const v1::SnapshotBody& body : bodies.readable) {
          auto snapshot = MakeSnapshot(builder, record, body);
          status = snapshot.status();
          if (!status.ok()) return false;
          if (!filter.Matches(*snapshot)) continue;
          full = !page.Add(snapshot->ByteSizeLong()) || full;
          *response.add_snapshots() = *std::move(snapshot);
        }
        return true;
      }));
  return status;
}

absl::Status SnapshotService::Verify(const CallInfo& call,
                                     const v1::VerifySnapshotRequest& request,
                                     v1::VerifySnapshotResponse& response) {
  ASSIGN_OR_RETURN(const SnapshotReference reference,
                   ParseReference(request.name()));
  ASSIGN_OR_RETURN(RegistryStore* const store,
                   context_.FindStore(reference.registry));
  ASSIGN_OR_RETURN(const std::unique_ptr<RegistryView> latest,
                   store->OpenView(Version::Latest()));
  ASSIGN_OR_RETURN(const ResolvedSnapshot snapshot,
                   ResolveSnapshot(*latest, reference.reference));
  ASSIGN_OR_RETURN(const std::unique_ptr<RegistryView> view,
                   OpenAtBody(*store, snapshot.body));
  ASSIGN_OR_RETURN(
      const SnapshotCheck check,
      CheckSnapshot(*view, snapshot.body, [&] { return call.CheckAlive(); }));
  response.set_valid(check.differences.empty());
  response.set_digest(check.rebuilt.digest());
  response.set_root(check.rebuilt.root());
  response.set_records(check.records);
  for (const std::string& difference : check.differences) {
    response.add_differences(difference);
  }
  return absl::OkStatus();
}

absl::Status SnapshotService::Prove(const CallInfo& call,
                                    const v1::GetInclusionProofRequest& request,
                                    v1::GetInclusionProofResponse& response) {
  ASSIGN_OR_RETURN(const SnapshotReference reference,
                   ParseReference(request.name()));
  ASSIGN_OR_RETURN(const FullRecordName record,
                   FullRecordName::Parse(request.record(), "record"));
  if (record.registry != reference.registry) {
    return InvalidField("record", absl::StrCat(Quote(request.record()),
                                               " is in another registry than "
                                               "the snapshot"));
  }
  ASSIGN_OR_RETURN(RegistryStore* const store,
                   context_.FindStore(reference.registry));
  ASSIGN_OR_RETURN(const std::unique_ptr<RegistryView> latest,
                   store->OpenView(Version::Latest()));
  ASSIGN_OR_RETURN(const ResolvedSnapshot snapshot,
                   ResolveSnapshot(*latest, reference.reference));
  ASSIGN_OR_RETURN(const std::unique_ptr<RegistryView> view,
                   OpenAtBody(*store, snapshot.body));
  ASSIGN_OR_RETURN(const SnapshotProof proof,
                   ProveInclusion(*view, record.record.relative(),
                                  [&] { return call.CheckAlive(); }));
  response.set_element(absl::BytesToHexString(proof.element));
  response.set_leaf_index(proof.proof.leaf_index);
  response.set_tree_size(proof.proof.leaf_count);
  for (const std::string& sibling : proof.proof.siblings) {
    response.add_path(absl::BytesToHexString(sibling));
  }
  response.set_root(absl::BytesToHexString(proof.root));
  return absl::OkStatus();
}

}  // namespace consilium

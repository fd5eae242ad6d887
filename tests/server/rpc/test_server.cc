#include "tests/server/rpc/test_server.h"

#include <grpcpp/create_channel.h>

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "consilium/v1/registry_service.grpc.pb.h"
#include "consilium/v1/sync_service.grpc.pb.h"
#include "proto/base/errors.h"
#include "storage/change/batch.h"
#include "storage/change/change.h"

namespace consilium {
namespace {

[[noreturn]] void Fail(absl::string_view what, const absl::Status& status) {
  std::fprintf(stderr, "%s: %s\n", std::string(what).c_str(),
               status.ToString().c_str());
  std::abort();
}

template <typename T>
T Must(absl::string_view what, absl::StatusOr<T> value) {
  if (!value.ok()) Fail(what, value.status());
  return *std::move(value);
}

std::unique_ptr<grpc::ClientContext> NewContext() {
  auto context = std::make_unique<grpc::ClientContext>();
  context->set_deadline(absl::ToChronoTime(absl::Now() + kTestDeadline));
  return context;
}

}  // namespace

absl::StatusOr<SigningKey> MemoryKeyStore::Create() {
  SigningKey key = SigningKey::Generate();
  MutexLock lock(mutex_);
  secrets_[ReplicaIdFor(key.public_key())] = key.secret();
  return key;
}

absl::StatusOr<SigningKey> MemoryKeyStore::Find(
    const ReplicaId& replica) const {
  MutexLock lock(mutex_);
  const auto found = secrets_.find(replica);
  if (found == secrets_.end()) {
    return MakeError(absl::StatusCode::kNotFound, "KEY_NOT_FOUND", "no key");
  }
  return SigningKey::FromSecret(found->second);
}

TestServer::TestServer(absl::string_view institution, RpcServerOptions options)
    : institution_key_(SigningKey::Generate()),
      events_(EventLog::Discarding()) {
  catalog_ = Must("open", RegistryCatalog::Open({kv_, rules_, clock_, keys_,
                                                 std::string(institution),
                                                 institution_key_, &indexer_}));
  options.listen = {"127.0.0.1", 0};
  if (options.page_token_key.empty()) {
    options.page_token_key = std::string(32, 'k');
  }
  options.institution = std::string(institution);
  options.institution_public_key = institution_key_.public_key();
  rpc_ = Must("start", RpcServer::Start(options, *catalog_, clock_, *events_));
  channel_ = grpc::CreateChannel(address(), grpc::InsecureChannelCredentials());
}

TestServer::~TestServer() { rpc_->Stop(absl::Seconds(5)); }

void TestServer::Found(absl::string_view id) {
  v1::CreateRegistryRequest request;
  request.set_registry_id(std::string(id));
  const auto stub = v1::RegistryService::NewStub(channel_);
  Must("found",
       Call(*stub, &v1::RegistryService::Stub::CreateRegistry, request));
}

void TestServer::Join(absl::string_view id, TestServer& founder) {
  v1::PullChangesRequest pull;
  pull.set_registry(absl::StrCat("registries/", id));
  pull.set_format_version(kChangeFormatVersion);
  const auto sync = v1::SyncService::NewStub(founder.channel());
  const auto context = NewContext();
  const auto reader = sync->PullChanges(context.get(), pull);
  v1::PullChangesResponse first;
  if (!reader->Read(&first)) Fail("pull", FromGrpcStatus(reader->Finish()));
  context->TryCancel();
  const auto groups = Must("batch", DecodeBatch(first.batch().payload()));
  v1::JoinRegistryRequest join;
  join.set_registry_id(std::string(id));
  *join.mutable_genesis() = groups.groups(0);
  const auto stub = v1::RegistryService::NewStub(channel_);
  Must("join", Call(*stub, &v1::RegistryService::Stub::JoinRegistry, join));
  const absl::Status synced = SyncOneWay(founder, *this, id);
  if (!synced.ok()) Fail("sync", synced);
  v1::EnrollMemberRequest enrol;
  enrol.set_name(absl::StrCat("registries/", id));
  Must("enrol", Call(*stub, &v1::RegistryService::Stub::EnrollMember, enrol));
}

std::string Summary(const absl::Status& status) {
  if (status.ok()) return "OK";
  std::string summary = absl::StrCat(absl::StatusCodeToString(status.code()),
                                     " ", GetErrorReason(status));
  const char* separator = " ";
  for (const FieldViolation& violation : GetFieldViolations(status)) {
    absl::StrAppend(&summary, separator, violation.field);
    separator = ",";
  }
  return summary;
}

absl::Status SyncOneWay(TestServer& from, TestServer& to,
                        absl::string_view registry) {
  const std::string name = absl::StrCat("registries/", registry);
  const auto sender = v1::SyncService::NewStub(from.channel());
  const auto receiver = v1::SyncService::NewStub(to.channel());
  v1::GetFrontierRequest ask;
  ask.set_registry(name);
  const auto has = Call(*sender, &v1::SyncService::Stub::GetFrontier, ask);
  if (!has.ok()) return has.status();
  const auto lacks = Call(*receiver, &v1::SyncService::Stub::GetFrontier, ask);
  if (!lacks.ok()) return lacks.status();
  v1::PullChangesRequest pull;
  pull.set_registry(name);
  pull.set_registry_id(has->registry_id());
  pull.set_format_version(has->format_version());
  *pull.mutable_frontier() = lacks->frontier();
  const auto pull_context = NewContext();
  const auto push_context = NewContext();
  const auto reader = sender->PullChanges(pull_context.get(), pull);
  const auto push = receiver->PushChanges(push_context.get());
  v1::PushChangesRequest request;
  request.set_registry(name);
  request.set_registry_id(has->registry_id());
  request.set_format_version(has->format_version());
  push->Write(request);
  v1::PullChangesResponse batch;
  v1::PushChangesResponse answer;
  while (reader->Read(&batch)) {
    request.Clear();
    *request.mutable_batch() = batch.batch();
    if (!push->Write(request) || !push->Read(&answer)) {
      return FromGrpcStatus(push->Finish());
    }
  }
  absl::Status status = FromGrpcStatus(reader->Finish());
  if (!status.ok()) return status;
  request.Clear();
  *request.mutable_sender_frontier() = has->frontier();
  push->Write(request);
  push->WritesDone();
  if (!push->Read(&answer)) return FromGrpcStatus(push->Finish());
  status = FromGrpcStatus(push->Finish());
  if (!status.ok()) return status;
  if (answer.digest_at_sender() != has->digest()) {
    return absl::DataLossError("the digests differ");
  }
  return absl::OkStatus();
}

}  // namespace consilium

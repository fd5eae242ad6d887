#include "server/rpc/rpc_server.h"

#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "consilium/v1/registry.pb.h"
#include "consilium/v1/snapshot.pb.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"
#include "proto/base/thread_sanitizer.h"
#include "server/rpc/backup_service.h"
#include "server/rpc/change_service.h"
#include "server/rpc/conflict_service.h"
#include "server/rpc/evidence_service.h"
#include "server/rpc/health_service.h"
#include "server/rpc/method_table.h"
#include "server/rpc/offered_services.h"
#include "server/rpc/record_service.h"
#include "server/rpc/reflection_service.h"
#include "server/rpc/registry_service.h"
#include "server/rpc/review_result_service.h"
#include "server/rpc/service_context.h"
#include "server/rpc/snapshot_service.h"
#include "server/rpc/stream_context.h"
#include "server/rpc/sync_service.h"
#include "server/rpc/unary_dispatcher.h"
#include "server/rpc/worker_pool.h"

namespace consilium {
namespace {

std::vector<std::string> ListedServices() {
  std::vector<std::string> names = OfferedServiceNames();
  names.push_back(grpc::health::v1::Health::service_full_name());
  names.push_back("grpc.reflection.v1.ServerReflection");
  names.push_back("grpc.reflection.v1alpha.ServerReflection");
  return names;
}

void Configure(grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(kGrpcMessageSizeMax);
  builder.SetMaxSendMessageSize(kGrpcMessageSizeMax);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS,
                             kGrpcStreamsPerConnectionMax);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kGrpcMetadataSizeMax);
  builder.AddChannelArgument(
      GRPC_ARG_KEEPALIVE_TIME_MS,
      static_cast<int>(absl::ToInt64Milliseconds(kGrpcKeepaliveTime)));
  builder.AddChannelArgument(
      GRPC_ARG_KEEPALIVE_TIMEOUT_MS,
      static_cast<int>(absl::ToInt64Milliseconds(kGrpcKeepaliveTimeout)));
  builder.AddChannelArgument(
      GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
      static_cast<int>(absl::ToInt64Milliseconds(kGrpcPingIntervalMin)));
  // Two servers on one port would share its calls between them.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  grpc::ResourceQuota quota("consilium");
  quota.Resize(kGrpcMemoryMax);
  builder.SetResourceQuota(quota);
}

absl::Status CannotListen(const ListenAddress& address, absl::string_view why) {
  return MakeError(absl::StatusCode::kUnavailable, "CANNOT_LISTEN",
                   absl::StrCat("cannot listen on ", address.ToString(), ": ",
                                why, "; port 0 takes any free one"),
                   {{"address", address.ToString()}});
}

// 0 when somebody can listen on `address`, else why not.
int TryListening(const addrinfo& address) {
  const int listener =
      socket(address.ai_family, address.ai_socktype | SOCK_CLOEXEC, 0);
  if (listener < 0) return errno;
  const absl::Cleanup close_listener = [listener] { close(listener); };
  // As gRPC does it: connections of the last run are in nobody's way.
  const int on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  const bool free = bind(listener, address.ai_addr, address.ai_addrlen) == 0 &&
                    listen(listener, 1) == 0;
  return free ? 0 : errno;
}

// Asks the system before gRPC does, which tells nobody why it cannot listen
// but writes pages of its own about it to standard error.
absl::Status CheckFree(const ListenAddress& address) {
  addrinfo hints = {};
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(
      address.host.c_str(), absl::StrCat(address.port).c_str(), &hints, &found);
  if (error != 0) return CannotListen(address, gai_strerror(error));
  const absl::Cleanup free_found = [found] { freeaddrinfo(found); };
  int why = 0;
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    why = TryListening(*each);
    if (why == 0) return absl::OkStatus();
  }
  return CannotListen(address, std::strerror(why));
}

}  // namespace

// In the order in which they rest on each other.
struct RpcServer::Parts {
  Parts(const RpcServerOptions& options, RegistryCatalog& catalog, Clock& clock,
        EventLog& events)
      : log(events, options.call_observer, ListedServices()),
        workers(options.worker_count, options.work_queue_max),
        streams(options.stream_count_max),
        services{catalog,
                 workers,
                 clock,
                 options.page_token_key,
                 options.institution,
                 options.institution_public_key},
        stream_context{services, streams, log, options.watch_lag_max},
        records(services),
        registries(services, records),
        conflicts(services),
        evidence(services, evidence_cache),
        review_results(stream_context, evidence_cache),
        snapshots(services),
        changes(stream_context),
        sync(stream_context),
        backups(stream_context, options.backups),
        doctor(options.examiner),
        health(OfferedServiceNames(), log),
        reflections(MakeReflectionServices(stream_context, ListedServices())),
        dispatcher(methods, workers, log) {
    records.Register({v1::Registry::descriptor(), v1::Snapshot::descriptor()},
                     methods);
    registries.Register(methods);
    conflicts.Register(methods);
    evidence.Register(methods);
    review_results.Register(methods);
    snapshots.Register(methods);
    changes.Register(methods);
    sync.Register(methods);
    backups.Register(methods);
    doctor.Register(methods);
    methods.SetObservers(log);
  }

  CallLog log;
  WorkerPool workers;
  StreamSet streams;
  const ServiceContext services;
  const StreamContext stream_context;
  MethodTable methods;
  RecordService records;
  RegistryService registries;
  ConflictService conflicts;
  EvidenceCache evidence_cache;
  EvidenceService evidence;
  ReviewResultService review_results;
  SnapshotService snapshots;
  ChangeService changes;
  SyncService sync;
  BackupService backups;
  DoctorService doctor;
  HealthService health;
  const std::vector<std::unique_ptr<grpc::Service>> reflections;
  UnaryDispatcher dispatcher;
};

RpcServer::RpcServer(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

RpcServer::~RpcServer() { Stop(absl::ZeroDuration()); }

const CallLog& RpcServer::call_log() const { return parts_->log; }

RpcLoad RpcServer::load() const {
  return {parts_->streams.size(), parts_->workers.queue_length()};
}

absl::StatusOr<RenderedReview> RpcServer::RenderReview(
    const v1::RenderReviewRequest& request,
    ReviewReader::CheckAlive check_alive) {
  return consilium::RenderReview(parts_->services, parts_->evidence_cache,
                                 request, std::move(check_alive));
}

absl::StatusOr<std::unique_ptr<RpcServer>> RpcServer::Start(
    const RpcServerOptions& options, RegistryCatalog& catalog, Clock& clock,
    EventLog& events) {
  RETURN_IF_ERROR(options.listen.CheckPlainText());
  RETURN_IF_ERROR(CheckFree(options.listen));
  auto parts = std::make_unique<Parts>(options, catalog, clock, events);
  RETURN_IF_ERROR(CheckOffered(parts->methods));
  // Health is served by a service of our own.
  grpc::EnableDefaultHealthCheckService(false);
  grpc::ServerBuilder builder;
  Configure(builder);
  int port = 0;
  builder.AddListeningPort(options.listen.ToString(),
                           grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&parts->changes);
  builder.RegisterService(&parts->sync);
  builder.RegisterService(&parts->review_results);
  builder.RegisterService(&parts->backups);
  builder.RegisterService(&parts->health);
  for (const auto& reflection : parts->reflections) {
    builder.RegisterService(reflection.get());
  }
  parts->dispatcher.RegisterWith(builder);
  std::unique_ptr<RpcServer> server(new RpcServer(std::move(parts)));
  server->server_ = builder.BuildAndStart();
  if (server->server_ == nullptr || port == 0) {
    return CannotListen(options.listen, "another process was faster");
  }
  server->address_ = {options.listen.host, port};
  server->parts_->health.SetServing(true);
  return server;
}

void RpcServer::Stop(absl::Duration drain) {
  if (server_ == nullptr) return;
  parts_->health.Stop();
  parts_->streams.StopAll();
  parts_->dispatcher.Drain(drain);
  parts_->streams.AwaitEmpty(drain);
  // Shutdown cuts off what still waits to be sent.
  parts_->health.AwaitNoWatch(drain);
  server_->Shutdown(absl::ToChronoTime(absl::Now()));
  server_->Wait();
  // gRPC has waited for every OnDone.
  HappensAfter(&parts_->log);
  server_ = nullptr;
}

}  // namespace consilium

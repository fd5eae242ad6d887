#include "server/rpc/backup_service.h"

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"
#include "proto/base/utf8.h"
#include "server/backup/backup_manifest.h"
#include "server/backup/errors.h"
#include "server/rpc/producer_stream.h"
#include "server/rpc/record_message.h"

namespace consilium {
namespace {

constexpr char kBackupService[] = "BackupService";
constexpr absl::string_view kBackups = "backups/";

std::string FullName(absl::string_view backup) {
  return absl::StrCat(kBackups, backup);
}

// Begins work, which calls the function when there is something to tell.
using StartJob = std::function<absl::StatusOr<std::shared_ptr<BackupJob>>(
    std::function<void()> on_change)>;

// Tells how far a job is, and in the end what came of it. When the caller goes
// away, the job ends.
template <typename Response>
class BackupJobStream final : public ProducerStream<Response> {
 public:
  BackupJobStream(const StreamContext& context, absl::string_view method,
                  std::string peer, StartJob start)
      : ProducerStream<Response>(context, method, std::move(peer)),
        start_(std::move(start)) {}

  ~BackupJobStream() override {
    if (job_ != nullptr) job_->Abandon();
  }

 private:
  using Step = typename ProducerStream<Response>::Step;

  absl::StatusOr<Step> Produce(Response& response) override {
    if (job_ == nullptr) {
      ASSIGN_OR_RETURN(job_, start_([this] { this->Wake(); }));
    }
    if (is_done_) return Step::kEnd;
    const BackupJob::State state = job_->state();
    if (state.result.has_value()) {
      RETURN_IF_ERROR(state.result->status());
      *response.mutable_backup() = ToBackup(**state.result);
      is_done_ = true;
      return Step::kSend;
    }
    if (state.progress.stage() == v1::BackupProgress::STAGE_UNSPECIFIED) {
      return Step::kWait;
    }
    const std::string told = state.progress.SerializeAsString();
    if (told == told_) return Step::kWait;
    told_ = told;
    *response.mutable_progress() = state.progress;
    return Step::kSend;
  }

  const StartJob start_;
  std::shared_ptr<BackupJob> job_;
  std::string told_;
  bool is_done_ = false;
};

absl::StatusOr<std::string> ParseBackupName(absl::string_view name) {
  absl::string_view id = name;
  if (absl::ConsumePrefix(&id, kBackups) && !id.empty()) return std::string(id);
  return InvalidField("name", absl::StrCat(Quote(name),
                                           " is no name of a backup; want "
                                           "backups/{backup}"));
}

v1::Backup DescribeFound(const FoundBackup& found) {
  v1::Backup backup = ToBackup(found.manifest);
  backup.set_name(FullName(found.name));
  if (found.status.ok()) return backup;
  if (!found.manifest.has_create_time()) backup.clear_create_time();
  backup.set_state(v1::Backup::STATE_DAMAGED);
  backup.set_problem(std::string(found.status.message()));
  return backup;
}

}  // namespace

void BackupService::Register(MethodTable& methods) {
  methods.AddScan(kBackupService, "ListBackups", this, &BackupService::List);
  methods.AddScan(kBackupService, "PruneBackups", this, &BackupService::Prune);
  methods.AddStream(kBackupService, "CreateBackup");
  methods.AddStream(kBackupService, "VerifyBackup");
}

grpc::ServerWriteReactor<v1::CreateBackupResponse>* BackupService::CreateBackup(
    grpc::CallbackServerContext* call, const v1::CreateBackupRequest* request) {
  auto* stream = new BackupJobStream<v1::CreateBackupResponse>(
      context_, "consilium.v1.BackupService/CreateBackup", call->peer(),
      [keeper = keeper_](std::function<void()> on_change)
          -> absl::StatusOr<std::shared_ptr<BackupJob>> {
        if (keeper == nullptr) return BackupsOff();
        return keeper->StartCreate(std::move(on_change));
      });
  stream->Start(*request);
  return stream;
}

grpc::ServerWriteReactor<v1::VerifyBackupResponse>* BackupService::VerifyBackup(
    grpc::CallbackServerContext* call, const v1::VerifyBackupRequest* request) {
  auto* stream = new BackupJobStream<v1::VerifyBackupResponse>(
      context_, "consilium.v1.BackupService/VerifyBackup", call->peer(),
      [keeper = keeper_,
       name = request->name()](std::function<void()> on_change)
          -> absl::StatusOr<std::shared_ptr<BackupJob>> {
        if (keeper == nullptr) return BackupsOff();
        ASSIGN_OR_RETURN(const std::string backup, ParseBackupName(name));
        return keeper->StartVerify(backup, std::move(on_change));
      });
  stream->Start(*request);
  return stream;
}

absl::Status BackupService::List(const CallInfo&, const v1::ListBackupsRequest&,
                                 v1::ListBackupsResponse& response) {
  if (keeper_ == nullptr) return BackupsOff();
  ASSIGN_OR_RETURN(const auto found, keeper_->List());
  for (const FoundBackup& each : found) {
    *response.add_backups() = DescribeFound(each);
  }
  const BackupPolicy& policy = keeper_->policy();
  response.set_directory(policy.directory);
  response.set_keep(policy.keep);
  if (policy.interval.has_value()) {
    response.mutable_interval()->set_seconds(
        absl::ToInt64Seconds(*policy.interval));
  }
  const BackupStatus status = keeper_->status();
  if (status.last_success != absl::InfinitePast()) {
    *response.mutable_last_success_time() = ToTimestamp(status.last_success);
  }
  response.set_last_failure(std::string(status.last_error.message()));
  return absl::OkStatus();
}

absl::Status BackupService::Prune(const CallInfo&,
                                  const v1::PruneBackupsRequest& request,
                                  v1::PruneBackupsResponse& response) {
  if (keeper_ == nullptr) return BackupsOff();
  ASSIGN_OR_RETURN(const PruneOutcome outcome,
                   keeper_->Prune(request.keep(), request.validate_only()));
  for (const std::string& name : outcome.removed) {
    response.add_removed(FullName(name));
  }
  for (const std::string& name : outcome.kept) {
    response.add_kept(FullName(name));
  }
  for (const std::string& name : outcome.damaged) {
    response.add_damaged(FullName(name));
  }
  response.set_freed_bytes(outcome.freed_bytes);
  return absl::OkStatus();
}

}  // namespace consilium

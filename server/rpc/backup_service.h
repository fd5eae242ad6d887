// Backups: BackupService.
#ifndef CONSILIUM_SERVER_RPC_BACKUP_SERVICE_H_
#define CONSILIUM_SERVER_RPC_BACKUP_SERVICE_H_

#include "consilium/v1/backup_service.grpc.pb.h"
#include "server/backup/backup_keeper.h"
#include "server/rpc/method_table.h"
#include "server/rpc/stream_context.h"

namespace consilium {

// Thread-safe. The unary calls go through the method table.
class BackupService final
    : public v1::BackupService::WithGenericMethod_ListBackups<
          v1::BackupService::WithGenericMethod_PruneBackups<
              v1::BackupService::WithCallbackMethod_CreateBackup<
                  v1::BackupService::WithCallbackMethod_VerifyBackup<
                      v1::BackupService::Service>>>> {
 public:
  // All must outlive the service. Without a `keeper` every call says that
  // there are no backups.
  BackupService(const StreamContext& context, BackupKeeper* keeper)
      : context_(context), keeper_(keeper) {}

  void Register(MethodTable& methods);

  grpc::ServerWriteReactor<v1::CreateBackupResponse>* CreateBackup(
      grpc::CallbackServerContext* call,
      const v1::CreateBackupRequest* request) override;
  grpc::ServerWriteReactor<v1::VerifyBackupResponse>* VerifyBackup(
      grpc::CallbackServerContext* call,
      const v1::VerifyBackupRequest* request) override;

 private:
  absl::Status List(const CallInfo& call, const v1::ListBackupsRequest& request,
                    v1::ListBackupsResponse& response);
  absl::Status Prune(const CallInfo& call,
                     const v1::PruneBackupsRequest& request,
                     v1::PruneBackupsResponse& response);

  const StreamContext& context_;
  BackupKeeper* const keeper_;
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_RPC_BACKUP_SERVICE_H_

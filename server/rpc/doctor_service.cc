#include "server/rpc/doctor_service.h"

#include "proto/base/status_macros.h"

namespace consilium {

void DoctorService::Register(MethodTable& methods) {
  methods.AddScan("DoctorService", "Examine", this, &DoctorService::Examine);
}

absl::Status DoctorService::Examine(const CallInfo& call,
                                    const v1::ExamineRequest& request,
                                    v1::ExamineResponse& response) {
  if (examiner_ == nullptr) return absl::OkStatus();
  ASSIGN_OR_RETURN(response, examiner_->Examine(request.deep(), [&call] {
    return call.CheckAlive();
  }));
  return absl::OkStatus();
}

}  // namespace consilium

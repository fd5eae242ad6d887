// Whether the server is well: DoctorService.
#ifndef CONSILIUM_SERVER_RPC_DOCTOR_SERVICE_H_
#define CONSILIUM_SERVER_RPC_DOCTOR_SERVICE_H_

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "consilium/v1/doctor_service.pb.h"
#include "server/rpc/method_table.h"

namespace consilium {

// Who knows all parts of the server. Thread-safe.
class Examiner {
 public:
  virtual ~Examiner() = default;

  // Examines everything, the content too when `deep`. `check_alive` is asked
  // now and then; an error ends the examination.
  virtual absl::StatusOr<v1::ExamineResponse> Examine(
      bool deep, absl::FunctionRef<absl::Status()> check_alive) = 0;
};

// Thread-safe.
class DoctorService {
 public:
  // `examiner`, which may be null in tests, must outlive the service.
  explicit DoctorService(Examiner* examiner) : examiner_(examiner) {}

  void Register(MethodTable& methods);

 private:
  absl::Status Examine(const CallInfo& call, const v1::ExamineRequest& request,
                       v1::ExamineResponse& response);

  Examiner* const examiner_;
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_RPC_DOCTOR_SERVICE_H_

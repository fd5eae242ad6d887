// A server with a registry, and its trials through the API.
#ifndef CONSILIUM_TESTS_SERVER_RPC_RECORD_SERVICE_FIXTURE_H_
#define CONSILIUM_TESTS_SERVER_RPC_RECORD_SERVICE_FIXTURE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "consilium/v1/arm_service.grpc.pb.h"
#include "consilium/v1/trial_service.grpc.pb.h"
#include "tests/server/rpc/test_server.h"

namespace consilium {

using Trials = v1::TrialService::Stub;
using Arms = v1::ArmService::Stub;

inline constexpr char kRegistry[] = "registries/nsclc";
inline constexpr char kUuid[] = "3f2b8c1e-9d4a-4c6b-8f1e-2a7d5b9c0e13";

inline std::string Name(const std::string& id) {
  return absl::StrCat(kRegistry, "/trials/", id);
}

inline v1::CreateTrialRequest CreateRequest(const std::string& id,
                                            const std::string& title) {
  v1::CreateTrialRequest request;
  request.set_parent(kRegistry);
  request.set_trial_id(id);
  request.mutable_trial()->set_title(title);
  return request;
}

class RecordServiceTest : public testing::Test {
 protected:
  RecordServiceTest() { server_.Found("nsclc"); }

  absl::StatusOr<v1::Trial> Create(const v1::CreateTrialRequest& request) {
    return Call(*trials_, &Trials::CreateTrial, request);
  }
  absl::StatusOr<v1::Trial> Create(const std::string& id,
                                   const std::string& title) {
    return Create(CreateRequest(id, title));
  }
  absl::StatusOr<v1::Trial> Get(const std::string& id,
                                const std::string& at = "") {
    v1::GetTrialRequest request;
    request.set_name(Name(id));
    request.set_at(at);
    return Call(*trials_, &Trials::GetTrial, request);
  }
  absl::StatusOr<v1::Trial> Update(const v1::UpdateTrialRequest& request) {
    return Call(*trials_, &Trials::UpdateTrial, request);
  }
  absl::StatusOr<v1::Trial> Delete(const std::string& id,
                                   const std::string& reason = "withdrawn") {
    v1::DeleteTrialRequest request;
    request.set_name(Name(id));
    request.set_reason(reason);
    return Call(*trials_, &Trials::DeleteTrial, request);
  }
  absl::StatusOr<v1::Trial> Undelete(const std::string& id) {
    v1::UndeleteTrialRequest request;
    request.set_name(Name(id));
    return Call(*trials_, &Trials::UndeleteTrial, request);
  }
  absl::StatusOr<v1::ListTrialsResponse> List(
      const v1::ListTrialsRequest& request) {
    return Call(*trials_, &Trials::ListTrials, request);
  }
  // The ids on one page.
  static std::vector<std::string> Ids(const v1::ListTrialsResponse& page) {
    std::vector<std::string> ids;
    for (const v1::Trial& trial : page.trials()) {
      ids.push_back(trial.name().substr(trial.name().rfind('/') + 1));
    }
    return ids;
  }
  absl::StatusOr<v1::Arm> CreateArm(const std::string& trial,
                                    const std::string& id) {
    v1::CreateArmRequest request;
    request.set_parent(Name(trial));
    request.set_arm_id(id);
    request.mutable_arm()->set_title("an arm");
    return Call(*arms_, &Arms::CreateArm, request);
  }

  TestServer server_{"north"};
  std::unique_ptr<Trials> trials_ =
      v1::TrialService::NewStub(server_.channel());
  std::unique_ptr<Arms> arms_ = v1::ArmService::NewStub(server_.channel());
};

}  // namespace consilium

#endif  // CONSILIUM_TESTS_SERVER_RPC_RECORD_SERVICE_FIXTURE_H_

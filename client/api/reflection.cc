#include "client/api/reflection.h"

#include <string>

#include "consilium/v1/adverse_event_service.pb.h"
#include "consilium/v1/arm_service.pb.h"
#include "consilium/v1/certainty_service.pb.h"
#include "consilium/v1/change_service.pb.h"
#include "consilium/v1/conflict_service.pb.h"
#include "consilium/v1/endpoint_service.pb.h"
#include "consilium/v1/evidence_service.pb.h"
#include "consilium/v1/link_service.pb.h"
#include "consilium/v1/member_service.pb.h"
#include "consilium/v1/publication_service.pb.h"
#include "consilium/v1/registry_service.pb.h"
#include "consilium/v1/review_result_service.pb.h"
#include "consilium/v1/review_service.pb.h"
#include "consilium/v1/risk_of_bias_assessment_service.pb.h"
#include "consilium/v1/screening_service.pb.h"
#include "consilium/v1/snapshot_service.pb.h"
#include "consilium/v1/sync_service.pb.h"
#include "consilium/v1/trial_service.pb.h"

namespace consilium {
namespace {

using google::protobuf::DescriptorPool;

// The linker leaves out generated files that nothing names, and with them
// their methods: one message of each service's file keeps it.
const DescriptorPool& LinkedServices() {
  static const DescriptorPool* const pool = [] {
    for (const auto* message : {
             v1::GetAdverseEventRequest::descriptor(),
             v1::GetArmRequest::descriptor(),
             v1::ApplyChangeRequest::descriptor(),
             v1::GetConflictRequest::descriptor(),
             v1::GetEndpointRequest::descriptor(),
             v1::SearchEvidenceRequest::descriptor(),
             v1::GetLinkRequest::descriptor(),
             v1::GetMemberRequest::descriptor(),
             v1::GetPublicationRequest::descriptor(),
             v1::GetRegistryRequest::descriptor(),
             v1::GetReviewRequest::descriptor(),
             v1::RunReviewRequest::descriptor(),
             v1::GetSnapshotRequest::descriptor(),
             v1::GetFrontierRequest::descriptor(),
             v1::GetCertaintyRequest::descriptor(),
             v1::GetRiskOfBiasAssessmentRequest::descriptor(),
             v1::GetScreeningRequest::descriptor(),
             v1::GetTrialRequest::descriptor(),
         }) {
      static_cast<void>(message->full_name());
    }
    return DescriptorPool::generated_pool();
  }();
  return *pool;
}

}  // namespace

const google::protobuf::MethodDescriptor* FindMethod(absl::string_view method) {
  return LinkedServices().FindMethodByName(std::string(method));
}

std::unique_ptr<google::protobuf::Message> NewMessage(
    const google::protobuf::Descriptor& descriptor) {
  return std::unique_ptr<google::protobuf::Message>(
      google::protobuf::MessageFactory::generated_factory()
          ->GetPrototype(&descriptor)
          ->New());
}

}  // namespace consilium

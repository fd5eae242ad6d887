#include "server/rpc/offered_services.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "consilium/v1/adverse_event_service.pb.h"
#include "consilium/v1/arm_service.pb.h"
#include "consilium/v1/backup_service.pb.h"
#include "consilium/v1/certainty_service.pb.h"
#include "consilium/v1/change_service.pb.h"
#include "consilium/v1/conflict_service.pb.h"
#include "consilium/v1/doctor_service.pb.h"
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
#include "proto/base/errors.h"
#include "proto/base/record_traits.h"

namespace consilium {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::ServiceDescriptor;

// One message of each service's file. Naming it also keeps the file: the linker
// leaves out generated code that nothing names, and the service with it.
const Descriptor* const* MessagesOfServices(size_t& count) {
  static const Descriptor* const kMessages[] = {
      v1::GetAdverseEventRequest::descriptor(),
      v1::GetArmRequest::descriptor(),
      v1::ListBackupsRequest::descriptor(),
      v1::ApplyChangeRequest::descriptor(),
      v1::GetConflictRequest::descriptor(),
      v1::ExamineRequest::descriptor(),
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
  };
  count = std::size(kMessages);
  return kMessages;
}

}  // namespace

const std::vector<const ServiceDescriptor*>& OfferedServices() {
  static const auto& services = *[] {
    auto* found = new std::vector<const ServiceDescriptor*>;
    size_t count = 0;
    const Descriptor* const* messages = MessagesOfServices(count);
    for (size_t i = 0; i < count; ++i) {
      const FileDescriptor& file = *messages[i]->file();
      for (int j = 0; j < file.service_count(); ++j) {
        found->push_back(file.service(j));
      }
    }
    std::sort(found->begin(), found->end(),
              [](const ServiceDescriptor* a, const ServiceDescriptor* b) {
                return a->full_name() < b->full_name();
              });
    return found;
  }();
  return services;
}

std::vector<std::string> OfferedServiceNames() {
  std::vector<std::string> names;
  for (const ServiceDescriptor* service : OfferedServices()) {
    names.push_back(service->full_name());
  }
  return names;
}

absl::Status CheckOffered(const MethodTable& methods) {
  std::vector<const FileDescriptor*> files;
  for (const ServiceDescriptor* service : OfferedServices()) {
    files.push_back(service->file());
  }
  for (const RecordTraits* traits : RecordTraitsTable::Get().all()) {
    const std::string name =
        absl::StrCat(traits->descriptor->full_name(), "Service");
    const std::vector<std::string> names = OfferedServiceNames();
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      return MakeError(absl::StatusCode::kInternal, "METHOD_TABLE_INCOMPLETE",
                       absl::StrCat(name, " is not offered"));
    }
  }
  return methods.CheckComplete(files);
}

}  // namespace consilium

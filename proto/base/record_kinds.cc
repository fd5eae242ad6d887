#include "consilium/v1/adverse_event.pb.h"
#include "consilium/v1/arm.pb.h"
#include "consilium/v1/certainty.pb.h"
#include "consilium/v1/endpoint.pb.h"
#include "consilium/v1/link.pb.h"
#include "consilium/v1/member.pb.h"
#include "consilium/v1/publication.pb.h"
#include "consilium/v1/registry.pb.h"
#include "consilium/v1/review.pb.h"
#include "consilium/v1/risk_of_bias_assessment.pb.h"
#include "consilium/v1/screening.pb.h"
#include "consilium/v1/snapshot.pb.h"
#include "consilium/v1/trial.pb.h"
#include "proto/base/record_traits.h"

namespace consilium {

// Kind ids are on disk: never renumber, never reuse.
const std::vector<RecordKind>& RecordKinds() {
  static const auto& kinds = *new std::vector<RecordKind>{
      {1, &v1::Publication::default_instance(), {"pub"}},
      {2, &v1::Trial::default_instance()},
      {3, &v1::Arm::default_instance()},
      {4, &v1::Endpoint::default_instance(), {"ep"}},
      {5, &v1::AdverseEvent::default_instance(), {"ae"}},
      {6, &v1::Review::default_instance()},
      {7, &v1::Snapshot::default_instance()},
      {8, &v1::Member::default_instance()},
      {9, &v1::Link::default_instance()},
      {10, &v1::Registry::default_instance()},
      {11, &v1::RiskOfBiasAssessment::default_instance(), {"rob"}},
      {12, &v1::Certainty::default_instance()},
      {13, &v1::Screening::default_instance()},
  };
  return kinds;
}

}  // namespace consilium

#include "server/evidence/arm_treatments.h"

#include <string>

#include "server/evidence/evidence_records.h"
#include "server/evidence/string_set.h"

namespace consilium {

v1::ArmTreatment* ArmTreatments::OfArm(const v1::Arm& arm) {
  const auto [found, is_new] = of_arm_.try_emplace(&arm);
  if (!is_new) return found->second;
  const Treatment& treatment = Of({&arm});
  auto* given =
      google::protobuf::Arena::CreateMessage<v1::ArmTreatment>(&arena_);
  given->set_arm(std::string(LastSegment(arm.name())));
  SetStrings(treatment.drug_classes, *given->mutable_drug_classes());
  SetStrings(treatment.drugs, *given->mutable_drugs());
  SetStrings(treatment.radiotherapy, *given->mutable_radiotherapy());
  given->set_treatment(treatment.setting);
  found->second = given;
  return given;
}

void ArmTreatments::Show(const std::vector<const v1::Arm*>& arms,
                         v1::EvidenceRow& row) {
  ShareArms(arms, *row.mutable_arms());
  for (const v1::Arm* arm : arms) {
    row.mutable_arm_treatments()->UnsafeArenaAddAllocated(OfArm(*arm));
  }
}

const Treatment& ArmTreatments::Of(const std::vector<const v1::Arm*>& arms) {
  const auto [found, is_new] = treatments_.try_emplace(arms);
  if (is_new) found->second = TreatmentOf(arms);
  return found->second;
}

void ShareArms(const std::vector<const v1::Arm*>& arms,
               google::protobuf::RepeatedPtrField<v1::Arm>& field) {
  for (const v1::Arm* arm : arms) {
    field.UnsafeArenaAddAllocated(const_cast<v1::Arm*>(arm));
  }
}

}  // namespace consilium

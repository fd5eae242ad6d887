// What the arms of rows were given, made once for all rows that show them.
#ifndef CONSILIUM_SERVER_EVIDENCE_ARM_TREATMENTS_H_
#define CONSILIUM_SERVER_EVIDENCE_ARM_TREATMENTS_H_

#include <google/protobuf/arena.h>
#include <google/protobuf/repeated_field.h>

#include <map>
#include <vector>

#include "consilium/v1/arm.pb.h"
#include "consilium/v1/evidence.pb.h"
#include "server/evidence/treatment.h"

namespace consilium {

// One thread. Arms and rows are in `arena`, which must outlive it.
class ArmTreatments {
 public:
  explicit ArmTreatments(google::protobuf::Arena& arena) : arena_(arena) {}

  // As TreatmentOf, which most rows of a trial ask of the same arms. Lives as
  // long as this.
  const Treatment& Of(const std::vector<const v1::Arm*>& arms);

  // Adds the arms, with what each was given, to the row.
  void Show(const std::vector<const v1::Arm*>& arms, v1::EvidenceRow& row);

 private:
  v1::ArmTreatment* OfArm(const v1::Arm& arm);

  google::protobuf::Arena& arena_;
  std::map<std::vector<const v1::Arm*>, Treatment> treatments_;
  std::map<const v1::Arm*, v1::ArmTreatment*> of_arm_;  // In the arena.
};

// Adds the arms, which stay where they are, to `field`.
void ShareArms(const std::vector<const v1::Arm*>& arms,
               google::protobuf::RepeatedPtrField<v1::Arm>& field);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_EVIDENCE_ARM_TREATMENTS_H_

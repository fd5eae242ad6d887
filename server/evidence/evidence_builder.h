// Makes rows of the records of one version.
#ifndef CONSILIUM_SERVER_EVIDENCE_EVIDENCE_BUILDER_H_
#define CONSILIUM_SERVER_EVIDENCE_EVIDENCE_BUILDER_H_

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "server/evidence/arm_treatments.h"
#include "server/evidence/evidence.h"
#include "server/evidence/evidence_records.h"
#include "server/evidence/row_report.h"
#include "server/evidence/trial_links.h"

namespace consilium {

// One thread, one use.
class EvidenceBuilder {
 public:
  // Both must outlive the builder.
  EvidenceBuilder(const RegistryStore& store, Version version,
                  const Evidence::CheckAlive& check_alive);
  ~EvidenceBuilder();

  // As Evidence::Build.
  absl::StatusOr<std::shared_ptr<const Evidence>> Build();

 private:
  struct Trial;

  // What all rows of the trial share.
  void FillBase(Trial& trial) const;
  void MakeRows();
  void MakeRowsOf(Trial& trial);
  void MakeTrialRow(Trial& trial);
  void MakeEndpointRows(Trial& trial, const EvidenceRecord& record,
                        v1::Endpoint& endpoint);
  void MakeEventRows(Trial& trial, const EvidenceRecord& record,
                     v1::AdverseEvent& event);
  void MakeConclusionRows(Trial& trial);
  void AddDisputes(Trial& trial, size_t first);
  void AddReadings(Trial& trial, size_t first);
  std::vector<v1::EvidenceRow*> RowsApart(absl::FunctionRef<void()> make);
  template <typename T>
  static std::vector<T*> TakeElements(
      Trial& trial, google::protobuf::RepeatedPtrField<T>& field);
  void Finish();

  v1::EvidenceRow* NewRow(Trial& trial, const RowSource& source);
  template <typename Element>
  v1::EvidenceRow* NewGroupRow(Trial& trial, const RowSource& source,
                               const Element& element);
  template <typename Element>
  v1::EvidenceRow* NewContrastRow(Trial& trial, const RowSource& source,
                                  const Element& element);
  const Treatment& GivenTo(const Trial& trial, const v1::Group& group,
                           const std::vector<const v1::Arm*>& arms);
  std::vector<const v1::Arm*> ArmsOf(const Trial& trial, const v1::Group& group,
                                     bool& known) const;

  const RegistryStore& store_;
  Version version_;
  const Evidence::CheckAlive& check_alive_;
  std::shared_ptr<Evidence> evidence_;
  std::map<std::string, std::unique_ptr<Trial>> trials_;
  std::unique_ptr<TrialLinks> links_;
  std::vector<v1::EvidenceRow*> rows_;
  ArmTreatments treatments_;
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_EVIDENCE_EVIDENCE_BUILDER_H_

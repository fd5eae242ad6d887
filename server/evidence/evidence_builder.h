// Makes rows of the records of one version.
#ifndef CONSILIUM_SERVER_EVIDENCE_EVIDENCE_BUILDER_H_
#define CONSILIUM_SERVER_EVIDENCE_EVIDENCE_BUILDER_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "server/evidence/evidence.h"
#include "server/evidence/evidence_records.h"
#include "server/evidence/study_facts.h"
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
  struct RowSource;

  void MakeRows();
  void MakeTrialRow(Trial& trial);
  void MakeEndpointRows(Trial& trial, EvidenceRecord& record,
                        v1::Endpoint& endpoint);
  void MakeEventRows(Trial& trial, EvidenceRecord& record,
                     v1::AdverseEvent& event);
  void MakeConclusionRows(Trial& trial);
  void Finish();

  v1::EvidenceRow* NewRow(Trial& trial, const RowSource& source);
  template <typename Element>
  v1::EvidenceRow* NewGroupRow(Trial& trial, const RowSource& source,
                               const Element& element);
  template <typename Element>
  v1::EvidenceRow* NewContrastRow(Trial& trial, const RowSource& source,
                                  const Element& element);
  std::vector<const v1::Arm*> ArmsOf(const Trial& trial, const v1::Group& group,
                                     bool& known) const;
  // As TreatmentOf, which most rows of a trial ask of the same arms.
  const Treatment& TreatmentOfArms(const std::vector<const v1::Arm*>& arms);
  void FillReport(v1::EvidenceRow& row, const RowSource& source);
  const v1::Publication* FindPublication(const std::string& id) const;
  std::string StudyName(const v1::Trial& trial, const std::string& id) const;

  const RegistryStore& store_;
  Version version_;
  const Evidence::CheckAlive& check_alive_;
  std::shared_ptr<Evidence> evidence_;
  std::map<std::string, std::unique_ptr<Trial>> trials_;
  std::unique_ptr<TrialLinks> links_;
  std::vector<v1::EvidenceRow*> rows_;
  std::map<std::vector<const v1::Arm*>, Treatment> treatments_;
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_EVIDENCE_EVIDENCE_BUILDER_H_

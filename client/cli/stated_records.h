// The records that an import states: each once, under what it belongs to, and
// linked to the publications or trials that are there.
//
// One thread.
#ifndef CONSILIUM_CLIENT_CLI_STATED_RECORDS_H_
#define CONSILIUM_CLIENT_CLI_STATED_RECORDS_H_

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "client/cli/evidence.h"
#include "client/cli/import_remarks.h"
#include "client/cli/known_records.h"
#include "client/import/imported_study.h"

namespace consilium {

class StatedRecords {
 public:
  // Both must outlive it. What items say otherwise is noted in `remarks`.
  StatedRecords(KnownRecords& known, ImportRemarks& remarks)
      : known_(known), remarks_(remarks) {}

  // Adds the records of a study that `known` has looked up.
  //   what KnownRecords returns.
  absl::Status Add(const std::string& in_file, ImportedStudy study);

  // In the order in which they were stated. Names must stay.
  std::vector<EvidenceRecord>& records() { return records_; }

 private:
  absl::Status PlaceUnder(const std::string& parent, const std::string& trial,
                          EvidenceRecord& record);
  absl::Status AddRecord(EvidenceRecord record);
  void FitNumbers(const EvidenceRecord& stated, EvidenceRecord& record);
  absl::Status LinkPublication(const std::string& in_file,
                               const EvidenceRecord& publication);
  absl::Status LinkTrial(const std::string& in_file,
                         const EvidenceRecord& trial);
  absl::Status AddReport(const std::string& in_file, const std::string& trial,
                         const std::string& publication);

  KnownRecords& known_;
  ImportRemarks& remarks_;
  std::vector<EvidenceRecord> records_;
  std::map<std::string, size_t> stated_;  // Name: index of the record.
};

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_STATED_RECORDS_H_

// Where a row was read: its report and publication, the words as printed,
// provenance, and whether the study itself says it.
//
// Pure functions. Rows, records and publications are in one arena.
#ifndef CONSILIUM_SERVER_EVIDENCE_ROW_REPORT_H_
#define CONSILIUM_SERVER_EVIDENCE_ROW_REPORT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "consilium/v1/evidence.pb.h"
#include "server/evidence/evidence_records.h"
#include "server/evidence/study_name.h"

namespace consilium {

// What a row is made of, beside its trial.
struct RowSource {
  const EvidenceRecord* record = nullptr;
  std::string path;  // Empty for a trial.
};

// Whether the rows of a trial, an arm, or an endpoint or adverse event show
// what stands at that path of it; a conflict there touches all of them.
bool IsShownOfTrial(absl::string_view path);
bool IsShownOfArm(absl::string_view path);
bool IsShownOfOutcome(absl::string_view path);

// Fills what follows from the row's report and from the sources of its element.
void FillReport(const RowSource& source, const Publications& publications,
                v1::EvidenceRow& row);

// The same for the row of a trial as a whole, of `record`.
void FillTrialReport(const EvidenceRecord& record,
                     const Publications& publications, v1::EvidenceRow& row);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_EVIDENCE_ROW_REPORT_H_

#include "proto/base/result_rows.h"

namespace consilium {

ResultRows RowsOfResult(const v1::ReviewResult& result) {
  ResultRows rows;
  for (const v1::SectionResult& section : result.sections()) {
    for (const v1::EvidenceRow& row : section.results()) {
      rows.emplace(row.id(), &row);
    }
    for (const v1::EvidenceRow& row : section.adverse_events()) {
      rows.emplace(row.id(), &row);
    }
  }
  return rows;
}

}  // namespace consilium

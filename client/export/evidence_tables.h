// The evidence of a version as tables: one for each kind of thing that a reader
// of spreadsheets looks for.
//
// Pure.
#ifndef CONSILIUM_CLIENT_EXPORT_EVIDENCE_TABLES_H_
#define CONSILIUM_CLIENT_EXPORT_EVIDENCE_TABLES_H_

#include <vector>

#include "client/export/registry_rows.h"
#include "client/export/table.h"

namespace consilium {

// The tables studies, arms, results, adverse-events, conclusions and
// publications, joined by trialId, group and report. Columns that are fields of
// the schema have their names and mean what the schema says.
std::vector<Table> EvidenceTables(const RegistryRows& read);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_EXPORT_EVIDENCE_TABLES_H_

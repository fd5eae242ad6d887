// What an import does where its files state one thing twice.
//
// Pure functions.
#ifndef CONSILIUM_CLIENT_CLI_IMPORT_MERGE_H_
#define CONSILIUM_CLIENT_CLI_IMPORT_MERGE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/cli/evidence.h"
#include "client/import/imported_study.h"
#include "proto/base/field_path.h"

namespace consilium {

// Adds to `record` what `other` has and it has not. Returns what the two say
// otherwise, where `record` stays.
absl::StatusOr<std::vector<FieldPath>> MergeInto(const EvidenceRecord& other,
                                                 EvidenceRecord& record);

// Where two forms of a study say otherwise: "trial nct1 title".
std::vector<std::string> DifferingPaths(const ImportedStudy& first,
                                        const ImportedStudy& second);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_IMPORT_MERGE_H_

// First drafts of maps for sheets of forms that nobody knows.
//
// Pure functions.
#ifndef CONSILIUM_CLIENT_IMPORT_MAP_DRAFT_H_
#define CONSILIUM_CLIENT_IMPORT_MAP_DRAFT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "client/import/csv_table.h"

namespace consilium {

// A map to start from: what the names of the columns tell, with the first
// cells of the others beside them.
std::string DraftMap(absl::string_view file, const CsvTable& table);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_IMPORT_MAP_DRAFT_H_

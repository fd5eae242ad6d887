// Extraction sheets, taken in by what a map says of their columns.
#ifndef CONSILIUM_CLIENT_CLI_IMPORT_CSV_H_
#define CONSILIUM_CLIENT_CLI_IMPORT_CSV_H_

#include <memory>

#include "client/cli/command.h"

namespace consilium {

std::unique_ptr<Command> MakeImportCsv();

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_IMPORT_CSV_H_

// The commands that write what other programs read: one a file.
#ifndef CONSILIUM_CLIENT_CLI_EXPORT_COMMANDS_H_
#define CONSILIUM_CLIENT_CLI_EXPORT_COMMANDS_H_

#include <memory>

#include "client/cli/command.h"

namespace consilium {

std::unique_ptr<Command> MakeExportMetafor();
std::unique_ptr<Command> MakeExportArms();
std::unique_ptr<Command> MakeExportJsonLines();
std::unique_ptr<Command> MakeExportRis();
std::unique_ptr<Command> MakeExportBibtex();
std::unique_ptr<Command> MakeExportPrisma();
std::unique_ptr<Command> MakeExportRobvis();
std::unique_ptr<Command> MakeExportXlsx();
std::unique_ptr<Command> MakeExportRevman();
std::unique_ptr<Command> MakeExportFhir();

std::unique_ptr<Command> MakeImportJsonLines();
std::unique_ptr<Command> MakeRegistryDiff();

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_EXPORT_COMMANDS_H_

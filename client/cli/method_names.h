// The full names of methods that several commands call.
#ifndef CONSILIUM_CLIENT_CLI_METHOD_NAMES_H_
#define CONSILIUM_CLIENT_CLI_METHOD_NAMES_H_

namespace consilium {

inline constexpr char kGetRegistryStatus[] =
    "consilium.v1.RegistryService.GetRegistryStatus";
inline constexpr char kListBackups[] = "consilium.v1.BackupService.ListBackups";
inline constexpr char kListChanges[] = "consilium.v1.ChangeService.ListChanges";
inline constexpr char kListRegistries[] =
    "consilium.v1.RegistryService.ListRegistries";
inline constexpr char kListSnapshots[] =
    "consilium.v1.SnapshotService.ListSnapshots";

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_METHOD_NAMES_H_

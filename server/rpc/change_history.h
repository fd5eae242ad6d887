// Changes as history shows them.
#ifndef CONSILIUM_SERVER_RPC_CHANGE_HISTORY_H_
#define CONSILIUM_SERVER_RPC_CHANGE_HISTORY_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "consilium/v1/change_service.pb.h"
#include "proto/base/resource_name.h"
#include "storage/registry/registry_view.h"

namespace consilium {

// The full name of a record that a change names, also of unknown kinds.
std::string FullName(const RegistryName& registry, absl::string_view record);

// Value or source as ProtoJSON; what this release cannot read is shown as
// unreadable, since history must not fail for it.
std::string ShowValue(absl::string_view record, const FieldPath& path,
                      absl::string_view value);
std::string ShowSource(absl::string_view source);
// The path in words.
std::string ShowPath(absl::string_view record, const FieldPath& path);

// A change and everything that it assigned, with values or without.
//   DATA_LOSS  the change is damaged.
absl::Status FillChangeEntry(const RegistryView& view,
                             const RegistryName& registry,
                             const ChangeSummary& change, bool values,
                             v1::ChangeEntry& entry);

// The changes of the record `name` (relative), newest first: what each
// assigned, what it superseded, and whether that is visible.
absl::StatusOr<std::vector<v1::ChangeEntry>> RecordHistory(
    const RegistryView& view, const RegistryName& registry,
    absl::string_view name);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_RPC_CHANGE_HISTORY_H_

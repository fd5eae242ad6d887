// How conflicts and agreements are shown.
#ifndef CONSILIUM_CLIENT_CLI_CONFLICT_VIEW_H_
#define CONSILIUM_CLIENT_CLI_CONFLICT_VIEW_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/cli/command.h"
#include "client/cli/json_value.h"
#include "client/cli/server_session.h"
#include "consilium/v1/conflict_service.pb.h"

namespace consilium {

// record, path, values [{value, source, institution, author, dot, ...}],
// provisional, base, objections [{record, path, value {...}}]: values and
// sources as the JSON that they are, null where absent.
JsonValue ConflictJson(const v1::Conflict& conflict);
JsonValue AgreementJson(const v1::Agreement& agreement);

// The values of a field in lines: who entered which, when and from where.
std::string ValueLines(
    const google::protobuf::RepeatedPtrField<v1::VisibleValue>& values);

// "north: 0.52 | south: 0.54".
std::string ValuesCell(
    const google::protobuf::RepeatedPtrField<v1::VisibleValue>& values);

// Those of a conflict, and what speaks against a retraction:
// "north: LIFECYCLE_RETRACTED | south: entered title".
std::string SideLines(const v1::Conflict& conflict);
std::string SidesCell(const v1::Conflict& conflict);

// The provisional value, in the same words.
std::string ProvisionalCell(const v1::Conflict& conflict);

// Whether the field is in conflict: a lifecycle may be with one value alone.
bool IsInConflict(const v1::Conflict& conflict);

// The lifecycle's path, and how people say which one holds.
inline constexpr absl::string_view kLifecyclePathText = "lifecycle";
inline constexpr absl::string_view kLiveWord = "live";
inline constexpr absl::string_view kRetractedWord = "retracted";

// "conflict resolve trials/x lifecycle --value live --reason REASON".
std::string LifecycleResolution(absl::string_view relative_record,
                                absl::string_view word,
                                absl::string_view reason);

// "9f0c...:12": names a change in --take and in messages.
std::string DotText(const v1::Dot& dot);

// Conflicts of one field are asked by its name and path.
absl::StatusOr<v1::Conflict> GetConflict(ServerSession& session,
                                         const FullRecordName& name,
                                         absl::string_view path,
                                         absl::string_view at);

// Name of what a list of conflicts or agreements is asked for: the record that
// the argument RECORD names, or the registry when it is empty.
absl::StatusOr<std::string> ListParent(ServerSession& session,
                                       const std::string& record);

// `record` of a conflict relative to its registry, as commands take it.
std::string RelativeRecord(absl::string_view record);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_CONFLICT_VIEW_H_

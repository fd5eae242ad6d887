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
// provisional, base: values and sources as the JSON that they are, null where
// absent.
JsonValue ConflictJson(const v1::Conflict& conflict);
JsonValue AgreementJson(const v1::Agreement& agreement);

// The values of a field in lines: who entered which, when and from where.
std::string ValueLines(
    const google::protobuf::RepeatedPtrField<v1::VisibleValue>& values);

// "north: 0.52 | south: 0.54".
std::string ValuesCell(
    const google::protobuf::RepeatedPtrField<v1::VisibleValue>& values);

// The provisional value, in the same words.
std::string ProvisionalCell(const v1::Conflict& conflict);

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

// How changes and differences between versions are shown.
#ifndef CONSILIUM_CLIENT_CLI_CHANGE_VIEW_H_
#define CONSILIUM_CLIENT_CLI_CHANGE_VIEW_H_

#include <google/protobuf/timestamp.pb.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/cli/command.h"
#include "client/cli/json_value.h"
#include "client/cli/server_session.h"
#include "consilium/v1/change_service.pb.h"
#include "consilium/v1/version.pb.h"

namespace consilium {

// "2026-11-23 09:30:12", in UTC; empty when absent.
std::string TimeCell(const google::protobuf::Timestamp& time);

// The short text of how a change was made: "adjudication".
std::string ChangeKindCell(v1::ChangeKind kind);

// ProtoJSON, with the values and sources in it as the JSON that they are.
JsonValue ChangeEntryJson(const v1::ChangeEntry& entry);
JsonValue RecordDifferenceJson(const v1::RecordDifference& record);

// The records that a change touches, each once, in order.
std::vector<std::string> RecordsOf(const v1::ChangeEntry& entry);

// Lists what differs between two versions of what `parent` names.
// kDifferences when anything does.
absl::StatusOr<ExitCode> ListDifferences(const CommandContext& context,
                                         ServerSession& session,
                                         absl::string_view parent,
                                         absl::string_view from,
                                         absl::string_view to);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_CHANGE_VIEW_H_

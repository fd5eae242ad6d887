// Who is behind the values of a record that an import would state, or take
// back.
#ifndef CONSILIUM_CLIENT_CLI_VALUE_STANDINGS_H_
#define CONSILIUM_CLIENT_CLI_VALUE_STANDINGS_H_

#include <functional>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/cli/server_session.h"
#include "consilium/v1/common.pb.h"

namespace consilium {

// Whether an import may replace a value that was read there.
using MayReplace = std::function<bool(const v1::Source& source)>;

// `message`, marked as that of a change which `command` makes, "import ctgov":
// by the mark a later import knows what is not a person's.
std::string ImportMessage(absl::string_view message, absl::string_view command);

// What a path of a record shows, and who is behind it.
struct Standing {
  int visible = 0;          // Values, removals too.
  int removals = 0;         // Of these.
  bool replaceable = true;  // All by the same command, of its own sources.
  std::string institution;  // Of the last one.
  v1::Source source;        // Of the last one; empty where none is said.
  // Of the last one that is not.
  bool same_source = false;  // It was read where the import reads.
  bool changed = false;      // Else it was stated so at first.
  std::string author;
  std::string date;

  // "anna changed it on 2026-05-03".
  std::string Who(absl::string_view verb) const;
};

// By the text of the path.
using Standings = std::map<std::string, Standing>;

// Those of the record of that full name. Errors are the server's.
absl::StatusOr<Standings> StandingsOf(ServerSession& session,
                                      const std::string& name,
                                      absl::string_view command,
                                      const MayReplace& may_replace);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_VALUE_STANDINGS_H_

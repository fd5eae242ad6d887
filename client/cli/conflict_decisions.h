// Decisions on many conflicts, as an administrator writes them down:
//
//   adjudications:
//     - record: trials/nct02893332
//       path: estimates[pmid-1/egfr-tki/median]
//       take: north
//       reason: Section 2.1 prints 17.6
//     - record: trials/nct02893332/endpoints/other-id
//       withdraw: true
//       reason: The same endpoint is entered as pfs
#ifndef CONSILIUM_CLIENT_CLI_CONFLICT_DECISIONS_H_
#define CONSILIUM_CLIENT_CLI_CONFLICT_DECISIONS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/cli/text_problems.h"
#include "consilium/v1/conflict_service.pb.h"
#include "proto/base/text_node.h"

namespace consilium {

// Which value of one field holds, and why: one of `take`, `value` and `absent`.
// Or that what one institution alone entered is withdrawn.
struct ConflictDecision {
  std::string record;                // As conflict list names it.
  std::string path;                  // Empty: the whole record is withdrawn.
  std::optional<std::string> take;   // An institution, or a change.
  std::optional<std::string> value;  // As JSON.
  bool absent = false;
  bool withdraw = false;
  std::string source;  // As JSON; empty: that of the value taken.
  std::string reason;
  TextPosition position;
};

// The decisions in the text of `file`. Adds to `problems` what is no decision:
// unknown keys, what is missing, and a field that is decided twice.
std::vector<ConflictDecision> ReadConflictDecisions(absl::string_view file,
                                                    absl::string_view text,
                                                    TextProblems& problems);

// The request that carries out `decision` on `conflict`, without id and author.
//   INVALID_ARGUMENT  USAGE: no value is that of the institution or change
//                     taken, or several of the institution are.
absl::StatusOr<v1::ResolveConflictRequest> ResolutionOf(
    const ConflictDecision& decision, const v1::Conflict& conflict);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_CONFLICT_DECISIONS_H_

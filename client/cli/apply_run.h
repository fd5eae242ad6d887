// Sends records that files state to a server, for every command that does:
// `apply` and the imports.
#ifndef CONSILIUM_CLIENT_CLI_APPLY_RUN_H_
#define CONSILIUM_CLIENT_CLI_APPLY_RUN_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/cli/apply_plan.h"
#include "client/cli/command.h"
#include "client/cli/evidence.h"
#include "client/cli/server_session.h"
#include "consilium/v1/change_service.pb.h"
#include "consilium/v1/version.pb.h"
#include "proto/base/resource_name.h"

namespace consilium {

struct ApplyOptions {
  std::string message;  // Why the change is made.
  bool dry_run = false;
  bool prune = false;
  bool independent = false;
};

// What came of all groups.
struct ApplyResult {
  std::vector<v1::StatementOutcome> outcomes;
  std::vector<v1::ChangeInfo> changes;
  int64_t revision = 0;
  // Whether a dry run lists what reads as stated already, beside counting it.
  bool lists_unchanged = true;
  // Whether records are listed and not only counted, where few change.
  bool lists_changed = true;

  int64_t Count(v1::StatementOutcome::Effect effect) const;
};

// "created", "updated", "unchanged".
std::string EffectWord(v1::StatementOutcome::Effect effect);

// One thread.
class ApplyRun {
 public:
  // All must outlive the run.
  ApplyRun(CommandContext& context, ServerSession& session,
           const RegistryName& registry, const ApplyOptions& options)
      : context_(context),
        session_(session),
        registry_(registry),
        options_(options) {}

  // Names the parents that the files leave to the server.
  absl::Status ProposeParents(Evidence& evidence) const;

  // One change if all fits, else several of whole units. Errors name the place
  // in the files, and say how far it came.
  absl::StatusOr<ApplyResult> SendAll(const Evidence& evidence) const;

 private:
  absl::StatusOr<v1::ApplyChangeResponse> Send(const ApplyGroup& group,
                                               bool validate_only) const;
  absl::StatusOr<ApplyResult> SendGroups(
      const std::vector<ApplyGroup>& groups) const;

  CommandContext& context_;
  ServerSession& session_;
  const RegistryName& registry_;
  const ApplyOptions& options_;
};

// Writes what came of it: JSON, the records that changed, or for people also a
// summary and `next`.
void WriteApplyResult(const CommandContext& context, const ApplyResult& result,
                      bool dry_run, const std::string& next);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_APPLY_RUN_H_

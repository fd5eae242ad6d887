#include "absl/strings/str_cat.h"
#include "client/cli/commands.h"
#include "client/cli/json_value.h"
#include "client/cli/limits.h"
#include "client/cli/server_session.h"
#include "client/cli/snapshot_view.h"
#include "consilium/v1/snapshot_service.pb.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

constexpr char kVerifySnapshot[] =
    "consilium.v1.SnapshotService.VerifySnapshot";

JsonValue VerificationJson(const std::string& name,
                           const v1::VerifySnapshotResponse& response) {
  JsonValue json = {{"name", name},
                    {"valid", response.valid()},
                    {"digest", response.digest()},
                    {"root", response.root()},
                    {"records", Int64Json(response.records())},
                    {"differences", JsonValue::array()}};
  for (const std::string& difference : response.differences()) {
    json["differences"].push_back(difference);
  }
  return json;
}

class SnapshotVerify : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary(
            "Rebuild a snapshot from the changes the server holds, and "
            "compare")
        .Description("Exits with 10 when anything differs.")
        .Example("consilium snapshot verify release-1");
    spec.Argument("NAME", &name_, "The snapshot").Completes("snapshot");
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    v1::VerifySnapshotRequest request;
    ASSIGN_OR_RETURN(*request.mutable_name(), ResolveSnapshot(*session, name_));
    ASSIGN_OR_RETURN(const auto response,
                     CallFor<v1::VerifySnapshotResponse>(
                         session->caller(), kVerifySnapshot, request,
                         session->options(kLongDeadline)));
    Details details;
    details.name = request.name();
    details.json = Indented(VerificationJson(request.name(), response));
    details.summary =
        response.valid()
            ? absl::StrCat("snapshot ", name_,
                           " is what it says: rebuilt from ",
                           response.records(), " records")
            : absl::StrCat("snapshot ", name_, " is NOT what it says");
    for (const std::string& difference : response.differences()) {
      absl::StrAppend(&details.summary, "\n  ", difference);
    }
    details.fields = {{"digest", response.digest()}, {"root", response.root()}};
    if (!response.valid()) {
      details.next = NextCommand(context.settings, "doctor --deep");
    }
    if (context.settings.output == OutputFormat::kCsv) {
      details.fields.push_back({"valid", response.valid() ? "true" : "false"});
    }
    context.Write(details);
    return response.valid() ? ExitCode::kOk : ExitCode::kIntegrity;
  }

 private:
  std::string name_;
};

}  // namespace

std::unique_ptr<Command> MakeSnapshotVerify() {
  return std::make_unique<SnapshotVerify>();
}

}  // namespace consilium

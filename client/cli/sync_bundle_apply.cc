#include <fstream>

#include "absl/strings/str_cat.h"
#include "client/cli/commands.h"
#include "client/cli/errors.h"
#include "client/cli/server_session.h"
#include "client/cli/sync_view.h"
#include "client/sync/bundle.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

class SyncBundleApply : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary("Apply the changes of a bundle to the server")
        .Description(
            "The whole file is checked first: nothing is applied of one that "
            "is damaged. The server must hold a replica of the registry: the "
            "first bundle that it gets is for `registry join ID --bundle "
            "FILE`. Exits with 3 when changes were set aside.")
        .Example("consilium sync bundle apply for-south.bundle");
    spec.Argument("FILE", &file_, "The bundle").Completes("file");
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    ASSIGN_OR_RETURN(std::ifstream file, OpenBundleFile(file_));
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    const auto found = session->Registry();
    if (!found.ok()) return WithJoin(found.status(), context.settings, "ID");
    const RegistryName& registry = *found;
    GrpcSyncEndpoint target = EndpointOf(*session, registry);
    const auto progress = context.StartProgress("applying", "changes");
    BundleOptions options;
    options.stall_timeout = StallTimeoutOf(*session);
    options.on_progress = [&progress](const TransferProgress& now) {
      progress->Update(now.changes, now.changes_total);
    };
    const auto outcome = ApplyBundle(file, file_, target, options);
    if (!outcome.ok()) {
      return WithJoin(outcome.status(), context.settings, registry.id());
    }
    const BundleApplied& applied = *outcome;
    progress->Finish("");
    context.Write(DetailsOf(context, applied));
    return applied.set_aside.empty() ? ExitCode::kOk : ExitCode::kPartial;
  }

 private:
  // Where there is no replica to apply it to, the bundle can make one.
  absl::Status WithJoin(const absl::Status& status, const Settings& settings,
                        const std::string& id) const {
    const std::string reason = GetErrorReason(status);
    if (reason != "REGISTRY_NOT_FOUND" && reason != "REGISTRY_MISSING") {
      return status;
    }
    return MakeError(
        status.code(), reason,
        absl::StrCat(status.message(),
                     "; a bundle is applied to a replica, and one made with "
                     "--since - makes one"),
        {{kNextKey,
          NextCommand(settings, absl::StrCat("registry join ", id, " --bundle ",
                                             ShellWord(file_)))}});
  }

  Details DetailsOf(const CommandContext& context,
                    const BundleApplied& applied) const {
    const std::string digest = DigestToHex(applied.digest);
    JsonValue json = {
        {"changes", Int64Json(applied.bundle.change_count)},
        {"applied", Int64Json(applied.applied_changes)},
        {"setAside", Int64Json(static_cast<int64_t>(applied.set_aside.size()))},
        {"sizeBytes", Int64Json(applied.bundle.size_bytes)},
        {"digest", digest.empty() ? JsonValue(nullptr) : JsonValue(digest)},
        {"setAsideGroups", JsonValue::array()}};
    Details details;
    details.summary =
        absl::StrCat("applied ", applied.applied_changes, " of ",
                     applied.bundle.change_count,
                     applied.applied_changes < applied.bundle.change_count
                         ? " changes; the others were held already"
                         : " changes");
    for (const v1::SetAside& group : applied.set_aside) {
      json["setAsideGroups"].push_back(
          SetAsideJson(context.settings.server, group));
      absl::StrAppend(&details.summary, "\n",
                      SetAsideLine(context.settings.server, group));
    }
    details.json = Indented(json);
    details.fields = {{"digest", digest}};
    details.next = NextCommand(context.settings, "conflict list");
    return details;
  }

  std::string file_;
};

}  // namespace

std::unique_ptr<Command> MakeSyncBundleApply() {
  return std::make_unique<SyncBundleApply>();
}

}  // namespace consilium

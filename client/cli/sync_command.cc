#include "absl/strings/str_cat.h"
#include "client/cli/commands.h"
#include "client/cli/errors.h"
#include "client/cli/server_session.h"
#include "client/cli/sync_view.h"
#include "client/sync/continuous_sync.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

class SyncCommand : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary("Bring two servers to the same changes, and prove it")
        .Description(
            "Moves what each lacks from the one to the other, both ways, and "
            "compares digests. Cut off at any point, the next run goes on. "
            "--timeout is how long nothing may move, 5 minutes unless given, "
            "and how long each other call may take; a sync that moves takes "
            "as long as it needs. "
            "Exits with 3 when changes were set aside, with 10 when the "
            "digests differ.")
        .Example(
            "consilium sync localhost:7700 localhost:7701 --registry "
            "nsclc")
        .Example("consilium sync localhost:7700 localhost:7701 --dry-run")
        .Example("consilium sync localhost:7700 localhost:7701 --watch");
    spec.Argument("FIRST", &first_, "HOST:PORT of a server");
    spec.Argument("SECOND", &second_, "HOST:PORT of another server");
    spec.Switch("--watch", &watch_,
                "Sync again whenever either server changes, until stopped");
    spec.Switch("--dry-run", &dry_run_, "Only count what would move");
    spec.Flag("--direction", "WAY", &direction_,
              "Move changes both ways, or only one, as FIRST sees it")
        .Choices({"both", "send", "receive"});
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    if (watch_ && dry_run_) {
      return UsageError("--watch and --dry-run exclude each other");
    }
    ASSIGN_OR_RETURN(const auto first_session,
                     ServerSession::Open(context.settings, first_));
    ASSIGN_OR_RETURN(const auto second_session,
                     ServerSession::Open(context.settings, second_));
    ASSIGN_OR_RETURN(const RegistryName registry, first_session->Registry());
    GrpcSyncEndpoint first = EndpointOf(*first_session, registry);
    GrpcSyncEndpoint second = EndpointOf(*second_session, registry);
    SyncOptions options;
    options.stall_timeout = StallTimeoutOf(*first_session);
    options.dry_run = dry_run_;
    options.direction = direction_ == "send"      ? SyncDirection::kSend
                        : direction_ == "receive" ? SyncDirection::kReceive
                                                  : SyncDirection::kBoth;
    if (watch_) return Watch(context, first, second, options);
    const auto progress = context.StartProgress("syncing", "changes");
    ShowProgress(*progress, options);
    ASSIGN_OR_RETURN(const SyncResult result,
                     SyncClient(first, second).Sync(options));
    progress->Finish("");
    Write(context, result, /*one_line=*/false);
    return result.set_aside.empty() ? ExitCode::kOk : ExitCode::kPartial;
  }

 private:
  absl::StatusOr<ExitCode> Watch(CommandContext& context, SyncEndpoint& first,
                                 SyncEndpoint& second,
                                 const SyncOptions& options) const {
    Cancellation cancellation;  // A signal ends the process; nothing is kept.
    ContinuousSyncOptions continuous;
    continuous.sync = options;
    continuous.sync.cancellation = &cancellation;
    continuous.on_sync = [&](const absl::StatusOr<SyncResult>& result) {
      if (result.ok()) return Write(context, *result, /*one_line=*/true);
      context.io.err << "not synced, trying again: "
                     << result.status().message() << std::endl;
    };
    RETURN_IF_ERROR(SyncContinuously(first, second, continuous));
    return ExitCode::kOk;
  }

  void Write(const CommandContext& context, const SyncResult& result,
             bool one_line) const {
    JsonValue json = SyncJson(result);
    if (dry_run_) json["dryRun"] = true;
    Details details;
    details.json =
        one_line || context.settings.output == OutputFormat::kJsonLines
            ? OneLine(json)
            : Indented(json);
    details.summary = SyncSentence(result, dry_run_);
    if (context.settings.output == OutputFormat::kCsv) {
      for (const auto& [key, value] : json.items()) {
        details.fields.push_back({key, ValueCell(OneLine(value))});
      }
    }
    context.Write(details);
  }

  std::string first_, second_;
  std::string direction_ = "both";
  bool watch_ = false;
  bool dry_run_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeSyncCommand() {
  return std::make_unique<SyncCommand>();
}

}  // namespace consilium

#include <fstream>

#include "absl/strings/str_cat.h"
#include "client/cli/commands.h"
#include "client/cli/errors.h"
#include "client/cli/server_session.h"
#include "client/cli/sync_view.h"
#include "client/sync/bundle.h"
#include "proto/base/clock.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"
#include "proto/base/utf8.h"
#include "storage/change/frontier.h"

namespace consilium {
namespace {

class SyncBundleCreate : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary(
            "Write the changes since a frontier to a file, to be carried "
            "by hand")
        .Description(
            "The frontier is that of the server the file is for, as its "
            "`registry status` shows it; - stands for one that has no replica "
            "of the registry yet, where `registry join ID --bundle FILE` makes "
            "one of it. The bundle goes to standard output unless --file says "
            "where.")
        .Example(
            "consilium sync bundle create --since FRONTIER > "
            "for-south.bundle")
        .Example("consilium sync bundle create --since - --file all.bundle");
    spec.Flag("--since", "FRONTIER", &since_, "What the other server holds")
        .Required();
    spec.Flag("-f,--file", "FILE", &file_, "Where to write").Completes("file");
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    const auto since = Frontier::FromToken(since_);
    if (!since.ok()) {
      return WithNext(
          Annotate(since.status(), absl::StrCat("--since ", Quote(since_))),
          "consilium --server HOST:PORT registry status  # of the server that "
          "the bundle is for; or --since -");
    }
    if (file_.empty() && context.io.out_terminal.is_terminal) {
      return UsageError(
          "a bundle is no text for a terminal; send it to a file",
          absl::StrCat(context.command, " --since ", since_, " > FILE.bundle"));
    }
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    ASSIGN_OR_RETURN(const RegistryName registry, session->Registry());
    std::ofstream file;
    if (!file_.empty()) {
      file.open(file_, std::ios::binary | std::ios::trunc);
      if (!file) {
        return UsageError(absl::StrCat(file_, ": cannot be written"));
      }
    }
    GrpcSyncEndpoint source = EndpointOf(*session, registry);
    const auto progress = context.StartProgress("writing", "changes");
    BundleOptions options;
    options.stall_timeout = StallTimeoutOf(*session);
    options.on_progress = [&progress](const TransferProgress& now) {
      progress->Update(now.changes, now.changes_total);
    };
    SystemClock clock;
    ASSIGN_OR_RETURN(
        const BundleSummary summary,
        CreateBundle(source, since->ToProto(), clock,
                     file_.empty() ? context.io.out : file, options));
    // The bundle may be on standard output, so what is said goes elsewhere.
    progress->Finish(absl::StrCat("wrote ", summary.change_count, " changes, ",
                                  summary.size_bytes, " bytes"));
    return ExitCode::kOk;
  }

 private:
  std::string since_, file_;
};

}  // namespace

std::unique_ptr<Command> MakeSyncBundleCreate() {
  return std::make_unique<SyncBundleCreate>();
}

}  // namespace consilium

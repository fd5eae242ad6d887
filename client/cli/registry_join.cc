#include <fstream>

#include "absl/strings/str_cat.h"
#include "client/cli/commands.h"
#include "client/cli/display_text.h"
#include "client/cli/errors.h"
#include "client/cli/json_value.h"
#include "client/cli/server_session.h"
#include "client/cli/sync_view.h"
#include "client/sync/join.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"
#include "storage/change/batch.h"
#include "storage/change/frontier.h"

namespace consilium {
namespace {

class RegistryJoin : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary("Make the server a replica of a registry that another has")
        .Description(
            "Fetches every change and writes the member record of the "
            "server's institution, which the next sync carries back. The same "
            "command goes on where an earlier one was cut off. --timeout is "
            "how long nothing may move while changes are fetched, 5 minutes "
            "unless given, and how long each other call may take. Where no "
            "connection leads to the other server, --bundle takes the changes "
            "from a file that `sync bundle create --since -` wrote there.")
        .Example(
            "consilium --server localhost:7701 registry join nsclc --from "
            "localhost:7700")
        .Example(
            "consilium --server localhost:7701 registry join nsclc --bundle "
            "all.bundle");
    spec.Argument("ID", &id_,
                  "What to call it on the server; as there unless "
                  "--from-registry differs");
    spec.Flag("--from", "HOST:PORT", &from_, "A server that has the registry");
    spec.Flag("--bundle", "FILE", &bundle_, "A bundle of the whole registry")
        .Completes("file");
    spec.Flag("--from-registry", "ID", &from_registry_,
              "What that server calls it, when not ID")
        .Completes("registry");
    spec.Flag("--title", "TEXT", &title_,
              "Title of the institution for its member record");
    spec.Flag("-m,--message", "TEXT", &message_, "Why");
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    ASSIGN_OR_RETURN(const RegistryName name, RegistryName::FromId(id_, "ID"));
    if (from_.empty() == bundle_.empty()) {
      return UsageError(
          "say where the registry comes from: either --from HOST:PORT or "
          "--bundle FILE");
    }
    if (!bundle_.empty()) return JoinBundle(context, name);
    RegistryName from_name = name;
    if (!from_registry_.empty()) {
      ASSIGN_OR_RETURN(from_name,
                       RegistryName::FromId(from_registry_, "--from-registry"));
    }
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    ASSIGN_OR_RETURN(const auto other,
                     ServerSession::Open(context.settings, from_));
    GrpcSyncEndpoint source = EndpointOf(*other, from_name);
    GrpcSyncEndpoint target = EndpointOf(*session, name);
    const auto progress = context.StartProgress("fetching", "changes");
    JoinOptions options = OptionsOf(*session);
    options.sync.stall_timeout = StallTimeoutOf(*session);
    ShowProgress(*progress, options.sync);
    const auto joined =
        JoinRegistry(source, session->caller(), target, name, options);
    if (!joined.ok()) return AboutSource(joined.status());
    progress->Finish("");
    context.Write(DetailsOf(context, name, *joined));
    return joined->sync.set_aside.empty() ? ExitCode::kOk : ExitCode::kPartial;
  }

 private:
  JoinOptions OptionsOf(const ServerSession& session) const {
    JoinOptions options;
    options.decode_batch = DecodeBatch;
    options.member_title = title_;
    options.change = session.Change(message_);
    options.call_deadline = session.settings().timeout;
    return options;
  }

  // Where the other server was at fault, --from is what to change.
  absl::Status AboutSource(const absl::Status& status) const {
    const auto info = GetErrorInfo(status);
    if (!info.has_value() || info->reason() != "SERVER_UNAVAILABLE") {
      return status;
    }
    const auto address = info->metadata().find("address");
    if (address == info->metadata().end() || address->second != from_) {
      return status;
    }
    return MakeError(status.code(), info->reason(),
                     absl::StrCat(status.message(), " with --from"),
                     {{"address", from_}});
  }

  absl::StatusOr<ExitCode> JoinBundle(CommandContext& context,
                                      const RegistryName& name) const {
    if (!from_registry_.empty()) {
      return UsageError("--from-registry is for --from");
    }
    ASSIGN_OR_RETURN(std::ifstream file, OpenBundleFile(bundle_));
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    GrpcSyncEndpoint target = EndpointOf(*session, name);
    const auto progress = context.StartProgress("applying", "changes");
    BundleOptions bundle;
    bundle.stall_timeout = StallTimeoutOf(*session);
    bundle.on_progress = [&progress](const TransferProgress& now) {
      progress->Update(now.changes, now.changes_total);
    };
    ASSIGN_OR_RETURN(const BundleJoined joined,
                     JoinFromBundle(file, bundle_, session->caller(), target,
                                    name, OptionsOf(*session), bundle));
    progress->Finish("");
    context.Write(DetailsOf(context, name, joined));
    return joined.applied.set_aside.empty() ? ExitCode::kOk
                                            : ExitCode::kPartial;
  }

  Details DetailsOf(const CommandContext& context, const RegistryName& name,
                    const BundleJoined& joined) const {
    const std::string digest = DigestToHex(joined.applied.digest);
    JsonValue json = {
        {"registry", name.Full()},
        {"opened", joined.opened},
        {"member", joined.member},
        {"enrolled", joined.enrolled},
        {"changes", Int64Json(joined.applied.bundle.change_count)},
        {"applied", Int64Json(joined.applied.applied_changes)},
        {"digest", digest.empty() ? JsonValue(nullptr) : JsonValue(digest)},
        {"setAsideGroups", JsonValue::array()}};
    Details details;
    details.name = name.Full();
    // The first change came by itself, to make the replica.
    const int64_t applied = joined.opened ? joined.applied.bundle.change_count
                                          : joined.applied.applied_changes;
    details.summary = absl::StrCat(
        joined.opened ? "joined registry " : "already holds registry ",
        name.id(), joined.opened ? " with " : "; applied ",
        CountText(applied, "change", "changes"), " of ", bundle_);
    for (const v1::SetAside& group : joined.applied.set_aside) {
      json["setAsideGroups"].push_back(
          SetAsideJson(context.settings.server, group));
      absl::StrAppend(&details.summary, "\n",
                      SetAsideLine(context.settings.server, group));
    }
    details.json = Indented(json);
    details.fields = {
        {"registry", name.Full()},
        {"member",
         absl::StrCat(joined.member, joined.enrolled ? "" : " (was there)")},
        {"digest", digest}};
    const auto until =
        Frontier::FromProto(joined.applied.bundle.header.until());
    if (joined.enrolled && until.ok()) {
      details.next = absl::StrCat(
          NextCommand(
              context.settings,
              absl::StrCat("sync bundle create --since ",
                           ShellWord(until->ToToken()),
                           " --file back.bundle --registry ", name.id())),
          "  # carries the member record back");
    }
    return details;
  }

  Details DetailsOf(const CommandContext& context, const RegistryName& name,
                    const JoinResult& result) const {
    JsonValue json = {{"registry", name.Full()},
                      {"opened", result.opened},
                      {"member", result.member},
                      {"enrolled", result.enrolled}};
    json.update(SyncJson(result.sync));
    Details details;
    details.name = name.Full();
    details.json = Indented(json);
    details.summary = absl::StrCat(
        result.opened ? "joined registry " : "already holds registry ",
        name.id(), "; fetched ",
        CountText(result.sync.sent, "change", "changes"),
        ", both hold the same content");
    for (const SyncSetAside& each : result.sync.set_aside) {
      absl::StrAppend(&details.summary, "\n",
                      SetAsideLine(each.address, each.group));
    }
    details.fields = {
        {"registry", name.Full()},
        {"member", absl::StrCat(result.member, result.enrolled ? ""
                                                               : " (was "
                                                                 "there)")},
        {"digest", DigestToHex(result.sync.digest)}};
    details.next =
        result.enrolled
            ? absl::StrCat("consilium sync ", context.settings.server, " ",
                           from_, " --registry ", name.id(),
                           "  # carries the member record back")
            : NextCommand(context.settings,
                          absl::StrCat("registry status ", name.id()));
    return details;
  }

  std::string id_, from_, bundle_, from_registry_, title_, message_;
};

}  // namespace

std::unique_ptr<Command> MakeRegistryJoin() {
  return std::make_unique<RegistryJoin>();
}

}  // namespace consilium

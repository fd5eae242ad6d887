#include "absl/strings/str_cat.h"
#include "client/cli/commands.h"
#include "client/cli/display_text.h"
#include "client/cli/errors.h"
#include "client/cli/json_value.h"
#include "client/cli/server_session.h"
#include "client/cli/sync_view.h"
#include "client/sync/grpc_sync_endpoint.h"
#include "client/sync/join.h"
#include "proto/base/status_macros.h"
#include "storage/change/batch.h"

namespace consilium {
namespace {

class RegistryJoin : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary("Make the server a replica of a registry that another has")
        .Description(
            "Fetches every change and writes the member record of the "
            "server's institution, which the next sync carries back. The same "
            "command goes on where an earlier one was cut off.")
        .Example(
            "consilium --server localhost:7701 registry join nsclc --from "
            "localhost:7700");
    spec.Argument("ID", &id_,
                  "What to call it on the server; as there unless "
                  "--from-registry differs");
    spec.Flag("--from", "HOST:PORT", &from_, "A server that has the registry")
        .Required();
    spec.Flag("--from-registry", "ID", &from_registry_,
              "What that server calls it, when not ID")
        .Completes("registry");
    spec.Flag("--title", "TEXT", &title_,
              "Title of the institution for its member record");
    spec.Flag("-m,--message", "TEXT", &message_, "Why");
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    ASSIGN_OR_RETURN(const RegistryName name, RegistryName::FromId(id_, "ID"));
    RegistryName from_name = name;
    if (!from_registry_.empty()) {
      ASSIGN_OR_RETURN(from_name,
                       RegistryName::FromId(from_registry_, "--from-registry"));
    }
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    ASSIGN_OR_RETURN(const auto other,
                     ServerSession::Open(context.settings, from_));
    GrpcSyncEndpoint source(other->connection(), from_name);
    GrpcSyncEndpoint target(session->connection(), name);
    const auto progress = context.StartProgress("fetching", "changes");
    JoinOptions options;
    options.decode_batch = DecodeBatch;
    options.member_title = title_;
    options.change = session->Change(message_);
    options.sync.on_progress = ShowProgress(*progress);
    ASSIGN_OR_RETURN(
        const JoinResult result,
        JoinRegistry(source, session->caller(), target, name, options));
    progress->Finish("");
    context.Write(DetailsOf(context, name, result));
    return result.sync.set_aside.empty() ? ExitCode::kOk : ExitCode::kPartial;
  }

 private:
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
                           "   (carries the member record back)")
            : NextCommand(context.settings,
                          absl::StrCat("registry status ", name.id()));
    return details;
  }

  std::string id_, from_, from_registry_, title_, message_;
};

}  // namespace

std::unique_ptr<Command> MakeRegistryJoin() {
  return std::make_unique<RegistryJoin>();
}

}  // namespace consilium

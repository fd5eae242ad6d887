#include "absl/strings/str_cat.h"
#include "client/api/request_id.h"
#include "client/cli/commands.h"
#include "client/cli/errors.h"
#include "client/cli/json_value.h"
#include "client/cli/server_session.h"
#include "consilium/v1/registry_service.pb.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

constexpr char kCreateRegistry[] =
    "consilium.v1.RegistryService.CreateRegistry";

class RegistryCreate : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary(
            "Found a registry; the server's institution is its first "
            "member")
        .Example(
            "consilium registry create nsclc --title 'Targeted drugs with "
            "radiotherapy in NSCLC'");
    spec.Argument("ID", &id_, "What to call it: a-z, 0-9 and single hyphens");
    spec.Flag("--title", "TEXT", &title_, "Its title");
    spec.Flag("--description", "TEXT", &description_, "What it collects");
    spec.Flag("-m,--message", "TEXT", &message_, "Why");
    spec.Switch("--dry-run", &dry_run_, "Only say whether it could be created");
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    const auto name = RegistryName::FromId(id_, "ID");
    if (!name.ok()) return name.status();
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    v1::CreateRegistryRequest request;
    request.set_registry_id(id_);
    if (!title_.empty()) request.mutable_registry()->set_title(title_);
    if (!description_.empty()) {
      request.mutable_registry()->set_description(description_);
    }
    request.set_request_id(NewRequestId());
    request.set_validate_only(dry_run_);
    *request.mutable_change() = session->Change(message_);
    ASSIGN_OR_RETURN(const auto registry,
                     CallFor<v1::Registry>(session->caller(), kCreateRegistry,
                                           request, session->options()));
    Details details;
    details.name = registry.name();
    details.json = Indented(MessageJson(registry));
    details.summary = absl::StrCat(
        dry_run_ ? "would have created registry " : "created registry ", id_);
    details.fields = {{"name", registry.name()},
                      {"revision", registry.revision()},
                      {"registryId", registry.registry_id()}};
    details.next =
        NextCommand(context.settings,
                    absl::StrCat("apply -f FILE -m MESSAGE --registry ", id_));
    context.Write(details);
    return ExitCode::kOk;
  }

 private:
  std::string id_, title_, description_, message_;
  bool dry_run_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeRegistryCreate() {
  return std::make_unique<RegistryCreate>();
}

}  // namespace consilium

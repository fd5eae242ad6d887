#include "client/cli/commands.h"
#include "client/cli/json_value.h"
#include "client/cli/method_names.h"
#include "client/cli/server_session.h"
#include "consilium/v1/registry_service.pb.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

class RegistryList : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary("List the registries of the server")
        .Example("consilium --server localhost:7700 registry list");
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    const auto rows =
        context.List({{"registry"}, {"title"}, {"founder"}, {"registryId"}});
    RETURN_IF_ERROR(ListPages(
        session->caller(), kListRegistries, v1::ListRegistriesRequest(),
        [&](google::protobuf::Message& message) {
          const auto& registry = static_cast<v1::Registry&>(message);
          const auto name = RegistryName::Parse(registry.name());
          rows->Add(
              {registry.name(),
               OneLine(MessageJson(registry)),
               {name.ok() ? name->id() : registry.name(), registry.title(),
                registry.founder(), registry.registry_id()}});
          return true;
        },
        session->options()));
    rows->Finish(
        "no registries; create one: consilium registry create ID --title "
        "TITLE");
    return ExitCode::kOk;
  }
};

}  // namespace

std::unique_ptr<Command> MakeRegistryList() {
  return std::make_unique<RegistryList>();
}

}  // namespace consilium

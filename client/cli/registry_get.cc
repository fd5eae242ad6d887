#include "absl/strings/str_cat.h"
#include "client/cli/commands.h"
#include "client/cli/json_value.h"
#include "client/cli/record_view.h"
#include "client/cli/server_session.h"
#include "consilium/v1/registry_service.pb.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

constexpr char kGetRegistry[] = "consilium.v1.RegistryService.GetRegistry";

class RegistryGet : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary("Show what a registry says about itself")
        .Example("consilium registry get nsclc");
    spec.Argument("ID", &id_, "The registry").Optional().Completes("registry");
    spec.VersionFlag(&at_);
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    Settings settings = context.settings;
    if (!id_.empty()) settings.registry = id_;
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(settings));
    ASSIGN_OR_RETURN(const RegistryName name, session->Registry());
    v1::GetRegistryRequest request;
    request.set_name(name.Full());
    request.set_at(at_);
    ASSIGN_OR_RETURN(const auto registry,
                     CallFor<v1::Registry>(session->caller(), kGetRegistry,
                                           request, session->options()));
    if (context.settings.output == OutputFormat::kTable) {
      const RecordTraits* traits =
          RecordTraitsTable::Get().FindByDescriptor(registry.descriptor());
      context.io.out << RecordYaml(*traits, registry) << std::flush;
      return ExitCode::kOk;
    }
    context.Write({.name = registry.name(),
                   .json = Indented(MessageJson(registry)),
                   .fields = {{"name", registry.name()},
                              {"title", registry.title()},
                              {"founder", registry.founder()},
                              {"registryId", registry.registry_id()}}});
    return ExitCode::kOk;
  }

 private:
  std::string id_, at_;
};

}  // namespace

std::unique_ptr<Command> MakeRegistryGet() {
  return std::make_unique<RegistryGet>();
}

}  // namespace consilium

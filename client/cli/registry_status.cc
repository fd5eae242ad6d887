#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/change_view.h"
#include "client/cli/commands.h"
#include "client/cli/json_value.h"
#include "client/cli/limits.h"
#include "client/cli/method_names.h"
#include "client/cli/server_session.h"
#include "consilium/v1/registry_service.pb.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

// ProtoJSON, but counts as one object by kind, every kind among them.
JsonValue StatusJson(const v1::GetRegistryStatusResponse& status) {
  JsonValue json = {{"registry", status.registry()},
                    {"registryHash", status.registry_hash()},
                    {"replica", status.replica()},
                    {"institution", status.institution()},
                    {"revision", Int64Json(status.revision())},
                    {"frontier", status.frontier()},
                    {"digest", status.digest()},
                    {"counts", JsonValue::object()},
                    {"totals", JsonValue::object()},
                    {"conflicts", Int64Json(status.conflicts())},
                    {"agreements", Int64Json(status.agreements())},
                    {"sizeBytes", Int64Json(status.size_bytes())},
                    {"formatVersion", status.format_version()},
                    {"replicas", JsonValue::array()}};
  for (const RecordTraits* traits : RecordTraitsTable::Get().all()) {
    if (traits->singleton) continue;
    json["counts"][traits->singular] = Int64Json(0);
    json["totals"][traits->singular] = Int64Json(0);
  }
  for (const auto& count : status.counts()) {
    json["counts"][count.kind()] = Int64Json(count.count());
    json["totals"][count.kind()] = Int64Json(count.total());
  }
  for (const auto& replica : status.replicas()) {
    json["replicas"].push_back(MessageJson(replica));
  }
  return json;
}

class RegistryStatus : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary("Show where the server's replica of a registry stands")
        .Description(
            "Servers with the same frontier hold the same changes and must "
            "show the same digest.")
        .Example("consilium registry status nsclc")
        .Example("consilium registry status nsclc -o json");
    spec.Argument("ID", &id_, "The registry").Optional().Completes("registry");
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    Settings settings = context.settings;
    if (!id_.empty()) settings.registry = id_;
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(settings));
    ASSIGN_OR_RETURN(const RegistryName name, session->Registry());
    v1::GetRegistryStatusRequest request;
    request.set_name(name.Full());
    ASSIGN_OR_RETURN(const auto status,
                     CallFor<v1::GetRegistryStatusResponse>(
                         session->caller(), kGetRegistryStatus, request,
                         session->options(kLongDeadline)));
    Details details;
    details.name = status.registry();
    const JsonValue json = StatusJson(status);
    details.json = context.settings.output == OutputFormat::kJsonLines
                       ? OneLine(json)
                       : Indented(json);
    details.fields = Fields(status);
    if (status.conflicts() > 0) {
      details.next = NextCommand(context.settings, "conflict list");
    }
    context.Write(details);
    return ExitCode::kOk;
  }

 private:
  static std::vector<std::pair<std::string, std::string>> Fields(
      const v1::GetRegistryStatusResponse& status) {
    std::vector<std::string> counts;
    for (const auto& count : status.counts()) {
      if (count.total() == 0) continue;
      counts.push_back(absl::StrCat(count.kind(), " ", count.count()));
    }
    std::vector<std::pair<std::string, std::string>> fields = {
        {"registry", status.registry()},
        {"institution", status.institution()},
        {"replica", status.replica()},
        {"revision", absl::StrCat(status.revision())},
        {"records", absl::StrJoin(counts, ", ")},
        {"conflicts", absl::StrCat(status.conflicts())},
        {"agreements", absl::StrCat(status.agreements())},
        {"size", absl::StrCat(status.size_bytes(), " bytes")},
        {"digest", status.digest()},
        {"frontier", status.frontier()},
    };
    for (const auto& replica : status.replicas()) {
      fields.push_back(
          {absl::StrCat("replica of ", replica.institution()),
           absl::StrCat(replica.replica(), ", ", replica.sequence(),
                        " changes, last ", TimeCell(replica.claimed_time()))});
    }
    return fields;
  }

  std::string id_;
};

}  // namespace

std::unique_ptr<Command> MakeRegistryStatus() {
  return std::make_unique<RegistryStatus>();
}

}  // namespace consilium

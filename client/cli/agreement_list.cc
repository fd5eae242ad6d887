#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/commands.h"
#include "client/cli/conflict_view.h"
#include "client/cli/limits.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

constexpr char kListAgreements[] =
    "consilium.v1.ConflictService.ListAgreements";

class AgreementList : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary("List the fields to which institutions gave equal values")
        .Description(
            "Blind means that nobody knew the others' value when entering "
            "their own.")
        .Example("consilium agreement list")
        .Example("consilium agreement list trials/sindas --filter blind=true");
    spec.Argument("RECORD", &record_, "Only those of this record").Optional();
    spec.Flag("--filter", "FILTER", &filter_,
              "Only those that match, such as 'blind = true'");
    spec.VersionFlag(&at_);
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    v1::ListAgreementsRequest request;
    ASSIGN_OR_RETURN(const std::string parent, ListParent(*session, record_));
    request.set_parent(parent);
    request.set_filter(filter_);
    request.set_at(at_);
    const auto rows = context.List(
        {{"record"}, {"path"}, {"value"}, {"institutions"}, {"blind"}});
    RETURN_IF_ERROR(ListPages(
        session->caller(), kListAgreements, request,
        [&](google::protobuf::Message& message) {
          const auto& agreement = static_cast<v1::Agreement&>(message);
          std::vector<std::string> who;
          for (const auto& value : agreement.values()) {
            who.push_back(value.institution());
          }
          rows->Add({agreement.record(),
                     OneLine(AgreementJson(agreement)),
                     {RelativeRecord(agreement.record()), agreement.path(),
                      ValueCell(agreement.value()), absl::StrJoin(who, ", "),
                      agreement.blind() ? "yes" : "no"}});
          return context.io.out.good();
        },
        session->options(kLongDeadline)));
    rows->Finish("no agreements");
    return ExitCode::kOk;
  }

 private:
  std::string record_, filter_, at_;
};

}  // namespace

std::unique_ptr<Command> MakeAgreementList() {
  return std::make_unique<AgreementList>();
}

}  // namespace consilium

#include "absl/strings/str_cat.h"
#include "client/cli/commands.h"
#include "client/cli/conflict_view.h"
#include "client/cli/limits.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

constexpr char kListConflicts[] = "consilium.v1.ConflictService.ListConflicts";

class ConflictList : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary(
            "List the fields for which institutions entered different "
            "values")
        .Example("consilium conflict list")
        .Example("consilium conflict list trials/sindas -o json");
    spec.Argument("RECORD", &record_, "Only those of this record").Optional();
    spec.Flag("--filter", "FILTER", &filter_,
              "Only those that match, such as 'path = title'");
    spec.VersionFlag(&at_);
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    v1::ListConflictsRequest request;
    ASSIGN_OR_RETURN(const std::string parent, ListParent(*session, record_));
    request.set_parent(parent);
    request.set_filter(filter_);
    request.set_at(at_);
    const auto rows =
        context.List({{"record"}, {"path"}, {"values"}, {"provisional"}});
    std::string first;
    RETURN_IF_ERROR(ListPages(
        session->caller(), kListConflicts, request,
        [&](google::protobuf::Message& message) {
          const auto& conflict = static_cast<v1::Conflict&>(message);
          const std::string record = RelativeRecord(conflict.record());
          if (first.empty()) {
            first = absl::StrCat(ShellWord(record), " ",
                                 ShellWord(conflict.path()));
          }
          rows->Add({conflict.record(),
                     OneLine(ConflictJson(conflict)),
                     {record, conflict.path(), SidesCell(conflict),
                      ProvisionalCell(conflict)}});
          return context.io.out.good();
        },
        session->options(kLongDeadline)));
    rows->Finish("no conflicts");
    if (!first.empty() && context.settings.output == OutputFormat::kTable) {
      context.io.out << "next: "
                     << NextCommand(context.settings,
                                    absl::StrCat("conflict show ", first))
                     << "\n";
    }
    return ExitCode::kOk;
  }

 private:
  std::string record_, filter_, at_;
};

}  // namespace

std::unique_ptr<Command> MakeConflictList() {
  return std::make_unique<ConflictList>();
}

}  // namespace consilium

#include "absl/strings/str_cat.h"
#include "client/cli/change_view.h"
#include "client/cli/errors.h"
#include "client/cli/method_names.h"
#include "client/cli/record_commands.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

class RecordDiff : public Command {
 public:
  explicit RecordDiff(const RecordNoun& noun) : noun_(noun) {}

  void Declare(CommandSpec& spec) override {
    const std::string command =
        absl::StrCat("consilium ", noun_.word, " diff ", NameArgument(noun_));
    spec.Summary(absl::StrCat("Compare two versions of one ",
                              noun_.traits->singular))
        .Description(
            "A version is a snapshot, a frontier or a revision of the server. "
            "FROM is the version before the last change unless it is given, "
            "TO the latest. Exits with 1 when they differ.")
        .Example(command)
        .Example(absl::StrCat(command, " 12 15"))
        .Example(absl::StrCat(command, " SNAPSHOT"));
    spec.Argument(NameArgument(noun_), &name_,
                  absl::StrCat("The ", noun_.traits->singular))
        .Completes(noun_.word);
    spec.Argument("FROM", &from_, "The earlier version")
        .Optional()
        .Completes("snapshot");
    spec.Argument("TO", &to_, "The later version")
        .Optional()
        .Completes("snapshot");
    spec.Flag("--from", "VERSION", &from_flag_, "The same as FROM")
        .Completes("snapshot");
    spec.Flag("--to,--at", "VERSION", &to_flag_, "The same as TO")
        .Completes("snapshot");
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    if (!from_flag_.empty()) from_ = from_flag_;
    if (!to_flag_.empty()) to_ = to_flag_;
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    ASSIGN_OR_RETURN(
        const FullRecordName name,
        session->ResolveRecord(noun_.traits, name_, NameArgument(noun_)));
    if (from_.empty()) {
      ASSIGN_OR_RETURN(from_, RevisionBeforeLastChange(*session, name));
    }
    return ListDifferences(context, *session, name.Full(), from_, to_);
  }

 private:
  absl::StatusOr<std::string> RevisionBeforeLastChange(
      ServerSession& session, const FullRecordName& name) const {
    v1::ListChangesRequest request;
    request.set_parent(name.Full());
    request.set_page_size(1);
    request.set_at(to_);
    ASSIGN_OR_RETURN(const auto response, CallFor<v1::ListChangesResponse>(
                                              session.caller(), kListChanges,
                                              request, session.options()));
    if (response.changes().empty()) {
      return UsageError("the record has no change to compare with; say FROM");
    }
    return absl::StrCat(response.changes(0).info().revision() - 1);
  }

  const RecordNoun& noun_;
  std::string name_, from_, to_, from_flag_, to_flag_;
};

}  // namespace

std::unique_ptr<Command> MakeRecordDiff(const RecordNoun& noun) {
  return std::make_unique<RecordDiff>(noun);
}

}  // namespace consilium

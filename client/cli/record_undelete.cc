#include "absl/strings/str_cat.h"
#include "client/cli/conflict_view.h"
#include "client/cli/record_commands.h"
#include "client/cli/record_view.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

class RecordUndelete : public Command {
 public:
  explicit RecordUndelete(const RecordNoun& noun) : noun_(noun) {}

  void Declare(CommandSpec& spec) override {
    spec.Summary(
            absl::StrCat("Bring a retracted ", noun_.traits->singular, " back"))
        .Example(absl::StrCat("consilium ", noun_.word, " undelete ",
                              NameArgument(noun_)));
    spec.Argument(NameArgument(noun_), &name_,
                  absl::StrCat("The ", noun_.traits->singular))
        .Completes(noun_.word);
    spec.Flag("-m,--message", "TEXT", &message_, "Why");
    spec.Flag("--etag", "ETAG", &etag_,
              "Only when this is still the record's etag");
    spec.Switch("--dry-run", &dry_run_, "Only say what would happen");
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    ASSIGN_OR_RETURN(
        const FullRecordName name,
        session->ResolveRecord(noun_.traits, name_, NameArgument(noun_)));
    RecordWriteOptions write;
    write.change = session->Change(message_);
    write.validate_only = dry_run_;
    ASSIGN_OR_RETURN(write.etag, ParseEtag(etag_));
    const auto written =
        session->records().Undelete(*noun_.traits, name.Full(), write);
    if (!written.ok()) {
      return WithRecordNext(
          WithLifecycleNext(written.status(), context.settings, kLiveWord,
                            message_.empty() ? "REASON" : message_),
          context.settings, noun_, name);
    }
    const RecordMessage& record = *written;
    context.Write(WrittenRecord(
        context.settings, *noun_.traits, *record, "restored", {}, dry_run_,
        absl::StrCat(noun_.word, " get ", ShortName(name.Full()))));
    return ExitCode::kOk;
  }

 private:
  const RecordNoun& noun_;
  std::string name_, message_, etag_;
  bool dry_run_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeRecordUndelete(const RecordNoun& noun) {
  return std::make_unique<RecordUndelete>(noun);
}

}  // namespace consilium

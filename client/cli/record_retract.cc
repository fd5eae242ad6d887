#include "absl/strings/str_cat.h"
#include "client/cli/conflict_view.h"
#include "client/cli/record_commands.h"
#include "client/cli/record_view.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

class RecordRetract : public Command {
 public:
  explicit RecordRetract(const RecordNoun& noun) : noun_(noun) {}

  void Declare(CommandSpec& spec) override {
    spec.Summary(absl::StrCat("Withdraw one ", noun_.traits->singular,
                              " and what stands under it, with a reason"))
        .Description(
            "Nothing is erased: the record stays in past versions and in its "
            "history, and undelete brings it back.")
        .Example(absl::StrCat("consilium ", noun_.word, " retract ",
                              NameArgument(noun_),
                              " --reason 'entered twice'"));
    spec.Argument(NameArgument(noun_), &name_,
                  absl::StrCat("The ", noun_.traits->singular))
        .Completes(noun_.word);
    spec.Flag("-m,--reason", "TEXT", &reason_, "Why").Required();
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
    write.change = session->Change("");
    write.validate_only = dry_run_;
    ASSIGN_OR_RETURN(write.etag, ParseEtag(etag_));
    const auto written =
        session->records().Delete(*noun_.traits, name.Full(), reason_, write);
    if (!written.ok()) {
      return WithRecordNext(
          WithLifecycleNext(written.status(), context.settings, kRetractedWord,
                            reason_),
          context.settings, noun_, name);
    }
    const RecordMessage& record = *written;
    context.Write(WrittenRecord(
        context.settings, *noun_.traits, *record, "retracted", {}, dry_run_,
        dry_run_ ? ""
                 : absl::StrCat(noun_.word, " undelete ",
                                ShortName(name.Full()), "  # brings it back")));
    return ExitCode::kOk;
  }

 private:
  const RecordNoun& noun_;
  std::string name_, reason_, etag_;
  bool dry_run_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeRecordRetract(const RecordNoun& noun) {
  return std::make_unique<RecordRetract>(noun);
}

}  // namespace consilium

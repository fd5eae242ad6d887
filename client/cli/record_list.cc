#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "client/cli/errors.h"
#include "client/cli/record_commands.h"
#include "client/cli/record_view.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

class RecordList : public Command {
 public:
  explicit RecordList(const RecordNoun& noun) : noun_(noun) {}

  void Declare(CommandSpec& spec) override {
    const RecordTraits& traits = *noun_.traits;
    spec.Summary(absl::StrCat("List ", PluralWords(noun_)))
        .Description(
            "A filter compares any field: =, !=, <, >, <=, >=, \":\" for has, "
            "AND, OR, NOT.")
        .Example(absl::StrCat("consilium ", noun_.word, " list"))
        .Example(absl::StrCat("consilium ", noun_.word,
                              " list --filter 'title:\"icotinib\"' -o json"))
        .Example(absl::StrCat("consilium ", noun_.word,
                              " list --at SNAPSHOT -o name"));
    if (traits.parent != nullptr) {
      const std::string& parent = traits.parent->singular;
      spec.Argument(absl::AsciiStrToUpper(parent), &parent_,
                    absl::StrCat("Only those of this ", parent))
          .Optional()
          .Completes(parent);
      spec.Flag(absl::StrCat("--", parent), "NAME", &parent_flag_,
                absl::StrCat("Only those of this ", parent))
          .Completes(parent);
    }
    spec.Flag("--filter", "FILTER", &filter_, "Only those that match");
    spec.Flag("--at", "VERSION", &at_,
              "Read a snapshot, a frontier or a revision of the server")
        .Completes("snapshot");
    spec.Flag("--limit", "COUNT", &limit_, "At most so many");
    spec.Switch("--deleted", &deleted_, "List retracted ones too");
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    if (limit_.has_value() && *limit_ < 1) {
      return UsageError("--limit takes a number from 1");
    }
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    RecordListOptions list;
    ASSIGN_OR_RETURN(
        list.parent,
        session->ResolveParent(*noun_.traits,
                               parent_flag_.empty() ? parent_ : parent_flag_));
    list.filter = filter_;
    list.at = at_;
    list.show_deleted = deleted_;
    const auto rows = context.List(RecordColumns(*noun_.traits));
    int64_t count = 0;
    RETURN_IF_ERROR(session->records().List(
        *noun_.traits, list, [&](google::protobuf::Message& record) {
          rows->Add(RecordRow(*noun_.traits, record));
          ++count;
          return context.io.out.good() && (!limit_ || count < *limit_);
        }));
    rows->Finish(filter_.empty() ? absl::StrCat("no ", PluralWords(noun_))
                                 : absl::StrCat("no ", PluralWords(noun_),
                                                " match the filter"));
    return ExitCode::kOk;
  }

 private:
  const RecordNoun& noun_;
  std::string parent_, parent_flag_, filter_, at_;
  std::optional<int64_t> limit_;
  bool deleted_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeRecordList(const RecordNoun& noun) {
  return std::make_unique<RecordList>(noun);
}

}  // namespace consilium

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/cli/errors.h"
#include "client/cli/field_columns.h"
#include "client/cli/record_commands.h"
#include "client/cli/record_view.h"
#include "consilium/v1/trial.pb.h"
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
    if (traits.descriptor == v1::Trial::descriptor()) {
      spec.Example(
          "consilium trial list --columns "
          "name,status,countries,enrolledParticipantCount");
    }
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
    spec.VersionFlag(&at_);
    spec.Flag("--columns", "FIELDS", &columns_,
              "The fields to show, separated by commas: any that `consilium "
              "explain` tells of, and fields in them, A.B");
    spec.Flag("--limit", "COUNT", &limit_, "At most so many");
    spec.Switch("--deleted", &deleted_, "List retracted ones too");
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    if (limit_.has_value() && *limit_ < 1) {
      return UsageError("--limit takes a number from 1");
    }
    std::vector<std::string> fields;
    for (const absl::string_view field :
         absl::StrSplit(columns_, ',', absl::SkipWhitespace())) {
      fields.emplace_back(absl::StripAsciiWhitespace(field));
      RETURN_IF_ERROR(CheckFieldPath(
          "--columns", fields.back(), *noun_.traits->descriptor,
          absl::StrCat("fields of a ", noun_.word),
          absl::StrCat("consilium explain ", noun_.traits->singular)));
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
    const auto rows = context.List(fields.empty() ? RecordColumns(*noun_.traits)
                                                  : ColumnsOf(fields));
    int64_t count = 0;
    RETURN_IF_ERROR(session->records().List(
        *noun_.traits, list, [&](google::protobuf::Message& record) {
          Row row = RecordRow(*noun_.traits, record);
          if (!fields.empty()) row.cells = CellsOf(fields, record);
          rows->Add(std::move(row));
          ++count;
          return context.io.out.good() && (!limit_ || count < *limit_);
        }));
    rows->Finish(filter_.empty() ? absl::StrCat("no ", PluralWords(noun_))
                                 : absl::StrCat("no ", PluralWords(noun_),
                                                " match the filter"));
    return ExitCode::kOk;
  }

 private:
  static std::vector<Column> ColumnsOf(const std::vector<std::string>& fields) {
    std::vector<Column> columns;
    for (const std::string& field : fields) columns.push_back({field});
    return columns;
  }

  static std::vector<std::string> CellsOf(
      const std::vector<std::string>& fields,
      const google::protobuf::Message& record) {
    std::vector<std::string> cells;
    for (const std::string& field : fields) {
      std::string cell = FieldCell(record, field);
      cells.push_back(field == "name" ? ShortName(cell) : std::move(cell));
    }
    return cells;
  }

  const RecordNoun& noun_;
  std::string parent_, parent_flag_, filter_, at_, columns_;
  std::optional<int64_t> limit_;
  bool deleted_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeRecordList(const RecordNoun& noun) {
  return std::make_unique<RecordList>(noun);
}

}  // namespace consilium

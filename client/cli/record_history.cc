#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/change_view.h"
#include "client/cli/method_names.h"
#include "client/cli/record_commands.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

// Paths named in one line of a table.
constexpr size_t kPathsShown = 5;

class RecordHistory : public Command {
 public:
  explicit RecordHistory(const RecordNoun& noun) : noun_(noun) {}

  void Declare(CommandSpec& spec) override {
    const std::string example = NameArgument(noun_);
    spec.Summary(absl::StrCat("Show who changed one ", noun_.traits->singular,
                              ", when and why"))
        .Description(
            "Newest first. With --path, the values that a field had and where "
            "each was read.")
        .Example(absl::StrCat("consilium ", noun_.word, " history ", example))
        .Example(absl::StrCat("consilium ", noun_.word, " history ", example,
                              " --path title"));
    spec.Argument(NameArgument(noun_), &name_,
                  absl::StrCat("The ", noun_.traits->singular))
        .Completes(noun_.word);
    spec.Flag("--path", "PATH", &path_,
              "Only this field or element, with its values");
    spec.VersionFlag(&at_);
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    ASSIGN_OR_RETURN(
        const FullRecordName name,
        session->ResolveRecord(noun_.traits, name_, NameArgument(noun_)));
    v1::ListChangesRequest request;
    request.set_parent(name.Full());
    request.set_at(at_);
    shorten_ = context.settings.output == OutputFormat::kTable;
    const auto rows = context.List(Columns());
    RETURN_IF_ERROR(ListPages(
        session->caller(), kListChanges, request,
        [&](google::protobuf::Message& message) {
          AddChange(static_cast<const v1::ChangeEntry&>(message), *rows);
          return context.io.out.good();
        },
        session->options()));
    AddValues(*rows);
    rows->Finish(path_.empty()
                     ? "no changes"
                     : absl::StrCat("nothing was ever entered for ", path_));
    return ExitCode::kOk;
  }

 private:
  std::vector<Column> Columns() const {
    if (path_.empty()) {
      return {{"revision", true}, {"time"},    {"institution"}, {"author"},
              {"kind"},           {"message"}, {"changed"}};
    }
    return {{"revision", true}, {"time"},  {"institution"}, {"author"},
            {"path"},           {"value"}, {"visible"},     {"source"}};
  }

  // Whether `path` is the one asked for, or an element of it.
  bool IsWanted(absl::string_view path) const {
    return path == path_ || absl::StartsWith(path, absl::StrCat(path_, "["));
  }

  // The paths that a change assigned; the first of them where there are many.
  std::string Changed(const v1::ChangeEntry& entry) const {
    std::vector<std::string> paths;
    for (const auto& assignment : entry.assignments()) {
      paths.push_back(assignment.path());
    }
    if (!shorten_ || paths.size() <= kPathsShown) {
      return absl::StrJoin(paths, ", ");
    }
    const size_t more = paths.size() - kPathsShown;
    paths.resize(kPathsShown);
    return absl::StrCat(absl::StrJoin(paths, ", "), " and ", more, " more");
  }

  void AddChange(const v1::ChangeEntry& entry, ListWriter& rows) {
    const v1::ChangeInfo& info = entry.info();
    if (path_.empty()) {
      rows.Add({info.hash(),
                OneLine(ChangeEntryJson(entry)),
                {absl::StrCat(info.revision()), TimeCell(info.claimed_time()),
                 info.institution(), info.author(), ChangeKindCell(info.kind()),
                 info.message(), Changed(entry)}});
      return;
    }
    for (const auto& assignment : entry.assignments()) {
      if (!IsWanted(assignment.path())) continue;
      v1::ChangeEntry& only = values_.emplace_back();
      *only.mutable_info() = info;
      *only.add_assignments() = assignment;
    }
  }

  // The values of one path in words that tell them apart, by path.
  std::map<std::string, std::vector<std::string>> ValueCells() const {
    std::map<std::string, std::vector<std::string>> texts;
    for (const v1::ChangeEntry& entry : values_) {
      const v1::AssignmentInfo& assignment = entry.assignments(0);
      texts[assignment.path()].push_back(assignment.value());
    }
    for (auto& [path, values] : texts) values = DistinctCells(values);
    return texts;
  }

  void AddValues(ListWriter& rows) const {
    std::map<std::string, std::vector<std::string>> cells = ValueCells();
    std::map<std::string, size_t> next;
    for (const v1::ChangeEntry& entry : values_) {
      const v1::ChangeInfo& info = entry.info();
      const v1::AssignmentInfo& assignment = entry.assignments(0);
      const std::string& path = assignment.path();
      const std::string& value =
          shorten_ ? cells[path][next[path]++] : ValueCell(assignment.value());
      rows.Add({info.hash(),
                OneLine(ChangeEntryJson(entry)),
                {absl::StrCat(info.revision()), TimeCell(info.claimed_time()),
                 info.institution(), info.author(), path, value,
                 assignment.visible() ? "yes" : "no",
                 SourceCell(assignment.source())}});
    }
  }

  const RecordNoun& noun_;
  std::string name_, path_, at_;
  bool shorten_ = false;
  // With a path, one assignment each; they are compared before they are shown.
  std::vector<v1::ChangeEntry> values_;
};

}  // namespace

std::unique_ptr<Command> MakeRecordHistory(const RecordNoun& noun) {
  return std::make_unique<RecordHistory>(noun);
}

}  // namespace consilium

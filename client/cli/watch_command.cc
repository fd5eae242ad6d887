#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/change_view.h"
#include "client/cli/commands.h"
#include "client/cli/conflict_view.h"
#include "client/cli/display_text.h"
#include "client/cli/errors.h"
#include "client/cli/followed_stream.h"
#include "client/cli/server_session.h"
#include "client/export/csv.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

constexpr char kWatchChanges[] = "consilium.v1.ChangeService.WatchChanges";
// Records named in one line of a table.
constexpr size_t kRecordsShown = 6;

class WatchCommand : public Command {
 public:
  void Declare(CommandSpec& spec) override {
    spec.Summary("Show changes as the server applies them")
        .Description(
            "Goes on until stopped. Where the server is away for a while it "
            "goes on after what it showed last, and says so on standard error, "
            "which also names the revision after which it starts. With -o json "
            "or jsonl, one object a line. After an interruption, --since "
            "REVISION goes on where it was.")
        .Example("consilium watch")
        .Example("consilium watch --since 12 -o json");
    spec.Flag("--since", "REVISION", &since_,
              "The last revision already seen; 0 starts at the beginning, "
              "none starts now");
    spec.Flag("--count", "COUNT", &count_, "Stop after so many revisions");
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    if (since_.has_value() && *since_ < 0) {
      return UsageError("--since takes a revision from 0");
    }
    if (count_.has_value() && *count_ < 1) {
      return UsageError("--count takes a number from 1");
    }
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    ASSIGN_OR_RETURN(const RegistryName registry, session->Registry());
    // Named even when it is now: what is cut off before the first change goes
    // on without a gap.
    ASSIGN_OR_RETURN(const int64_t latest, session->LatestRevision(registry));
    int64_t seen = since_.value_or(latest);
    if (!since_.has_value() && !context.settings.quiet) {
      context.io.err << "watching for changes after revision " << seen
                     << std::endl;
    }
    v1::WatchChangesRequest request;
    request.set_parent(registry.Full());
    v1::WatchChangesResponse response;
    int64_t shown = 0;
    const absl::Status status =
        Follow(context, *session,
               {kWatchChanges, registry, request, response,
                [&] {
                  seen = response.revision();
                  Show(context, response);
                  ++shown;
                  return context.io.out.good() && (!count_ || shown < *count_);
                },
                [&] {
                  request.set_since_revision(seen);
                  return absl::StrCat("revision ", seen);
                }});
    if (status.ok()) return ExitCode::kOk;
    return WithNext(status, NextCommand(context.settings,
                                        absl::StrCat("watch --since ", seen)));
  }

 private:
  static JsonValue Json(const v1::WatchChangesResponse& response) {
    JsonValue json = {{"revision", Int64Json(response.revision())},
                      {"changes", JsonValue::array()}};
    for (const v1::ChangeEntry& entry : response.changes()) {
      json["changes"].push_back(MessageJson(entry));
    }
    return json;
  }

  static void Show(const CommandContext& context,
                   const v1::WatchChangesResponse& response) {
    std::ostream& out = context.io.out;
    const OutputFormat output = context.settings.output;
    if (IsJson(output)) {
      out << OneLine(Json(response)) << std::endl;
      return;
    }
    for (const v1::ChangeEntry& entry : response.changes()) {
      const v1::ChangeInfo& info = entry.info();
      std::vector<std::string> records = RecordsOf(entry);
      for (std::string& record : records) record = RelativeRecord(record);
      if (output == OutputFormat::kName) {
        for (const std::string& record : records) out << record << "\n";
        continue;
      }
      const std::vector<std::string> who = {
          absl::StrCat(response.revision()), TimeCell(info.claimed_time()),
          info.institution(), info.author(), ChangeKindCell(info.kind())};
      if (output == OutputFormat::kCsv) {
        std::vector<std::string> cells = who;
        cells.push_back(info.message());
        cells.push_back(absl::StrJoin(records, " "));
        out << CsvLine(cells);
        continue;
      }
      const size_t count = records.size();
      if (count > kRecordsShown) records.resize(kRecordsShown);
      out << absl::StrJoin(who, "  ") << (info.message().empty() ? "" : "  ")
          << VisibleText(info.message()) << "\n    "
          << absl::StrJoin(records, ", ");
      if (count > kRecordsShown) {
        out << " and " << count - kRecordsShown << " more";
      }
      out << "\n";
    }
    out.flush();
  }

  std::optional<int64_t> since_, count_;
};

}  // namespace

std::unique_ptr<Command> MakeWatchCommand() {
  return std::make_unique<WatchCommand>();
}

}  // namespace consilium

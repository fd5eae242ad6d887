#include <optional>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
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
            "REVISION@REPLICA goes on where it was. Revisions are those of one "
            "replica: a server that was restored from a backup counts on as "
            "another, and refuses those of before, which would name other "
            "changes. A revision alone is taken for one of the server as it is "
            "now.")
        .Example("consilium watch")
        .Example("consilium watch --since 0 -o json");
    spec.Flag("--since", "REVISION[@REPLICA]", &since_,
              "The last revision already seen, and the replica whose it is; 0 "
              "starts at the beginning, none starts now");
    spec.Flag("--count", "COUNT", &count_, "Stop after so many revisions");
  }

  absl::StatusOr<ExitCode> Run(CommandContext& context) override {
    v1::WatchChangesRequest request;
    if (!since_.empty()) RETURN_IF_ERROR(ReadSince(request));
    if (count_.has_value() && *count_ < 1) {
      return UsageError("--count takes a number from 1");
    }
    ASSIGN_OR_RETURN(const auto session, ServerSession::Open(context.settings));
    ASSIGN_OR_RETURN(const RegistryName registry, session->Registry());
    // Named even when it is now: what is cut off before the first change goes
    // on without a gap.
    ASSIGN_OR_RETURN(const auto standing, session->Standing(registry));
    if (since_.empty()) {
      request.set_since_revision(standing.revision());
      request.set_replica(standing.replica());
      if (!context.settings.quiet) {
        context.io.err << "watching for changes after revision "
                       << SinceOf(standing.revision(), standing.replica())
                       << std::endl;
      }
    }
    request.set_parent(registry.Full());
    std::string seen = SinceOf(request.since_revision(), request.replica());
    v1::WatchChangesResponse response;
    int64_t shown = 0;
    const absl::Status status =
        Follow(context, *session,
               {kWatchChanges, registry, request, response,
                [&] {
                  seen = SinceOf(response.revision(), response.replica());
                  Show(context, response);
                  ++shown;
                  return context.io.out.good() && (!count_ || shown < *count_);
                },
                [&] {
                  if (shown > 0) {
                    request.set_since_revision(response.revision());
                    request.set_replica(response.replica());
                  }
                  return absl::StrCat("revision ", seen);
                }});
    if (status.ok()) return ExitCode::kOk;
    const std::string reason = GetErrorReason(status);
    if (reason == "REVISION_OF_OTHER_REPLICA" || reason == "REVISION_AHEAD") {
      seen = "0";
    }
    return WithNext(status, NextCommand(context.settings,
                                        absl::StrCat("watch --since ", seen)));
  }

 private:
  // What --since takes: "12@0123456789abcdef...", or "12" of a server that
  // names no replica.
  static std::string SinceOf(int64_t revision, absl::string_view replica) {
    return absl::StrCat(revision, replica.empty() ? "" : "@", replica);
  }

  absl::Status ReadSince(v1::WatchChangesRequest& request) const {
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(since_, absl::MaxSplits('@', 1));
    int64_t revision = 0;
    if (!absl::SimpleAtoi(parts.first, &revision) || revision < 0) {
      return UsageError(
          absl::StrCat("--since takes a revision from 0, and @REPLICA behind "
                       "it, not \"",
                       since_, "\""));
    }
    request.set_since_revision(revision);
    if (!parts.second.empty()) request.set_replica(std::string(parts.second));
    return absl::OkStatus();
  }

  static JsonValue Json(const v1::WatchChangesResponse& response) {
    JsonValue json = {{"revision", Int64Json(response.revision())},
                      {"replica", response.replica()},
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

  std::string since_;
  std::optional<int64_t> count_;
};

}  // namespace

std::unique_ptr<Command> MakeWatchCommand() {
  return std::make_unique<WatchCommand>();
}

}  // namespace consilium

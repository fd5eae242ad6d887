#include "client/cli/change_view.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "client/cli/display_text.h"
#include "client/cli/limits.h"
#include "proto/base/enum_text.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

// Values in a table of differences are cut to this many columns.
constexpr int kValueWidth = 80;
constexpr char kDiffVersions[] = "consilium.v1.ChangeService.DiffVersions";

JsonValue ValuesJson(
    const google::protobuf::RepeatedPtrField<std::string>& texts) {
  JsonValue values = JsonValue::array();
  for (const std::string& text : texts) {
    values.push_back(ValueOfJsonText(text));
  }
  return values;
}

// What a path was and is. One value each way is told by what differs.
std::pair<std::string, std::string> DifferenceCells(
    const v1::PathDifference& path) {
  if (path.before_size() == 1 && path.after_size() == 1) {
    const auto cells = DistinctCells({path.before(0), path.after(0)});
    return {cells[0], cells[1]};
  }
  const auto join = [](const auto& texts) -> std::string {
    const auto cells = DistinctCells({texts.begin(), texts.end()});
    return cells.empty() ? "(absent)" : absl::StrJoin(cells, " | ");
  };
  return {join(path.before()), join(path.after())};
}

std::string EffectCell(v1::RecordDifference::Effect effect) {
  const auto* value =
      v1::RecordDifference::Effect_descriptor()->FindValueByNumber(effect);
  return value == nullptr ? "" : EnumText(*value);
}

// Relative to the registry, so that the kind shows.
std::string ShownName(const v1::RecordDifference& record) {
  const auto name = FullRecordName::Parse(record.name());
  return name.ok() ? name->record.relative() : record.name();
}

void AddDifference(const v1::RecordDifference& record, ListWriter& rows) {
  Row row;
  row.name = record.name();
  row.json = OneLine(RecordDifferenceJson(record));
  row.cells = {ShownName(record), EffectCell(record.effect()), "", "", ""};
  rows.Add(std::move(row));
}

}  // namespace

std::string TimeCell(const google::protobuf::Timestamp& time) {
  if (time.seconds() == 0 && time.nanos() == 0) return "";
  return absl::FormatTime("%Y-%m-%d %H:%M:%S",
                          absl::FromUnixSeconds(time.seconds()),
                          absl::UTCTimeZone());
}

std::string ChangeKindCell(v1::ChangeKind kind) {
  const auto* value = v1::ChangeKind_descriptor()->FindValueByNumber(kind);
  return value == nullptr ? "" : EnumText(*value);
}

JsonValue ChangeEntryJson(const v1::ChangeEntry& entry) {
  JsonValue json = MessageJson(entry);
  for (int i = 0; i < entry.assignments_size(); ++i) {
    const v1::AssignmentInfo& assignment = entry.assignments(i);
    JsonValue& row = json["assignments"][i];
    row["value"] = ValueOfJsonText(assignment.value());
    row["source"] = ValueOfJsonText(assignment.source());
  }
  return json;
}

JsonValue RecordDifferenceJson(const v1::RecordDifference& record) {
  JsonValue json = MessageJson(record);
  for (int i = 0; i < record.paths_size(); ++i) {
    json["paths"][i] = {{"path", record.paths(i).path()},
                        {"before", ValuesJson(record.paths(i).before())},
                        {"after", ValuesJson(record.paths(i).after())}};
  }
  return json;
}

std::vector<std::string> RecordsOf(const v1::ChangeEntry& entry) {
  std::vector<std::string> names;
  for (const v1::AssignmentInfo& assignment : entry.assignments()) {
    if (std::find(names.begin(), names.end(), assignment.record()) ==
        names.end()) {
      names.push_back(assignment.record());
    }
  }
  return names;
}

absl::StatusOr<ExitCode> ListDifferences(const CommandContext& context,
                                         ServerSession& session,
                                         absl::string_view parent,
                                         absl::string_view from,
                                         absl::string_view to) {
  v1::DiffVersionsRequest request;
  request.set_parent(std::string(parent));
  request.set_from(std::string(from));
  request.set_to(std::string(to));
  const auto rows =
      context.List({{"record"}, {"effect"}, {"path"}, {"before"}, {"after"}});
  // JSON and names have a row for each record, tables one for each path.
  const OutputFormat output = context.settings.output;
  const bool by_path =
      output == OutputFormat::kTable || output == OutputFormat::kCsv;
  int64_t count = 0;
  RETURN_IF_ERROR(ListPages(
      session.caller(), kDiffVersions, request,
      [&](google::protobuf::Message& message) {
        const auto& record = static_cast<v1::RecordDifference&>(message);
        ++count;
        if (!by_path || record.paths().empty()) {
          AddDifference(record, *rows);
          return context.io.out.good();
        }
        for (const v1::PathDifference& path : record.paths()) {
          auto [before, after] = DifferenceCells(path);
          if (output == OutputFormat::kTable) {
            before = CutToWidth(before, kValueWidth);
            after = CutToWidth(after, kValueWidth);
          }
          rows->Add({"",
                     "",
                     {ShownName(record), EffectCell(record.effect()),
                      path.path(), before, after}});
        }
        return context.io.out.good();
      },
      session.options(kLongDeadline)));
  rows->Finish("no differences");
  return count == 0 ? ExitCode::kOk : ExitCode::kDifferences;
}

}  // namespace consilium

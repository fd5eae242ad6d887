#include "client/cli/conflict_view.h"

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/change_view.h"
#include "client/cli/display_text.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

using Values = google::protobuf::RepeatedPtrField<v1::VisibleValue>;

constexpr char kGetConflict[] = "consilium.v1.ConflictService.GetConflict";

JsonValue VisibleJson(const v1::VisibleValue& value) {
  JsonValue json = {{"value", ValueOfJsonText(value.value())},
                    {"source", ValueOfJsonText(value.source())},
                    {"institution", value.institution()},
                    {"author", value.author()},
                    {"dot", MessageJson(value.dot())}};
  const JsonValue rest = MessageJson(value);
  for (const auto& [key, part] : rest.items()) {
    if (!json.contains(key)) json[key] = part;
  }
  return json;
}

JsonValue ValuesJson(const Values& values) {
  JsonValue list = JsonValue::array();
  for (const v1::VisibleValue& value : values) {
    list.push_back(VisibleJson(value));
  }
  return list;
}

std::vector<std::string> CellsOf(const Values& values) {
  std::vector<std::string> texts;
  for (const v1::VisibleValue& value : values) texts.push_back(value.value());
  return DistinctCells(texts);
}

void AddValueLines(const v1::VisibleValue& value, absl::string_view cell,
                   std::vector<std::string>& lines) {
  lines.push_back(
      absl::StrCat("  ", VisibleText(value.institution(), KeepLines::kEscaped),
                   ": ", VisibleText(cell)));
  lines.push_back(absl::StrCat("    by ", VisibleText(value.author()), ", ",
                               TimeCell(value.claimed_time()),
                               value.blind() ? ", blind" : ""));
  if (!value.message().empty()) {
    lines.push_back(
        absl::StrCat("    message: ", VisibleText(value.message())));
  }
  const std::string source = SourceCell(value.source());
  if (!source.empty()) {
    lines.push_back(absl::StrCat("    ", VisibleText(source)));
  }
  lines.push_back(absl::StrCat("    change ", DotText(value.dot())));
}

bool IsBelow(const v1::Objection& objection, const v1::Conflict& conflict) {
  return objection.record() != conflict.record();
}

}  // namespace

JsonValue ConflictJson(const v1::Conflict& conflict) {
  JsonValue json = {{"record", conflict.record()},
                    {"path", conflict.path()},
                    {"values", ValuesJson(conflict.values())},
                    {"provisional", ValueOfJsonText(conflict.provisional())},
                    {"base", JsonValue::array()}};
  for (const std::string& base : conflict.base()) {
    json["base"].push_back(ValueOfJsonText(base));
  }
  json["objections"] = JsonValue::array();
  for (const v1::Objection& objection : conflict.objections()) {
    json["objections"].push_back({{"record", objection.record()},
                                  {"path", objection.path()},
                                  {"value", VisibleJson(objection.value())}});
  }
  return json;
}

JsonValue AgreementJson(const v1::Agreement& agreement) {
  return {{"record", agreement.record()},
          {"path", agreement.path()},
          {"value", ValueOfJsonText(agreement.value())},
          {"values", ValuesJson(agreement.values())},
          {"blind", agreement.blind()}};
}

std::string ValueLines(const Values& values) {
  const std::vector<std::string> cells = CellsOf(values);
  std::vector<std::string> lines;
  for (int i = 0; i < values.size(); ++i) {
    AddValueLines(values[i], cells[static_cast<size_t>(i)], lines);
  }
  return absl::StrJoin(lines, "\n");
}

std::string SideLines(const v1::Conflict& conflict) {
  std::vector<std::string> lines = {ValueLines(conflict.values())};
  if (!conflict.objections().empty()) {
    lines.push_back("against it, and unknown to whoever retracted it:");
  }
  for (const v1::Objection& objection : conflict.objections()) {
    const std::string what =
        IsBelow(objection, conflict)
            ? absl::StrCat(RelativeRecord(objection.record()), ": ")
            : "";
    AddValueLines(objection.value(),
                  absl::StrCat(what, objection.path(), " = ",
                               ValueCell(objection.value().value())),
                  lines);
  }
  return absl::StrJoin(lines, "\n");
}

std::string SidesCell(const v1::Conflict& conflict) {
  std::vector<std::string> sides = {ValuesCell(conflict.values())};
  for (const v1::Objection& objection : conflict.objections()) {
    const std::string side = absl::StrCat(
        objection.value().institution(), ": entered ",
        IsBelow(objection, conflict) ? RelativeRecord(objection.record())
                                     : objection.path());
    if (absl::c_find(sides, side) == sides.end()) sides.push_back(side);
  }
  return absl::StrJoin(sides, " | ");
}

bool IsInConflict(const v1::Conflict& conflict) {
  return conflict.values_size() > 1 ||
         conflict.provisional() != conflict.values(0).value();
}

std::string LifecycleResolution(absl::string_view relative_record,
                                absl::string_view word,
                                absl::string_view reason) {
  return absl::StrCat("conflict resolve ", ShellWord(relative_record), " ",
                      kLifecyclePathText, " --value ", word, " --reason ",
                      ShellWord(reason));
}

std::string ValuesCell(const Values& values) {
  std::vector<std::string> cells = CellsOf(values);
  for (int i = 0; i < values.size(); ++i) {
    std::string& cell = cells[static_cast<size_t>(i)];
    cell = absl::StrCat(values[i].institution(), ": ", cell);
  }
  return absl::StrJoin(cells, " | ");
}

std::string ProvisionalCell(const v1::Conflict& conflict) {
  const std::vector<std::string> cells = CellsOf(conflict.values());
  for (int i = 0; i < conflict.values_size(); ++i) {
    if (conflict.values(i).value() == conflict.provisional()) {
      return cells[static_cast<size_t>(i)];
    }
  }
  return ValueCell(conflict.provisional());
}

std::string DotText(const v1::Dot& dot) {
  return absl::StrCat(dot.replica(), ":", dot.sequence());
}

absl::StatusOr<v1::Conflict> GetConflict(ServerSession& session,
                                         const FullRecordName& name,
                                         absl::string_view path,
                                         absl::string_view at) {
  v1::GetConflictRequest request;
  request.set_record(name.Full());
  request.set_path(std::string(path));
  request.set_at(std::string(at));
  return CallFor<v1::Conflict>(session.caller(), kGetConflict, request,
                               session.options());
}

absl::StatusOr<std::string> ListParent(ServerSession& session,
                                       const std::string& record) {
  if (record.empty()) {
    ASSIGN_OR_RETURN(const RegistryName registry, session.Registry());
    return registry.Full();
  }
  ASSIGN_OR_RETURN(const FullRecordName name,
                   session.ResolveRecord(nullptr, record, "RECORD"));
  return name.Full();
}

std::string RelativeRecord(absl::string_view record) {
  const auto name = FullRecordName::Parse(record);
  return name.ok() ? name->record.relative() : std::string(record);
}

}  // namespace consilium

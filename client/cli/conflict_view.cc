#include "client/cli/conflict_view.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/change_view.h"
#include "client/cli/display_text.h"

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
  for (auto& [key, part] : MessageJson(value).items()) {
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

// "section 2.1, reference 24 of pmid-1: 17.6 months", from a source as JSON.
std::string SourceLine(const std::string& text) {
  const JsonValue source = ValueOfJsonText(text);
  std::vector<std::string> parts;
  for (const char* key : {"report", "registration", "locator", "text", "note"}) {
    if (source.is_object() && source.contains(key) && source[key].is_string()) {
      parts.push_back(absl::StrCat(key, ": ", source[key].get<std::string>()));
    }
  }
  return absl::StrJoin(parts, "; ");
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
  std::string lines;
  for (const v1::VisibleValue& value : values) {
    absl::StrAppend(&lines, lines.empty() ? "" : "\n", "  ",
                    value.institution(), ": ",
                    VisibleText(ValueCell(value.value())), "\n    by ",
                    VisibleText(value.author()), ", ",
                    TimeCell(value.claimed_time()),
                    value.blind() ? ", blind" : "");
    if (!value.message().empty()) {
      absl::StrAppend(&lines, ": ", VisibleText(value.message()));
    }
    const std::string source = SourceLine(value.source());
    if (!source.empty()) {
      absl::StrAppend(&lines, "\n    ", VisibleText(source));
    }
    absl::StrAppend(&lines, "\n    change ", DotText(value.dot()));
  }
  return lines;
}

std::string ValuesCell(const Values& values) {
  std::vector<std::string> cells;
  for (const v1::VisibleValue& value : values) {
    cells.push_back(
        absl::StrCat(value.institution(), ": ", ValueCell(value.value())));
  }
  return absl::StrJoin(cells, " | ");
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

std::string RelativeRecord(absl::string_view record) {
  const auto name = FullRecordName::Parse(record);
  return name.ok() ? name->record.relative() : std::string(record);
}

}  // namespace consilium

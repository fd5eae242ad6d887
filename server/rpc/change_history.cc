#include "server/rpc/change_history.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/base/record_traits.h"
#include "proto/base/status_macros.h"
#include "proto/base/value_text.h"
#include "server/rpc/write_request.h"
#include "storage/change/change.h"
#include "storage/registry/errors.h"

namespace consilium {
namespace {

constexpr char kUnreadable[] = "{\"unreadable\":true}";

}  // namespace

std::string FullName(const RegistryName& registry, absl::string_view record) {
  const auto name = RecordName::ParseAny(record);
  return name.ok() ? name->Full(registry)
                   : absl::StrCat(registry.Full(), "/", record);
}

std::string ShowValue(absl::string_view record, const FieldPath& path,
                      absl::string_view value) {
  const RecordTraits* traits = RecordTraitsTable::Get().FindByName(record);
  if (traits == nullptr) return kUnreadable;
  auto json = ValueToJson(path, value, *traits);
  return json.ok() ? *std::move(json) : kUnreadable;
}

std::string ShowSource(absl::string_view source) {
  auto json = SourceToJson(source);
  return json.ok() ? *std::move(json) : kUnreadable;
}

std::string ShowPath(absl::string_view record, const FieldPath& path) {
  const RecordTraits* traits = RecordTraitsTable::Get().FindByName(record);
  return path.ToText(traits == nullptr ? nullptr : traits->descriptor);
}

absl::Status FillChangeEntry(const RegistryView& view,
                             const RegistryName& registry,
                             const ChangeSummary& change, bool values,
                             v1::ChangeEntry& entry) {
  *entry.mutable_info() = MakeChangeInfo(change);
  ASSIGN_OR_RETURN(const stored::v1::Change bytes,
                   view.GetChangeBytes(change.dot));
  ASSIGN_OR_RETURN(const ParsedChange parsed, ParsedChange::Parse(bytes));
  for (const ParsedRecord& record : parsed.records()) {
    const std::string name = FullName(registry, record.name);
    for (const ParsedAssignment& assignment : record.assignments) {
      v1::AssignmentInfo& info = *entry.add_assignments();
      info.set_record(name);
      info.set_path(ShowPath(record.name, assignment.path));
      if (!values || assignment.withheld) continue;
      if (!assignment.value.empty()) {
        info.set_value(
            ShowValue(record.name, assignment.path, assignment.value));
      }
      if (!assignment.source.empty()) {
        info.set_source(ShowSource(assignment.source));
      }
      for (const Dot& dot : assignment.superseded) {
        *info.add_superseded() = MakeDot(dot);
      }
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<v1::ChangeEntry>> RecordHistory(
    const RegistryView& view, const RegistryName& registry,
    absl::string_view name) {
  ASSIGN_OR_RETURN(const std::vector<HistoryEntry> history, view.History(name));
  if (history.empty()) return RecordNotFound(name);
  // What each change superseded, from what superseded each assignment.
  std::map<std::pair<Dot, FieldPath>, std::vector<Dot>> superseded;
  for (const HistoryEntry& entry : history) {
    for (const Superseder& superseder : entry.superseders) {
      superseded[{superseder.dot, entry.assignment.path}].push_back(
          entry.assignment.dot);
    }
  }
  const std::string full_name = FullName(registry, name);
  std::map<Dot, v1::ChangeEntry> changes;
  for (const HistoryEntry& entry : history) {
    const Assignment& assignment = entry.assignment;
    v1::ChangeEntry& change = changes[assignment.dot];
    if (!change.has_info()) {
      ASSIGN_OR_RETURN(const ChangeSummary summary,
                       view.GetChange(assignment.dot));
      *change.mutable_info() = MakeChangeInfo(summary);
    }
    v1::AssignmentInfo& info = *change.add_assignments();
    info.set_record(full_name);
    info.set_path(ShowPath(name, assignment.path));
    info.set_visible(entry.visible);
    for (const Dot& dot : superseded[{assignment.dot, assignment.path}]) {
      *info.add_superseded() = MakeDot(dot);
    }
    if (assignment.erased) continue;
    if (!assignment.value.empty()) {
      info.set_value(ShowValue(name, assignment.path, assignment.value));
    }
    if (!assignment.source.empty()) {
      info.set_source(ShowSource(assignment.source));
    }
  }
  std::vector<v1::ChangeEntry> newest_first;
  for (auto& [dot, change] : changes) {
    newest_first.push_back(std::move(change));
  }
  std::sort(
      newest_first.begin(), newest_first.end(),
      [](const v1::ChangeEntry& a, const v1::ChangeEntry& b) {
        return std::make_tuple(a.info().revision(), a.info().dot().replica(),
                               a.info().dot().sequence()) >
               std::make_tuple(b.info().revision(), b.info().dot().replica(),
                               b.info().dot().sequence());
      });
  return newest_first;
}

}  // namespace consilium

#include "client/cli/prior_values.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/cli/method_names.h"
#include "consilium/v1/change_service.pb.h"
#include "proto/base/element_key.h"
#include "proto/base/record_codec.h"
#include "proto/base/status_macros.h"
#include "proto/base/text_form.h"
#include "proto/base/value_text.h"

namespace consilium {
namespace {

using google::protobuf::Message;
using Values = std::map<FieldPath, std::string>;

absl::StatusOr<Values> ValuesOf(const Message& record,
                                const RecordTraits& traits) {
  ASSIGN_OR_RETURN(const std::vector<FieldValue> split, Split(record, traits));
  Values values;
  for (const FieldValue& value : split) values[value.path] = value.value;
  return values;
}

std::string JsonOf(const FieldPath& path, const std::string& value,
                   const RecordTraits& traits) {
  if (value.empty()) return "";
  return ValueToJson(path, value, traits).value_or("");
}

RecordChange ChangeOf(const FieldPath& path, const std::string& before,
                      const std::string& after, const RecordTraits& traits) {
  return {path.ToText(traits.descriptor), JsonOf(path, before, traits),
          JsonOf(path, after, traits)};
}

// Of a record: how many values each path shows, and whether all of them may be
// replaced.
struct Standing {
  int visible = 0;
  bool replaceable = true;
};

absl::StatusOr<std::map<std::string, Standing>> StandingsOf(
    ServerSession& session, const std::string& name,
    const MayReplace& may_replace) {
  v1::ListChangesRequest request;
  request.set_parent(name);
  std::map<std::string, Standing> standings;
  RETURN_IF_ERROR(ListPages(
      session.caller(), kListChanges, request,
      [&](Message& message) {
        const auto& entry = static_cast<const v1::ChangeEntry&>(message);
        for (const v1::AssignmentInfo& assignment : entry.assignments()) {
          if (!assignment.visible()) continue;
          v1::Source source;
          if (!assignment.source().empty()) {
            (void)ParseMessage("", assignment.source(), TextFormat::kJson,
                               source);
          }
          Standing& standing = standings[assignment.path()];
          ++standing.visible;
          standing.replaceable &= may_replace(source);
        }
        return true;
      },
      session.options()));
  return standings;
}

}  // namespace

absl::Status PriorValues::ReadChildren(const RecordTraits& traits,
                                       const std::string& parent) {
  const bool is_new =
      asked_.insert(absl::StrCat(parent, "/", traits.collection)).second;
  if (!is_new) return absl::OkStatus();
  const absl::Status listed = session_.records().List(
      traits, {.parent = absl::StrCat(registry_.Full(), "/", parent)},
      [&](Message& message) {
        const auto name = FullRecordName::Parse(RecordNameOf(message));
        if (!name.ok()) return true;
        RecordMessage copy(message.New());
        copy->CopyFrom(message);
        records_[std::string(name->record.relative())] = std::move(copy);
        return true;
      });
  return absl::IsNotFound(listed) ? absl::OkStatus() : listed;
}

absl::Status PriorValues::ReadTop(const RecordTraits& traits,
                                  const std::string& name) {
  if (!asked_.insert(name).second) return absl::OkStatus();
  auto found =
      session_.records().Get(traits, absl::StrCat(registry_.Full(), "/", name));
  if (found.ok()) {
    records_[name] = *std::move(found);
  } else if (!absl::IsNotFound(found.status())) {
    return found.status();
  }
  return absl::OkStatus();
}

absl::StatusOr<const Message*> PriorValues::Find(const EvidenceRecord& record) {
  const std::string name = record.RelativeName();
  if (record.traits->parent == nullptr) {
    RETURN_IF_ERROR(ReadTop(*record.traits, name));
  } else {
    // Nothing stands under what is not there.
    RETURN_IF_ERROR(ReadTop(*record.traits->parent, record.parent));
    if (records_.count(record.parent) == 0) return nullptr;
    RETURN_IF_ERROR(ReadChildren(*record.traits, record.parent));
  }
  const auto known = records_.find(name);
  return known == records_.end() ? nullptr : known->second.get();
}

absl::Status PriorValues::LeaveOthers(const MayReplace& may_replace,
                                      const IsSamePlace& is_same_place,
                                      EvidenceRecord& record,
                                      std::vector<KeptValue>& kept) {
  BuildKeys(*record.message);
  ASSIGN_OR_RETURN(const Message* current, Find(record));
  if (current == nullptr) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::vector<FieldValue> split,
                   Split(*current, *record.traits));
  std::map<FieldPath, FieldValue> before;
  for (const FieldValue& value : split) before.emplace(value.path, value);
  ASSIGN_OR_RETURN(std::vector<FieldValue> ours,
                   Split(*record.message, *record.traits));
  const auto differs = [&](const FieldValue& value) {
    const auto known = before.find(value.path);
    return known != before.end() && known->second.value != value.value;
  };
  // A record shows of its fields the source that most of them have: whether
  // another stands behind one is asked where that is none of ours.
  const auto is_in_doubt = [&](const FieldValue& value) {
    const auto known = before.find(value.path);
    if (known == before.end()) return false;
    v1::Source source;
    return known->second.value != value.value ||
           !source.ParseFromString(known->second.source) ||
           !may_replace(source);
  };
  const auto is_known = [&](const FieldValue& value) {
    const auto known = before.find(value.path);
    v1::Source theirs, here;
    return is_same_place && known != before.end() &&
           known->second.value == value.value &&
           theirs.ParseFromString(known->second.source) &&
           here.ParseFromString(value.source) && is_same_place(theirs, here);
  };
  const bool any_known = std::erase_if(ours, is_known) > 0;
  if (std::none_of(ours.begin(), ours.end(), is_in_doubt)) {
    if (!any_known) return absl::OkStatus();
    ASSIGN_OR_RETURN(record.message,
                     AssembleMessage(ours, *record.traits, Sources::kInclude));
    return absl::OkStatus();
  }
  const std::string name = record.RelativeName();
  ASSIGN_OR_RETURN(
      const auto standings,
      StandingsOf(session_, absl::StrCat(registry_.Full(), "/", name),
                  may_replace));
  std::vector<FieldValue> stated;
  for (FieldValue& value : ours) {
    const auto standing =
        standings.find(value.path.ToText(record.traits->descriptor));
    if (!differs(value)) {
      // Another source has said so; it stays the one to look at.
      if (standing != standings.end() && !standing->second.replaceable) {
        continue;
      }
    } else if (standing == standings.end() || standing->second.visible != 1 ||
               !standing->second.replaceable) {
      kept.push_back({name, ChangeOf(value.path, before.at(value.path).value,
                                     value.value, *record.traits)});
      continue;
    }
    stated.push_back(std::move(value));
  }
  ASSIGN_OR_RETURN(record.message,
                   AssembleMessage(stated, *record.traits, Sources::kInclude));
  return absl::OkStatus();
}

absl::StatusOr<PriorValues::Difference> PriorValues::Compare(
    const EvidenceRecord& record) {
  BuildKeys(*record.message);
  ASSIGN_OR_RETURN(const Message* current, Find(record));
  ASSIGN_OR_RETURN(const Values ours,
                   ValuesOf(*record.message, *record.traits));
  Values before;
  if (current != nullptr) {
    ASSIGN_OR_RETURN(before, ValuesOf(*current, *record.traits));
  }
  Difference difference;
  difference.is_new = current == nullptr;
  for (const auto& [path, value] : ours) {
    if (difference.is_new) {
      difference.changes.push_back(
          {path.ToText(record.traits->descriptor), "", ""});
      continue;
    }
    if (before[path] == value) continue;
    difference.changes.push_back(
        ChangeOf(path, before[path], value, *record.traits));
  }
  return difference;
}

}  // namespace consilium

#include "client/cli/prior_values.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/cli/value_standings.h"
#include "consilium/v1/publication.pb.h"
#include "proto/base/element_key.h"
#include "proto/base/record_codec.h"
#include "proto/base/record_reference.h"
#include "proto/base/status_macros.h"
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

bool IsRetractedRecord(const Message& record) {
  const auto* field = record.GetDescriptor()->FindFieldByName("lifecycle");
  return field != nullptr && record.GetReflection()->GetEnumValue(
                                 record, field) == v1::LIFECYCLE_RETRACTED;
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

// Where a keyed element was read, as far as its place goes; "" when that is not
// said. Of a registry record the path in it, of anything else all that is said
// but the printed words.
std::string PlaceOf(const FieldValue& value) {
  v1::Source source;
  if (value.path.kind != MergeKind::kKeyed || value.source.empty() ||
      !source.ParseFromString(value.source)) {
    return "";
  }
  if (source.locator().empty() && source.note().empty()) return "";
  source.clear_text();
  if (source.has_registration() && source.has_locator()) source.clear_note();
  return absl::StrCat(value.path.field, "\n", source.SerializeAsString());
}

// Elements of a record that an import does not state, by their place.
std::map<std::string, FieldPath> UnstatedByPlace(
    const std::map<FieldPath, FieldValue>& before,
    const std::vector<FieldValue>& ours) {
  std::set<FieldPath> stated;
  for (const FieldValue& value : ours) stated.insert(value.path);
  std::map<std::string, FieldPath> places;
  for (const auto& [path, value] : before) {
    std::string place = PlaceOf(value);
    if (place.empty() || stated.count(path) > 0) continue;
    places.emplace(std::move(place), path);
  }
  return places;
}

// The number of the study whose registry record gave what a publication shows,
// where the record of another says `value`; else "".
std::string OtherStudyOf(const Standing& standing, const FieldValue& value,
                         const RecordTraits& traits) {
  v1::Source source;
  if (traits.descriptor != v1::Publication::descriptor() ||
      !standing.source.has_registration() ||
      !source.ParseFromString(value.source) || !source.has_registration() ||
      source.registration() == standing.source.registration()) {
    return "";
  }
  return standing.source.registration();
}

}  // namespace

absl::Status PriorValues::ReadChildren(const RecordTraits& traits,
                                       const std::string& parent) {
  const bool is_new =
      asked_.insert(absl::StrCat(parent, "/", traits.collection)).second;
  if (!is_new) return absl::OkStatus();
  const absl::Status listed = session_.records().List(
      traits,
      {.parent = absl::StrCat(registry_.Full(), "/", parent),
       .show_deleted = true},
      [&](Message& message) {
        const auto name = FullRecordName::Parse(RecordNameOf(message));
        if (!name.ok()) return true;
        RecordMessage copy(message.New());
        copy->CopyFrom(message);
        Keep(std::string(name->record.relative()), std::move(copy));
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
    Keep(name, *std::move(found));
  } else if (!absl::IsNotFound(found.status())) {
    return found.status();
  }
  return absl::OkStatus();
}

void PriorValues::Keep(const std::string& name, RecordMessage record) {
  if (IsRetractedRecord(*record)) {
    retracted_.insert(name);
  } else {
    records_[name] = std::move(record);
  }
}

absl::StatusOr<bool> PriorValues::IsRetracted(const EvidenceRecord& record) {
  RETURN_IF_ERROR(Find(record).status());
  return retracted_.count(record.RelativeName()) > 0 ||
         (!record.parent.empty() && retracted_.count(record.parent) > 0);
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
  const auto unstated = UnstatedByPlace(before, ours);
  // A record shows of its fields the source that most of them have: whether
  // another stands behind one is asked where that is not the one we state. What
  // it lacks may have been taken away. Each of the studies that share a
  // publication may stand behind some of its fields.
  const auto* publication = dynamic_cast<const v1::Publication*>(current);
  const bool is_shared =
      publication != nullptr && publication->registrations_size() > 1;
  const auto is_in_doubt = [&](const FieldValue& value) {
    const auto known = before.find(value.path);
    if (known == before.end()) return true;
    v1::Source source;
    return known->second.value != value.value ||
           known->second.source != value.source ||
           !source.ParseFromString(known->second.source) ||
           !may_replace(source) || (is_shared && source.has_registration());
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
      const Standings standings,
      StandingsOf(session_, absl::StrCat(registry_.Full(), "/", name), command_,
                  may_replace));
  const auto standing_of = [&](const FieldPath& path) {
    const auto found = standings.find(path.ToText(record.traits->descriptor));
    return found == standings.end() ? Standing() : found->second;
  };
  std::vector<FieldValue> stated;
  for (FieldValue& value : ours) {
    const auto known = before.find(value.path);
    const Standing standing = standing_of(value.path);
    const auto keep = [&](const std::string& was, std::string why) {
      kept.push_back({name,
                      ChangeOf(value.path, was, value.value, *record.traits),
                      std::move(why)});
    };
    if (known == before.end()) {
      const auto other = unstated.find(PlaceOf(value));
      const Standing moved =
          other == unstated.end() ? Standing() : standing_of(other->second);
      if (moved.visible > 0 && moved.same_source) {
        keep("", absl::StrCat("left as ", moved.Who("changed it"), ", under ",
                              other->second.key));
      } else if (standing.visible > 0 && !standing.replaceable) {
        keep("", absl::StrCat("left out, as ", standing.Who("removed it")));
      } else {
        stated.push_back(std::move(value));
      }
    } else if (known->second.value == value.value) {
      // Another source has said so; it stays the one to look at.
      if (standing.replaceable &&
          OtherStudyOf(standing, value, *record.traits).empty()) {
        stated.push_back(std::move(value));
      }
    } else if (standing.visible > 1) {
      keep(known->second.value, "left, since values are in conflict here");
    } else if (const std::string study =
                   OtherStudyOf(standing, value, *record.traits);
               standing.replaceable && !study.empty()) {
      keep(known->second.value,
           absl::StrCat("left as the record of ", study, " has it"));
    } else if (standing.visible == 1 && standing.replaceable) {
      stated.push_back(std::move(value));
    } else {
      keep(known->second.value,
           standing.same_source
               ? absl::StrCat("left as ",
                              standing.Who(standing.changed ? "changed it"
                                                            : "stated it"))
               : "left as another source has it");
    }
  }
  ASSIGN_OR_RETURN(record.message,
                   AssembleMessage(stated, *record.traits, Sources::kInclude));
  return absl::OkStatus();
}

absl::Status PriorValues::LeaveRetracted(EvidenceRecord& record,
                                         std::vector<KeptValue>& kept) {
  if (retracted_.empty()) return absl::OkStatus();
  const auto name = RecordName::Parse(record.RelativeName());
  if (!name.ok()) return name.status();
  BuildKeys(*record.message);
  ASSIGN_OR_RETURN(std::vector<FieldValue> ours,
                   Split(*record.message, *record.traits));
  std::vector<FieldValue> stated;
  for (FieldValue& value : ours) {
    ASSIGN_OR_RETURN(const RecordMessage part,
                     ParseValue(value.value, *record.traits));
    std::string retracted;
    for (const RecordReference& reference : FindReferences(*part, *name)) {
      if (retracted_.count(reference.name) > 0) retracted = reference.name;
    }
    if (retracted.empty()) {
      stated.push_back(std::move(value));
    } else {
      kept.push_back(
          {record.RelativeName(),
           ChangeOf(value.path, "", value.value, *record.traits),
           absl::StrCat("left out: ", retracted, " is retracted here")});
    }
  }
  if (stated.size() == ours.size()) return absl::OkStatus();
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

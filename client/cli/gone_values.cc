#include "client/cli/gone_values.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/record_patch.h"
#include "consilium/v1/common.pb.h"
#include "proto/base/record_codec.h"
#include "proto/base/record_reference.h"
#include "proto/base/status_macros.h"
#include "proto/base/utf8.h"
#include "proto/base/value_text.h"

namespace consilium {
namespace {

using google::protobuf::Message;

// Where all records of a kind are listed.
std::string AllOf(const RegistryName& registry, const RecordTraits& traits) {
  return traits.parent == nullptr
             ? registry.Full()
             : absl::StrCat(registry.Full(), "/", traits.parent->collection,
                            "/-");
}

// Kinds that an import can state.
bool IsImported(const RecordTraits& traits) {
  return !traits.singleton && traits.collection != "snapshots" &&
         traits.collection != "members" && traits.collection != "reviews" &&
         traits.collection != "links";
}

// A filter for records with a source whose note has `mark`: their own, or that
// of an element.
std::string HoldsSource(const google::protobuf::Descriptor& record,
                        const std::string& mark) {
  std::vector<std::string> terms = {absl::StrCat("source.note:", Quote(mark))};
  for (int i = 0; i < record.field_count(); ++i) {
    const auto& field = *record.field(i);
    if (!field.is_repeated() || field.message_type() == nullptr) continue;
    const auto* source = field.message_type()->FindFieldByName("source");
    if (source == nullptr ||
        source->message_type() != v1::Source::descriptor()) {
      continue;
    }
    terms.push_back(
        absl::StrCat(field.json_name(), ".source.note:", Quote(mark)));
  }
  return absl::StrJoin(terms, " OR ");
}

RecordMessage CopyOf(const Message& message) {
  RecordMessage copy(message.New());
  copy->CopyFrom(message);
  return copy;
}

// `record`, which is `gone`'s or a later form of it, without what is gone.
absl::StatusOr<RecordMessage> WithoutGone(const GoneRecord& gone,
                                          const Message& record) {
  ASSIGN_OR_RETURN(std::vector<FieldValue> values, Split(record, *gone.traits));
  std::erase_if(values, [&](const FieldValue& value) {
    return gone.paths.count(value.path) > 0;
  });
  ASSIGN_OR_RETURN(RecordMessage left,
                   AssembleMessage(values, *gone.traits, Sources::kInclude));
  const auto* name = gone.traits->descriptor->FindFieldByNumber(kNameField);
  left->GetReflection()->SetString(left.get(), name, RecordNameOf(record));
  return left;
}

// The value as a note shows it: an element, whose key stands in its path,
// without what the key says already.
std::string ShortValue(const FieldValue& value, const RecordTraits& traits) {
  FieldValue shown = value;
  const auto part = ParseValue(value.value, traits);
  const auto* field = traits.descriptor->FindFieldByNumber(value.path.field);
  if (part.ok() && field != nullptr && value.path.kind == MergeKind::kKeyed) {
    Message& element = *(*part)->GetReflection()->MutableRepeatedMessage(
        part->get(), field, 0);
    for (const char* name : {"key", "report", "registration", "group",
                             "reference", "measure", "statistic"}) {
      const auto* said = element.GetDescriptor()->FindFieldByName(name);
      if (said != nullptr) element.GetReflection()->ClearField(&element, said);
    }
    shown.value = Encode(**part);
  }
  return ValueToJson(value.path, shown.value, traits).value_or("");
}

// What goes first: trials take with them what stands under them, and
// publications are what others refer to.
int TurnOf(const GoneRecord& gone) {
  if (!gone.whole) return 0;
  if (gone.traits->collection == "trials") return 1;
  return gone.traits->collection == "publications" ? 3 : 2;
}

}  // namespace

absl::StatusOr<std::string> GoneValues::Institution() {
  if (!institution_.empty()) return institution_;
  ASSIGN_OR_RETURN(const auto standing, session_.Standing(registry_));
  institution_ = standing.institution();
  return institution_;
}

absl::Status GoneValues::Find(const std::vector<std::string>& marks,
                              const MayReplace& may_replace,
                              const StatedPaths& stated) {
  for (const RecordTraits* traits : RecordTraitsTable::Get().all()) {
    if (!IsImported(*traits)) continue;
    std::map<std::string, RecordMessage> candidates;
    for (const std::string& mark : marks) {
      RETURN_IF_ERROR(session_.records().List(
          *traits,
          {.parent = AllOf(registry_, *traits),
           .filter = HoldsSource(*traits->descriptor, mark)},
          [&](Message& message) {
            candidates.emplace(RecordNameOf(message), CopyOf(message));
            return true;
          }));
    }
    for (auto& [name, record] : candidates) {
      RETURN_IF_ERROR(Add(*traits, std::move(record), may_replace, stated));
    }
  }
  RETURN_IF_ERROR(FindUses());
  LeaveOutChildren();
  return absl::OkStatus();
}

// A retraction is one of all that stands under the record.
void GoneValues::LeaveOutChildren() {
  std::set<std::string> whole;
  for (const GoneRecord& gone : records_) {
    if (gone.whole && gone.used_by.empty()) whole.insert(gone.name);
  }
  std::erase_if(records_, [&](const GoneRecord& gone) {
    const size_t below = gone.name.find('/', gone.name.find('/') + 1);
    return below != std::string::npos &&
           whole.count(gone.name.substr(0, below)) > 0;
  });
}

absl::Status GoneValues::Add(const RecordTraits& traits, RecordMessage record,
                             const MayReplace& may_replace,
                             const StatedPaths& stated) {
  ASSIGN_OR_RETURN(const auto name,
                   FullRecordName::Parse(RecordNameOf(*record)));
  GoneRecord gone;
  gone.traits = &traits;
  gone.name = std::string(name.record.relative());
  const auto now = stated.find(gone.name);
  const auto is_stated = [&](const FieldValue& value) {
    return now != stated.end() &&
           now->second.count(value.path.ToText(traits.descriptor)) > 0;
  };
  ASSIGN_OR_RETURN(std::vector<FieldValue> values, Split(*record, traits));
  std::erase_if(values, [](const FieldValue& value) {
    return value.path.field == kLifecycleField;
  });
  // Who is behind it is a question to the server, and most has not changed.
  if (std::all_of(values.begin(), values.end(), is_stated)) {
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const std::string institution, Institution());
  ASSIGN_OR_RETURN(const Standings standings,
                   StandingsOf(session_, name.Full(), command_, may_replace));
  for (const FieldValue& value : values) {
    const std::string path = value.path.ToText(traits.descriptor);
    const auto standing = standings.find(path);
    const bool ours =
        standing != standings.end() && standing->second.visible == 1 &&
        standing->second.removals == 0 && standing->second.replaceable &&
        standing->second.institution == institution;
    if (!ours || is_stated(value)) continue;
    gone.paths.insert(value.path);
  }
  gone.whole = now == stated.end() && gone.paths.size() == values.size();
  if (now == stated.end() && !gone.whole) {
    std::erase_if(gone.paths, [](const FieldPath& path) {
      return path.kind == MergeKind::kRegister;
    });
  }
  if (gone.paths.empty()) return absl::OkStatus();
  for (const FieldValue& value : values) {
    if (gone.paths.count(value.path) == 0) continue;
    gone.values.push_back(
        {value.path.ToText(traits.descriptor), ShortValue(value, traits), ""});
  }
  gone.record = std::move(record);
  records_.push_back(std::move(gone));
  return absl::OkStatus();
}

bool GoneValues::IsUsedBy(const GoneRecord& gone, const RecordTraits& traits,
                          const Message& other) {
  const auto name = FullRecordName::Parse(RecordNameOf(other));
  if (!name.ok()) return false;
  const std::string relative(name->record.relative());
  if (relative == gone.name) return false;
  const bool is_under =
      absl::StartsWith(relative, absl::StrCat(gone.name, "/"));
  RecordMessage left = CopyOf(other);
  for (const GoneRecord& each : records_) {
    if (each.name != relative || &traits != each.traits) continue;
    if (each.whole && each.used_by.empty()) return false;
    if (each.whole) continue;
    if (auto without = WithoutGone(each, other); without.ok()) {
      left = *std::move(without);
    }
  }
  if (is_under) return true;
  for (const RecordReference& each : FindReferences(*left, name->record)) {
    if (each.name == gone.name) return true;
  }
  return false;
}

// A live record that refers to a whole one that is gone, or stands under it.
absl::StatusOr<std::string> GoneValues::UseOf(const GoneRecord& gone) {
  std::string used_by;
  const std::string full = absl::StrCat(registry_.Full(), "/", gone.name);
  const std::string id = gone.name.substr(gone.name.rfind('/') + 1);
  for (const RecordTraits* traits : RecordTraitsTable::Get().all()) {
    if (traits->singleton || traits->collection == "snapshots") continue;
    const bool is_child = traits->parent == gone.traits;
    RETURN_IF_ERROR(session_.records().List(
        *traits,
        {.parent = is_child ? full : AllOf(registry_, *traits),
         .filter = is_child ? "" : Quote(id)},
        [&](Message& other) {
          if (IsUsedBy(gone, *traits, other)) {
            used_by = RecordNameOf(other).substr(registry_.Full().size() + 1);
          }
          return used_by.empty();
        }));
    if (!used_by.empty()) break;
  }
  return used_by;
}

// What is used keeps what it uses itself, so this goes on until nothing more
// is found.
absl::Status GoneValues::FindUses() {
  for (bool found = true; found;) {
    found = false;
    for (GoneRecord& gone : records_) {
      if (!gone.whole || !gone.used_by.empty()) continue;
      ASSIGN_OR_RETURN(gone.used_by, UseOf(gone));
      found = found || !gone.used_by.empty();
    }
  }
  return absl::OkStatus();
}

// What was imported since it was found stays.
absl::Status GoneValues::RemoveValues(const GoneRecord& gone,
                                      RecordWriteOptions write) {
  const std::string name = absl::StrCat(registry_.Full(), "/", gone.name);
  ASSIGN_OR_RETURN(const RecordMessage now,
                   session_.records().Get(*gone.traits, name));
  ASSIGN_OR_RETURN(const RecordMessage left, WithoutGone(gone, *now));
  const auto* etag = gone.traits->descriptor->FindFieldByName("etag");
  write.etag = now->GetReflection()->GetString(*now, etag);
  return session_.records()
      .Update(*gone.traits, *left, ChangedFields(*gone.traits, *now, *left),
              write)
      .status();
}

absl::Status GoneValues::Retract(const v1::ChangeContext& change,
                                 const std::string& reason,
                                 bool validate_only) {
  RecordWriteOptions write;
  write.change = change;
  write.validate_only = validate_only;
  std::vector<const GoneRecord*> order;
  for (const GoneRecord& gone : records_) {
    if (gone.used_by.empty()) order.push_back(&gone);
  }
  std::stable_sort(order.begin(), order.end(),
                   [](const GoneRecord* a, const GoneRecord* b) {
                     return TurnOf(*a) < TurnOf(*b);
                   });
  for (const GoneRecord* gone : order) {
    if (!gone->whole) {
      RETURN_IF_ERROR(RemoveValues(*gone, write));
      continue;
    }
    RETURN_IF_ERROR(session_.records()
                        .Delete(*gone->traits,
                                absl::StrCat(registry_.Full(), "/", gone->name),
                                reason, write)
                        .status());
  }
  return absl::OkStatus();
}

}  // namespace consilium

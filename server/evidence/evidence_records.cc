#include "server/evidence/evidence_records.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "consilium/v1/adverse_event.pb.h"
#include "consilium/v1/arm.pb.h"
#include "consilium/v1/endpoint.pb.h"
#include "consilium/v1/publication.pb.h"
#include "proto/base/record_codec.h"
#include "proto/base/record_traits.h"
#include "proto/base/status_macros.h"
#include "server/evidence/limits.h"
#include "storage/merge/path_view.h"
#include "storage/registry/registry_view.h"

namespace consilium {
namespace {

using google::protobuf::Arena;
using google::protobuf::Message;

// One use.
class RecordReader {
 public:
  RecordReader(const RegistryStore& store, Version version,
               const Evidence::CheckAlive& check_alive, Arena& arena)
      : store_(store),
        version_(std::move(version)),
        check_alive_(check_alive),
        arena_(arena) {}

  absl::Status Load();
  EvidenceRecords& records() { return records_; }

 private:
  // What provenance tells of a change.
  struct ChangeText {
    std::string hash;
    std::string author;
    std::string institution;
    std::string time;
  };

  absl::Status OpenView();
  absl::Status LoadCollection(const RecordTraits& traits);
  absl::Status AddRecord(const RecordView& view, const RecordTraits& traits);
  absl::Status AddProvenance(const RecordView& view, const RecordTraits& traits,
                             EvidenceRecord& record);
  absl::Status AddVariants(const RecordView& view, const RecordTraits& traits,
                           const std::vector<FieldValue>& values,
                           const FieldPath& path, EvidenceRecord& record);
  absl::StatusOr<const ChangeText*> FindChange(const Dot& dot);

  const RegistryStore& store_;
  Version version_;
  const Evidence::CheckAlive& check_alive_;
  Arena& arena_;
  std::unique_ptr<RegistryView> view_;
  absl::flat_hash_map<Dot, std::unique_ptr<ChangeText>> changes_;
  EvidenceRecords records_;
};

absl::Status RecordReader::OpenView() {
  ASSIGN_OR_RETURN(view_, store_.OpenView(version_));
  // "Latest" must mean the same in the views to come.
  if (view_->revision() > 0) version_ = Version::AtRevision(view_->revision());
  return absl::OkStatus();
}

absl::Status RecordReader::Load() {
  RETURN_IF_ERROR(OpenView());
  ASSIGN_OR_RETURN(const Frontier frontier, view_->GetFrontier());
  records_.frontier = frontier.ToToken();
  for (const google::protobuf::Descriptor* kind :
       {v1::Publication::descriptor(), v1::Link::descriptor(),
        v1::Trial::descriptor(), v1::Arm::descriptor(),
        v1::Endpoint::descriptor(), v1::AdverseEvent::descriptor()}) {
    RETURN_IF_ERROR(
        LoadCollection(*RecordTraitsTable::Get().FindByDescriptor(kind)));
  }
  return absl::OkStatus();
}

absl::Status RecordReader::LoadCollection(const RecordTraits& traits) {
  RegistryView::ListRange range;
  range.collection = absl::StrReplaceAll(traits.CollectionPath(), {{"/*", ""}});
  while (true) {
    int64_t count = 0;
    absl::Status status;
    RETURN_IF_ERROR(view_->List(range, [&](RecordView record) {
      range.after = record.name;
      if (!record.retracted) status = AddRecord(record, traits);
      if (++count % kEvidenceCancellationInterval == 0 && status.ok()) {
        status = check_alive_();
      }
      return status.ok() && count < kEvidenceRecordsPerView;
    }));
    RETURN_IF_ERROR(status);
    if (count < kEvidenceRecordsPerView) return absl::OkStatus();
    RETURN_IF_ERROR(OpenView());
  }
}

absl::Status RecordReader::AddRecord(const RecordView& view,
                                     const RecordTraits& traits) {
  const auto institution_of = [this](const ReplicaId& replica) {
    return view_->InstitutionOf(replica);
  };
  Message* message = traits.prototype->New(&arena_);
  std::vector<FieldPath> unreadable;
  const std::vector<FieldValue> values =
      ProvisionalValues(view.state, institution_of);
  RETURN_IF_ERROR(
      AssembleInto(values, traits, Sources::kInclude, &unreadable, *message));
  message->GetReflection()->SetString(
      message, message->GetDescriptor()->FindFieldByNumber(kNameField),
      view.name);
  const std::string id(LastSegment(view.name));
  if (auto* publication =
          google::protobuf::DynamicCastToGenerated<v1::Publication>(message)) {
    records_.publications.emplace(id, publication);
    return absl::OkStatus();
  }
  if (auto* link =
          google::protobuf::DynamicCastToGenerated<v1::Link>(message)) {
    records_.links.emplace(id, link);
    return absl::OkStatus();
  }
  EvidenceRecord record;
  record.name = view.name;
  record.message = message;
  for (const FieldPath& path : ConflictedPaths(view, institution_of)) {
    record.conflicts.push_back(path.ToText(traits.descriptor));
    if (path.field == kLifecycleField) continue;
    RETURN_IF_ERROR(AddVariants(view, traits, values, path, record));
  }
  RETURN_IF_ERROR(AddProvenance(view, traits, record));
  if (traits.descriptor == v1::Trial::descriptor()) {
    TrialRecords& trial = records_.trials[id];
    trial.id = id;
    trial.record = std::move(record);
    return absl::OkStatus();
  }
  const std::vector<std::string> segments = absl::StrSplit(view.name, '/');
  const auto trial = records_.trials.find(segments[1]);
  // A record whose trial was never entered belongs to no study.
  if (trial == records_.trials.end()) return absl::OkStatus();
  TrialRecords& owner = trial->second;
  auto& records = traits.descriptor == v1::Arm::descriptor() ? owner.arms
                  : traits.descriptor == v1::Endpoint::descriptor()
                      ? owner.endpoints
                      : owner.events;
  records.emplace(id, std::move(record));
  return absl::OkStatus();
}

absl::Status RecordReader::AddProvenance(const RecordView& view,
                                         const RecordTraits& traits,
                                         EvidenceRecord& record) {
  const auto institution_of = [this](const ReplicaId& replica) {
    return view_->InstitutionOf(replica);
  };
  for (const Assignment& assignment : view.state.visible()) {
    if (assignment.value.empty() || assignment.path.field == kLifecycleField) {
      continue;
    }
    // Of an endpoint or event the elements alone become rows; of an arm none.
    const bool element = assignment.path.kind == MergeKind::kKeyed;
    if (traits.descriptor == v1::Arm::descriptor()) continue;
    if (traits.parent != nullptr && !element) continue;
    ASSIGN_OR_RETURN(const ChangeText* const change,
                     FindChange(assignment.dot));
    auto* provenance = Arena::CreateMessage<v1::Provenance>(&arena_);
    const std::string path = assignment.path.ToText(traits.descriptor);
    provenance->set_path(path);
    provenance->set_record(view.name);
    if (!assignment.source.empty() &&
        !provenance->mutable_source()->ParseFromString(assignment.source)) {
      provenance->clear_source();
    }
    provenance->set_institution(change->institution);
    provenance->set_author(change->author);
    provenance->set_change(change->hash);
    provenance->set_claimed_time(change->time);
    std::vector<v1::Provenance*>& all = record.provenance[path];
    all.push_back(provenance);
    // Only of several values does it matter which reads return.
    if (all.size() > 1 &&
        ViewPath(view.state.At(assignment.path), institution_of).provisional ==
            &assignment) {
      std::rotate(all.begin(), all.end() - 1, all.end());
    }
  }
  return absl::OkStatus();
}

// The values that `values` would be if `value` counted at `path`. Elements are
// `path`'s alone when other elements make rows of their own.
std::vector<FieldValue> ValuesUnder(const std::vector<FieldValue>& values,
                                    const RecordTraits& traits,
                                    const FieldPath& path,
                                    const Assignment& value) {
  const bool alone = traits.parent != nullptr &&
                     traits.descriptor != v1::Arm::descriptor() &&
                     path.kind == MergeKind::kKeyed;
  std::vector<FieldValue> under;
  for (const FieldValue& each : values) {
    if (each.path == path) continue;
    if (alone && each.path.kind == MergeKind::kKeyed) continue;
    under.push_back(each);
  }
  if (value.value.empty()) return under;
  const auto place = std::find_if(
      under.begin(), under.end(),
      [&path](const FieldValue& each) { return path < each.path; });
  under.insert(place, {path, value.value, value.source});
  return under;
}

absl::Status RecordReader::AddVariants(const RecordView& view,
                                       const RecordTraits& traits,
                                       const std::vector<FieldValue>& values,
                                       const FieldPath& path,
                                       EvidenceRecord& record) {
  const absl::Span<const Assignment> siblings = view.state.At(path);
  const Assignment* const provisional =
      ViewPath(siblings, [this](const ReplicaId& replica) {
        return view_->InstitutionOf(replica);
      }).provisional;
  std::map<std::string, std::vector<const Assignment*>> by_value;
  for (const Assignment& sibling : siblings) {
    if (sibling.value == provisional->value || sibling.erased) continue;
    by_value[sibling.value].push_back(&sibling);
  }
  const std::string text = path.ToText(traits.descriptor);
  for (const auto& [value, holders] : by_value) {
    if (record.variants.size() >= kEvidenceVariantsPerRecordMax) break;
    RecordVariant variant;
    variant.path = text;
    variant.removed = value.empty();
    for (const Assignment* holder : holders) {
      ASSIGN_OR_RETURN(const ChangeText* const change, FindChange(holder->dot));
      variant.institutions.insert(change->institution);
      variant.authors.insert(change->author);
      if (!holder->source.empty() &&
          !variant.source.ParseFromString(holder->source)) {
        variant.source.Clear();
      }
    }
    variant.message = traits.prototype->New(&arena_);
    std::vector<FieldPath> unreadable;
    RETURN_IF_ERROR(
        AssembleInto(ValuesUnder(values, traits, path, *holders.front()),
                     traits, Sources::kInclude, &unreadable, *variant.message));
    variant.message->GetReflection()->SetString(
        variant.message, traits.descriptor->FindFieldByNumber(kNameField),
        view.name);
    record.variants.push_back(std::move(variant));
  }
  return absl::OkStatus();
}

absl::StatusOr<const RecordReader::ChangeText*> RecordReader::FindChange(
    const Dot& dot) {
  std::unique_ptr<ChangeText>& slot = changes_[dot];
  if (slot == nullptr) {
    ASSIGN_OR_RETURN(const ChangeSummary change, view_->GetChange(dot));
    slot = std::make_unique<ChangeText>();
    slot->hash = absl::BytesToHexString(change.hash);
    slot->author = change.header.author();
    slot->institution = change.institution;
    slot->time =
        absl::FormatTime("%Y-%m-%dT%H:%M:%E*SZ", ClaimedTimeOf(change.header),
                         absl::UTCTimeZone());
  }
  return slot.get();
}

}  // namespace

absl::StatusOr<EvidenceRecords> ReadRecords(
    const RegistryStore& store, Version version,
    const Evidence::CheckAlive& check_alive, Arena& arena) {
  RecordReader reader(store, std::move(version), check_alive, arena);
  RETURN_IF_ERROR(reader.Load());
  return std::move(reader.records());
}

absl::string_view LastSegment(absl::string_view name) {
  return name.substr(name.rfind('/') + 1);
}

}  // namespace consilium

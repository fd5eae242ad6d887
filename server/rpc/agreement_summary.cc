#include "server/rpc/agreement_summary.h"

#include <algorithm>
#include <iterator>

#include "consilium/v1/member.pb.h"
#include "consilium/v1/snapshot.pb.h"
#include "proto/base/status_macros.h"
#include "storage/merge/path_view.h"

namespace consilium {
namespace {

bool IsNewer(const Assignment& a, const Assignment& b) {
  return std::tie(a.clock, a.dot.replica) > std::tie(b.clock, b.dot.replica);
}

std::vector<std::string> Sorted(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  return names;
}

// Members and snapshots are the registry's own; nobody extracts them.
bool IsExtracted(const RecordTraits& traits) {
  return traits.descriptor != v1::Member::descriptor() &&
         traits.descriptor != v1::Snapshot::descriptor() && !traits.singleton;
}

}  // namespace

AgreementSummarizer::AgreementSummarizer(std::vector<std::string> institutions)
    : asked_(Sorted(std::move(institutions))) {
  if (asked_.size() == 2) pairs_[{asked_[0], asked_[1]}];
}

absl::Status AgreementSummarizer::Add(const RegistryView& view,
                                      const RecordView& record) {
  const RecordTraits* const traits =
      RecordTraitsTable::Get().FindByName(record.name);
  if (record.retracted || traits == nullptr || !IsExtracted(*traits)) {
    return absl::OkStatus();
  }
  std::set<std::string> authors;
  for (const Assignment& assignment : record.state.visible()) {
    const std::string author(view.InstitutionOf(assignment.dot.replica));
    if (assignment.path == LifecyclePath()) continue;
    if (asked_.empty() ||
        std::binary_search(asked_.begin(), asked_.end(), author)) {
      authors.insert(author);
    }
  }
  std::vector<Pair> pairs;
  for (auto first = authors.begin(); first != authors.end(); ++first) {
    ++records_[*first];
    for (auto second = std::next(first); second != authors.end(); ++second) {
      pairs.emplace_back(*first, *second);
      ++pairs_[pairs.back()].records;
    }
  }
  if (pairs.empty()) return absl::OkStatus();
  absl::Status status;
  record.state.ForEachPath([&](absl::Span<const Assignment> siblings) {
    if (!status.ok() || siblings.front().path == LifecyclePath()) return;
    Values values;
    for (const Assignment& assignment : siblings) {
      // Of one institution's values side by side, the one that reads return.
      const Assignment*& kept =
          values[view.InstitutionOf(assignment.dot.replica)];
      if (kept == nullptr || IsNewer(assignment, *kept)) kept = &assignment;
    }
    status = AddPath(view, *traits, pairs, values);
  });
  return status;
}

std::vector<AgreementSummarizer::Count*> AgreementSummarizer::CountsOf(
    const Subject& subject, PairCounts& counts) {
  const auto& [unit, type, kind, path] = subject;
  std::vector<CountKey> keys = {{unit, Scope::kAll, {}, 0, ""}};
  if (type != v1::ITEM_TYPE_UNSPECIFIED) {
    keys.emplace_back(unit, Scope::kType, type, 0, "");
  }
  keys.emplace_back(unit, Scope::kKind, v1::ITEM_TYPE_UNSPECIFIED, kind, "");
  keys.emplace_back(unit, Scope::kPath, type, kind, path);
  std::vector<Count*> found;
  for (const CountKey& key : keys) found.push_back(&counts.counts[key]);
  return found;
}

absl::Status AgreementSummarizer::AddPath(const RegistryView& view,
                                          const RecordTraits& traits,
                                          const std::vector<Pair>& pairs,
                                          const Values& values) {
  const FieldTraits* const field =
      traits.FindField(values.begin()->second->path.field);
  if (field == nullptr) return absl::OkStatus();  // Of a later release.
  const auto value_of = [&](const std::string& institution) {
    const auto found = values.find(institution);
    return found == values.end() ? nullptr : found->second;
  };
  for (const Pair& pair : pairs) {
    PairCounts& counts = pairs_[pair];
    const Assignment* const first = value_of(pair.first);
    const Assignment* const second = value_of(pair.second);
    if (first != nullptr && second != nullptr) {
      RETURN_IF_ERROR(Compare(view, traits, *field, *first, *second, counts));
      continue;
    }
    const Assignment* const only = first != nullptr ? first : second;
    if (only == nullptr || only->value.empty()) continue;
    for (Count* const count :
         CountsOf({v1::AGREEMENT_UNIT_FIELD, v1::ITEM_TYPE_UNSPECIFIED,
                   traits.kind_id, field->descriptor->json_name()},
                  counts)) {
      ++(first != nullptr ? count->only_first : count->only_second);
    }
  }
  return absl::OkStatus();
}

absl::Status AgreementSummarizer::Compare(const RegistryView& view,
                                          const RecordTraits& traits,
                                          const FieldTraits& field,
                                          const Assignment& first,
                                          const Assignment& second,
                                          PairCounts& counts) {
  if (first.value.empty() && second.value.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const bool blind, IsBlind(view, first.dot, second.dot));
  const bool erased = first.erased || second.erased;
  const bool agreed = !erased && first.value == second.value;
  for (Count* const count :
       CountsOf({v1::AGREEMENT_UNIT_FIELD, v1::ITEM_TYPE_UNSPECIFIED,
                 traits.kind_id, field.descriptor->json_name()},
                counts)) {
    ++(agreed ? count->agreed : count->differing);
    if (agreed && blind) ++count->agreed_blind;
  }
  if (erased || first.value.empty() || second.value.empty()) {
    return absl::OkStatus();
  }
  return CompareItems(traits, field, first, second, blind, counts);
}

absl::Status AgreementSummarizer::CompareItems(const RecordTraits& traits,
                                               const FieldTraits& field,
                                               const Assignment& first,
                                               const Assignment& second,
                                               bool blind, PairCounts& counts) {
  ASSIGN_OR_RETURN(const AgreementItems ours,
                   FindAgreementItems(field, traits, first.value));
  ASSIGN_OR_RETURN(const AgreementItems theirs,
                   FindAgreementItems(field, traits, second.value));
  const auto add = [&](const std::string& path, v1::ItemType type,
                       auto&& tally) {
    const std::vector<Count*> found =
        CountsOf({v1::AGREEMENT_UNIT_ITEM, type, traits.kind_id, path}, counts);
    for (Count* const count : found) tally(*count);
    return found.back();
  };
  for (const auto& [path, item] : ours) {
    const auto other = theirs.find(path);
    if (other == theirs.end()) {
      add(path, item.type, [](Count& count) { ++count.only_first; });
      continue;
    }
    const bool agreed = item.value == other->second.value;
    Count* const narrowest = add(path, item.type, [&](Count& count) {
      ++(agreed ? count.agreed : count.differing);
      if (agreed && blind) ++count.agreed_blind;
    });
    if (item.type == v1::ITEM_TYPE_CATEGORY) {
      ++narrowest->ratings[{item.category, other->second.category}];
    }
  }
  for (const auto& [path, item] : theirs) {
    if (ours.contains(path)) continue;
    add(path, item.type, [](Count& count) { ++count.only_second; });
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> AgreementSummarizer::IsBlind(const RegistryView& view,
                                                  const Dot& first,
                                                  const Dot& second) {
  if (last_blind_.has_value() && std::get<0>(*last_blind_) == first &&
      std::get<1>(*last_blind_) == second) {
    return std::get<2>(*last_blind_);
  }
  ASSIGN_OR_RETURN(const bool first_knew, view.Knows(first, second));
  ASSIGN_OR_RETURN(const bool second_knew, view.Knows(second, first));
  last_blind_.emplace(first, second, !first_knew && !second_knew);
  return std::get<2>(*last_blind_);
}

std::vector<v1::AgreementSummary> AgreementSummarizer::Finish() const {
  const auto entered = [&](const std::string& institution) {
    const auto found = records_.find(institution);
    return found == records_.end() ? 0 : found->second;
  };
  std::vector<v1::AgreementSummary> summaries;
  for (const auto& [pair, counts] : pairs_) {
    v1::AgreementSummary& summary = summaries.emplace_back();
    summary.set_first(pair.first);
    summary.set_second(pair.second);
    summary.set_records_of_both(counts.records);
    summary.set_records_of_first(entered(pair.first) - counts.records);
    summary.set_records_of_second(entered(pair.second) - counts.records);
    for (const auto& [key, count] : counts.counts) {
      *summary.add_counts() = MakeCount(key, count);
    }
  }
  return summaries;
}

v1::AgreementCount AgreementSummarizer::MakeCount(const CountKey& key,
                                                  const Count& count) {
  const auto& [unit, scope, type, kind_id, path] = key;
  v1::AgreementCount made;
  made.set_unit(unit);
  if (kind_id != 0) {
    made.set_kind(RecordTraitsTable::Get().FindByKindId(kind_id)->singular);
  }
  if (!path.empty()) made.set_path(path);
  if (type != v1::ITEM_TYPE_UNSPECIFIED) made.set_type(type);
  const int64_t compared = count.agreed + count.differing;
  made.set_compared(compared);
  made.set_agreed(count.agreed);
  made.set_agreed_blind(count.agreed_blind);
  made.set_differing(count.differing);
  made.set_only_first(count.only_first);
  made.set_only_second(count.only_second);
  if (compared == 0) return made;
  made.set_percent(100.0 * static_cast<double>(count.agreed) /
                   static_cast<double>(compared));
  const std::optional<Kappa> kappa = CohensKappa(count.ratings);
  if (kappa.has_value()) {
    made.set_kappa(kappa->kappa);
    made.set_expected_percent(100.0 * kappa->expected);
  }
  return made;
}

}  // namespace consilium

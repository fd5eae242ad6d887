#include "server/evidence/trial_links.h"

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "consilium/v1/link.pb.h"
#include "consilium/v1/trial.pb.h"

namespace consilium {
namespace {

const std::set<std::string>& Find(
    const std::map<std::string, std::set<std::string>>& sets,
    const std::string& id) {
  static const auto& none = *new std::set<std::string>;
  const auto found = sets.find(id);
  return found == sets.end() ? none : found->second;
}

}  // namespace

std::optional<std::string> TrialOfName(absl::string_view name) {
  if (!absl::ConsumePrefix(&name, "trials/") || absl::StrContains(name, '/')) {
    return std::nullopt;
  }
  return std::string(name);
}

TrialLinks::TrialLinks(const EvidenceRecords& records) {
  Join(records);
  NoteOverlaps(records);
}

void TrialLinks::Join(const EvidenceRecords& records) {
  std::map<std::string, std::string> parent;
  const auto root = [&parent](std::string id) {
    while (parent.count(id) > 0 && parent[id] != id) id = parent[id];
    return id;
  };
  std::set<std::string> wanted;
  for (const auto& [link_id, link] : records.links) {
    if (link->kind() != v1::LINK_KIND_DUPLICATE) continue;
    std::string first;
    for (const std::string& name : link->records()) {
      const std::optional<std::string> id = TrialOfName(name);
      if (!id.has_value() || records.trials.count(*id) == 0) continue;
      if (first.empty()) {
        first = root(*id);
      } else {
        parent[root(*id)] = first;
      }
    }
    const std::optional<std::string> primary = TrialOfName(link->primary());
    if (primary.has_value()) wanted.insert(*primary);
  }
  std::map<std::string, std::set<std::string>> joined;
  for (const auto& [id, trial] : records.trials) joined[root(id)].insert(id);
  for (const auto& [each, ids] : joined) {
    std::string primary = *ids.begin();
    for (const std::string& id : ids) {
      if (wanted.count(id) > 0) {
        primary = id;
        break;
      }
    }
    for (const std::string& id : ids) {
      primaries_[id] = primary;
      if (id != primary) linked_[primary].insert(id);
    }
  }
}

void TrialLinks::NoteOverlaps(const EvidenceRecords& records) {
  const auto note = [this](const std::string& a, const std::string& b) {
    const std::string first = PrimaryOf(a);
    const std::string second = PrimaryOf(b);
    if (first == second) return;
    overlaps_[first].insert(second);
    overlaps_[second].insert(first);
  };
  for (const auto& [id, trial] : records.trials) {
    for (const v1::TrialRelation& relation : trial.message().relations()) {
      switch (relation.kind()) {
        case v1::TRIAL_RELATION_KIND_OVERLAPS:
        case v1::TRIAL_RELATION_KIND_FOLLOWS_UP:
        case v1::TRIAL_RELATION_KIND_PART_OF:
          note(id, relation.trial());
          break;
        default:
          break;
      }
    }
    // A comparison of trials has no participants of its own.
    for (const std::string& other : trial.message().compared_trials()) {
      note(id, other);
    }
  }
}

std::string TrialLinks::PrimaryOf(const std::string& trial) const {
  const auto found = primaries_.find(trial);
  return found == primaries_.end() ? trial : found->second;
}

const std::set<std::string>& TrialLinks::LinkedTo(
    const std::string& primary) const {
  return Find(linked_, primary);
}

const std::set<std::string>& TrialLinks::OverlapsOf(
    const std::string& primary) const {
  return Find(overlaps_, primary);
}

}  // namespace consilium

#include "tests/simulation/known_changes.h"

#include <algorithm>
#include <utility>

#include "proto/base/status_macros.h"
#include "storage/change/change.h"
#include "storage/digest/element.h"
#include "storage/digest/lt_hash.h"

namespace consilium {

absl::Status KnownChanges::Add(const stored::v1::Change& change) {
  ASSIGN_OR_RETURN(const ParsedChange parsed, ParsedChange::Parse(change));
  RETURN_IF_ERROR(parsed.admissibility());
  const Dot dot = parsed.dot();
  if (known_.count(dot) > 0) return absl::OkStatus();
  if (parsed.header().has_opening()) {
    merge_.SetInstitution(dot.replica, parsed.header().opening().institution());
  }
  Known known;
  known.hash = parsed.hash();
  if (dot.sequence > 1) {
    known.past = known_.at({dot.replica, dot.sequence - 1}).past;
  }
  for (const auto& [replica, entry] : parsed.dependencies().entries()) {
    const Known& cause = known_.at({replica, entry.sequence});
    if (cause.hash != entry.hash) return absl::DataLossError("wrong hash");
    for (const auto& [other, sequence] : cause.past) {
      if (other == dot.replica) continue;
      known.past[other] = std::max(known.past[other], sequence);
    }
    known.past[replica] = std::max(known.past[replica], entry.sequence);
  }
  for (const ParsedRecord& record : parsed.records()) {
    for (const ParsedAssignment& assigned : record.assignments) {
      merge_.Add({.record = std::string(record.name),
                  .path = assigned.path,
                  .dot = dot,
                  .clock = parsed.header().logical_clock(),
                  .value = std::string(assigned.value),
                  .source = std::string(assigned.source),
                  .commitment = std::string(assigned.commitment),
                  .superseded = assigned.superseded,
                  .covered = record.covered});
    }
  }
  known_.emplace(dot, std::move(known));
  dots_.push_back(dot);
  return absl::OkStatus();
}

bool KnownChanges::Knows(const Dot& later, const Dot& earlier) const {
  if (later.replica == earlier.replica) {
    return earlier.sequence < later.sequence;
  }
  const auto& past = known_.at(later).past;
  const auto it = past.find(earlier.replica);
  return it != past.end() && earlier.sequence <= it->second;
}

Frontier KnownChanges::Close(const std::vector<Dot>& dots) const {
  Frontier frontier;
  for (const Dot& dot : dots) {
    const Known& known = known_.at(dot);
    frontier.Advance(dot.replica, dot.sequence, known.hash);
    for (const auto& [replica, sequence] : known.past) {
      frontier.Advance(replica, sequence, known_.at({replica, sequence}).hash);
    }
  }
  return frontier;
}

Frontier KnownChanges::RandomWithin(const Frontier& held,
                                    std::mt19937_64& random) const {
  std::vector<Dot> within;
  for (const Dot& dot : dots_) {
    if (held.Contains(dot)) within.push_back(dot);
  }
  std::vector<Dot> chosen;
  const uint64_t count = within.empty() ? 0 : random() % 4;
  for (uint64_t i = 0; i < count; ++i) {
    chosen.push_back(within[random() % within.size()]);
  }
  return Close(chosen);
}

std::string KnownChanges::DigestAt(const Frontier& frontier) const {
  LtHash content;
  for (const auto& [name, record] :
       merge_.StateAt([&](const Dot& dot) { return frontier.Contains(dot); })) {
    ElementHasher element(name);
    for (const auto& [path, siblings] : record.visible) {
      for (const NaiveAssignment& a : siblings) {
        element.Add(path, a.dot, a.commitment);
      }
    }
    content.Add(element.Finish());
  }
  return content.Digest();
}

}  // namespace consilium

#include "client/sync/frontiers.h"

#include <map>

namespace consilium {
namespace {

using Entries = std::map<std::string, stored::v1::FrontierEntry>;

Entries EntriesOf(const stored::v1::Frontier& frontier) {
  Entries entries;
  for (const auto& entry : frontier.entries()) {
    if (entry.sequence() > 0) entries[entry.replica()] = entry;
  }
  return entries;
}

stored::v1::Frontier FrontierOf(const Entries& entries) {
  stored::v1::Frontier frontier;
  for (const auto& [replica, entry] : entries) {
    *frontier.add_entries() = entry;
  }
  return frontier;
}

int64_t SequenceIn(const Entries& entries, const std::string& replica) {
  const auto it = entries.find(replica);
  return it == entries.end() ? 0 : it->second.sequence();
}

}  // namespace

int64_t CountMissing(const stored::v1::Frontier& held,
                     const stored::v1::Frontier& wanted) {
  const Entries have = EntriesOf(held);
  int64_t missing = 0;
  for (const auto& [replica, entry] : EntriesOf(wanted)) {
    const int64_t lacks = entry.sequence() - SequenceIn(have, replica);
    if (lacks > 0) missing += lacks;
  }
  return missing;
}

bool IsWithin(const stored::v1::Frontier& a, const stored::v1::Frontier& b) {
  return !FindGap(b, a).has_value();
}

stored::v1::Frontier MeetOf(const stored::v1::Frontier& a,
                            const stored::v1::Frontier& b) {
  const Entries others = EntriesOf(b);
  Entries meet;
  for (const auto& [replica, entry] : EntriesOf(a)) {
    const auto other = others.find(replica);
    if (other == others.end()) continue;
    meet[replica] =
        entry.sequence() <= other->second.sequence() ? entry : other->second;
  }
  return FrontierOf(meet);
}

stored::v1::Frontier JoinOf(const stored::v1::Frontier& a,
                            const stored::v1::Frontier& b) {
  Entries join = EntriesOf(a);
  for (const auto& [replica, entry] : EntriesOf(b)) {
    if (entry.sequence() > SequenceIn(join, replica)) join[replica] = entry;
  }
  return FrontierOf(join);
}

std::optional<FrontierFork> FindFork(const stored::v1::Frontier& a,
                                     const stored::v1::Frontier& b) {
  const Entries others = EntriesOf(b);
  for (const auto& [replica, entry] : EntriesOf(a)) {
    const auto other = others.find(replica);
    if (other != others.end() && other->second.sequence() == entry.sequence() &&
        other->second.hash() != entry.hash()) {
      return FrontierFork{replica, entry.sequence(), entry.hash(),
                          other->second.hash()};
    }
  }
  return std::nullopt;
}

std::optional<FrontierGap> FindGap(const stored::v1::Frontier& held,
                                   const stored::v1::Frontier& wanted) {
  const Entries have = EntriesOf(held);
  for (const auto& [replica, entry] : EntriesOf(wanted)) {
    const int64_t sequence = SequenceIn(have, replica);
    if (sequence < entry.sequence()) {
      return FrontierGap{replica, sequence, entry.sequence()};
    }
  }
  return std::nullopt;
}

}  // namespace consilium

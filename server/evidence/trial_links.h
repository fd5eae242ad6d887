// Which trials are one by links, and whose participants overlap.
#ifndef CONSILIUM_SERVER_EVIDENCE_TRIAL_LINKS_H_
#define CONSILIUM_SERVER_EVIDENCE_TRIAL_LINKS_H_

#include <map>
#include <optional>
#include <set>
#include <string>

#include "absl/strings/string_view.h"
#include "server/evidence/evidence_records.h"

namespace consilium {

// The id in `name`, a record's name relative to its registry, when it is that
// of a trial itself.
std::optional<std::string> TrialOfName(absl::string_view name);

class TrialLinks {
 public:
  // Duplicate links join trials transitively; of several primaries that links
  // name, and of none, the first by bytes is read.
  explicit TrialLinks(const EvidenceRecords& records);

  // The trial that `trial` is read as; itself when nothing joins it.
  std::string PrimaryOf(const std::string& trial) const;

  // The trials joined into `primary`, without itself.
  const std::set<std::string>& LinkedTo(const std::string& primary) const;

  // The primaries whose participants overlap with those of `primary`.
  const std::set<std::string>& OverlapsOf(const std::string& primary) const;

 private:
  void Join(const EvidenceRecords& records);
  void NoteOverlaps(const EvidenceRecords& records);

  std::map<std::string, std::string> primaries_;
  std::map<std::string, std::set<std::string>> linked_;
  std::map<std::string, std::set<std::string>> overlaps_;
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_EVIDENCE_TRIAL_LINKS_H_

// First drafts of protocols of reviews, from the evidence that a registry has.
#ifndef CONSILIUM_CLIENT_CLI_PROTOCOL_DRAFT_H_
#define CONSILIUM_CLIENT_CLI_PROTOCOL_DRAFT_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "consilium/v1/evidence.pb.h"

namespace consilium {

// Gathers evidence rows and proposes an outcome for each comparison that enough
// trials report: contrasts of each outcome and measure; counts of two groups,
// as risk ratios; and adverse events of grade 3 or higher, those of most
// trials.
//
// One thread.
class ProtocolDraft {
 public:
  // What the draft is of. `filter`, of trials, becomes the inclusion filter;
  // empty for none. Outcomes need rows of at least `trials_min` trials.
  ProtocolDraft(std::string id, std::string filter, size_t trials_min);

  // A row of an included trial, in any order.
  void Add(const v1::EvidenceRow& row);

  bool has_outcomes() const;

  // The protocol as YAML, as `review create -f` takes it, with comments that
  // name the trials behind each outcome.
  std::string ToYaml() const;

 private:
  enum class Source { kContrast, kCounts, kAdverseEvent };

  struct Key {
    Source source;
    std::string what;  // The outcome or adverse event, as rows have it.
    v1::EffectMeasure measure;
    auto operator<=>(const Key&) const = default;
  };

  struct Study {
    std::string name;
    std::set<std::string> groups;
  };

  struct Proposal {
    Key key;
    std::vector<std::string> studies;  // Their names, sorted.
  };

  std::vector<Proposal> Proposals() const;

  std::string id_;
  std::string filter_;
  size_t trials_min_;
  std::map<Key, std::map<std::string, Study>> found_;  // By trial id.
};

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_PROTOCOL_DRAFT_H_

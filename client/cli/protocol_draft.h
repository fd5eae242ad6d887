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
// trials report: contrasts of each outcome, part of the body and measure; means
// of two groups; their counts, as risk ratios; and adverse events of grade 3 or
// higher, those of most trials.
//
// One thread.
class ProtocolDraft {
 public:
  // What the draft is of. `filter`, of trials, becomes the inclusion filter;
  // empty for none. Outcomes need rows of at least `trials_min` trials.
  ProtocolDraft(std::string id, std::string filter, size_t trials_min);

  // A row of an included trial, with its records, in any order.
  void Add(const v1::EvidenceRow& row);

  bool has_outcomes() const;

  // The protocol as YAML, as `review create -f` takes it, with comments that
  // name the trials behind each outcome.
  std::string ToYaml() const;

 private:
  enum class Source { kContrast, kMeans, kCounts, kAdverseEvent };

  struct Key {
    Source source;
    std::string what;  // The outcome or adverse event, as rows have it.
    // What the report calls an outcome that no word names, or says beside the
    // word; and whether that is the title of the endpoint.
    std::string detail;
    bool by_title;
    v1::Compartment compartment;
    v1::EffectMeasure measure;
    auto operator<=>(const Key&) const = default;
  };

  struct Study {
    std::string name;
    std::set<v1::StudyDesign> designs;
    std::set<std::string> groups;
  };

  struct Proposal {
    Key key;
    std::vector<const Study*> studies;  // By name.
  };

  std::vector<Proposal> Proposals() const;
  std::string FilterOf(const Key& key) const;
  static std::string TitleOf(const Key& key);
  static bool HasDesign(const std::vector<const Study*>& studies,
                        v1::StudyDesign design);
  // "2 randomized: AURA3, FLAURA; 1 of unknown design: ...".
  static std::string StudiesText(const std::vector<const Study*>& studies);

  std::string id_;
  std::string filter_;
  size_t trials_min_;
  std::map<Key, std::map<std::string, Study>> found_;  // By trial id.
  // Outcomes that some row narrows by a compartment, or a detail.
  std::set<std::string> in_compartments_, detailed_;
};

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_PROTOCOL_DRAFT_H_

// Endpoints of a study of ClinicalTrials.gov, made of its outcome measures:
// those of one measure, place and assessor are one endpoint, and what tells
// their numbers apart is kept in words.
//
// One thread.
#ifndef CONSILIUM_CLIENT_IMPORT_CTGOV_ENDPOINTS_H_
#define CONSILIUM_CLIENT_IMPORT_CTGOV_ENDPOINTS_H_

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "client/import/json_node.h"
#include "client/import/study_builder.h"
#include "consilium/v1/common.pb.h"
#include "consilium/v1/endpoint.pb.h"
#include "consilium/v1/trial.pb.h"

namespace consilium {

class CtgovEndpoints {
 public:
  // Both must outlive the endpoints.
  CtgovEndpoints(const v1::Trial& trial, StudyBuilder& builder)
      : trial_(trial), builder_(builder) {}

  // Where the numbers of one outcome go.
  struct Place {
    std::string id;
    std::string title;  // Of the outcome, told apart from others.
    // What part of the participants it is of.
    std::vector<v1::Subgroup> parts;
    // What kind of number it has, in the registry's words.
    std::string kind;
  };

  // Finds the outcomes that are titled just by their measure: the numbers of
  // others have titles beside theirs, whichever comes first. For before the
  // first place.
  void FindPlain(const std::vector<JsonNode>& outcomes);

  // The place for `outcome`, read as `measure` unless that is UNSPECIFIED.
  // `title` and `role` name the members of the outcome that hold these.
  Place PlaceFor(const JsonNode& outcome, const char* title,
                 v1::Measure measure = v1::MEASURE_UNSPECIFIED);

  // The rank of a planned outcome, where the list tells it and not the outcome.
  void SetRole(const Place& place, v1::EndpointRole role);

  v1::Measure MeasureAt(const Place& place) const;

  // Add a number, of the part of its group that the outcome is of. Where its
  // endpoint has numbers of the same kind from another outcome, the title of
  // its own tells it apart. What still has the key of another gets the first of
  // `labels` that helps, else a number.
  void Add(const Place& place, v1::Estimate estimate,
           const std::vector<std::string>& labels);
  void Add(const Place& place, v1::Contrast contrast,
           const std::vector<std::string>& labels);

 private:
  enum class Rank { kPlain, kWhole, kPart };

  struct Entry {
    v1::Endpoint* endpoint = nullptr;
    std::string title;
    Rank rank = Rank::kPart;  // Of the outcome that gave the title.
    std::set<std::string> keys;
    size_t size_bytes = 0;
    std::map<std::string, std::string> owners;  // Kind of number: title.
  };

  static Rank RankOf(const Place& place);
  std::vector<v1::Subgroup> PartsIn(const JsonNode& outcome,
                                    const std::string& title,
                                    const v1::Endpoint& sample) const;
  void NoteMeasure(const JsonNode& title, const v1::Endpoint& sample);
  // The title of an outcome, other than that of any before it.
  const std::string& TitleOf(const JsonNode& outcome, const char* member);
  void AddOutcome(const JsonNode& outcome, const char* title_member,
                  const Place& place, Entry& entry);
  template <typename Element>
  void Label(const Place& place, const std::string& kind, Element& element);
  Entry& NewEntry(const std::string& id, const v1::Endpoint& sample,
                  const JsonNode& outcome);
  // The entry that still has room; a record has a size.
  Entry& EntryWithRoom(const Place& place, size_t size_bytes);

  const v1::Trial& trial_;
  StudyBuilder& builder_;
  std::map<std::string, std::string> titles_;  // By the outcome's path.
  std::map<std::string, std::vector<JsonNode>> titled_;  // By printed title.
  // Endpoint and kind of number: the title of the outcome that is just that.
  std::map<std::string, std::string> plain_;
  std::map<std::string, Entry> entries_;          // By id.
  std::map<std::string, JsonNode> outcomes_;      // By id: what it was made of.
  std::map<std::string, std::string> continued_;  // Id of a full one: the next.
};

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_IMPORT_CTGOV_ENDPOINTS_H_

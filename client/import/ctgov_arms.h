// Arms of a study of ClinicalTrials.gov, and which of them each group of its
// results is: the registry itself does not say.
//
// One thread.
#ifndef CONSILIUM_CLIENT_IMPORT_CTGOV_ARMS_H_
#define CONSILIUM_CLIENT_IMPORT_CTGOV_ARMS_H_

#include <deque>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "client/import/json_node.h"
#include "client/import/study_builder.h"
#include "consilium/v1/arm.pb.h"
#include "consilium/v1/common.pb.h"

namespace consilium {

// A group of participants of the results, as records name it.
struct ResultGroup {
  v1::Group group;
  v1::Arm* arm = nullptr;          // Null when it is several.
  std::vector<v1::Arm*> together;  // Those that are pooled; else empty.
  std::string title;               // As the results have it.
};

class CtgovArms {
 public:
  using GroupsById = std::map<std::string, const ResultGroup*>;

  // `builder` must outlive the arms.
  explicit CtgovArms(StudyBuilder& builder) : builder_(builder) {}

  // The arms of the protocol with what they are given.
  void ReadArms(const JsonNode& module);

  // Tells which arms several groups of `list` are parts of, none of them all of
  // it: doses. Every list before the first is read, so that a group is the same
  // in each.
  void FindDividedArms(const JsonNode& list);

  // Groups of one list of the results. A group is an arm, an arm narrowed to a
  // cohort, or the whole study; one that is none of these becomes an arm. Two
  // groups of one list are never one.
  GroupsById ReadGroups(const JsonNode& list);

  // The group with the id that `id` holds; absent, with a problem, when the
  // list has none.
  const ResultGroup* Find(const GroupsById& groups, const JsonNode& id);

 private:
  struct ArmInfo {
    std::string id;
    std::string label;
    std::set<std::string> label_words;
    std::set<std::string> words;  // Of all names of it and of what it is given.
    v1::Arm* arm = nullptr;
    bool of_protocol = false;  // Else it is a group that is no arm of it.
  };

  void LeaveOutOtherNames(const JsonNode& intervention);
  void AddComponents(const JsonNode& intervention, v1::Arm& arm);
  void AddRadiotherapy(const JsonNode& intervention, v1::Arm& arm);
  void NameArm(ImportedRecord& record, const std::string& label,
               const std::string& words, bool by_label);
  ArmInfo* MatchSequence(const std::string& title);
  ArmInfo* MatchTitle(const std::string& title);
  int ScoreOf(const std::set<std::string>& words, const ArmInfo& arm) const;
  ArmInfo* MatchWords(const std::set<std::string>& words, int lead_min);
  ArmInfo* MatchArm(const std::string& title, const std::string& description);
  size_t CountOfProtocol() const;
  bool NamesWholeStudy(const std::string& title, size_t groups) const;
  ArmInfo* FindLastArm(const std::vector<JsonNode>& list);
  std::vector<ArmInfo*> ArmsPooledIn(const std::string& title);
  std::vector<ArmInfo*> ArmsWith(const std::string& title);
  ArmInfo& AddArm(const JsonNode& node, const std::string& title);
  void TakeDescription(const JsonNode& node, const ResultGroup& group);
  // `groups` is how many the list has, `last` what a group is that is no other
  // arm.
  const ResultGroup& AddGroup(const JsonNode& node, const std::string& key,
                              size_t groups, ArmInfo* last,
                              std::set<std::string>& places);

  StudyBuilder& builder_;
  std::vector<JsonNode> interventions_;
  std::deque<ArmInfo> arms_;                   // Which stay where they are.
  std::map<std::string, ResultGroup> groups_;  // By title.
  std::set<std::string> divided_;              // Ids of arms in parts.
};

// The group as text, equal for groups that records could not tell apart.
std::string GroupPlace(const v1::Group& group);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_IMPORT_CTGOV_ARMS_H_

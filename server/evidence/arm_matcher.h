// What filters ask of what arms were given: drugs, their classes, radiotherapy
// and the treatment that these come to.
#ifndef CONSILIUM_SERVER_EVIDENCE_ARM_MATCHER_H_
#define CONSILIUM_SERVER_EVIDENCE_ARM_MATCHER_H_

#include <set>
#include <string>
#include <vector>

#include "absl/container/node_hash_map.h"
#include "absl/types/span.h"
#include "consilium/v1/evidence.pb.h"
#include "server/evidence/population.h"
#include "server/evidence/row_match.h"
#include "server/evidence/treatment.h"
#include "server/query/filter_ast.h"
#include "server/query/filter_matcher.h"

namespace consilium {

// What rows share: how their arms and trials read. Those must outlive it
// unchanged.
//
// One thread.
class RowFacts {
 public:
  const Treatment& TreatmentOfArm(const v1::Arm& arm);
  const Population& PopulationOfTrial(const v1::Trial& trial);

 private:
  absl::node_hash_map<const v1::Arm*, Treatment> treatments_;
  absl::node_hash_map<const v1::Trial*, Population> populations_;
};

// Whether it asks for one drug, class, radiotherapy or treatment, of a row or
// of an arm's treatment.
bool AsksWhatWasGiven(const FilterNode& comparison);

// The terms of `conjunction`, an AND, that ask what one arm was given:
// comparisons by `=` with drugs, drugClasses, radiotherapy or treatment, and
// ANDs and ORs of such. Of several, one arm must meet all.
std::vector<const FilterNode*> TermsOfOneArm(const FilterNode& conjunction);

// Whether `path` leads to what each arm of a row was given.
bool IsOfArmTreatments(const FilterPath& path);

// Adds the fields of rows that `node` compares, of what was given.
void AddGivenFields(const FilterNode& node, std::set<std::string>& fields);

// Asks it of the arms of rows, and of arms that nobody recorded.
//
// One thread.
class ArmMatcher {
 public:
  // `facts` must outlive it.
  explicit ArmMatcher(RowFacts& facts) : facts_(facts) {}

  // How `comparison` with a field that the row lists as unstated comes out.
  RowMatch MatchGiven(const FilterNode& comparison, const v1::EvidenceRow& row);

  // Whether one arm of the row meets all terms; with `each`, every one must. Of
  // a group that is known by its place alone, any of the arms may be meant.
  RowMatch Match(absl::Span<const FilterNode* const> terms, bool each,
                 const v1::EvidenceRow& row);

 private:
  bool MayHold(const FilterNode& comparison, const Treatment& arm,
               const v1::EvidenceRow& row);
  FilterMatch MatchOne(const FilterNode& node, const v1::EvidenceRow& row,
                       int arm);

  RowFacts& facts_;
};

}  // namespace consilium

#endif  // CONSILIUM_SERVER_EVIDENCE_ARM_MATCHER_H_

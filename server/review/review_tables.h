// What a review shows beside its outcomes. All are computed from rows and
// records alone.
#ifndef CONSILIUM_SERVER_REVIEW_REVIEW_TABLES_H_
#define CONSILIUM_SERVER_REVIEW_REVIEW_TABLES_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "consilium/v1/review_result.pb.h"
#include "server/review/review_input.h"

namespace consilium {

using RowSpan = absl::Span<const v1::EvidenceRow* const>;

// Which trials the protocol includes, by id, and why not the others.
struct Inclusion {
  std::set<std::string> included;
  std::vector<v1::ExcludedResult> excluded;  // By study and row.
  // Those of which it depends on what their reports leave open, by id.
  std::map<std::string, v1::PossibleResult> possible;
  // Those of sections that are listed apart and never pooled.
  std::set<std::string> apart;
  // Studies that the filter means by a NOT, since their reports say nothing of
  // the field at all, by field.
  std::map<std::string, std::set<std::string>> unsaid;
  // All that the review is about: those included, those apart, and those that
  // the filter includes and something else keeps out.
  std::set<std::string> in_scope;

  // Whether the result rests on that trial: what is in scope, and what may be.
  bool RestsOn(const std::string& trial) const {
    return in_scope.count(trial) > 0 || possible.count(trial) > 0;
  }
};
Inclusion IncludeTrials(const ReviewInput& input);

// Evidence tables, in the order of the protocol.
std::vector<v1::SectionResult> MakeSections(const ReviewInput& input,
                                            const Inclusion& inclusion);

// Rows of trials in scope that go on and have no results.
std::vector<v1::EvidenceRow> ListOngoing(const ReviewInput& input,
                                         const Inclusion& inclusion);

// Cells by drug class and technique, of the trials in scope. An arm stands at
// the narrowest classes that it holds, and each radiotherapy of it at its
// technique, else its target. Nobody counts twice in the cells of a class.
std::vector<v1::GapCell> MapGaps(const ReviewInput& input,
                                 const Inclusion& inclusion);

// Counts of adverse events of the trials included, by event, study and group.
std::vector<v1::ToxicityRow> TabulateToxicity(const ReviewInput& input,
                                              const Inclusion& inclusion);

// The terms that the rows of the trials in scope hold.
std::vector<v1::VocabularyTerm> ListTerms(const ReviewInput& input,
                                          const Inclusion& inclusion);

// PRISMA's numbers from the start. One that was never recorded has no total.
std::vector<v1::FlowNumber> CountFlow(const ReviewInput& input,
                                      const Inclusion& inclusion);

// Agreement of each two screeners at each stage.
std::vector<v1::ScreeningAgreement> CompareScreeners(
    absl::Span<const v1::Screening> screenings);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_REVIEW_REVIEW_TABLES_H_

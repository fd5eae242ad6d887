// Which of a study's results stands before which, and which stand level: of
// those none counts, for which of several to take is not for chance to say.
#ifndef CONSILIUM_SERVER_REVIEW_RIVALS_H_
#define CONSILIUM_SERVER_REVIEW_RIVALS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "server/review/preference_rank.h"
#include "server/review/study_selection.h"

namespace consilium {

// "drug against control", of one group its name.
std::string GroupText(const v1::EvidenceRow& row);

// Where `candidate` stands by the protocol, and behind that: what is printed
// before what numbers of arms give, and of a plan that prefers by population
// what states its own before what does not.
Rank OrderOf(const v1::ReviewOutcome& plan, const Candidate& candidate);

// Why `winner` counts and `candidate` does not.
std::string NotPreferred(const v1::ReviewOutcome& plan, const Candidate& winner,
                         const Candidate& candidate);

// Those of `usable` that are of other groups than `winner`, or that say
// otherwise of the same, and that nothing in the protocol puts behind it.
std::vector<const Candidate*> RivalsOf(const Candidate& winner,
                                       const std::vector<Candidate>& usable,
                                       const v1::ReviewOutcome& plan);

// Those printed comparisons of `unusable` that would be rivals of `winner` were
// their numbers there, of other groups: what a report leaves out does not
// choose the groups that count.
std::vector<const Candidate*> UnusableRivalsOf(
    const Candidate& winner, const std::vector<Candidate>& unusable,
    const v1::ReviewOutcome& plan);

// Lists all of `usable`: `winner` and its rivals, of which some may be
// unusable, as none of them counts, for `reason` where there is one, the others
// as not preferred.
void ExcludeRivals(const Candidate& winner,
                   const std::vector<const Candidate*>& rivals,
                   const std::vector<Candidate>& usable,
                   const v1::ReviewOutcome& plan, absl::string_view reason,
                   std::vector<v1::ExcludedResult>& excluded);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_REVIEW_RIVALS_H_

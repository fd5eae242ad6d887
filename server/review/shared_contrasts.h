// Printed comparisons of one trial that share a comparator, where nothing in
// the protocol puts one of them before the others: counted as the outcome's
// sharedComparator says.
#ifndef CONSILIUM_SERVER_REVIEW_SHARED_CONTRASTS_H_
#define CONSILIUM_SERVER_REVIEW_SHARED_CONTRASTS_H_

#include <set>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "consilium/v1/evidence.pb.h"
#include "consilium/v1/review.pb.h"
#include "server/review/study_selection.h"

namespace consilium {

// The arms of one side of a comparison; its name where no arms are told.
std::set<std::string> ArmsOf(const Candidate& candidate, bool reference);

struct SharedContrasts {
  // What counts: one that combines all, or each by itself; none where they
  // cannot be counted together.
  std::vector<Candidate> counted;
  // Comparisons of the groups that count with each other, which add nothing.
  std::vector<const Candidate*> among;
  // Why none counts; empty where some do.
  std::string why_not;
};

// `level` are comparisons, at least two, that the protocol puts before all
// others of their trial and not before each other; `rows` those of the trial.
// They are counted where they are of one result, against one comparator, each
// of participants of its own, but for comparisons of their groups with each
// other; not where one of them is not usable. `plan` asks for combine or split.
SharedContrasts CountShared(absl::Span<const Candidate* const> level,
                            absl::Span<const v1::EvidenceRow* const> rows,
                            const v1::ReviewOutcome& plan);

// Whether they would be counted if the plan asked for it.
bool CanShare(absl::Span<const Candidate* const> level);

// The effect that combines those of the parts of `candidate`, `effects` in
// their order.
RowEffect CombineParts(const Candidate& candidate,
                       std::vector<RowEffect> effects,
                       const v1::ReviewOutcome& plan);

// `effect`, which is that of `candidate`, as if it had a part of the comparator
// to itself.
RowEffect SplitComparator(const Candidate& candidate, RowEffect effect,
                          const v1::ReviewOutcome& plan);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_REVIEW_SHARED_CONTRASTS_H_

// Which rows of the evidence count for an outcome: one estimate per study and
// design, by the preferences of the protocol; every other row that matched is
// listed with the reason.
#ifndef CONSILIUM_SERVER_REVIEW_STUDY_SELECTION_H_
#define CONSILIUM_SERVER_REVIEW_STUDY_SELECTION_H_

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "consilium/v1/evidence.pb.h"
#include "consilium/v1/review.pb.h"
#include "consilium/v1/review_result.pb.h"
#include "consilium/v1/risk_of_bias_assessment.pb.h"
#include "proto/base/row_field.h"
#include "server/review/contrast_effect.h"
#include "server/review/row_effect.h"

namespace consilium {

// What a study contributes: one row, or the rows of its arms.
struct Candidate {
  // The rows; the first names it. Of a comparison made of counts, those of the
  // group stand before those of the reference.
  std::vector<const v1::EvidenceRow*> rows;
  size_t reference_count = 0;  // How many rows at the end are the reference's.
  // The row of a printed comparison that is pooled the other way round, as it
  // is pooled; null of others.
  std::shared_ptr<const v1::EvidenceRow> turned;
  RowEffect effect;
  ArmSizes sizes;  // Of a printed comparison.
  // Of what the plan's sharedComparator counts: how many printed comparisons
  // share the comparator, else 0, and what is known of it; where they are
  // combined each of them, in the order of the rows.
  int sharers = 0;
  ArmCounts comparator;
  std::vector<Candidate> parts;
  // Of a mean or a difference of means: what the effect is in, and what the
  // numbers of the rows were multiplied with for that.
  std::string unit;
  double unit_factor = 1;
  // Of its result. Set once it is selected.
  v1::RiskOfBiasJudgement risk_of_bias = v1::RISK_OF_BIAS_JUDGEMENT_UNSPECIFIED;
  // Of the protocol, of all trials. Set once it is selected; they outlive it.
  const Covariates* covariates = nullptr;
  std::vector<std::string> notes;

  const v1::EvidenceRow& row() const { return *rows.front(); }
  // Short name of the study, with the group where several of its comparisons
  // count.
  std::string name() const {
    return sharers > 0 && parts.empty() ? row().study() + " (" + group() + ")"
                                        : row().study();
  }
  // What the effect is of.
  const std::string& group() const {
    return turned != nullptr ? turned->group() : row().group();
  }
  const std::string& reference() const {
    return turned != nullptr ? turned->reference() : row().reference();
  }
};

struct Selection {
  v1::StudyDesign design = v1::STUDY_DESIGN_UNSPECIFIED;
  std::vector<Candidate> studies;            // By year, study and row.
  std::vector<v1::ExcludedResult> excluded;  // By study and row.
  std::vector<v1::PossibleResult> possible;  // By study and row.
  // What the plan's zeroCells come to for these studies: all-if-any is settled
  // as only-zero or all.
  v1::ZeroCellTables zero_cells = v1::ZERO_CELL_TABLES_UNSPECIFIED;
};

// The rows that an outcome's filter means, none of them a trial's own, and
// those that it may, by study and row. `plan` has its defaults. One selection a
// design that some of them has: first those that the plan pools, of which there
// is at least one; then, of rows whose design is not known, one that pools
// nothing; then those of other designs, which pool nothing either.
std::vector<Selection> SelectStudies(
    absl::Span<const v1::EvidenceRow* const> rows,
    absl::Span<const v1::PossibleResult> possible,
    const v1::ReviewOutcome& plan);

// The effect of `candidate` were its rows those of `rows`.
RowEffect EffectOfCandidate(const Candidate& candidate,
                            absl::Span<const v1::EvidenceRow* const> rows,
                            const v1::ReviewOutcome& plan);

// A row that is listed and not pooled.
v1::ExcludedResult MakeExcluded(const v1::EvidenceRow& row,
                                v1::ExclusionReason reason,
                                std::string explanation);

// A row that a filter may mean; `fields` keep it from matching.
v1::PossibleResult MakePossible(const v1::EvidenceRow& row,
                                const std::set<std::string>& fields);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_REVIEW_STUDY_SELECTION_H_

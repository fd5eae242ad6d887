// What a plan adds to counts of which a cell is 0.
#ifndef CONSILIUM_SERVER_REVIEW_ZERO_CELLS_H_
#define CONSILIUM_SERVER_REVIEW_ZERO_CELLS_H_

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "consilium/v1/review.pb.h"
#include "server/review/study_selection.h"
#include "server/synthesis/binary_effect.h"

namespace consilium {

// Of a plan whose tables are settled; all-if-any is read as only-zero.
ZeroCells ZeroCellsOf(const v1::ReviewOutcome& plan);

// Whether effects of `plan` come of counts or rates of which one may be 0.
bool MayHaveZeroCells(const v1::ReviewOutcome& plan);

// What is added to the tables of `studies`: all-if-any comes to all when one of
// them has a 0, else to only-zero. Values in dispute change nothing of it.
v1::ZeroCellTables SettledTables(absl::Span<const Candidate* const> studies,
                                 const v1::ReviewOutcome& plan);

// `plan` with these tables.
v1::ReviewOutcome WithTables(const v1::ReviewOutcome& plan,
                             v1::ZeroCellTables tables);

// `studies` with the effects that they have under `plan`, whose tables are
// settled for them first.
std::vector<Candidate> WithZeroCellsOf(
    absl::Span<const Candidate* const> studies, const v1::ReviewOutcome& plan);

// "0.5 added to each cell of 3 tables with a 0"; "" when nothing was added and
// none has a 0. `plan` is settled.
std::string ZeroCellWords(absl::Span<const Candidate* const> studies,
                          const v1::ReviewOutcome& plan);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_REVIEW_ZERO_CELLS_H_

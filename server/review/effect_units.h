// Units of means and of their differences: what is pooled has one.
#ifndef CONSILIUM_SERVER_REVIEW_EFFECT_UNITS_H_
#define CONSILIUM_SERVER_REVIEW_EFFECT_UNITS_H_

#include <string>

#include "absl/types/span.h"
#include "consilium/v1/evidence.pb.h"
#include "consilium/v1/review.pb.h"
#include "server/review/row_effect.h"
#include "server/review/study_selection.h"

namespace consilium {

// Whether effects of `plan` have the unit of what was measured: means, and
// differences of means that are not standardized.
bool HasUnits(const v1::ReviewOutcome& plan);

// The rows' units, each once: "cm, mm". One word where they have one, or none.
std::string UnitsOf(absl::Span<const v1::EvidenceRow* const> rows);

// `effect` in another unit: numbers on its scale times `factor`.
RowEffect InUnit(RowEffect effect, double factor);

// Gives the studies of `selection` the unit that most of them have: converts
// the others, and excludes those whose unit measures something else. Where no
// unit is that of most, excludes all that cannot be converted to the first by
// name.
void SettleUnits(const v1::ReviewOutcome& plan, Selection& selection);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_REVIEW_EFFECT_UNITS_H_

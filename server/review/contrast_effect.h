// The effect of a comparison as a report prints it.
#ifndef CONSILIUM_SERVER_REVIEW_CONTRAST_EFFECT_H_
#define CONSILIUM_SERVER_REVIEW_CONTRAST_EFFECT_H_

#include "consilium/v1/evidence.pb.h"
#include "consilium/v1/review.pb.h"
#include "server/review/row_effect.h"

namespace consilium {

// Participants of the groups that are compared; 0 when not known.
struct ArmSizes {
  double group = 0;
  double reference = 0;
  // Whether they are those of the analysis; otherwise those of the arms.
  bool analysed = false;
};

// Of a hazard ratio the printed standard error, interval or exact P counts, and
// where the plan allows events these: beside a ratio they give its variance;
// with an exact P of a log-rank test and the side that it favours the ratio,
// too. `sizes` divides the events between the arms. `plan` has its defaults.
RowEffect EffectOfContrast(const v1::EvidenceRow& row, const ArmSizes& sizes,
                           const v1::ReviewOutcome& plan);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_REVIEW_CONTRAST_EFFECT_H_

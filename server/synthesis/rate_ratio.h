// Ratios of incidence rates from events and person-time of two arms.
// Conventions are those of metafor's escalc ("IRR").
#ifndef CONSILIUM_SERVER_SYNTHESIS_RATE_RATIO_H_
#define CONSILIUM_SERVER_SYNTHESIS_RATE_RATIO_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "server/synthesis/binary_effect.h"
#include "server/synthesis/effect_size.h"

namespace consilium {

// Events while participants were watched for `person_years` in all. One
// participant may have several events.
struct ArmRate {
  double events = 0;
  double person_years = 0;
};

struct ContrastRates {
  ArmRate treated;
  ArmRate control;
};

// log((x1 / t1) / (x2 / t2)) with variance 1 / x1 + 1 / x2 (Rothman, Greenland
// and Lash 2008), one for each study, in their order. `zero_cells` adds to the
// events, by person-time where it divides by size; drop_double_zero drops
// studies without an event. A study whose rates define no ratio, or that is
// dropped, has no estimate and says why in `excluded`.
//   INVALID_ARGUMENT  events below 0 or person-time that is not above 0; names
//                     the study.
absl::StatusOr<std::vector<EffectSize>> RateRatios(
    absl::Span<const ContrastRates> studies, const ZeroCells& zero_cells = {});

}  // namespace consilium

#endif  // CONSILIUM_SERVER_SYNTHESIS_RATE_RATIO_H_

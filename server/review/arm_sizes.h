// How many participants the groups of a comparison have, by what stands beside
// it.
#ifndef CONSILIUM_SERVER_REVIEW_ARM_SIZES_H_
#define CONSILIUM_SERVER_REVIEW_ARM_SIZES_H_

#include "absl/types/span.h"
#include "consilium/v1/evidence.pb.h"
#include "server/review/contrast_effect.h"

namespace consilium {

// Of `contrast`, which is narrowed by no subgroup: what estimates among `rows`
// of the same result and population count; where these do not tell of both
// groups, what the arms of both count in the same report.
ArmSizes SizesOfArms(const v1::EvidenceRow& contrast,
                     absl::Span<const v1::EvidenceRow* const> rows);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_REVIEW_ARM_SIZES_H_

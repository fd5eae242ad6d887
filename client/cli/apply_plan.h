// Which changes an `apply` makes out of the records of its files.
#ifndef CONSILIUM_CLIENT_CLI_APPLY_PLAN_H_
#define CONSILIUM_CLIENT_CLI_APPLY_PLAN_H_

#include <vector>

#include "client/cli/evidence.h"

namespace consilium {

// The records of one change.
using ApplyGroup = std::vector<const EvidenceRecord*>;

// One group when all of `evidence` fits one change. Else whole units, in the
// order in which they refer to each other: as many together as make a change
// of up to kChangeSizeWanted, a larger one by itself.
std::vector<ApplyGroup> PlanApply(const Evidence& evidence);

// The records of each unit by itself, in that order.
std::vector<ApplyGroup> PlanApplyByUnit(const Evidence& evidence);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_APPLY_PLAN_H_

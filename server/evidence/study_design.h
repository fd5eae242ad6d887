// How the participants of trials came into the groups that are compared.
// README.md gives the rules.
//
// Pure functions.
#ifndef CONSILIUM_SERVER_EVIDENCE_STUDY_DESIGN_H_
#define CONSILIUM_SERVER_EVIDENCE_STUDY_DESIGN_H_

#include <cstddef>

#include "consilium/v1/common.pb.h"
#include "consilium/v1/evidence.pb.h"
#include "consilium/v1/trial.pb.h"

namespace consilium {

// How the participants of the trial came into its groups. UNSPECIFIED when the
// records do not tell.
v1::StudyDesign DesignOf(const v1::Trial& trial, size_t arm_count);

// `design` as it holds for a comparison of `group` with `reference`: of two
// parts of one arm, or with a group from outside, nobody was assigned by
// chance.
v1::StudyDesign DesignOfContrast(v1::StudyDesign design, const v1::Group& group,
                                 const v1::Group& reference);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_EVIDENCE_STUDY_DESIGN_H_

#include "server/evidence/study_design.h"

#include <algorithm>

namespace consilium {
namespace {

bool IsYes(const v1::Fact& fact) { return fact.answer() == v1::ANSWER_YES; }
bool IsNo(const v1::Fact& fact) { return fact.answer() == v1::ANSWER_NO; }

}  // namespace

v1::StudyDesign DesignOf(const v1::Trial& trial, size_t arm_count) {
  if (trial.study_type() == v1::STUDY_TYPE_PRECLINICAL) {
    return v1::STUDY_DESIGN_PRECLINICAL;
  }
  if (trial.study_type() == v1::STUDY_TYPE_COMPARISON) {
    return v1::STUDY_DESIGN_CROSS_TRIAL;
  }
  if (trial.allocation() == v1::ALLOCATION_RANDOMIZED ||
      IsYes(trial.randomized())) {
    return v1::STUDY_DESIGN_RANDOMIZED;
  }
  if (IsYes(trial.single_arm()) || trial.allocation() == v1::ALLOCATION_NA ||
      trial.intervention_model() == v1::INTERVENTION_MODEL_SINGLE_GROUP) {
    return v1::STUDY_DESIGN_SINGLE_ARM;
  }
  if (trial.allocation() == v1::ALLOCATION_NON_RANDOMIZED ||
      IsNo(trial.randomized()) ||
      trial.study_type() == v1::STUDY_TYPE_OBSERVATIONAL) {
    // One arm described is not a single arm when a report was searched for it.
    return arm_count == 1 && !trial.single_arm().has_answer()
               ? v1::STUDY_DESIGN_SINGLE_ARM
               : v1::STUDY_DESIGN_NON_RANDOMIZED;
  }
  return v1::STUDY_DESIGN_UNSPECIFIED;
}

v1::StudyDesign DesignOfContrast(v1::StudyDesign design, const v1::Group& group,
                                 const v1::Group& reference) {
  if (design == v1::STUDY_DESIGN_PRECLINICAL ||
      design == v1::STUDY_DESIGN_CROSS_TRIAL) {
    return design;
  }
  if (group.has_external() || reference.has_external()) {
    return v1::STUDY_DESIGN_NON_RANDOMIZED;
  }
  if (design == v1::STUDY_DESIGN_SINGLE_ARM) {
    return v1::STUDY_DESIGN_NON_RANDOMIZED;
  }
  const bool same_arms =
      std::equal(group.arms().begin(), group.arms().end(),
                 reference.arms().begin(), reference.arms().end());
  if (same_arms && !group.has_printed_number() &&
      (group.subgroups_size() > 0 || reference.subgroups_size() > 0)) {
    return v1::STUDY_DESIGN_NON_RANDOMIZED;
  }
  return design;
}

}  // namespace consilium

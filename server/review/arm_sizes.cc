#include "server/review/arm_sizes.h"

#include <algorithm>

namespace consilium {
namespace {

// The most participants of `arms` that a row beside `contrast` counts, of the
// same result and population; 0 when none tells.
double ParticipantsBeside(const v1::EvidenceRow& contrast,
                          const v1::Group& group,
                          absl::Span<const v1::EvidenceRow* const> rows) {
  int participants = 0;
  for (const v1::EvidenceRow* row : rows) {
    const v1::Group& counted = row->estimate().group();
    if (row->kind() == v1::EVIDENCE_KIND_ESTIMATE &&
        row->record() == contrast.record() &&
        row->report() == contrast.report() &&
        row->population() == contrast.population() &&
        row->subgroups().empty() && !group.arms().empty() &&
        std::equal(counted.arms().begin(), counted.arms().end(),
                   group.arms().begin(), group.arms().end())) {
      participants = std::max(participants, row->participants());
    }
  }
  return participants;
}

// The participants of `arms` together, of each the most that it counts in the
// report of `contrast` without narrowing; 0 when one of them tells none.
double ParticipantsCounted(
    const v1::EvidenceRow& contrast,
    const google::protobuf::RepeatedPtrField<v1::Arm>& arms) {
  double participants = 0;
  for (const v1::Arm& arm : arms) {
    int of_arm = 0;
    for (const v1::ParticipantCount& count : arm.participant_counts()) {
      const std::string& report =
          count.has_report() ? count.report() : count.registration();
      if (report == contrast.report() && count.subgroups().empty()) {
        of_arm = std::max(of_arm, count.count());
      }
    }
    if (of_arm == 0) return 0;
    participants += of_arm;
  }
  return participants;
}

}  // namespace

ArmSizes SizesOfArms(const v1::EvidenceRow& contrast,
                     absl::Span<const v1::EvidenceRow* const> rows) {
  ArmSizes sizes = {
      ParticipantsBeside(contrast, contrast.contrast().group(), rows),
      ParticipantsBeside(contrast, contrast.contrast().reference(), rows)};
  sizes.analysed = sizes.group > 0 || sizes.reference > 0;
  if (sizes.group > 0 && sizes.reference > 0) return sizes;
  const ArmSizes counted = {
      ParticipantsCounted(contrast, contrast.arms()),
      ParticipantsCounted(contrast, contrast.reference_arms())};
  return counted.group > 0 && counted.reference > 0 ? counted : sizes;
}

}  // namespace consilium

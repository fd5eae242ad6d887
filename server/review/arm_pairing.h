// Comparisons that a report does not print, and that the numbers of its arms
// give.
#ifndef CONSILIUM_SERVER_REVIEW_ARM_PAIRING_H_
#define CONSILIUM_SERVER_REVIEW_ARM_PAIRING_H_

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "consilium/v1/evidence.pb.h"

namespace consilium {

// Rows of one result: same record, report, population, time, grade, statistic
// and category, no participant in two of them.
struct ArmPair {
  std::vector<const v1::EvidenceRow*> group;
  std::vector<const v1::EvidenceRow*> reference;
};

struct UnpairedRow {
  const v1::EvidenceRow* row = nullptr;
  std::string why;
};

struct ArmPairs {
  std::vector<ArmPair> pairs;
  std::vector<UnpairedRow> unpaired;
};

// What the types of arms say of the group that they make, and those of a row's
// arms of its group.
enum class GroupRole { kUnderTest, kComparator, kUntold };
GroupRole RoleOf(const google::protobuf::RepeatedPtrField<v1::Arm>& arms);
GroupRole RoleOf(const v1::EvidenceRow& row);

// The rows of other arms of the result of `first`, which is among `rows`, and
// `first` before them; of the same part of the arms where it is of one.
std::vector<const v1::EvidenceRow*> RowsOfOtherArms(
    const v1::EvidenceRow& first,
    absl::Span<const v1::EvidenceRow* const> rows);

// Pairs `rows`, each of one group, of one trial. The group is what has targeted
// drug and radiotherapy together, where another arm has not; else the arms that
// the trial calls experimental, against its comparators.
ArmPairs PairArms(absl::Span<const v1::EvidenceRow* const> rows);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_REVIEW_ARM_PAIRING_H_

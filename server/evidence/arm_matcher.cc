#include "server/evidence/arm_matcher.h"

#include <algorithm>
#include <variant>

#include "server/evidence/row_fields.h"
#include "server/query/filter_matcher.h"

namespace consilium {
namespace {

using v1::EvidenceRow;

constexpr int kUnrecordedArm = -1;

// The field of rows that tells what was given and that `field`, of a row or of
// the treatment of one arm, is; 0 for others.
int GivenFieldOf(const google::protobuf::FieldDescriptor& field) {
  if (field.containing_type() == v1::ArmTreatment::descriptor()) {
    switch (field.number()) {
      case v1::ArmTreatment::kDrugsFieldNumber:
        return EvidenceRow::kDrugsFieldNumber;
      case v1::ArmTreatment::kDrugClassesFieldNumber:
        return EvidenceRow::kDrugClassesFieldNumber;
      case v1::ArmTreatment::kRadiotherapyFieldNumber:
        return EvidenceRow::kRadiotherapyFieldNumber;
      case v1::ArmTreatment::kTreatmentFieldNumber:
        return EvidenceRow::kTreatmentFieldNumber;
      default:
        return 0;
    }
  }
  if (field.containing_type() != EvidenceRow::descriptor()) return 0;
  switch (field.number()) {
    case EvidenceRow::kDrugsFieldNumber:
    case EvidenceRow::kDrugClassesFieldNumber:
    case EvidenceRow::kRadiotherapyFieldNumber:
    case EvidenceRow::kTreatmentFieldNumber:
      return field.number();
    default:
      return 0;
  }
}

bool IsTermOfOneArm(const FilterNode& node) {
  switch (node.kind) {
    case FilterNode::Kind::kAnd:
    case FilterNode::Kind::kOr:
      return !node.children.empty() &&
             std::all_of(node.children.begin(), node.children.end(),
                         IsTermOfOneArm);
    default:
      return AsksWhatWasGiven(node) && node.path.fields.size() == 1;
  }
}

// What a comparison asks of what one arm was given.
bool ArmHolds(const FilterNode& comparison, const Treatment& arm) {
  switch (GivenFieldOf(*comparison.path.fields.back())) {
    case EvidenceRow::kDrugsFieldNumber:
      return Contains(arm.drugs, comparison.text[0]);
    case EvidenceRow::kDrugClassesFieldNumber:
      return Contains(arm.drug_classes, comparison.text[0]);
    case EvidenceRow::kRadiotherapyFieldNumber:
      return Contains(arm.radiotherapy, comparison.text[0]);
    default:
      return std::get<int>(comparison.operand) == arm.setting;
  }
}

}  // namespace

const Treatment& RowFacts::TreatmentOfArm(const v1::Arm& arm) {
  const auto [found, is_new] = treatments_.try_emplace(&arm);
  if (is_new) found->second = TreatmentOf({&arm});
  return found->second;
}

const Population& RowFacts::PopulationOfTrial(const v1::Trial& trial) {
  const auto [found, is_new] = populations_.try_emplace(&trial);
  if (is_new) found->second = PopulationOf(trial);
  return found->second;
}

bool AsksWhatWasGiven(const FilterNode& comparison) {
  return comparison.kind == FilterNode::Kind::kComparison &&
         comparison.op == FilterOp::kEqual && comparison.text.size() == 1 &&
         GivenFieldOf(*comparison.path.fields.back()) != 0;
}

std::vector<const FilterNode*> TermsOfOneArm(const FilterNode& conjunction) {
  std::vector<const FilterNode*> terms;
  for (const FilterNode& child : conjunction.children) {
    if (IsTermOfOneArm(child)) terms.push_back(&child);
  }
  return terms;
}

bool IsOfArmTreatments(const FilterPath& path) {
  return path.fields[0]->containing_type() == EvidenceRow::descriptor() &&
         path.fields[0]->number() == EvidenceRow::kArmTreatmentsFieldNumber;
}

void AddGivenFields(const FilterNode& node, std::set<std::string>& fields) {
  if (node.kind == FilterNode::Kind::kComparison) {
    const int number = GivenFieldOf(*node.path.fields.back());
    if (number == 0) return;
    fields.insert(
        EvidenceRow::descriptor()->FindFieldByNumber(number)->json_name());
    return;
  }
  for (const FilterNode& child : node.children) AddGivenFields(child, fields);
}

bool ArmMatcher::MayHold(const FilterNode& comparison, const Treatment& arm,
                         const EvidenceRow& row) {
  switch (GivenFieldOf(*comparison.path.fields.back())) {
    case EvidenceRow::kDrugsFieldNumber:
      return MayBeDrug(arm, comparison.text[0]);
    case EvidenceRow::kDrugClassesFieldNumber:
      return MayBeClass(arm, comparison.text[0]);
    case EvidenceRow::kRadiotherapyFieldNumber:
      return MayBeRadiotherapy(
          arm, comparison.text[0],
          row.design() == v1::STUDY_DESIGN_PRECLINICAL
              ? MetastasesExcluded::kAll
              : ExcludedOf(facts_.PopulationOfTrial(row.trial()),
                           row.settings()));
    default:
      return arm.uncoded;
  }
}

RowMatch ArmMatcher::MatchGiven(const FilterNode& comparison,
                                const EvidenceRow& row) {
  const bool known = !IsUnstated("group", row);
  if (known && MatchesFilter(comparison, row)) return RowMatch::kYes;
  bool some = false;
  bool all = true;
  bool may = false;
  for (const v1::Arm& arm : row.arms()) {
    const Treatment& treatment = facts_.TreatmentOfArm(arm);
    const bool holds = ArmHolds(comparison, treatment);
    some |= holds;
    all &= holds;
    may |= MayHold(comparison, treatment, row);
  }
  if (row.arms().empty()) {
    may = MayHold(comparison, UnrecordedTreatment(), row);
  }
  // One arm alone: the other group is none that is described.
  if (!known && all && row.arms_size() > 1) return RowMatch::kYes;
  return (!known && some) || may ? RowMatch::kMay : RowMatch::kNo;
}

// How a part of the filter about what was given comes out for one arm; for
// kUnrecordedArm, one of which nothing is recorded.
FilterMatch ArmMatcher::MatchOne(const FilterNode& node, const EvidenceRow& row,
                                 int arm) {
  FilterMatch match = FilterMatch::kNo;
  switch (node.kind) {
    case FilterNode::Kind::kAnd:
      match = FilterMatch::kYes;
      for (const FilterNode& child : node.children) {
        match = std::min(match, MatchOne(child, row, arm));
      }
      return match;
    case FilterNode::Kind::kOr:
      for (const FilterNode& child : node.children) {
        match = std::max(match, MatchOne(child, row, arm));
      }
      return match;
    case FilterNode::Kind::kNot:
      match = MatchOne(node.children[0], row, arm);
      if (match == FilterMatch::kMay) return match;
      return match == FilterMatch::kYes ? FilterMatch::kNo : FilterMatch::kYes;
    default:
      break;
  }
  if (AsksWhatWasGiven(node)) {
    const Treatment& treatment = arm == kUnrecordedArm
                                     ? UnrecordedTreatment()
                                     : facts_.TreatmentOfArm(row.arms(arm));
    if (ArmHolds(node, treatment)) return FilterMatch::kYes;
    return MayHold(node, treatment, row) ? FilterMatch::kMay : FilterMatch::kNo;
  }
  return arm != kUnrecordedArm && arm < row.arm_treatments_size() &&
                 MatchesFilter(node, row.arm_treatments(arm))
             ? FilterMatch::kYes
             : FilterMatch::kNo;
}

RowMatch ArmMatcher::Match(absl::Span<const FilterNode* const> terms, bool each,
                           const EvidenceRow& row) {
  FilterMatch best = FilterMatch::kNo;
  FilterMatch least = FilterMatch::kYes;
  for (int i = 0; i < row.arms_size(); ++i) {
    FilterMatch match = FilterMatch::kYes;
    for (const FilterNode* term : terms) {
      match = std::min(match, MatchOne(*term, row, i));
    }
    best = std::max(best, match);
    least = std::min(least, match);
  }
  if (row.arms().empty()) {
    best = FilterMatch::kNo;
    if (IsUnstated("treatment", row)) {
      best = FilterMatch::kMay;
      for (const FilterNode* term : terms) {
        best = std::min(best, MatchOne(*term, row, kUnrecordedArm));
      }
    }
    least = best;
  }
  FilterMatch result = each ? least : best;
  if (IsUnstated("group", row) && best >= FilterMatch::kMay) {
    result = least == FilterMatch::kYes && row.arms_size() > 1
                 ? FilterMatch::kYes
                 : FilterMatch::kMay;
  }
  if (result == FilterMatch::kYes) return RowMatch::kYes;
  return result == FilterMatch::kMay ? RowMatch::kMay : RowMatch::kNo;
}

}  // namespace consilium

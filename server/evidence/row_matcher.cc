#include "server/evidence/row_matcher.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "google/protobuf/message.h"
#include "server/evidence/bounded_value.h"
#include "server/evidence/row_fields.h"

namespace consilium {
namespace {

using v1::EvidenceRow;

// The name of a field in EvidenceRow.unstated.
std::string UnstatedName(const google::protobuf::FieldDescriptor& field) {
  return field.number() == EvidenceRow::kAdverseEventTermsFieldNumber
             ? "adverseEvent"
             : field.json_name();
}

bool IsUnstated(absl::string_view field, const EvidenceRow& row) {
  return std::find(row.unstated().begin(), row.unstated().end(), field) !=
         row.unstated().end();
}

bool Contains(const TermIds& ids, absl::string_view id) {
  return ids.count(std::string(id)) > 0;
}

// What a comparison asks of what one arm was given.
bool ArmHolds(const FilterNode& comparison, const Treatment& arm) {
  switch (comparison.path.fields[0]->number()) {
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

bool ArmMayHold(const FilterNode& comparison, const Treatment& arm) {
  switch (comparison.path.fields[0]->number()) {
    case EvidenceRow::kDrugsFieldNumber:
      return MayBeDrug(arm, comparison.text[0]);
    case EvidenceRow::kDrugClassesFieldNumber:
      return MayBeClass(arm, comparison.text[0]);
    case EvidenceRow::kRadiotherapyFieldNumber:
      return MayBeTechnique(arm, comparison.text[0]);
    default:
      return false;
  }
}

bool MayBeDesign(int design, const v1::Trial& trial) {
  switch (design) {
    case v1::STUDY_DESIGN_RANDOMIZED:
      return trial.randomized().answer() != v1::ANSWER_NO;
    case v1::STUDY_DESIGN_SINGLE_ARM:
      return trial.single_arm().answer() != v1::ANSWER_NO;
    case v1::STUDY_DESIGN_NON_RANDOMIZED:
      return true;
    default:
      return false;
  }
}

// What is "ongoing" may still recruit, or not.
std::optional<RowMatch> MatchStatus(const FilterNode& comparison,
                                    const EvidenceRow& row) {
  if (comparison.path.fields.size() != 1 ||
      comparison.path.fields[0]->number() != EvidenceRow::kStatusFieldNumber ||
      row.status() != v1::TRIAL_STATUS_ONGOING ||
      !std::holds_alternative<int>(comparison.operand)) {
    return std::nullopt;
  }
  switch (std::get<int>(comparison.operand)) {
    case v1::TRIAL_STATUS_ACTIVE_NOT_RECRUITING:
    case v1::TRIAL_STATUS_ENROLLING_BY_INVITATION:
    case v1::TRIAL_STATUS_RECRUITING:
      return RowMatch::kMay;
    default:
      return std::nullopt;
  }
}

FilterMatch Graded(RowMatch match) {
  switch (match) {
    case RowMatch::kYes:
      return FilterMatch::kYes;
    case RowMatch::kMay:
      return FilterMatch::kMay;
    case RowMatch::kNo:
      break;
  }
  return FilterMatch::kNo;
}

// Whether a row without a value for the comparison answers it all the same: its
// list of terms is empty, or its number is in a unit of another kind.
bool IsAnswered(const FilterNode& comparison, const EvidenceRow& row) {
  if (comparison.path.fields.size() != 1) return false;
  const google::protobuf::FieldDescriptor& field = *comparison.path.fields[0];
  if (field.is_repeated()) return true;
  switch (field.number()) {
    case EvidenceRow::kValueMonthsFieldNumber:
    case EvidenceRow::kValuePercentFieldNumber:
      return row.has_value();
    case EvidenceRow::kLowMonthsFieldNumber:
    case EvidenceRow::kLowPercentFieldNumber:
      return row.has_low();
    case EvidenceRow::kHighMonthsFieldNumber:
    case EvidenceRow::kHighPercentFieldNumber:
      return row.has_high();
    default:
      return false;
  }
}

}  // namespace

const Treatment& RowMatcher::TreatmentOfArm(const v1::Arm& arm) {
  const auto [found, is_new] = treatments_.try_emplace(&arm);
  if (is_new) found->second = TreatmentOf({&arm});
  return found->second;
}

const Population& RowMatcher::PopulationOfTrial(const v1::Trial& trial) {
  const auto [found, is_new] = populations_.try_emplace(&trial);
  if (is_new) found->second = PopulationOf(trial);
  return found->second;
}

RowMatch RowMatcher::MatchTreatment(const FilterNode& comparison,
                                    const EvidenceRow& row) {
  const bool known = !IsUnstated("group", row);
  if (known && MatchesFilter(comparison, row)) return RowMatch::kYes;
  bool some = false;
  bool all = true;
  bool may = false;
  for (const v1::Arm& arm : row.arms()) {
    const Treatment& treatment = TreatmentOfArm(arm);
    const bool holds = ArmHolds(comparison, treatment);
    some |= holds;
    all &= holds;
    may |= ArmMayHold(comparison, treatment);
  }
  // One arm alone: the other group is none that is described.
  if (!known && all && row.arms_size() > 1) return RowMatch::kYes;
  return (!known && some) || may ? RowMatch::kMay : RowMatch::kNo;
}

// How a comparison with a field that the row lists as unstated comes out.
RowMatch RowMatcher::MatchUnstated(const FilterNode& comparison,
                                   const EvidenceRow& row) {
  const bool matches = MatchesFilter(comparison, row);
  // What is not asked with the name of one value stays open.
  if (comparison.op != FilterOp::kEqual || comparison.path.fields.size() != 1 ||
      comparison.text.size() != 1) {
    return matches ? RowMatch::kYes : RowMatch::kMay;
  }
  const std::string& term = comparison.text[0];
  bool may = true;
  switch (comparison.path.fields[0]->number()) {
    case EvidenceRow::kDrugsFieldNumber:
    case EvidenceRow::kDrugClassesFieldNumber:
    case EvidenceRow::kRadiotherapyFieldNumber:
    case EvidenceRow::kTreatmentFieldNumber:
      return MatchTreatment(comparison, row);
    case EvidenceRow::kDesignFieldNumber:
      may = MayBeDesign(std::get<int>(comparison.operand), row.trial());
      break;
    case EvidenceRow::kSettingsFieldNumber:
      may = Contains(PopulationOfTrial(row.trial()).other_settings, term);
      break;
    case EvidenceRow::kAlterationsFieldNumber:
      may = Contains(PopulationOfTrial(row.trial()).other_alterations, term);
      break;
    case EvidenceRow::kHistologyFieldNumber:
      may = Contains(PopulationOfTrial(row.trial()).other_histology, term);
      break;
    case EvidenceRow::kAdverseEventTermsFieldNumber: {
      const std::vector<std::string> terms =
          TermList::Of(v1::VOCABULARY_ADVERSE_EVENT)
              .WithBroader("radiation-pneumonitis");
      may = std::find(terms.begin(), terms.end(), term) != terms.end();
      break;
    }
    default:
      break;
  }
  if (matches) return RowMatch::kYes;
  return may ? RowMatch::kMay : RowMatch::kNo;
}

FilterMatch RowMatcher::MatchComparison(const FilterNode& node,
                                        const EvidenceRow& row,
                                        std::set<std::string>& fields) {
  const google::protobuf::FieldDescriptor& field = *node.path.fields[0];
  std::optional<RowMatch> open = MatchBounded(node, row);
  std::string name = field.json_name();
  if (!open.has_value()) open = MatchStatus(node, row);
  if (!open.has_value() && row.unstated_size() > 0) {
    name = UnstatedName(field);
    if (IsUnstated(name, row)) open = MatchUnstated(node, row);
  }
  if (open.has_value()) {
    if (*open == RowMatch::kMay) fields.insert(name);
    return Graded(*open);
  }
  const size_t mark = silent_.size();
  const FilterMatch match = MatchFilter(node, row, silent_);
  if (match == FilterMatch::kSilent && IsAnswered(node, row)) {
    silent_.resize(mark);
    return FilterMatch::kNo;
  }
  if (match == FilterMatch::kMay) fields.insert(node.path.ToString());
  return match;
}

FilterMatch RowMatcher::Evaluate(const FilterNode& node, const EvidenceRow& row,
                                 std::set<std::string>& fields) {
  const size_t mark = silent_.size();
  FilterMatch match = FilterMatch::kNo;
  switch (node.kind) {
    case FilterNode::Kind::kAnd:
      match = FilterMatch::kYes;
      for (const FilterNode& child : node.children) {
        match = std::min(match, Evaluate(child, row, fields));
        if (match == FilterMatch::kNo) break;
      }
      break;
    case FilterNode::Kind::kOr:
      for (const FilterNode& child : node.children) {
        match = std::max(match, Evaluate(child, row, fields));
        if (match == FilterMatch::kYes) break;
      }
      break;
    case FilterNode::Kind::kNot:
      match = Evaluate(node.children[0], row, fields);
      if (match != FilterMatch::kMay) {
        match =
            match == FilterMatch::kYes ? FilterMatch::kNo : FilterMatch::kYes;
      }
      break;
    default:
      match = MatchVariants(node, row, fields);
      break;
  }
  if (match != FilterMatch::kSilent) silent_.resize(mark);
  return match;
}

// A part of the filter without parts. Where other values of the row answer it
// otherwise, it is open.
FilterMatch RowMatcher::MatchVariants(const FilterNode& node,
                                      const EvidenceRow& row,
                                      std::set<std::string>& fields) {
  const FilterMatch match = MatchLeaf(node, row, fields);
  if (variants_ == nullptr || row.disputes_size() == 0) return match;
  const auto found = variants_->find(&row);
  if (found == variants_->end()) return match;
  const size_t mark = silent_.size();
  for (const EvidenceRow* variant : found->second) {
    std::set<std::string> unused;
    const FilterMatch other = MatchLeaf(node, *variant, unused);
    silent_.resize(mark);
    if (other == match || std::max(other, match) == FilterMatch::kSilent) {
      continue;
    }
    fields.insert(node.kind == FilterNode::Kind::kComparison
                      ? UnstatedName(*node.path.fields[0])
                      : "conflicts");
    return FilterMatch::kMay;
  }
  return match;
}

FilterMatch RowMatcher::MatchLeaf(const FilterNode& node,
                                  const EvidenceRow& row,
                                  std::set<std::string>& fields) {
  if (node.kind == FilterNode::Kind::kComparison) {
    return MatchComparison(node, row, fields);
  }
  const FilterMatch match = MatchFilter(node, row, silent_);
  if (match == FilterMatch::kMay) fields.insert(node.path.ToString());
  return match;
}

RowMatch RowMatcher::Match(const EvidenceRow& row,
                           std::set<std::string>& fields) {
  std::set<std::string> open;
  silent_.clear();
  switch (Evaluate(filter_, row, open)) {
    case FilterMatch::kYes:
      return RowMatch::kYes;
    case FilterMatch::kMay:
      fields.merge(open);
      return RowMatch::kMay;
    default:
      return RowMatch::kNo;
  }
}

RowMatch MatchRow(const Filter& filter, const EvidenceRow& row,
                  std::set<std::string>& fields) {
  return RowMatcher(filter.root()).Match(row, fields);
}

}  // namespace consilium

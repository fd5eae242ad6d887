#include "server/evidence/row_matcher.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>
#include <variant>

#include "google/protobuf/message.h"
#include "server/evidence/row_fields.h"
#include "server/evidence/row_silence.h"
#include "server/evidence/study_match.h"
#include "server/evidence/vocabulary.h"

namespace consilium {
namespace {

using v1::EvidenceRow;

// The name of a field in EvidenceRow.unstated.
std::string UnstatedName(const google::protobuf::FieldDescriptor& field) {
  return field.number() == EvidenceRow::kAdverseEventTermsFieldNumber
             ? "adverseEvent"
             : field.json_name();
}

// How a comparison with a line comes out that is the second or a later one.
RowMatch MatchLaterLine(FilterOp op, double number) {
  constexpr double kFirst = 2;
  switch (op) {
    case FilterOp::kEqual:
    case FilterOp::kHas:
    case FilterOp::kLessEqual:
      return number < kFirst ? RowMatch::kNo : RowMatch::kMay;
    case FilterOp::kLess:
      return number <= kFirst ? RowMatch::kNo : RowMatch::kMay;
    case FilterOp::kNotEqual:
    case FilterOp::kGreater:
      return number < kFirst ? RowMatch::kYes : RowMatch::kMay;
    case FilterOp::kGreaterEqual:
      return number <= kFirst ? RowMatch::kYes : RowMatch::kMay;
  }
  return RowMatch::kMay;
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

// Whether it asks what is doubtful of a row, which is certain.
bool AsksForDoubts(const FilterNode& node) {
  if (node.path.fields.empty()) return false;
  switch (node.path.fields[0]->number()) {
    case EvidenceRow::kAlternativesFieldNumber:
    case EvidenceRow::kConflictsFieldNumber:
    case EvidenceRow::kDisputesFieldNumber:
      return node.path.fields[0]->containing_type() ==
             EvidenceRow::descriptor();
    default:
      return false;
  }
}

// Whether it asks for what a row of several arms tells by each: the column has
// the treatment of one of them.
bool AsksForTreatment(const FilterNode& comparison) {
  return AsksWhatWasGiven(comparison) && comparison.path.fields.size() == 1 &&
         comparison.path.fields[0]->number() ==
             EvidenceRow::kTreatmentFieldNumber;
}

// Whether it asks for a term of whom the row is about.
bool AsksForParticipants(const FilterNode& comparison) {
  if (comparison.path.fields.size() != 1 ||
      (comparison.op != FilterOp::kEqual && comparison.op != FilterOp::kHas)) {
    return false;
  }
  switch (comparison.path.fields[0]->number()) {
    case EvidenceRow::kSettingsFieldNumber:
    case EvidenceRow::kAlterationsFieldNumber:
    case EvidenceRow::kHistologyFieldNumber:
      return true;
    default:
      return false;
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

}  // namespace

RowMatcher::RowMatcher(const FilterNode& filter, const RowVariants* variants,
                       RowFacts* facts)
    : filter_(filter),
      variants_(variants),
      facts_(facts == nullptr ? own_facts_ : *facts),
      arms_(facts_) {
  AddGrades(filter);
}

// Comparisons with grades that stand in one AND ask for those of all of them.
void RowMatcher::AddGrades(const FilterNode& node) {
  std::vector<const FilterNode*> joined;
  GradeRange range;
  if (const auto asked = GradesAskedBy(node))
    grades_.try_emplace(&node, *asked);
  for (const FilterNode& child : node.children) {
    AddGrades(child);
    const auto asked = grades_.find(&child);
    if (node.kind != FilterNode::Kind::kAnd || asked == grades_.end() ||
        child.op == FilterOp::kNotEqual) {
      continue;
    }
    joined.push_back(&child);
    range.low = std::max(range.low, asked->second.low);
    range.high = std::min(range.high, asked->second.high);
  }
  for (const FilterNode* comparison : joined) grades_[comparison] = range;
}

// What several terms of an AND come to that one arm must meet, each of which
// some arm meets. Silent when none meets all.
FilterMatch RowMatcher::MatchOneArm(absl::Span<const FilterNode* const> terms,
                                    const EvidenceRow& row,
                                    std::set<std::string>& fields) {
  const RowMatch match = arms_.Match(terms, /*each=*/false, row);
  bool open = match == RowMatch::kMay;
  if (variants_ != nullptr) {
    const auto found = variants_->find(&row);
    if (found != variants_->end()) {
      for (const RowVariant& variant : found->second) {
        const RowMatch other = arms_.Match(terms, /*each=*/false, *variant.row);
        open |= variant.reading ? other > match : other != match;
      }
    }
  }
  if (open) {
    for (const FilterNode* term : terms) AddGivenFields(*term, fields);
    return FilterMatch::kMay;
  }
  return match == RowMatch::kYes ? FilterMatch::kYes : FilterMatch::kSilent;
}

// How a comparison with a field that the row lists as unstated comes out.
RowMatch RowMatcher::MatchUnstated(const FilterNode& comparison,
                                   const EvidenceRow& row) {
  const bool matches = MatchesFilter(comparison, row);
  const auto* const number = std::get_if<FilterNumber>(&comparison.operand);
  if (number != nullptr && comparison.path.fields.size() == 1 &&
      comparison.path.fields[0]->number() == EvidenceRow::kLineFieldNumber &&
      facts_.PopulationOfTrial(row.trial()).after_first_line) {
    return MatchLaterLine(comparison.op, number->real);
  }
  if (comparison.path.fields.size() == 1 &&
      (comparison.op == FilterOp::kEqual || comparison.op == FilterOp::kHas)) {
    const int field = comparison.path.fields[0]->number();
    const bool of_group = field == EvidenceRow::kGroupFieldNumber;
    if (!matches && (of_group || field == EvidenceRow::kReferenceFieldNumber)) {
      return MayBeGroup(comparison,
                        of_group ? row.arms() : row.reference_arms())
                 ? RowMatch::kMay
                 : RowMatch::kNo;
    }
  }
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
      return arms_.MatchGiven(comparison, row);
    case EvidenceRow::kDesignFieldNumber:
      may = MayBeDesign(std::get<int>(comparison.operand), row.trial());
      break;
    case EvidenceRow::kSettingsFieldNumber:
      may =
          Contains(facts_.PopulationOfTrial(row.trial()).other_settings, term);
      break;
    case EvidenceRow::kAlterationsFieldNumber:
      may = Contains(facts_.PopulationOfTrial(row.trial()).other_alterations,
                     term);
      break;
    case EvidenceRow::kHistologyFieldNumber:
      may =
          Contains(facts_.PopulationOfTrial(row.trial()).other_histology, term);
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
  if (const auto match = MatchStudy(node, row)) return *match;
  std::optional<RowMatch> open;
  if (const auto asked = grades_.find(&node); asked != grades_.end()) {
    open = MatchGrades(node, asked->second, row);
  } else {
    open = MatchBounded(node, row);
  }
  std::string name = field.json_name();
  if (!open.has_value() && row.arms_size() > 1 && AsksForTreatment(node)) {
    open = arms_.Match({&node}, /*each=*/false, row);
  }
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
  FilterMatch match = MatchFilter(node, row, silent_);
  if (match == FilterMatch::kSilent && IsAnswered(node, row)) {
    silent_.resize(mark);
    match = FilterMatch::kNo;
  }
  if (match == FilterMatch::kMay) fields.insert(node.path.ToString());
  if (match != FilterMatch::kNo || !SaysNothing(node, row)) return match;
  if (negations_ % 2 == 1) {
    unsaid_.push_back(&node);
  } else if (AsksForParticipants(node)) {
    silent_.push_back(&node);
    return FilterMatch::kSilent;
  }
  return match;
}

FilterMatch RowMatcher::Evaluate(const FilterNode& node, const EvidenceRow& row,
                                 std::set<std::string>& fields) {
  const size_t silent = silent_.size();
  const size_t unsaid = unsaid_.size();
  FilterMatch match = FilterMatch::kNo;
  switch (node.kind) {
    case FilterNode::Kind::kAnd:
      match = EvaluateAnd(node, row, fields);
      break;
    case FilterNode::Kind::kOr:
      match = EvaluateOr(node, row, fields);
      break;
    case FilterNode::Kind::kNot:
      ++negations_;
      match = Evaluate(node.children[0], row, fields);
      --negations_;
      if (match != FilterMatch::kMay) {
        match =
            match == FilterMatch::kYes ? FilterMatch::kNo : FilterMatch::kYes;
      }
      if (match == FilterMatch::kNo) unsaid_.resize(unsaid);
      break;
    default:
      match = MatchVariants(node, row, fields);
      break;
  }
  if (match != FilterMatch::kSilent) silent_.resize(silent);
  return match;
}

FilterMatch RowMatcher::EvaluateAnd(const FilterNode& node,
                                    const EvidenceRow& row,
                                    std::set<std::string>& fields) {
  const size_t unsaid = unsaid_.size();
  FilterMatch match = FilterMatch::kYes;
  for (const FilterNode& child : node.children) {
    match = std::min(match, Evaluate(child, row, fields));
    if (match == FilterMatch::kNo) break;
  }
  if (match >= FilterMatch::kMay && row.arms_size() > 1) {
    const std::vector<const FilterNode*> terms = TermsOfOneArm(node);
    if (terms.size() > 1) {
      match = std::min(match, MatchOneArm(terms, row, fields));
      if (match == FilterMatch::kSilent) silent_.push_back(&node);
    }
  }
  // Under a NOT what fails is what matches.
  if (negations_ % 2 == 0 && match < FilterMatch::kMay) {
    unsaid_.resize(unsaid);
  }
  return match;
}

FilterMatch RowMatcher::EvaluateOr(const FilterNode& node,
                                   const EvidenceRow& row,
                                   std::set<std::string>& fields) {
  const size_t unsaid = unsaid_.size();
  FilterMatch match = FilterMatch::kNo;
  for (const FilterNode& child : node.children) {
    const size_t before = unsaid_.size();
    const FilterMatch each = Evaluate(child, row, fields);
    if (negations_ % 2 == 0) {
      // What makes it match counts alone.
      if (each > match) {
        unsaid_.erase(unsaid_.begin() + static_cast<ptrdiff_t>(unsaid),
                      unsaid_.begin() + static_cast<ptrdiff_t>(before));
      } else {
        unsaid_.resize(before);
      }
    }
    match = std::max(match, each);
    if (match == FilterMatch::kYes) break;
  }
  return match;
}

// A part of the filter without parts. Where other values of the row answer it
// otherwise, it is open; another reading takes nothing from what holds.
FilterMatch RowMatcher::MatchVariants(const FilterNode& node,
                                      const EvidenceRow& row,
                                      std::set<std::string>& fields) {
  const FilterMatch match = MatchLeaf(node, row, fields);
  const bool doubtful = row.disputes_size() + row.alternatives_size() > 0;
  if (variants_ == nullptr || !doubtful || AsksForDoubts(node)) return match;
  const auto found = variants_->find(&row);
  if (found == variants_->end()) return match;
  const size_t silent = silent_.size();
  const size_t unsaid = unsaid_.size();
  for (const RowVariant& variant : found->second) {
    std::set<std::string> unused;
    const FilterMatch other = MatchLeaf(node, *variant.row, unused);
    silent_.resize(silent);
    unsaid_.resize(unsaid);
    if (other == match || std::max(other, match) == FilterMatch::kSilent ||
        (variant.reading && other < match)) {
      continue;
    }
    fields.insert(node.kind == FilterNode::Kind::kComparison
                      ? UnstatedName(*node.path.fields[0])
                  : variant.reading ? "alternatives"
                                    : "conflicts");
    return FilterMatch::kMay;
  }
  return match;
}

FilterMatch RowMatcher::MatchLeaf(const FilterNode& node,
                                  const EvidenceRow& row,
                                  std::set<std::string>& fields) {
  const bool asks = node.kind == FilterNode::Kind::kAny ||
                    node.kind == FilterNode::Kind::kAll ||
                    AsksWhatWasGiven(node);
  if (asks && IsOfArmTreatments(node.path)) {
    const FilterNode* const term =
        node.kind == FilterNode::Kind::kComparison ? &node : &node.children[0];
    const RowMatch match =
        arms_.Match({term}, node.kind == FilterNode::Kind::kAll, row);
    if (match == RowMatch::kMay) AddGivenFields(*term, fields);
    if (match == RowMatch::kMay && fields.empty()) fields.insert("group");
    return Graded(match);
  }
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
  unsaid_.clear();
  switch (Evaluate(filter_, row, open)) {
    case FilterMatch::kYes:
      return RowMatch::kYes;
    case FilterMatch::kMay:
      fields.merge(open);
      return RowMatch::kMay;
    default:
      unsaid_.clear();
      return RowMatch::kNo;
  }
}

RowMatch MatchRow(const Filter& filter, const EvidenceRow& row,
                  std::set<std::string>& fields) {
  return RowMatcher(filter.root()).Match(row, fields);
}

}  // namespace consilium

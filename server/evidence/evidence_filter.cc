#include "server/evidence/evidence_filter.h"

#include <algorithm>
#include <map>
#include <utility>
#include <variant>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/message.h"
#include "proto/base/element_key.h"
#include "proto/base/enum_text.h"
#include "proto/base/number_text.h"
#include "proto/base/suggestion.h"
#include "server/evidence/bounded_value.h"
#include "server/evidence/row_fields.h"
#include "server/evidence/study_facts.h"
#include "server/evidence/vocabulary.h"
#include "server/query/filter_matcher.h"
#include "server/synthesis/real_math.h"

namespace consilium {
namespace {

using v1::EvidenceRow;

// The vocabulary of a field; UNSPECIFIED when it has none.
v1::Vocabulary VocabularyOf(int field) {
  switch (field) {
    case EvidenceRow::kDrugClassesFieldNumber:
    case EvidenceRow::kReferenceDrugClassesFieldNumber:
      return v1::VOCABULARY_DRUG_CLASS;
    case EvidenceRow::kRadiotherapyFieldNumber:
    case EvidenceRow::kReferenceRadiotherapyFieldNumber:
      return v1::VOCABULARY_RADIOTHERAPY;
    case EvidenceRow::kSettingsFieldNumber:
      return v1::VOCABULARY_SETTING;
    case EvidenceRow::kAlterationsFieldNumber:
      return v1::VOCABULARY_ALTERATION;
    case EvidenceRow::kAdverseEventFieldNumber:
    case EvidenceRow::kAdverseEventTermsFieldNumber:
      return v1::VOCABULARY_ADVERSE_EVENT;
    default:
      return v1::VOCABULARY_UNSPECIFIED;
  }
}

// The fields in months and in percent that hold what `field` holds as printed;
// 0 when there are none.
struct ComparableFields {
  int months = 0;
  int percent = 0;
};

ComparableFields ComparableOf(int field) {
  switch (field) {
    case EvidenceRow::kValueFieldNumber:
      return {EvidenceRow::kValueMonthsFieldNumber,
              EvidenceRow::kValuePercentFieldNumber};
    case EvidenceRow::kLowFieldNumber:
      return {EvidenceRow::kLowMonthsFieldNumber,
              EvidenceRow::kLowPercentFieldNumber};
    case EvidenceRow::kHighFieldNumber:
      return {EvidenceRow::kHighMonthsFieldNumber,
              EvidenceRow::kHighPercentFieldNumber};
    case EvidenceRow::kTimeMonthsFieldNumber:
      return {EvidenceRow::kTimeMonthsFieldNumber, 0};
    default:
      return {};
  }
}

// The UCUM unit that a word means; empty when it is no time and no share.
absl::string_view ComparableUnit(absl::string_view word) {
  static constexpr std::pair<absl::string_view, absl::string_view> kUnits[] = {
      {"mo", "mo"},   {"month", "mo"}, {"months", "mo"}, {"a", "a"},
      {"y", "a"},     {"yr", "a"},     {"year", "a"},    {"years", "a"},
      {"wk", "wk"},   {"week", "wk"},  {"weeks", "wk"},  {"d", "d"},
      {"day", "d"},   {"days", "d"},   {"h", "h"},       {"hour", "h"},
      {"hours", "h"}, {"%", "%"},      {"percent", "%"},
  };
  for (const auto& [name, unit] : kUnits) {
    if (absl::EqualsIgnoreCase(name, word)) return unit;
  }
  return "";
}

// Reads "1 year" in a comparison with a number as one of its field in months.
void ReadUnit(FilterNode& comparison) {
  const ComparableFields fields =
      ComparableOf(comparison.path.fields[0]->number());
  const absl::string_view text = comparison.text[0];
  const size_t end = text.find_first_not_of("+-.0123456789");
  double number = 0;
  if (end == absl::string_view::npos ||
      !absl::SimpleAtod(text.substr(0, end), &number)) {
    return;
  }
  const absl::string_view unit =
      ComparableUnit(absl::StripAsciiWhitespace(text.substr(end)));
  if (unit.empty()) return;
  const int field = unit == "%" ? fields.percent : fields.months;
  if (field == 0) return;
  if (unit != "%") number = RoundResult(*Months(number, unit));
  comparison.path.fields[0] =
      EvidenceRow::descriptor()->FindFieldByNumber(field);
  comparison.text = {ShortestDecimal(number)};
}

class TermWords final : public FilterWords {
 public:
  BindFault Read(FilterNode& comparison) const override {
    const auto& fields = comparison.path.fields;
    if (fields.size() != 1 ||
        fields[0]->containing_type() != EvidenceRow::descriptor() ||
        comparison.text.size() != 1 || comparison.text[0].empty()) {
      return {};
    }
    ReadUnit(comparison);
    return ReadTerm(comparison);
  }

 private:
  static BindFault ReadTerm(FilterNode& comparison) {
    const auto& fields = comparison.path.fields;
    if ((comparison.op != FilterOp::kHas && comparison.op != FilterOp::kEqual &&
         comparison.op != FilterOp::kNotEqual)) {
      return {};
    }
    const std::string& word = comparison.text[0];
    if (fields[0]->number() == EvidenceRow::kDrugsFieldNumber) {
      if (const DrugSpec* drug = FindDrug(word)) Mean(drug->id, comparison);
      return {};
    }
    if (fields[0]->number() == EvidenceRow::kOutcomeFieldNumber) {
      const auto* const measure =
          ParseEnum(*v1::Measure_descriptor(), NormalizeTerm(word));
      if (measure != nullptr) Mean(EnumToken(*measure), comparison);
      return {};
    }
    const v1::Vocabulary vocabulary = VocabularyOf(fields[0]->number());
    if (vocabulary == v1::VOCABULARY_UNSPECIFIED) return {};
    if (fields[0]->number() == EvidenceRow::kAdverseEventFieldNumber &&
        comparison.op != FilterOp::kNotEqual) {
      comparison.path.fields[0] = EvidenceRow::descriptor()->FindFieldByNumber(
          EvidenceRow::kAdverseEventTermsFieldNumber);
    }
    const TermList& terms = TermList::Of(vocabulary);
    const absl::string_view id = terms.Find(word);
    if (!id.empty()) {
      Mean(id, comparison);
      return {};
    }
    if (vocabulary == v1::VOCABULARY_ADVERSE_EVENT) return {};
    if (vocabulary == v1::VOCABULARY_DRUG_CLASS) {
      if (const DrugSpec* drug = FindDrug(word)) {
        return {
            kFilterUnknownTerm,
            absl::StrCat("this is a drug, no class; write drugs = ", drug->id)};
      }
    }
    return {kFilterUnknownTerm,
            absl::StrCat("no such term",
                         DidYouMean(NormalizeTerm(word), terms.words()),
                         "; `consilium evidence terms` lists them")};
  }

  static void Mean(absl::string_view id, FilterNode& comparison) {
    comparison.text = {std::string(id)};
    if (comparison.op == FilterOp::kHas) comparison.op = FilterOp::kEqual;
  }
};

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

void AddComparisons(const FilterNode& node,
                    std::vector<const FilterNode*>& comparisons) {
  if (node.kind == FilterNode::Kind::kNot) return;
  if (node.kind == FilterNode::Kind::kComparison) comparisons.push_back(&node);
  for (const FilterNode& child : node.children) {
    AddComparisons(child, comparisons);
  }
}

// The texts of a field of rows by their lower case; empty for other types.
std::map<std::string, std::string> TextsOf(
    const google::protobuf::FieldDescriptor& field,
    absl::Span<const EvidenceRow* const> rows) {
  std::map<std::string, std::string> texts;
  if (field.type() != google::protobuf::FieldDescriptor::TYPE_STRING) {
    return texts;
  }
  const auto add = [&texts](const std::string& text) {
    if (!text.empty()) texts.try_emplace(absl::AsciiStrToLower(text), text);
  };
  const google::protobuf::Reflection& reflection =
      *EvidenceRow::GetReflection();
  for (const EvidenceRow* row : rows) {
    if (!field.is_repeated()) {
      add(reflection.GetString(*row, &field));
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(*row, &field); ++i) {
      add(reflection.GetRepeatedString(*row, &field, i));
    }
  }
  return texts;
}

}  // namespace

absl::StatusOr<Filter> ParseEvidenceFilter(absl::string_view text) {
  static const TermWords words;
  return Filter::Parse(text, *EvidenceRow::descriptor(), &words);
}

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

RowMatch RowMatcher::Evaluate(const FilterNode& node, const EvidenceRow& row,
                              std::set<std::string>& fields) {
  switch (node.kind) {
    case FilterNode::Kind::kAnd: {
      RowMatch match = RowMatch::kYes;
      for (const FilterNode& child : node.children) {
        match = std::min(match, Evaluate(child, row, fields));
        if (match == RowMatch::kNo) break;
      }
      return match;
    }
    case FilterNode::Kind::kOr: {
      RowMatch match = RowMatch::kNo;
      for (const FilterNode& child : node.children) {
        match = std::max(match, Evaluate(child, row, fields));
        if (match == RowMatch::kYes) break;
      }
      return match;
    }
    case FilterNode::Kind::kNot: {
      const RowMatch match = Evaluate(node.children[0], row, fields);
      if (match == RowMatch::kMay) return match;
      return match == RowMatch::kYes ? RowMatch::kNo : RowMatch::kYes;
    }
    default:
      break;
  }
  if (node.kind != FilterNode::Kind::kComparison) {
    return MatchesFilter(node, row) ? RowMatch::kYes : RowMatch::kNo;
  }
  if (const auto match = MatchBounded(node, row)) {
    if (*match == RowMatch::kMay) {
      fields.insert(node.path.fields[0]->json_name());
    }
    return *match;
  }
  if (row.unstated_size() > 0) {
    const std::string field = UnstatedName(*node.path.fields[0]);
    if (IsUnstated(field, row)) {
      const RowMatch match = MatchUnstated(node, row);
      if (match == RowMatch::kMay) fields.insert(field);
      return match;
    }
  }
  return MatchesFilter(node, row) ? RowMatch::kYes : RowMatch::kNo;
}

RowMatch RowMatcher::Match(const EvidenceRow& row,
                           std::set<std::string>& fields) {
  std::set<std::string> open;
  const RowMatch match = Evaluate(filter_, row, open);
  if (match == RowMatch::kMay) fields.merge(open);
  return match;
}

RowMatch MatchRow(const Filter& filter, const EvidenceRow& row,
                  std::set<std::string>& fields) {
  return RowMatcher(filter.root()).Match(row, fields);
}

std::vector<std::string> UnmetComparisons(
    const Filter& filter, absl::Span<const EvidenceRow* const> rows) {
  std::vector<const FilterNode*> comparisons;
  AddComparisons(filter.root(), comparisons);
  std::vector<std::string> unmet;
  for (const FilterNode* comparison : comparisons) {
    RowMatcher matcher(*comparison);
    std::set<std::string> fields;
    const bool met =
        std::any_of(rows.begin(), rows.end(), [&](const EvidenceRow* row) {
          return matcher.Match(*row, fields) == RowMatch::kYes;
        });
    if (met) continue;
    std::string text = absl::StrCat("no row has ", comparison->ToString());
    if (comparison->path.fields.size() == 1 && comparison->text.size() == 1) {
      const std::map<std::string, std::string> texts =
          TextsOf(*comparison->path.fields[0], rows);
      const std::string word = absl::AsciiStrToLower(comparison->text[0]);
      std::vector<std::string> candidates;
      for (const auto& [lower, original] : texts) candidates.push_back(lower);
      auto meant = texts.find(word);
      if (meant == texts.end()) meant = texts.find(Suggest(word, candidates));
      if (meant != texts.end()) {
        absl::StrAppend(&text, "; did you mean \"", meant->second, "\"?");
      }
    }
    unmet.push_back(std::move(text));
  }
  return unmet;
}

}  // namespace consilium

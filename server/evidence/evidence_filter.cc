#include "server/evidence/evidence_filter.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "proto/base/suggestion.h"
#include "server/evidence/vocabulary.h"
#include "server/query/filter_matcher.h"

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

class TermWords final : public FilterWords {
 public:
  BindFault Read(FilterNode& comparison) const override {
    const auto& fields = comparison.path.fields;
    if (fields.size() != 1 ||
        fields[0]->containing_type() != EvidenceRow::descriptor() ||
        comparison.text.size() != 1 || comparison.text[0].empty() ||
        (comparison.op != FilterOp::kHas && comparison.op != FilterOp::kEqual &&
         comparison.op != FilterOp::kNotEqual)) {
      return {};
    }
    const std::string& word = comparison.text[0];
    if (fields[0]->number() == EvidenceRow::kDrugsFieldNumber) {
      if (const DrugSpec* drug = FindDrug(word)) Mean(drug->id, comparison);
      return {};
    }
    const v1::Vocabulary vocabulary = VocabularyOf(fields[0]->number());
    if (vocabulary == v1::VOCABULARY_UNSPECIFIED) return {};
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

 private:
  static void Mean(absl::string_view id, FilterNode& comparison) {
    comparison.text = {std::string(id)};
    if (comparison.op == FilterOp::kHas) comparison.op = FilterOp::kEqual;
  }
};

enum class Truth { kFalse, kOpen, kTrue };

Truth Evaluate(const FilterNode& node, const EvidenceRow& row,
               std::set<std::string>& fields) {
  switch (node.kind) {
    case FilterNode::Kind::kAnd: {
      Truth truth = Truth::kTrue;
      for (const FilterNode& child : node.children) {
        truth = std::min(truth, Evaluate(child, row, fields));
      }
      return truth;
    }
    case FilterNode::Kind::kOr: {
      Truth truth = Truth::kFalse;
      for (const FilterNode& child : node.children) {
        truth = std::max(truth, Evaluate(child, row, fields));
      }
      return truth;
    }
    case FilterNode::Kind::kNot: {
      const Truth truth = Evaluate(node.children[0], row, fields);
      if (truth == Truth::kOpen) return truth;
      return truth == Truth::kTrue ? Truth::kFalse : Truth::kTrue;
    }
    default:
      break;
  }
  if (MatchesFilter(node, row)) return Truth::kTrue;
  if (node.kind != FilterNode::Kind::kComparison) return Truth::kFalse;
  const std::string& field = node.path.fields[0]->json_name();
  if (std::find(row.unstated().begin(), row.unstated().end(), field) ==
      row.unstated().end()) {
    return Truth::kFalse;
  }
  fields.insert(field);
  return Truth::kOpen;
}

}  // namespace

absl::StatusOr<Filter> ParseEvidenceFilter(absl::string_view text) {
  static const TermWords words;
  return Filter::Parse(text, *EvidenceRow::descriptor(), &words);
}

bool MayMatch(const Filter& filter, const EvidenceRow& row,
              std::set<std::string>& fields) {
  if (row.unstated_size() == 0) return false;
  std::set<std::string> open;
  if (Evaluate(filter.root(), row, open) == Truth::kFalse) return false;
  fields.merge(open);
  return true;
}

}  // namespace consilium

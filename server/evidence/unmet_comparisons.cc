#include "server/evidence/unmet_comparisons.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "google/protobuf/message.h"
#include "proto/base/enum_text.h"
#include "proto/base/suggestion.h"
#include "proto/base/utf8.h"
#include "server/evidence/limits.h"
#include "server/evidence/outcome_words.h"
#include "server/evidence/row_matcher.h"
#include "server/evidence/study_match.h"
#include "server/evidence/value_words.h"
#include "server/evidence/vocabulary.h"
#include "server/query/filter_matcher.h"

namespace consilium {
namespace {

using v1::EvidenceRow;

void AddComparisons(const FilterNode& node,
                    std::vector<const FilterNode*>& comparisons) {
  switch (node.kind) {
    case FilterNode::Kind::kAnd:
    case FilterNode::Kind::kOr:
      for (const FilterNode& child : node.children) {
        AddComparisons(child, comparisons);
      }
      break;
    // Those inside are of the elements, not of rows.
    case FilterNode::Kind::kAny:
    case FilterNode::Kind::kAll:
    case FilterNode::Kind::kComparison:
    case FilterNode::Kind::kText:
      comparisons.push_back(&node);
      break;
    default:
      break;
  }
}

// The texts of a field of rows, or the words for its values, by their lower
// case; empty for other types.
std::map<std::string, std::string> TextsOf(
    const google::protobuf::FieldDescriptor& field,
    absl::Span<const EvidenceRow* const> rows) {
  std::map<std::string, std::string> texts;
  const bool of_words = field.enum_type() != nullptr && !field.is_repeated();
  if (field.type() != google::protobuf::FieldDescriptor::TYPE_STRING &&
      !of_words) {
    return texts;
  }
  const auto add = [&texts](const std::string& text) {
    if (!text.empty()) texts.try_emplace(absl::AsciiStrToLower(text), text);
  };
  const google::protobuf::Reflection& reflection =
      *EvidenceRow::GetReflection();
  for (const EvidenceRow* row : rows) {
    if (of_words) {
      if (reflection.HasField(*row, &field)) {
        add(EnumText(*reflection.GetEnum(*row, &field)));
      }
      continue;
    }
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

// The fields of which an answer lists the values that rows have, when none has
// the one that is asked for.
bool IsListed(const google::protobuf::FieldDescriptor& field) {
  return field.number() == EvidenceRow::kOutcomeFieldNumber ||
         field.number() == EvidenceRow::kDrugsFieldNumber ||
         field.enum_type() != nullptr ||
         VocabularyOf(field.number()) != v1::VOCABULARY_UNSPECIFIED;
}

// Whether the value is one of the field's, which no row has: no slip for
// another.
bool IsKnown(const google::protobuf::FieldDescriptor& field,
             const std::string& word) {
  if (field.enum_type() != nullptr) return true;
  if (field.number() == EvidenceRow::kOutcomeFieldNumber) {
    return FindOutcome(word).has_value();
  }
  const v1::Vocabulary vocabulary = VocabularyOf(field.number());
  return vocabulary != v1::VOCABULARY_UNSPECIFIED &&
         !TermList::Of(vocabulary).Find(word).empty();
}

// What to write for an outcome that is an adverse event; empty when it is none.
std::string EventMeant(const google::protobuf::FieldDescriptor& field,
                       const std::string& word) {
  if (field.number() != EvidenceRow::kOutcomeFieldNumber ||
      FindOutcome(word).has_value()) {
    return "";
  }
  const std::string name = NormalizeTerm(word);
  absl::string_view event =
      TermList::Of(v1::VOCABULARY_ADVERSE_EVENT).Find(word);
  if (name == "toxicity" || name == "safety" || name == "tolerability" ||
      name == "adverse-event" || name == "adverse-events") {
    event = "any";
  }
  return event.empty() ? ""
                       : absl::StrCat(
                             "; of adverse events write "
                             "adverseEvent = ",
                             event);
}

// What to write for an outcome that rows have as their detail, or as a part of
// it; empty when none has.
std::string DetailMeant(const google::protobuf::FieldDescriptor& field,
                        const std::string& word, bool as_part,
                        absl::Span<const EvidenceRow* const> rows) {
  if (field.number() != EvidenceRow::kOutcomeFieldNumber ||
      FindOutcome(word).has_value()) {
    return "";
  }
  const std::string lower = absl::AsciiStrToLower(word);
  for (const EvidenceRow* row : rows) {
    const std::string& detail = row->outcome_detail();
    if (detail.empty()) continue;
    if (as_part && absl::StrContains(absl::AsciiStrToLower(detail), lower)) {
      return absl::StrCat("; rows have it in their details: outcomeDetail:",
                          Quote(word));
    }
    if (!as_part && NormalizeTerm(detail) == NormalizeTerm(word)) {
      return absl::StrCat("; rows have it as their detail: outcomeDetail = ",
                          Quote(detail));
    }
  }
  return "";
}

// Survival of whatever kind, where no word says until what.
bool IsSurvival(const google::protobuf::FieldDescriptor& field,
                const std::string& word) {
  const std::string name = NormalizeTerm(word);
  return field.number() == EvidenceRow::kOutcomeFieldNumber &&
         (name == "survival" || name == "survival-rate" ||
          name == "survival-time");
}

// "; did you mean ...?" with a drug, a study or another word that rows are
// found by, for one that no text has.
std::string WordMeant(const FilterNode& text,
                      absl::Span<const EvidenceRow* const> rows) {
  static constexpr int kFields[] = {EvidenceRow::kStudyFieldNumber,
                                    EvidenceRow::kDrugsFieldNumber,
                                    EvidenceRow::kDrugClassesFieldNumber,
                                    EvidenceRow::kRadiotherapyFieldNumber,
                                    EvidenceRow::kAdverseEventFieldNumber,
                                    EvidenceRow::kOutcomeFieldNumber,
                                    EvidenceRow::kSettingsFieldNumber};
  if (text.text.size() != 1) return "";
  std::vector<std::string> words;
  for (const int number : kFields) {
    const auto& field = *EvidenceRow::descriptor()->FindFieldByNumber(number);
    for (const auto& [lower, word] : TextsOf(field, rows)) {
      words.push_back(lower);
    }
  }
  return DidYouMean(absl::AsciiStrToLower(text.text[0]), words);
}

// "; those that exist: os, pfs, ...", those of most rows first.
std::string ExistingValues(const google::protobuf::FieldDescriptor& field,
                           absl::Span<const EvidenceRow* const> rows) {
  std::map<std::string, int64_t> counts;
  for (const EvidenceRow* row : rows) {
    // What conclusions are about is no outcome.
    if (row->kind() == v1::EVIDENCE_KIND_CONCLUSION) continue;
    for (const auto& [lower, text] : TextsOf(field, {&row, 1})) ++counts[text];
  }
  std::vector<std::pair<int64_t, std::string>> values;
  for (const auto& [text, count] : counts) values.emplace_back(-count, text);
  std::sort(values.begin(), values.end());
  const bool all = values.size() <= kValuesListedMax;
  if (!all) values.resize(kValuesListedMax);
  std::vector<std::string> texts;
  for (auto& [count, text] : values) texts.push_back(std::move(text));
  return absl::StrCat("; those that exist: ", absl::StrJoin(texts, ", "),
                      all ? "" : ", ...");
}

// "overall-survival" of "os"; empty of what is no measure.
std::string MeasureName(absl::string_view outcome) {
  const auto* const measure = ParseEnum(*v1::Measure_descriptor(), outcome);
  if (measure == nullptr) return "";
  absl::string_view name = measure->name();
  absl::ConsumePrefix(&name, "MEASURE_");
  return NormalizeTerm(name);
}

// The names that may be misspelt, each for the text that rows have: of outcomes
// in full, of the terms that rows hold their titles and synonyms.
std::map<std::string, std::string> NamesOf(
    const google::protobuf::FieldDescriptor& field,
    const std::map<std::string, std::string>& texts) {
  std::map<std::string, std::string> names = texts;
  if (field.number() == EvidenceRow::kOutcomeFieldNumber) {
    for (const auto& [lower, text] : texts) {
      const std::string name = MeasureName(text);
      if (!name.empty()) names.emplace(name, text);
    }
  }
  const v1::Vocabulary vocabulary = VocabularyOf(field.number());
  if (vocabulary == v1::VOCABULARY_UNSPECIFIED) return names;
  for (const TermSpec& term : TermsOf(vocabulary)) {
    const auto text = texts.find(std::string(term.id));
    if (text == texts.end()) continue;
    names.emplace(NormalizeTerm(term.title), text->second);
    for (const absl::string_view synonym : term.synonyms) {
      names.emplace(NormalizeTerm(synonym), text->second);
    }
  }
  return names;
}

// The same of a drug of an arm, which is compared as its records name it. A
// class of drugs is looked for in a field of its own.
std::string DrugMeant(const std::string& word,
                      absl::Span<const EvidenceRow* const> rows) {
  const absl::string_view drug_class =
      TermList::Of(v1::VOCABULARY_DRUG_CLASS).Find(word);
  if (!drug_class.empty()) {
    return absl::StrCat("; that is a class of drugs, which drugClasses = ",
                        drug_class, " finds");
  }
  std::set<std::string> names;
  for (const EvidenceRow* row : rows) {
    for (const v1::Arm& arm : row->arms()) {
      for (const v1::DrugComponent& drug : arm.drugs()) {
        names.insert(drug.drug());
      }
    }
  }
  std::vector<std::string> meant;
  if (const DrugSpec* known = FindDrug(word)) {
    meant.emplace_back(known->id);
  } else if (names.count(NormalizeTerm(word)) > 0) {
    meant.push_back(NormalizeTerm(word));
  } else {
    meant = Suggestions(NormalizeTerm(word), {names.begin(), names.end()});
  }
  meant.erase(std::remove(meant.begin(), meant.end(), word), meant.end());
  if (meant.empty()) return "";
  return absl::StrCat("; did you mean \"", absl::StrJoin(meant, "\" or \""),
                      "\"?");
}

// That of the drugs that `node` or a part of it compares.
std::string DrugsMeant(const FilterNode& node,
                       absl::Span<const EvidenceRow* const> rows) {
  if (node.kind == FilterNode::Kind::kComparison) {
    const google::protobuf::FieldDescriptor& field = *node.path.fields.back();
    const bool of_drugs =
        field.containing_type() == v1::DrugComponent::descriptor() &&
        field.number() == v1::DrugComponent::kDrugFieldNumber;
    return of_drugs && node.text.size() == 1 ? DrugMeant(node.text[0], rows)
                                             : "";
  }
  std::string meant;
  for (const FilterNode& child : node.children) {
    if (meant.empty()) meant = DrugsMeant(child, rows);
  }
  return meant;
}

// "; did you mean ...?" with a value that rows have, for a comparison that none
// satisfies; else those that there are, of a field with few.
std::string ValueMeant(const FilterNode& comparison,
                       absl::Span<const EvidenceRow* const> rows) {
  if (comparison.kind != FilterNode::Kind::kComparison ||
      comparison.path.fields.size() != 1 || comparison.text.size() != 1) {
    return DrugsMeant(comparison, rows);
  }
  const google::protobuf::FieldDescriptor& field = *comparison.path.fields[0];
  const std::map<std::string, std::string> texts = TextsOf(field, rows);
  const std::string& word = comparison.text[0];
  const std::string lower = absl::AsciiStrToLower(word);
  const bool known = IsKnown(field, word);
  const auto same = texts.find(lower);
  if (same != texts.end() && same->second != word) {
    return absl::StrCat("; did you mean \"", same->second, "\"?");
  }
  if (std::string detail = DetailMeant(field, word, /*as_part=*/false, rows);
      !detail.empty()) {
    return detail;
  }
  if (std::string event = EventMeant(field, word); !event.empty()) return event;
  if (field.number() == EvidenceRow::kTrialIdFieldNumber) {
    const auto studies = TextsOf(*EvidenceRow::descriptor()->FindFieldByNumber(
                                     EvidenceRow::kStudyFieldNumber),
                                 rows);
    if (const auto study = studies.find(lower); study != studies.end()) {
      return absl::StrCat("; that is no id; write study = \"", study->second,
                          "\"");
    }
  }
  // Another number is another study.
  if (field.number() == EvidenceRow::kStudyFieldNumber &&
      !ReferenceNumber(word).empty()) {
    return "";
  }
  const bool listed = IsListed(field);
  std::vector<std::string> meant;
  if (IsSurvival(field, word)) {
    for (const char* outcome : {"os", "pfs"}) {
      if (texts.count(outcome) > 0) meant.emplace_back(outcome);
    }
  }
  if (!known && meant.empty()) {
    const std::map<std::string, std::string> names = NamesOf(field, texts);
    std::vector<std::string> candidates;
    for (const auto& [name, text] : names) candidates.push_back(name);
    for (const std::string& name :
         Suggestions(listed ? NormalizeTerm(word) : lower, candidates)) {
      const std::string& text = names.at(name);
      if (std::find(meant.begin(), meant.end(), text) == meant.end()) {
        meant.push_back(text);
      }
    }
  }
  if (meant.empty()) {
    const std::string detail = DetailMeant(field, word, /*as_part=*/true, rows);
    return !detail.empty() ? detail : listed ? ExistingValues(field, rows) : "";
  }
  return absl::StrCat("; did you mean \"", absl::StrJoin(meant, "\" or \""),
                      "\"?");
}

// The comparison as people write it.
std::string ComparisonText(const FilterNode& comparison) {
  FilterNode written = comparison;
  if (comparison.path.fields.size() == 1 &&
      comparison.path.fields[0]->number() ==
          EvidenceRow::kAdverseEventTermsFieldNumber) {
    written.path.fields[0] = EvidenceRow::descriptor()->FindFieldByNumber(
        EvidenceRow::kAdverseEventFieldNumber);
  }
  std::string text = written.ToString();
  if (comparison.kind != FilterNode::Kind::kComparison ||
      comparison.path.fields[0]->number() != EvidenceRow::kOutcomeFieldNumber) {
    return text;
  }
  const std::string name = MeasureName(comparison.text[0]);
  if (!name.empty() && name != comparison.text[0]) {
    absl::StrAppend(&text, " (", absl::StrReplaceAll(name, {{"-", " "}}), ")");
  }
  return text;
}

// The short words and the names in full of all outcomes.
const std::vector<std::string>& OutcomeNames() {
  static const auto& names = *[] {
    auto* const made = new std::vector<std::string>();
    for (std::string& word : EnumTexts(*v1::Measure_descriptor())) {
      std::string name = MeasureName(word);
      if (name != word) made->push_back(std::move(name));
      made->push_back(std::move(word));
    }
    return made;
  }();
  return names;
}

// Whether `comparison` asks for an outcome that the schema does not know. A
// part of one is known where some outcome holds it.
bool IsUnknownOutcome(const FilterNode& comparison) {
  if (comparison.path.fields.size() != 1 ||
      comparison.path.fields[0]->number() != EvidenceRow::kOutcomeFieldNumber ||
      comparison.text.size() != 1 || FindOutcome(comparison.text[0])) {
    return false;
  }
  const std::string word = NormalizeTerm(comparison.text[0]);
  switch (comparison.op) {
    case FilterOp::kEqual:
    case FilterOp::kNotEqual:
      return true;
    case FilterOp::kHas:
      return std::none_of(OutcomeNames().begin(), OutcomeNames().end(),
                          [&word](const std::string& name) {
                            return absl::StrContains(name, word);
                          });
    default:
      return false;
  }
}

void AddUnknownOutcomes(const FilterNode& node,
                        std::vector<const FilterNode*>& unknown) {
  switch (node.kind) {
    case FilterNode::Kind::kAnd:
    case FilterNode::Kind::kOr:
    case FilterNode::Kind::kNot:
      for (const FilterNode& child : node.children) {
        AddUnknownOutcomes(child, unknown);
      }
      break;
    case FilterNode::Kind::kComparison:
      if (IsUnknownOutcome(node)) unknown.push_back(&node);
      break;
    default:
      break;
  }
}

bool HasValue(const FilterPath& path,
              absl::Span<const EvidenceRow* const> rows) {
  const FilterNode presence = {.kind = FilterNode::Kind::kPresence,
                               .path = path};
  return std::any_of(rows.begin(), rows.end(),
                     [&presence](const EvidenceRow* row) {
                       return MatchesFilter(presence, *row);
                     });
}

// Those of `comparisons` that no row satisfies, in words.
std::vector<std::string> ListUnmet(
    const std::vector<const FilterNode*>& comparisons,
    absl::Span<const EvidenceRow* const> rows) {
  std::vector<std::string> unmet;
  for (const FilterNode* comparison : comparisons) {
    RowMatcher matcher(*comparison);
    std::set<std::string> fields;
    const bool met =
        std::any_of(rows.begin(), rows.end(), [&](const EvidenceRow* row) {
          return matcher.Match(*row, fields) == RowMatch::kYes;
        });
    if (met) continue;
    if (comparison->kind == FilterNode::Kind::kText) {
      unmet.push_back(absl::StrCat("no row has ", comparison->ToString(),
                                   " in its texts",
                                   WordMeant(*comparison, rows)));
      continue;
    }
    const bool has_value = HasValue(comparison->path, rows);
    // One of the places where doubts stand.
    const int field = comparison->path.fields[0]->number();
    if (!has_value && (field == EvidenceRow::kDisputesFieldNumber ||
                       field == EvidenceRow::kConflictsFieldNumber)) {
      continue;
    }
    unmet.push_back(
        has_value ? absl::StrCat("no row has ", ComparisonText(*comparison),
                                 ValueMeant(*comparison, rows))
                  : absl::StrCat("no row has a value of ",
                                 comparison->path.ToString(), " at all"));
  }
  return unmet;
}

}  // namespace

std::vector<std::string> UnknownOutcomes(const Filter& filter) {
  std::vector<const FilterNode*> comparisons;
  AddUnknownOutcomes(filter.root(), comparisons);
  std::vector<std::string> unknown;
  for (const FilterNode* comparison : comparisons) {
    unknown.push_back(absl::StrCat(
        "has ", comparison->ToString(), ", and no outcome has that name",
        IsSurvival(*comparison->path.fields[0], comparison->text[0])
            ? "; did you mean \"os\" or \"pfs\"?"
            : DidYouMean(NormalizeTerm(comparison->text[0]), OutcomeNames()),
        "; `consilium explain endpoint.measure` lists them"));
  }
  return unknown;
}

std::vector<std::string> UnmetComparisons(
    const Filter& filter, absl::Span<const EvidenceRow* const> rows) {
  std::vector<const FilterNode*> comparisons;
  AddComparisons(filter.root(), comparisons);
  return ListUnmet(comparisons, rows);
}

std::vector<std::string> UnmetTogether(
    const Filter& filter, absl::Span<const EvidenceRow* const> rows) {
  const FilterNode& root = filter.root();
  if (root.kind != FilterNode::Kind::kAnd || root.children.size() < 2 ||
      root.children.size() > kPartsLeftOutMax) {
    return {};
  }
  std::vector<std::string> counts;
  for (size_t i = 0; i < root.children.size(); ++i) {
    FilterNode rest = root;
    rest.children.erase(rest.children.begin() + static_cast<ptrdiff_t>(i));
    RowMatcher matcher(rest);
    std::set<std::string> fields;
    const auto count =
        std::count_if(rows.begin(), rows.end(), [&](const EvidenceRow* row) {
          return matcher.Match(*row, fields) == RowMatch::kYes;
        });
    if (count == 0) continue;
    counts.push_back(absl::StrCat(
        count, count == 1 ? " row matches" : " rows match", " without ",
        root.children[i].children.empty()
            ? ComparisonText(root.children[i])
            : absl::StrCat("(", root.children[i].ToString(), ")")));
  }
  if (counts.empty()) return {};
  return {absl::StrCat("no row meets all parts together: ",
                       absl::StrJoin(counts, ", "))};
}

std::vector<std::string> UnmetOutcomes(
    const Filter& filter, absl::Span<const EvidenceRow* const> rows) {
  std::vector<const FilterNode*> comparisons;
  AddUnknownOutcomes(filter.root(), comparisons);
  return ListUnmet(comparisons, rows);
}

}  // namespace consilium

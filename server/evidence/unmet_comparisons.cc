#include "server/evidence/unmet_comparisons.h"

#include <algorithm>
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
#include "server/evidence/limits.h"
#include "server/evidence/outcome_words.h"
#include "server/evidence/row_matcher.h"
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
      comparisons.push_back(&node);
      break;
    default:
      break;
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

// The fields of which an answer lists the values that rows have, when none has
// the one that is asked for.
bool IsListed(int field) {
  return field == EvidenceRow::kOutcomeFieldNumber ||
         field == EvidenceRow::kDrugsFieldNumber ||
         field == EvidenceRow::kAdverseEventFieldNumber ||
         field == EvidenceRow::kAdverseEventTermsFieldNumber;
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

// "; did you mean ...?" with a value that rows have, for a comparison that none
// satisfies; else those that there are, of a field with few.
std::string ValueMeant(const FilterNode& comparison,
                       absl::Span<const EvidenceRow* const> rows) {
  if (comparison.kind != FilterNode::Kind::kComparison ||
      comparison.path.fields.size() != 1 || comparison.text.size() != 1) {
    return "";
  }
  const google::protobuf::FieldDescriptor& field = *comparison.path.fields[0];
  const std::map<std::string, std::string> texts = TextsOf(field, rows);
  const std::string& word = comparison.text[0];
  const std::string lower = absl::AsciiStrToLower(word);
  if (const auto same = texts.find(lower); same != texts.end()) {
    return absl::StrCat("; did you mean \"", same->second, "\"?");
  }
  const bool listed = IsListed(field.number());
  // An outcome that is known is no slip for another.
  const bool known = field.number() == EvidenceRow::kOutcomeFieldNumber &&
                     FindOutcome(word).has_value();
  std::vector<std::string> meant;
  if (!known) {
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
  if (meant.empty()) return listed ? ExistingValues(field, rows) : "";
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
        DidYouMean(NormalizeTerm(comparison->text[0]), OutcomeNames()),
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

std::vector<std::string> UnmetOutcomes(
    const Filter& filter, absl::Span<const EvidenceRow* const> rows) {
  std::vector<const FilterNode*> comparisons;
  AddUnknownOutcomes(filter.root(), comparisons);
  return ListUnmet(comparisons, rows);
}

}  // namespace consilium

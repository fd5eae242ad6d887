#include "server/evidence/value_words.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "proto/base/element_key.h"
#include "proto/base/enum_text.h"
#include "proto/base/number_text.h"
#include "proto/base/suggestion.h"
#include "proto/base/units.h"
#include "server/evidence/bounded_value.h"
#include "server/evidence/outcome_words.h"
#include "server/evidence/row_fields.h"
#include "server/evidence/vocabulary.h"
#include "server/query/errors.h"
#include "server/synthesis/real_math.h"

namespace consilium {
namespace {

using v1::EvidenceRow;

// The number of the field of a row that the end of `path` holds the terms of:
// its own, or that of the same name of an arm's treatment; 0 for other paths.
int TermFieldOf(const FilterPath& path) {
  const google::protobuf::FieldDescriptor& last = *path.fields.back();
  if (last.containing_type() == v1::ArmTreatment::descriptor()) {
    const auto* const same =
        EvidenceRow::descriptor()->FindFieldByName(last.name());
    return same == nullptr ? 0 : same->number();
  }
  return path.fields.size() == 1 &&
                 last.containing_type() == EvidenceRow::descriptor()
             ? last.number()
             : 0;
}

// Words for several values at once.
struct ValuesWord {
  int field;
  absl::string_view word;
  std::vector<absl::string_view> values;
};

const std::vector<ValuesWord>& ValuesWords() {
  static const auto& words = *[] {
    const std::vector<absl::string_view> without_target = {
        "radiotherapy-alone", "chemoradiotherapy",
        "radiotherapy-with-other-drug"};
    const std::vector<absl::string_view> kOfEvents = {"adverse-event-count",
                                                      "adverse-event-contrast"};
    constexpr absl::string_view kWithoutTarget =
        "radiotherapy-without-target-drug";
    return new std::vector<ValuesWord>{
        {EvidenceRow::kKindFieldNumber,
         "comparison",
         {"contrast", "adverse-event-contrast"}},
        {EvidenceRow::kKindFieldNumber, "adverse-event", kOfEvents},
        {EvidenceRow::kKindFieldNumber, "adverse-events", kOfEvents},
        {EvidenceRow::kKindFieldNumber, "ae", kOfEvents},
        {EvidenceRow::kKindFieldNumber, "toxicity", kOfEvents},
        {EvidenceRow::kTreatmentFieldNumber, kWithoutTarget, without_target},
        {EvidenceRow::kReferenceTreatmentFieldNumber, kWithoutTarget,
         without_target}};
  }();
  return words;
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

// Reads "1 year" in a comparison with a number as one of its field in months.
BindFault ReadUnit(FilterNode& comparison) {
  const google::protobuf::FieldDescriptor& field = *comparison.path.fields[0];
  const ComparableFields fields = ComparableOf(field.number());
  if (fields.months == 0) return {};
  absl::string_view digits, word;
  double number = 0;
  if (!SplitUnit(comparison.text[0], digits, word) || word.empty() ||
      !absl::SimpleAtod(digits, &number)) {
    return {};
  }
  const absl::string_view unit = UnitCalled(word);
  const bool is_percent = unit == "%" && fields.percent != 0;
  const std::optional<double> months = Months(number, unit);
  if (!is_percent && !months.has_value()) {
    const std::string meant = unit.empty() ? SuggestUnit(word) : "";
    std::string wish = absl::StrCat(
        field.json_name(),
        " is compared in h, d, wk, mo or a, or by the names of these",
        fields.percent != 0 ? ", or in %" : "", ", not in \"", word, "\"");
    if (!meant.empty()) {
      absl::StrAppend(&wish, "; did you mean \"", digits, " ", meant, "\"?");
    } else if (field.number() == EvidenceRow::kValueFieldNumber &&
               !unit.empty()) {
      absl::StrAppend(&wish, "; write value ", FilterOpText(comparison.op), " ",
                      digits, " AND unit = ", unit);
    }
    return {kFilterTypeMismatch, std::move(wish)};
  }
  comparison.path.fields[0] = EvidenceRow::descriptor()->FindFieldByNumber(
      is_percent ? fields.percent : fields.months);
  comparison.text = {
      ShortestDecimal(is_percent ? number : RoundResult(*months))};
  return {};
}

// "3" and "III"; `text` is in lower case.
std::optional<int> ReadGradeNumber(absl::string_view text) {
  static constexpr absl::string_view kRoman[] = {"i", "ii", "iii", "iv", "v"};
  text = absl::StripAsciiWhitespace(text);
  int grade = 0;
  const auto* const roman =
      std::find(std::begin(kRoman), std::end(kRoman), text);
  if (roman != std::end(kRoman)) {
    grade = static_cast<int>(roman - std::begin(kRoman)) + 1;
  } else if (!absl::SimpleAtoi(text, &grade)) {
    return std::nullopt;
  }
  if (grade < kGradeMin || grade > kGradeMax) return std::nullopt;
  return grade;
}

// Several grades in whatever words: ">= 3", "3+", "3 or higher", "3-4", "<= 2";
// nullopt for other texts.
std::optional<GradeRange> ReadGrades(absl::string_view text) {
  static constexpr absl::string_view kAtLeast[] = {">=", "\u2265"};
  static constexpr absl::string_view kAtMost[] = {"<=", "\u2264"};
  static constexpr absl::string_view kUpward[] = {
      "+",        "or higher",  "or above",  "or more",
      "or worse", "or greater", "and above", "and higher"};
  static constexpr absl::string_view kBetween[] = {"-", "\u2013", "to"};
  const std::string lower = absl::AsciiStrToLower(text);
  absl::string_view rest = absl::StripAsciiWhitespace(lower);
  if (absl::ConsumePrefix(&rest, "grade")) {
    absl::ConsumePrefix(&rest, "s");
    rest = absl::StripLeadingAsciiWhitespace(rest);
  }
  GradeRange range;
  bool open = false;
  for (const absl::string_view sign : kAtMost) {
    if (!absl::ConsumePrefix(&rest, sign)) continue;
    const std::optional<int> most = ReadGradeNumber(rest);
    if (!most.has_value()) return std::nullopt;
    return GradeRange{kGradeMin, *most};
  }
  for (const absl::string_view between : kBetween) {
    const std::vector<absl::string_view> ends = absl::StrSplit(rest, between);
    if (ends.size() != 2) continue;
    const std::optional<int> low = ReadGradeNumber(ends[0]);
    const std::optional<int> high = ReadGradeNumber(ends[1]);
    if (!low.has_value() || !high.has_value() || *low > *high) continue;
    return GradeRange{*low, *high};
  }
  for (const absl::string_view sign : kAtLeast) {
    open = open || absl::ConsumePrefix(&rest, sign);
  }
  for (const absl::string_view words : kUpward) {
    open = open || absl::ConsumeSuffix(&rest, words);
  }
  const std::optional<int> least = ReadGradeNumber(rest);
  if (!open || !least.has_value()) return std::nullopt;
  return GradeRange{*least, kGradeMax};
}

// A grade that is a number is one of the range from gradeLow to gradeHigh.
BindFault ReadGrade(FilterNode& comparison) {
  int grade = 0;
  const std::string lower = absl::AsciiStrToLower(comparison.text[0]);
  absl::string_view one = lower;
  if (absl::ConsumePrefix(&one, "grade")) {
    one = absl::StripLeadingAsciiWhitespace(one);
  }
  if (const auto number = ReadGradeNumber(one)) {
    comparison.text = {absl::StrCat(*number)};
  }
  if (absl::SimpleAtoi(comparison.text[0], &grade)) {
    comparison.path.type = FilterType::kNumber;
    return {};
  }
  switch (comparison.op) {
    case FilterOp::kLess:
    case FilterOp::kLessEqual:
    case FilterOp::kGreater:
    case FilterOp::kGreaterEqual:
      return {kFilterTypeMismatch,
              "grades are ordered by their numbers; write one such as 3"};
    default:
      break;
  }
  if (const auto range = ReadGrades(comparison.text[0])) {
    comparison.text = {range->ToString()};
    if (comparison.op == FilterOp::kHas) comparison.op = FilterOp::kEqual;
  }
  return {};
}

// Texts of rows whose order says nothing, and the fields that are meant.
BindFault CheckOrder(const FilterNode& comparison) {
  if (comparison.op == FilterOp::kEqual || comparison.op == FilterOp::kHas ||
      comparison.op == FilterOp::kNotEqual) {
    return {};
  }
  absl::string_view meant;
  switch (comparison.path.fields[0]->number()) {
    case EvidenceRow::kPrintedFieldNumber:
    case EvidenceRow::kStatementFieldNumber:
      meant = "value, which is a number";
      break;
    case EvidenceRow::kStudyFieldNumber:
    case EvidenceRow::kReportFieldNumber:
      meant = "year, which is a number";
      break;
    case EvidenceRow::kGroupFieldNumber:
    case EvidenceRow::kReferenceFieldNumber:
      meant = "participants, which is a number";
      break;
    case EvidenceRow::kSubgroupsFieldNumber:
      meant = "subgroups:TERM, which finds a part";
      break;
    default:
      return {};
  }
  return {kFilterTypeMismatch,
          absl::StrCat(comparison.path.ToString(),
                       " is text and has no order; compare ", meant)};
}

// Words for designs that are no design here.
BindFault ReadDesign(FilterNode& comparison) {
  static constexpr std::pair<absl::string_view, absl::string_view> kSynonyms[] =
      {{"rct", "randomized"},
       {"rcts", "randomized"},
       {"randomised", "randomized"},
       {"randomized-controlled-trial", "randomized"},
       {"randomised-controlled-trial", "randomized"},
       {"non-randomised", "non-randomized"},
       {"nonrandomised", "non-randomized"},
       {"one-arm", "single-arm"},
       {"single-group", "single-arm"},
       {"in-vitro", "preclinical"},
       {"in-vivo", "preclinical"},
       {"animal", "preclinical"}};
  static constexpr std::pair<absl::string_view, absl::string_view> kOthers[] = {
      {"retrospective", "trial.timePerspective = retrospective"},
      {"prospective", "trial.timePerspective = prospective"},
      {"cohort", "trial.studyType = observational"},
      {"observational", "trial.studyType = observational"},
      {"interventional", "trial.studyType = interventional"},
      {"controlled", "trial.controlled.answer = yes"},
      {"open-label", "trial.openLabel.answer = yes"},
      {"multinational", "trial.multinational.answer = yes"}};
  const std::string word = NormalizeTerm(comparison.text[0]);
  if (absl::StartsWith(word, "phase")) {
    return {kFilterTypeMismatch,
            "design tells how the groups came about; write phase = 3"};
  }
  for (const auto& [synonym, design] : kSynonyms) {
    if (word == synonym) comparison.text = {std::string(design)};
  }
  for (const auto& [other, filter] : kOthers) {
    if (word == other) {
      return {kFilterTypeMismatch,
              absl::StrCat("design tells how the groups came about; write ",
                           filter)};
    }
  }
  return {};
}

// What to write for a drug, a class of drugs or a technique, which are no
// treatment in the sense of its column; empty of other words.
std::string TreatmentPartMeant(absl::string_view word, bool of_reference) {
  const absl::string_view drug_class =
      TermList::Of(v1::VOCABULARY_DRUG_CLASS).Find(word);
  const absl::string_view technique =
      TermList::Of(v1::VOCABULARY_RADIOTHERAPY).Find(word);
  const std::string classes =
      of_reference ? "referenceDrugClasses" : "drugClasses";
  const std::string name = NormalizeTerm(word);
  if (const DrugSpec* drug = FindDrug(word)) {
    if (!of_reference) return absl::StrCat("drugs = ", drug->id);
    return drug->classes.empty()
               ? absl::StrCat("reference:", drug->id)
               : absl::StrCat(classes, " = ", drug->classes[0]);
  }
  if (name == "drug" || name == "drugs" || name == "medication") {
    return absl::StrCat(of_reference ? "" : "drugs = NAME or ", classes,
                        " = CLASS");
  }
  if (!drug_class.empty()) return absl::StrCat(classes, " = ", drug_class);
  // Which the words of the column name.
  if (technique.empty() || technique == "radiotherapy") return "";
  return absl::StrCat(of_reference ? "referenceRadiotherapy" : "radiotherapy",
                      " = ", technique);
}

// What an arm was given, in the words that people have for it.
BindFault ReadTreatment(FilterNode& comparison) {
  static constexpr std::pair<absl::string_view, absl::string_view> kSynonyms[] =
      {{"combination", "targeted-with-radiotherapy"},
       {"combined", "targeted-with-radiotherapy"},
       {"targeted-rt", "targeted-with-radiotherapy"},
       {"targeted-radiotherapy", "targeted-with-radiotherapy"},
       {"targeted-with-rt", "targeted-with-radiotherapy"},
       {"tki-rt", "targeted-with-radiotherapy"},
       {"rt-tki", "targeted-with-radiotherapy"},
       {"tki-radiotherapy", "targeted-with-radiotherapy"},
       {"radiotherapy-tki", "targeted-with-radiotherapy"},
       {"tki-with-radiotherapy", "targeted-with-radiotherapy"},
       {"tki-with-rt", "targeted-with-radiotherapy"},
       {"targeted", "targeted-alone"},
       {"targeted-only", "targeted-alone"},
       {"targeted-therapy-alone", "targeted-alone"},
       {"tki-alone", "targeted-alone"},
       {"drug-alone", "targeted-alone"},
       {"rt-alone", "radiotherapy-alone"},
       {"rt-only", "radiotherapy-alone"},
       {"radiotherapy-only", "radiotherapy-alone"},
       {"radiation-alone", "radiotherapy-alone"},
       {"chemoradiation", "chemoradiotherapy"},
       {"chemo-rt", "chemoradiotherapy"},
       {"crt", "chemoradiotherapy"}};
  const std::string word = NormalizeTerm(comparison.text[0]);
  for (const auto& [synonym, treatment] : kSynonyms) {
    if (word != synonym) continue;
    comparison.text = {std::string(treatment)};
    return {};
  }
  const std::string meant = TreatmentPartMeant(
      comparison.text[0], TermFieldOf(comparison.path) ==
                              EvidenceRow::kReferenceTreatmentFieldNumber);
  if (meant.empty()) return {};
  return {kFilterUnknownTerm,
          absl::StrCat("treatment tells what was combined; write ", meant)};
}

// A line of treatment in words: "first", "2nd", "second-line".
void ReadLine(FilterNode& comparison) {
  static constexpr absl::string_view kLines[][2] = {
      {"first", "1st"}, {"second", "2nd"}, {"third", "3rd"}, {"fourth", "4th"}};
  std::string word = NormalizeTerm(comparison.text[0]);
  absl::string_view rest = word;
  absl::ConsumeSuffix(&rest, "-line");
  for (size_t i = 0; i < std::size(kLines); ++i) {
    if (rest == kLines[i][0] || rest == kLines[i][1]) {
      comparison.text = {absl::StrCat(i + 1)};
    }
  }
}

// The comparison with one field of rows.
FilterNode Comparison(int field, FilterType type, FilterOp op,
                      absl::string_view value) {
  FilterNode node = {.kind = FilterNode::Kind::kComparison, .op = op};
  node.path.fields = {EvidenceRow::descriptor()->FindFieldByNumber(field)};
  node.path.type = type;
  node.text = {std::string(value)};
  return node;
}

template <typename Enum>
std::string TokenOf(const google::protobuf::EnumDescriptor& type, Enum value) {
  return EnumToken(*type.FindValueByNumber(value));
}

// "Median PFS" and "2-year OS" are measures and more of the number.
void ReadOutcomeOfNumber(FilterNode& comparison) {
  const std::optional<OutcomeNumber> meant =
      FindOutcomeNumber(comparison.text[0]);
  if (!meant.has_value() || comparison.op == FilterOp::kNotEqual) return;
  FilterNode all = {.kind = FilterNode::Kind::kAnd};
  const auto add = [&all](int field, FilterType type, absl::string_view value) {
    all.children.push_back(Comparison(field, type, FilterOp::kEqual, value));
  };
  add(EvidenceRow::kOutcomeFieldNumber, FilterType::kString,
      TokenOf(*v1::Measure_descriptor(), meant->outcome.measure));
  if (meant->outcome.compartment != v1::COMPARTMENT_UNSPECIFIED) {
    add(EvidenceRow::kCompartmentFieldNumber, FilterType::kEnum,
        TokenOf(*v1::Compartment_descriptor(), meant->outcome.compartment));
  }
  if (meant->is_median) {
    add(EvidenceRow::kStatisticFieldNumber, FilterType::kEnum, "median");
  }
  if (meant->months.has_value()) {
    add(EvidenceRow::kTimeMonthsFieldNumber, FilterType::kNumber,
        ShortestDecimal(RoundResult(*meant->months)));
  }
  comparison = std::move(all);
}

// "intracranial PFS" is a measure and a compartment.
void ReadOutcome(FilterNode& comparison) {
  const std::optional<OutcomeWord> meant = FindOutcome(comparison.text[0]);
  if (!meant.has_value()) {
    ReadOutcomeOfNumber(comparison);
    return;
  }
  const bool differs = comparison.op == FilterOp::kNotEqual;
  const std::string measure =
      TokenOf(*v1::Measure_descriptor(), meant->measure);
  comparison.text = {measure};
  if (!differs) comparison.op = FilterOp::kEqual;
  if (meant->compartment == v1::COMPARTMENT_UNSPECIFIED) return;
  FilterNode both = {.kind = FilterNode::Kind::kAnd};
  both.children = {
      Comparison(EvidenceRow::kOutcomeFieldNumber, FilterType::kString,
                 FilterOp::kEqual, measure),
      Comparison(EvidenceRow::kCompartmentFieldNumber, FilterType::kEnum,
                 FilterOp::kEqual,
                 TokenOf(*v1::Compartment_descriptor(), meant->compartment))};
  if (!differs) {
    comparison = std::move(both);
    return;
  }
  // As of every field, != holds of rows that have an outcome.
  FilterNode presence = {.kind = FilterNode::Kind::kPresence,
                         .path = comparison.path};
  FilterNode negation = {.kind = FilterNode::Kind::kNot};
  negation.children = {std::move(both)};
  comparison = {.kind = FilterNode::Kind::kAnd};
  comparison.children = {std::move(presence), std::move(negation)};
}

// The fields in which the terms of other vocabularies are looked for.
constexpr std::pair<v1::Vocabulary, absl::string_view> kTermFields[] = {
    {v1::VOCABULARY_DRUG_CLASS, "drugClasses"},
    {v1::VOCABULARY_RADIOTHERAPY, "radiotherapy"},
    {v1::VOCABULARY_SETTING, "settings"},
    {v1::VOCABULARY_ALTERATION, "alterations"},
    {v1::VOCABULARY_HISTOLOGY, "histology"}};

// "; did you mean ...?" with ids of terms.
std::string TermsMeant(absl::string_view word, v1::Vocabulary vocabulary) {
  std::vector<std::string> ids;
  for (const TermSpec& term : TermsOf(vocabulary)) ids.emplace_back(term.id);
  const std::string normal = NormalizeTerm(word);
  ids = Suggestions(normal, ids);
  if (ids.empty()) {
    const TermList& terms = TermList::Of(vocabulary);
    for (const std::string& each : Suggestions(normal, terms.words())) {
      std::string id(terms.Find(each));
      if (std::find(ids.begin(), ids.end(), id) == ids.end()) {
        ids.push_back(std::move(id));
      }
    }
  }
  if (ids.empty()) return "";
  return absl::StrCat("; did you mean \"", absl::StrJoin(ids, "\" or \""),
                      "\"?");
}

void Mean(absl::string_view id, FilterNode& comparison) {
  comparison.text = {std::string(id)};
  if (comparison.op == FilterOp::kHas) comparison.op = FilterOp::kEqual;
}

BindFault ReadDrug(FilterNode& comparison) {
  const std::string& word = comparison.text[0];
  if (const DrugSpec* drug = FindDrug(word)) {
    Mean(drug->id, comparison);
    return {};
  }
  const absl::string_view id =
      TermList::Of(v1::VOCABULARY_DRUG_CLASS).Find(word);
  if (id.empty()) return {};
  return {kFilterUnknownTerm,
          absl::StrCat("this is a class, no drug; write drugClasses = ", id)};
}

void ReadCompartment(FilterNode& comparison) {
  const v1::Compartment meant = FindCompartment(comparison.text[0]);
  if (meant == v1::COMPARTMENT_UNSPECIFIED) return;
  comparison.text = {TokenOf(*v1::Compartment_descriptor(), meant)};
}

// A trial that is compared with a word is meant by its id.
void ReadTrial(FilterNode& comparison) {
  if (comparison.op != FilterOp::kEqual &&
      comparison.op != FilterOp::kNotEqual) {
    return;
  }
  comparison = Comparison(EvidenceRow::kTrialIdFieldNumber, FilterType::kString,
                          comparison.op, comparison.text[0]);
}

BindFault ReadTerm(int field, FilterNode& comparison) {
  auto& fields = comparison.path.fields;
  if ((comparison.op != FilterOp::kHas && comparison.op != FilterOp::kEqual &&
       comparison.op != FilterOp::kNotEqual)) {
    return {};
  }
  const std::string& word = comparison.text[0];
  if (field == EvidenceRow::kDrugsFieldNumber) {
    return ReadDrug(comparison);
  }
  if (field == EvidenceRow::kOutcomeFieldNumber) {
    ReadOutcome(comparison);
    return {};
  }
  const v1::Vocabulary vocabulary = VocabularyOf(field);
  if (vocabulary == v1::VOCABULARY_UNSPECIFIED) return {};
  if (field == EvidenceRow::kAdverseEventFieldNumber &&
      comparison.op != FilterOp::kNotEqual) {
    fields[0] = EvidenceRow::descriptor()->FindFieldByNumber(
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
  for (const auto& [other, name] : kTermFields) {
    const absl::string_view term = TermList::Of(other).Find(word);
    if (other == vocabulary || term.empty()) continue;
    return {kFilterUnknownTerm,
            absl::StrCat("no such term; write ", name, " = ", term)};
  }
  return {kFilterUnknownTerm,
          absl::StrCat("no such term", TermsMeant(word, vocabulary),
                       "; `consilium evidence terms` lists them")};
}

}  // namespace

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
    case EvidenceRow::kHistologyFieldNumber:
      return v1::VOCABULARY_HISTOLOGY;
    case EvidenceRow::kAdverseEventFieldNumber:
    case EvidenceRow::kAdverseEventTermsFieldNumber:
      return v1::VOCABULARY_ADVERSE_EVENT;
    default:
      return v1::VOCABULARY_UNSPECIFIED;
  }
}

BindFault ReadValueWord(FilterNode& comparison) {
  const int field = TermFieldOf(comparison.path);
  if (field == 0 || comparison.text.size() != 1 || comparison.text[0].empty()) {
    return {};
  }
  switch (field) {
    case EvidenceRow::kGradeFieldNumber:
      return ReadGrade(comparison);
    case EvidenceRow::kDesignFieldNumber:
      return ReadDesign(comparison);
    case EvidenceRow::kCompartmentFieldNumber:
      ReadCompartment(comparison);
      return {};
    case EvidenceRow::kTreatmentFieldNumber:
    case EvidenceRow::kReferenceTreatmentFieldNumber:
      return ReadTreatment(comparison);
    case EvidenceRow::kLineFieldNumber:
      ReadLine(comparison);
      return {};
    case EvidenceRow::kTrialFieldNumber:
      ReadTrial(comparison);
      return {};
    default:
      break;
  }
  if (comparison.path.fields.size() == 1 &&
      comparison.path.fields[0]->containing_type() ==
          EvidenceRow::descriptor()) {
    if (BindFault fault = CheckOrder(comparison); !fault.ok()) return fault;
    if (BindFault fault = ReadUnit(comparison); !fault.ok()) return fault;
  }
  return ReadTerm(field, comparison);
}

std::vector<std::string> ValuesMeant(const FilterNode& comparison) {
  const int field = TermFieldOf(comparison.path);
  if (comparison.text.size() != 1) return {};
  const std::string word = NormalizeTerm(comparison.text[0]);
  for (const ValuesWord& each : ValuesWords()) {
    if (each.field == field && each.word == word) {
      return {each.values.begin(), each.values.end()};
    }
  }
  return {};
}

}  // namespace consilium

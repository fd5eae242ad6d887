#include "server/evidence/row_groups.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/base/enum_text.h"
#include "proto/base/errors.h"
#include "server/evidence/evidence_filter.h"
#include "server/evidence/vocabulary.h"

namespace consilium {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Reflection;
using v1::EvidenceRow;

std::vector<std::string> IdsOf(v1::Vocabulary vocabulary) {
  std::vector<std::string> ids;
  for (const TermSpec& term : TermsOf(vocabulary)) ids.emplace_back(term.id);
  return ids;
}

// What a field may hold that reports leave open.
std::vector<std::string> ChoicesOf(const FieldDescriptor& field) {
  std::vector<std::string> choices;
  switch (field.number()) {
    case EvidenceRow::kDrugClassesFieldNumber:
      return IdsOf(v1::VOCABULARY_DRUG_CLASS);
    case EvidenceRow::kRadiotherapyFieldNumber:
      return IdsOf(v1::VOCABULARY_RADIOTHERAPY);
    case EvidenceRow::kSettingsFieldNumber:
      return IdsOf(v1::VOCABULARY_SETTING);
    case EvidenceRow::kAlterationsFieldNumber:
      return IdsOf(v1::VOCABULARY_ALTERATION);
    case EvidenceRow::kHistologyFieldNumber:
      return IdsOf(v1::VOCABULARY_HISTOLOGY);
    case EvidenceRow::kAdverseEventTermsFieldNumber:
      return IdsOf(v1::VOCABULARY_ADVERSE_EVENT);
    case EvidenceRow::kDrugsFieldNumber:
      for (const DrugSpec& drug : KnownDrugs()) choices.emplace_back(drug.id);
      return choices;
    case EvidenceRow::kDesignFieldNumber:
    case EvidenceRow::kTreatmentFieldNumber:
    case EvidenceRow::kStatusFieldNumber:
    case EvidenceRow::kStatisticFieldNumber:
      return EnumTexts(*field.enum_type());
    default:
      return choices;
  }
}

bool IsGroupField(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return true;
    case FieldDescriptor::CPPTYPE_ENUM:
    case FieldDescriptor::CPPTYPE_INT32:
      return !field.is_repeated();
    default:
      return false;
  }
}

std::vector<std::string> HeldBy(const EvidenceRow& row,
                                const FieldDescriptor& field) {
  const Reflection& reflection = *EvidenceRow::GetReflection();
  std::vector<std::string> held;
  if (field.is_repeated()) {
    for (int i = 0; i < reflection.FieldSize(row, &field); ++i) {
      held.push_back(reflection.GetRepeatedString(row, &field, i));
    }
    return held;
  }
  if (!reflection.HasField(row, &field)) return held;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_ENUM:
      held.push_back(EnumText(*reflection.GetEnum(row, &field)));
      break;
    case FieldDescriptor::CPPTYPE_INT32:
      held.push_back(absl::StrCat(reflection.GetInt32(row, &field)));
      break;
    default:
      held.push_back(reflection.GetString(row, &field));
      break;
  }
  return held;
}

bool IsOfArms(const FieldDescriptor& field) {
  switch (field.number()) {
    case EvidenceRow::kDrugsFieldNumber:
    case EvidenceRow::kDrugClassesFieldNumber:
    case EvidenceRow::kRadiotherapyFieldNumber:
    case EvidenceRow::kTreatmentFieldNumber:
      return true;
    default:
      return false;
  }
}

// Whether the field of the row may hold more than it does.
bool MayHoldMore(const EvidenceRow& row, const FieldDescriptor& field) {
  if (row.disputes_size() + row.alternatives_size() > 0) return true;
  // Of several arms the column tells of one.
  if (field.number() == EvidenceRow::kTreatmentFieldNumber &&
      row.arms_size() > 1) {
    return true;
  }
  if (field.number() == EvidenceRow::kStatusFieldNumber &&
      row.status() == v1::TRIAL_STATUS_ONGOING) {
    return true;
  }
  const std::string name =
      field.number() == EvidenceRow::kAdverseEventTermsFieldNumber
          ? "adverseEvent"
          : field.json_name();
  return std::find(row.unstated().begin(), row.unstated().end(), name) !=
         row.unstated().end();
}

}  // namespace

struct RowGroups::Question {
  Question(Filter read, const RowVariants& variants, RowFacts& facts)
      : filter(std::move(read)), matcher(filter.root(), &variants, &facts) {}

  const Filter filter;
  RowMatcher matcher;
};

RowGroups::RowGroups(const RowVariants& variants) : variants_(variants) {}

RowGroups::~RowGroups() = default;

absl::StatusOr<std::unique_ptr<RowGroups>> RowGroups::Make(
    absl::Span<const std::string> fields, const RowVariants& variants) {
  if (fields.size() > kGroupFieldsMax) {
    return InvalidField(
        "groupBy", absl::StrCat("names ", fields.size(),
                                " fields; want at most ", kGroupFieldsMax));
  }
  std::unique_ptr<RowGroups> groups(new RowGroups(variants));
  for (const std::string& name : fields) {
    const FieldDescriptor* const field =
        EvidenceRow::descriptor()->FindFieldByCamelcaseName(name);
    if (field == nullptr || !IsGroupField(*field)) {
      return InvalidField(
          "groupBy",
          absl::StrCat("names \"", name,
                       "\"; want a field of evidence rows that holds texts, "
                       "words of a list or whole numbers"));
    }
    groups->fields_.push_back({field, ChoicesOf(*field), IsOfArms(*field)});
  }
  return groups;
}

RowMatch RowGroups::Ask(absl::Span<const size_t> fields,
                        absl::Span<const std::string> values,
                        const EvidenceRow& row) {
  std::string text;
  for (const size_t field : fields) {
    absl::StrAppend(&text, text.empty() ? "" : " AND ",
                    fields_[field].descriptor->json_name(), " = \"",
                    values[field], "\"");
  }
  std::unique_ptr<Question>& question = questions_[text];
  if (question == nullptr) {
    absl::StatusOr<Filter> filter = ParseEvidenceFilter(text);
    if (!filter.ok()) return RowMatch::kNo;
    question =
        std::make_unique<Question>(*std::move(filter), variants_, facts_);
  }
  std::set<std::string> unused;
  return question->matcher.Match(row, unused);
}

std::map<std::string, bool> RowGroups::ValuesOf(size_t field,
                                                const EvidenceRow& row) {
  const Field& of = fields_[field];
  const std::vector<std::string> held = HeldBy(row, *of.descriptor);
  std::map<std::string, bool> values;
  for (const std::string& value : held) values.emplace(value, false);
  if (held.empty()) values.emplace("", false);
  if (of.choices.empty() || !MayHoldMore(row, *of.descriptor)) return values;
  std::vector<std::string> choices = of.choices;
  choices.insert(choices.end(), held.begin(), held.end());
  std::vector<std::string> asked(fields_.size());
  for (const std::string& choice : choices) {
    asked[field] = choice;
    const RowMatch match = Ask({field}, asked, row);
    if (match != RowMatch::kNo) values[choice] = match == RowMatch::kMay;
  }
  return values;
}

void RowGroups::AddTo(const EvidenceRow& row, EvidenceRow& copy) {
  if (fields_.empty()) return;
  std::vector<std::map<std::string, bool>> values;
  for (size_t i = 0; i < fields_.size(); ++i) {
    values.push_back(ValuesOf(i, row));
  }
  const auto add = [&copy](std::vector<std::string> group, bool possible) {
    v1::RowGroup& added = *copy.add_groups();
    for (std::string& value : group) added.add_values(std::move(value));
    if (possible) added.set_possible(true);
  };
  if (fields_.size() == 1) {
    for (const auto& [value, possible] : values[0]) add({value}, possible);
    return;
  }
  const bool by_arm =
      fields_[0].of_arms && fields_[1].of_arms && row.arms_size() > 1;
  // Certain values that no arm has together with one of the other field.
  std::set<std::string> alone[2];
  if (by_arm) {
    for (size_t i = 0; i < 2; ++i) {
      for (const auto& [value, possible] : values[i]) {
        if (!possible && !value.empty()) alone[i].insert(value);
      }
    }
  }
  for (const auto& [down, down_possible] : values[0]) {
    for (const auto& [across, across_possible] : values[1]) {
      bool possible = down_possible || across_possible;
      if (by_arm && !down.empty() && !across.empty()) {
        const std::string asked[] = {down, across};
        const RowMatch match = Ask({0, 1}, asked, row);
        if (match == RowMatch::kNo) continue;
        possible = match == RowMatch::kMay;
      }
      if (!possible) {
        alone[0].erase(down);
        alone[1].erase(across);
      }
      add({down, across}, possible);
    }
  }
  for (const std::string& down : alone[0]) add({down, ""}, false);
  for (const std::string& across : alone[1]) add({"", across}, false);
}

}  // namespace consilium

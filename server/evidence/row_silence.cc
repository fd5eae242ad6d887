#include "server/evidence/row_silence.h"

#include <algorithm>
#include <string>

#include "absl/strings/string_view.h"
#include "server/evidence/vocabulary.h"

namespace consilium {
namespace {

using v1::EvidenceRow;

// Whether the settings tell of one thing: how far the disease has come, or
// whether it can be removed.
bool AreOfOneKind(absl::string_view a, absl::string_view b) {
  const auto is_resection = [](absl::string_view id) {
    return id == "resectable" || id == "unresectable";
  };
  return is_resection(a) == is_resection(b);
}

// Whether what a row holds is none of the kind that is asked for, or broader
// and so tells no more than that it may be: "locally advanced" is no stage.
bool AreBroader(const google::protobuf::RepeatedPtrField<std::string>& held,
                v1::Vocabulary vocabulary, const std::string& asked) {
  return std::all_of(held.begin(), held.end(), [&](const std::string& id) {
    return TermList::Of(vocabulary).IsBelow(asked, id) ||
           (vocabulary == v1::VOCABULARY_SETTING && !AreOfOneKind(asked, id));
  });
}

}  // namespace

bool IsAnswered(const FilterNode& comparison, const EvidenceRow& row) {
  const google::protobuf::FieldDescriptor& field = *comparison.path.fields[0];
  // A row without doubts is none that says nothing of them.
  if (field.number() == EvidenceRow::kAlternativesFieldNumber ||
      field.number() == EvidenceRow::kDisputesFieldNumber) {
    return true;
  }
  if (comparison.path.fields.size() != 1) return false;
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

bool SaysNothing(const FilterNode& comparison, const EvidenceRow& row) {
  if (comparison.path.fields.size() != 1) return false;
  if (comparison.text.size() != 1) return false;
  const std::string& asked = comparison.text[0];
  switch (comparison.path.fields[0]->number()) {
    case EvidenceRow::kSettingsFieldNumber:
      return AreBroader(row.settings(), v1::VOCABULARY_SETTING, asked);
    case EvidenceRow::kAlterationsFieldNumber:
      return AreBroader(row.alterations(), v1::VOCABULARY_ALTERATION, asked);
    case EvidenceRow::kHistologyFieldNumber:
      return AreBroader(row.histology(), v1::VOCABULARY_HISTOLOGY, asked);
    case EvidenceRow::kDrugsFieldNumber:
    case EvidenceRow::kDrugClassesFieldNumber:
    case EvidenceRow::kRadiotherapyFieldNumber:
      return row.arms().empty();
    default:
      return false;
  }
}

}  // namespace consilium

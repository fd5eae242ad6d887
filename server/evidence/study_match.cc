#include "server/evidence/study_match.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "server/evidence/evidence_records.h"
#include "server/evidence/vocabulary.h"

namespace consilium {
namespace {

using v1::EvidenceRow;

// A registry's number as it is compared: "chictr1900027769" of "ChiCTR
// 1900027769".
std::string FoldNumber(absl::string_view text) {
  return absl::StrReplaceAll(absl::AsciiStrToLower(text),
                             {{" ", ""}, {"-", ""}});
}

std::string FoldCase(absl::string_view text) {
  return absl::AsciiStrToLower(text);
}

// Whether one of `texts` stands in the comparison when all are folded.
template <typename Texts>
FilterMatch MatchFolded(const FilterNode& comparison, const Texts& texts,
                        std::string (*fold)(absl::string_view)) {
  FilterText pieces;
  for (const std::string& piece : comparison.text) {
    pieces.push_back(fold(piece));
  }
  const bool matches =
      std::any_of(texts.begin(), texts.end(), [&](const std::string& text) {
        return CompareText(fold(text), comparison.op, pieces);
      });
  return matches ? FilterMatch::kYes : FilterMatch::kNo;
}

// Whether the study is that of a reference's number, as the ids of its reports
// have it.
bool IsReference(absl::string_view number, const EvidenceRow& row) {
  if (number.empty()) return false;
  const std::string end = absl::StrCat("-ref-", number);
  return std::any_of(row.trial().reports().begin(), row.trial().reports().end(),
                     [&end](const v1::TrialReport& report) {
                       return absl::EndsWith(report.publication(), end);
                     });
}

FilterMatch MatchName(const FilterNode& comparison, const EvidenceRow& row) {
  if (comparison.op == FilterOp::kEqual && comparison.text.size() == 1 &&
      IsReference(ReferenceNumber(comparison.text[0]), row)) {
    return FilterMatch::kYes;
  }
  return MatchFolded(comparison, std::vector{row.study()}, FoldCase);
}

}  // namespace

std::string ReferenceNumber(absl::string_view word) {
  const std::string name = NormalizeTerm(word);
  absl::string_view number = name;
  if (!absl::ConsumePrefix(&number, "reference-") &&
      !absl::ConsumePrefix(&number, "ref-")) {
    return "";
  }
  return !number.empty() &&
                 std::all_of(number.begin(), number.end(), absl::ascii_isdigit)
             ? std::string(number)
             : "";
}

std::optional<FilterMatch> MatchStudy(const FilterNode& comparison,
                                      const EvidenceRow& row) {
  const std::vector<const google::protobuf::FieldDescriptor*>& fields =
      comparison.path.fields;
  if (fields.size() == 2) {
    const bool is_acronym =
        fields[0]->number() == EvidenceRow::kTrialFieldNumber &&
        fields[1]->number() == v1::Trial::kAcronymFieldNumber;
    if (!is_acronym || !row.trial().has_acronym()) return std::nullopt;
    return MatchFolded(comparison, std::vector{row.trial().acronym()},
                       FoldCase);
  }
  if (fields.size() != 1) return std::nullopt;
  switch (fields[0]->number()) {
    case EvidenceRow::kRegistrationsFieldNumber:
      return MatchFolded(comparison, row.registrations(), FoldNumber);
    case EvidenceRow::kTrialIdFieldNumber:
      return MatchFolded(comparison, std::vector{row.trial_id()}, FoldNumber);
    case EvidenceRow::kStudyFieldNumber:
      return MatchName(comparison, row);
    default:
      return std::nullopt;
  }
}

bool MayBeGroup(const FilterNode& comparison,
                const google::protobuf::RepeatedPtrField<v1::Arm>& arms) {
  return std::any_of(
      arms.begin(), arms.end(), [&comparison](const v1::Arm& arm) {
        const std::vector<std::string> names = {
            std::string(LastSegment(arm.name())), arm.title()};
        return MatchFolded(comparison, names, FoldCase) == FilterMatch::kYes;
      });
}

}  // namespace consilium

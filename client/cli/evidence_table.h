// Evidence rows as lines of a table or of CSV.
//
// Pure functions.
#ifndef CONSILIUM_CLIENT_CLI_EVIDENCE_TABLE_H_
#define CONSILIUM_CLIENT_CLI_EVIDENCE_TABLE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "consilium/v1/evidence.pb.h"

namespace consilium {

// Columns that are no field of a row: its disputes and other readings; and
// where its number was read and who entered it.
inline constexpr absl::string_view kDoubtColumn = "doubt";
inline constexpr absl::string_view kInstitutionColumn = "institution";
inline constexpr absl::string_view kAuthorColumn = "author";
inline constexpr absl::string_view kSourceColumn = "source";

// Whether `column` is one of those.
bool IsMadeColumn(absl::string_view column);

enum class CellStyle {
  // For people: numbers behind their comparators, times rounded, what was not
  // reached in words.
  kTable,
  // For programs: a number is a number.
  kCsv,
};

// The cell of `row` in `column`, a field's path or one of those above. Numbers
// have the digits that were printed.
std::string EvidenceCell(const v1::EvidenceRow& row, absl::string_view column,
                         CellStyle style);

// What stands beside a value in conflict, and who holds it: "17.6 by west",
// "design not known by north and east"; "another value by west" when no field
// of the row shows it.
std::string DisputeWords(const v1::Dispute& dispute);

// "disputed: 17.6 by west; other reading: median"; empty when there is neither.
std::string DoubtText(const v1::EvidenceRow& row);

// What the outcome or adverse event of each row has to say beside its name:
// "intracranial" always, and what alone tells it from another row that would
// look alike: "imaging", "kaplan-meier". In the order of `rows`.
std::vector<std::string> Qualifiers(const std::vector<v1::EvidenceRow>& rows);

// Sorts by the study's name, then by what is measured and by group: a trial's
// own row first, then results, adverse events, conclusions.
void SortForPeople(std::vector<v1::EvidenceRow>& rows);

// Sorts by `fields`, the most important first; a "-" before one turns it round.
// Rows that lack a field come last.
void SortBy(const std::vector<std::string>& fields,
            std::vector<v1::EvidenceRow>& rows);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_CLI_EVIDENCE_TABLE_H_

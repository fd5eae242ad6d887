// What an evidence row holds, in the words of a medical report.
//
// Pure.
#ifndef CONSILIUM_SERVER_PAGE_ROW_WORDS_H_
#define CONSILIUM_SERVER_PAGE_ROW_WORDS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "consilium/v1/review_result.pb.h"

namespace consilium {

// "3 or higher" of ">=3".
std::string GradeWords(absl::string_view grade);

// "Intracranial progression-free survival, at 12 months".
std::string RowOutcome(const v1::EvidenceRow& row);

// "median, kaplan meier": measure or statistic, method and adjustment.
std::string RowMeasure(const v1::EvidenceRow& row);

// The numbers of a row; without any, what is known in their place.
std::string RowValue(const v1::EvidenceRow& row);

// What the value is of: outcome and measure, or event and grade.
std::string RowDetail(const v1::ReviewResult& result,
                      const v1::EvidenceRow& row);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_PAGE_ROW_WORDS_H_

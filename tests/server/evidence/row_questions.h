// Rows that tests ask questions of.
#ifndef CONSILIUM_TESTS_SERVER_EVIDENCE_ROW_QUESTIONS_H_
#define CONSILIUM_TESTS_SERVER_EVIDENCE_ROW_QUESTIONS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "consilium/v1/evidence.pb.h"
#include "server/evidence/row_matcher.h"

namespace consilium {

// How the row stands to the filter, which parses. The fields that leave it open
// are told where it is.
RowMatch Ask(absl::string_view filter, const v1::EvidenceRow& row);

// The filter as it was read.
std::string Reading(absl::string_view filter);

// Why the filter is none.
std::string Refusal(absl::string_view filter);

// Rows of one number. An estimate without a statistic is a median.
v1::EvidenceRow Estimate(v1::Estimate estimate);
v1::EvidenceRow Median(double value, const std::string& unit,
                       v1::Comparator comparator = v1::COMPARATOR_EQUAL);
v1::EvidenceRow PValue(double value, v1::Comparator comparator);
v1::EvidenceRow Graded(v1::GradeBandKind kind, int low = 0, int high = 0);

}  // namespace consilium

#endif  // CONSILIUM_TESTS_SERVER_EVIDENCE_ROW_QUESTIONS_H_

#include "tests/server/evidence/row_questions.h"

#include <set>

#include "gtest/gtest.h"
#include "server/evidence/evidence_filter.h"
#include "server/evidence/row_fields.h"

namespace consilium {

RowMatch Ask(absl::string_view filter, const v1::EvidenceRow& row) {
  const absl::StatusOr<Filter> parsed = ParseEvidenceFilter(filter);
  EXPECT_TRUE(parsed.ok()) << parsed.status();
  std::set<std::string> fields;
  const RowMatch match = MatchRow(*parsed, row, fields);
  EXPECT_EQ(match == RowMatch::kMay, !fields.empty()) << filter;
  return match;
}

std::string Reading(absl::string_view filter) {
  const absl::StatusOr<Filter> parsed = ParseEvidenceFilter(filter);
  EXPECT_TRUE(parsed.ok()) << parsed.status();
  return parsed.ok() ? parsed->ToString() : "";
}

std::string Refusal(absl::string_view filter) {
  const auto refused = ParseEvidenceFilter(filter);
  EXPECT_FALSE(refused.ok()) << filter;
  return std::string(refused.status().message());
}

v1::EvidenceRow Estimate(v1::Estimate estimate) {
  if (!estimate.has_statistic()) estimate.set_statistic(v1::STATISTIC_MEDIAN);
  v1::EvidenceRow row;
  FillEstimate(estimate, row);
  *row.mutable_estimate() = estimate;
  return row;
}

v1::EvidenceRow Median(double value, const std::string& unit,
                       v1::Comparator comparator) {
  v1::Estimate estimate;
  estimate.set_value(value);
  estimate.set_unit(unit);
  estimate.set_comparator(comparator);
  return Estimate(estimate);
}

v1::EvidenceRow PValue(double value, v1::Comparator comparator) {
  v1::EvidenceRow row;
  row.set_p(value);
  row.set_p_comparator(comparator);
  return row;
}

v1::EvidenceRow Graded(v1::GradeBandKind kind, int low, int high) {
  v1::AdverseEventCount count;
  count.mutable_grade()->set_kind(kind);
  if (low > 0) count.mutable_grade()->set_low(low);
  if (high > 0) count.mutable_grade()->set_high(high);
  v1::EvidenceRow row;
  FillCount(count, row);
  return row;
}

}  // namespace consilium

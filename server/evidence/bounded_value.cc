#include "server/evidence/bounded_value.h"

#include <cmath>
#include <limits>
#include <variant>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "server/evidence/row_fields.h"
#include "server/synthesis/real_math.h"

namespace consilium {
namespace {

using v1::EvidenceRow;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Below it a report calls a difference significant, as a rule.
constexpr double kSignificantBelow = 0.05;

// The numbers that a value may be.
struct Bounds {
  double low = -kInfinity;
  double high = kInfinity;
  bool low_excluded = false;
  bool high_excluded = false;
  std::optional<double> excluded;  // A number between them that it is not.
};

bool IsAbove(const Bounds& bounds, double number) {
  return bounds.low > number || (bounds.low == number && bounds.low_excluded);
}

bool IsBelow(const Bounds& bounds, double number) {
  return bounds.high < number ||
         (bounds.high == number && bounds.high_excluded);
}

// Whether every number within the bounds stands in `op` to `number`.
bool AllStand(const Bounds& bounds, FilterOp op, double number) {
  switch (op) {
    case FilterOp::kEqual:
    case FilterOp::kHas:
      return bounds.low == number && bounds.high == number;
    case FilterOp::kNotEqual:
      return IsAbove(bounds, number) || IsBelow(bounds, number) ||
             bounds.excluded == number;
    case FilterOp::kLess:
      return IsBelow(bounds, number);
    case FilterOp::kLessEqual:
      return bounds.high <= number;
    case FilterOp::kGreater:
      return IsAbove(bounds, number);
    case FilterOp::kGreaterEqual:
      return bounds.low >= number;
  }
  return false;
}

// `range` without what the comparator of `value` rules out. False when it rules
// out nothing: the value is the number.
bool Narrow(v1::Comparator comparator, double value, Bounds& range) {
  switch (comparator) {
    case v1::COMPARATOR_LESS:
    case v1::COMPARATOR_LESS_OR_EQUAL:
      range.high = value;
      range.high_excluded = comparator == v1::COMPARATOR_LESS;
      return true;
    case v1::COMPARATOR_GREATER:
    case v1::COMPARATOR_GREATER_OR_EQUAL:
      range.low = value;
      range.low_excluded = comparator == v1::COMPARATOR_GREATER;
      return true;
    case v1::COMPARATOR_NOT_EQUAL:
      range.excluded = value;
      return true;
    default:
      return false;
  }
}

// What the value of the row can be, in its unit, by what it is.
Bounds RangeOf(const EvidenceRow& row) {
  Bounds range;
  if (row.has_count()) range.low = 0;
  switch (row.statistic()) {
    case v1::STATISTIC_MEDIAN:
      // That of a change may be below 0, a time is not.
      if (row.has_value_months() || Months(1, row.unit())) range.low = 0;
      break;
    case v1::STATISTIC_RATE:
    case v1::STATISTIC_PROPORTION:
    case v1::STATISTIC_COUNT:
    case v1::STATISTIC_COUNT_OF_UNITS:
    case v1::STATISTIC_INCIDENCE_RATE:
    case v1::STATISTIC_RESTRICTED_MEAN:
      range.low = 0;
      break;
    default:
      break;
  }
  const auto percent = PercentPerUnit(row);
  if (range.low == 0 && percent.has_value()) range.high = 100 / *percent;
  return range;
}

// A median that was not reached is some time, later than what was seen.
bool IsOpenMedian(const EvidenceRow& row) {
  return row.statistic() == v1::STATISTIC_MEDIAN &&
         (row.value_status() == v1::VALUE_STATUS_NOT_REACHED ||
          row.value_status() == v1::VALUE_STATUS_NOT_ESTIMABLE);
}

std::optional<Bounds> BoundsOfValue(const EvidenceRow& row) {
  Bounds bounds = RangeOf(row);
  if (row.has_value()) {
    return Narrow(row.comparator(), row.value(), bounds)
               ? std::optional<Bounds>(bounds)
               : std::nullopt;
  }
  const v1::Estimate& estimate = row.estimate();
  if (estimate.has_value_low() || estimate.has_value_high()) {
    if (estimate.has_value_low()) bounds.low = estimate.value_low();
    if (estimate.has_value_high()) bounds.high = estimate.value_high();
    return bounds;
  }
  if (!IsOpenMedian(row)) return std::nullopt;
  bounds.low = 0;
  bounds.low_excluded = true;
  return bounds;
}

std::optional<Bounds> BoundsOfP(const EvidenceRow& row) {
  if (!row.has_p()) return std::nullopt;
  Bounds bounds = {0, 1, true, false, std::nullopt};
  return Narrow(row.p_comparator(), row.p(), bounds)
             ? std::optional<Bounds>(bounds)
             : std::nullopt;
}

// What the words about significance say of a P that is not printed.
std::optional<Bounds> BoundsOfUnprintedP(const EvidenceRow& row) {
  if (row.has_p()) return std::nullopt;
  switch (row.significance()) {
    case v1::SIGNIFICANCE_SIGNIFICANT:
      return Bounds{0, kSignificantBelow, true, true, std::nullopt};
    case v1::SIGNIFICANCE_NOT_SIGNIFICANT:
    case v1::SIGNIFICANCE_SIMILAR:
      return Bounds{kSignificantBelow, 1, false, false, std::nullopt};
    default:
      return std::nullopt;
  }
}

Bounds Times(Bounds bounds, double factor) {
  bounds.low = RoundResult(bounds.low * factor);
  bounds.high = RoundResult(bounds.high * factor);
  if (bounds.excluded.has_value()) {
    bounds.excluded = RoundResult(*bounds.excluded * factor);
  }
  return bounds;
}

// In the unit of the field; a time not reached may lack its unit.
std::optional<Bounds> BoundsOf(int field, const EvidenceRow& row) {
  if (field == EvidenceRow::kPFieldNumber) return BoundsOfP(row);
  const std::optional<Bounds> bounds = BoundsOfValue(row);
  if (!bounds.has_value() || field == EvidenceRow::kValueFieldNumber) {
    return bounds;
  }
  std::optional<double> factor;
  if (field == EvidenceRow::kValueMonthsFieldNumber) {
    factor = Months(1, row.unit());
    if (!row.has_unit() && IsOpenMedian(row)) factor = 1;
  } else {
    factor = PercentPerUnit(row);
  }
  if (!factor.has_value()) return std::nullopt;
  return Times(*bounds, *factor);
}

// Whether the count of the row is that of the grades asked for. That of a part
// of them is a lower bound of it, that of others too another count.
RowMatch MatchRange(const GradeRange& asked, const EvidenceRow& row) {
  if (asked.low > asked.high) return RowMatch::kNo;
  if (!row.has_grade_low()) return RowMatch::kMay;
  const int low = row.grade_low();
  const int high = row.has_grade_high() ? row.grade_high() : kGradeMax;
  if (low < asked.low || high > asked.high) return RowMatch::kNo;
  return low == asked.low && high == asked.high ? RowMatch::kYes
                                                : RowMatch::kMay;
}

RowMatch Negated(RowMatch match) {
  switch (match) {
    case RowMatch::kYes:
      return RowMatch::kNo;
    case RowMatch::kNo:
      return RowMatch::kYes;
    case RowMatch::kMay:
      break;
  }
  return match;
}

}  // namespace

std::string GradeRange::ToString() const {
  return high == kGradeMax ? absl::StrCat(">=", low)
                           : absl::StrCat(low, "-", high);
}

std::optional<GradeRange> ParseGradeRange(absl::string_view text) {
  GradeRange range;
  if (absl::ConsumePrefix(&text, ">=")) {
    range.high = kGradeMax;
    return absl::SimpleAtoi(text, &range.low) ? std::optional<GradeRange>(range)
                                              : std::nullopt;
  }
  const std::vector<absl::string_view> ends = absl::StrSplit(text, '-');
  if (ends.size() != 2 || !absl::SimpleAtoi(ends[0], &range.low) ||
      !absl::SimpleAtoi(ends[1], &range.high)) {
    return std::nullopt;
  }
  return range;
}

std::optional<GradeRange> GradesAskedBy(const FilterNode& comparison) {
  if (comparison.kind != FilterNode::Kind::kComparison ||
      comparison.path.fields.size() != 1 ||
      comparison.path.fields[0]->containing_type() !=
          EvidenceRow::descriptor() ||
      comparison.path.fields[0]->number() != EvidenceRow::kGradeFieldNumber) {
    return std::nullopt;
  }
  const auto* const number = std::get_if<FilterNumber>(&comparison.operand);
  if (number == nullptr) {
    return comparison.text.size() == 1 ? ParseGradeRange(comparison.text[0])
                                       : std::nullopt;
  }
  const int down = static_cast<int>(std::floor(number->real));
  const int up = static_cast<int>(std::ceil(number->real));
  switch (comparison.op) {
    case FilterOp::kEqual:
    case FilterOp::kHas:
    case FilterOp::kNotEqual:
      return GradeRange{up, down};
    case FilterOp::kLess:
      return GradeRange{kGradeMin, up - 1};
    case FilterOp::kLessEqual:
      return GradeRange{kGradeMin, down};
    case FilterOp::kGreater:
      return GradeRange{down + 1, kGradeMax};
    case FilterOp::kGreaterEqual:
      return GradeRange{up, kGradeMax};
  }
  return std::nullopt;
}

std::optional<RowMatch> MatchGrades(const FilterNode& comparison,
                                    const GradeRange& asked,
                                    const EvidenceRow& row) {
  if (!row.has_grade()) return std::nullopt;
  const RowMatch match = MatchRange(asked, row);
  return comparison.op == FilterOp::kNotEqual ? Negated(match) : match;
}

std::optional<RowMatch> MatchBounded(const FilterNode& comparison,
                                     const EvidenceRow& row) {
  if (comparison.path.fields.size() != 1 ||
      !std::holds_alternative<FilterNumber>(comparison.operand)) {
    return std::nullopt;
  }
  const int field = comparison.path.fields[0]->number();
  switch (field) {
    case EvidenceRow::kPFieldNumber:
    case EvidenceRow::kValueFieldNumber:
    case EvidenceRow::kValueMonthsFieldNumber:
    case EvidenceRow::kValuePercentFieldNumber:
      break;
    default:
      return std::nullopt;
  }
  const double number = std::get<FilterNumber>(comparison.operand).real;
  if (field == EvidenceRow::kPFieldNumber) {
    if (const auto likely = BoundsOfUnprintedP(row)) {
      // The level of the test is not printed either, hence nothing is certain
      // but what the words deny.
      return AllStand(*likely, OppositeOf(comparison.op), number)
                 ? RowMatch::kNo
                 : RowMatch::kMay;
    }
  }
  const std::optional<Bounds> bounds = BoundsOf(field, row);
  if (!bounds.has_value()) return std::nullopt;
  if (AllStand(*bounds, comparison.op, number)) return RowMatch::kYes;
  return AllStand(*bounds, OppositeOf(comparison.op), number) ? RowMatch::kNo
                                                              : RowMatch::kMay;
}

}  // namespace consilium

#include "server/review/arm_means.h"

#include <cmath>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "proto/base/status_macros.h"
#include "server/synthesis/derivation_text.h"
#include "server/synthesis/distributions.h"
#include "server/synthesis/real_math.h"
#include "server/synthesis/shared_comparator.h"

namespace consilium {
namespace {

constexpr double kUsualLevelPercent = 95;

absl::Status Lacks(const v1::EvidenceRow& row, absl::string_view what) {
  return absl::FailedPreconditionError(absl::StrCat(
      what, row.has_group() ? absl::StrCat(" of ", row.group()) : ""));
}

// The standard error that `row` prints, or the half width of its interval
// implies; 0 when neither is printed.
double StandardErrorOf(const v1::EvidenceRow& row, RowMean& made) {
  const v1::Dispersion& spread = row.estimate().dispersion();
  if (spread.kind() == v1::DISPERSION_KIND_STANDARD_ERROR &&
      spread.value() > 0) {
    return spread.value();
  }
  if (row.has_standard_error() && row.standard_error() > 0) {
    return row.standard_error();
  }
  double half_width = 0;
  if (row.has_low() && row.has_high()) {
    half_width = (row.high() - row.low()) / 2;
  } else if (spread.kind() == v1::DISPERSION_KIND_INTERVAL_HALF_WIDTH) {
    half_width = spread.value();
  }
  if (half_width <= 0 || row.participants() < 2) return 0;
  const double level = row.has_level() ? row.level() : kUsualLevelPercent;
  made.from_interval = true;
  return half_width /
         StudentTQuantile(0.5 + level / 200, row.participants() - 1);
}

absl::StatusOr<RowMean> MeanOf(const v1::EvidenceRow& row) {
  if (row.statistic() != v1::STATISTIC_MEAN &&
      row.statistic() != v1::STATISTIC_LEAST_SQUARES_MEAN) {
    return Lacks(row, "no mean is printed");
  }
  if (!row.has_value()) return Lacks(row, "the mean is not printed");
  if (row.participants() <= 0) {
    return Lacks(row, "the number of participants is not printed");
  }
  if (row.participants() == 1) {
    return Lacks(row,
                 "one participant has no standard deviation, whatever is "
                 "printed; the mean is");
  }
  RowMean made;
  made.mean.mean = row.value();
  made.mean.participants = row.participants();
  const v1::Dispersion& spread = row.estimate().dispersion();
  if (spread.kind() == v1::DISPERSION_KIND_STANDARD_DEVIATION &&
      spread.has_value()) {
    made.mean.standard_deviation = spread.value();
    return made;
  }
  const double standard_error = StandardErrorOf(row, made);
  if (standard_error <= 0) {
    return Lacks(row,
                 "neither a standard deviation, a standard error nor an "
                 "interval is printed with the mean");
  }
  made.mean.standard_deviation =
      standard_error * std::sqrt(made.mean.participants);
  made.how = absl::StrCat(
      "standard deviation ",
      PlainDecimal(RoundToDigits(made.mean.standard_deviation, 4)), " from ",
      made.from_interval ? "the interval" : "the standard error", " of ",
      row.participants());
  return made;
}

}  // namespace

absl::StatusOr<RowMean> MeanOfArms(
    absl::Span<const v1::EvidenceRow* const> rows) {
  RowMean combined;
  std::vector<ArmMean> arms;
  for (const v1::EvidenceRow* row : rows) {
    ASSIGN_OR_RETURN(const RowMean made, MeanOf(*row));
    arms.push_back(made.mean);
    combined.from_interval |= made.from_interval;
    if (!made.how.empty()) {
      absl::StrAppend(&combined.how, combined.how.empty() ? "" : "; ",
                      made.how);
    }
  }
  ASSIGN_OR_RETURN(combined.mean, CombineArms(arms));
  if (rows.size() > 1) {
    absl::StrAppend(
        &combined.how, combined.how.empty() ? "" : "; ", rows.size(),
        " arms combined: mean ",
        PlainDecimal(RoundToDigits(combined.mean.mean, 4)),
        ", standard deviation ",
        PlainDecimal(RoundToDigits(combined.mean.standard_deviation, 4)),
        " of ", PlainDecimal(combined.mean.participants));
  }
  return combined;
}

}  // namespace consilium

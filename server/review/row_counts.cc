#include "server/review/row_counts.h"

#include <cmath>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/evidence/row_fields.h"
#include "server/review/row_effect.h"
#include "server/synthesis/derivation_text.h"
#include "server/synthesis/real_math.h"
#include "server/synthesis/shared_comparator.h"

namespace consilium {
namespace {

constexpr double kMonthsPerYear = 12;

// Events per person-year of an incidence rate; nullopt of another unit.
std::optional<double> RatePerYear(const v1::EvidenceRow& row) {
  if (row.statistic() != v1::STATISTIC_INCIDENCE_RATE || !row.has_value() ||
      IsBound(row.comparator())) {
    return std::nullopt;
  }
  if (row.unit() == "/a") return row.value();
  if (row.unit() == "/mo") return row.value() * kMonthsPerYear;
  if (row.unit() == "/100.a") return row.value() / 100;
  return std::nullopt;
}

}  // namespace

std::string PercentText(double value) {
  return absl::StrCat(PlainDecimal(value), " %");
}

double PercentOf(const v1::EvidenceRow& row) {
  return row.unit() == "1" ? RoundResult(row.value() * 100) : row.value();
}

std::optional<RowCounts> CountsOf(const v1::EvidenceRow& row) {
  RowCounts found;
  if (row.has_events() && row.has_participants() && row.participants() > 0) {
    found.counts.events = row.events();
    found.counts.participants = row.participants();
    return found;
  }
  if (row.count().occurrence() == v1::OCCURRENCE_NONE_OBSERVED &&
      row.has_participants() && row.participants() > 0) {
    found.counts.participants = row.participants();
    found.how = absl::StrCat("none observed in ", row.participants());
    return found;
  }
  if (!row.has_value() || IsBound(row.comparator()) ||
      (row.unit() != "%" && row.unit() != "1") || !row.has_participants() ||
      row.participants() <= 0) {
    return std::nullopt;
  }
  const double percent = PercentOf(row);
  if (percent < 0 || percent > 100) return std::nullopt;
  found.counts.participants = row.participants();
  found.counts.events = std::floor(percent * row.participants() / 100 + 0.5);
  found.from_percentage = true;
  found.how = absl::StrCat(
      "events from the printed percentage: ", PercentText(percent), " of ",
      row.participants(), " = ", PlainDecimal(found.counts.events));
  const double back = 100 * found.counts.events / found.counts.participants;
  if (std::fabs(back - percent) > 0.5) {
    absl::StrAppend(&found.how, ", which is ",
                    PercentText(RoundToDigits(back, 4)));
  }
  return found;
}

absl::StatusOr<std::optional<RowCounts>> CombinedCounts(
    absl::Span<const v1::EvidenceRow* const> rows) {
  std::vector<ArmCounts> arms;
  RowCounts combined;
  for (const v1::EvidenceRow* row : rows) {
    std::optional<RowCounts> counts = CountsOf(*row);
    if (!counts.has_value()) return std::optional<RowCounts>();
    arms.push_back(counts->counts);
    combined.from_percentage |= counts->from_percentage;
    if (!counts->how.empty()) {
      absl::StrAppend(&combined.how, combined.how.empty() ? "" : "; ",
                      counts->how);
    }
  }
  absl::StatusOr<ArmCounts> all = CombineArms(arms);
  if (!all.ok()) return all.status();
  combined.counts = *all;
  if (rows.size() > 1) {
    absl::StrAppend(&combined.how, combined.how.empty() ? "" : "; ",
                    rows.size(),
                    " arms combined: ", PlainDecimal(combined.counts.events),
                    " of ", PlainDecimal(combined.counts.participants));
  }
  return std::optional<RowCounts>(std::move(combined));
}

std::optional<RowRate> RateOf(const v1::EvidenceRow& row) {
  RowRate found;
  const bool none = row.count().occurrence() == v1::OCCURRENCE_NONE_OBSERVED;
  if (row.count().has_event_count()) {
    found.rate.events = row.count().event_count();
  } else if (row.has_events() || none) {
    found.rate.events = row.events();
  } else {
    return std::nullopt;
  }
  const std::optional<double> months =
      Months(row.has_count() ? row.count().person_time()
                             : row.estimate().person_time());
  if (months.has_value() && *months > 0) {
    found.rate.person_years = *months / kMonthsPerYear;
    return found;
  }
  const std::optional<double> rate = RatePerYear(row);
  if (!rate.has_value() || !(*rate > 0) || !(found.rate.events > 0)) {
    return std::nullopt;
  }
  found.rate.person_years = found.rate.events / *rate;
  found.how = absl::StrCat(
      "person-years from events and rate: ", PlainDecimal(found.rate.events),
      " at ", PlainDecimal(row.value()), row.unit(), " = ",
      PlainDecimal(RoundToDigits(found.rate.person_years, 4)));
  return found;
}

std::optional<RowRate> CombinedRate(
    absl::Span<const v1::EvidenceRow* const> rows) {
  RowRate combined;
  for (const v1::EvidenceRow* row : rows) {
    const std::optional<RowRate> found = RateOf(*row);
    if (!found.has_value()) return std::nullopt;
    combined.rate.events += found->rate.events;
    combined.rate.person_years += found->rate.person_years;
    if (!found->how.empty()) {
      absl::StrAppend(&combined.how, combined.how.empty() ? "" : "; ",
                      found->how);
    }
  }
  if (rows.size() > 1) {
    absl::StrAppend(
        &combined.how, combined.how.empty() ? "" : "; ", rows.size(),
        " arms combined: ", PlainDecimal(combined.rate.events), " in ",
        PlainDecimal(RoundToDigits(combined.rate.person_years, 4)),
        " person-years");
  }
  return combined;
}

}  // namespace consilium

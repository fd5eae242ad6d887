#include "server/review/zero_cells.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "server/review/review_plan.h"
#include "server/synthesis/derivation_text.h"

namespace consilium {
namespace {

constexpr double kUsualAddition = 0.5;

bool HasZero(const ArmCounts& arm) {
  return arm.events == 0 || arm.events == arm.participants;
}

// Whether a cell of the study's counts, or a number of its events, is 0.
bool HasZeroCell(const Candidate& study) {
  const RowEffect& effect = study.effect;
  return (effect.group.has_value() && HasZero(*effect.group)) ||
         (effect.reference.has_value() && HasZero(*effect.reference)) ||
         (effect.group_rate.has_value() && effect.group_rate->events == 0) ||
         (effect.reference_rate.has_value() &&
          effect.reference_rate->events == 0);
}

// Whether the effect of the study comes of counts or rates.
bool IsOfTable(const Candidate& study) {
  return study.effect.method == v1::DERIVATION_METHOD_COUNTS;
}

}  // namespace

ZeroCells ZeroCellsOf(const v1::ReviewOutcome& plan) {
  const v1::ZeroCells& planned = plan.zero_cells();
  ZeroCells cells;
  cells.add = planned.has_add() ? planned.add() : kUsualAddition;
  if (planned.correction() == v1::ZERO_CELL_CORRECTION_TREATMENT_ARM) {
    cells.division = ZeroCellDivision::kByArmSize;
  }
  if (planned.to() == v1::ZERO_CELL_TABLES_ALL) cells.rule = ZeroCellRule::kAll;
  if (planned.to() == v1::ZERO_CELL_TABLES_NONE) {
    cells.rule = ZeroCellRule::kNone;
  }
  return cells;
}

bool MayHaveZeroCells(const v1::ReviewOutcome& plan) {
  return plan.measure() == v1::EFFECT_MEASURE_ODDS_RATIO ||
         plan.measure() == v1::EFFECT_MEASURE_RISK_RATIO ||
         plan.measure() == v1::EFFECT_MEASURE_RISK_DIFFERENCE ||
         plan.measure() == v1::EFFECT_MEASURE_RATE_RATIO ||
         (plan.statistic() == v1::STATISTIC_PROPORTION &&
          plan.proportion_scale() != v1::PROPORTION_SCALE_ARCSINE &&
          plan.proportion_scale() != v1::PROPORTION_SCALE_FREEMAN_TUKEY);
}

v1::ZeroCellTables SettledTables(absl::Span<const Candidate* const> studies,
                                 const v1::ReviewOutcome& plan) {
  if (plan.zero_cells().to() != v1::ZERO_CELL_TABLES_ALL_IF_ANY) {
    return plan.zero_cells().to();
  }
  const bool any =
      std::any_of(studies.begin(), studies.end(),
                  [](const Candidate* study) { return HasZeroCell(*study); });
  return any ? v1::ZERO_CELL_TABLES_ALL : v1::ZERO_CELL_TABLES_ONLY_ZERO;
}

v1::ReviewOutcome WithTables(const v1::ReviewOutcome& plan,
                             v1::ZeroCellTables tables) {
  v1::ReviewOutcome settled = plan;
  if (settled.has_zero_cells()) settled.mutable_zero_cells()->set_to(tables);
  return settled;
}

std::vector<Candidate> WithZeroCellsOf(
    absl::Span<const Candidate* const> studies, const v1::ReviewOutcome& plan) {
  const v1::ReviewOutcome settled =
      WithTables(plan, SettledTables(studies, plan));
  std::vector<Candidate> changed;
  for (const Candidate* study : studies) {
    changed.push_back(*study);
    changed.back().effect = EffectOfCandidate(*study, study->rows, settled);
  }
  return changed;
}

std::string ZeroCellWords(absl::Span<const Candidate* const> studies,
                          const v1::ReviewOutcome& plan) {
  if (!MayHaveZeroCells(plan)) return "";
  const ZeroCells cells = ZeroCellsOf(plan);
  int tables = 0, zeros = 0;
  for (const Candidate* study : studies) {
    if (!IsOfTable(*study)) continue;
    ++tables;
    if (HasZeroCell(*study)) ++zeros;
  }
  const bool all = cells.rule == ZeroCellRule::kAll;
  const int changed = all ? tables : zeros;
  if (changed == 0) return "";
  const bool rates = plan.measure() == v1::EFFECT_MEASURE_RATE_RATIO;
  const std::string of =
      absl::StrCat(all ? "all " : "", changed,
                   rates ? (changed == 1 ? " study" : " studies")
                         : (changed == 1 ? " table" : " tables"),
                   all     ? ""
                   : rates ? " without events in an arm"
                           : " with a 0");
  if (cells.rule == ZeroCellRule::kNone) {
    return absl::StrCat("nothing added to ", of);
  }
  return absl::StrCat(PlainDecimal(cells.add), " added to each ",
                      rates ? "number of events of " : "cell of ", of,
                      cells.division == ZeroCellDivision::kByArmSize
                          ? ", divided between the arms by their size"
                          : "");
}

}  // namespace consilium

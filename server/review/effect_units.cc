#include "server/review/effect_units.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "proto/base/units.h"
#include "server/review/review_plan.h"
#include "server/synthesis/derivation_text.h"

namespace consilium {
namespace {

std::string UnitWords(const std::string& unit) {
  return unit.empty() ? "not stated" : unit;
}

// The unit of most studies, of several the first by name; whether none has
// more than another.
std::pair<std::string, bool> CommonUnit(const Selection& selection) {
  std::map<std::string, int> counts;
  for (const Candidate& study : selection.studies) {
    ++counts[study.row().unit()];
  }
  const auto most = std::max_element(
      counts.begin(), counts.end(),
      [](const auto& a, const auto& b) { return a.second < b.second; });
  const bool tied =
      std::count_if(counts.begin(), counts.end(), [&](const auto& each) {
        return each.second == most->second;
      }) > 1;
  return {most->first, tied};
}

}  // namespace

bool HasUnits(const v1::ReviewOutcome& plan) {
  return IsSingleGroup(plan)
             ? plan.statistic() == v1::STATISTIC_MEAN
             : plan.measure() == v1::EFFECT_MEASURE_MEAN_DIFFERENCE;
}

std::string UnitsOf(absl::Span<const v1::EvidenceRow* const> rows) {
  std::set<std::string> units;
  for (const v1::EvidenceRow* row : rows) units.insert(UnitWords(row->unit()));
  return absl::StrJoin(units, ", ");
}

RowEffect InUnit(RowEffect effect, double factor) {
  EffectSize& size = effect.effect;
  if (size.estimate.has_value()) *size.estimate *= factor;
  if (size.standard_error.has_value()) *size.standard_error *= factor;
  return effect;
}

void SettleUnits(const v1::ReviewOutcome& plan, Selection& selection) {
  if (!HasUnits(plan) || selection.studies.empty()) return;
  const auto [common, tied] = CommonUnit(selection);
  const auto factor_of = [&common = common](const Candidate& study) {
    return study.row().unit() == common
               ? std::optional<double>(1)
               : UnitFactor(study.row().unit(), common);
  };
  const bool all_convert = std::all_of(
      selection.studies.begin(), selection.studies.end(),
      [&](const Candidate& study) { return factor_of(study).has_value(); });
  std::vector<const v1::EvidenceRow*> rows;
  for (const Candidate& study : selection.studies) {
    rows.push_back(&study.row());
  }
  const std::string units = UnitsOf(rows);
  std::vector<Candidate> studies;
  for (Candidate& study : selection.studies) {
    const std::optional<double> factor = factor_of(study);
    if (!factor.has_value() || (tied && !all_convert)) {
      const std::string why =
          tied ? absl::StrCat("the units of the studies are ", units,
                              ", and none is that of most")
               : absl::StrCat("its unit is ", UnitWords(study.row().unit()),
                              ", that of most studies ", UnitWords(common));
      for (const v1::EvidenceRow* row : study.rows) {
        selection.excluded.push_back(MakeExcluded(
            *row, v1::EXCLUSION_REASON_MEASURE,
            absl::StrCat(why, "; want one, as by a filter on unit")));
      }
      continue;
    }
    if (*factor != 1) {
      study.unit_factor = *factor;
      study.effect = InUnit(std::move(study.effect), *factor);
      study.notes.push_back(absl::StrCat("converted from ", study.row().unit(),
                                         " to ", common, ", times ",
                                         PlainDecimal(*factor)));
    }
    study.unit = common;
    studies.push_back(std::move(study));
  }
  selection.studies = std::move(studies);
}

}  // namespace consilium

#include "server/synthesis/rate_ratio.h"

#include <cmath>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"
#include "server/synthesis/derivation_text.h"
#include "server/synthesis/real_math.h"

namespace consilium {
namespace {

absl::Status CheckRate(absl::string_view field, const ArmRate& rate) {
  if (!(rate.events >= 0) || !std::isfinite(rate.events)) {
    return InvalidField(field, absl::StrCat("has ", AnyNumber(rate.events),
                                            " events; want at least 0"));
  }
  if (!(rate.person_years > 0) || !std::isfinite(rate.person_years)) {
    return InvalidField(field,
                        absl::StrCat("has ", AnyNumber(rate.person_years),
                                     " person-years; want above 0"));
  }
  return absl::OkStatus();
}

bool HasNone(const ContrastRates& study) {
  return study.treated.events == 0 || study.control.events == 0;
}

std::string RateText(const ArmRate& rate) {
  return absl::StrCat(PlainDecimal(rate.events), " in ",
                      ShortNumber(rate.person_years));
}

}  // namespace

absl::StatusOr<std::vector<EffectSize>> RateRatios(
    absl::Span<const ContrastRates> studies, const ZeroCells& zero_cells) {
  bool any_zero = false;
  for (size_t i = 0; i < studies.size(); ++i) {
    const std::string field = absl::StrCat("studies[", i, "]");
    RETURN_IF_ERROR(
        CheckRate(absl::StrCat(field, ".treated"), studies[i].treated));
    RETURN_IF_ERROR(
        CheckRate(absl::StrCat(field, ".control"), studies[i].control));
    any_zero = any_zero || HasNone(studies[i]);
  }
  std::vector<EffectSize> effects;
  for (const ContrastRates& study : studies) {
    EffectSize& effect = effects.emplace_back();
    effect.measure = EffectMeasure::kLogRateRatio;
    effect.derivation = Derivation::kRates;
    effect.how = absl::StrCat(RateText(study.treated), " against ",
                              RateText(study.control),
                              " person-years: SE sqrt(1/x1 + 1/x2)");
    if (zero_cells.drop_double_zero &&
        study.treated.events + study.control.events == 0) {
      effect.excluded = "neither arm has an event";
      continue;
    }
    double x1 = study.treated.events, x2 = study.control.events;
    if (zero_cells.rule == ZeroCellRule::kAll ||
        (zero_cells.rule == ZeroCellRule::kIfAnyAll && any_zero) ||
        (zero_cells.rule == ZeroCellRule::kOnlyZero && HasNone(study))) {
      const ArmAdditions additions = AdditionsOf(
          zero_cells, study.treated.person_years, study.control.person_years);
      x1 += additions.treated;
      x2 += additions.control;
      absl::StrAppend(&effect.how,
                      AdditionsText(additions, "number of events"));
    }
    if (!(x1 > 0) || !(x2 > 0)) {
      effect.excluded = "no events in an arm leave the ratio undefined";
      continue;
    }
    effect.estimate = RoundResult(Log(x1 / study.treated.person_years) -
                                  Log(x2 / study.control.person_years));
    effect.standard_error = RoundResult(std::sqrt(1 / x1 + 1 / x2));
  }
  return effects;
}

}  // namespace consilium

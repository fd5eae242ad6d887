#include "server/synthesis/funnel.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "proto/base/status_macros.h"
#include "server/synthesis/errors.h"
#include "server/synthesis/inference.h"
#include "server/synthesis/limits.h"
#include "server/synthesis/real_math.h"

namespace consilium {

absl::StatusOr<Funnel> DrawFunnel(absl::Span<const StudyEffect> studies,
                                  double center,
                                  absl::Span<const double> levels_percent) {
  RETURN_IF_ERROR(CheckStudies(studies, "a funnel", 1));
  if (!(std::abs(center) <= kEffectMagnitudeMax)) {
    return BadSetting("center", absl::StrCat(center),
                      "a number of magnitude at most 1e30");
  }
  Funnel funnel = {.center = RoundResult(center)};
  double largest = 0;
  for (const StudyEffect& study : studies) {
    const double standard_error = Sqrt(study.variance);
    largest = std::max(largest, standard_error);
    funnel.points.push_back(
        {study.label, RoundResult(study.effect), RoundResult(standard_error)});
  }
  funnel.standard_error_max = RoundResult(largest);
  for (const double level : levels_percent) {
    RETURN_IF_ERROR(CheckOptions({.level_percent = level}));
    const double width = TwoSidedQuantile(level, std::nullopt) * largest;
    funnel.limits.push_back(
        {level, Rounded(Interval{center - width, center + width})});
  }
  return funnel;
}

}  // namespace consilium

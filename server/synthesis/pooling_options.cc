#include "server/synthesis/pooling_options.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "server/synthesis/errors.h"
#include "server/synthesis/limits.h"

namespace consilium {

absl::string_view Tau2EstimatorName(Tau2Estimator estimator) {
  switch (estimator) {
    case Tau2Estimator::kCommonEffect:
      return "EE";
    case Tau2Estimator::kDerSimonianLaird:
      return "DL";
    case Tau2Estimator::kHedges:
      return "HE";
    case Tau2Estimator::kHunterSchmidt:
      return "HS";
    case Tau2Estimator::kSidikJonkman:
      return "SJ";
    case Tau2Estimator::kMaximumLikelihood:
      return "ML";
    case Tau2Estimator::kRestrictedMaximumLikelihood:
      return "REML";
    case Tau2Estimator::kEmpiricalBayes:
      return "EB";
    case Tau2Estimator::kPauleMandel:
      return "PM";
  }
  return "";
}

absl::Status CheckStudies(absl::Span<const StudyEffect> studies,
                          absl::string_view computation, size_t wanted) {
  if (studies.size() < wanted) {
    return TooFewStudies(computation, studies.size(), wanted);
  }
  if (studies.size() > kStudyCountMax) {
    return BadSetting("number of studies", absl::StrCat(studies.size()),
                      absl::StrCat("at most ", kStudyCountMax));
  }
  for (size_t i = 0; i < studies.size(); ++i) {
    const StudyEffect& study = studies[i];
    if (!(std::abs(study.effect) <= kEffectMagnitudeMax)) {
      return BadStudy(i, study.label, "effect", study.effect,
                      "a number of magnitude at most 1e30");
    }
    if (!(study.variance >= kVarianceMin && study.variance <= kVarianceMax)) {
      return BadStudy(i, study.label, "variance", study.variance,
                      "a positive number from 1e-30 to 1e30");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckOptions(const PoolingOptions& options) {
  // Written so that NaN fails.
  if (!(options.level_percent > kLevelMin &&
        options.level_percent < kLevelMax)) {
    return BadSetting("level_percent", absl::StrCat(options.level_percent),
                      "more than 0 and less than 100");
  }
  return absl::OkStatus();
}

}  // namespace consilium

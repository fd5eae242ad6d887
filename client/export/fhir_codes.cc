#include "client/export/fhir_codes.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "client/export/study_text.h"
#include "proto/base/words.h"

namespace consilium {
namespace {

constexpr char kFhir[] = "http://hl7.org/fhir/";
constexpr char kTerminology[] = "http://terminology.hl7.org/CodeSystem/";

FhirJson FhirConcept(const char* set, absl::string_view code,
                     absl::string_view text = "") {
  return CodeableConcept(absl::StrCat(kFhir, set), code, text);
}

FhirJson TermConcept(const char* set, absl::string_view code,
                     absl::string_view text = "") {
  return CodeableConcept(absl::StrCat(kTerminology, set), code, text);
}

bool HasPhase(const v1::Trial& trial, v1::Phase phase) {
  return std::find(trial.phases().begin(), trial.phases().end(), phase) !=
         trial.phases().end();
}

const char* PhaseCode(const v1::Trial& trial) {
  const bool second = HasPhase(trial, v1::PHASE_PHASE2);
  if (HasPhase(trial, v1::PHASE_PHASE4)) return "phase-4";
  if (HasPhase(trial, v1::PHASE_PHASE3)) {
    return second ? "phase-2-phase-3" : "phase-3";
  }
  if (HasPhase(trial, v1::PHASE_PHASE1)) {
    return second ? "phase-1-phase-2" : "phase-1";
  }
  if (second) return "phase-2";
  if (HasPhase(trial, v1::PHASE_EARLY_PHASE1)) return "early-phase-1";
  return HasPhase(trial, v1::PHASE_NA) ? "n-a" : "";
}

const char* PurposeCode(v1::PrimaryPurpose purpose) {
  switch (purpose) {
    case v1::PRIMARY_PURPOSE_TREATMENT:
      return "treatment";
    case v1::PRIMARY_PURPOSE_PREVENTION:
      return "prevention";
    case v1::PRIMARY_PURPOSE_DIAGNOSTIC:
      return "diagnostic";
    case v1::PRIMARY_PURPOSE_SUPPORTIVE_CARE:
      return "supportive-care";
    case v1::PRIMARY_PURPOSE_SCREENING:
      return "screening";
    case v1::PRIMARY_PURPOSE_HEALTH_SERVICES_RESEARCH:
      return "health-services-research";
    case v1::PRIMARY_PURPOSE_BASIC_SCIENCE:
      return "basic-science";
    case v1::PRIMARY_PURPOSE_DEVICE_FEASIBILITY:
      return "device-feasibility";
    default:
      return "";
  }
}

const char* ProgressCode(v1::TrialStatus status) {
  switch (status) {
    case v1::TRIAL_STATUS_ACTIVE_NOT_RECRUITING:
      return "active-but-not-recruiting";
    case v1::TRIAL_STATUS_COMPLETED:
      return "completed";
    case v1::TRIAL_STATUS_ENROLLING_BY_INVITATION:
      return "enrolling-by-invitation";
    case v1::TRIAL_STATUS_NOT_YET_RECRUITING:
      return "not-yet-recruiting";
    case v1::TRIAL_STATUS_RECRUITING:
      return "recruiting";
    case v1::TRIAL_STATUS_SUSPENDED:
      return "temporarily-closed-to-accrual";
    case v1::TRIAL_STATUS_TERMINATED:
      return "terminated";
    case v1::TRIAL_STATUS_WITHDRAWN:
      return "withdrawn";
    case v1::TRIAL_STATUS_ONGOING:
      return "active";
    default:
      return "";
  }
}

const char* ArmTypeCode(v1::ArmType type) {
  switch (type) {
    case v1::ARM_TYPE_EXPERIMENTAL:
      return "experimental";
    case v1::ARM_TYPE_ACTIVE_COMPARATOR:
      return "active-comparator";
    case v1::ARM_TYPE_PLACEBO_COMPARATOR:
      return "placebo-comparator";
    case v1::ARM_TYPE_SHAM_COMPARATOR:
      return "sham-comparator";
    case v1::ARM_TYPE_NO_INTERVENTION:
      return "no-intervention";
    case v1::ARM_TYPE_OTHER:
    case v1::ARM_TYPE_COHORT:
      return "other-arm-type";
    default:
      return "";
  }
}

const char* DesignCode(v1::StudyDesign design) {
  switch (design) {
    case v1::STUDY_DESIGN_RANDOMIZED:
      return "SEVCO:01003";
    case v1::STUDY_DESIGN_NON_RANDOMIZED:
      return "SEVCO:01005";
    case v1::STUDY_DESIGN_SINGLE_ARM:
      return "SEVCO:01023";
    default:
      return "";
  }
}

const char* MeasureCodeOf(v1::EffectMeasure measure) {
  switch (measure) {
    case v1::EFFECT_MEASURE_HAZARD_RATIO:
      return "C93150";
    case v1::EFFECT_MEASURE_ODDS_RATIO:
      return "C16932";
    case v1::EFFECT_MEASURE_RISK_RATIO:
      return "C93152";
    case v1::EFFECT_MEASURE_RISK_DIFFERENCE:
      return "0000424";
    case v1::EFFECT_MEASURE_MEDIAN_DIFFERENCE:
      return "absolute-MedianDiff";
    case v1::EFFECT_MEASURE_MEAN_DIFFERENCE:
      return "0000457";
    case v1::EFFECT_MEASURE_STANDARDIZED_MEAN_DIFFERENCE:
      return "0000100";
    case v1::EFFECT_MEASURE_RATE_RATIO:
      return "rate-ratio";
    default:
      return "";
  }
}

const char* StatisticCode(v1::Statistic statistic) {
  switch (statistic) {
    case v1::STATISTIC_MEDIAN:
      return "C28007";
    case v1::STATISTIC_MEAN:
      return "C53319";
    case v1::STATISTIC_PROPORTION:
      return "C44256";
    case v1::STATISTIC_COUNT:
      return "C25463";
    case v1::STATISTIC_INCIDENCE_RATE:
      return "C16726";
    default:
      return "";
  }
}

const char* EstimatorCodeOf(v1::HeterogeneityEstimator estimator) {
  switch (estimator) {
    case v1::HETEROGENEITY_ESTIMATOR_DERSIMONIAN_LAIRD:
      return "tauDersimonianLaird";
    case v1::HETEROGENEITY_ESTIMATOR_PAULE_MANDEL:
      return "tauPauleMandel";
    case v1::HETEROGENEITY_ESTIMATOR_ML:
      return "tauMaximumLikelihood";
    case v1::HETEROGENEITY_ESTIMATOR_EMPIRICAL_BAYES:
      return "tauEmpiricalBayes";
    case v1::HETEROGENEITY_ESTIMATOR_SIDIK_JONKMAN:
      return "tauSidikJonkman";
    case v1::HETEROGENEITY_ESTIMATOR_HEDGES:
      return "tauHedges";
    case v1::HETEROGENEITY_ESTIMATOR_HUNTER_SCHMIDT:
      return "tauHunterSchmidt";
    default:
      return "tauRestrictedMaximumLikelihood";
  }
}

const char* CertaintyDomainCode(v1::CertaintyDomain domain) {
  switch (domain) {
    case v1::CERTAINTY_DOMAIN_RISK_OF_BIAS:
      return "RiskOfBias";
    case v1::CERTAINTY_DOMAIN_INCONSISTENCY:
      return "Inconsistency";
    case v1::CERTAINTY_DOMAIN_INDIRECTNESS:
      return "Indirectness";
    case v1::CERTAINTY_DOMAIN_IMPRECISION:
      return "Imprecision";
    case v1::CERTAINTY_DOMAIN_PUBLICATION_BIAS:
      return "PublicationBias";
    case v1::CERTAINTY_DOMAIN_LARGE_EFFECT:
      return "LargeEffect";
    case v1::CERTAINTY_DOMAIN_DOSE_RESPONSE:
      return "DoseResponseGradient";
    case v1::CERTAINTY_DOMAIN_OPPOSING_CONFOUNDING:
      return "PlausibleConfounding";
    default:
      return "Overall";
  }
}

}  // namespace

FhirJson PhaseConcept(const v1::Trial& trial) {
  return FhirConcept("research-study-phase", PhaseCode(trial),
                     PhaseText(trial));
}

FhirJson PurposeConcept(v1::PrimaryPurpose purpose) {
  return FhirConcept("research-study-prim-purp-type", PurposeCode(purpose),
                     EnumWords(purpose));
}

FhirJson ProgressConcept(v1::TrialStatus status) {
  return FhirConcept("research-study-status", ProgressCode(status),
                     EnumWords(status));
}

FhirJson ArmTypeConcept(v1::ArmType type) {
  return FhirConcept("research-study-arm-type", ArmTypeCode(type),
                     EnumWords(type));
}

FhirJson EndpointRoleConcept(v1::EndpointRole role) {
  const char* code = role == v1::ENDPOINT_ROLE_PRIMARY       ? "primary"
                     : role == v1::ENDPOINT_ROLE_SECONDARY   ? "secondary"
                     : role == v1::ENDPOINT_ROLE_UNSPECIFIED ? ""
                                                             : "exploratory";
  return FhirConcept("research-study-objective-type", code, EnumWords(role));
}

FhirJson DesignConcept(v1::StudyDesign design) {
  return FhirConcept("study-design", DesignCode(design), EnumWords(design));
}

FhirJson RoleConcept(const char* role) {
  return TermConcept("variable-role", role);
}

FhirJson MeasureConcept(v1::EffectMeasure measure) {
  return TermConcept("statistic-type", MeasureCodeOf(measure),
                     EnumWords(measure));
}

FhirJson StatisticConcept(v1::Statistic statistic) {
  return TermConcept("statistic-type", StatisticCode(statistic),
                     EnumWords(statistic));
}

FhirJson IntervalType() {
  return TermConcept("attribute-estimate-type", "C53324",
                     "Confidence interval");
}

FhirJson PValueType() {
  return TermConcept("attribute-estimate-type", "C44185", "P value");
}

FhirJson RangeType() {
  return TermConcept("attribute-estimate-type", "C38013", "Range");
}

FhirJson Tau2Type() {
  return TermConcept("attribute-estimate-type", "0000421", "Tau squared");
}

FhirJson I2Type() {
  return TermConcept("attribute-estimate-type", "0000420", "I squared");
}

FhirJson QType() {
  return TermConcept("attribute-estimate-type", "0000419", "Cochran's Q");
}

FhirJson ModelConcept(const char* code) {
  return FhirConcept("statistic-model-code", code);
}

FhirJson EstimatorConcept(v1::HeterogeneityEstimator estimator) {
  return FhirConcept("statistic-model-code", EstimatorCodeOf(estimator),
                     EnumWords(estimator));
}

FhirJson CertaintyTypeConcept(v1::CertaintyDomain domain) {
  return FhirConcept("certainty-type", CertaintyDomainCode(domain));
}

FhirJson CertaintyRatingConcept(v1::CertaintyLevel level) {
  const char* code = "";
  switch (level) {
    case v1::CERTAINTY_LEVEL_HIGH:
      code = "high";
      break;
    case v1::CERTAINTY_LEVEL_MODERATE:
      code = "moderate";
      break;
    case v1::CERTAINTY_LEVEL_LOW:
      code = "low";
      break;
    case v1::CERTAINTY_LEVEL_VERY_LOW:
      code = "very-low";
      break;
    default:
      break;
  }
  return FhirConcept("certainty-rating", code);
}

FhirJson CertaintyStepConcept(int levels) {
  return FhirConcept("certainty-rating", levels == 0 ? "no-change"
                                         : levels < 0
                                             ? absl::StrCat("downcode", -levels)
                                             : absl::StrCat("upcode", levels));
}

}  // namespace consilium

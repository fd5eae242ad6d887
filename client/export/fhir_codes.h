// Our values as codes of the value sets that FHIR R5 binds. What a set lacks
// becomes a text.
//
// Pure.
#ifndef CONSILIUM_CLIENT_EXPORT_FHIR_CODES_H_
#define CONSILIUM_CLIENT_EXPORT_FHIR_CODES_H_

#include "client/export/fhir_json.h"
#include "consilium/v1/certainty.pb.h"
#include "consilium/v1/evidence.pb.h"
#include "consilium/v1/review.pb.h"
#include "consilium/v1/trial.pb.h"

namespace consilium {

FhirJson PhaseConcept(const v1::Trial& trial);
FhirJson PurposeConcept(v1::PrimaryPurpose purpose);
FhirJson ProgressConcept(v1::TrialStatus status);
FhirJson ArmTypeConcept(v1::ArmType type);
FhirJson EndpointRoleConcept(v1::EndpointRole role);

// How participants came into groups, as studyDesign has it.
FhirJson DesignConcept(v1::StudyDesign design);

// "population", "subpopulation", "exposure", "referenceExposure",
// "measuredVariable".
FhirJson RoleConcept(const char* role);

// What kind of number a statistic is.
FhirJson MeasureConcept(v1::EffectMeasure measure);
FhirJson StatisticConcept(v1::Statistic statistic);

// Kinds of attributes of a statistic.
FhirJson IntervalType();
FhirJson PValueType();
FhirJson RangeType();
FhirJson Tau2Type();
FhirJson I2Type();
FhirJson QType();

// Aspects of a statistical model: "effectsRandom", "hartungKnapp".
FhirJson ModelConcept(const char* code);
// The estimator of the variance between studies.
FhirJson EstimatorConcept(v1::HeterogeneityEstimator estimator);

FhirJson CertaintyTypeConcept(v1::CertaintyDomain domain);
FhirJson CertaintyRatingConcept(v1::CertaintyLevel level);
// How far a domain lowers or raises: -3 to 2.
FhirJson CertaintyStepConcept(int levels);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_EXPORT_FHIR_CODES_H_

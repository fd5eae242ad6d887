// How R's metafor calls what a protocol plans.
#ifndef CONSILIUM_CLIENT_EXPORT_METAFOR_TERMS_H_
#define CONSILIUM_CLIENT_EXPORT_METAFOR_TERMS_H_

#include <string>

#include "consilium/v1/review.pb.h"
#include "consilium/v1/review_result.pb.h"

namespace consilium {

// The letters by which escalc() calls the measure of yi. HR is a log hazard
// ratio, which metafor calls GEN.
std::string MeasureCode(const v1::ReviewOutcome& plan);

// The method= and the test= of rma().
std::string EstimatorCode(const v1::ReviewOutcome& plan);
// The first, or what pools in its place: MH, PETO, or of mixed models UM.FS or
// CM.EL, and for proportions ML.
std::string MethodCode(const v1::ReviewOutcome& plan);
std::string TestCode(const v1::ReviewOutcome& plan);

// Whether rma() weighs studies as the plan has it.
bool PoolsInverseVariance(const v1::ReviewOutcome& plan);

// The level of intervals in percent.
double LevelOf(const v1::ReviewOutcome& plan);

// The call of metafor that pools `outcome` as it was pooled here, of the data d
// that ContrastTable makes; empty when rma() cannot (Mantel-Haenszel, Peto,
// GLMM).
std::string MetaforCall(const v1::OutcomeResult& outcome);

// The call that fits the regression `analysis` of the same data; empty when it
// was not fitted.
std::string MetaforCall(const v1::OutcomeResult& outcome,
                        const v1::RegressionAnalysis& analysis);

}  // namespace consilium

#endif  // CONSILIUM_CLIENT_EXPORT_METAFOR_TERMS_H_

// What a synthesis is given: studies, and the conventions to pool them by.
#ifndef CONSILIUM_SERVER_SYNTHESIS_POOLING_OPTIONS_H_
#define CONSILIUM_SERVER_SYNTHESIS_POOLING_OPTIONS_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace consilium {

// One study's estimate on the scale on which it is pooled: the log of a
// ratio, a difference, a transformed proportion.
struct StudyEffect {
  std::string label;    // Names the study in errors and results.
  double effect = 0;    // At most 1e30 in magnitude.
  double variance = 0;  // Squared standard error, from 1e-30 to 1e30.
};

// How the variance between studies, tau2, is estimated; Veroniki 2016 gives
// the formulas, and metafor's `rma.uni` the names.
enum class Tau2Estimator {
  kCommonEffect,       // "EE": not at all; the studies share one effect.
  kDerSimonianLaird,   // "DL": DerSimonian and Laird 1986.
  kHedges,             // "HE": Hedges 1983.
  kHunterSchmidt,      // "HS": Hunter and Schmidt 1990.
  kSidikJonkman,       // "SJ": Sidik and Jonkman 2005.
  kMaximumLikelihood,  // "ML"
  kRestrictedMaximumLikelihood,  // "REML": Viechtbauer 2005.
  kEmpiricalBayes,               // "EB": Morris 1983.
  kPauleMandel,                  // "PM": Paule and Mandel 1982; the same as EB.
};

// "REML" and its kin.
absl::string_view Tau2EstimatorName(Tau2Estimator estimator);

// How effects are tested and where their intervals come from.
enum class IntervalMethod {
  kNormal,        // Wald: normal, with the inverse of the weights' sum.
  kHartungKnapp,  // Hartung and Knapp 2001; Sidik and Jonkman 2002: Student
                  // t, variance scaled by the residuals' mean square.
  kHartungKnappAdHoc,  // The same, with a scale of at least 1, so that it is
                       // never narrower than kNormal's (Knapp 2003).
};

// Where the effect of a new study lies: effect +- quantile * sqrt(se^2 +
// tau2), with the standard error of the interval method (Higgins 2009).
enum class PredictionConvention {
  kNormal,    // Normal quantile.
  kStudentT,  // Student t with k - 1 degrees of freedom, k - p in regression:
              // metafor's with Hartung-Knapp.
  kRiley,     // Student t with k - 2, k - p - 1: Riley 2011, Higgins 2009.
};

struct PoolingOptions {
  Tau2Estimator tau2_estimator = Tau2Estimator::kRestrictedMaximumLikelihood;
  IntervalMethod interval_method = IntervalMethod::kHartungKnapp;
  PredictionConvention prediction = PredictionConvention::kStudentT;
  double level_percent = 95;  // Of every interval; above 0 and below 100.
};

// INVALID_ARGUMENT when there are fewer than `wanted` studies for
// `computation`, or more than this library computes with, or when one of them
// has an effect or a variance outside its bounds, NaN included.
absl::Status CheckStudies(absl::Span<const StudyEffect> studies,
                          absl::string_view computation, size_t wanted);

// INVALID_ARGUMENT when the level is outside its bounds.
absl::Status CheckOptions(const PoolingOptions& options);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_SYNTHESIS_POOLING_OPTIONS_H_

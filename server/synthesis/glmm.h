// Generalised linear mixed models: events are binomial, or hypergeometric
// given their number, and studies differ by a normal random effect. They need
// no correction for counts of zero. Fitted by maximum likelihood.
//
// The random effect is integrated out by adaptive Gauss-Hermite quadrature
// around each study's mode. Standard errors come from the inverse of the
// likelihood's second derivatives at the maximum, over all parameters. The
// models are those of metafor's rma.glmm. Numbers in results are rounded to
// 12 significant digits, though the search stops at about the 9th.
#ifndef CONSILIUM_SERVER_SYNTHESIS_GLMM_H_
#define CONSILIUM_SERVER_SYNTHESIS_GLMM_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "server/synthesis/binary_effect.h"
#include "server/synthesis/pooling.h"
#include "server/synthesis/stratified.h"

namespace consilium {

enum class GlmmModel {
  // Logit of one arm's proportion: x ~ Binomial(n, logistic(mu + u)).
  kLogitProportion,
  // Log odds ratio given the margins of each table: noncentral hypergeometric
  // ("CM.EL", Stijnen, Hamza and Ozdemir 2010).
  kConditionalExact,
  // Log odds ratio with an intercept of each study's own and the random effect
  // split evenly between arms ("UM.FS", Simmonds and Higgins 2016, model 4).
  kUnconditionalFixedStudies,
};

// "logit-normal, binomial", "conditional exact", ...
absl::string_view ToString(GlmmModel model);

struct GlmmOptions {
  // Points of the quadrature, 1 (Laplace's approximation) to 101. Few are
  // enough near a normal shape; 7 is what rma.glmm takes of lme4.
  int quadrature_points = 25;
  double level_percent = 95;
};

struct GlmmResult {
  GlmmModel model = GlmmModel::kLogitProportion;
  size_t study_count = 0;  // That carry information.
  // Studies, by their place from 0, that say nothing: events for no one or
  // for everyone in both arms.
  std::vector<size_t> uninformative;
  Estimate pooled;  // Logit or log odds ratio.
  double tau2 = 0;
  double log_likelihood = 0;
  // Likelihood ratio test that the effect is the same in every study.
  std::optional<ChiSquareTest> heterogeneity;
  // Where the likelihood is highest with studies that do not differ; the
  // result is then that of a fixed effect.
  bool tau2_at_zero = false;
  int iterations = 0;
};

// One arm of each study: kLogitProportion.
//   INVALID_ARGUMENT  fewer than two studies, impossible counts, events for no
//                     one or everyone throughout, or no convergence.
absl::StatusOr<GlmmResult> FitProportionGlmm(absl::Span<const ArmCounts> arms,
                                             const GlmmOptions& options = {});

// Two arms of each study: kConditionalExact, which wants whole numbers, or
// kUnconditionalFixedStudies.
//   INVALID_ARGUMENT  as above, or another model.
absl::StatusOr<GlmmResult> FitOddsRatioGlmm(
    GlmmModel model, absl::Span<const ContrastCounts> studies,
    const GlmmOptions& options = {});

}  // namespace consilium

#endif  // CONSILIUM_SERVER_SYNTHESIS_GLMM_H_

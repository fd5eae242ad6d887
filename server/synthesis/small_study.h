// Whether small studies show larger effects than large ones, which selective
// publication would bring about, and much else too. None of these tests means
// much with few studies, so they want ten unless told otherwise.
//
// Numbers in results are rounded to 12 significant digits.
#ifndef CONSILIUM_SERVER_SYNTHESIS_SMALL_STUDY_H_
#define CONSILIUM_SERVER_SYNTHESIS_SMALL_STUDY_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "server/synthesis/binary_effect.h"
#include "server/synthesis/pooling.h"
#include "server/synthesis/pooling_options.h"

namespace consilium {

// Studies that these tests want (Sterne et al. 2011).
inline constexpr size_t kFunnelStudiesMin = 10;

// How effects are regressed on their standard errors.
enum class EggerModel {
  // Weights 1 / variance with a free scale, Student t (Egger et al. 1997).
  kClassic,
  // Mixed effects, with tau2 and tests as the pooling options say.
  kMixed,
};

struct EggerTest {
  EggerModel model = EggerModel::kClassic;
  size_t study_count = 0;
  // Of the slope on the standard error: 0 where the funnel is symmetric.
  Estimate slope;
  // The effect that the line has at a standard error of 0.
  Estimate limit;
};

//   INVALID_ARGUMENT  fewer than `studies_min` studies, or fewer than three;
//                     all of one standard error; others as Pool.
absl::StatusOr<EggerTest> TestEgger(absl::Span<const StudyEffect> studies,
                                    EggerModel model,
                                    const PoolingOptions& options,
                                    size_t studies_min = kFunnelStudiesMin);

struct BeggTest {
  size_t study_count = 0;
  double tau = 0;      // Kendall's tau-b.
  double p_value = 0;  // Two-sided.
  // By counting all orders; otherwise, where studies tie or are more than
  // kBeggExactMax, from a normal approximation without correction.
  bool is_exact = false;
};

inline constexpr size_t kBeggExactMax = 200;

// The rank correlation of standardised effects and variances (Begg and
// Mazumdar 1994).
//   INVALID_ARGUMENT  as TestEgger; all variances alike.
absl::StatusOr<BeggTest> TestBegg(absl::Span<const StudyEffect> studies,
                                  size_t studies_min = kFunnelStudiesMin);

// Counts of two arms, of which log odds ratios are tested: a log odds ratio and
// its standard error hang together, which Egger's test takes for asymmetry.
struct StudyCounts {
  std::string label;
  ContrastCounts counts;
};

struct FunnelRegression {
  size_t study_count = 0;
  // The coefficient that is 0 where the funnel is symmetric, with Student's t.
  Estimate asymmetry;
  // The effect at a standard error of 0, or in a study without end.
  Estimate limit;
};

// Harbord, Egger and Sterne 2006: Z / sqrt(V) on sqrt(V), of the score Z = O -
// E and its variance V with fixed margins; the intercept is the asymmetry.
//   INVALID_ARGUMENT  as TestEgger; impossible counts; a study without events,
//                     or with nothing but events, in both arms.
absl::StatusOr<FunnelRegression> TestHarbord(
    absl::Span<const StudyCounts> studies, double level_percent,
    size_t studies_min = kFunnelStudiesMin);

// Peters et al. 2006: log odds ratios on 1 / n, n participants of both arms,
// with weights d h / n, of d events and h participants without; the slope is
// the asymmetry. `zero_cells` goes into the odds ratios alone.
//   INVALID_ARGUMENT  as TestHarbord; a study without an odds ratio; all of one
//                     size.
absl::StatusOr<FunnelRegression> TestPeters(
    absl::Span<const StudyCounts> studies, const ZeroCells& zero_cells,
    double level_percent, size_t studies_min = kFunnelStudiesMin);

// Duval and Tweedie 2000: estimators of the number of missing studies.
enum class TrimAndFillEstimator { kL0, kR0 };
enum class FunnelSide { kLeft, kRight };

struct TrimAndFillOptions {
  TrimAndFillEstimator estimator = TrimAndFillEstimator::kL0;
  // Where studies are thought to be missing; from the slope of the mixed
  // Egger regression unless told.
  std::optional<FunnelSide> side;
  size_t studies_min = kFunnelStudiesMin;
};

struct TrimAndFill {
  FunnelSide side = FunnelSide::kLeft;
  int missing = 0;
  double missing_standard_error = 0;
  std::vector<StudyEffect> filled;  // Mirror images, labelled "filled 1"...
  PooledResult observed;
  PooledResult adjusted;  // With those filled in.
};

// A sensitivity analysis, never a correction. Where studies have the same
// effect, the order in which they are given counts.
//   INVALID_ARGUMENT  as TestEgger, or no convergence.
absl::StatusOr<TrimAndFill> FillFunnel(absl::Span<const StudyEffect> studies,
                                       const PoolingOptions& pooling,
                                       const TrimAndFillOptions& options = {});

// How many studies of no effect it would take.
struct FailSafeOptions {
  // One-sided for Rosenthal's, two-sided for Rosenberg's.
  double alpha = 0.05;
  // To which Orwin's reduces the average effect: half of it unless told. Not
  // 0.
  std::optional<double> orwin_target;
  size_t studies_min = kFunnelStudiesMin;
};

struct FailSafeNumbers {
  int64_t rosenthal = 0;  // To make Stouffer's sum of z insignificant (1979).
  int64_t orwin = 0;      // To bring the plain average to the target (1983).
  int64_t rosenberg = 0;  // To make the common effect insignificant (2005).
};

//   INVALID_ARGUMENT  as TestEgger; alpha outside (0, 1); a target of 0.
absl::StatusOr<FailSafeNumbers> CountFailSafe(
    absl::Span<const StudyEffect> studies, const FailSafeOptions& options = {});

}  // namespace consilium

#endif  // CONSILIUM_SERVER_SYNTHESIS_SMALL_STUDY_H_

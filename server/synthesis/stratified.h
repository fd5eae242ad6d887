// Pooling without effects of single studies, which rare events leave
// undefined: Mantel-Haenszel, Peto, and log-rank O - E and V. The common
// effect is assumed. Conventions are those of metafor's rma.mh and rma.peto.
//
// Numbers in results are rounded to 12 significant digits. What the counts do
// not define is absent.
#ifndef CONSILIUM_SERVER_SYNTHESIS_STRATIFIED_H_
#define CONSILIUM_SERVER_SYNTHESIS_STRATIFIED_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "server/synthesis/binary_effect.h"
#include "server/synthesis/effect_size.h"
#include "server/synthesis/hazard_ratio.h"
#include "server/synthesis/pooling.h"

namespace consilium {

// A chi-square statistic with its degrees of freedom and P.
struct ChiSquareTest {
  double statistic = 0;
  int df = 0;
  double p_value = 0;
};

struct StratifiedOptions {
  // Counts that are pooled. By default nothing is added and nothing dropped:
  // a study without events in both arms then weighs nothing in ratios, but
  // something in a risk difference.
  ZeroCells pooled_cells = {.rule = ZeroCellRule::kNone};
  // Effects of single studies, which only Q uses; studies without events in
  // both arms are not among them.
  ZeroCells effect_cells = {.drop_double_zero = true};
  // Yates' correction of 1/2 in the Cochran-Mantel-Haenszel test.
  bool continuity_correction = true;
  double level_percent = 95;
};

struct StratifiedResult {
  EffectMeasure measure = EffectMeasure::kLogOddsRatio;
  size_t study_count = 0;   // Given.
  size_t effect_count = 0;  // Of which Q is made.
  // On the measure's scale. Absent when no study has events in one of the
  // arms: the ratio is then 0 or infinite.
  std::optional<Estimate> pooled;
  // Each study's share of what is pooled, in percent, in the order given:
  // b c / N of odds ratios, c n1 / N of risk ratios, n1 n2 / N of risk
  // differences, V of Peto's, as metafor's weights() has them. Empty when all
  // are 0.
  std::vector<double> weights_percent;
  std::optional<ChiSquareTest> q;  // Absent for fewer than two effects.
  std::optional<double> i2_from_q_percent;
  std::optional<double> h2_from_q;
  // Of odds ratios by Mantel-Haenszel: that all odds ratios are 1, and that
  // they are alike (Breslow-Day with Tarone's correction, and without).
  std::optional<ChiSquareTest> cochran_mantel_haenszel;
  std::optional<ChiSquareTest> tarone;
  std::optional<ChiSquareTest> breslow_day;
};

// The Mantel-Haenszel log risk ratio, log odds ratio or risk difference, with
// the variance of Greenland and Robins 1985, Robins et al. 1986, or Sato 1989.
//   INVALID_ARGUMENT  no study, impossible counts, or another measure.
absl::StatusOr<StratifiedResult> PoolMantelHaenszel(
    EffectMeasure measure, absl::Span<const ContrastCounts> studies,
    const StratifiedOptions& options = {});

// Peto's log odds ratio, sum(O - E) / sum(V); biased where arms differ much in
// size or the effect is large. Its Q is about the studies that have a V.
//   INVALID_ARGUMENT  as above, or no study with both an event and none.
absl::StatusOr<StratifiedResult> PoolPeto(
    absl::Span<const ContrastCounts> studies,
    const StratifiedOptions& options = {});

// The log hazard ratio of trials that report O - E and V (Yusuf et al. 1985).
//   INVALID_ARGUMENT  no trial, or a V that is not above 0.
absl::StatusOr<StratifiedResult> PoolLogRank(absl::Span<const LogRank> trials,
                                             double level_percent = 95);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_SYNTHESIS_STRATIFIED_H_

// Pooled effects by inverse variance, and how much the studies differ.
//
// Every number in a result is rounded to 12 significant digits, and is the
// same bits whatever the order of the studies and the machine. A quantity that
// is not defined for the studies at hand is absent, never NaN.
#ifndef CONSILIUM_SERVER_SYNTHESIS_POOLING_H_
#define CONSILIUM_SERVER_SYNTHESIS_POOLING_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "server/synthesis/pooling_options.h"

namespace consilium {

struct Interval {
  double lower = 0;
  double upper = 0;

  bool operator==(const Interval&) const = default;
};

// An effect with its test against 0, on the scale of the studies.
struct Estimate {
  double effect = 0;
  double standard_error = 0;
  // effect / standard_error. Absent, like the P, when the standard error is 0.
  std::optional<double> statistic;
  std::optional<double> df;       // Of Student's t; absent for a normal test.
  std::optional<double> p_value;  // Two-sided.
  Interval interval;              // At the options' level.

  bool operator==(const Estimate&) const = default;
};

// How much the studies differ beyond chance; in regression, beyond what the
// moderators explain. k studies, p coefficients (1 without moderators).
struct Heterogeneity {
  double q = 0;               // Cochran's Q: weights 1/variance.
  int q_df = 0;               // k - p.
  std::optional<double> q_p;  // Chi-square. Absent when q_df is 0.

  // Absent with a common effect, and for one study.
  std::optional<double> tau2;  // Variance between studies, squared unit.
  std::optional<double> tau;
  std::optional<double> tau2_standard_error;
  // Q-profile interval (Viechtbauer 2007) at the options' level. Absent, too,
  // when it is empty: Q is smaller than chance gives at that level.
  std::optional<Interval> tau2_interval;

  // Share of the total variance that lies between studies, in percent, by
  // name: from tau2 and the typical variance within studies (Higgins and
  // Thompson 2002, eq. 9; metafor's), and max(0, (Q - df) / Q), the classic
  // definition. The first is absent where tau2 is; the second where Q is 0 or
  // q_df is 0. The interval is of the first, from the Q-profile.
  std::optional<double> i2_from_tau2_percent;
  std::optional<double> i2_from_q_percent;
  std::optional<Interval> i2_interval_percent;
  std::optional<double> h2_from_tau2;  // tau2 / typical variance + 1.
  std::optional<double> h2_from_q;     // Q / df.

  bool operator==(const Heterogeneity&) const = default;
};

struct PooledResult {
  size_t study_count = 0;
  Estimate pooled;
  // The method that `pooled` came from: as asked, but kNormal for one study,
  // whose effect cannot be scaled by residuals.
  IntervalMethod interval_method = IntervalMethod::kNormal;
  // What kNormal would give with the same weights.
  double normal_standard_error = 0;
  Interval normal_interval;
  Heterogeneity heterogeneity;
  // Absent with a common effect, for one study, and where the convention has
  // no degree of freedom left (Riley's with two studies).
  std::optional<Interval> prediction;
  std::optional<double> prediction_df;  // Absent for kNormal.
  // Each study's share of the weights, in percent, in the order given.
  std::vector<double> weights_percent;

  bool operator==(const PooledResult&) const = default;
};

// Pools `studies`. One study is its own result.
//   INVALID_ARGUMENT  no study; a study or an option out of bounds; or an
//                     estimator whose iterations end without a result.
absl::StatusOr<PooledResult> Pool(absl::Span<const StudyEffect> studies,
                                  const PoolingOptions& options);

}  // namespace consilium

#endif  // CONSILIUM_SERVER_SYNTHESIS_POOLING_H_

#include "server/synthesis/small_study.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/base/status_macros.h"
#include "server/synthesis/derivation_text.h"
#include "server/synthesis/distributions.h"
#include "server/synthesis/errors.h"
#include "server/synthesis/exact_sum.h"
#include "server/synthesis/meta_regression.h"
#include "server/synthesis/real_math.h"

namespace consilium {
namespace {

constexpr int kTrimIterationsMax = 100;

absl::Status CheckFunnel(absl::Span<const StudyEffect> studies,
                         absl::string_view computation, size_t studies_min,
                         size_t wanted) {
  return CheckStudies(studies, computation, std::max(studies_min, wanted));
}

Estimate StudentEstimate(double effect, double standard_error, double df,
                         double level_percent) {
  Estimate estimate;
  estimate.effect = RoundResult(effect);
  estimate.standard_error = RoundResult(standard_error);
  estimate.df = df;
  const double t = -StudentTQuantile((1 - level_percent / 100) / 2, df);
  if (standard_error > 0) {
    estimate.statistic = RoundResult(effect / standard_error);
    estimate.p_value =
        RoundResult(StudentTTwoSided(effect / standard_error, df));
  }
  estimate.interval = {RoundResult(effect - t * standard_error),
                       RoundResult(effect + t * standard_error)};
  return estimate;
}

struct WeightedPoint {
  double x = 0, y = 0, weight = 0;
};

// y = limit + asymmetry * x by least squares with a free scale; `x` names what
// x is.
absl::StatusOr<FunnelRegression> FitLine(absl::Span<const WeightedPoint> points,
                                         absl::string_view x,
                                         double level_percent) {
  ExactSum weights, sum_x, sum_y;
  for (const WeightedPoint& point : points) {
    weights.Add(point.weight);
    sum_x.Add(point.weight * point.x);
    sum_y.Add(point.weight * point.y);
  }
  const double total = weights.Round();
  const double mean_x = sum_x.Round() / total;
  const double mean_y = sum_y.Round() / total;
  ExactSum squares, products;
  for (const WeightedPoint& point : points) {
    const double centered = point.x - mean_x;
    squares.Add(point.weight * centered * centered);
    products.Add(point.weight * centered * (point.y - mean_y));
  }
  const double spread = squares.Round();
  if (spread <= 1e-20 * total * mean_x * mean_x) return Collinear(x);
  const double slope = products.Round() / spread;
  const double limit = mean_y - slope * mean_x;
  ExactSum residuals;
  for (const WeightedPoint& point : points) {
    const double residual = point.y - limit - slope * point.x;
    residuals.Add(point.weight * residual * residual);
  }
  const double df = static_cast<double>(points.size()) - 2;
  const double scale = residuals.Round() / df;
  FunnelRegression line;
  line.study_count = points.size();
  line.asymmetry =
      StudentEstimate(slope, std::sqrt(scale / spread), df, level_percent);
  line.limit = StudentEstimate(
      limit, std::sqrt(scale * (1 / total + mean_x * mean_x / spread)), df,
      level_percent);
  return line;
}

// effect = limit + slope * standard error with weights 1 / variance: the same
// as z = slope + limit / standard error without weights.
absl::StatusOr<EggerTest> FitClassic(absl::Span<const StudyEffect> studies,
                                     double level_percent) {
  ExactSum sum_precision, sum_z;
  const auto k = static_cast<double>(studies.size());
  for (const StudyEffect& study : studies) {
    const double error = std::sqrt(study.variance);
    sum_precision.Add(1 / error);
    sum_z.Add(study.effect / error);
  }
  const double mean_precision = sum_precision.Round() / k;
  const double mean_z = sum_z.Round() / k;
  ExactSum squares, products;
  for (const StudyEffect& study : studies) {
    const double error = std::sqrt(study.variance);
    const double centered = 1 / error - mean_precision;
    squares.Add(centered * centered);
    products.Add(centered * (study.effect / error - mean_z));
  }
  const double spread = squares.Round();
  if (spread <= 1e-20 * k * mean_precision * mean_precision) {
    return Collinear("standard error");
  }
  const double limit = products.Round() / spread;
  const double slope = mean_z - limit * mean_precision;
  ExactSum residuals;
  for (const StudyEffect& study : studies) {
    const double error = std::sqrt(study.variance);
    const double residual = study.effect / error - slope - limit / error;
    residuals.Add(residual * residual);
  }
  const double df = k - 2;
  const double scale = residuals.Round() / df;
  EggerTest test;
  test.study_count = studies.size();
  test.limit =
      StudentEstimate(limit, std::sqrt(scale / spread), df, level_percent);
  test.slope = StudentEstimate(
      slope,
      std::sqrt(scale * (1 / k + mean_precision * mean_precision / spread)), df,
      level_percent);
  return test;
}

absl::StatusOr<EggerTest> FitMixed(absl::Span<const StudyEffect> studies,
                                   const PoolingOptions& options) {
  Moderator error{"standard error", {}};
  for (const StudyEffect& study : studies) {
    error.values.push_back(std::sqrt(study.variance));
  }
  ASSIGN_OR_RETURN(const RegressionResult fit,
                   FitMetaRegression(studies, {error}, options));
  EggerTest test;
  test.model = EggerModel::kMixed;
  test.study_count = studies.size();
  test.limit = fit.coefficients[0].estimate;
  test.slope = fit.coefficients[1].estimate;
  return test;
}

// A table's sums: what both arms have together.
struct TableSums {
  double events = 0, others = 0, participants = 0;
};

TableSums SumsOf(const ContrastCounts& counts) {
  TableSums sums;
  sums.events = counts.treated.events + counts.control.events;
  sums.participants = counts.treated.participants + counts.control.participants;
  sums.others = sums.participants - sums.events;
  return sums;
}

absl::Status CheckTables(absl::Span<const StudyCounts> studies,
                         absl::string_view test, size_t studies_min) {
  const size_t wanted = std::max<size_t>(studies_min, 3);
  if (studies.size() < wanted) {
    return TooFewStudies(test, studies.size(), wanted);
  }
  std::vector<ContrastCounts> counts;
  for (const StudyCounts& study : studies) counts.push_back(study.counts);
  RETURN_IF_ERROR(CheckContrasts(counts));
  for (size_t i = 0; i < studies.size(); ++i) {
    const TableSums sums = SumsOf(studies[i].counts);
    if (sums.events > 0 && sums.others > 0) continue;
    return BadStudy(
        i, studies[i].label, "events of both arms", sums.events,
        absl::StrCat("above 0 and below ", PlainDecimal(sums.participants),
                     ", which tells of an odds ratio"));
  }
  return absl::OkStatus();
}

// Pairs of studies in the same and in the opposite order.
struct Concordance {
  int64_t score = 0;  // Same less opposite.
  bool has_ties = false;
};

int Sign(double value) { return (value > 0) - (value < 0); }

Concordance CountPairs(const std::vector<double>& x,
                       const std::vector<double>& y) {
  Concordance pairs;
  for (size_t i = 0; i < x.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      const int sign = Sign(x[i] - x[j]) * Sign(y[i] - y[j]);
      pairs.score += sign;
      pairs.has_ties = pairs.has_ties || sign == 0;
    }
  }
  return pairs;
}

// P(|score| is at least as large) when all orders of `n` are as likely.
double ExactKendallP(int64_t score, size_t n) {
  // chances[d] is the chance of d discordant pairs.
  std::vector<double> chances = {1};
  for (size_t size = 2; size <= n; ++size) {
    std::vector<double> next(chances.size() + size - 1);
    double window = 0;
    for (size_t d = 0; d < next.size(); ++d) {
      if (d < chances.size()) window += chances[d];
      if (d >= size) window -= chances[d - size];
      next[d] = std::max(0.0, window) / static_cast<double>(size);
    }
    chances = std::move(next);
  }
  const auto pairs = static_cast<int64_t>(n * (n - 1) / 2);
  const int64_t discordant = (pairs - std::abs(score)) / 2;
  double tail = 0;
  for (int64_t d = 0; d <= discordant; ++d) {
    tail += chances[static_cast<size_t>(d)];
  }
  return std::min(1.0, 2 * tail);
}

// Sums over the groups of equal values that tie corrections want.
struct TieSums {
  double pairs = 0;      // t (t - 1) / 2.
  double thirds = 0;     // t (t - 1)(t - 2).
  double variances = 0;  // t (t - 1)(2 t + 5).
};

TieSums SumTies(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  TieSums sums;
  for (size_t i = 0; i < values.size();) {
    size_t end = i;
    while (end < values.size() && values[end] == values[i]) ++end;
    const auto t = static_cast<double>(end - i);
    sums.pairs += t * (t - 1) / 2;
    sums.thirds += t * (t - 1) * (t - 2);
    sums.variances += t * (t - 1) * (2 * t + 5);
    i = end;
  }
  return sums;
}

// The number of missing studies on the right of a funnel whose effects lie
// around 0, sorted, and its standard error.
struct Missing {
  int count = 0;
  double standard_error = 0;
};

Missing EstimateMissing(const std::vector<double>& centered,
                        TrimAndFillEstimator estimator) {
  const size_t size = centered.size();
  std::vector<size_t> order(size);
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t i, size_t j) {
    return std::fabs(centered[i]) < std::fabs(centered[j]);
  });
  double above = 0;         // Sum of the ranks of what lies above.
  double lowest_above = 0;  // Highest rank of what lies below.
  for (size_t rank = 1; rank <= size; ++rank) {
    const double value = centered[order[rank - 1]];
    if (value > 0) above += static_cast<double>(rank);
    if (value < 0) lowest_above = static_cast<double>(rank);
  }
  const auto k = static_cast<double>(size);
  double count = 0, error = 0;
  if (estimator == TrimAndFillEstimator::kR0) {
    count = k - lowest_above - 1;
    error = std::sqrt(2 * std::max(0.0, count) + 2);
  } else {
    count = (4 * above - k * (k + 1)) / (2 * k - 1);
    const double n = count;
    const double variance =
        (k * (k + 1) * (2 * k + 1) + 10 * n * n * n + 27 * n * n + 17 * n -
         18 * k * n * n - 18 * k * n + 6 * k * k * n) /
        24;
    error = 4 * std::sqrt(std::max(0.0, variance)) / (2 * k - 1);
  }
  // Halves to even, as R rounds.
  return {std::max(0, static_cast<int>(std::nearbyint(count))), error};
}

double WeightedMean(absl::Span<const StudyEffect> studies, double* weights) {
  ExactSum total, weighted;
  for (const StudyEffect& study : studies) {
    total.Add(1 / study.variance);
    weighted.Add(study.effect / study.variance);
  }
  *weights = total.Round();
  return weighted.Round() / *weights;
}

// A whole number of studies, unless rounding alone parts it from one.
int64_t CeilCount(double count) {
  constexpr int64_t kCountMax = 1'000'000'000'000;
  if (!(count > 0)) return 0;
  if (count > static_cast<double>(kCountMax)) return kCountMax;
  const double nearest = std::floor(count + 0.5);
  return static_cast<int64_t>(
      std::fabs(count - nearest) < 1.5e-8 ? nearest : std::ceil(count));
}

}  // namespace

absl::StatusOr<EggerTest> TestEgger(absl::Span<const StudyEffect> studies,
                                    EggerModel model,
                                    const PoolingOptions& options,
                                    size_t studies_min) {
  RETURN_IF_ERROR(CheckOptions(options));
  RETURN_IF_ERROR(CheckFunnel(studies, "Egger's test", studies_min, 3));
  return model == EggerModel::kClassic
             ? FitClassic(studies, options.level_percent)
             : FitMixed(studies, options);
}

absl::StatusOr<BeggTest> TestBegg(absl::Span<const StudyEffect> studies,
                                  size_t studies_min) {
  RETURN_IF_ERROR(CheckFunnel(studies, "Begg's test", studies_min, 3));
  double weights = 0;
  const double mean = WeightedMean(studies, &weights);
  std::vector<double> standardised, variances;
  for (const StudyEffect& study : studies) {
    standardised.push_back((study.effect - mean) /
                           std::sqrt(study.variance - 1 / weights));
    variances.push_back(study.variance);
  }
  const TieSums x = SumTies(standardised);
  const TieSums y = SumTies(variances);
  const auto n = static_cast<double>(studies.size());
  const double pairs = n * (n - 1) / 2;
  if (pairs == x.pairs || pairs == y.pairs) return Collinear("variance");
  const Concordance concordance = CountPairs(standardised, variances);
  const auto score = static_cast<double>(concordance.score);
  BeggTest test;
  test.study_count = studies.size();
  test.tau =
      RoundResult(score / std::sqrt((pairs - x.pairs) * (pairs - y.pairs)));
  test.is_exact = !concordance.has_ties && studies.size() <= kBeggExactMax;
  if (test.is_exact) {
    test.p_value =
        RoundResult(ExactKendallP(concordance.score, studies.size()));
    return test;
  }
  const double variance =
      (n * (n - 1) * (2 * n + 5) - x.variances - y.variances) / 18 +
      2 * x.pairs * 2 * y.pairs / (2 * n * (n - 1)) +
      x.thirds * y.thirds / (9 * n * (n - 1) * (n - 2));
  test.p_value = RoundResult(NormalTwoSided(score / std::sqrt(variance)));
  return test;
}

absl::StatusOr<FunnelRegression> TestHarbord(
    absl::Span<const StudyCounts> studies, double level_percent,
    size_t studies_min) {
  RETURN_IF_ERROR(CheckOptions({.level_percent = level_percent}));
  RETURN_IF_ERROR(CheckTables(studies, "Harbord's test", studies_min));
  std::vector<StudyEffect> scores;
  for (const StudyCounts& study : studies) {
    const ArmCounts& treated = study.counts.treated;
    const TableSums sums = SumsOf(study.counts);
    const double n = sums.participants;
    const double score =
        treated.events - sums.events * treated.participants / n;
    const double variance = treated.participants *
                            study.counts.control.participants / n *
                            sums.events * sums.others / (n * (n - 1));
    scores.push_back({study.label, score / variance, 1 / variance});
  }
  ASSIGN_OR_RETURN(const EggerTest line, FitClassic(scores, level_percent));
  return FunnelRegression{studies.size(), line.slope, line.limit};
}

absl::StatusOr<FunnelRegression> TestPeters(
    absl::Span<const StudyCounts> studies, const ZeroCells& zero_cells,
    double level_percent, size_t studies_min) {
  RETURN_IF_ERROR(CheckOptions({.level_percent = level_percent}));
  RETURN_IF_ERROR(CheckTables(studies, "Peters' test", studies_min));
  std::vector<ContrastCounts> counts;
  for (const StudyCounts& study : studies) counts.push_back(study.counts);
  ASSIGN_OR_RETURN(const std::vector<EffectSize> effects,
                   BinaryEffects(EffectMeasure::kLogOddsRatio, counts,
                                 {.zero_cells = zero_cells}));
  std::vector<WeightedPoint> points;
  for (size_t i = 0; i < studies.size(); ++i) {
    if (!effects[i].estimate.has_value()) {
      return BadStudy(i, studies[i].label, "events", counts[i].treated.events,
                      absl::StrCat("counts that give an odds ratio: ",
                                   effects[i].excluded));
    }
    const TableSums sums = SumsOf(counts[i]);
    points.push_back({1 / sums.participants, *effects[i].estimate,
                      sums.events * sums.others / sums.participants});
  }
  return FitLine(points, "the size of the study", level_percent);
}

absl::StatusOr<TrimAndFill> FillFunnel(absl::Span<const StudyEffect> studies,
                                       const PoolingOptions& pooling,
                                       const TrimAndFillOptions& options) {
  RETURN_IF_ERROR(CheckOptions(pooling));
  RETURN_IF_ERROR(
      CheckFunnel(studies, "trim and fill", options.studies_min, 3));
  TrimAndFill result;
  if (options.side.has_value()) {
    result.side = *options.side;
  } else {
    ASSIGN_OR_RETURN(const EggerTest egger, FitMixed(studies, pooling));
    result.side =
        egger.slope.effect < 0 ? FunnelSide::kRight : FunnelSide::kLeft;
  }
  ASSIGN_OR_RETURN(result.observed, Pool(studies, pooling));
  // From here on studies are missing on the left, and sorted. Of studies with
  // the same effect the one given last is trimmed first, as metafor does.
  const double mirror = result.side == FunnelSide::kRight ? -1 : 1;
  std::vector<StudyEffect> sorted(studies.begin(), studies.end());
  for (StudyEffect& study : sorted) study.effect *= mirror;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const StudyEffect& a, const StudyEffect& b) {
                     return a.effect < b.effect;
                   });
  Missing missing;
  double center = 0;
  int before = -1;
  for (int n = 0; missing.count != before; ++n) {
    if (n == kTrimIterationsMax ||
        missing.count >= static_cast<int>(sorted.size())) {
      return NotConverged("trim and fill");
    }
    before = missing.count;
    const absl::Span<const StudyEffect> kept =
        absl::MakeConstSpan(sorted).first(sorted.size() -
                                          static_cast<size_t>(missing.count));
    ASSIGN_OR_RETURN(const PooledResult pooled, Pool(kept, pooling));
    center = pooled.pooled.effect;
    std::vector<double> centered;
    for (const StudyEffect& study : sorted) {
      centered.push_back(study.effect - center);
    }
    missing = EstimateMissing(centered, options.estimator);
  }
  result.missing = missing.count;
  result.missing_standard_error = RoundResult(missing.standard_error);
  std::vector<StudyEffect> all(studies.begin(), studies.end());
  for (int i = 0; i < missing.count; ++i) {
    const StudyEffect& twin =
        sorted[sorted.size() - static_cast<size_t>(missing.count - i)];
    result.filled.push_back({absl::StrCat("filled ", i + 1),
                             RoundResult(mirror * (2 * center - twin.effect)),
                             twin.variance});
    all.push_back(result.filled.back());
  }
  ASSIGN_OR_RETURN(result.adjusted, Pool(all, pooling));
  return result;
}

absl::StatusOr<FailSafeNumbers> CountFailSafe(
    absl::Span<const StudyEffect> studies, const FailSafeOptions& options) {
  RETURN_IF_ERROR(CheckFunnel(studies, "fail-safe N", options.studies_min, 1));
  if (!(options.alpha > 0 && options.alpha < 1)) {
    return BadSetting("alpha", AnyNumber(options.alpha), "above 0 and below 1");
  }
  const auto k = static_cast<double>(studies.size());
  ExactSum sum_z, sum_effect, weighted;
  for (const StudyEffect& study : studies) {
    sum_z.Add(study.effect / std::sqrt(study.variance));
    sum_effect.Add(study.effect);
    weighted.Add(study.effect / study.variance);
  }
  FailSafeNumbers numbers;
  const double z = sum_z.Round() / std::sqrt(k);
  const double one_sided = -NormalQuantile(options.alpha);
  numbers.rosenthal = CeilCount(k * (z / one_sided) * (z / one_sided) - k);

  const double average = sum_effect.Round() / k;
  double target = options.orwin_target.value_or(average / 2);
  if (target == 0 || !std::isfinite(target)) {
    return BadSetting("orwin_target", AnyNumber(target), "not 0");
  }
  if (Sign(target) != Sign(average)) target = -target;
  numbers.orwin = CeilCount(k * (average - target) / target);

  double weights = 0;
  WeightedMean(studies, &weights);
  const double two_sided = -NormalQuantile(options.alpha / 2);
  const double ratio = weighted.Round() / two_sided;
  numbers.rosenberg = CeilCount(k * (ratio * ratio - weights) / weights);
  return numbers;
}

}  // namespace consilium

#include "server/synthesis/stratified.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "proto/base/errors.h"
#include "proto/base/status_macros.h"
#include "server/synthesis/derivation_text.h"
#include "server/synthesis/distributions.h"
#include "server/synthesis/errors.h"
#include "server/synthesis/exact_sum.h"
#include "server/synthesis/real_math.h"

namespace consilium {
namespace {

// A table with its margins.
struct Margins {
  explicit Margins(const TwoByTwo& t)
      : a(t.a),
        b(t.b),
        c(t.c),
        d(t.d),
        n1(t.a + t.b),
        n2(t.c + t.d),
        events(t.a + t.c),
        others(t.b + t.d),
        n(n1 + n2) {}
  double a, b, c, d;
  double n1, n2;
  double events, others;
  double n;
};

// The sum of `term` over all tables, in whatever order they come.
template <typename Term>
double SumOver(const std::vector<Margins>& tables, Term term) {
  ExactSum sum;
  for (const Margins& table : tables) sum.Add(term(table));
  return sum.Round();
}

Estimate MakeEstimate(double effect, double standard_error,
                      double level_percent) {
  const double z = -NormalQuantile((1 - level_percent / 100) / 2);
  Estimate estimate;
  estimate.effect = RoundResult(effect);
  estimate.standard_error = RoundResult(standard_error);
  if (standard_error > 0) {
    estimate.statistic = RoundResult(effect / standard_error);
    estimate.p_value = RoundResult(NormalTwoSided(effect / standard_error));
  }
  estimate.interval = {RoundResult(effect - z * standard_error),
                       RoundResult(effect + z * standard_error)};
  return estimate;
}

ChiSquareTest MakeTest(double statistic, int df) {
  return {RoundResult(statistic), df,
          RoundResult(ChiSquareSurvival(statistic, df))};
}

// Q, and I2 and H2 that follow from it.
void SetHeterogeneity(double q, size_t effect_count, StratifiedResult& result) {
  result.effect_count = effect_count;
  if (effect_count < 2) return;
  const int df = static_cast<int>(effect_count) - 1;
  result.q = MakeTest(q, df);
  if (q > 0) {
    result.i2_from_q_percent = RoundResult(std::max(0.0, 100 * (q - df) / q));
  }
  result.h2_from_q = RoundResult(q / df);
}

absl::Status CheckLevelPercent(double level_percent) {
  if (level_percent > 0 && level_percent < 100) return absl::OkStatus();
  return BadSetting("level_percent", AnyNumber(level_percent),
                    "above 0 and below 100");
}

// The tables that are pooled, with the places of their studies.
struct PreparedTables {
  std::vector<Margins> tables;
  std::vector<size_t> places;
};

absl::StatusOr<PreparedTables> PrepareTables(
    absl::Span<const ContrastCounts> studies, const StratifiedOptions& options,
    absl::string_view computation) {
  if (studies.empty()) return TooFewStudies(computation, 0, 1);
  RETURN_IF_ERROR(CheckLevelPercent(options.level_percent));
  RETURN_IF_ERROR(CheckContrasts(studies));
  PreparedTables prepared;
  const auto tables = ApplyZeroCells(studies, options.pooled_cells);
  for (size_t i = 0; i < tables.size(); ++i) {
    if (!tables[i].has_value()) continue;
    prepared.tables.emplace_back(*tables[i]);
    prepared.places.push_back(i);
  }
  return prepared;
}

// Shares of `weight` in percent, one a study; those without a table have 0.
template <typename Weight>
std::vector<double> SharesOf(const PreparedTables& prepared, size_t count,
                             Weight weight) {
  const double sum = SumOver(prepared.tables, weight);
  if (!(sum > 0)) return {};
  std::vector<double> shares(count);
  for (size_t i = 0; i < prepared.tables.size(); ++i) {
    shares[prepared.places[i]] =
        RoundResult(100 * weight(prepared.tables[i]) / sum);
  }
  return shares;
}

double PetoVariance(const Margins& t) {
  return t.n > 1 ? t.events * t.others * (t.n1 / t.n) * (t.n2 / t.n) / (t.n - 1)
                 : 0;
}

struct EffectAndError {
  double effect = 0;
  double standard_error = 0;
};

std::optional<EffectAndError> PoolOddsRatio(
    const std::vector<Margins>& tables) {
  const auto r = [](const Margins& t) { return t.a / t.n * t.d; };
  const auto s = [](const Margins& t) { return t.b / t.n * t.c; };
  const auto p = [](const Margins& t) { return t.a / t.n + t.d / t.n; };
  const auto q = [](const Margins& t) { return t.b / t.n + t.c / t.n; };
  const double sum_r = SumOver(tables, r);
  const double sum_s = SumOver(tables, s);
  if (sum_r == 0 || sum_s == 0) return std::nullopt;
  const double pr = SumOver(tables, [&](auto& t) { return p(t) * r(t); });
  const double mixed =
      SumOver(tables, [&](auto& t) { return p(t) * s(t) + q(t) * r(t); });
  const double qs = SumOver(tables, [&](auto& t) { return q(t) * s(t); });
  const double variance =
      (pr / (sum_r * sum_r) + mixed / (sum_r * sum_s) + qs / (sum_s * sum_s)) /
      2;
  return EffectAndError{Log(sum_r / sum_s), std::sqrt(variance)};
}

std::optional<EffectAndError> PoolRiskRatio(
    const std::vector<Margins>& tables) {
  const double r = SumOver(tables, [](auto& t) { return t.a * (t.n2 / t.n); });
  const double s = SumOver(tables, [](auto& t) { return t.c * (t.n1 / t.n); });
  if (r == 0 || s == 0) return std::nullopt;
  const double numerator = SumOver(tables, [](auto& t) {
    return t.n1 / t.n * (t.n2 / t.n) * t.events - t.a / t.n * t.c;
  });
  return EffectAndError{Log(r / s), std::sqrt(numerator / (r * s))};
}

EffectAndError PoolRiskDifference(const std::vector<Margins>& tables) {
  const double weight =
      SumOver(tables, [](auto& t) { return t.n1 * (t.n2 / t.n); });
  const double effect =
      SumOver(tables,
              [](auto& t) { return t.a * (t.n2 / t.n) - t.c * (t.n1 / t.n); }) /
      weight;
  // Sato, Greenland and Robins 1989.
  const double p = SumOver(tables, [](auto& t) {
    const double u = t.n1 / t.n, v = t.n2 / t.n;
    return t.c * u * u - t.a * v * v + u * v * (t.n2 - t.n1) / 2;
  });
  const double q =
      SumOver(tables,
              [](auto& t) {
                return t.a * (t.n2 - t.c) / t.n + t.c * (t.n1 - t.a) / t.n;
              }) /
      2;
  return {effect, std::sqrt((effect * p + q) / (weight * weight))};
}

// That the odds ratio is 1 in every table.
std::optional<ChiSquareTest> TestCochranMantelHaenszel(
    const std::vector<Margins>& tables, bool continuity_correction) {
  const double variance = SumOver(tables, [](auto& t) {
    return t.n > 1
               ? t.n1 / t.n * (t.n2 / t.n) * (t.events * (t.others / (t.n - 1)))
               : 0.0;
  });
  if (variance <= 0) return std::nullopt;
  const double difference =
      SumOver(tables, [](auto& t) { return t.a - t.n1 / t.n * t.events; });
  const double distance =
      std::fabs(difference) - (continuity_correction ? 0.5 : 0);
  return MakeTest(distance * distance / variance, 1);
}

// That the odds ratio is the same in every table, by what each would show
// with the pooled one.
void TestAlikeness(const std::vector<Margins>& tables, double odds_ratio,
                   StratifiedResult& result) {
  ExactSum squares, differences, variances;
  int count = 0;
  for (const Margins& t : tables) {
    double expected = t.n1 / t.n * t.events;
    if (odds_ratio != 1) {
      const double u = odds_ratio * (t.n1 + t.events) + (t.n2 - t.events);
      const double root = std::sqrt(u * u - 4 * t.n1 * t.events * odds_ratio *
                                                (odds_ratio - 1));
      expected = (u - root) / (2 * (odds_ratio - 1));
    }
    if (expected <= 0 || t.events <= 0 || t.others <= 0) continue;
    const double variance =
        1 / (1 / expected + 1 / (t.n1 - expected) + 1 / (t.events - expected) +
             1 / (expected - t.n1 - t.events + t.n));
    const double difference = t.a - expected;
    squares.Add(difference * difference / variance);
    differences.Add(difference);
    variances.Add(variance);
    ++count;
  }
  if (count < 2) return;
  const double breslow_day = std::max(0.0, squares.Round());
  const double shift = differences.Round();
  result.breslow_day = MakeTest(breslow_day, count - 1);
  result.tarone =
      MakeTest(std::max(0.0, breslow_day - shift * shift / variances.Round()),
               count - 1);
}

}  // namespace

absl::StatusOr<StratifiedResult> PoolMantelHaenszel(
    EffectMeasure measure, absl::Span<const ContrastCounts> studies,
    const StratifiedOptions& options) {
  if (measure != EffectMeasure::kLogOddsRatio &&
      measure != EffectMeasure::kLogRiskRatio &&
      measure != EffectMeasure::kRiskDifference) {
    return BadSetting("measure", ToString(measure),
                      "log odds ratio, log risk ratio or risk difference");
  }
  ASSIGN_OR_RETURN(const PreparedTables prepared,
                   PrepareTables(studies, options, "Mantel-Haenszel pooling"));
  const std::vector<Margins>& tables = prepared.tables;
  if (tables.empty()) return TooFewStudies("Mantel-Haenszel pooling", 0, 1);
  StratifiedResult result;
  result.measure = measure;
  result.study_count = studies.size();
  std::optional<EffectAndError> pooled;
  if (measure == EffectMeasure::kLogOddsRatio) {
    pooled = PoolOddsRatio(tables);
    result.weights_percent = SharesOf(prepared, studies.size(),
                                      [](auto& t) { return t.b / t.n * t.c; });
    result.cochran_mantel_haenszel =
        TestCochranMantelHaenszel(tables, options.continuity_correction);
    if (pooled.has_value()) TestAlikeness(tables, Exp(pooled->effect), result);
  } else if (measure == EffectMeasure::kLogRiskRatio) {
    pooled = PoolRiskRatio(tables);
    result.weights_percent = SharesOf(prepared, studies.size(),
                                      [](auto& t) { return t.c / t.n * t.n1; });
  } else {
    pooled = PoolRiskDifference(tables);
    result.weights_percent = SharesOf(
        prepared, studies.size(), [](auto& t) { return t.n1 / t.n * t.n2; });
  }
  if (!pooled.has_value()) return result;
  result.pooled = MakeEstimate(pooled->effect, pooled->standard_error,
                               options.level_percent);

  ASSIGN_OR_RETURN(
      const std::vector<EffectSize> effects,
      BinaryEffects(measure, studies, {.zero_cells = options.effect_cells}));
  ExactSum q;
  size_t count = 0;
  for (const EffectSize& effect : effects) {
    if (!effect.estimate.has_value() || *effect.standard_error <= 0) continue;
    const double distance =
        (*effect.estimate - pooled->effect) / *effect.standard_error;
    q.Add(distance * distance);
    ++count;
  }
  SetHeterogeneity(q.Round(), count, result);
  return result;
}

absl::StatusOr<StratifiedResult> PoolPeto(
    absl::Span<const ContrastCounts> studies,
    const StratifiedOptions& options) {
  ASSIGN_OR_RETURN(const PreparedTables prepared,
                   PrepareTables(studies, options, "Peto's method"));
  ExactSum differences, variances, squares;
  size_t count = 0;
  for (const Margins& t : prepared.tables) {
    if (t.n <= 1) continue;
    const double variance = PetoVariance(t);
    const double difference = t.a - t.events * t.n1 / t.n;
    differences.Add(difference);
    variances.Add(variance);
    if (variance <= 0) continue;
    squares.Add(difference * difference / variance);
    ++count;
  }
  const double variance = variances.Round();
  if (variance <= 0) {
    return NoBound("Peto's odds ratio",
                   "each study has an event for everyone, or for no one");
  }
  const double difference = differences.Round();
  StratifiedResult result;
  result.measure = EffectMeasure::kPetoLogOddsRatio;
  result.study_count = studies.size();
  result.weights_percent = SharesOf(prepared, studies.size(), PetoVariance);
  result.pooled = MakeEstimate(difference / variance, 1 / std::sqrt(variance),
                               options.level_percent);
  SetHeterogeneity(
      std::max(0.0, squares.Round() - difference * difference / variance),
      count, result);
  return result;
}

absl::StatusOr<StratifiedResult> PoolLogRank(absl::Span<const LogRank> trials,
                                             double level_percent) {
  if (trials.empty()) return TooFewStudies("pooling of O - E and V", 0, 1);
  RETURN_IF_ERROR(CheckLevelPercent(level_percent));
  ExactSum differences, variances, squares;
  for (size_t i = 0; i < trials.size(); ++i) {
    const LogRank& trial = trials[i];
    if (!(trial.variance > 0) || !std::isfinite(trial.variance) ||
        !std::isfinite(trial.observed_minus_expected)) {
      return InvalidField(
          absl::StrCat("trials[", i, "]"),
          absl::StrCat("has V ", AnyNumber(trial.variance), " and O - E ",
                       AnyNumber(trial.observed_minus_expected),
                       "; want a V above 0 and finite numbers"));
    }
    differences.Add(trial.observed_minus_expected);
    variances.Add(trial.variance);
    squares.Add(trial.observed_minus_expected * trial.observed_minus_expected /
                trial.variance);
  }
  const double difference = differences.Round();
  const double variance = variances.Round();
  StratifiedResult result;
  result.measure = EffectMeasure::kLogHazardRatio;
  result.study_count = trials.size();
  result.pooled = MakeEstimate(difference / variance, 1 / std::sqrt(variance),
                               level_percent);
  SetHeterogeneity(
      std::max(0.0, squares.Round() - difference * difference / variance),
      trials.size(), result);
  return result;
}

}  // namespace consilium

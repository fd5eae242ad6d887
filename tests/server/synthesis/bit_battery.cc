#include "tests/server/synthesis/bit_battery.h"

#include <cstdio>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/synthesis/binary_effect.h"
#include "server/synthesis/distributions.h"
#include "server/synthesis/glmm.h"
#include "server/synthesis/meta_regression.h"
#include "server/synthesis/pooling.h"
#include "server/synthesis/proportion.h"
#include "server/synthesis/real_math.h"
#include "server/synthesis/sensitivity.h"
#include "server/synthesis/shared_comparator.h"
#include "server/synthesis/small_study.h"
#include "server/synthesis/stratified.h"
#include "server/synthesis/subgroups.h"

namespace consilium {
namespace {

class Battery {
 public:
  void Note(absl::string_view name, double value) {
    char text[40];
    std::snprintf(text, sizeof(text), "%a", value);
    absl::StrAppend(&lines_, name, " ", text, "\n");
  }
  void Note(absl::string_view name, std::optional<double> value) {
    if (value.has_value()) Note(name, *value);
  }
  void Note(absl::string_view name, const Interval& interval) {
    Note(name, interval.lower);
    Note(name, interval.upper);
  }
  void Note(absl::string_view name, const std::optional<Interval>& interval) {
    if (interval.has_value()) Note(name, *interval);
  }
  void Note(absl::string_view name, const Estimate& estimate) {
    Note(name, estimate.effect);
    Note(name, estimate.standard_error);
    Note(name, estimate.statistic);
    Note(name, estimate.p_value);
    Note(name, estimate.interval);
  }
  void Note(absl::string_view name, const Heterogeneity& among) {
    Note(name, among.q);
    Note(name, among.q_p);
    Note(name, among.tau2);
    Note(name, among.tau2_standard_error);
    Note(name, among.tau2_interval);
    Note(name, among.i2_from_tau2_percent);
    Note(name, among.i2_from_q_percent);
    Note(name, among.i2_interval_percent);
    Note(name, among.h2_from_tau2);
  }
  void Note(absl::string_view name, const PooledResult& result) {
    Note(name, result.pooled);
    Note(name, result.heterogeneity);
    Note(name, result.prediction);
    for (const double weight : result.weights_percent) Note(name, weight);
  }

  std::string Take() { return std::move(lines_); }

 private:
  std::string lines_;
};

void RunFunctions(Battery& battery) {
  for (int i = 1; i <= 300; ++i) {
    const double x = i / 128.0;
    const double share = i / 301.0;
    battery.Note("Exp", Exp(100 * (x - 1)));
    battery.Note("Expm1", Expm1(x - 1));
    battery.Note("Log", Log(x));
    battery.Note("Log1p", Log1p(x - 0.9));
    battery.Note("Pow", Pow(x, 7.3 * (x - 1)));
    battery.Note("Sin", Sin(50 * x));
    battery.Note("Cos", Cos(50 * x));
    battery.Note("Asin", Asin(2 * share - 1));
    battery.Note("Erf", Erf(x - 1));
    battery.Note("Erfc", Erfc(10 * x - 5));
    battery.Note("LogGamma", LogGamma(x * x * x));
    battery.Note("LogBeta", LogBeta(x, 30 * x));
    battery.Note("NormalCdf", NormalCdf(10 * (x - 1.5)));
    battery.Note("NormalQuantile", NormalQuantile(share));
    battery.Note("StudentTCdf", StudentTCdf(4 * (x - 1), i));
    battery.Note("StudentTQuantile", StudentTQuantile(share, 1 + i % 40));
    battery.Note("ChiSquareSurvival", ChiSquareSurvival(30 * x, 1 + i % 40));
    battery.Note("ChiSquareQuantile", ChiSquareQuantile(share, 1 + i % 40));
    battery.Note("FSurvival", FSurvival(3 * x, 1 + i % 5, i));
  }
}

// A list of studies that differ in a fixed, crooked way.
std::vector<StudyEffect> MakeStudies(int count, int seed) {
  std::vector<StudyEffect> studies;
  for (int i = 0; i < count; ++i) {
    const int crooked = (i * 37 + seed * 101 + i * i * 13) % 97;
    studies.push_back({.label = absl::StrCat(i),
                       .effect = (crooked - 48) / 41.0,
                       .variance = (1 + (crooked * 53) % 89) / 173.0});
  }
  return studies;
}

void RunPooling(Battery& battery) {
  for (int seed = 1; seed <= 5; ++seed) {
    const std::vector<StudyEffect> studies = MakeStudies(3 + 5 * seed, seed);
    Moderator dose = {.name = "dose"};
    Moderator year = {.name = "year"};
    std::vector<std::string> groups;
    for (size_t i = 0; i < studies.size(); ++i) {
      dose.values.push_back(static_cast<double>(i * i % 7) / 3);
      year.values.push_back(1990 + static_cast<double>(i * 11 % 30));
      groups.push_back(i % 2 == 0 ? "even" : "odd");
    }
    for (int estimator = 0; estimator <= 8; ++estimator) {
      for (int method = 0; method <= 2; ++method) {
        const PoolingOptions options = {
            .tau2_estimator = static_cast<Tau2Estimator>(estimator),
            .interval_method = static_cast<IntervalMethod>(method)};
        const std::string name = absl::StrCat("studies ", seed, " estimator ",
                                              estimator, " interval ", method);
        battery.Note(name, Pool(studies, options).value());
        const RegressionResult regression =
            FitMetaRegression(studies, {dose, year}, options, {{1.5, 2011}})
                .value();
        for (const RegressionCoefficient& each : regression.coefficients) {
          battery.Note(name, each.estimate);
        }
        battery.Note(name, regression.residual);
        battery.Note(name, regression.r2_percent);
        battery.Note(name, regression.moderators_test->p_value);
        battery.Note(name, regression.predictions[0].effect);
        const SubgroupAnalysis analysis =
            PoolSubgroups(studies, groups, SubgroupTau2::kCommon, options)
                .value();
        battery.Note(name, analysis.groups[0].result);
        battery.Note(name, analysis.interaction->p_value);
        const std::vector<StudyInfluence> influences =
            MeasureInfluence(studies, options).value();
        for (const StudyInfluence& each : influences) {
          battery.Note(name, each.studentized_residual);
          battery.Note(name, each.dffits);
          battery.Note(name, each.cooks_distance);
        }
      }
    }
  }
}

void RunCounts(Battery& battery) {
  std::vector<ContrastCounts> tables;
  std::vector<ArmCounts> arms;
  for (int i = 0; i < 6; ++i) {
    const int crooked = (i * 37 + i * i * 13) % 11;
    tables.push_back({{crooked * 1.0, 40.0 + 7 * i}, {i * 1.0, 53.0 + i}});
    arms.push_back({3.0 * crooked, 41.0 + i});
  }
  for (const EffectMeasure measure :
       {EffectMeasure::kLogOddsRatio, EffectMeasure::kLogRiskRatio,
        EffectMeasure::kRiskDifference}) {
    battery.Note("mh", *PoolMantelHaenszel(measure, tables)->pooled);
    const std::vector<EffectSize> effects = *BinaryEffects(measure, tables);
    for (const EffectSize& each : effects) {
      battery.Note("counts", each.estimate);
      battery.Note("counts", each.standard_error);
    }
  }
  battery.Note("peto", *PoolPeto(tables)->pooled);
  const std::vector<EffectSize> proportions =
      *ProportionEffects(EffectMeasure::kFreemanTukeyProportion, arms);
  for (const EffectSize& each : proportions) {
    battery.Note("ft", each.estimate);
    battery.Note(
        "ft", BackTransformProportion(each.measure, *each.estimate, 9).value());
  }
  const GlmmOptions options = {.quadrature_points = 7};
  battery.Note("glmm", FitProportionGlmm(arms, options)->pooled);
  for (const GlmmModel model :
       {GlmmModel::kConditionalExact, GlmmModel::kUnconditionalFixedStudies}) {
    battery.Note("glmm", FitOddsRatioGlmm(model, tables, options)->pooled);
  }
}

void RunSmallStudies(Battery& battery) {
  const std::vector<StudyEffect> studies = MakeStudies(14, 3);
  battery.Note("egger", TestEgger(studies, EggerModel::kClassic, {})->slope);
  battery.Note("egger", TestEgger(studies, EggerModel::kMixed, {})->slope);
  battery.Note("begg", TestBegg(studies)->p_value);
  battery.Note("trim and fill", FillFunnel(studies, {})->adjusted);
  std::vector<StudyCounts> tables;
  std::vector<SharedContrast> contrasts;
  for (int i = 0; i < 12; ++i) {
    const int crooked = (i * 37 + i * i * 13) % 11;
    tables.push_back({absl::StrCat(i),
                      {{crooked * 1.0, 40.0 + 7 * i}, {i + 1.0, 53.0 + i}}});
    contrasts.push_back(
        {crooked / 7.0, (3 + crooked) / 173.0, (1 + i % 2) / 173.0});
  }
  battery.Note("harbord", TestHarbord(tables, 95)->asymmetry);
  battery.Note("peters", TestPeters(tables, {}, 95)->asymmetry);
  battery.Note("shared", CombineContrasts(contrasts)->estimate);
  battery.Note("shared", CombineContrasts(contrasts)->variance);
}

}  // namespace

std::string RunBitBattery() {
  Battery battery;
  RunFunctions(battery);
  RunPooling(battery);
  RunCounts(battery);
  RunSmallStudies(battery);
  return battery.Take();
}

}  // namespace consilium

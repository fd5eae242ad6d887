// Compares this library with R's metafor: metafor/expected.R wrote the data
// sets and what metafor says of them into metafor/expected.tsv.
#include <cmath>
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "server/synthesis/binary_effect.h"
#include "server/synthesis/continuous_effect.h"
#include "server/synthesis/effect_size.h"
#include "server/synthesis/glmm.h"
#include "server/synthesis/hazard_ratio.h"
#include "server/synthesis/meta_regression.h"
#include "server/synthesis/pooling.h"
#include "server/synthesis/proportion.h"
#include "server/synthesis/rate_ratio.h"
#include "server/synthesis/reported_effect.h"
#include "server/synthesis/sensitivity.h"
#include "server/synthesis/small_study.h"
#include "server/synthesis/stratified.h"
#include "server/synthesis/subgroups.h"

namespace consilium {
namespace {

constexpr char kExpectedFile[] = "tests/server/synthesis/metafor/expected.tsv";
constexpr double kTolerance = 2e-8;

// Names of quantities and their values.
using Quantities = std::map<std::string, double>;

struct Study {
  std::string kind;
  std::string label;
  std::vector<double> numbers;
};

struct Wanted {
  std::string quantity;
  double value = 0;
  double tolerance = kTolerance;
};

struct DataSet {
  std::vector<Study> studies;
  std::map<std::string, std::vector<double>> moderators;
  std::vector<std::string> groups;                    // Of each study.
  std::map<std::string, std::vector<Wanted>> wanted;  // By call.
};

double ParseNumber(absl::string_view text) {
  double value = 0;
  EXPECT_TRUE(absl::SimpleAtod(text, &value)) << text;
  return value;
}

std::map<std::string, DataSet> ReadDataSets() {
  std::ifstream file(kExpectedFile);
  std::map<std::string, DataSet> sets;
  std::string line;
  while (std::getline(file, line)) {
    if (absl::StartsWith(line, "#")) continue;
    const std::vector<std::string> fields = absl::StrSplit(line, '\t');
    if (fields.size() < 4) {
      ADD_FAILURE() << "short line: " << line;
      continue;
    }
    DataSet& set = sets[fields[1]];
    if (fields[0] == "study") {
      Study study{fields[2], fields[3], {}};
      for (size_t i = 4; i < fields.size(); ++i) {
        study.numbers.push_back(ParseNumber(fields[i]));
      }
      set.studies.push_back(study);
    } else if (fields[0] == "grouping") {
      set.groups.assign(fields.begin() + 2, fields.end());
    } else if (fields[0] == "moderator") {
      for (size_t i = 3; i < fields.size(); ++i) {
        set.moderators[fields[2]].push_back(ParseNumber(fields[i]));
      }
    } else {
      Wanted wanted{fields[3], ParseNumber(fields[4])};
      if (fields.size() > 5) wanted.tolerance = ParseNumber(fields[5]);
      set.wanted[fields[2]].push_back(wanted);
    }
  }
  return sets;
}

const std::map<std::string, DataSet>& DataSets() {
  static const auto* const sets =
      new std::map<std::string, DataSet>(ReadDataSets());
  return *sets;
}

std::vector<ContrastCounts> Tables(const DataSet& set) {
  std::vector<ContrastCounts> tables;
  for (const Study& study : set.studies) {
    const std::vector<double>& n = study.numbers;
    tables.push_back({{n[0], n[1]}, {n[2], n[3]}});
  }
  return tables;
}

std::vector<ArmCounts> Arms(const DataSet& set) {
  std::vector<ArmCounts> arms;
  for (const Study& study : set.studies) {
    arms.push_back({study.numbers[0], study.numbers[1]});
  }
  return arms;
}

std::vector<ContrastMeans> Means(const DataSet& set) {
  std::vector<ContrastMeans> means;
  for (const Study& study : set.studies) {
    const std::vector<double>& n = study.numbers;
    means.push_back({{n[0], n[1], n[2]}, {n[3], n[4], n[5]}});
  }
  return means;
}

VarianceConvention ParseConvention(absl::string_view name) {
  for (const auto convention :
       {VarianceConvention::kLargeSample, VarianceConvention::kLargeSampleDelta,
        VarianceConvention::kUnbiased, VarianceConvention::kAverage,
        VarianceConvention::kHomoscedastic}) {
    if (ToString(convention) == name) return convention;
  }
  ADD_FAILURE() << "no such variance: " << name;
  return VarianceConvention::kLargeSample;
}

EffectMeasure ParseMeasure(absl::string_view name) {
  static const auto* const measures =
      new std::map<absl::string_view, EffectMeasure>{
          {"RR", EffectMeasure::kLogRiskRatio},
          {"OR", EffectMeasure::kLogOddsRatio},
          {"RD", EffectMeasure::kRiskDifference},
          {"PETO", EffectMeasure::kPetoLogOddsRatio},
          {"IRR", EffectMeasure::kLogRateRatio},
          {"ROM", EffectMeasure::kLogRatioOfMeans},
          {"PR", EffectMeasure::kProportion},
          {"PLN", EffectMeasure::kLogProportion},
          {"PLO", EffectMeasure::kLogitProportion},
          {"PAS", EffectMeasure::kArcsineProportion},
          {"PFT", EffectMeasure::kFreemanTukeyProportion},
          {"MD", EffectMeasure::kMeanDifference},
          {"SMD", EffectMeasure::kStandardizedMeanDifference}};
  const auto found = measures->find(name);
  if (found == measures->end()) {
    ADD_FAILURE() << "no such measure: " << name;
    return EffectMeasure::kLogOddsRatio;
  }
  return found->second;
}

std::vector<ContrastRates> Rates(const DataSet& set) {
  std::vector<ContrastRates> rates;
  for (const Study& study : set.studies) {
    const std::vector<double>& n = study.numbers;
    rates.push_back({{n[0], n[1]}, {n[2], n[3]}});
  }
  return rates;
}

// Of "OR.if0all": what stands behind the measure.
ZeroCells ParseZeroCells(const std::vector<std::string>& parts) {
  ZeroCells cells;
  if (parts.size() < 2) return cells;
  if (parts[1] == "all") cells.rule = ZeroCellRule::kAll;
  if (parts[1] == "if0all") cells.rule = ZeroCellRule::kIfAnyAll;
  if (parts[1] == "none") cells.rule = ZeroCellRule::kNone;
  if (parts[1] == "add0") cells.add = 0.1;
  if (parts[1] == "byarm") cells.division = ZeroCellDivision::kByArmSize;
  cells.drop_double_zero = parts[1] == "drop00";
  return cells;
}

// The effects of all studies of `set`, as `name` ("RR", "OR.all", "MD.HO")
// has them.
std::vector<EffectSize> Effects(const DataSet& set, const std::string& name) {
  const std::vector<std::string> parts = absl::StrSplit(name, '.');
  const std::string& kind = set.studies[0].kind;
  if (kind == "tables") {
    return *BinaryEffects(ParseMeasure(parts[0]), Tables(set),
                          {.zero_cells = ParseZeroCells(parts)});
  }
  if (kind == "rates") return *RateRatios(Rates(set), ParseZeroCells(parts));
  if (kind == "proportions") {
    return *ProportionEffects(ParseMeasure(parts[0]), Arms(set));
  }
  if (kind == "means") {
    return *ContinuousEffects(ParseMeasure(parts[0]), Means(set),
                              ParseConvention(parts[1]));
  }
  std::vector<EffectSize> effects;
  for (const Study& study : set.studies) {
    const std::vector<double>& n = study.numbers;
    if (kind == "events") {
      TrialEvents events;
      events.approximation = parts[1] == "equal"
                                 ? LogRankVariance::kEqualAllocation
                                 : LogRankVariance::kAllocation;
      events.total_events = n[0];
      events.treated_randomised = n[1];
      events.control_randomised = n[2];
      effects.push_back(*HazardRatioFromEventsAndP(
          events, {.value = n[3]},
          n[4] == 1 ? Favours::kTreated : Favours::kControl));
    } else if (kind == "logrank") {
      effects.push_back(*HazardRatioFromLogRank({n[0], n[1]}));
    } else if (kind == "intervals") {
      effects.push_back(*EffectFromInterval(
          {EffectMeasure::kLogOddsRatio, n[0], n[1], n[2]}));
    } else {
      effects.push_back(*EffectFromStandardError(
          {EffectMeasure::kMeanDifference, n[0]}, std::sqrt(n[1])));
    }
  }
  return effects;
}

void Add(Quantities& quantities, const std::string& name,
         const std::optional<double>& value) {
  if (value.has_value()) quantities[name] = *value;
}

void AddEstimate(Quantities& quantities, const Estimate& estimate) {
  quantities["effect"] = estimate.effect;
  quantities["se"] = estimate.standard_error;
  quantities["lower"] = estimate.interval.lower;
  quantities["upper"] = estimate.interval.upper;
  Add(quantities, "p", estimate.p_value);
}

void AddTest(Quantities& quantities, const std::string& name,
             const std::optional<ChiSquareTest>& test) {
  if (!test.has_value()) return;
  quantities[name] = test->statistic;
  quantities[name + "_p"] = test->p_value;
}

std::string Indexed(absl::string_view name, size_t index) {
  return absl::StrCat(name, "[", index, "]");
}

Quantities OfEffects(const DataSet& set, const std::string& name) {
  const std::vector<EffectSize> effects = Effects(set, name);
  Quantities quantities;
  for (size_t i = 0; i < effects.size(); ++i) {
    if (!effects[i].estimate.has_value()) continue;
    quantities[Indexed("yi", i)] = *effects[i].estimate;
    quantities[Indexed("vi", i)] =
        *effects[i].standard_error * *effects[i].standard_error;
  }
  return quantities;
}

Quantities OfStratified(const StratifiedResult& result) {
  Quantities quantities;
  AddEstimate(quantities, *result.pooled);
  AddTest(quantities, "q", result.q);
  AddTest(quantities, "cmh", result.cochran_mantel_haenszel);
  AddTest(quantities, "tarone", result.tarone);
  AddTest(quantities, "breslow_day", result.breslow_day);
  for (size_t i = 0; i < result.weights_percent.size(); ++i) {
    quantities[Indexed("weight", i)] = result.weights_percent[i];
  }
  return quantities;
}

Quantities OfLogRank(const DataSet& set) {
  std::vector<LogRank> trials;
  for (const Study& study : set.studies) {
    trials.push_back({study.numbers[0], study.numbers[1]});
  }
  return OfStratified(*PoolLogRank(trials));
}

Quantities OfGlmm(const DataSet& set, const std::string& name) {
  GlmmResult result;
  if (name == "PLO") {
    result = *FitProportionGlmm(Arms(set));
  } else {
    const auto fitted =
        FitOddsRatioGlmm(name == "UM.FS" ? GlmmModel::kUnconditionalFixedStudies
                                         : GlmmModel::kConditionalExact,
                         Tables(set));
    EXPECT_TRUE(fitted.ok()) << fitted.status();
    if (!fitted.ok()) return {};
    result = *fitted;
  }
  Quantities quantities;
  AddEstimate(quantities, result.pooled);
  quantities["tau2"] = result.tau2;
  quantities["lrt"] = result.heterogeneity->statistic;
  return quantities;
}

// The studies of `set` that can be pooled, as reviews would have them.
std::vector<StudyEffect> Poolable(const DataSet& set, const std::string& name) {
  std::vector<NamedEffect> named;
  const std::vector<EffectSize> effects = Effects(set, name);
  for (size_t i = 0; i < effects.size(); ++i) {
    named.push_back({set.studies[i].label, effects[i]});
  }
  return ScreenEffects(effects[0].measure, named, {.leave_out_unusable = true})
      ->studies;
}

Tau2Estimator ParseEstimator(absl::string_view name) {
  for (const auto estimator :
       {Tau2Estimator::kCommonEffect, Tau2Estimator::kDerSimonianLaird,
        Tau2Estimator::kHedges, Tau2Estimator::kHunterSchmidt,
        Tau2Estimator::kSidikJonkman, Tau2Estimator::kMaximumLikelihood,
        Tau2Estimator::kRestrictedMaximumLikelihood,
        Tau2Estimator::kEmpiricalBayes, Tau2Estimator::kPauleMandel}) {
    if (Tau2EstimatorName(estimator) == name) return estimator;
  }
  ADD_FAILURE() << "no such estimator: " << name;
  return Tau2Estimator::kCommonEffect;
}

// Wald tests with REML, metafor's defaults.
constexpr PoolingOptions kWald = {.interval_method = IntervalMethod::kNormal,
                                  .prediction = PredictionConvention::kNormal};

// The options by which metafor's `test` is called "z", "knha" or "adhoc".
PoolingOptions WithTest(absl::string_view test) {
  PoolingOptions options = kWald;
  if (test == "z") return options;
  options.interval_method = test == "knha" ? IntervalMethod::kHartungKnapp
                                           : IntervalMethod::kHartungKnappAdHoc;
  options.prediction = PredictionConvention::kStudentT;
  return options;
}

Quantities OfPool(const std::vector<StudyEffect>& studies,
                  const PoolingOptions& options) {
  const PooledResult result = *Pool(studies, options);
  Quantities quantities;
  AddEstimate(quantities, result.pooled);
  quantities["q"] = result.heterogeneity.q;
  Add(quantities, "q_p", result.heterogeneity.q_p);
  Add(quantities, "tau2", result.heterogeneity.tau2);
  Add(quantities, "tau2_se", result.heterogeneity.tau2_standard_error);
  quantities["weight"] = result.weights_percent[0];
  Add(quantities, "i2", result.heterogeneity.i2_from_tau2_percent);
  Add(quantities, "h2", result.heterogeneity.h2_from_tau2);
  if (result.prediction.has_value()) {
    quantities["predict_lower"] = result.prediction->lower;
    quantities["predict_upper"] = result.prediction->upper;
  }
  if (const auto& interval = result.heterogeneity.tau2_interval) {
    quantities["tau2_lower"] = interval->lower;
    quantities["tau2_upper"] = interval->upper;
  }
  if (const auto& interval = result.heterogeneity.i2_interval_percent) {
    quantities["i2_lower"] = interval->lower;
    quantities["i2_upper"] = interval->upper;
  }
  return quantities;
}

Quantities OfPrediction(const std::vector<StudyEffect>& studies,
                        const std::string& convention) {
  PoolingOptions options = kWald;
  if (convention == "riley") options.prediction = PredictionConvention::kRiley;
  const PooledResult result = *Pool(studies, options);
  return {{"lower", result.prediction->lower},
          {"upper", result.prediction->upper}};
}

Quantities OfSeries(const std::vector<PooledResult>& results) {
  Quantities quantities;
  for (size_t i = 0; i < results.size(); ++i) {
    quantities[Indexed("effect", i)] = results[i].pooled.effect;
    quantities[Indexed("se", i)] = results[i].pooled.standard_error;
    Add(quantities, Indexed("tau2", i), results[i].heterogeneity.tau2);
  }
  return quantities;
}

Quantities OfInfluence(const std::vector<StudyEffect>& studies,
                       const PoolingOptions& options) {
  const std::vector<StudyInfluence> rows = *MeasureInfluence(studies, options);
  Quantities quantities;
  for (size_t i = 0; i < rows.size(); ++i) {
    Add(quantities, Indexed("rstudent", i), rows[i].studentized_residual);
    Add(quantities, Indexed("dffits", i), rows[i].dffits);
    Add(quantities, Indexed("cook", i), rows[i].cooks_distance);
    Add(quantities, Indexed("cov", i), rows[i].covariance_ratio);
    Add(quantities, Indexed("tau2", i), rows[i].tau2_deleted);
    Add(quantities, Indexed("q", i), rows[i].q_deleted);
    quantities[Indexed("hat", i)] = rows[i].hat;
    quantities[Indexed("weight", i)] = rows[i].weight_percent;
  }
  return quantities;
}

Quantities OfRegression(const DataSet& set, const std::string& measure,
                        const std::string& names,
                        const PoolingOptions& options) {
  std::vector<Moderator> moderators;
  for (const std::string& name :
       std::vector<std::string>(absl::StrSplit(names, ','))) {
    moderators.push_back({name, set.moderators.at(name)});
  }
  const std::map<std::string, double> points = {
      {"ablat", 33}, {"year", 1970}, {"random", 1}, {"systematic", 0}};
  std::vector<double> at;
  for (const Moderator& moderator : moderators) {
    at.push_back(points.at(moderator.name));
  }
  const RegressionResult result =
      *FitMetaRegression(Poolable(set, measure), moderators, options, {at});
  Quantities quantities;
  for (size_t i = 0; i < result.coefficients.size(); ++i) {
    const Estimate& estimate = result.coefficients[i].estimate;
    quantities[Indexed("effect", i)] = estimate.effect;
    quantities[Indexed("se", i)] = estimate.standard_error;
    Add(quantities, Indexed("p", i), estimate.p_value);
    quantities[Indexed("lower", i)] = estimate.interval.lower;
  }
  const PredictedEffect& predicted = result.predictions[0];
  quantities["at"] = predicted.effect.effect;
  quantities["at_lower"] = predicted.effect.interval.lower;
  if (predicted.prediction.has_value()) {
    quantities["at_predict_lower"] = predicted.prediction->lower;
  }
  Add(quantities, "tau2", result.residual.tau2);
  Add(quantities, "tau2_se", result.residual.tau2_standard_error);
  Add(quantities, "r2", result.r2_percent);
  Add(quantities, "i2", result.residual.i2_from_tau2_percent);
  quantities["qe"] = result.residual.q;
  quantities["qm"] = result.moderators_test->statistic;
  quantities["qm_p"] = result.moderators_test->p_value;
  return quantities;
}

Quantities OfSubgroups(const DataSet& set, const std::string& measure,
                       SubgroupTau2 tau2, const PoolingOptions& options) {
  const SubgroupAnalysis analysis =
      *PoolSubgroups(Poolable(set, measure), set.groups, tau2, options);
  Quantities quantities;
  quantities["q"] = analysis.interaction->statistic;
  quantities["p"] = analysis.interaction->p_value;
  for (size_t i = 0; i < analysis.groups.size(); ++i) {
    const Estimate& pooled = analysis.groups[i].result.pooled;
    quantities[Indexed("effect", i)] = pooled.effect;
    quantities[Indexed("se", i)] = pooled.standard_error;
  }
  return quantities;
}

Quantities OfEgger(const std::vector<StudyEffect>& studies,
                   const std::string& model) {
  const auto test = TestEgger(
      studies, model == "lm" ? EggerModel::kClassic : EggerModel::kMixed, kWald,
      3);
  EXPECT_TRUE(test.ok()) << test.status();
  return {{"statistic", *test->slope.statistic},
          {"p", *test->slope.p_value},
          {"limit", test->limit.effect},
          {"lower", test->limit.interval.lower},
          {"upper", test->limit.interval.upper}};
}

Quantities OfTrimAndFill(const std::vector<StudyEffect>& studies,
                         const std::string& method,
                         const std::string& estimator) {
  PoolingOptions options = kWald;
  options.tau2_estimator = ParseEstimator(method);
  const auto filled =
      FillFunnel(studies, options,
                 {.estimator = estimator == "L0" ? TrimAndFillEstimator::kL0
                                                 : TrimAndFillEstimator::kR0,
                  .studies_min = 3});
  EXPECT_TRUE(filled.ok()) << filled.status();
  return {{"k0", static_cast<double>(filled->missing)},
          {"k0_se", filled->missing_standard_error},
          {"right", filled->side == FunnelSide::kRight ? 1.0 : 0.0},
          {"effect", filled->adjusted.pooled.effect},
          {"se", filled->adjusted.pooled.standard_error}};
}

Quantities OfFailSafe(const std::vector<StudyEffect>& studies) {
  const FailSafeNumbers numbers = *CountFailSafe(studies, {.studies_min = 3});
  return {{"rosenthal", static_cast<double>(numbers.rosenthal)},
          {"orwin", static_cast<double>(numbers.orwin)},
          {"rosenberg", static_cast<double>(numbers.rosenberg)}};
}

// What follows from the pooled studies alone.
Quantities ComputePooled(const DataSet& set,
                         const std::vector<std::string>& words) {
  const std::vector<StudyEffect> studies = Poolable(set, words[1]);
  PoolingOptions options = kWald;
  if (words[0] == "pool") {
    options.tau2_estimator = ParseEstimator(words[2]);
    return OfPool(studies, options);
  }
  if (words[0] == "knha" || words[0] == "adhoc") {
    options = WithTest(words[0]);
    options.tau2_estimator = ParseEstimator(words[2]);
    Quantities quantities = OfPool(studies, options);
    options.prediction = PredictionConvention::kRiley;
    const PooledResult riley = *Pool(studies, options);
    if (riley.prediction.has_value()) {
      quantities["riley_lower"] = riley.prediction->lower;
      quantities["riley_upper"] = riley.prediction->upper;
    }
    return quantities;
  }
  if (words[0] == "qprofile") return OfPool(studies, options);
  if (words[0] == "predict") return OfPrediction(studies, words[2]);
  if (words[0] == "leave1out") return OfSeries(*LeaveOneOut(studies, options));
  if (words[0] == "cumul") return OfSeries(*PoolCumulatively(studies, options));
  if (words[0] == "influence") return OfInfluence(studies, WithTest(words[2]));
  if (words[0] == "egger") return OfEgger(studies, words[2]);
  if (words[0] == "begg") {
    const BeggTest test = *TestBegg(studies, 3);
    return {{"tau", test.tau}, {"p", test.p_value}};
  }
  if (words[0] == "trimfill") {
    return OfTrimAndFill(studies, words[2], words[3]);
  }
  if (words[0] == "fsn") return OfFailSafe(studies);
  ADD_FAILURE() << "no such call: " << words[0];
  return {};
}

Quantities OfBackTransform(const DataSet& set) {
  const PooledResult result = *Pool(Poolable(set, "PFT"), kWald);
  return {{"proportion",
           *BackTransformProportion(EffectMeasure::kFreemanTukeyProportion,
                                    result.pooled.effect,
                                    HarmonicMeanParticipants(Arms(set)))}};
}

Quantities OfFunnelRegression(const FunnelRegression& line) {
  return {{"estimate", line.asymmetry.effect},
          {"se", line.asymmetry.standard_error},
          {"statistic", *line.asymmetry.statistic},
          {"p", *line.asymmetry.p_value},
          {"limit", line.limit.effect}};
}

std::vector<StudyCounts> CountsOf(const DataSet& set) {
  std::vector<StudyCounts> studies;
  for (const ContrastCounts& counts : Tables(set)) {
    studies.push_back({set.studies[studies.size()].label, counts});
  }
  return studies;
}

// What this library says where metafor was called as `call`: its first word
// says what was computed.
Quantities Compute(const DataSet& set, const std::string& call) {
  const std::vector<std::string> words = absl::StrSplit(call, ' ');
  if (words[0] == "effects") return OfEffects(set, words[1]);
  if (words[0] == "mh") {
    return OfStratified(
        *PoolMantelHaenszel(ParseMeasure(words[1]), Tables(set)));
  }
  if (words[0] == "peto") return OfStratified(*PoolPeto(Tables(set)));
  if (words[0] == "harbord") {
    return OfFunnelRegression(*TestHarbord(CountsOf(set), 95, 3));
  }
  if (words[0] == "peters") {
    return OfFunnelRegression(*TestPeters(CountsOf(set), {}, 95, 3));
  }
  if (words[0] == "logrank") return OfLogRank(set);
  if (words[0] == "glmm") return OfGlmm(set, words[1]);
  if (words[0] == "back") return OfBackTransform(set);
  if (words[0] == "regress") {
    PoolingOptions options = WithTest(words[4]);
    options.tau2_estimator = ParseEstimator(words[3]);
    return OfRegression(set, words[1], words[2], options);
  }
  if (words[0] == "subgroups") {
    PoolingOptions options = WithTest(words[4]);
    options.tau2_estimator = ParseEstimator(words[3]);
    return OfSubgroups(
        set, words[1],
        words[2] == "common" ? SubgroupTau2::kCommon : SubgroupTau2::kSeparate,
        options);
  }
  return ComputePooled(set, words);
}

class MetaforTest : public testing::TestWithParam<std::string> {};

TEST_P(MetaforTest, GivesTheSameNumbers) {
  const DataSet& set = DataSets().at(GetParam());
  for (const auto& [call, wanted] : set.wanted) {
    const Quantities given = Compute(set, call);
    for (const Wanted& want : wanted) {
      const auto found = given.find(want.quantity);
      if (found == given.end()) {
        ADD_FAILURE() << call << " gives no " << want.quantity;
        continue;
      }
      // Far below 1, differences are absolute: P of 1e-40 are P of 0.
      const double scale = std::max(std::fabs(want.value), 1e-6);
      EXPECT_NEAR(found->second, want.value, want.tolerance * scale)
          << call << ", " << want.quantity;
    }
  }
}

std::vector<std::string> Names() {
  std::vector<std::string> names;
  for (const auto& [name, set] : DataSets()) names.push_back(name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(DataSets, MetaforTest, testing::ValuesIn(Names()),
                         [](const testing::TestParamInfo<std::string>& info) {
                           std::string name = info.param;
                           std::erase_if(
                               name, [](char c) { return !std::isalnum(c); });
                           return name;
                         });

TEST(MetaforExpectedTest, CoversFifteenDataSets) {
  EXPECT_GE(DataSets().size(), 15u);
}

}  // namespace
}  // namespace consilium

// Compares with metafor at full convergence; metafor_expected.R made the
// values in metafor_expected.txt.
#include <cmath>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/synthesis/meta_regression.h"
#include "server/synthesis/pooling.h"
#include "server/synthesis/sensitivity.h"
#include "server/synthesis/subgroups.h"

namespace consilium {
namespace {

// metafor computes in doubles with matrices; what it loses is below this.
constexpr double kRelative = 2e-8;
constexpr double kAbsolute = 1e-9;

struct DataSet {
  std::vector<StudyEffect> studies;
  std::map<std::string, double> expected;
};

const std::map<std::string, DataSet>& DataSets() {
  static const auto* const sets = [] {
    auto* read = new std::map<std::string, DataSet>;
    std::ifstream file("tests/server/synthesis/metafor_expected.txt");
    std::string line;
    while (std::getline(file, line)) {
      std::istringstream words(line);
      std::string kind, set, name;
      words >> kind >> set >> name;
      if (kind == "study") {
        StudyEffect study = {.label = name};
        words >> study.effect >> study.variance;
        (*read)[set].studies.push_back(study);
      } else if (kind == "value") {
        words >> (*read)[set].expected[name];
      }
    }
    return read;
  }();
  return *sets;
}

const std::map<std::string, IntervalMethod>& IntervalMethods() {
  static const auto* const methods = new std::map<std::string, IntervalMethod>{
      {"normal", IntervalMethod::kNormal},
      {"hartung_knapp", IntervalMethod::kHartungKnapp},
      {"ad_hoc", IntervalMethod::kHartungKnappAdHoc}};
  return *methods;
}

constexpr Tau2Estimator kEstimators[] = {
    Tau2Estimator::kCommonEffect,
    Tau2Estimator::kDerSimonianLaird,
    Tau2Estimator::kHedges,
    Tau2Estimator::kHunterSchmidt,
    Tau2Estimator::kSidikJonkman,
    Tau2Estimator::kMaximumLikelihood,
    Tau2Estimator::kRestrictedMaximumLikelihood,
    Tau2Estimator::kEmpiricalBayes,
    Tau2Estimator::kPauleMandel};

// Counts what it compared, and fails on what it should not find.
class Comparison {
 public:
  explicit Comparison(const DataSet& data) : data_(data) {}

  void Compare(const std::string& name, std::optional<double> actual) {
    const auto expected = data_.expected.find(name);
    if (expected == data_.expected.end()) return;
    ++count_;
    ASSERT_TRUE(actual.has_value()) << name;
    EXPECT_NEAR(*actual, expected->second,
                kAbsolute + kRelative * std::abs(expected->second))
        << name;
  }

  int count() const { return count_; }

 private:
  const DataSet& data_;
  int count_ = 0;
};

class MetaforTest : public testing::TestWithParam<std::string> {
 protected:
  const DataSet& data() const { return DataSets().at(GetParam()); }
};

TEST_P(MetaforTest, Pools) {
  Comparison comparison(data());
  for (const Tau2Estimator estimator : kEstimators) {
    for (const auto& [interval, method] : IntervalMethods()) {
      const auto at = [&, interval = interval](absl::string_view name) {
        return absl::StrCat(Tau2EstimatorName(estimator), "/", interval, "/",
                            name);
      };
      PoolingOptions options = {.tau2_estimator = estimator,
                                .interval_method = method};
      if (method == IntervalMethod::kNormal) {
        options.prediction = PredictionConvention::kNormal;
      }
      const auto result = Pool(data().studies, options);
      ASSERT_TRUE(result.ok()) << result.status();
      comparison.Compare(at("effect"), result->pooled.effect);
      comparison.Compare(at("standard_error"), result->pooled.standard_error);
      comparison.Compare(at("p_value"), result->pooled.p_value);
      comparison.Compare(at("lower"), result->pooled.interval.lower);
      comparison.Compare(at("upper"), result->pooled.interval.upper);
      comparison.Compare(at("first_weight"), result->weights_percent[0]);
      const Heterogeneity& among = result->heterogeneity;
      comparison.Compare(at("q"), among.q);
      comparison.Compare(at("q_p"), among.q_p);
      comparison.Compare(at("tau2"), among.tau2);
      comparison.Compare(at("tau2_standard_error"), among.tau2_standard_error);
      comparison.Compare(at("i2"), among.i2_from_tau2_percent);
      comparison.Compare(at("h2"), among.h2_from_tau2);
      if (estimator == Tau2Estimator::kCommonEffect) continue;
      ASSERT_TRUE(result->prediction.has_value());
      comparison.Compare(at("prediction_lower"), result->prediction->lower);
      comparison.Compare(at("prediction_upper"), result->prediction->upper);
      options.prediction = PredictionConvention::kRiley;
      const auto riley = Pool(data().studies, options);
      ASSERT_TRUE(riley.ok()) << riley.status();
      comparison.Compare(at("riley_lower"), riley->prediction->lower);
      comparison.Compare(at("riley_upper"), riley->prediction->upper);
      if (!among.tau2_interval.has_value()) continue;
      comparison.Compare("tau2_lower", among.tau2_interval->lower);
      comparison.Compare("tau2_upper", among.tau2_interval->upper);
      comparison.Compare("i2_lower", among.i2_interval_percent->lower);
      comparison.Compare("i2_upper", among.i2_interval_percent->upper);
    }
  }
  EXPECT_GE(comparison.count(), 180);
}

INSTANTIATE_TEST_SUITE_P(All, MetaforTest,
                         testing::Values("bcg", "collins1985b", "hackshaw1998",
                                         "lee2004", "hine1989", "normand1999",
                                         "pritz1997", "debruin2009"),
                         [](const auto& info) { return info.param; });

class MetaforInfluenceTest : public MetaforTest {};

TEST_P(MetaforInfluenceTest, MeasuresInfluence) {
  Comparison comparison(data());
  for (const auto& [interval, method] : IntervalMethods()) {
    const auto rows =
        MeasureInfluence(data().studies, {.interval_method = method});
    ASSERT_TRUE(rows.ok()) << rows.status();
    for (size_t i = 0; i < rows->size(); ++i) {
      const StudyInfluence& row = (*rows)[i];
      const std::string at = absl::StrCat("influence/", interval, "/", i + 1);
      comparison.Compare(at + "/rstudent", row.studentized_residual);
      comparison.Compare(at + "/dffits", row.dffits);
      comparison.Compare(at + "/cook.d", row.cooks_distance);
      comparison.Compare(at + "/cov.r", row.covariance_ratio);
      comparison.Compare(at + "/tau2.del", row.tau2_deleted);
      comparison.Compare(at + "/QE.del", row.q_deleted);
      comparison.Compare(at + "/hat", row.hat);
      comparison.Compare(at + "/weight", row.weight_percent);
    }
  }
  EXPECT_EQ(comparison.count(), 2 * 8 * data().studies.size());
}

INSTANTIATE_TEST_SUITE_P(Some, MetaforInfluenceTest,
                         testing::Values("bcg", "collins1985b"),
                         [](const auto& info) { return info.param; });

// dat.bcg's ablat, year and alloc.
const std::vector<Moderator>& BcgModerators() {
  static const auto* const moderators = new std::vector<Moderator>{
      {"ablat", {44, 55, 42, 52, 13, 44, 19, 13, 27, 42, 18, 33, 33}},
      {"year",
       {1948, 1949, 1960, 1977, 1973, 1953, 1973, 1980, 1968, 1961, 1974, 1969,
        1976}}};
  return *moderators;
}

TEST(MetaforRegressionTest, FitsTwoModerators) {
  const DataSet& data = DataSets().at("bcg");
  Comparison comparison(data);
  for (const Tau2Estimator estimator : kEstimators) {
    for (const auto& [interval, method] : IntervalMethods()) {
      const std::string at = absl::StrCat(
          "regression/", Tau2EstimatorName(estimator), "/", interval, "/");
      const auto result = FitMetaRegression(
          data.studies, BcgModerators(),
          {.tau2_estimator = estimator,
           .interval_method = method,
           .prediction = method == IntervalMethod::kNormal
                             ? PredictionConvention::kNormal
                             : PredictionConvention::kStudentT},
          {{33, 1970}});
      ASSERT_TRUE(result.ok()) << result.status();
      for (int i = 0; i < 3; ++i) {
        const Estimate& estimate = result->coefficients[i].estimate;
        comparison.Compare(absl::StrCat(at, "effect/", i + 1), estimate.effect);
        comparison.Compare(absl::StrCat(at, "standard_error/", i + 1),
                           estimate.standard_error);
        comparison.Compare(absl::StrCat(at, "p_value/", i + 1),
                           estimate.p_value);
        comparison.Compare(absl::StrCat(at, "lower/", i + 1),
                           estimate.interval.lower);
      }
      ASSERT_TRUE(result->moderators_test.has_value());
      comparison.Compare(at + "qm", result->moderators_test->statistic);
      comparison.Compare(at + "qm_p", result->moderators_test->p_value);
      comparison.Compare(at + "qe", result->residual.q);
      comparison.Compare(at + "tau2", result->residual.tau2);
      comparison.Compare(at + "tau2_standard_error",
                         result->residual.tau2_standard_error);
      comparison.Compare(at + "i2", result->residual.i2_from_tau2_percent);
      comparison.Compare(at + "r2", result->r2_percent);
      const PredictedEffect& predicted = result->predictions[0];
      comparison.Compare(at + "predicted", predicted.effect.effect);
      comparison.Compare(at + "predicted_lower",
                         predicted.effect.interval.lower);
      if (predicted.prediction.has_value()) {
        comparison.Compare(at + "prediction_lower",
                           predicted.prediction->lower);
      }
    }
  }
  EXPECT_GE(comparison.count(), 3 * (15 + 8 * 20));
}

TEST(MetaforSubgroupsTest, TestsInteraction) {
  const DataSet& data = DataSets().at("bcg");
  const std::vector<std::string> allocation = {
      "random",     "random",     "random",    "random", "alternate",
      "alternate",  "random",     "random",    "random", "systematic",
      "systematic", "systematic", "systematic"};
  Comparison comparison(data);
  for (const Tau2Estimator estimator :
       {Tau2Estimator::kDerSimonianLaird,
        Tau2Estimator::kRestrictedMaximumLikelihood}) {
    for (const auto& [interval, method] : IntervalMethods()) {
      const std::string at = absl::StrCat(
          "subgroups/", Tau2EstimatorName(estimator), "/", interval, "/");
      const PoolingOptions options = {.tau2_estimator = estimator,
                                      .interval_method = method};
      const auto common = PoolSubgroups(data.studies, allocation,
                                        SubgroupTau2::kCommon, options);
      ASSERT_TRUE(common.ok()) << common.status();
      ASSERT_THAT(common->groups, testing::SizeIs(3));
      EXPECT_EQ(common->groups[1].name, "random");
      comparison.Compare(at + "qm", common->interaction->statistic);
      comparison.Compare(at + "qm_p", common->interaction->p_value);
      comparison.Compare(at + "common_random",
                         common->groups[1].result.pooled.effect);
      comparison.Compare(at + "common_random_error",
                         common->groups[1].result.pooled.standard_error);
      const auto separate = PoolSubgroups(data.studies, allocation,
                                          SubgroupTau2::kSeparate, options);
      ASSERT_TRUE(separate.ok()) << separate.status();
      comparison.Compare(at + "separate_q", separate->interaction->statistic);
      comparison.Compare(at + "separate_random",
                         separate->groups[1].result.pooled.effect);
    }
  }
  EXPECT_EQ(comparison.count(), 2 * 3 * 6);
}

}  // namespace
}  // namespace consilium

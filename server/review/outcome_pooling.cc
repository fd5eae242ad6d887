#include "server/review/outcome_pooling.h"

#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "proto/base/status_macros.h"
#include "server/review/count_pooling.h"
#include "server/review/review_plan.h"
#include "server/review/zero_cells.h"
#include "server/synthesis/derivation_text.h"
#include "server/synthesis/real_math.h"

namespace consilium {
namespace {

Tau2Estimator EstimatorOf(const v1::ReviewOutcome& plan) {
  if (plan.model() == v1::POOLING_MODEL_COMMON_EFFECT) {
    return Tau2Estimator::kCommonEffect;
  }
  switch (plan.estimator()) {
    case v1::HETEROGENEITY_ESTIMATOR_DERSIMONIAN_LAIRD:
      return Tau2Estimator::kDerSimonianLaird;
    case v1::HETEROGENEITY_ESTIMATOR_PAULE_MANDEL:
      return Tau2Estimator::kPauleMandel;
    case v1::HETEROGENEITY_ESTIMATOR_ML:
      return Tau2Estimator::kMaximumLikelihood;
    case v1::HETEROGENEITY_ESTIMATOR_EMPIRICAL_BAYES:
      return Tau2Estimator::kEmpiricalBayes;
    case v1::HETEROGENEITY_ESTIMATOR_SIDIK_JONKMAN:
      return Tau2Estimator::kSidikJonkman;
    case v1::HETEROGENEITY_ESTIMATOR_HEDGES:
      return Tau2Estimator::kHedges;
    case v1::HETEROGENEITY_ESTIMATOR_HUNTER_SCHMIDT:
      return Tau2Estimator::kHunterSchmidt;
    default:
      return Tau2Estimator::kRestrictedMaximumLikelihood;
  }
}

absl::string_view IntervalWords(IntervalMethod method) {
  switch (method) {
    case IntervalMethod::kNormal:
      return "normal interval";
    case IntervalMethod::kHartungKnapp:
      return "Hartung-Knapp interval";
    case IntervalMethod::kHartungKnappAdHoc:
      return "Hartung-Knapp interval, at least as wide as the normal one";
  }
  return "";
}

absl::string_view PredictionWords(v1::PredictionMethod method) {
  switch (method) {
    case v1::PREDICTION_METHOD_NONE:
      return "no prediction interval";
    case v1::PREDICTION_METHOD_NORMAL:
      return "normal prediction interval";
    case v1::PREDICTION_METHOD_T_K_MINUS_2:
      return "prediction interval by t with k - 2";
    default:
      return "prediction interval by t with k - 1";
  }
}

// "mean difference in cm".
std::string ScaleWords(Candidates studies, const v1::ReviewOutcome& plan) {
  const std::string& unit = studies.front()->unit;
  const bool mean =
      IsSingleGroup(plan) && plan.statistic() == v1::STATISTIC_MEAN;
  return absl::StrCat(mean ? "mean" : ToString(ScaleOf(plan)),
                      unit.empty() ? "" : " in ", unit);
}

// A scaled standard error below this share of the normal one is 0 but for
// rounding.
constexpr double kNoError = 1e-6;

std::string MethodWords(Candidates studies, const v1::ReviewOutcome& plan,
                        IntervalMethod interval) {
  const std::string zero_cells = ZeroCellWords(studies, plan);
  const Tau2Estimator estimator = EstimatorOf(plan);
  const bool common = estimator == Tau2Estimator::kCommonEffect;
  return absl::StrCat(
      common ? "common effect" : "random effects", ", inverse variance",
      common ? "" : absl::StrCat(", ", Tau2EstimatorName(estimator)), ", ",
      IntervalWords(interval),
      plan.level() == 95
          ? ""
          : absl::StrCat(" of ", PlainDecimal(plan.level()), " %"),
      common ? ""
             : absl::StrCat(", ", PredictionWords(plan.prediction_method())),
      ", scale: ", ScaleWords(studies, plan), zero_cells.empty() ? "" : "; ",
      zero_cells);
}

void FillHeterogeneity(const Heterogeneity& heterogeneity,
                       v1::PooledEffect& pooled) {
  if (heterogeneity.q_df > 0) {
    pooled.set_q(heterogeneity.q);
    pooled.set_q_df(heterogeneity.q_df);
  }
  if (heterogeneity.q_p.has_value()) pooled.set_q_p(*heterogeneity.q_p);
  if (heterogeneity.tau2.has_value()) pooled.set_tau2(*heterogeneity.tau2);
  if (heterogeneity.tau2_interval.has_value()) {
    pooled.set_tau2_low(heterogeneity.tau2_interval->lower);
    pooled.set_tau2_high(heterogeneity.tau2_interval->upper);
  }
  if (heterogeneity.i2_from_tau2_percent.has_value()) {
    pooled.set_i2(*heterogeneity.i2_from_tau2_percent);
  }
  if (heterogeneity.i2_from_q_percent.has_value()) {
    pooled.set_i2_from_q(*heterogeneity.i2_from_q_percent);
  }
  if (heterogeneity.h2_from_tau2.has_value()) {
    pooled.set_h2(*heterogeneity.h2_from_tau2);
  }
}

// "0.48 to 0.84", with three digits, on the natural scale.
std::string IntervalText(const v1::ReviewOutcome& plan,
                         const Interval& interval,
                         std::optional<double> participants) {
  const auto text = [&](double value) {
    return PlainDecimal(RoundToDigits(ToNatural(plan, value, participants), 3));
  };
  return absl::StrCat(text(interval.lower), " to ", text(interval.upper));
}

// What to know of an interval by Hartung and Knapp: they scale the standard
// error by how far the studies lie apart, which may be less than chance gives.
void AddIntervalNotes(const PooledResult& result, Candidates studies,
                      const v1::ReviewOutcome& plan, v1::PooledEffect& pooled) {
  if (result.interval_method == IntervalMethod::kNormal) return;
  const Interval& normal = result.normal_interval;
  const Interval& scaled = result.pooled.interval;
  const std::string normal_text =
      IntervalText(plan, normal, MeanParticipants(studies));
  if (studies.size() == 2 &&
      scaled.upper - scaled.lower >= normal.upper - normal.lower) {
    pooled.add_notes(
        absl::StrCat("with two studies a Hartung-Knapp interval has one degree "
                     "of freedom and is very wide; the normal one is ",
                     normal_text));
  }
  const std::string scaled_error = ThreeDigits(result.pooled.standard_error);
  const std::string normal_error = ThreeDigits(result.normal_standard_error);
  if (result.pooled.standard_error < result.normal_standard_error &&
      scaled_error != normal_error) {
    pooled.add_notes(absl::StrCat(
        result.heterogeneity.tau2 == 0.0
            ? "the studies differ less than their own errors let expect, and "
            : "",
        "Hartung-Knapp takes a standard error of ", scaled_error,
        " where the normal one is ", normal_error, ", with the interval ",
        normal_text,
        "; intervalMethod hartung-knapp-ad-hoc takes the larger of the two"));
  }
}

// Rates at different times are of different things.
void AddTimeNotes(Candidates studies, const v1::ReviewOutcome& plan,
                  v1::PooledEffect& pooled) {
  if (!IsSingleGroup(plan) || plan.statistic() != v1::STATISTIC_RATE) return;
  std::map<double, std::vector<std::string>> times;
  for (const Candidate* study : studies) {
    times[study->row().time_months()].push_back(study->row().study());
  }
  if (times.size() < 2) return;
  std::vector<std::string> texts;
  for (const auto& [months, names] : times) {
    texts.push_back(
        absl::StrCat(months > 0 ? absl::StrCat(PlainDecimal(months), " months")
                                : "a time that is not stated",
                     " (", absl::StrJoin(names, ", "), ")"));
  }
  pooled.add_notes(absl::StrCat(
      "the rates are at different times: ", absl::StrJoin(texts, ", "),
      "; a filter on timeMonths fixes one"));
}

void AddTau2Notes(const Heterogeneity& heterogeneity, Candidates studies,
                  v1::PooledEffect& pooled) {
  if (heterogeneity.tau2 == 0.0 && studies.size() > 1) {
    pooled.add_notes("tau2 is 0, its lower bound");
  }
  if (!heterogeneity.tau2.has_value() ||
      !heterogeneity.tau2_interval.has_value()) {
    return;
  }
  const double tau2 = *heterogeneity.tau2;
  const Interval& profile = *heterogeneity.tau2_interval;
  if (tau2 < profile.lower || tau2 > profile.upper) {
    pooled.add_notes(absl::StrCat(
        "tau2 lies outside its own Q-profile interval, ",
        ThreeDigits(profile.lower), " to ", ThreeDigits(profile.upper),
        "; another estimator fits better"));
  }
}

absl::StatusOr<Pooling> PoolInverseVariance(Candidates studies,
                                            const v1::ReviewOutcome& plan) {
  PoolingOptions options = OptionsOf(plan);
  ASSIGN_OR_RETURN(PooledResult result, Pool(StudiesOf(studies), options));
  Pooling pooling;
  v1::PooledEffect& pooled = pooling.pooled;
  if (studies.size() > 1 &&
      result.pooled.standard_error < kNoError * result.normal_standard_error) {
    options.interval_method = IntervalMethod::kNormal;
    ASSIGN_OR_RETURN(result, Pool(StudiesOf(studies), options));
    pooled.add_notes(
        "the effects of the studies are equal, so that Hartung and Knapp's "
        "standard error is 0, which is no result; the interval is the normal "
        "one");
  }
  FillStudies(studies, pooled);
  FillPooledEffect(result.pooled, studies, plan, pooled);
  FillHeterogeneity(result.heterogeneity, pooled);
  if (result.prediction.has_value() &&
      plan.prediction_method() != v1::PREDICTION_METHOD_NONE) {
    *pooled.mutable_prediction() =
        NaturalInterval(plan, result.pooled.effect, result.prediction->lower,
                        result.prediction->upper, MeanParticipants(studies));
  }
  pooled.set_method(studies.size() == 1
                        ? "one study; nothing was pooled"
                        : MethodWords(studies, plan, result.interval_method));
  AddIntervalNotes(result, studies, plan, pooled);
  AddTau2Notes(result.heterogeneity, studies, pooled);
  AddTimeNotes(studies, plan, pooled);
  pooling.weights_percent = result.weights_percent;
  return pooling;
}

std::vector<std::string> RowsOf(Candidates studies) {
  std::vector<std::string> rows;
  for (const Candidate* study : studies) {
    for (const v1::EvidenceRow* row : study->rows) rows.push_back(row->id());
  }
  return rows;
}

}  // namespace

std::vector<StudyEffect> StudiesOf(Candidates studies) {
  std::vector<StudyEffect> effects;
  for (const Candidate* study : studies) {
    const EffectSize& effect = study->effect.effect;
    effects.push_back({study->name(), effect.estimate.value_or(0),
                       effect.standard_error.value_or(0) *
                           effect.standard_error.value_or(0)});
  }
  return effects;
}

PoolingOptions OptionsOf(const v1::ReviewOutcome& plan) {
  PoolingOptions options;
  options.tau2_estimator = EstimatorOf(plan);
  options.level_percent = plan.level();
  switch (plan.interval_method()) {
    case v1::INTERVAL_METHOD_NORMAL:
      options.interval_method = IntervalMethod::kNormal;
      break;
    case v1::INTERVAL_METHOD_HARTUNG_KNAPP_AD_HOC:
      options.interval_method = IntervalMethod::kHartungKnappAdHoc;
      break;
    default:
      options.interval_method = IntervalMethod::kHartungKnapp;
  }
  switch (plan.prediction_method()) {
    case v1::PREDICTION_METHOD_NORMAL:
      options.prediction = PredictionConvention::kNormal;
      break;
    case v1::PREDICTION_METHOD_T_K_MINUS_2:
      options.prediction = PredictionConvention::kRiley;
      break;
    default:
      options.prediction = PredictionConvention::kStudentT;
  }
  return options;
}

absl::StatusOr<Pooling> PoolStudies(Candidates studies,
                                    const v1::ReviewOutcome& plan) {
  if (plan.pooling() == v1::POOLING_METHOD_INVERSE_VARIANCE) {
    return PoolInverseVariance(studies, plan);
  }
  return PoolCounts(studies, plan);
}

v1::PooledPart PoolPart(std::string id, std::string title, Candidates studies,
                        const v1::ReviewOutcome& plan) {
  v1::PooledPart part;
  part.set_id(std::move(id));
  part.set_title(std::move(title));
  for (std::string& row : RowsOf(studies)) part.add_rows(std::move(row));
  if (studies.empty()) {
    part.set_explanation("no study is left");
    return part;
  }
  absl::StatusOr<Pooling> pooling = PoolStudies(studies, plan);
  if (pooling.ok()) {
    *part.mutable_pooled() = std::move(pooling->pooled);
  } else {
    part.set_explanation(std::string(pooling.status().message()));
  }
  return part;
}

}  // namespace consilium

#include "server/review/outcome_pooling.h"

#include <cmath>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "proto/base/number_text.h"
#include "proto/base/status_macros.h"
#include "server/review/review_plan.h"
#include "server/synthesis/distributions.h"
#include "server/synthesis/glmm.h"
#include "server/synthesis/proportion.h"
#include "server/synthesis/real_math.h"
#include "server/synthesis/stratified.h"

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

std::string MethodWords(const v1::ReviewOutcome& plan,
                        IntervalMethod interval) {
  const Tau2Estimator estimator = EstimatorOf(plan);
  const bool common = estimator == Tau2Estimator::kCommonEffect;
  return absl::StrCat(
      common ? "common effect" : "random effects", ", inverse variance",
      common ? "" : absl::StrCat(", ", Tau2EstimatorName(estimator)), ", ",
      IntervalWords(interval),
      common ? ""
             : absl::StrCat(", ", PredictionWords(plan.prediction_method())),
      ", scale: ", ToString(ScaleOf(plan)));
}

// Participants for which a pooled Freeman-Tukey value is meant.
std::optional<double> MeanParticipants(Candidates studies) {
  std::vector<ArmCounts> arms;
  for (const Candidate* study : studies) {
    if (!study->effect.group.has_value()) return std::nullopt;
    arms.push_back(*study->effect.group);
  }
  if (arms.empty()) return std::nullopt;
  return HarmonicMeanParticipants(arms);
}

v1::EffectEstimate Natural(const v1::ReviewOutcome& plan, double value,
                           double low, double high,
                           std::optional<double> participants) {
  v1::EffectEstimate natural;
  natural.set_value(ToNatural(plan, value, participants));
  natural.set_low(ToNatural(plan, low, participants));
  natural.set_high(ToNatural(plan, high, participants));
  natural.set_level(plan.level());
  return natural;
}

void FillPooledEffect(const Estimate& estimate, Candidates studies,
                      const v1::ReviewOutcome& plan, v1::PooledEffect& pooled) {
  *pooled.mutable_effect() = NaturalEstimate(estimate, studies, plan);
  pooled.set_estimate(Rounded(estimate.effect));
  pooled.set_standard_error(Rounded(estimate.standard_error));
  // Against no effect, of which a single group has none.
  if (!IsSingleGroup(plan)) {
    if (estimate.statistic.has_value()) {
      pooled.set_statistic(*estimate.statistic);
    }
    if (estimate.p_value.has_value()) pooled.set_p(*estimate.p_value);
  }
  if (estimate.df.has_value()) pooled.set_degrees_of_freedom(*estimate.df);
}

void FillCommon(Candidates studies, v1::PooledEffect& pooled) {
  pooled.set_studies(static_cast<int32_t>(studies.size()));
  double participants = 0;
  for (const Candidate* study : studies) {
    double of_study = study->row().participants();
    if (study->effect.group.has_value()) {
      of_study = study->effect.group->participants;
      if (study->effect.reference.has_value()) {
        of_study += study->effect.reference->participants;
      }
    } else if (study->effect.group_participants > 0 &&
               study->effect.reference_participants > 0) {
      of_study = study->effect.group_participants +
                 study->effect.reference_participants;
    }
    if (of_study <= 0) return;
    participants += of_study;
  }
  pooled.set_participants(static_cast<int32_t>(participants));
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
    return ShortestDecimal(
        RoundToDigits(ToNatural(plan, value, participants), 3));
  };
  return absl::StrCat(text(interval.lower), " to ", text(interval.upper));
}

std::string ThreeDigits(double value) {
  return ShortestDecimal(RoundToDigits(value, 3));
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
  constexpr double kSame = 1 - 1e-9;
  if (result.pooled.standard_error < kSame * result.normal_standard_error) {
    pooled.add_notes(absl::StrCat(
        "the studies differ less than their own errors let expect, and "
        "Hartung-Knapp takes a standard error of ",
        ThreeDigits(result.pooled.standard_error), " where the normal one is ",
        ThreeDigits(result.normal_standard_error), ", with the interval ",
        normal_text,
        "; intervalMethod hartung-knapp-ad-hoc takes the larger of the two"));
  }
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
  ASSIGN_OR_RETURN(const PooledResult result,
                   Pool(StudiesOf(studies), OptionsOf(plan)));
  Pooling pooling;
  v1::PooledEffect& pooled = pooling.pooled;
  FillCommon(studies, pooled);
  FillPooledEffect(result.pooled, studies, plan, pooled);
  FillHeterogeneity(result.heterogeneity, pooled);
  if (result.prediction.has_value() &&
      plan.prediction_method() != v1::PREDICTION_METHOD_NONE) {
    *pooled.mutable_prediction() =
        Natural(plan, result.pooled.effect, result.prediction->lower,
                result.prediction->upper, MeanParticipants(studies));
  }
  pooled.set_method(studies.size() == 1
                        ? "one study; nothing was pooled"
                        : MethodWords(plan, result.interval_method));
  AddIntervalNotes(result, studies, plan, pooled);
  AddTau2Notes(result.heterogeneity, studies, pooled);
  pooling.weights_percent = result.weights_percent;
  return pooling;
}

std::vector<ContrastCounts> ContrastsOf(Candidates studies) {
  std::vector<ContrastCounts> counts;
  for (const Candidate* study : studies) {
    counts.push_back({*study->effect.group, *study->effect.reference});
  }
  return counts;
}

ContrastCounts SumOf(const std::vector<ContrastCounts>& studies) {
  ContrastCounts sum;
  for (const ContrastCounts& study : studies) {
    sum.treated.events += study.treated.events;
    sum.treated.participants += study.treated.participants;
    sum.control.events += study.control.events;
    sum.control.participants += study.control.participants;
  }
  return sum;
}

std::string OfWords(const ArmCounts& arm) {
  return absl::StrCat(ShortestDecimal(arm.events), " of ",
                      ShortestDecimal(arm.participants));
}

// Why counts of these studies give no finite ratio, and what would. Peto's
// odds ratio is finite with events in one arm alone.
absl::Status NoRatio(const std::vector<ContrastCounts>& studies,
                     const v1::ReviewOutcome& plan) {
  const ContrastCounts sum = SumOf(studies);
  const bool group = sum.treated.events == 0;
  const bool reference = sum.control.events == 0;
  std::string why;
  if (group && reference) {
    why =
        "no participant of any study has the event, which tells nothing of "
        "a ratio";
  } else if (group || reference) {
    why = absl::StrCat("no study has an event in the ",
                       group ? "group" : "reference", " (",
                       OfWords(group ? sum.treated : sum.control), " against ",
                       OfWords(group ? sum.control : sum.treated),
                       "), so that the ratio is 0 or infinite");
  } else {
    why =
        "in every study an arm has no event, or nothing but events, so that "
        "the ratio is 0 or infinite";
  }
  return absl::FailedPreconditionError(absl::StrCat(
      why, group && reference ? "; want the measure rd"
           : plan.measure() == v1::EFFECT_MEASURE_ODDS_RATIO
               ? "; want pooling peto, or the measure rd"
               : "; want the measure or with pooling peto, or the measure rd"));
}

// Where Peto's odds ratio is known to be biased.
void AddPetoNotes(Candidates studies, const std::vector<ContrastCounts>& counts,
                  double log_odds_ratio, v1::PooledEffect& pooled) {
  constexpr double kUnequal = 3;
  for (size_t i = 0; i < counts.size(); ++i) {
    const double group = counts[i].treated.participants;
    const double reference = counts[i].control.participants;
    if (group <= kUnequal * reference && reference <= kUnequal * group) {
      continue;
    }
    pooled.add_notes(absl::StrCat(
        "Peto's odds ratio is biased where arms differ much in size; those of ",
        studies[i]->row().study(), " have ", ShortestDecimal(group), " and ",
        ShortestDecimal(reference), " participants"));
    break;
  }
  const auto other = PoolMantelHaenszel(EffectMeasure::kLogOddsRatio, counts);
  if (!other.ok() || !other->pooled.has_value()) return;
  constexpr double kFarApart = 1.25;
  if (std::fabs(other->pooled->effect - log_odds_ratio) > Log(kFarApart)) {
    pooled.add_notes(absl::StrCat(
        "Mantel and Haenszel's odds ratio of the same counts is ",
        ThreeDigits(Exp(other->pooled->effect)),
        "; Peto's suits small effects of rare events in arms of like size"));
  }
}

absl::StatusOr<Pooling> PoolStratified(Candidates studies,
                                       const v1::ReviewOutcome& plan) {
  const bool peto = plan.pooling() == v1::POOLING_METHOD_PETO;
  StratifiedOptions options;
  options.level_percent = plan.level();
  const std::vector<ContrastCounts> counts = ContrastsOf(studies);
  ASSIGN_OR_RETURN(const StratifiedResult result,
                   peto ? PoolPeto(counts, options)
                        : PoolMantelHaenszel(ScaleOf(plan), counts, options));
  if (!result.pooled.has_value()) return NoRatio(counts, plan);
  if (!(result.pooled->standard_error > 0)) {
    const ContrastCounts sum = SumOf(counts);
    return absl::FailedPreconditionError(absl::StrCat(
        sum.treated.events == 0 && sum.control.events == 0
            ? "no participant of any study has the event"
            : "each arm of every study has no event, or nothing but events",
        " (", OfWords(sum.treated), " against ", OfWords(sum.control),
        "), so that the pooled difference has a standard error of 0, which is "
        "no result; the intervals of the studies stand, and pooling "
        "inverse-variance pools them with 1/2 added to each count"));
  }
  Pooling pooling;
  v1::PooledEffect& pooled = pooling.pooled;
  FillCommon(studies, pooled);
  FillPooledEffect(*result.pooled, studies, plan, pooled);
  if (result.q.has_value()) {
    pooled.set_q(result.q->statistic);
    pooled.set_q_df(result.q->df);
    pooled.set_q_p(result.q->p_value);
  }
  if (result.i2_from_q_percent.has_value()) {
    pooled.set_i2_from_q(*result.i2_from_q_percent);
  }
  if (result.h2_from_q.has_value()) pooled.set_h2(*result.h2_from_q);
  if (peto) AddPetoNotes(studies, counts, result.pooled->effect, pooled);
  pooled.set_method(absl::StrCat("common effect, ",
                                 peto ? "Peto" : "Mantel-Haenszel",
                                 ", normal interval"));
  return pooling;
}

absl::StatusOr<Pooling> PoolMixedModel(Candidates studies,
                                       const v1::ReviewOutcome& plan) {
  GlmmOptions options;
  options.level_percent = plan.level();
  absl::StatusOr<GlmmResult> result;
  if (IsSingleGroup(plan)) {
    std::vector<ArmCounts> arms;
    double events = 0, participants = 0;
    for (const Candidate* study : studies) {
      arms.push_back(*study->effect.group);
      events += arms.back().events;
      participants += arms.back().participants;
    }
    if (events == 0 || events == participants) {
      return absl::FailedPreconditionError(
          absl::StrCat(events == 0 ? "no" : "every",
                       " participant of any study has the event (",
                       OfWords({events, participants}),
                       "), so that the mixed model has no bound; want pooling "
                       "inverse-variance with proportionScale freeman-tukey"));
    }
    result = FitProportionGlmm(arms, options);
  } else {
    const std::vector<ContrastCounts> counts = ContrastsOf(studies);
    const ContrastCounts sum = SumOf(counts);
    if (sum.treated.events == 0 || sum.control.events == 0) {
      return NoRatio(counts, plan);
    }
    result = FitOddsRatioGlmm(GlmmModel::kUnconditionalFixedStudies, counts,
                              options);
  }
  RETURN_IF_ERROR(result.status());
  Pooling pooling;
  v1::PooledEffect& pooled = pooling.pooled;
  FillCommon(studies, pooled);
  FillPooledEffect(result->pooled, studies, plan, pooled);
  pooled.set_tau2(result->tau2);
  if (result->heterogeneity.has_value()) {
    pooled.set_q(result->heterogeneity->statistic);
    pooled.set_q_df(result->heterogeneity->df);
    pooled.set_q_p(result->heterogeneity->p_value);
    pooled.add_notes("Q is of a likelihood ratio test");
  }
  if (result->tau2_at_zero) pooled.add_notes("tau2 is 0, its lower bound");
  pooled.set_method(absl::StrCat("random effects, mixed model of counts (",
                                 ToString(result->model),
                                 "), normal interval"));
  return pooling;
}

bool HasCounts(const Candidate& study, const v1::ReviewOutcome& plan) {
  return study.effect.group.has_value() &&
         (IsSingleGroup(plan) || study.effect.reference.has_value());
}

std::vector<std::string> RowsOf(Candidates studies) {
  std::vector<std::string> rows;
  for (const Candidate* study : studies) {
    for (const v1::EvidenceRow* row : study->rows) rows.push_back(row->id());
  }
  return rows;
}

std::string NamesOf(Candidates studies) {
  std::vector<std::string> names;
  for (const Candidate* study : studies) {
    names.push_back(study->row().study());
  }
  return absl::StrJoin(names, ", ");
}

}  // namespace

std::vector<StudyEffect> StudiesOf(Candidates studies) {
  std::vector<StudyEffect> effects;
  for (const Candidate* study : studies) {
    const EffectSize& effect = study->effect.effect;
    effects.push_back({study->row().study(), effect.estimate.value_or(0),
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
  std::vector<const Candidate*> bare;
  for (const Candidate* study : studies) {
    if (!HasCounts(*study, plan)) bare.push_back(study);
  }
  if (!bare.empty()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the method pools counts, which are not printed for ", NamesOf(bare)));
  }
  return plan.pooling() == v1::POOLING_METHOD_GLMM
             ? PoolMixedModel(studies, plan)
             : PoolStratified(studies, plan);
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

v1::EffectEstimate NaturalEstimate(const Estimate& estimate, Candidates studies,
                                   const v1::ReviewOutcome& plan) {
  return Natural(plan, estimate.effect, estimate.interval.lower,
                 estimate.interval.upper, MeanParticipants(studies));
}

v1::EffectEstimate NaturalEffect(const RowEffect& effect,
                                 const v1::ReviewOutcome& plan) {
  const double estimate = effect.effect.estimate.value_or(0);
  const double reach = NormalQuantile(0.5 + plan.level() / 200) *
                       effect.effect.standard_error.value_or(0);
  std::optional<double> participants;
  if (effect.group.has_value()) participants = effect.group->participants;
  return Natural(plan, estimate, estimate - reach, estimate + reach,
                 participants);
}

}  // namespace consilium

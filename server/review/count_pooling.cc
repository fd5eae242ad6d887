#include "server/review/count_pooling.h"

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "proto/base/status_macros.h"
#include "server/review/review_plan.h"
#include "server/review/zero_cells.h"
#include "server/synthesis/derivation_text.h"
#include "server/synthesis/glmm.h"
#include "server/synthesis/real_math.h"
#include "server/synthesis/stratified.h"

namespace consilium {
namespace {

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
  return absl::StrCat(PlainDecimal(arm.events), " of ",
                      PlainDecimal(arm.participants));
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
        studies[i]->row().study(), " have ", PlainDecimal(group), " and ",
        PlainDecimal(reference), " participants"));
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

// What is done about counts of 0; "" where there are none.
std::string CountsWords(Candidates studies, const v1::ReviewOutcome& plan) {
  const std::string words = ZeroCellWords(studies, plan);
  if (words.empty()) return "";
  return absl::StrCat(
      "; counts as they are, nothing added (effects of single "
      "studies: ",
      words, ")");
}

absl::StatusOr<Pooling> PoolStratified(Candidates studies,
                                       const v1::ReviewOutcome& plan) {
  const bool peto = plan.pooling() == v1::POOLING_METHOD_PETO;
  StratifiedOptions options;
  options.level_percent = plan.level();
  options.effect_cells = ZeroCellsOf(plan);
  options.effect_cells.drop_double_zero = true;
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
  FillStudies(studies, pooled);
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
  pooled.set_method(
      absl::StrCat("common effect, ", peto ? "Peto" : "Mantel-Haenszel",
                   ", normal interval", CountsWords(studies, plan)));
  pooling.weights_percent = result.weights_percent;
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
    result =
        FitOddsRatioGlmm(plan.mixed_model() == v1::MIXED_MODEL_CONDITIONAL_EXACT
                             ? GlmmModel::kConditionalExact
                             : GlmmModel::kUnconditionalFixedStudies,
                         counts, options);
  }
  RETURN_IF_ERROR(result.status());
  Pooling pooling;
  v1::PooledEffect& pooled = pooling.pooled;
  FillStudies(studies, pooled);
  FillPooledEffect(result->pooled, studies, plan, pooled);
  pooled.set_tau2(result->tau2);
  if (result->heterogeneity.has_value()) {
    pooled.set_q(result->heterogeneity->statistic);
    pooled.set_q_df(result->heterogeneity->df);
    pooled.set_q_p(result->heterogeneity->p_value);
    pooled.add_notes("Q is of a likelihood ratio test");
  }
  if (result->tau2_at_zero) pooled.add_notes("tau2 is 0, its lower bound");
  pooled.set_method(absl::StrCat(
      "random effects, mixed model of counts (", ToString(result->model),
      "), maximum likelihood, normal interval", CountsWords(studies, plan)));
  return pooling;
}

bool HasCounts(const Candidate& study, const v1::ReviewOutcome& plan) {
  return study.effect.group.has_value() &&
         (IsSingleGroup(plan) || study.effect.reference.has_value());
}

std::string NamesOf(Candidates studies) {
  std::vector<std::string> names;
  for (const Candidate* study : studies) {
    names.push_back(study->row().study());
  }
  return absl::StrJoin(names, ", ");
}

}  // namespace

absl::StatusOr<Pooling> PoolCounts(Candidates studies,
                                   const v1::ReviewOutcome& plan) {
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

}  // namespace consilium

#include "server/review/outcome_result.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "proto/base/enum_text.h"
#include "proto/base/words.h"
#include "server/evidence/evidence_filter.h"
#include "server/evidence/row_matcher.h"
#include "server/evidence/unmet_comparisons.h"
#include "server/review/absolute_effects.h"
#include "server/review/canonical_hash.h"
#include "server/review/covariate_checks.h"
#include "server/review/disputed_range.h"
#include "server/review/further_analyses.h"
#include "server/review/outcome_pooling.h"
#include "server/review/plan_checks.h"
#include "server/review/pooled_effect.h"
#include "server/review/review_plan.h"
#include "server/review/study_field.h"
#include "server/review/study_selection.h"
#include "server/review/unusable_studies.h"
#include "server/review/zero_cells.h"
#include "server/synthesis/derivation_text.h"

namespace consilium {
namespace {

using RowList = std::vector<const v1::EvidenceRow*>;

v1::RiskOfBiasJudgement RiskOfBiasOf(const ReviewInput& input,
                                     absl::string_view trial,
                                     absl::string_view outcome) {
  v1::RiskOfBiasJudgement of_trial = v1::RISK_OF_BIAS_JUDGEMENT_UNSPECIFIED;
  for (const v1::RiskOfBiasAssessment& assessment : input.risk_of_bias) {
    if (assessment.trial() != trial || !assessment.has_overall()) continue;
    if (assessment.outcome() == outcome) return assessment.overall();
    if (!assessment.has_outcome()) of_trial = assessment.overall();
  }
  return of_trial;
}

void FillCounts(const RowEffect& effect, v1::StudyResult& result) {
  if (effect.group.has_value()) {
    result.set_events(static_cast<int32_t>(effect.group->events));
    result.set_participants(static_cast<int32_t>(effect.group->participants));
  }
  if (effect.reference.has_value()) {
    result.set_reference_events(static_cast<int32_t>(effect.reference->events));
    result.set_reference_participants(
        static_cast<int32_t>(effect.reference->participants));
  }
  if (effect.group_rate.has_value()) {
    result.set_events(static_cast<int32_t>(effect.group_rate->events));
    result.set_person_years(Rounded(effect.group_rate->person_years));
  }
  if (effect.reference_rate.has_value()) {
    result.set_reference_events(
        static_cast<int32_t>(effect.reference_rate->events));
    result.set_reference_person_years(
        Rounded(effect.reference_rate->person_years));
  }
  if (effect.group_participants > 0) {
    result.set_participants(static_cast<int32_t>(effect.group_participants));
  }
  if (effect.reference_participants > 0) {
    result.set_reference_participants(
        static_cast<int32_t>(effect.reference_participants));
  }
  if (effect.counts_from_percentages) {
    result.set_counts_from_percentages(true);
  }
}

// "high-dose + low-dose" of arms that were combined.
std::string GroupsText(absl::Span<const v1::EvidenceRow* const> rows) {
  std::vector<std::string> groups;
  for (const v1::EvidenceRow* row : rows) {
    if (std::find(groups.begin(), groups.end(), row->group()) == groups.end()) {
      groups.push_back(row->group());
    }
  }
  return absl::StrJoin(groups, " + ");
}

v1::StudyResult MakeStudy(const Candidate& study, const StudyReadings& readings,
                          const v1::ReviewOutcome& plan) {
  const v1::EvidenceRow& row = study.row();
  v1::StudyResult result;
  result.set_row(row.id());
  result.set_trial_id(row.trial_id());
  result.set_study(study.name());
  if (row.has_year()) result.set_year(row.year());
  result.set_design(row.design());
  if (study.effect.effect.estimate.has_value()) {
    *result.mutable_effect() = NaturalEffect(study.effect, plan);
    result.set_yi(Rounded(*study.effect.effect.estimate));
    result.set_sei(Rounded(study.effect.effect.standard_error.value_or(0)));
  }
  result.set_derivation(study.effect.effect.how);
  if (study.effect.method != v1::DERIVATION_METHOD_UNSPECIFIED) {
    result.set_derivation_method(study.effect.method);
  }
  FillCounts(study.effect, result);
  // A comparison's are of both sides together.
  if (!result.has_participants() && row.has_participants() &&
      IsSingleGroup(plan)) {
    result.set_participants(row.participants());
  }
  const RowList rows = study.rows;
  const size_t group_count = rows.size() - study.reference_count;
  if (!study.parts.empty()) {
    result.set_group(absl::StrJoin(study.parts, " + ",
                                   [](std::string* out, const Candidate& part) {
                                     absl::StrAppend(out, part.group());
                                   }));
  } else if (study.turned != nullptr) {
    result.set_group(study.group());
  } else if (row.has_group()) {
    result.set_group(GroupsText({rows.data(), group_count}));
  }
  if (row.has_reference()) {
    result.set_reference(study.parts.empty() ? study.reference()
                                             : study.parts.front().reference());
  } else if (study.reference_count > 0) {
    result.set_reference(
        GroupsText({rows.data() + group_count, study.reference_count}));
  }
  for (const std::string& text : plan.subgroups()) {
    const auto field = StudyField::Parse(text);
    if (field.ok()) result.add_subgroups(field->TextOf(study));
  }
  bool conflict = false;
  for (const v1::EvidenceRow* each : study.rows) {
    conflict = conflict || !each->conflicts().empty();
    for (const v1::Provenance& provenance : each->provenance()) {
      *result.add_provenance() = provenance;
    }
    if (each->secondary()) result.set_secondary(true);
  }
  if (conflict || readings.effects.size() > 1) result.set_disputed(true);
  for (size_t i = 1; i < readings.effects.size(); ++i) {
    *result.add_disputed_effects() = NaturalEffect(readings.effects[i], plan);
  }
  *result.mutable_overlaps() = row.overlaps();
  if (study.risk_of_bias != v1::RISK_OF_BIAS_JUDGEMENT_UNSPECIFIED) {
    result.set_risk_of_bias(study.risk_of_bias);
  }
  for (const std::string& warning : study.effect.effect.warnings) {
    result.add_notes(warning);
  }
  for (const std::string& note : study.notes) result.add_notes(note);
  if (readings.refused > 0) {
    result.add_notes(absl::StrCat(readings.refused,
                                  " of the values in dispute could not be "
                                  "pooled"));
  }
  if (row.has_printed()) result.set_printed(row.printed());
  if (!row.registrations().empty()) {
    result.set_registration(absl::StrJoin(row.registrations(), ", "));
  }
  return result;
}

// Of a printed comparison that does not count participants by group those of
// its arms, which decide nothing.
void FillArmSizes(const Candidate& study, v1::StudyResult& result) {
  if (result.has_participants() || result.has_reference_participants()) return;
  const ArmSizes sizes = SizesCompared(study);
  if (sizes.group <= 0 || sizes.reference <= 0) return;
  result.set_participants(static_cast<int32_t>(sizes.group));
  result.set_reference_participants(static_cast<int32_t>(sizes.reference));
  result.add_notes(
      "the participants of its groups are those of the arms; the comparison "
      "does not count them by group");
}

// What decides the numbers; not the words around them, nor the threshold.
std::string HashOutcome(const v1::Review& review, const v1::ReviewOutcome& plan,
                        const v1::OutcomeResult& result) {
  v1::ReviewOutcome decisive = plan;
  decisive.clear_key();
  decisive.clear_title();
  decisive.clear_position();
  decisive.clear_note();
  decisive.clear_section();
  decisive.clear_importance();
  decisive.clear_threshold();
  CanonicalHash hash("consilium outcome v1");
  hash.Add(decisive);
  hash.Add(absl::StrCat(static_cast<int>(result.design())));
  for (v1::StudyResult study : result.studies()) {
    study.clear_provenance();
    study.clear_weight();
    study.clear_study();
    hash.Add(study);
  }
  for (const v1::ExcludedResult& excluded : result.excluded()) {
    hash.Add(absl::StrCat(excluded.row(), "\n",
                          static_cast<int>(excluded.reason())));
  }
  for (const v1::PossibleResult& possible : result.possible()) {
    hash.Add(absl::StrCat(possible.row(), "\npossible"));
  }
  const std::set<std::string> used = CovariatesUsed(plan);
  for (const v1::StudyCovariate& each : review.covariates()) {
    if (used.count(each.name()) == 0) continue;
    v1::StudyCovariate value = each;
    value.clear_reason();
    value.clear_source();
    hash.Add(value);
  }
  return hash.Finish();
}

// Words of the labels at either side of no effect.
std::string SideText(const v1::StudyResult& study, bool reference) {
  const std::string& group = reference ? study.reference() : study.group();
  return absl::StrCat("favours ", group);
}

void FillScale(const v1::ReviewOutcome& plan, v1::OutcomeResult& result) {
  if (IsSingleGroup(plan)) {
    if (plan.statistic() == v1::STATISTIC_PROPORTION ||
        plan.statistic() == v1::STATISTIC_RATE) {
      result.set_unit("%");
    }
    return;
  }
  const bool ratio = IsLogRatio(ScaleOf(plan));
  result.set_null_value(ratio ? 1 : 0);
  if (ratio) result.set_log_scale(true);
  if (plan.measure() == v1::EFFECT_MEASURE_RISK_DIFFERENCE) {
    result.set_unit("%");
  }
  if (result.studies().empty()) return;
  // One label only where all studies say the same.
  std::set<std::string> low, high;
  const bool lower = plan.direction() == v1::OUTCOME_DIRECTION_LOWER_IS_BETTER;
  if (!lower && plan.direction() != v1::OUTCOME_DIRECTION_HIGHER_IS_BETTER) {
    return;
  }
  for (const v1::StudyResult& study : result.studies()) {
    low.insert(SideText(study, !lower));
    high.insert(SideText(study, lower));
  }
  result.set_favours_low(low.size() == 1 ? *low.begin()
                         : lower         ? "favours the intervention"
                                         : "favours the comparator");
  result.set_favours_high(high.size() == 1 ? *high.begin()
                          : lower          ? "favours the comparator"
                                           : "favours the intervention");
}

// Where the types of arms do not tell, nothing turns a comparison round.
void NoteOppositeDirections(v1::OutcomeResult& result) {
  std::map<absl::string_view, absl::string_view> studies;  // By group.
  for (const v1::StudyResult& study : result.studies()) {
    studies.emplace(study.group(), study.study());
  }
  for (const v1::StudyResult& study : result.studies()) {
    const auto opposite = studies.find(study.reference());
    if (study.reference().empty() || opposite == studies.end()) continue;
    result.mutable_pooled()->add_notes(absl::StrCat(
        "studies compare in opposite directions: ", study.reference(),
        " is the group in ", opposite->second, " and the reference in ",
        study.study(),
        "; where arms have types, a comparison of the comparator against what "
        "is under test is turned round"));
    return;
  }
}

// A certainty was judged of one of the results of its outcome: the one whose
// inputs it names, else the first.
void JoinCertainty(const ReviewInput& input,
                   std::vector<v1::OutcomeResult>& results) {
  for (const v1::Certainty& certainty : input.certainties) {
    if (certainty.outcome() != results.front().id()) continue;
    auto judged = std::find_if(
        results.begin(), results.end(), [&](const v1::OutcomeResult& result) {
          return result.inputs_hash() == certainty.inputs_hash();
        });
    const bool found = judged != results.end();
    if (!found) judged = results.begin();
    *judged->mutable_certainty() = certainty;
    if (certainty.has_inputs_hash() && !found) {
      judged->set_certainty_outdated(true);
    }
  }
}

// Why no conclusion is drawn, on whichever side of the threshold the effect
// lies. That nobody has assessed the certainty says nothing of how high it is.
std::string NoConclusionWords(const v1::ConclusionThreshold& threshold,
                              v1::CertaintyLevel level, bool beyond,
                              absl::string_view effect) {
  const auto words = [](v1::CertaintyLevel each) {
    return absl::StrReplaceAll(
        EnumText(*v1::CertaintyLevel_descriptor()->FindValueByNumber(each)),
        {{"-", " "}});
  };
  const std::string wanted = words(threshold.certainty());
  return absl::StrCat(
      level == v1::CERTAINTY_LEVEL_UNSPECIFIED
          ? absl::StrCat("No conclusion yet: certainty has not been assessed, "
                         "and at least ",
                         wanted, " certainty is asked for.")
          : absl::StrCat("Too uncertain for a conclusion: certainty is ",
                         words(level), ", and at least ", wanted,
                         " is asked for."),
      " The effect found ", beyond ? "goes" : "does not go", " beyond ", effect,
      ", the threshold that the protocol set for an effect that matters.");
}

bool IsBeyond(const v1::ReviewOutcome& plan, const v1::EffectEstimate& effect) {
  const v1::ConclusionThreshold& threshold = plan.threshold();
  const bool lower =
      plan.has_direction() &&
              plan.direction() != v1::OUTCOME_DIRECTION_UNSPECIFIED
          ? plan.direction() == v1::OUTCOME_DIRECTION_LOWER_IS_BETTER
          : threshold.effect() < (IsLogRatio(ScaleOf(plan)) ? 1 : 0);
  const double decisive = !threshold.whole_interval() ? effect.value()
                          : lower                     ? effect.high()
                                                      : effect.low();
  return lower ? decisive <= threshold.effect()
               : decisive >= threshold.effect();
}

void FillConclusion(const v1::ReviewOutcome& plan, v1::OutcomeResult& result) {
  if (!plan.has_threshold() || !result.has_pooled()) return;
  const v1::ConclusionThreshold& threshold = plan.threshold();
  const v1::CertaintyLevel level = result.certainty().level();
  result.set_conclusion_state(Conclude(plan, result.pooled().effect(), level));
  const bool beyond = IsBeyond(plan, result.pooled().effect());
  const std::string effect =
      absl::StrCat(PlainDecimal(threshold.effect()), result.unit());
  if (threshold.has_certainty() && level < threshold.certainty()) {
    result.set_conclusion(NoConclusionWords(threshold, level, beyond, effect));
  } else if (beyond) {
    result.set_conclusion(
        threshold.has_beyond()
            ? threshold.beyond()
            : absl::StrCat("The effect reaches ", effect, "."));
  } else {
    result.set_conclusion(
        threshold.has_otherwise()
            ? threshold.otherwise()
            : absl::StrCat("The effect does not reach ", effect, "."));
  }
  const v1::EffectEstimate& pooled = result.pooled().effect();
  if (beyond && result.has_null_value() && pooled.has_low() &&
      pooled.has_high() && pooled.low() <= result.null_value() &&
      pooled.high() >= result.null_value()) {
    absl::StrAppend(
        result.mutable_conclusion(), " Its interval holds no effect, ",
        ShortestDecimal(result.null_value()), result.unit(), ", as well.");
  }
  if (std::any_of(result.disputed().begin(), result.disputed().end(),
                  [&](const v1::PooledPart& part) {
                    return IsBeyond(plan, part.pooled().effect()) != beyond;
                  })) {
    absl::StrAppend(
        result.mutable_conclusion(), " By other values in dispute the effect ",
        beyond ? "would not go" : "would go", " beyond ", effect, ".");
  }
}

// The rows that an outcome is made of, and those that may belong to it.
struct MatchingRows {
  RowList rows;
  std::vector<v1::PossibleResult> possible;  // By study and row.
};

MatchingRows MatchRows(const v1::ReviewOutcome& plan,
                       const Inclusion& inclusion,
                       absl::Span<const v1::EvidenceRow* const> rows) {
  MatchingRows matching;
  if (!plan.has_filter()) return matching;
  const auto filter = ParseRowFilter(plan.filter());
  if (!filter.ok()) return matching;  // The plan was checked.
  RowMatcher matcher(filter->root());
  for (const v1::EvidenceRow* row : rows) {
    if (row->kind() == v1::EVIDENCE_KIND_TRIAL) continue;
    std::set<std::string> fields;
    const RowMatch match = matcher.Match(*row, fields);
    if (match == RowMatch::kNo) continue;
    const auto trial = inclusion.possible.find(row->trial_id());
    if (trial != inclusion.possible.end()) {
      fields.insert(trial->second.fields().begin(),
                    trial->second.fields().end());
    } else if (match == RowMatch::kYes) {
      matching.rows.push_back(row);
      continue;
    }
    matching.possible.push_back(MakePossible(*row, fields));
  }
  std::sort(matching.possible.begin(), matching.possible.end(),
            [](const v1::PossibleResult& a, const v1::PossibleResult& b) {
              return std::forward_as_tuple(a.study(), a.row()) <
                     std::forward_as_tuple(b.study(), b.row());
            });
  return matching;
}

// What to know of the plan, whatever it came to.
std::vector<std::string> NotesOnPlan(const v1::ReviewOutcome& stated,
                                     const v1::ReviewOutcome& carried) {
  std::vector<std::string> notes = UnusedChoices(stated, carried);
  const auto add = [&](absl::string_view where, absl::string_view text) {
    const auto filter = ParseRowFilter(text);
    if (!filter.ok()) return;  // The plan was checked.
    for (const std::string& word : UnknownOutcomes(*filter)) {
      notes.push_back(absl::StrCat(where, " ", word));
    }
  };
  if (stated.has_filter()) add("filter", stated.filter());
  for (const v1::SensitivityAnalysis& analysis : stated.sensitivity()) {
    if (!analysis.has_filter()) continue;
    add(absl::StrCat("sensitivity ", analysis.id(), ", filter"),
        analysis.filter());
  }
  return notes;
}

// Where rows are of several outcomes that no word of the schema names: what
// they are, for a filter should tell them apart. Empty where they are of one.
std::string OtherOutcomesNote(absl::Span<const v1::EvidenceRow* const> rows) {
  constexpr size_t kNamed = 5;
  std::set<std::string> names;
  for (const v1::EvidenceRow* row : rows) {
    if (row->outcome() != "other") continue;
    names.insert(!row->endpoint().title().empty() ? row->endpoint().title()
                 : row->has_outcome_detail()      ? row->outcome_detail()
                                                  : IdOf(row->record()));
  }
  if (names.size() < 2) return "";
  const size_t more = names.size() > kNamed ? names.size() - kNamed : 0;
  const std::vector<std::string> named(
      names.begin(),
      std::next(names.begin(), static_cast<int>(names.size() - more)));
  return absl::StrCat(
      "filter means ", names.size(), " outcomes that no word names (",
      absl::StrJoin(named, "; "), more > 0 ? "; ..." : "",
      "); want one that tells them apart, as by outcomeDetail or "
      "endpoint.title");
}

// Of an outcome that no row matches.
std::string NoEvidenceWords(const v1::OutcomeResult& result) {
  if (result.possible().empty()) return "no row matches";
  return absl::StrCat("no row matches for certain; of ", result.possible_size(),
                      result.possible_size() == 1 ? " row" : " rows",
                      " it depends on what the reports leave open");
}

std::string NotPoolableWords(const v1::OutcomeResult& result) {
  const bool compares = result.has_null_value();
  if (result.excluded_size() == 1) {
    return absl::StrCat("the one row that matches cannot be pooled; ",
                        compares ? "its direction of effect" : "it",
                        " is listed");
  }
  return absl::StrCat(
      "none of the ", result.excluded_size(),
      " rows that match can be pooled; ",
      compares ? "directions of effect are listed without counting votes"
               : "each is listed");
}

// What `selection` comes to, without certainty and conclusion.
void PoolMain(const ReviewInput& input, const Selection& selection,
              const v1::ReviewOutcome& whole_plan, v1::OutcomeResult& result) {
  const v1::ReviewOutcome plan = WithTables(whole_plan, selection.zero_cells);
  std::vector<const Candidate*> studies;
  std::vector<StudyReadings> readings;
  for (const Candidate& study : selection.studies) {
    studies.push_back(&study);
    readings.push_back(ReadingsOfStudy(study, input, plan));
    *result.add_studies() = MakeStudy(study, readings.back(), plan);
  }
  result.set_inputs_hash(HashOutcome(input.review, whole_plan, result));
  for (size_t i = 0; i < studies.size(); ++i) {
    FillArmSizes(*studies[i], *result.mutable_studies(static_cast<int>(i)));
  }
  const std::vector<v1::ExcludedResult> unusable = UnusableStudies(selection);
  *result.mutable_unusable() = {unusable.begin(), unusable.end()};
  FillScale(plan, result);
  if (studies.empty()) {
    const bool none = selection.excluded.empty();
    result.set_state(none ? v1::OUTCOME_STATE_NO_EVIDENCE
                          : v1::OUTCOME_STATE_NOT_POOLABLE);
    result.set_explanation(none ? NoEvidenceWords(result)
                                : NotPoolableWords(result));
    return;
  }
  if (!unusable.empty() &&
      plan.unusable_studies() != v1::UNUSABLE_STUDIES_LEAVE_OUT) {
    result.set_state(v1::OUTCOME_STATE_NOT_POOLABLE);
    result.set_explanation(absl::StrCat(
        UnusableWords(unusable, studies.size()),
        ". Nothing is pooled then unless the protocol says so: want "
        "unusableStudies: leave-out to pool the others, a filter or "
        "excludedTrials that leave these out, or their numbers"));
    return;
  }
  absl::StatusOr<Pooling> pooling = PoolStudies(studies, plan);
  if (!pooling.ok()) {
    result.set_state(v1::OUTCOME_STATE_NOT_POOLABLE);
    result.set_explanation(std::string(pooling.status().message()));
    return;
  }
  *result.mutable_pooled() = std::move(pooling->pooled);
  NoteOppositeDirections(result);
  if (!unusable.empty()) {
    // First of all notes.
    auto& notes = *result.mutable_pooled()->mutable_notes();
    *notes.Add() = absl::StrCat("the result goes without studies that match: ",
                                UnusableWords(unusable, studies.size()));
    std::rotate(notes.begin(), notes.end() - 1, notes.end());
  }
  for (size_t i = 0; i < pooling->weights_percent.size(); ++i) {
    result.mutable_studies(static_cast<int>(i))
        ->set_weight(pooling->weights_percent[i]);
  }
  result.set_state(studies.size() == 1 ? v1::OUTCOME_STATE_ONE_STUDY
                                       : v1::OUTCOME_STATE_POOLED);
  if (studies.size() == 1) {
    result.set_explanation(
        "one study; its own effect stands, and nothing was pooled");
  }
  AddDisputedRange(selection.studies, readings, plan, result);
  AddFurtherAnalyses(studies, plan, result);
  FillAbsoluteEffects(plan, result);
}

}  // namespace

v1::ConclusionState Conclude(const v1::ReviewOutcome& plan,
                             const v1::EffectEstimate& effect,
                             v1::CertaintyLevel certainty) {
  const v1::ConclusionThreshold& threshold = plan.threshold();
  if (threshold.has_certainty() && certainty < threshold.certainty()) {
    return v1::CONCLUSION_STATE_UNCERTAIN;
  }
  return IsBeyond(plan, effect) ? v1::CONCLUSION_STATE_BEYOND
                                : v1::CONCLUSION_STATE_NOT_BEYOND;
}

std::vector<v1::OutcomeResult> ComputeOutcome(
    const ReviewInput& input, const Inclusion& inclusion,
    absl::Span<const v1::EvidenceRow* const> rows,
    const v1::ReviewOutcome& outcome) {
  const v1::ReviewOutcome plan = ResolvePlan(input.review, outcome);
  v1::OutcomeResult empty;
  empty.set_id(plan.id());
  empty.set_title(plan.title());
  *empty.mutable_plan() = CarriedOutPlan(plan);
  const std::vector<FieldViolation> violations =
      CheckOutcomePlan(outcome, absl::StrCat("outcomes[", outcome.id(), "]."),
                       PlanExtent::kEntered);
  if (!violations.empty()) {
    empty.set_state(v1::OUTCOME_STATE_INVALID_PLAN);
    std::vector<std::string> words;
    for (const FieldViolation& violation : violations) {
      words.push_back(
          absl::StrCat(violation.field, " ", violation.description));
    }
    empty.set_explanation(absl::StrJoin(words, "; "));
    return {empty};
  }
  for (std::string& note : NotesOnPlan(outcome, empty.plan())) {
    empty.add_plan_notes(std::move(note));
  }
  for (std::string& note : NotesOnCovariates(plan, input.review.covariates())) {
    empty.add_plan_notes(std::move(note));
  }
  const MatchingRows matching = MatchRows(plan, inclusion, rows);
  std::string others = OtherOutcomesNote(matching.rows);
  if (!others.empty()) empty.add_plan_notes(std::move(others));
  std::vector<v1::OutcomeResult> results;
  std::vector<Selection> selections =
      SelectStudies(matching.rows, matching.possible, plan);
  for (Selection& selection : selections) {
    for (Candidate& study : selection.studies) {
      study.risk_of_bias =
          RiskOfBiasOf(input, study.row().trial_id(), plan.id());
      study.covariates = &input.review.covariates();
    }
    v1::OutcomeResult result = empty;
    *result.mutable_possible() = {selection.possible.begin(),
                                  selection.possible.end()};
    if (selection.design != v1::STUDY_DESIGN_UNSPECIFIED) {
      result.set_design(selection.design);
    }
    for (const v1::ExcludedResult& excluded : selection.excluded) {
      *result.add_excluded() = excluded;
    }
    PoolMain(input, selection, plan, result);
    if (selections.size() > 1 && result.possible().empty() &&
        result.state() == v1::OUTCOME_STATE_NO_EVIDENCE) {
      result.set_explanation("no row of this design matches");
    }
    results.push_back(std::move(result));
  }
  JoinCertainty(input, results);
  for (v1::OutcomeResult& result : results) FillConclusion(plan, result);
  return results;
}

}  // namespace consilium

#include "server/review/study_selection.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "proto/base/enum_text.h"
#include "server/review/review_plan.h"
#include "server/synthesis/shared_comparator.h"

namespace consilium {
namespace {

using Rows = absl::Span<const v1::EvidenceRow* const>;
using RowList = std::vector<const v1::EvidenceRow*>;

// Smaller is better; one a criterion.
using Rank = std::vector<double>;

constexpr double kLast = std::numeric_limits<double>::infinity();

bool IsContrast(const v1::EvidenceRow& row) {
  return row.kind() == v1::EVIDENCE_KIND_CONTRAST ||
         row.kind() == v1::EVIDENCE_KIND_ADVERSE_EVENT_CONTRAST;
}

double MonthsOf(const v1::Quantity& time) {
  if (!time.has_value()) return 0;
  if (time.unit() == "mo") return time.value();
  if (time.unit() == "a") return time.value() * 12;
  if (time.unit() == "wk") return time.value() * 7 * 12 / 365.25;
  if (time.unit() == "d") return time.value() * 12 / 365.25;
  return 0;
}

double FollowUpOf(const v1::EvidenceRow& row) {
  return std::max(MonthsOf(row.estimate().median_follow_up()),
                  MonthsOf(row.contrast().median_follow_up()));
}

bool IsRegistration(const v1::EvidenceRow& row) {
  return row.estimate().has_registration() ||
         row.contrast().has_registration() || row.count().has_registration() ||
         row.event_contrast().has_registration();
}

// What `row` is in the words of the criterion.
std::vector<std::string> WordsOf(v1::PreferenceCriterion criterion,
                                 const v1::EvidenceRow& row) {
  switch (criterion) {
    case v1::PREFERENCE_CRITERION_POPULATION:
      return {EnumText(*v1::AnalysisPopulation_descriptor()->FindValueByNumber(
          row.population()))};
    case v1::PREFERENCE_CRITERION_ASSESSOR:
      return {EnumText(
          *v1::Assessor_descriptor()->FindValueByNumber(row.assessor()))};
    case v1::PREFERENCE_CRITERION_ADJUSTMENT: {
      const v1::AdjustmentKind kind =
          row.has_event_contrast() ? row.event_contrast().adjustment().kind()
                                   : row.contrast().adjustment().kind();
      return {
          EnumText(*v1::AdjustmentKind_descriptor()->FindValueByNumber(kind))};
    }
    case v1::PREFERENCE_CRITERION_REPORT:
      return {IsRegistration(row) ? "registration" : "publication",
              row.secondary() ? "secondary" : "primary"};
    case v1::PREFERENCE_CRITERION_SUBGROUP:
      return {row.subgroups().empty() ? "whole" : "narrowed"};
    case v1::PREFERENCE_CRITERION_METHOD:
      return {EnumText(
          *v1::EstimationMethod_descriptor()->FindValueByNumber(row.method()))};
    default:
      return {};
  }
}

double RankOf(const v1::Preference& preference, const v1::EvidenceRow& row) {
  if (preference.criterion() == v1::PREFERENCE_CRITERION_FOLLOW_UP) {
    const double months = FollowUpOf(row);
    if (months <= 0) return kLast;
    const bool shortest =
        !preference.order().empty() && preference.order(0) == "shortest";
    return shortest ? months : -months;
  }
  if (preference.criterion() == v1::PREFERENCE_CRITERION_TIME) {
    double wanted = 0;
    if (preference.order().empty() || !row.has_time_months() ||
        !absl::SimpleAtod(preference.order(0), &wanted)) {
      return kLast;
    }
    return std::fabs(row.time_months() - wanted);
  }
  const std::vector<std::string> words = WordsOf(preference.criterion(), row);
  for (int i = 0; i < preference.order_size(); ++i) {
    if (std::find(words.begin(), words.end(), preference.order(i)) !=
        words.end()) {
      return i;
    }
  }
  return kLast;
}

Rank RankOf(const v1::ReviewOutcome& plan, const v1::EvidenceRow& row) {
  Rank rank;
  for (const v1::Preference& preference : plan.preferences()) {
    rank.push_back(RankOf(preference, row));
  }
  return rank;
}

std::string GroupText(const v1::EvidenceRow& row) {
  return row.has_reference()
             ? absl::StrCat(row.group(), " against ", row.reference())
             : row.group();
}

// Why `winner` counts and `row` does not.
std::string NotPreferred(const v1::ReviewOutcome& plan,
                         const v1::EvidenceRow& winner,
                         const v1::EvidenceRow& row) {
  const Rank best = RankOf(plan, winner);
  const Rank other = RankOf(plan, row);
  for (size_t i = 0; i < best.size(); ++i) {
    if (best[i] == other[i]) continue;
    const v1::Preference& preference = plan.preferences(static_cast<int>(i));
    return absl::StrCat(
        "the protocol prefers ", GroupText(winner), " by ",
        EnumText(*v1::PreferenceCriterion_descriptor()->FindValueByNumber(
            preference.criterion())),
        preference.order().empty()
            ? ""
            : absl::StrCat(" (", absl::StrJoin(preference.order(), ", "), ")"));
  }
  return absl::StrCat(
      "another estimate of the study stands before it: ", GroupText(winner),
      "; no preference of the protocol tells them apart");
}

// Whether the two groups have no arm in common, so that nobody is in both.
bool AreDisjoint(const v1::Group& a, const v1::Group& b) {
  if (a.arms().empty() || b.arms().empty()) return false;
  for (const std::string& arm : a.arms()) {
    if (std::find(b.arms().begin(), b.arms().end(), arm) != b.arms().end()) {
      return false;
    }
  }
  return true;
}

const v1::Group& GroupOf(const v1::EvidenceRow& row) {
  return row.has_count() ? row.count().group() : row.estimate().group();
}

// The rows of other arms of the same result as `first`, which is among `rows`:
// same record, report, population, time and grade, whole arms.
RowList RowsOfOtherArms(const v1::EvidenceRow& first, const RowList& rows) {
  RowList all = {&first};
  if (!first.subgroups().empty()) return all;
  for (const v1::EvidenceRow* row : rows) {
    const bool same_result =
        row->record() == first.record() && row->report() == first.report() &&
        row->population() == first.population() &&
        row->grade() == first.grade() &&
        row->time_months() == first.time_months() &&
        row->statistic() == first.statistic() && row->subgroups().empty();
    const bool disjoint =
        std::all_of(all.begin(), all.end(), [&](const v1::EvidenceRow* taken) {
          return AreDisjoint(GroupOf(*taken), GroupOf(*row));
        });
    if (same_result && disjoint) all.push_back(row);
  }
  return all;
}

bool IsExperimental(const v1::EvidenceRow& row) {
  return row.treatment() == v1::TREATMENT_SETTING_TARGETED_WITH_RADIOTHERAPY;
}

// Comparisons that counts of two sides give: of the rows that are no
// contrasts, those of drug and radiotherapy against the others of the result.
std::vector<Candidate> PairArms(const RowList& rows,
                                const v1::ReviewOutcome& plan,
                                std::vector<v1::ExcludedResult>& excluded) {
  std::vector<Candidate> candidates;
  std::set<const v1::EvidenceRow*> used;
  for (const v1::EvidenceRow* first : rows) {
    if (used.count(first) > 0) continue;
    RowList group, reference;
    for (const v1::EvidenceRow* row : RowsOfOtherArms(*first, rows)) {
      if (!used.insert(row).second) continue;
      (IsExperimental(*row) ? group : reference).push_back(row);
    }
    if (group.empty() || reference.empty()) {
      for (const RowList* side : {&group, &reference}) {
        for (const v1::EvidenceRow* row : *side) {
          excluded.push_back(
              MakeExcluded(*row, v1::EXCLUSION_REASON_GROUP,
                           "no count of a group to compare it with is "
                           "printed beside it"));
        }
      }
      continue;
    }
    Candidate candidate;
    candidate.effect = EffectOfArms(group, reference, plan);
    if (group.size() > 1) {
      candidate.notes.push_back(
          absl::StrCat(group.size(),
                       " arms with drug and radiotherapy were "
                       "combined into one"));
    }
    if (reference.size() > 1) {
      candidate.notes.push_back(
          absl::StrCat(reference.size(),
                       " comparators were combined into one, so that no "
                       "participant counts twice"));
    }
    candidate.reference_count = reference.size();
    candidate.rows = std::move(group);
    candidate.rows.insert(candidate.rows.end(), reference.begin(),
                          reference.end());
    candidates.push_back(std::move(candidate));
  }
  return candidates;
}

bool IsOfCounts(const v1::ReviewOutcome& plan) {
  return plan.measure() == v1::EFFECT_MEASURE_ODDS_RATIO ||
         plan.measure() == v1::EFFECT_MEASURE_RISK_RATIO ||
         plan.measure() == v1::EFFECT_MEASURE_RISK_DIFFERENCE;
}

// Whether the protocol's kind of outcome wants another kind of row.
bool IsOfKind(const v1::EvidenceRow& row, const v1::ReviewOutcome& plan) {
  if (row.kind() == v1::EVIDENCE_KIND_CONCLUSION) return false;
  if (IsSingleGroup(plan)) return !IsContrast(row);
  return IsContrast(row) || IsOfCounts(plan);
}

std::vector<Candidate> CandidatesOf(const RowList& rows,
                                    const v1::ReviewOutcome& plan,
                                    std::vector<v1::ExcludedResult>& excluded) {
  std::vector<Candidate> candidates;
  RowList arms;
  for (const v1::EvidenceRow* row : rows) {
    if (!IsOfKind(*row, plan)) {
      excluded.push_back(MakeExcluded(
          *row, v1::EXCLUSION_REASON_MEASURE,
          IsSingleGroup(plan)
              ? "it is a comparison; the outcome is of single groups"
              : "it is of one group; the outcome is of comparisons"));
      continue;
    }
    if (!IsSingleGroup(plan) && !IsContrast(*row)) {
      arms.push_back(row);
      continue;
    }
    Candidate candidate;
    candidate.rows = {row};
    candidate.effect = IsSingleGroup(plan) ? EffectOfGroup(*row, plan)
                                           : EffectOfContrast(*row, plan);
    candidates.push_back(std::move(candidate));
  }
  for (Candidate& candidate : PairArms(arms, plan, excluded)) {
    candidates.push_back(std::move(candidate));
  }
  return candidates;
}

// In single groups, arms of one result are one group.
void CombineArmsOf(Candidate& winner, const std::vector<Candidate>& usable,
                   const v1::ReviewOutcome& plan) {
  if (plan.statistic() != v1::STATISTIC_PROPORTION) return;
  RowList rows;
  for (const Candidate& candidate : usable) {
    if (&candidate.row() != &winner.row()) rows.push_back(&candidate.row());
  }
  RowList all = RowsOfOtherArms(winner.row(), rows);
  if (all.size() < 2) return;
  RowEffect combined = EffectOfCombinedGroups(all, plan);
  if (!combined.is_usable()) return;
  winner.rows = std::move(all);
  winner.effect = std::move(combined);
  winner.notes.push_back(absl::StrCat(winner.rows.size(),
                                      " arms of the study were combined into "
                                      "one group"));
}

// The one that counts of a study; the others are listed.
std::optional<Candidate> PickOne(std::vector<Candidate> candidates,
                                 const v1::ReviewOutcome& plan,
                                 std::vector<v1::ExcludedResult>& excluded) {
  std::vector<Candidate> usable;
  for (Candidate& candidate : candidates) {
    if (candidate.effect.is_usable()) {
      usable.push_back(std::move(candidate));
      continue;
    }
    for (const v1::EvidenceRow* row : candidate.rows) {
      excluded.push_back(MakeExcluded(*row, candidate.effect.reason,
                                      candidate.effect.explanation));
    }
  }
  if (usable.empty()) return std::nullopt;
  const auto best = std::min_element(
      usable.begin(), usable.end(),
      [&](const Candidate& a, const Candidate& b) {
        return std::make_tuple(RankOf(plan, a.row()), a.row().id()) <
               std::make_tuple(RankOf(plan, b.row()), b.row().id());
      });
  Candidate winner = *best;
  if (IsSingleGroup(plan)) CombineArmsOf(winner, usable, plan);
  for (const Candidate& candidate : usable) {
    for (const v1::EvidenceRow* row : candidate.rows) {
      if (std::find(winner.rows.begin(), winner.rows.end(), row) !=
          winner.rows.end()) {
        continue;
      }
      excluded.push_back(MakeExcluded(*row, v1::EXCLUSION_REASON_NOT_PREFERRED,
                                      NotPreferred(plan, winner.row(), *row)));
      if (RankOf(plan, *row) == RankOf(plan, winner.row())) {
        const std::string note =
            "another estimate of the study fits the protocol as well; the "
            "first by its key counts";
        if (winner.notes.empty() || winner.notes.back() != note) {
          winner.notes.push_back(note);
        }
      }
    }
  }
  return winner;
}

double SizeOf(const Candidate& candidate) {
  double participants = 0;
  if (candidate.effect.group.has_value()) {
    participants += candidate.effect.group->participants;
  }
  if (candidate.effect.reference.has_value()) {
    participants += candidate.effect.reference->participants;
  }
  return std::max<double>(participants, candidate.row().participants());
}

bool Overlap(const v1::EvidenceRow& a, const v1::EvidenceRow& b) {
  const auto names = [](const v1::EvidenceRow& row, const std::string& id) {
    return std::find(row.overlaps().begin(), row.overlaps().end(), id) !=
           row.overlaps().end();
  };
  return names(a, b.trial_id()) || names(b, a.trial_id());
}

// Of studies whose participants overlap the largest counts.
void RefuseOverlap(Selection& selection, const v1::ReviewOutcome& plan) {
  std::vector<size_t> order(selection.studies.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    const Candidate& x = selection.studies[a];
    const Candidate& y = selection.studies[b];
    return std::make_tuple(-SizeOf(x), x.row().trial_id()) <
           std::make_tuple(-SizeOf(y), y.row().trial_id());
  });
  std::vector<size_t> kept;
  std::set<size_t> refused;
  for (const size_t i : order) {
    const Candidate& candidate = selection.studies[i];
    const auto rival =
        std::find_if(kept.begin(), kept.end(), [&](size_t other) {
          return Overlap(candidate.row(), selection.studies[other].row());
        });
    if (rival == kept.end()) {
      kept.push_back(i);
      continue;
    }
    const v1::EvidenceRow& other = selection.studies[*rival].row();
    if (plan.allow_overlap()) {
      kept.push_back(i);
      selection.studies[i].notes.push_back(
          absl::StrCat("participants overlap with those of ", other.study(),
                       "; the protocol allows that they count twice"));
      continue;
    }
    refused.insert(i);
    for (const v1::EvidenceRow* row : candidate.rows) {
      selection.excluded.push_back(MakeExcluded(
          *row, v1::EXCLUSION_REASON_OVERLAP,
          absl::StrCat("its participants overlap with those of ", other.study(),
                       ", which has more of them and counts")));
    }
  }
  std::vector<Candidate> studies;
  for (size_t i = 0; i < selection.studies.size(); ++i) {
    if (refused.count(i) == 0) {
      studies.push_back(std::move(selection.studies[i]));
    }
  }
  selection.studies = std::move(studies);
}

void SortSelection(Selection& selection) {
  std::sort(selection.studies.begin(), selection.studies.end(),
            [](const Candidate& a, const Candidate& b) {
              return std::forward_as_tuple(a.row().year(), a.row().study(),
                                           a.row().id()) <
                     std::forward_as_tuple(b.row().year(), b.row().study(),
                                           b.row().id());
            });
  std::sort(selection.excluded.begin(), selection.excluded.end(),
            [](const v1::ExcludedResult& a, const v1::ExcludedResult& b) {
              return std::forward_as_tuple(a.study(), a.row()) <
                     std::forward_as_tuple(b.study(), b.row());
            });
}

Selection SelectOfDesign(v1::StudyDesign design, const RowList& rows,
                         const v1::ReviewOutcome& plan) {
  Selection selection;
  selection.design = design;
  std::map<std::string, RowList> by_trial;
  for (const v1::EvidenceRow* row : rows) {
    by_trial[row->trial_id()].push_back(row);
  }
  for (const auto& [trial, of_trial] : by_trial) {
    std::optional<Candidate> one =
        PickOne(CandidatesOf(of_trial, plan, selection.excluded), plan,
                selection.excluded);
    if (one.has_value()) selection.studies.push_back(*std::move(one));
  }
  RefuseOverlap(selection, plan);
  return selection;
}

v1::ExcludedResult ExcludedByDesign(const v1::EvidenceRow& row,
                                    const v1::ReviewOutcome& plan) {
  if (row.design() == v1::STUDY_DESIGN_PRECLINICAL) {
    return MakeExcluded(row, v1::EXCLUSION_REASON_PRECLINICAL,
                        "preclinical evidence is listed and never pooled");
  }
  if (row.design() == v1::STUDY_DESIGN_CROSS_TRIAL) {
    return MakeExcluded(row, v1::EXCLUSION_REASON_CROSS_TRIAL,
                        "it compares groups of different trials");
  }
  std::vector<std::string> wanted;
  for (const int design : plan.designs()) {
    wanted.push_back(
        EnumText(*v1::StudyDesign_descriptor()->FindValueByNumber(design)));
  }
  return MakeExcluded(
      row, v1::EXCLUSION_REASON_DESIGN,
      absl::StrCat(
          row.has_design()
              ? absl::StrCat(
                    "its design is ",
                    EnumText(*v1::StudyDesign_descriptor()->FindValueByNumber(
                        row.design())))
              : "its design is not known",
          "; the outcome pools ", absl::StrJoin(wanted, ", ")));
}

}  // namespace

v1::ExcludedResult MakeExcluded(const v1::EvidenceRow& row,
                                v1::ExclusionReason reason,
                                std::string explanation) {
  v1::ExcludedResult excluded;
  excluded.set_row(row.id());
  excluded.set_trial_id(row.trial_id());
  excluded.set_study(row.study());
  excluded.set_reason(reason);
  excluded.set_explanation(std::move(explanation));
  if (row.has_printed()) excluded.set_printed(row.printed());
  if (row.has_direction()) excluded.set_direction(row.direction());
  excluded.set_design(row.design());
  if (row.has_group()) excluded.set_group(row.group());
  if (row.has_reference()) excluded.set_reference(row.reference());
  return excluded;
}

RowEffect EffectOfCandidate(const Candidate& candidate, Rows rows,
                            const v1::ReviewOutcome& plan) {
  if (IsSingleGroup(plan)) return EffectOfCombinedGroups(rows, plan);
  if (candidate.reference_count == 0) {
    return EffectOfContrast(*rows.front(), plan);
  }
  const size_t group_count = rows.size() - candidate.reference_count;
  return EffectOfArms(rows.first(group_count), rows.subspan(group_count), plan);
}

std::vector<Selection> SelectStudies(Rows rows, const v1::ReviewOutcome& plan) {
  std::map<v1::StudyDesign, RowList> by_design;
  std::vector<v1::ExcludedResult> elsewhere;
  for (const v1::EvidenceRow* row : rows) {
    const bool wanted = std::find(plan.designs().begin(), plan.designs().end(),
                                  row->design()) != plan.designs().end();
    if (wanted) {
      by_design[row->design()].push_back(row);
    } else {
      elsewhere.push_back(ExcludedByDesign(*row, plan));
    }
  }
  std::vector<Selection> selections;
  for (const int number : plan.designs()) {
    const auto design = static_cast<v1::StudyDesign>(number);
    const auto found = by_design.find(design);
    if (found == by_design.end()) continue;
    selections.push_back(SelectOfDesign(design, found->second, plan));
  }
  if (selections.empty()) {
    selections.emplace_back();
    selections.back().design = static_cast<v1::StudyDesign>(plan.designs(0));
  }
  for (v1::ExcludedResult& excluded : elsewhere) {
    selections.front().excluded.push_back(std::move(excluded));
  }
  for (Selection& selection : selections) SortSelection(selection);
  return selections;
}

}  // namespace consilium

#include "server/review/study_selection.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "proto/base/enum_text.h"
#include "server/review/arm_effect.h"
#include "server/review/arm_pairing.h"
#include "server/review/arm_sizes.h"
#include "server/review/effect_units.h"
#include "server/review/group_effect.h"
#include "server/review/review_plan.h"
#include "server/review/rivals.h"
#include "server/review/shared_contrasts.h"
#include "server/review/turned_contrast.h"
#include "server/review/zero_cells.h"
#include "server/synthesis/derivation_text.h"
#include "server/synthesis/real_math.h"

namespace consilium {
namespace {

using Rows = absl::Span<const v1::EvidenceRow* const>;
using RowList = std::vector<const v1::EvidenceRow*>;

bool IsContrast(const v1::EvidenceRow& row) {
  return row.kind() == v1::EVIDENCE_KIND_CONTRAST ||
         row.kind() == v1::EVIDENCE_KIND_ADVERSE_EVENT_CONTRAST;
}

// Comparisons that the numbers of arms give: of rows that are no contrasts.
std::vector<Candidate> CandidatesOfArms(
    const RowList& rows, const v1::ReviewOutcome& plan,
    std::vector<v1::ExcludedResult>& excluded) {
  ArmPairs arms = PairArms(rows);
  for (const UnpairedRow& each : arms.unpaired) {
    excluded.push_back(
        MakeExcluded(*each.row, v1::EXCLUSION_REASON_GROUP, each.why));
  }
  std::vector<Candidate> candidates;
  for (ArmPair& pair : arms.pairs) {
    Candidate candidate;
    candidate.effect = EffectOfArms(pair.group, pair.reference, plan);
    RowList both = pair.group;
    both.insert(both.end(), pair.reference.begin(), pair.reference.end());
    if (IsOfMeans(plan) &&
        std::any_of(both.begin(), both.end(), [&](const auto* row) {
          return row->unit() != both.front()->unit();
        })) {
      candidate.effect = Exclude(
          v1::EXCLUSION_REASON_MEASURE,
          absl::StrCat("its arms are in different units: ", UnitsOf(both)));
    }
    if (pair.group.size() > 1) {
      candidate.notes.push_back(absl::StrCat(
          pair.group.size(), " arms under test were combined into one"));
    }
    if (pair.reference.size() > 1) {
      candidate.notes.push_back(
          absl::StrCat(pair.reference.size(),
                       " comparators were combined into one, so that no "
                       "participant counts twice"));
    }
    candidate.reference_count = pair.reference.size();
    candidate.rows = std::move(both);
    candidates.push_back(std::move(candidate));
  }
  return candidates;
}

// Whether the protocol's kind of outcome wants another kind of row.
bool IsOfKind(const v1::EvidenceRow& row, const v1::ReviewOutcome& plan) {
  if (row.kind() == v1::EVIDENCE_KIND_CONCLUSION) return false;
  if (IsSingleGroup(plan)) return !IsContrast(row);
  return IsContrast(row) || IsOfArms(plan);
}

RowEffect EffectInOwnUnit(const Candidate& candidate, Rows rows,
                          const v1::ReviewOutcome& plan) {
  if (IsSingleGroup(plan)) return EffectOfCombinedGroups(rows, plan);
  if (!candidate.parts.empty()) {
    std::vector<RowEffect> effects;
    for (size_t i = 0; i < candidate.parts.size(); ++i) {
      effects.push_back(
          EffectInOwnUnit(candidate.parts[i], rows.subspan(i, 1), plan));
    }
    return CombineParts(candidate, std::move(effects), plan);
  }
  if (candidate.reference_count == 0) {
    const v1::EvidenceRow& row = *rows.front();
    RowEffect effect =
        EffectOfContrast(candidate.turned != nullptr ? TurnRound(row) : row,
                         candidate.sizes, plan);
    if (candidate.turned != nullptr && effect.is_usable()) {
      effect.effect.how = absl::StrCat("turned round: ", effect.effect.how);
    }
    // Those of the arms compared; not where the comparison counts others.
    const int together = rows.front()->participants();
    if (candidate.sizes.analysed &&
        (!rows.front()->has_participants() ||
         candidate.sizes.group + candidate.sizes.reference == together)) {
      effect.group_participants = candidate.sizes.group;
      effect.reference_participants = candidate.sizes.reference;
    }
    return candidate.sharers > 0
               ? SplitComparator(candidate, std::move(effect), plan)
               : effect;
  }
  const size_t group_count = rows.size() - candidate.reference_count;
  return EffectOfArms(rows.first(group_count), rows.subspan(group_count), plan);
}

Candidate CandidateOfRow(const v1::EvidenceRow& row, const RowList& rows,
                         const v1::ReviewOutcome& plan) {
  Candidate candidate;
  candidate.rows = {&row};
  if (!IsSingleGroup(plan) && IsTurned(row)) {
    candidate.turned = std::make_shared<const v1::EvidenceRow>(TurnRound(row));
    candidate.notes.push_back(absl::StrCat(
        "it is printed as ", GroupText(row), ", and was turned round: ",
        candidate.group(), " is what is under test"));
  }
  if (row.has_contrast() && row.subgroups().empty()) {
    candidate.sizes = SizesOfArms(
        candidate.turned != nullptr ? *candidate.turned : row, rows);
  }
  candidate.effect = EffectOfCandidate(candidate, candidate.rows, plan);
  return candidate;
}

// The lowest grade that an outcome's filter lets gradeLow be, without an upper
// bound; nullopt when it does not compare it.
std::optional<int> LeastGradeOf(const v1::ReviewOutcome& plan) {
  const auto filter = ParseRowFilter(plan.filter());
  if (!filter.ok()) return std::nullopt;
  std::optional<int> least;
  for (const RequiredTerm& term : filter->RequiredTerms()) {
    if (term.path == "gradeHigh" || term.path == "grade") return std::nullopt;
    if (term.path != "gradeLow") continue;
    const auto* const number =
        std::get_if<FilterNumber>(&term.comparison->operand);
    if (number == nullptr) continue;
    switch (term.comparison->op) {
      case FilterOp::kGreaterEqual:
        least = std::max(least.value_or(0), static_cast<int>(number->real));
        break;
      case FilterOp::kGreater:
        least = std::max(least.value_or(0), static_cast<int>(number->real) + 1);
        break;
      default:
        return std::nullopt;
    }
  }
  return least;
}

// Rows of some of the grades that the outcome is about by that bound: no event
// of grade 5 does not mean that there was none of grade 3 or higher. A filter
// on the grade itself tells them apart.
RowList WithoutParts(const RowList& rows, const v1::ReviewOutcome& plan,
                     std::vector<v1::ExcludedResult>& excluded) {
  const std::optional<int> least = LeastGradeOf(plan);
  if (!least.has_value()) return rows;
  RowList whole;
  for (const v1::EvidenceRow* row : rows) {
    const bool upward = !row->has_grade_high() || row->grade_high() >= 5;
    if (!row->has_grade() || (row->grade_low() == *least && upward)) {
      whole.push_back(row);
      continue;
    }
    excluded.push_back(MakeExcluded(
        *row, v1::EXCLUSION_REASON_MEASURE,
        absl::StrCat("it counts grade ", row->grade(), ", a part of grade ",
                     *least,
                     " or higher; a part is never pooled as the whole")));
  }
  return whole;
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
    candidates.push_back(CandidateOfRow(*row, rows, plan));
  }
  for (Candidate& candidate : CandidatesOfArms(arms, plan, excluded)) {
    candidates.push_back(std::move(candidate));
  }
  return candidates;
}

// In single groups, what a trial compares with does not count beside what it
// tests, whether or not that has a number.
void LeaveOutComparators(std::vector<Candidate>& usable,
                         std::vector<v1::ExcludedResult>& excluded) {
  const auto is_comparator = [](const Candidate& candidate) {
    return RoleOf(candidate.row()) == GroupRole::kComparator;
  };
  for (const Candidate& candidate : usable) {
    if (!is_comparator(candidate)) continue;
    excluded.push_back(MakeExcluded(
        candidate.row(), v1::EXCLUSION_REASON_GROUP,
        "it is of a comparator, and groups under test stand beside it; want a "
        "filter that asks for comparators alone where these are meant"));
  }
  std::erase_if(usable, is_comparator);
}

// Nor does it beside what other studies test. Where every study has but
// comparators, the filter asks for these.
void LeaveOutStudiesOfComparators(Selection& selection) {
  const auto is_of = [](GroupRole role) {
    return
        [role](const Candidate& study) { return RoleOf(study.row()) == role; };
  };
  if (std::none_of(selection.studies.begin(), selection.studies.end(),
                   is_of(GroupRole::kUnderTest))) {
    return;
  }
  for (const Candidate& study : selection.studies) {
    if (RoleOf(study.row()) != GroupRole::kComparator) continue;
    for (const v1::EvidenceRow* row : study.rows) {
      selection.excluded.push_back(MakeExcluded(
          *row, v1::EXCLUSION_REASON_GROUP,
          "only the comparator of the study has a number that counts, and the "
          "groups of other studies are under test"));
    }
  }
  std::erase_if(selection.studies, is_of(GroupRole::kComparator));
}

// In single groups, arms of one result that have one role are one group.
void CombineArmsOf(Candidate& winner, const std::vector<Candidate>& usable,
                   const v1::ReviewOutcome& plan) {
  if (plan.statistic() != v1::STATISTIC_PROPORTION) return;
  RowList rows;
  for (const Candidate& candidate : usable) {
    if (&candidate.row() != &winner.row()) rows.push_back(&candidate.row());
  }
  RowList all = RowsOfOtherArms(winner.row(), rows);
  const GroupRole role = RoleOf(winner.row());
  if (all.size() < 2 || role == GroupRole::kUntold ||
      std::any_of(all.begin(), all.end(), [role](const v1::EvidenceRow* row) {
        return RoleOf(*row) != role;
      })) {
    return;
  }
  RowEffect combined = EffectOfCombinedGroups(all, plan);
  if (!combined.is_usable()) return;
  winner.rows = std::move(all);
  winner.effect = std::move(combined);
  winner.notes.push_back(absl::StrCat(winner.rows.size(),
                                      " arms of the study were combined into "
                                      "one group"));
}

// Lists all of `usable` but those whose rows stand in `counted`: as of the
// groups that count, or as not preferred.
void ListOthers(const Candidate& winner, const std::vector<Candidate>& counted,
                const std::vector<Candidate>& usable,
                const std::vector<const Candidate*>& among,
                const v1::ReviewOutcome& plan,
                std::vector<v1::ExcludedResult>& excluded) {
  std::set<const v1::EvidenceRow*> counts;
  for (const Candidate& each : counted) {
    counts.insert(each.rows.begin(), each.rows.end());
  }
  for (const Candidate& candidate : usable) {
    const bool is_among =
        std::find(among.begin(), among.end(), &candidate) != among.end();
    for (const v1::EvidenceRow* row : candidate.rows) {
      if (counts.count(row) > 0) continue;
      excluded.push_back(
          is_among
              ? MakeExcluded(*row, v1::EXCLUSION_REASON_GROUP,
                             "it compares groups with each other that count "
                             "against the comparator that they share")
              : MakeExcluded(*row, v1::EXCLUSION_REASON_NOT_PREFERRED,
                             NotPreferred(plan, winner, candidate)));
    }
  }
}

// What counts of a study: one, or, where the plan wants so, several that share
// a comparator. The others are listed.
std::vector<Candidate> PickOf(const RowList& rows,
                              std::vector<Candidate> candidates,
                              const v1::ReviewOutcome& plan,
                              std::vector<v1::ExcludedResult>& excluded) {
  const bool tests = std::any_of(
      candidates.begin(), candidates.end(), [](const Candidate& candidate) {
        return RoleOf(candidate.row()) == GroupRole::kUnderTest;
      });
  std::vector<Candidate> usable;
  std::vector<Candidate> unusable;
  for (Candidate& candidate : candidates) {
    if (candidate.effect.is_usable()) {
      usable.push_back(std::move(candidate));
      continue;
    }
    for (const v1::EvidenceRow* row : candidate.rows) {
      excluded.push_back(MakeExcluded(*row, candidate.effect.reason,
                                      candidate.effect.explanation));
    }
    unusable.push_back(std::move(candidate));
  }
  if (IsSingleGroup(plan) && tests) LeaveOutComparators(usable, excluded);
  if (usable.empty()) return {};
  const auto best = std::min_element(
      usable.begin(), usable.end(),
      [&](const Candidate& a, const Candidate& b) {
        return std::make_tuple(OrderOf(plan, a), a.row().id()) <
               std::make_tuple(OrderOf(plan, b), b.row().id());
      });
  Candidate winner = *best;
  if (IsSingleGroup(plan)) CombineArmsOf(winner, usable, plan);
  std::vector<const Candidate*> rivals = RivalsOf(winner, usable, plan);
  if (!IsSingleGroup(plan)) {
    const auto missing = UnusableRivalsOf(winner, unusable, plan);
    rivals.insert(rivals.end(), missing.begin(), missing.end());
  }
  if (rivals.empty()) {
    ListOthers(winner, {winner}, usable, {}, plan, excluded);
    return {winner};
  }
  std::string why;
  if (plan.shared_comparator() == v1::SHARED_COMPARATOR_COMBINE ||
      plan.shared_comparator() == v1::SHARED_COMPARATOR_SPLIT) {
    std::vector<const Candidate*> level = rivals;
    level.insert(level.begin(), &*best);
    SharedContrasts shared = CountShared(level, rows, plan);
    if (!shared.counted.empty()) {
      ListOthers(winner, shared.counted, usable, shared.among, plan, excluded);
      return std::move(shared.counted);
    }
    why = std::move(shared.why_not);
  }
  ExcludeRivals(winner, rivals, usable, plan, why, excluded);
  return {};
}

double SizeOf(const Candidate& candidate) {
  double participants = candidate.effect.group_participants +
                        candidate.effect.reference_participants;
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

// Where a 0 of one study changes the tables of all, it is known only now.
void SettleZeroCells(const v1::ReviewOutcome& plan, Selection& selection) {
  std::vector<const Candidate*> studies;
  for (const Candidate& study : selection.studies) studies.push_back(&study);
  selection.zero_cells = SettledTables(studies, plan);
  if (selection.zero_cells == plan.zero_cells().to()) return;
  const v1::ReviewOutcome settled = WithTables(plan, selection.zero_cells);
  for (Candidate& study : selection.studies) {
    study.effect = EffectOfCandidate(study, study.rows, settled);
  }
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
    const RowList whole = WithoutParts(of_trial, plan, selection.excluded);
    for (Candidate& each :
         PickOf(whole, CandidatesOf(whole, plan, selection.excluded), plan,
                selection.excluded)) {
      selection.studies.push_back(std::move(each));
    }
  }
  if (IsSingleGroup(plan)) LeaveOutStudiesOfComparators(selection);
  RefuseOverlap(selection, plan);
  SettleUnits(plan, selection);
  SettleZeroCells(plan, selection);
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

v1::PossibleResult MakePossible(const v1::EvidenceRow& row,
                                const std::set<std::string>& fields) {
  v1::PossibleResult possible;
  possible.set_row(row.id());
  possible.set_trial_id(row.trial_id());
  possible.set_study(row.study());
  for (const std::string& field : fields) possible.add_fields(field);
  if (row.has_printed()) possible.set_printed(row.printed());
  if (row.has_design()) possible.set_design(row.design());
  if (row.has_group()) possible.set_group(row.group());
  if (row.has_reference()) possible.set_reference(row.reference());
  return possible;
}

RowEffect EffectOfCandidate(const Candidate& candidate, Rows rows,
                            const v1::ReviewOutcome& plan) {
  RowEffect effect =
      InUnit(EffectInOwnUnit(candidate, rows, plan), candidate.unit_factor);
  if (effect.method == v1::DERIVATION_METHOD_INTERVAL &&
      std::any_of(rows.begin(), rows.end(), [](const v1::EvidenceRow* row) {
        return (row->has_low() || row->has_high()) && !row->has_level();
      })) {
    effect.effect.warnings.push_back(
        "the level of its interval is not stated and was read as 95 %");
  }
  return effect;
}

std::vector<Selection> SelectStudies(
    Rows rows, absl::Span<const v1::PossibleResult> possible,
    const v1::ReviewOutcome& plan) {
  std::map<v1::StudyDesign, RowList> by_design;
  for (const v1::EvidenceRow* row : rows) {
    by_design[row->design()].push_back(row);
  }
  for (const v1::PossibleResult& each : possible) by_design[each.design()];
  std::vector<Selection> selections;
  for (const int number : plan.designs()) {
    const auto found = by_design.find(static_cast<v1::StudyDesign>(number));
    if (found == by_design.end()) continue;
    selections.push_back(SelectOfDesign(found->first, found->second, plan));
    by_design.erase(found);
  }
  if (selections.empty()) {
    selections.emplace_back();
    selections.back().design = static_cast<v1::StudyDesign>(plan.designs(0));
  }
  for (const auto& [design, of_design] : by_design) {
    Selection& selection = selections.emplace_back();
    selection.design = design;
    for (const v1::EvidenceRow* row : of_design) {
      selection.excluded.push_back(ExcludedByDesign(*row, plan));
    }
  }
  for (Selection& selection : selections) {
    SortSelection(selection);
    for (const v1::PossibleResult& each : possible) {
      if (each.design() == selection.design) selection.possible.push_back(each);
    }
  }
  return selections;
}

}  // namespace consilium

#include "server/review/rivals.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "proto/base/enum_text.h"
#include "proto/base/number_text.h"
#include "server/review/shared_contrasts.h"
#include "server/synthesis/derivation_text.h"
#include "server/synthesis/real_math.h"

namespace consilium {
namespace {

// Whether no ratio is printed, and P with the number of events gave one.
bool IsOfEvents(const Candidate& candidate) {
  return candidate.effect.effect.derivation == Derivation::kEventsAndP;
}

// Whether it does not state the population by which the plan prefers results.
bool LeavesPopulationOpen(const v1::ReviewOutcome& plan,
                          const Candidate& candidate) {
  return candidate.row().population() == v1::ANALYSIS_POPULATION_UNSPECIFIED &&
         std::any_of(plan.preferences().begin(), plan.preferences().end(),
                     [](const v1::Preference& preference) {
                       return preference.criterion() ==
                              v1::PREFERENCE_CRITERION_POPULATION;
                     });
}

bool IsOfSameGroups(const Candidate& a, const Candidate& b) {
  return a.reference_count == b.reference_count && a.group() == b.group() &&
         a.reference() == b.reference();
}

// Whether the protocol's numbers, were they there, would be of it: not of what
// measures something else, nor of what tells nothing of a ratio.
bool WantsANumber(const Candidate& candidate) {
  switch (candidate.effect.reason) {
    case v1::EXCLUSION_REASON_MEASURE:
    case v1::EXCLUSION_REASON_MEDIAN:
    case v1::EXCLUSION_REASON_GROUP:
    case v1::EXCLUSION_REASON_NO_INFORMATION:
      return false;
    default:
      return true;
  }
}

bool IsOfSameArms(const Candidate& a, const Candidate& b) {
  return ArmsOf(a, false) == ArmsOf(b, false) &&
         ArmsOf(a, true) == ArmsOf(b, true);
}

bool IsOfSameEffect(const EffectSize& a, const EffectSize& b) {
  return Rounded(a.estimate.value_or(0)) == Rounded(b.estimate.value_or(0)) &&
         Rounded(a.standard_error.value_or(0)) ==
             Rounded(b.standard_error.value_or(0));
}

std::string ShortText(const Candidate& candidate,
                      const v1::ReviewOutcome& plan) {
  if (candidate.row().has_printed()) return candidate.row().printed();
  if (!candidate.effect.is_usable()) {
    return candidate.row().has_value()
               ? PlainDecimal(RoundToDigits(candidate.row().value(), 4))
               : "no number";
  }
  std::optional<double> participants;
  if (candidate.effect.group.has_value()) {
    participants = candidate.effect.group->participants;
  }
  return PlainDecimal(RoundToDigits(
      ToNatural(plan, candidate.effect.effect.estimate.value_or(0),
                participants),
      4));
}

// What tells results of the same groups apart, as the report has it:
// "Interstitial lung disease".
std::string WhatItIsOf(const v1::EvidenceRow& row) {
  if (row.has_event()) {
    return row.event().has_title() ? row.event().title() : row.event().term();
  }
  return row.outcome_detail();
}

}  // namespace

std::string GroupText(const v1::EvidenceRow& row) {
  return row.has_reference()
             ? absl::StrCat(row.group(), " against ", row.reference())
             : row.group();
}

Rank OrderOf(const v1::ReviewOutcome& plan, const Candidate& candidate) {
  Rank order = RankOf(plan, candidate.row());
  order.push_back(candidate.reference_count > 0 || IsOfEvents(candidate) ? 1
                                                                         : 0);
  order.push_back(LeavesPopulationOpen(plan, candidate) ? 1 : 0);
  return order;
}

std::string NotPreferred(const v1::ReviewOutcome& plan, const Candidate& winner,
                         const Candidate& candidate) {
  const Rank best = RankOf(plan, winner.row());
  const Rank other = RankOf(plan, candidate.row());
  for (size_t i = 0; i < best.size(); ++i) {
    if (best[i] == other[i]) continue;
    const v1::Preference& preference = plan.preferences(static_cast<int>(i));
    return absl::StrCat(
        "the protocol prefers ", GroupText(winner.row()), " by ",
        EnumText(*v1::PreferenceCriterion_descriptor()->FindValueByNumber(
            preference.criterion())),
        preference.order().empty()
            ? ""
            : absl::StrCat(" (", absl::StrJoin(preference.order(), ", "), ")"));
  }
  const Rank order_of_best = OrderOf(plan, winner);
  const Rank order_of_other = OrderOf(plan, candidate);
  if (order_of_best[best.size()] == order_of_other[best.size()] &&
      order_of_best < order_of_other) {
    return absl::StrCat(GroupText(winner.row()),
                        " states its population, and this result does not; no "
                        "preference of the protocol tells them apart");
  }
  if (order_of_best < order_of_other) {
    return absl::StrCat("the comparison of ", GroupText(winner.row()),
                        " is printed; this one would be worked out from ",
                        IsOfEvents(candidate) ? "P and the number of events"
                                              : "numbers of arms");
  }
  return absl::StrCat("another estimate of the study stands before it: ",
                      GroupText(winner.row()),
                      "; no preference of the protocol tells them apart");
}

std::vector<const Candidate*> RivalsOf(const Candidate& winner,
                                       const std::vector<Candidate>& usable,
                                       const v1::ReviewOutcome& plan) {
  std::vector<const Candidate*> rivals;
  for (const Candidate& candidate : usable) {
    const bool is_part = std::find(winner.rows.begin(), winner.rows.end(),
                                   &candidate.row()) != winner.rows.end();
    if (!is_part && OrderOf(plan, candidate) == OrderOf(plan, winner) &&
        !(IsOfSameGroups(candidate, winner) &&
          IsOfSameEffect(candidate.effect.effect, winner.effect.effect))) {
      rivals.push_back(&candidate);
    }
  }
  return rivals;
}

std::vector<const Candidate*> UnusableRivalsOf(
    const Candidate& winner, const std::vector<Candidate>& unusable,
    const v1::ReviewOutcome& plan) {
  std::vector<const Candidate*> rivals;
  for (const Candidate& candidate : unusable) {
    const bool printed =
        candidate.row().has_contrast() || candidate.row().has_event_contrast();
    if (printed && WantsANumber(candidate) &&
        OrderOf(plan, candidate) == OrderOf(plan, winner) &&
        !IsOfSameGroups(candidate, winner) &&
        !IsOfSameArms(candidate, winner)) {
      rivals.push_back(&candidate);
    }
  }
  return rivals;
}

void ExcludeRivals(const Candidate& winner,
                   const std::vector<const Candidate*>& rivals,
                   const std::vector<Candidate>& usable,
                   const v1::ReviewOutcome& plan, absl::string_view reason,
                   std::vector<v1::ExcludedResult>& excluded) {
  const bool same_groups = std::all_of(
      rivals.begin(), rivals.end(),
      [&](const Candidate* rival) { return IsOfSameGroups(*rival, winner); });
  std::vector<std::string> texts;
  const auto add = [&](const Candidate& candidate) {
    const std::string what =
        same_groups ? WhatItIsOf(candidate.row()) : GroupText(candidate.row());
    texts.push_back(absl::StrCat(
        ShortText(candidate, plan), what.empty() ? "" : " of ", what,
        candidate.effect.is_usable() ? "" : ", which cannot be pooled"));
  };
  add(winner);
  for (const Candidate* rival : rivals) add(*rival);
  std::vector<const Candidate*> level = rivals;
  level.insert(level.begin(), &winner);
  const bool missing = std::any_of(
      rivals.begin(), rivals.end(),
      [](const Candidate* rival) { return !rival->effect.is_usable(); });
  const std::string why = absl::StrCat(
      texts.size(),
      same_groups ? " results of the same groups" : " results of the study",
      " fit the protocol alike (", absl::StrJoin(texts, "; "),
      "), and none counts; ", reason, reason.empty() ? "" : "; ",
      missing ? "want the number that is missing, or " : "want ",
      "a filter or a preference that tells them apart",
      reason.empty() && CanShare(level)
          ? ", or sharedComparator combine or split"
          : "");
  for (const Candidate& candidate : usable) {
    const bool alike =
        std::find(winner.rows.begin(), winner.rows.end(), &candidate.row()) !=
            winner.rows.end() ||
        std::find(rivals.begin(), rivals.end(), &candidate) != rivals.end();
    for (const v1::EvidenceRow* row : candidate.rows) {
      excluded.push_back(
          MakeExcluded(*row, v1::EXCLUSION_REASON_NOT_PREFERRED,
                       alike ? why : NotPreferred(plan, winner, candidate)));
    }
  }
}

}  // namespace consilium

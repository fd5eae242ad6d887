#include "server/review/shared_contrasts.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/synthesis/derivation_text.h"
#include "server/synthesis/real_math.h"
#include "server/synthesis/shared_comparator.h"

namespace consilium {
namespace {

using Rows = absl::Span<const v1::EvidenceRow* const>;
using Arms = std::set<std::string>;

// As it is pooled.
const v1::EvidenceRow& PooledRow(const Candidate& candidate) {
  return candidate.turned != nullptr ? *candidate.turned : candidate.row();
}

const v1::Group& GroupOf(const v1::EvidenceRow& row, bool reference) {
  if (row.has_event_contrast()) {
    return reference ? row.event_contrast().reference()
                     : row.event_contrast().group();
  }
  return reference ? row.contrast().reference() : row.contrast().group();
}

bool AreDisjoint(const Arms& a, const Arms& b) {
  return std::none_of(a.begin(), a.end(), [&b](const std::string& arm) {
    return b.count(arm) > 0;
  });
}

bool IsWithin(const Arms& a, const Arms& b) {
  return std::includes(b.begin(), b.end(), a.begin(), a.end());
}

// Whether both are printed comparisons of one result.
bool IsOfOneResult(const Candidate& a, const Candidate& b) {
  const v1::EvidenceRow& x = a.row();
  const v1::EvidenceRow& y = b.row();
  return a.reference_count == 0 && b.reference_count == 0 &&
         x.record() == y.record() && x.report() == y.report() &&
         x.population() == y.population() && x.grade() == y.grade() &&
         x.time_months() == y.time_months() && x.unit() == y.unit() &&
         x.outcome_detail() == y.outcome_detail() &&
         std::equal(x.subgroups().begin(), x.subgroups().end(),
                    y.subgroups().begin(), y.subgroups().end());
}

// Those of `level` that share the comparator of `first`, each of other
// participants than those before it.
std::vector<const Candidate*> SharersOf(
    const Candidate& first, absl::Span<const Candidate* const> level) {
  std::vector<const Candidate*> sharers = {&first};
  for (const Candidate* each : level) {
    const bool shares =
        each != &first && IsOfOneResult(first, *each) &&
        ArmsOf(first, true) == ArmsOf(*each, true) &&
        std::all_of(
            sharers.begin(), sharers.end(), [each](const Candidate* taken) {
              return AreDisjoint(ArmsOf(*taken, false), ArmsOf(*each, false));
            });
    if (shares) sharers.push_back(each);
  }
  return sharers;
}

// Events and participants of the comparator, as estimates beside the
// comparisons count them; 0 when none tells.
ArmCounts CountsOfComparator(const Candidate& candidate, Rows rows) {
  const v1::EvidenceRow& contrast = candidate.row();
  const Arms arms = ArmsOf(candidate, true);
  ArmCounts counts;
  for (const v1::EvidenceRow* row : rows) {
    const v1::Group& group =
        row->has_count() ? row->count().group() : row->estimate().group();
    if ((row->kind() != v1::EVIDENCE_KIND_ESTIMATE &&
         row->kind() != v1::EVIDENCE_KIND_ADVERSE_EVENT_COUNT) ||
        row->record() != contrast.record() ||
        row->report() != contrast.report() ||
        row->population() != contrast.population() ||
        row->grade() != contrast.grade() || !row->subgroups().empty() ||
        !contrast.subgroups().empty() || !row->has_events() ||
        Arms(group.arms().begin(), group.arms().end()) != arms) {
      continue;
    }
    if (row->events() < counts.events) continue;
    counts = {static_cast<double>(row->events()),
              static_cast<double>(row->participants())};
  }
  return counts;
}

std::string Short(double value) {
  return PlainDecimal(RoundToDigits(value, 4));
}

// What the comparator brings to the variances of comparisons, and how that is
// known.
struct ComparatorVariances {
  std::vector<double> variances;
  std::string how;
};

// By the events of the comparator, else by the sizes of the arms, else as of
// arms of equal size.
ComparatorVariances VariancesOf(absl::Span<const RowEffect> effects,
                                absl::Span<const ArmSizes> sizes,
                                const ArmCounts& comparator,
                                const v1::ReviewOutcome& plan) {
  const auto variance_of = [](const RowEffect& effect) {
    const double error = effect.effect.standard_error.value_or(0);
    return error * error;
  };
  ComparatorVariances known;
  std::string too_few;
  const std::optional<double> of_events =
      ComparatorVariance(ScaleOf(plan), comparator);
  if (of_events.has_value()) {
    if (std::all_of(effects.begin(), effects.end(), [&](const auto& effect) {
          return *of_events < variance_of(effect);
        })) {
      known.variances.assign(effects.size(), *of_events);
      known.how = absl::StrCat(
          "its ", PlainDecimal(comparator.events), " events",
          comparator.participants > 0
              ? absl::StrCat(" in ", PlainDecimal(comparator.participants),
                             " participants")
              : "",
          " bring ", Short(*of_events), " to each variance");
      return known;
    }
    too_few = absl::StrCat("its ", PlainDecimal(comparator.events),
                           " events would bring more than a whole variance; ");
  }
  const bool sized =
      std::all_of(sizes.begin(), sizes.end(), [](const ArmSizes& each) {
        return each.group > 0 && each.reference > 0;
      });
  std::vector<std::string> shares;
  for (size_t i = 0; i < effects.size(); ++i) {
    const double share =
        sized ? ComparatorShare(sizes[i].group, sizes[i].reference) : 0.5;
    known.variances.push_back(share * variance_of(effects[i]));
    shares.push_back(absl::StrCat(PlainDecimal(RoundToDigits(100 * share, 3)),
                                  " % (", PlainDecimal(sizes[i].group),
                                  " against ", PlainDecimal(sizes[i].reference),
                                  " participants)"));
  }
  known.how = absl::StrCat(
      too_few,
      sized ? absl::StrCat("by the sizes of the arms, if all participants vary "
                           "alike, it brings ",
                           absl::StrJoin(shares, " and "), " of the variance")
            : absl::StrCat(
                  "it is supposed to bring half of each variance, as of arms "
                  "of equal size, a correlation of 0.5, for ",
                  too_few.empty() ? "neither its events nor all sizes are known"
                                  : "not all sizes are known"));
  return known;
}

std::string PartText(const Candidate& part, const RowEffect& effect,
                     double weight, const v1::ReviewOutcome& plan) {
  return absl::StrCat(
      Short(ToNatural(plan, effect.effect.estimate.value_or(0), std::nullopt)),
      " of ", part.group(), " (SE ",
      Short(effect.effect.standard_error.value_or(0)), ", weight ",
      PlainDecimal(RoundToDigits(100 * weight, 3)), " %)");
}

Candidate CombinedCandidate(const std::vector<const Candidate*>& sharers,
                            const ArmCounts& comparator,
                            const v1::ReviewOutcome& plan) {
  Candidate candidate;
  candidate.comparator = comparator;
  candidate.sharers = static_cast<int>(sharers.size());
  for (const Candidate* each : sharers) {
    candidate.parts.push_back(*each);
    candidate.rows.push_back(&each->row());
    candidate.notes.insert(candidate.notes.end(), each->notes.begin(),
                           each->notes.end());
  }
  candidate.notes.push_back(
      absl::StrCat(sharers.size(), " comparisons against one comparator, ",
                   sharers.front()->reference(), ", were combined into one"));
  candidate.effect = EffectOfCandidate(candidate, candidate.rows, plan);
  return candidate;
}

Candidate SplitCandidate(const Candidate& sharer, size_t sharers,
                         const ArmCounts& comparator,
                         const v1::ReviewOutcome& plan) {
  Candidate candidate = sharer;
  candidate.comparator = comparator;
  candidate.sharers = static_cast<int>(sharers);
  candidate.notes.push_back(absl::StrCat(
      "it is one of ", sharers, " comparisons against one comparator, ",
      sharer.reference(), ", of which it counts as if it had 1/", sharers,
      "; they stay correlated, which is ignored"));
  candidate.effect = EffectOfCandidate(candidate, candidate.rows, plan);
  return candidate;
}

// Of comparisons of one level those that share a comparator, two at least, and
// those of their groups with each other, where these are all; none else.
struct Sharing {
  std::vector<const Candidate*> sharers;
  std::vector<const Candidate*> among;
};

Sharing SharingOf(absl::Span<const Candidate* const> level) {
  for (const Candidate* first : level) {
    Sharing sharing = {SharersOf(*first, level), {}};
    if (sharing.sharers.size() < 2) continue;
    Arms groups;
    for (const Candidate* each : sharing.sharers) {
      groups.merge(ArmsOf(*each, false));
    }
    bool all = true;
    for (const Candidate* each : level) {
      if (std::find(sharing.sharers.begin(), sharing.sharers.end(), each) !=
          sharing.sharers.end()) {
        continue;
      }
      all = all && IsOfOneResult(*first, *each) &&
            IsWithin(ArmsOf(*each, false), groups) &&
            IsWithin(ArmsOf(*each, true), groups);
      sharing.among.push_back(each);
    }
    if (all) return sharing;
  }
  return {};
}

// Which of `sharers` cannot be pooled; null where all can.
const Candidate* UnusableOf(const std::vector<const Candidate*>& sharers) {
  const auto found = std::find_if(
      sharers.begin(), sharers.end(),
      [](const Candidate* each) { return !each->effect.is_usable(); });
  return found == sharers.end() ? nullptr : *found;
}

}  // namespace

Arms ArmsOf(const Candidate& candidate, bool reference) {
  const v1::EvidenceRow& row = PooledRow(candidate);
  const v1::Group& group = GroupOf(row, reference);
  if (group.arms().empty()) {
    return {reference ? row.reference() : row.group()};
  }
  return {group.arms().begin(), group.arms().end()};
}

SharedContrasts CountShared(absl::Span<const Candidate* const> level, Rows rows,
                            const v1::ReviewOutcome& plan) {
  SharedContrasts shared;
  Sharing sharing = SharingOf(level);
  if (sharing.sharers.empty()) {
    shared.why_not =
        "they are not all printed comparisons of one result against one "
        "comparator, each of participants of its own, which sharedComparator "
        "wants";
    return shared;
  }
  if (const Candidate* missing = UnusableOf(sharing.sharers)) {
    shared.why_not = absl::StrCat(
        "sharedComparator wants a number that can be pooled of each of them, "
        "and that of ",
        missing->group(), " has none");
    return shared;
  }
  const ArmCounts comparator =
      CountsOfComparator(*sharing.sharers.front(), rows);
  if (plan.shared_comparator() == v1::SHARED_COMPARATOR_COMBINE) {
    shared.counted.push_back(
        CombinedCandidate(sharing.sharers, comparator, plan));
  } else {
    for (const Candidate* each : sharing.sharers) {
      shared.counted.push_back(
          SplitCandidate(*each, sharing.sharers.size(), comparator, plan));
    }
  }
  shared.among = std::move(sharing.among);
  return shared;
}

bool CanShare(absl::Span<const Candidate* const> level) {
  const Sharing sharing = SharingOf(level);
  return !sharing.sharers.empty() && UnusableOf(sharing.sharers) == nullptr;
}

RowEffect CombineParts(const Candidate& candidate,
                       std::vector<RowEffect> effects,
                       const v1::ReviewOutcome& plan) {
  std::vector<ArmSizes> sizes;
  for (const Candidate& part : candidate.parts) sizes.push_back(part.sizes);
  for (RowEffect& effect : effects) {
    if (!effect.is_usable()) return std::move(effect);
  }
  const ComparatorVariances brought =
      VariancesOf(effects, sizes, candidate.comparator, plan);
  std::vector<SharedContrast> contrasts;
  for (size_t i = 0; i < effects.size(); ++i) {
    const double error = effects[i].effect.standard_error.value_or(0);
    contrasts.push_back({effects[i].effect.estimate.value_or(0), error * error,
                         brought.variances[i]});
  }
  const auto combined = CombineContrasts(contrasts);
  if (!combined.ok()) {
    return Exclude(v1::EXCLUSION_REASON_CONTRADICTION,
                   Sentence(combined.status()));
  }
  RowEffect result = effects.front();
  result.effect.estimate = combined->estimate;
  result.effect.standard_error = Rounded(Sqrt(combined->variance));
  result.effect.warnings.clear();
  std::vector<std::string> parts;
  bool counted = true;
  result.group_participants = 0;
  for (size_t i = 0; i < effects.size(); ++i) {
    const Candidate& part = candidate.parts[i];
    const double weight = combined->weights[i];
    parts.push_back(absl::StrCat(PartText(part, effects[i], weight, plan), ": ",
                                 effects[i].effect.how));
    for (const std::string& warning : effects[i].effect.warnings) {
      result.effect.warnings.push_back(
          absl::StrCat(part.group(), ": ", warning));
    }
    if (weight < 0) {
      result.effect.warnings.push_back(absl::StrCat(
          "the weight of ", part.group(),
          " is below 0, so that the combined effect lies outside the two"));
    }
    counted = counted && effects[i].group_participants > 0 &&
              effects[i].reference_participants > 0;
    result.group_participants += effects[i].group_participants;
  }
  if (!counted) result.group_participants = result.reference_participants = 0;
  result.effect.how =
      absl::StrCat("generalised least squares of ", effects.size(),
                   " comparisons that share the comparator ",
                   candidate.parts.front().reference(), ", ", brought.how, ", ",
                   "whence their covariance; ", absl::StrJoin(parts, "; "));
  return result;
}

RowEffect SplitComparator(const Candidate& candidate, RowEffect effect,
                          const v1::ReviewOutcome& plan) {
  if (!effect.is_usable()) return effect;
  const ComparatorVariances brought = VariancesOf(
      {&effect, 1}, {&candidate.sizes, 1}, candidate.comparator, plan);
  const double error = effect.effect.standard_error.value_or(0);
  const auto variance =
      SplitVariance({effect.effect.estimate.value_or(0), error * error,
                     brought.variances.front()},
                    candidate.sharers);
  if (!variance.ok()) {
    return Exclude(v1::EXCLUSION_REASON_CONTRADICTION,
                   Sentence(variance.status()));
  }
  effect.effect.standard_error = Rounded(Sqrt(*variance));
  effect.effect.how = absl::StrCat(
      "SE ", Short(error), " enlarged to ",
      Short(*effect.effect.standard_error), ", for the comparator ",
      candidate.reference(), " is shared by ", candidate.sharers,
      " comparisons: ", brought.how, ", counted ", candidate.sharers,
      " times; ", effect.effect.how);
  effect.reference_participants /= candidate.sharers;
  return effect;
}

}  // namespace consilium

#include "server/review/review_diff.h"

#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "proto/base/enum_text.h"
#include "server/review/protocol_disputes.h"
#include "server/review/unusable_studies.h"
#include "server/synthesis/derivation_text.h"
#include "server/synthesis/real_math.h"

namespace consilium {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::util::MessageDifferencer;
using OutcomeKey = std::pair<std::string, v1::StudyDesign>;
using Outcomes = std::map<OutcomeKey, const v1::OutcomeResult*>;

Outcomes OutcomesOf(const v1::ReviewResult& result) {
  Outcomes outcomes;
  for (const v1::OutcomeResult& outcome : result.outcomes()) {
    outcomes[{outcome.id(), outcome.design()}] = &outcome;
  }
  return outcomes;
}

// By trial, and by their order where several comparisons of one count.
std::map<std::pair<std::string, int>, const v1::StudyResult*> StudiesOf(
    const v1::OutcomeResult& outcome) {
  std::map<std::pair<std::string, int>, const v1::StudyResult*> studies;
  std::map<std::string, int> seen;
  for (const v1::StudyResult& study : outcome.studies()) {
    studies[{study.trial_id(), seen[study.trial_id()]++}] = &study;
  }
  return studies;
}

// What a reader sees change; weights follow from the other studies.
bool SameStudy(const v1::StudyResult& a, const v1::StudyResult& b) {
  return a.row() == b.row() && a.yi() == b.yi() && a.sei() == b.sei() &&
         a.disputed() == b.disputed() && a.risk_of_bias() == b.risk_of_bias();
}

void CompareStudies(const v1::OutcomeResult& before,
                    const v1::OutcomeResult& after, v1::OutcomeChange& change) {
  const auto old_studies = StudiesOf(before);
  const auto new_studies = StudiesOf(after);
  for (const auto& [trial, study] : new_studies) {
    const auto old = old_studies.find(trial);
    if (old == old_studies.end()) {
      change.add_added_studies(study->study());
    } else if (!SameStudy(*old->second, *study)) {
      change.add_changed_studies(study->study());
    }
  }
  for (const auto& [trial, study] : old_studies) {
    if (new_studies.count(trial) == 0) {
      change.add_removed_studies(study->study());
    }
  }
}

std::string EffectText(const v1::PooledEffect& pooled) {
  const auto text = [](double value) {
    return PlainDecimal(RoundToDigits(value, 3));
  };
  return absl::StrCat(text(pooled.effect().value()), " (",
                      text(pooled.effect().low()), " to ",
                      text(pooled.effect().high()), "), ", pooled.studies(),
                      pooled.studies() == 1 ? " study" : " studies");
}

std::string StateText(const v1::OutcomeResult& outcome) {
  if (outcome.has_pooled()) return EffectText(outcome.pooled());
  return EnumText(
      *v1::OutcomeState_descriptor()->FindValueByNumber(outcome.state()));
}

std::string ConclusionText(v1::ConclusionState state) {
  return EnumText(*v1::ConclusionState_descriptor()->FindValueByNumber(state));
}

template <typename Names>
void AppendNames(absl::string_view words, const Names& names,
                 std::string& text) {
  if (!names.empty()) {
    absl::StrAppend(&text, "; ", words, " ", absl::StrJoin(names, ", "));
  }
}

// Those of `of` that cannot be pooled and are not among those of `other`.
std::vector<v1::ExcludedResult> UnusableBeside(const v1::OutcomeResult& of,
                                               const v1::OutcomeResult& other) {
  std::vector<v1::ExcludedResult> beside;
  for (const v1::ExcludedResult& each : of.unusable()) {
    if (std::none_of(other.unusable().begin(), other.unusable().end(),
                     [&each](const v1::ExcludedResult& known) {
                       return known.trial_id() == each.trial_id();
                     })) {
      beside.push_back(each);
    }
  }
  return beside;
}

// Which studies cannot be pooled, and why: all where nothing is pooled, else
// those that were not such before; and which could not.
void AppendUnusable(const v1::OutcomeResult& before,
                    const v1::OutcomeResult& after, std::string& text) {
  const auto now =
      UnusableBeside(after, after.has_pooled() ? before : v1::OutcomeResult());
  if (!now.empty()) {
    absl::StrAppend(&text, "; cannot be pooled: ", UnusableNames(now));
  }
  std::vector<std::string> once;
  for (const v1::ExcludedResult& each : UnusableBeside(before, after)) {
    once.push_back(each.study());
  }
  AppendNames("could not be pooled before:", once, text);
}

std::string Describe(const v1::OutcomeResult& before,
                     const v1::OutcomeResult& after,
                     const v1::OutcomeChange& change) {
  std::string text =
      !before.has_id()
          ? absl::StrCat("new: ", StateText(after))
          : absl::StrCat(StateText(before), " before, ",
                         after.has_id() ? StateText(after) : "not there",
                         " after");
  AppendNames("new:", change.added_studies(), text);
  AppendNames("gone:", change.removed_studies(), text);
  AppendNames("changed:", change.changed_studies(), text);
  AppendUnusable(before, after, text);
  if (before.possible_size() != after.possible_size()) {
    absl::StrAppend(&text,
                    "; rows that may belong to it: ", before.possible_size(),
                    " before, ", after.possible_size(), " after");
  }
  if (change.crossed()) {
    absl::StrAppend(&text, "; the conclusion crossed its threshold: ",
                    ConclusionText(change.conclusion_before()), " before, ",
                    ConclusionText(change.conclusion_after()), " after");
  }
  return text;
}

bool SameOutcome(const v1::OutcomeResult& a, const v1::OutcomeResult& b) {
  return a.state() == b.state() && a.inputs_hash() == b.inputs_hash() &&
         a.conclusion_state() == b.conclusion_state() &&
         a.conclusion() == b.conclusion() &&
         MessageDifferencer::Equals(a.pooled(), b.pooled()) &&
         UnusableBeside(a, b).empty() && UnusableBeside(b, a).empty() &&
         MessageDifferencer::Equals(a.certainty(), b.certainty());
}

v1::OutcomeChange Compare(const v1::OutcomeResult& before,
                          const v1::OutcomeResult& after) {
  v1::OutcomeChange change;
  const v1::OutcomeResult& named = after.has_id() ? after : before;
  change.set_id(named.id());
  change.set_title(named.title());
  change.set_design(named.design());
  if (before.has_pooled()) *change.mutable_before() = before.pooled();
  if (after.has_pooled()) *change.mutable_after() = after.pooled();
  if (before.has_state()) change.set_state_before(before.state());
  if (after.has_state()) change.set_state_after(after.state());
  if (before.has_conclusion_state()) {
    change.set_conclusion_before(before.conclusion_state());
  }
  if (after.has_conclusion_state()) {
    change.set_conclusion_after(after.conclusion_state());
  }
  // A threshold that only one of them declares, or an effect that only one of
  // them has, is no crossing.
  change.set_crossed(before.has_conclusion_state() &&
                     after.has_conclusion_state() &&
                     before.conclusion_state() != after.conclusion_state());
  CompareStudies(before, after, change);
  change.set_description(Describe(before, after, change));
  return change;
}

void CompareOutcomes(const v1::ReviewResult& before,
                     const v1::ReviewResult& after, v1::ReviewDiff& diff) {
  const v1::OutcomeResult none;
  const Outcomes old_outcomes = OutcomesOf(before);
  const Outcomes new_outcomes = OutcomesOf(after);
  int32_t unchanged = 0;
  // In the order of the later protocol, then those that went.
  for (const v1::OutcomeResult& outcome : after.outcomes()) {
    const auto old = old_outcomes.find({outcome.id(), outcome.design()});
    const v1::OutcomeResult& was =
        old == old_outcomes.end() ? none : *old->second;
    if (old != old_outcomes.end() && SameOutcome(was, outcome)) {
      ++unchanged;
    } else {
      *diff.add_outcomes() = Compare(was, outcome);
    }
  }
  for (const v1::OutcomeResult& outcome : before.outcomes()) {
    if (new_outcomes.count({outcome.id(), outcome.design()}) == 0) {
      *diff.add_outcomes() = Compare(outcome, none);
    }
  }
  diff.set_unchanged_outcomes(unchanged);
}

void CompareTrials(const v1::ReviewResult& before,
                   const v1::ReviewResult& after, v1::ReviewDiff& diff) {
  const auto& old_trials = before.included_trials();
  const auto& new_trials = after.included_trials();
  std::vector<std::string> added, removed;
  std::set_difference(new_trials.begin(), new_trials.end(), old_trials.begin(),
                      old_trials.end(), std::back_inserter(added));
  std::set_difference(old_trials.begin(), old_trials.end(), new_trials.begin(),
                      new_trials.end(), std::back_inserter(removed));
  for (std::string& trial : added) diff.add_added_trials(std::move(trial));
  for (std::string& trial : removed) diff.add_removed_trials(std::move(trial));
}

// Top-level fields of the protocol that differ, by their names in JSON.
void CompareProtocols(const v1::Review& before, const v1::Review& after,
                      v1::ReviewDiff& diff) {
  const auto& type = *v1::Review::descriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (field.name() == "update_time") continue;
    MessageDifferencer differencer;
    const std::vector<const FieldDescriptor*> fields = {&field};
    if (!differencer.CompareWithFields(before, after, fields, fields)) {
      diff.add_protocol_paths(std::string(field.json_name()));
    }
  }
}

}  // namespace

v1::ReviewDiff CompareResults(const v1::ReviewResult& before,
                              const v1::ReviewResult& after) {
  v1::ReviewDiff diff;
  *diff.mutable_from() = before.stamp();
  *diff.mutable_to() = after.stamp();
  CompareOutcomes(before, after, diff);
  CompareTrials(before, after, diff);
  if (after.has_protocol() && !before.has_protocol()) {
    diff.set_review_added(true);
  } else {
    CompareProtocols(before.protocol(), after.protocol(), diff);
  }
  for (const v1::ProtocolDispute& dispute : after.protocol_disputes()) {
    *diff.add_protocol_disputes() = WithoutOutcomes(dispute);
  }
  return diff;
}

bool HasChanges(const v1::ReviewDiff& diff) {
  return diff.review_added() || !diff.records().empty() ||
         !diff.outcomes().empty() || !diff.added_trials().empty() ||
         !diff.removed_trials().empty() || !diff.protocol_paths().empty();
}

}  // namespace consilium

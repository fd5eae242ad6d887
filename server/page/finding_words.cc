#include "server/page/finding_words.h"

#include <algorithm>
#include <cstdint>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "proto/base/words.h"
#include "server/page/page_words.h"

namespace consilium {
namespace {

// "14 results of 6 studies" that were found and not pooled.
std::string ListedText(const v1::OutcomeResult& outcome) {
  std::set<absl::string_view> trials;
  for (const v1::ExcludedResult& each : outcome.excluded()) {
    trials.insert(each.trial_id());
  }
  return absl::StrCat(
      Plural(outcome.excluded_size(), "result", "results"), " of ",
      Plural(static_cast<int64_t>(trials.size()), "study", "studies"));
}

}  // namespace

bool IsOfPlan(const v1::OutcomeResult& outcome) {
  const auto& designs = outcome.plan().designs();
  return outcome.state() == v1::OUTCOME_STATE_INVALID_PLAN || designs.empty() ||
         std::find(designs.begin(), designs.end(), outcome.design()) !=
             designs.end();
}

const v1::EffectEstimate* MainEffect(const v1::OutcomeResult& outcome) {
  if (outcome.pooled().effect().has_value()) return &outcome.pooled().effect();
  if (outcome.studies_size() == 1 && outcome.studies(0).effect().has_value()) {
    return &outcome.studies(0).effect();
  }
  return nullptr;
}

std::string StudiesText(const v1::OutcomeResult& outcome) {
  const v1::PooledEffect& pooled = outcome.pooled();
  const int studies =
      outcome.has_pooled() ? pooled.studies() : outcome.studies_size();
  if (studies == 0) {
    return outcome.excluded().empty() ? "No study" : ListedText(outcome);
  }
  return absl::StrCat(
      Plural(studies, "study", "studies"), ", ",
      pooled.has_participants()
          ? Plural(pooled.participants(), "participant", "participants")
      : studies == 1 ? "participants not recorded"
                     : "participants not recorded in all",
      outcome.unusable().empty() ? ""
                                 : absl::StrCat("; ", outcome.unusable_size(),
                                                " more could not be pooled"));
}

std::string StateText(const v1::OutcomeResult& outcome) {
  switch (outcome.state()) {
    case v1::OUTCOME_STATE_ONE_STUDY:
      return "One study; nothing was pooled.";
    case v1::OUTCOME_STATE_NOT_POOLABLE:
      return IsComparison(outcome)
                 ? "Not pooled; each is listed, with its direction."
                 : "Not pooled; each is listed.";
    case v1::OUTCOME_STATE_NO_EVIDENCE:
      if (outcome.possible().empty()) return "No evidence in this version.";
      return absl::StrCat("Nothing is certain to belong here; ",
                          Plural(outcome.possible_size(), "result", "results"),
                          " may, by what the reports leave open.");
    case v1::OUTCOME_STATE_INVALID_PLAN:
      return "The protocol's plan cannot be carried out.";
    default:
      return "";
  }
}

std::string DirectionWords(const v1::ExcludedResult& listed,
                           const ResultRows& rows) {
  const std::string direction = EnumWords(listed.direction());
  const auto row = rows.find(listed.row());
  const v1::Significance significance = row == rows.end()
                                            ? v1::SIGNIFICANCE_UNSPECIFIED
                                            : row->second->significance();
  switch (significance) {
    case v1::SIGNIFICANCE_NOT_SIGNIFICANT:
      return direction.empty() ? "no significant difference"
                               : absl::StrCat(direction, ", not significant");
    case v1::SIGNIFICANCE_SIMILAR:
      return direction.empty() ? "similar"
                               : absl::StrCat(direction, ", called similar");
    case v1::SIGNIFICANCE_SIGNIFICANT:
      return direction.empty() ? "significant, direction not stated"
                               : direction;
    default:
      return direction;
  }
}

std::string IntervalSource(const v1::OutcomeResult& outcome) {
  size_t from_p = 0;
  for (const v1::StudyResult& study : outcome.studies()) {
    if (study.derivation_method() == v1::DERIVATION_METHOD_P_VALUE) ++from_p;
  }
  if (from_p == 0 || MainEffect(outcome) == nullptr) return "";
  if (outcome.studies_size() == 1) return "interval worked out from a P value";
  return absl::StrCat("of ", from_p, " of ", outcome.studies_size(),
                      " studies the interval is worked out from a P value");
}

}  // namespace consilium

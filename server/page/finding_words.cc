#include "server/page/finding_words.h"

#include <algorithm>
#include <cstdint>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
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
      return "No evidence in this version.";
    case v1::OUTCOME_STATE_INVALID_PLAN:
      return "The protocol's plan cannot be carried out.";
    default:
      return "";
  }
}

}  // namespace consilium

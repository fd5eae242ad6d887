#include "server/review/unusable_studies.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "proto/base/enum_text.h"

namespace consilium {
namespace {

// Whether the study would count if it had reported otherwise.
bool IsOfReport(v1::ExclusionReason reason) {
  switch (reason) {
    case v1::EXCLUSION_REASON_NO_VARIANCE:
    case v1::EXCLUSION_REASON_NO_VALUE:
    case v1::EXCLUSION_REASON_BOUND:
    case v1::EXCLUSION_REASON_MEASURE:
    case v1::EXCLUSION_REASON_MEDIAN:
    case v1::EXCLUSION_REASON_RATE_WITHOUT_ERROR:
    case v1::EXCLUSION_REASON_GROUP:
    case v1::EXCLUSION_REASON_DERIVATION:
    case v1::EXCLUSION_REASON_CONTRADICTION:
    case v1::EXCLUSION_REASON_NOT_PREFERRED:
      return true;
    default:
      return false;
  }
}

// Of several rows of a study the one that comes nearest to counting says why
// it does not: one that only others of the study keep out, before one without
// its number, before one of another kind than is pooled.
int Distance(const v1::ExcludedResult& row) {
  switch (row.reason()) {
    case v1::EXCLUSION_REASON_MEASURE:
    case v1::EXCLUSION_REASON_GROUP:
      return 3;
    case v1::EXCLUSION_REASON_NO_VALUE:
      return 2;
    case v1::EXCLUSION_REASON_NOT_PREFERRED:
      return 0;
    default:
      return 1;
  }
}

}  // namespace

std::vector<v1::ExcludedResult> UnusableStudies(const Selection& selection) {
  std::set<std::string> settled;  // Trials that count, or that others keep out.
  for (const Candidate& study : selection.studies) {
    settled.insert(study.row().trial_id());
  }
  for (const v1::ExcludedResult& row : selection.excluded) {
    if (!IsOfReport(row.reason())) settled.insert(row.trial_id());
  }
  std::map<std::string, const v1::ExcludedResult*> nearest;
  for (const v1::ExcludedResult& row : selection.excluded) {
    if (settled.count(row.trial_id()) > 0) continue;
    const v1::ExcludedResult*& known = nearest[row.trial_id()];
    if (known == nullptr || Distance(row) < Distance(*known)) known = &row;
  }
  std::vector<v1::ExcludedResult> unusable;
  for (const auto& [trial, row] : nearest) unusable.push_back(*row);
  std::sort(unusable.begin(), unusable.end(),
            [](const v1::ExcludedResult& a, const v1::ExcludedResult& b) {
              return std::forward_as_tuple(a.study(), a.row()) <
                     std::forward_as_tuple(b.study(), b.row());
            });
  return unusable;
}

std::string UnusableNames(const std::vector<v1::ExcludedResult>& unusable) {
  std::vector<std::string> studies;
  for (const v1::ExcludedResult& each : unusable) {
    studies.push_back(absl::StrCat(
        each.study(), " (",
        absl::StrReplaceAll(
            EnumText(*v1::ExclusionReason_descriptor()->FindValueByNumber(
                each.reason())),
            {{"-", " "}}),
        ": ", each.explanation(), ")"));
  }
  return absl::StrJoin(studies, "; ");
}

std::string UnusableWords(const std::vector<v1::ExcludedResult>& unusable,
                          size_t counted) {
  const size_t all = unusable.size() + counted;
  return absl::StrCat(unusable.size(), " of ", all,
                      all == 1 ? " study" : " studies",
                      " cannot be pooled: ", UnusableNames(unusable));
}

}  // namespace consilium

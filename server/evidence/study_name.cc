#include "server/evidence/study_name.h"

#include "absl/strings/str_cat.h"

namespace consilium {

std::string StudyName(const v1::Trial& trial, const std::string& id,
                      const Publications& publications) {
  if (!trial.acronym().empty()) return trial.acronym();
  const v1::Publication* result = nullptr;
  for (const v1::TrialReport& report : trial.reports()) {
    if (report.role() != v1::REPORT_ROLE_RESULT) continue;
    const auto found = publications.find(report.publication());
    if (found == publications.end()) continue;
    const v1::Publication* each = found->second;
    if (result == nullptr ||
        (each->year() != 0 &&
         (result->year() == 0 || each->year() < result->year()))) {
      result = each;
    }
  }
  if (result != nullptr && result->authors_size() > 0) {
    const std::string& author = result->authors(0);
    const std::string family = author.substr(0, author.find_first_of(", "));
    return result->year() != 0 ? absl::StrCat(family, " ", result->year())
                               : family;
  }
  for (const v1::Registration& each : trial.registrations()) {
    if (each.authority() == v1::REGISTRATION_AUTHORITY_CLINICAL_TRIALS_GOV) {
      return each.number();
    }
  }
  if (trial.registrations_size() > 0) return trial.registrations(0).number();
  if (result != nullptr) {
    for (const v1::Citation& citation : result->cited_in()) {
      if (citation.has_number()) return absl::StrCat("ref ", citation.number());
    }
  }
  return id;
}

}  // namespace consilium

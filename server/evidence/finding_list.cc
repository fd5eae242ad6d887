#include "server/evidence/finding_list.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace consilium {

v1::Finding& FindingList::Add(absl::string_view check,
                              v1::FindingSeverity severity,
                              absl::string_view record, std::string message,
                              std::string expected) {
  v1::Finding finding;
  finding.set_check(std::string(check));
  finding.set_severity(severity);
  finding.set_record(std::string(record));
  finding.set_message(std::move(message));
  if (!expected.empty()) finding.set_expected(std::move(expected));
  const std::vector<absl::string_view> segments = absl::StrSplit(record, '/');
  if (segments.size() > 1 && segments[0] == "trials") {
    if (const TrialEvidence* trial = evidence_.FindTrial(segments[1])) {
      finding.set_trial_id(trial->primary);
      finding.set_study(trial->study);
    }
  }
  findings_.push_back(std::move(finding));
  return findings_.back();
}

void FindingList::AddRow(absl::string_view check, v1::FindingSeverity severity,
                         const v1::EvidenceRow& row, std::string message,
                         std::string expected, const v1::EvidenceRow* related) {
  v1::Finding& finding = Add(check, severity, row.record(), std::move(message),
                             std::move(expected));
  if (row.has_path()) finding.set_path(row.path());
  finding.set_row(row.id());
  if (related != nullptr) finding.add_related(related->id());
}

std::vector<v1::Finding> FindingList::Take() {
  std::stable_sort(
      findings_.begin(), findings_.end(),
      [](const v1::Finding& a, const v1::Finding& b) {
        return std::make_tuple(-a.severity(), a.record(), a.path(), a.check()) <
               std::make_tuple(-b.severity(), b.record(), b.path(), b.check());
      });
  return std::move(findings_);
}

std::string ShowNumber(double number) {
  return absl::StrCat(std::round(number * 1e6) / 1e6);
}

double RoundingOf(double number) {
  double unit = 1;
  for (int decimals = 0; decimals < 6; ++decimals, unit /= 10) {
    const double scaled = number / unit;
    if (std::abs(scaled - std::round(scaled)) < 1e-6) break;
  }
  return unit / 2;
}

}  // namespace consilium

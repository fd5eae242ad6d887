#include "server/evidence/row_report.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "server/evidence/row_fields.h"

namespace consilium {
namespace {

constexpr absl::string_view kTrialFieldsShown[] = {"acronym",
                                                   "registrations",
                                                   "studyType",
                                                   "status",
                                                   "reports",
                                                   "eligibility",
                                                   "enrolledParticipantCount",
                                                   "allocation",
                                                   "randomized",
                                                   "singleArm",
                                                   "interventionModel",
                                                   "relations",
                                                   "title",
                                                   "comparedTrials"};
constexpr absl::string_view kArmFieldsShown[] = {"drugs", "radiotherapies"};
constexpr absl::string_view kOutcomeFieldsShown[] = {
    "measure", "measureText", "compartment", "assessor",
    "role",    "term",        "assessment",  "attribution"};

// Whether the path text is that of one of `fields`, or of an element of it.
bool IsPathOf(absl::string_view path,
              absl::Span<const absl::string_view> fields) {
  const absl::string_view field = path.substr(0, path.find('['));
  return std::find(std::begin(fields), std::end(fields), field) !=
         std::end(fields);
}

// Whether the trial reports it itself: its registration, or a publication that
// is no review of it.
bool IsOwn(const v1::Source& read, const v1::Trial& trial) {
  if (read.has_cites()) return false;
  for (const v1::Registration& each : trial.registrations()) {
    if (read.has_registration() && each.number() == read.registration()) {
      return true;
    }
  }
  for (const v1::TrialReport& each : trial.reports()) {
    if (each.role() != v1::REPORT_ROLE_REVIEW &&
        each.publication() == read.report()) {
      return true;
    }
  }
  return false;
}

// Where the row's element was read; empty when it does not say.
const v1::Source& SourceOfElement(const v1::EvidenceRow& row) {
  if (row.has_estimate()) return row.estimate().source();
  if (row.has_contrast()) return row.contrast().source();
  if (row.has_count()) return row.count().source();
  if (row.has_event_contrast()) return row.event_contrast().source();
  return row.conclusion().source();
}

void FillPublication(const Publications& publications, v1::EvidenceRow& row) {
  const auto found = publications.find(row.report());
  if (found == publications.end()) return;
  if (found->second->has_year()) row.set_year(found->second->year());
  row.unsafe_arena_set_allocated_publication(
      const_cast<v1::Publication*>(found->second));
}

}  // namespace

bool IsShownOfTrial(absl::string_view path) {
  return IsPathOf(path, kTrialFieldsShown);
}

bool IsShownOfArm(absl::string_view path) {
  return IsPathOf(path, kArmFieldsShown);
}

bool IsShownOfOutcome(absl::string_view path) {
  return IsPathOf(path, kOutcomeFieldsShown);
}

void FillReport(const RowSource& source, const Publications& publications,
                v1::EvidenceRow& row) {
  FillPublication(publications, row);
  const auto found = source.record->provenance.find(source.path);
  if (source.path.empty() || found == source.record->provenance.end()) return;
  std::optional<bool> secondary;
  for (v1::Provenance* each : found->second) {
    row.mutable_provenance()->UnsafeArenaAddAllocated(each);
    const v1::Source& read = each->source();
    if (!read.has_report() && !read.has_registration()) continue;
    const std::string& from =
        read.has_report() ? read.report() : read.registration();
    const bool other = read.has_cites() || from != row.report();
    // One institution that went to the origin is enough.
    secondary = secondary.value_or(true) && other;
    if (!row.has_printed() && read.has_text()) row.set_printed(read.text());
  }
  // What a review concludes of a trial was not found by its authors.
  v1::Source report;
  report.set_report(row.report());
  if (row.has_conclusion() && row.trial().reports_size() > 0 &&
      !IsOwn(report, row.trial())) {
    secondary = true;
  }
  if (secondary.has_value()) row.set_secondary(*secondary);
  const v1::Source& element = SourceOfElement(row);
  if (element.has_text()) row.set_printed(element.text());
  FillPrinted(row);
}

void FillTrialReport(const EvidenceRecord& record,
                     const Publications& publications, v1::EvidenceRow& row) {
  const auto& trial = static_cast<const v1::Trial&>(*record.message);
  for (const v1::TrialReport& report : trial.reports()) {
    if (report.role() != v1::REPORT_ROLE_RESULT) continue;
    row.set_report(report.publication());
    break;
  }
  FillPublication(publications, row);
  std::vector<std::pair<std::string, std::vector<v1::Provenance*>>> sorted(
      record.provenance.begin(), record.provenance.end());
  std::sort(sorted.begin(), sorted.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  std::optional<bool> secondary;
  for (const auto& [path, all] : sorted) {
    if (!IsShownOfTrial(path)) continue;
    for (v1::Provenance* each : all) {
      row.mutable_provenance()->UnsafeArenaAddAllocated(each);
      const v1::Source& read = each->source();
      if (!read.has_report() && !read.has_registration()) continue;
      // One field that the trial reports itself is enough.
      secondary = secondary.value_or(true) && !IsOwn(read, trial);
    }
  }
  if (secondary.has_value()) row.set_secondary(*secondary);
}

}  // namespace consilium

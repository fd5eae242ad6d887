#include "server/review/review_run.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "proto/base/status_macros.h"
#include "server/evidence/evidence.h"
#include "server/evidence/unmet_comparisons.h"
#include "server/review/canonical_hash.h"
#include "server/review/errors.h"
#include "server/review/flow_checks.h"
#include "server/review/limits.h"
#include "server/review/outcome_result.h"
#include "server/review/protocol_disputes.h"
#include "server/review/protocol_words.h"
#include "server/review/reports.h"
#include "server/review/review_conflicts.h"
#include "server/review/review_plan.h"
#include "server/review/review_tables.h"

namespace consilium {
namespace {

using google::protobuf::Message;

// Adds rows to a hash, each as a whole: what decides a number today may be any
// of its fields. A record that rows share is serialised once: it goes in by its
// own hash.
class RowHasher {
 public:
  explicit RowHasher(CanonicalHash& hash) : hash_(hash) {}

  void Add(const v1::EvidenceRow& row) {
    flat_.Clear();
    CopyRow(row, {.provenance = true}, flat_);
    hash_.Add(flat_);
    ForEachRecord(row, [this](int field, const Message& record) {
      hash_.Add(absl::StrCat(field, " ", HashOf(record)));
    });
  }

 private:
  const std::string& HashOf(const Message& record) {
    std::string& known = hashes_[&record];
    if (known.empty()) {
      CanonicalHash hash("consilium record v1");
      hash.Add(record);
      known = hash.Finish();
    }
    return known;
  }

  CanonicalHash& hash_;
  v1::EvidenceRow flat_;
  absl::flat_hash_map<const Message*, std::string> hashes_;
};

// What the review rests on: of other trials only that they are out of scope.
std::string HashInputs(const ReviewInput& input, const Inclusion& inclusion) {
  CanonicalHash hash("consilium review v2");
  RowHasher rows(hash);
  hash.Add(absl::StrCat(kReviewVersion));
  hash.Add(input.review);
  for (const ProtocolConflict& each : input.protocol_conflicts) {
    hash.Add(each.dispute);
  }
  for (const v1::ProtocolChange& each : input.changes_after_data) {
    hash.Add(each);
  }
  for (const std::string& each : input.dates_after_entry) hash.Add(each);
  for (const v1::Certainty& each : input.certainties) hash.Add(each);
  for (const v1::RiskOfBiasAssessment& each : input.risk_of_bias) {
    hash.Add(each);
  }
  for (const v1::Screening& each : input.screenings) hash.Add(each);
  for (const v1::Publication& each : ListReports(input, inclusion)) {
    hash.Add(each);
  }
  for (const v1::EvidenceRow* row : input.rows) {
    if (!inclusion.RestsOn(row->trial_id())) continue;
    rows.Add(*row);
    const auto variants = input.variants.find(row->id());
    if (variants == input.variants.end()) continue;
    for (const v1::EvidenceRow& variant : variants->second) rows.Add(variant);
  }
  return hash.Finish();
}

// The latest claimed time in the rows that the review rests on, as it is
// written there.
std::string LatestTime(const ReviewInput& input, const Inclusion& inclusion) {
  std::optional<absl::Time> latest;
  std::string text;
  for (const v1::EvidenceRow* row : input.rows) {
    if (!inclusion.RestsOn(row->trial_id())) continue;
    for (const v1::Provenance& provenance : row->provenance()) {
      absl::Time time;
      if (!absl::ParseTime(absl::RFC3339_full, provenance.claimed_time(), &time,
                           nullptr) ||
          (latest.has_value() && time <= *latest)) {
        continue;
      }
      latest = time;
      text = provenance.claimed_time();
    }
  }
  return text;
}

void AddNotices(const v1::Review& review, const Inclusion& inclusion,
                v1::ReviewResult& result) {
  if (review.living_mode().retired() == v1::ANSWER_YES) {
    result.add_notices(
        absl::StrCat("This review is retired",
                     review.living_mode().has_retirement()
                         ? absl::StrCat(": ", review.living_mode().retirement())
                         : "",
                     "."));
  }
  for (const v1::ProtocolDispute& dispute : result.protocol_disputes()) {
    result.add_notices(ProtocolDisputeNotice(dispute));
  }
  const int earlier = result.changes_after_data_size() - kNoticedChangesMax;
  if (earlier > 0) {
    result.add_notices(absl::StrCat(
        "The protocol was changed ", result.changes_after_data_size(),
        " times after data were present; the latest ", kNoticedChangesMax,
        " are told here; changesAfterData of the result, and the page below "
        "the protocol, have all."));
  }
  for (int i = std::max(earlier, 0); i < result.changes_after_data_size();
       ++i) {
    result.add_notices(ChangeAfterDataNotice(result.changes_after_data(i)));
  }
  for (const v1::Amendment& amendment : review.amendments()) {
    if (amendment.after_data() != v1::ANSWER_YES) continue;
    result.add_notices(absl::StrCat(
        "The protocol was amended on ", amendment.date(),
        " after results were known (", amendment.topic(),
        "): ", amendment.text(),
        amendment.has_reason() ? absl::StrCat(" Reason: ", amendment.reason())
                               : ""));
  }
  const auto add_unknown = [&result](absl::string_view where,
                                     absl::string_view text) {
    const auto filter = ParseRowFilter(text);
    if (!filter.ok()) return;
    for (const std::string& word : UnknownOutcomes(*filter)) {
      result.add_notices(absl::StrCat(where, ": ", word));
    }
  };
  if (review.has_inclusion_filter()) {
    add_unknown("inclusionFilter", review.inclusion_filter());
  }
  for (const v1::ReviewSection& section : review.sections()) {
    add_unknown(absl::StrCat("Filter of section ", section.id()),
                section.filter());
  }
  for (const auto& [field, studies] : inclusion.unsaid) {
    result.add_notices(absl::StrCat(
        studies.size(), studies.size() == 1 ? " trial says" : " trials say",
        " nothing of ", field,
        "; NOT in the inclusion filter takes that for no: ",
        absl::StrJoin(studies, ", ")));
  }
}

// What only the whole review has.
void FillTables(const ReviewInput& input, const Inclusion& inclusion,
                v1::ReviewResult& result) {
  for (v1::SectionResult& section : MakeSections(input, inclusion)) {
    *result.add_sections() = std::move(section);
  }
  for (v1::EvidenceRow& row : ListOngoing(input, inclusion)) {
    *result.add_ongoing() = std::move(row);
  }
  for (v1::GapCell& cell : MapGaps(input, inclusion)) {
    *result.add_gap_map() = std::move(cell);
  }
  for (v1::ToxicityRow& row : TabulateToxicity(input, inclusion)) {
    *result.add_toxicity() = std::move(row);
  }
  for (v1::FlowNumber& number : CountFlow(input, inclusion)) {
    *result.add_flow() = std::move(number);
  }
  for (v1::ScreeningAgreement& agreement : CompareScreeners(input.screenings)) {
    *result.add_screening() = std::move(agreement);
  }
  for (const v1::Finding& finding : input.findings) {
    if (inclusion.included.count(finding.trial_id()) > 0) {
      *result.add_findings() = finding;
    }
  }
  for (const v1::RiskOfBiasAssessment& assessment : input.risk_of_bias) {
    if (inclusion.included.count(assessment.trial()) > 0) {
      *result.add_risk_of_bias() = assessment;
    }
  }
  for (v1::Publication& report : ListReports(input, inclusion)) {
    *result.add_reports() = std::move(report);
  }
  for (v1::VocabularyTerm& term : ListTerms(input, inclusion)) {
    *result.add_terms() = std::move(term);
  }
}

}  // namespace

absl::StatusOr<v1::ReviewResult> ComputeReview(
    const ReviewInput& input, absl::string_view outcome,
    absl::FunctionRef<absl::Status()> check_alive) {
  const v1::Review& review = input.review;
  v1::ReviewResult result;
  *result.mutable_stamp() = input.version;
  result.mutable_stamp()->set_review(review.name());
  result.mutable_stamp()->set_review_version(kReviewVersion);
  const Inclusion inclusion = IncludeTrials(input);
  result.mutable_stamp()->set_inputs_hash(HashInputs(input, inclusion));
  const std::string evidence_time = LatestTime(input, inclusion);
  if (!evidence_time.empty()) {
    result.mutable_stamp()->set_evidence_time(evidence_time);
  }
  *result.mutable_protocol() = review;
  for (const std::string& trial : inclusion.included) {
    result.add_included_trials(trial);
  }
  for (const v1::ExcludedResult& excluded : inclusion.excluded) {
    *result.add_excluded_trials() = excluded;
  }
  for (const auto& [trial, possible] : inclusion.possible) {
    *result.add_possible_trials() = possible;
  }
  std::vector<const v1::EvidenceRow*> rows;
  for (const v1::EvidenceRow* row : input.rows) {
    if (inclusion.included.count(row->trial_id()) > 0 ||
        inclusion.possible.count(row->trial_id()) > 0) {
      rows.push_back(row);
    }
  }
  std::vector<std::string> ids;
  bool found = outcome.empty();
  for (const v1::ReviewOutcome* planned : OutcomesInOrder(review)) {
    ids.push_back(planned->id());
    if (!outcome.empty() && planned->id() != outcome) continue;
    found = true;
    RETURN_IF_ERROR(check_alive());
    for (v1::OutcomeResult& each :
         ComputeOutcome(input, inclusion, rows, *planned)) {
      *result.add_outcomes() = std::move(each);
    }
  }
  if (!found) return OutcomeNotFound(outcome, ids);
  RETURN_IF_ERROR(
      AddProtocolDisputes(input, inclusion, outcome, check_alive, result));
  FillTables(input, inclusion, result);
  *result.mutable_changes_after_data() = {input.changes_after_data.begin(),
                                          input.changes_after_data.end()};
  AddNotices(review, inclusion, result);
  for (const std::string& each : input.dates_after_entry) {
    result.add_notices(each);
  }
  const std::vector<v1::FlowNumber> flow(result.flow().begin(),
                                         result.flow().end());
  for (std::string& each : FlowContradictions(review, flow)) {
    result.add_notices(std::move(each));
  }
  for (v1::ReviewConflict& conflict :
       ListConflicts(input.rows, inclusion.included, result)) {
    *result.add_conflicts() = std::move(conflict);
  }
  return result;
}

}  // namespace consilium

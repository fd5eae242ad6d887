#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "server/review/review_tables.h"

namespace consilium {
namespace {

// What was decided of a report at `stage`: the consensus, or what all say.
std::optional<v1::ScreeningDecision> DecisionAt(const v1::Screening& screening,
                                                v1::ScreeningStage stage) {
  std::optional<v1::ScreeningDecision> decided;
  for (const v1::ScreeningDecision& decision : screening.decisions()) {
    if (decision.stage() != stage) continue;
    if (decision.screener() == "consensus") return decision;
    if (!decided.has_value()) {
      decided = decision;
    } else if (decided->decision() != decision.decision()) {
      // They differ, and came to nothing yet.
      decided->set_decision(v1::SCREENING_DECISION_KIND_UNSURE);
    }
  }
  return decided;
}

class Flow {
 public:
  void Add(absl::string_view id, absl::string_view title,
           std::optional<int64_t> total,
           const std::map<std::string, int64_t>& reasons = {}) {
    v1::FlowNumber& number = numbers_.emplace_back();
    number.set_id(std::string(id));
    number.set_title(std::string(title));
    if (total.has_value()) number.set_total(*total);
    for (const auto& [reason, count] : reasons) {
      v1::FlowReason& each = *number.add_reasons();
      each.set_reason(reason);
      each.set_count(count);
    }
  }

  std::vector<v1::FlowNumber> Take() { return std::move(numbers_); }

 private:
  std::vector<v1::FlowNumber> numbers_;
};

// A sum is recorded when every part of it is.
class RecordedSum {
 public:
  void Add(bool recorded, int64_t value) {
    any_ = true;
    all_ = all_ && recorded;
    sum_ += value;
  }
  std::optional<int64_t> total() const {
    if (!any_ || !all_) return std::nullopt;
    return sum_;
  }

 private:
  bool any_ = false;
  bool all_ = true;
  int64_t sum_ = 0;
};

void CountSearches(const v1::Review& review, Flow& flow) {
  RecordedSum databases, registers, duplicates;
  for (const v1::SearchRun& search : review.searches()) {
    (search.registry() ? registers : databases)
        .Add(search.has_records(), search.records());
    duplicates.Add(search.has_duplicates(), search.duplicates());
  }
  flow.Add("records-from-databases", "Records identified from databases",
           databases.total());
  flow.Add("records-from-registers", "Records identified from registers",
           registers.total());
  flow.Add("duplicates-removed", "Duplicate records removed before screening",
           duplicates.total());
}

// Reports at one stage, by what was decided.
struct StageCounts {
  int64_t decided = 0, excluded = 0, not_retrieved = 0;
  std::map<std::string, int64_t> reasons;
};

StageCounts CountStage(absl::Span<const v1::Screening> screenings,
                       v1::ScreeningStage stage) {
  StageCounts counts;
  for (const v1::Screening& screening : screenings) {
    const auto decision = DecisionAt(screening, stage);
    if (!decision.has_value()) continue;
    ++counts.decided;
    if (decision->decision() == v1::SCREENING_DECISION_KIND_EXCLUDE) {
      ++counts.excluded;
      ++counts.reasons[decision->has_reason() ? decision->reason()
                                              : "reason not recorded"];
    }
    if (decision->decision() == v1::SCREENING_DECISION_KIND_NOT_RETRIEVED) {
      ++counts.not_retrieved;
    }
  }
  return counts;
}

std::optional<int64_t> IfAny(int64_t decided, int64_t count) {
  if (decided == 0) return std::nullopt;
  return count;
}

void CountScreenings(absl::Span<const v1::Screening> screenings, Flow& flow) {
  const StageCounts abstracts =
      CountStage(screenings, v1::SCREENING_STAGE_TITLE_ABSTRACT);
  const StageCounts texts =
      CountStage(screenings, v1::SCREENING_STAGE_FULL_TEXT);
  flow.Add("records-screened", "Records screened",
           IfAny(abstracts.decided, abstracts.decided));
  flow.Add("records-excluded", "Records excluded",
           IfAny(abstracts.decided, abstracts.excluded), abstracts.reasons);
  flow.Add("reports-sought", "Reports sought for retrieval",
           IfAny(texts.decided, texts.decided));
  flow.Add("reports-not-retrieved", "Reports not retrieved",
           IfAny(texts.decided, texts.not_retrieved));
  flow.Add("reports-assessed", "Reports assessed for eligibility",
           IfAny(texts.decided, texts.decided - texts.not_retrieved));
  flow.Add("reports-excluded", "Reports excluded",
           IfAny(texts.decided, texts.excluded), texts.reasons);
}

// The study's own reports: of a study without results too, and not what reviews
// it beside others.
void AddReports(const v1::EvidenceRow& row, std::set<std::string>& reports) {
  std::set<std::string> reviews;
  for (const v1::TrialReport& report : row.trial().reports()) {
    if (!report.has_publication()) continue;
    switch (report.role()) {
      case v1::REPORT_ROLE_REVIEW:
        reviews.insert(report.publication());
        break;
      case v1::REPORT_ROLE_BACKGROUND:
      case v1::REPORT_ROLE_DERIVED:
        break;
      default:
        reports.insert(report.publication());
    }
  }
  if (!row.report().empty() && reviews.count(row.report()) == 0) {
    reports.insert(row.report());
  }
}

}  // namespace

std::vector<v1::FlowNumber> CountFlow(const ReviewInput& input,
                                      const Inclusion& inclusion) {
  Flow flow;
  CountSearches(input.review, flow);
  CountScreenings(input.screenings, flow);
  std::set<std::string> reports;
  for (const v1::EvidenceRow* row : input.rows) {
    if (inclusion.included.count(row->trial_id()) == 0) continue;
    AddReports(*row, reports);
  }
  flow.Add("studies-included", "Studies included in review",
           static_cast<int64_t>(inclusion.included.size()));
  flow.Add("reports-included", "Reports of included studies",
           static_cast<int64_t>(reports.size()));
  return flow.Take();
}

}  // namespace consilium

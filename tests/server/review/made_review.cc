#include "tests/server/review/made_review.h"

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

absl::Status Alive() { return absl::OkStatus(); }

}  // namespace

MadeReview::MadeReview() {
  review_.set_name("reviews/made");
  review_.set_inclusion_filter("NOT design = preclinical");
  outcome().set_id("os");
  outcome().set_filter("outcome = os");
  outcome().set_measure(v1::EFFECT_MEASURE_HAZARD_RATIO);
  outcome().set_unusable_studies(v1::UNUSABLE_STUDIES_LEAVE_OUT);
}

v1::ReviewOutcome& MadeReview::outcome() {
  if (review_.outcomes().empty()) review_.add_outcomes();
  return *review_.mutable_outcomes(0);
}

v1::EvidenceRow& MadeReview::AddTrial(const std::string& id,
                                      v1::StudyDesign design) {
  v1::EvidenceRow& row = rows_.emplace_back();
  row.set_id(absl::StrCat("trials/", id));
  row.set_record(row.id());
  row.set_kind(v1::EVIDENCE_KIND_TRIAL);
  row.set_trial_id(id);
  row.set_study(id);
  row.set_design(design);
  return row;
}

v1::EvidenceRow& MadeReview::AddHazardRatio(double value) {
  v1::EvidenceRow& row = AddResult("os", "contrasts[a:b]");
  row.set_kind(v1::EVIDENCE_KIND_CONTRAST);
  row.set_measure(v1::EFFECT_MEASURE_HAZARD_RATIO);
  row.set_group("a");
  row.set_reference("b");
  row.set_value(value);
  row.mutable_contrast()->set_value(value);
  return row;
}

v1::EvidenceRow& MadeReview::AddHazardRatio(double value, double low,
                                            double high) {
  v1::EvidenceRow& row = AddHazardRatio(value);
  row.set_low(low);
  row.set_high(high);
  row.set_level(95);
  return row;
}

v1::EvidenceRow& MadeReview::AddCounts(const std::string& arm, int events,
                                       int participants) {
  v1::EvidenceRow& row =
      AddResult("events", absl::StrCat("estimates[", arm, "]"));
  row.set_kind(v1::EVIDENCE_KIND_ESTIMATE);
  row.set_statistic(v1::STATISTIC_PROPORTION);
  row.set_group(arm);
  row.set_treatment(arm == "a"
                        ? v1::TREATMENT_SETTING_TARGETED_WITH_RADIOTHERAPY
                        : v1::TREATMENT_SETTING_TARGETED_ALONE);
  row.set_events(events);
  row.set_participants(participants);
  row.mutable_estimate()->mutable_group()->add_arms(arm);
  return row;
}

v1::EvidenceRow& MadeReview::AddRate(const std::string& arm, int events,
                                     double years) {
  v1::EvidenceRow& row = AddCounts(arm, events, 0);
  row.clear_participants();
  row.set_statistic(v1::STATISTIC_COUNT);
  v1::Quantity& time = *row.mutable_estimate()->mutable_person_time();
  time.set_value(years);
  time.set_unit("a");
  return row;
}

v1::EvidenceRow& MadeReview::AddMean(const std::string& arm, double mean,
                                     double standard_deviation,
                                     int participants) {
  v1::EvidenceRow& row = AddCounts(arm, 0, participants);
  row.clear_events();
  row.clear_treatment();
  row.set_statistic(v1::STATISTIC_MEAN);
  row.set_value(mean);
  v1::Dispersion& spread = *row.mutable_estimate()->mutable_dispersion();
  spread.set_kind(v1::DISPERSION_KIND_STANDARD_DEVIATION);
  spread.set_value(standard_deviation);
  row.add_arms()->set_type(arm == "a" ? v1::ARM_TYPE_EXPERIMENTAL
                                      : v1::ARM_TYPE_PLACEBO_COMPARATOR);
  return row;
}

std::vector<v1::EvidenceRow*> MadeReview::results() {
  std::vector<v1::EvidenceRow*> found;
  for (v1::EvidenceRow& row : rows_) {
    if (row.kind() != v1::EVIDENCE_KIND_TRIAL) found.push_back(&row);
  }
  return found;
}

void MadeReview::AddVariant(const v1::EvidenceRow& variant) {
  variants_[variant.id()].push_back(variant);
}

ReviewInput MadeReview::Input() const {
  ReviewInput input;
  input.review = review_;
  for (const v1::EvidenceRow& row : rows_) input.rows.push_back(&row);
  input.variants = variants_;
  return input;
}

absl::StatusOr<v1::ReviewResult> MadeReview::Run(
    absl::string_view outcome) const {
  return ComputeReview(Input(), outcome, Alive);
}

v1::OutcomeResult MadeReview::RunOutcome() const {
  const auto result = Run();
  EXPECT_OK(result);
  if (!result.ok() || result->outcomes_size() != 1) {
    ADD_FAILURE() << "want one result";
    return {};
  }
  return result->outcomes(0);
}

v1::EvidenceRow& MadeReview::AddResult(const std::string& outcome,
                                       const std::string& path) {
  const v1::EvidenceRow trial = rows_.back();
  v1::EvidenceRow& row = rows_.emplace_back();
  row.set_trial_id(trial.trial_id());
  row.set_study(trial.study());
  row.set_design(trial.design());
  *row.mutable_overlaps() = trial.overlaps();
  row.set_record(
      absl::StrCat("trials/", trial.trial_id(), "/endpoints/", outcome));
  row.set_path(path);
  row.set_id(absl::StrCat(row.record(), "#", path));
  row.set_outcome(outcome);
  row.set_report("paper");
  return row;
}

std::vector<std::string> StudiesOf(const v1::OutcomeResult& result) {
  std::vector<std::string> studies;
  for (const v1::StudyResult& study : result.studies()) {
    studies.push_back(study.study());
  }
  return studies;
}

void AddBcg(MadeReview& made, absl::string_view groups) {
  constexpr int kCounts[][4] = {
      {4, 123, 11, 139},       {6, 306, 29, 303},        {3, 231, 11, 220},
      {62, 13598, 248, 12867}, {33, 5069, 47, 5808},     {180, 1541, 372, 1451},
      {8, 2545, 10, 629},      {505, 88391, 499, 88391}, {29, 7499, 45, 7277},
      {17, 1716, 65, 1665},    {186, 50634, 141, 27338}, {5, 2498, 3, 2341},
      {27, 16913, 29, 17854}};
  made.outcome().set_measure(v1::EFFECT_MEASURE_RISK_RATIO);
  made.outcome().set_filter("outcome = events");
  int number = 10;
  for (const auto& [a, n1, c, n2] : kCounts) {
    made.AddTrial(absl::StrCat("t", number++));
    for (v1::EvidenceRow* row :
         {&made.AddCounts("a", a, n1), &made.AddCounts("b", c, n2)}) {
      if (groups.empty()) continue;
      row->set_population(groups[number - 11] == 'r'
                              ? v1::ANALYSIS_POPULATION_INTENTION_TO_TREAT
                          : groups[number - 11] == 's'
                              ? v1::ANALYSIS_POPULATION_PER_PROTOCOL
                              : v1::ANALYSIS_POPULATION_FULL_ANALYSIS);
    }
  }
}

void AddNormand(MadeReview& made) {
  constexpr double kMeans[][6] = {
      {55, 47, 155, 75, 64, 156}, {27, 7, 31, 29, 4, 32},
      {64, 17, 75, 119, 29, 71},  {66, 20, 18, 137, 48, 18},
      {14, 8, 8, 18, 11, 13},     {19, 7, 57, 18, 4, 52},
      {52, 45, 34, 41, 34, 33},   {21, 16, 110, 31, 27, 183},
      {30, 27, 60, 23, 20, 52}};
  made.outcome().set_filter("outcome = events");
  int number = 1;
  for (const auto& [m1, sd1, n1, m2, sd2, n2] : kMeans) {
    made.AddTrial(absl::StrCat("t", number++));
    made.AddMean("a", m1, sd1, static_cast<int>(n1));
    made.AddMean("b", m2, sd2, static_cast<int>(n2));
  }
}

}  // namespace consilium

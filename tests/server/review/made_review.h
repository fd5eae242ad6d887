// Evidence and protocols that tests make up, down to the number.
#ifndef CONSILIUM_TESTS_SERVER_REVIEW_MADE_REVIEW_H_
#define CONSILIUM_TESTS_SERVER_REVIEW_MADE_REVIEW_H_

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/review/review_input.h"
#include "server/review/review_run.h"

namespace consilium {

// Evidence and a protocol with one outcome, which tests change at will.
class MadeReview {
 public:
  MadeReview();

  v1::Review& review() { return review_; }
  v1::ReviewOutcome& outcome();

  // A trial's own row. Add it before the others of the trial.
  v1::EvidenceRow& AddTrial(
      const std::string& id,
      v1::StudyDesign design = v1::STUDY_DESIGN_RANDOMIZED);

  // A hazard ratio of the last trial, of drug and radiotherapy against the
  // drug.
  v1::EvidenceRow& AddHazardRatio(double value);
  v1::EvidenceRow& AddHazardRatio(double value, double low, double high);

  // Events of one arm of the last trial.
  v1::EvidenceRow& AddCounts(const std::string& arm, int events,
                             int participants);

  // Events of one arm of the last trial in so many person-years.
  v1::EvidenceRow& AddRate(const std::string& arm, int events, double years);

  // Mean and standard deviation of one arm of the last trial. Arm "a" is under
  // test.
  v1::EvidenceRow& AddMean(const std::string& arm, double mean,
                           double standard_deviation, int participants);

  // All rows that are no trial's own.
  std::vector<v1::EvidenceRow*> results();

  void AddVariant(const v1::EvidenceRow& variant);

  ReviewInput Input() const;

  absl::StatusOr<v1::ReviewResult> Run(absl::string_view outcome = "") const;

  // The result of the only outcome and design.
  v1::OutcomeResult RunOutcome() const;

 private:
  v1::EvidenceRow& AddResult(const std::string& outcome,
                             const std::string& path);

  v1::Review review_;
  std::deque<v1::EvidenceRow> rows_;  // Addresses stay.
  std::map<std::string, std::vector<v1::EvidenceRow>> variants_;
};

// The studies that were pooled or stand alone.
std::vector<std::string> StudiesOf(const v1::OutcomeResult& result);

// Colditz 1994, metadat's dat.bcg, vaccinated and not: cases and participants.
// `groups` has a letter for each, which says its analysis population.
void AddBcg(MadeReview& made, absl::string_view groups = "");

// metadat's dat.normand1999: days in hospital after stroke, specialist and
// routine care.
void AddNormand(MadeReview& made);

}  // namespace consilium

#endif  // CONSILIUM_TESTS_SERVER_REVIEW_MADE_REVIEW_H_

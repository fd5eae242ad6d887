// Questions to rows of which bounds, ranges or several readings are known.
#include "server/evidence/row_matcher.h"

#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/evidence/evidence_filter.h"
#include "server/evidence/row_fields.h"
#include "server/evidence/treatment.h"
#include "tests/server/evidence/row_questions.h"

namespace consilium {
namespace {

using testing::HasSubstr;

TEST(RowMatcherTest, WordsAboutSignificanceBoundAPThatIsNotPrinted) {
  v1::EvidenceRow significant, similar;
  significant.set_significance(v1::SIGNIFICANCE_SIGNIFICANT);
  similar.set_significance(v1::SIGNIFICANCE_SIMILAR);
  EXPECT_EQ(Ask("p < 0.05", significant), RowMatch::kMay);
  EXPECT_EQ(Ask("NOT p < 0.05", significant), RowMatch::kMay);
  EXPECT_EQ(Ask("p >= 0.05", significant), RowMatch::kNo);
  EXPECT_EQ(Ask("p < 0.05", similar), RowMatch::kNo);
  EXPECT_EQ(Ask("p > 0.05", similar), RowMatch::kMay);
  EXPECT_EQ(Ask("NOT p < 0.05", similar), RowMatch::kYes);
  // A P that is printed counts, whatever the words.
  significant.set_p(0.2);
  EXPECT_EQ(Ask("p < 0.05", significant), RowMatch::kNo);
}

TEST(RowMatcherTest, WhatIsOngoingMayRecruit) {
  v1::EvidenceRow row;
  row.set_status(v1::TRIAL_STATUS_ONGOING);
  EXPECT_EQ(Ask("status = recruiting", row), RowMatch::kMay);
  EXPECT_EQ(Ask("status = completed", row), RowMatch::kNo);
  EXPECT_EQ(Ask("status = ongoing", row), RowMatch::kYes);
}

TEST(RowMatcherTest, RangesInArmsMayMatch) {
  v1::EvidenceRow row;
  v1::RadiotherapyComponent& radiotherapy =
      *row.add_arms()->add_radiotherapies();
  radiotherapy.mutable_fractions()->set_low(27);
  radiotherapy.mutable_fractions()->set_high(30);
  radiotherapy.mutable_total_dose()->set_low(25);
  radiotherapy.mutable_total_dose()->set_high(40);
  radiotherapy.mutable_total_dose()->set_unit("Gy");
  EXPECT_EQ(Ask("arms.radiotherapies.fractions >= 5", row), RowMatch::kYes);
  EXPECT_EQ(Ask("arms.radiotherapies.fractions = 28", row), RowMatch::kMay);
  EXPECT_EQ(Ask("arms.radiotherapies.totalDose > 30", row), RowMatch::kMay);
  EXPECT_EQ(Ask("arms.radiotherapies.totalDose >= \"2500 cGy\"", row),
            RowMatch::kYes);
  EXPECT_EQ(Ask("arms.radiotherapies.any(totalDose > \"30 gy\")", row),
            RowMatch::kMay);
  EXPECT_THAT(Refusal("arms.radiotherapies.totalDose > \"30 mg\""),
              HasSubstr("Gy, cGy"));
}

TEST(RowMatcherTest, ADoseIsComparedByTheDay) {
  v1::EvidenceRow row;
  v1::Dose& dose = *row.add_arms()->add_drugs()->mutable_dose();
  dose.mutable_amount()->set_value(25);
  dose.mutable_amount()->set_unit("mg");
  EXPECT_EQ(Ask("arms.drugs.dose.amount = \"75 mg/d\"", row), RowMatch::kNo);
  dose.set_times(3);
  dose.mutable_period()->set_value(1);
  dose.mutable_period()->set_unit("d");
  EXPECT_EQ(Ask("arms.drugs.dose.amount = \"75 mg/d\"", row), RowMatch::kYes);
  EXPECT_EQ(Ask("arms.drugs.any(dose.amount >= \"0.07 g/d\")", row),
            RowMatch::kYes);
  EXPECT_EQ(Ask("arms.drugs.dose.amount = \"25 mg\"", row), RowMatch::kYes);
  // Three times in a week is no dose of every day.
  dose.mutable_period()->set_unit("wk");
  EXPECT_EQ(Ask("arms.drugs.dose.amount > \"0 mg/d\"", row), RowMatch::kNo);
}

TEST(RowMatcherTest, APAboveItsQuestionForCertainIsNotFound) {
  EXPECT_EQ(Ask("p < 0.05", PValue(0.001, v1::COMPARATOR_LESS)),
            RowMatch::kYes);
  EXPECT_EQ(Ask("p < 0.05", PValue(0.05, v1::COMPARATOR_LESS)), RowMatch::kYes);
  EXPECT_EQ(Ask("p < 0.05", PValue(0.05, v1::COMPARATOR_LESS_OR_EQUAL)),
            RowMatch::kMay);
  EXPECT_EQ(Ask("p < 0.05", PValue(0.1, v1::COMPARATOR_LESS)), RowMatch::kMay);
  EXPECT_EQ(Ask("p < 0.05", PValue(0.05, v1::COMPARATOR_GREATER)),
            RowMatch::kNo);
  EXPECT_EQ(Ask("p < 0.05", PValue(0.01, v1::COMPARATOR_GREATER)),
            RowMatch::kMay);
  EXPECT_EQ(Ask("p < 0.05", PValue(0.049, v1::COMPARATOR_EQUAL)),
            RowMatch::kYes);
  EXPECT_EQ(Ask("p < 0.05", v1::EvidenceRow()), RowMatch::kNo);
}

TEST(RowMatcherTest, APIsComparedByEveryOperator) {
  const v1::EvidenceRow below = PValue(0.001, v1::COMPARATOR_LESS);
  EXPECT_EQ(Ask("p >= 0.05", below), RowMatch::kNo);
  EXPECT_EQ(Ask("p > 0.0001", below), RowMatch::kMay);
  EXPECT_EQ(Ask("p = 0.001", below), RowMatch::kNo);
  EXPECT_EQ(Ask("p = 0.0002", below), RowMatch::kMay);
  EXPECT_EQ(Ask("p != 0.05", below), RowMatch::kYes);
  EXPECT_EQ(Ask("p <= 1", PValue(0.05, v1::COMPARATOR_GREATER)),
            RowMatch::kYes);
  EXPECT_EQ(Ask("p >= 0.05", PValue(0.05, v1::COMPARATOR_GREATER)),
            RowMatch::kYes);
  EXPECT_EQ(Ask("NOT p < 0.05", PValue(0.1, v1::COMPARATOR_LESS)),
            RowMatch::kMay);
  EXPECT_EQ(Ask("NOT p < 0.05", PValue(0.2, v1::COMPARATOR_GREATER)),
            RowMatch::kYes);
}

TEST(RowMatcherTest, WhatMakesOneSideOfAnOrCertainLeavesNothingOpen) {
  const v1::EvidenceRow row = PValue(0.1, v1::COMPARATOR_LESS);
  EXPECT_EQ(Ask("p < 0.05 OR p < 0.5", row), RowMatch::kYes);
  EXPECT_EQ(Ask("p < 0.05 p < 0.5", row), RowMatch::kMay);
  EXPECT_EQ(Ask("p < 0.05 p > 0.5", row), RowMatch::kNo);
}

TEST(RowMatcherTest, AValueAboveABoundIsFoundInItsUnits) {
  const v1::EvidenceRow row = Median(1, "a", v1::COMPARATOR_GREATER);
  EXPECT_EQ(Ask("valueMonths > 12", row), RowMatch::kYes);
  EXPECT_EQ(Ask("valueMonths > 18", row), RowMatch::kMay);
  EXPECT_EQ(Ask("valueMonths <= 12", row), RowMatch::kNo);
  EXPECT_EQ(Ask("value > 0.5", row), RowMatch::kYes);
  EXPECT_EQ(Ask("value < 0.5", row), RowMatch::kNo);
}

TEST(RowMatcherTest, APrintedRangeMatchesWhenAllOfItDoes) {
  v1::Estimate range;
  range.set_unit("wk");
  range.set_value_low(60);
  range.set_value_high(80);
  const v1::EvidenceRow row = Estimate(range);
  EXPECT_EQ(Ask("valueMonths > 12", row), RowMatch::kYes);
  EXPECT_EQ(Ask("valueMonths > 15", row), RowMatch::kMay);
  EXPECT_EQ(Ask("valueMonths > 20", row), RowMatch::kNo);
}

TEST(RowMatcherTest, AMedianNotReachedMayBeLonger) {
  v1::Estimate estimate;
  estimate.set_status(v1::VALUE_STATUS_NOT_REACHED);
  EXPECT_EQ(Ask("valueMonths > 12", Estimate(estimate)), RowMatch::kMay);
  EXPECT_EQ(Ask("valueMonths > 0", Estimate(estimate)), RowMatch::kYes);
  estimate.set_status(v1::VALUE_STATUS_NOT_REPORTED);
  EXPECT_EQ(Ask("valueMonths > 12", Estimate(estimate)), RowMatch::kNo);
}

TEST(RowMatcherTest, ABoundedShareEndsAtAHundred) {
  v1::Estimate estimate;
  estimate.set_statistic(v1::STATISTIC_PROPORTION);
  estimate.set_value(0.9);
  estimate.set_unit("1");
  estimate.set_comparator(v1::COMPARATOR_GREATER);
  const v1::EvidenceRow row = Estimate(estimate);
  EXPECT_EQ(Ask("valuePercent > 80", row), RowMatch::kYes);
  EXPECT_EQ(Ask("valuePercent <= 100", row), RowMatch::kYes);
  EXPECT_EQ(Ask("value > 95%", row), RowMatch::kMay);
}

// A row of a group that the report knows by its place, of one arm with a drug
// and radiotherapy and one with the drug alone.
v1::EvidenceRow RowOfUnknownGroup() {
  v1::EvidenceRow row;
  v1::Arm& both = *row.add_arms();
  both.add_drugs()->set_drug("gefitinib");
  both.add_radiotherapies()->set_technique(v1::RADIOTHERAPY_TECHNIQUE_SBRT);
  row.add_arms()->add_drugs()->set_drug("gefitinib");
  for (const char* const field :
       {"group", "drugs", "drugClasses", "radiotherapy", "treatment"}) {
    AddUnstated(field, row);
  }
  return row;
}

TEST(RowMatcherTest, WhatAllArmsHadAGroupOfUnknownPlaceHad) {
  const v1::EvidenceRow row = RowOfUnknownGroup();
  EXPECT_EQ(Ask("drugs = gefitinib", row), RowMatch::kYes);
  EXPECT_EQ(Ask("drugClasses = egfr-tki", row), RowMatch::kYes);
  EXPECT_EQ(Ask("radiotherapy = sbrt", row), RowMatch::kMay);
  EXPECT_EQ(Ask("radiotherapy = wbrt", row), RowMatch::kNo);
  EXPECT_EQ(Ask("drugs = osimertinib", row), RowMatch::kNo);
  EXPECT_EQ(Ask("treatment = targeted-with-radiotherapy", row), RowMatch::kMay);
  EXPECT_EQ(Ask("NOT radiotherapy = sbrt", row), RowMatch::kMay);
}

// The row of a trial that gave afatinib with radiosurgery to one arm, and
// gefitinib with brain radiotherapy of no printed technique to another.
v1::EvidenceRow RowOfTwoArms() {
  v1::EvidenceRow row;
  const auto add = [&row](const char* drug,
                          v1::RadiotherapyTechnique technique) {
    v1::Arm& arm = *row.add_arms();
    arm.add_drugs()->set_drug(drug);
    v1::RadiotherapyComponent& radiotherapy = *arm.add_radiotherapies();
    radiotherapy.set_target(v1::RADIOTHERAPY_TARGET_BRAIN);
    if (technique != v1::RADIOTHERAPY_TECHNIQUE_UNSPECIFIED) {
      radiotherapy.set_technique(technique);
    }
    row.add_arm_treatments()->set_arm(drug);
  };
  add("afatinib", v1::RADIOTHERAPY_TECHNIQUE_GAMMA_KNIFE);
  add("gefitinib", v1::RADIOTHERAPY_TECHNIQUE_UNSPECIFIED);
  FillTreatment(TreatmentOf({&row.arms(0), &row.arms(1)}), /*arms_known=*/true,
                row);
  return row;
}

TEST(RowMatcherTest, WhatWasGivenIsAskedOfOneArm) {
  const v1::EvidenceRow row = RowOfTwoArms();
  EXPECT_EQ(Ask("drugs = afatinib AND radiotherapy = gamma-knife", row),
            RowMatch::kYes);
  EXPECT_EQ(Ask("drugClasses = egfr-tki-2g AND radiotherapy = wbrt", row),
            RowMatch::kNo);
  // Of the second arm no technique is printed.
  EXPECT_EQ(
      Ask("drugClasses = egfr-tki-1g AND radiotherapy = gamma-knife", row),
      RowMatch::kMay);
  EXPECT_EQ(Ask("drugs = afatinib AND drugs = gefitinib", row), RowMatch::kNo);
  EXPECT_EQ(
      Ask("drugs = (afatinib OR gefitinib) AND radiotherapy = brain-rt AND "
          "treatment = targeted-with-radiotherapy",
          row),
      RowMatch::kYes);
  // One arm each, and a part of the filter that is no arm's.
  EXPECT_EQ(Ask("armTreatments.any(drugs = afatinib) AND "
                "armTreatments.any(drugs = gefitinib)",
                row),
            RowMatch::kYes);
  EXPECT_EQ(
      Ask("armTreatments.any(drugs = gefitinib AND radiotherapy = wbrt)", row),
      RowMatch::kMay);
  EXPECT_EQ(Ask("armTreatments.any(drugClasses = egfr-tki AND NOT "
                "drugClasses = egfr-tki-1g)",
                row),
            RowMatch::kYes);
  EXPECT_EQ(Ask("armTreatments.all(drugClasses = egfr-tki-1g)", row),
            RowMatch::kNo);
  EXPECT_EQ(Ask("armTreatments.drugs = tagrisso", row), RowMatch::kNo);
  EXPECT_EQ(Ask("armTreatments.any(arm = gefitinib)", row), RowMatch::kYes);
  EXPECT_THAT(Refusal("armTreatments.any(radiotherapy = sbtr)"),
              HasSubstr("sbrt"));
  // An AND never finds more than one of its terms.
  EXPECT_EQ(Ask("treatment = targeted-alone AND drugs = gefitinib", row),
            RowMatch::kNo);
}

TEST(RowMatcherTest, AGroupOfUnknownPlaceMayBeTheArmThatHasAll) {
  const v1::EvidenceRow row = RowOfUnknownGroup();
  EXPECT_EQ(Ask("drugs = gefitinib AND radiotherapy = sbrt", row),
            RowMatch::kMay);
  EXPECT_EQ(Ask("drugs = gefitinib AND drugClasses = egfr-tki", row),
            RowMatch::kYes);
  EXPECT_EQ(Ask("armTreatments.any(drugs = gefitinib)", row), RowMatch::kYes);
  EXPECT_EQ(
      Ask("armTreatments.any(drugs = gefitinib AND radiotherapy = sbrt)", row),
      RowMatch::kMay);
}

TEST(RowMatcherTest, ArmsThatNobodyRecordedMayHaveHadAnything) {
  v1::EvidenceRow row;
  FillTreatment(UnrecordedTreatment(), /*arms_known=*/true, row);
  for (const char* const may :
       {"drugs = gefitinib", "drugClasses = egfr-tki", "radiotherapy = wbrt",
        "treatment = targeted-alone", "NOT drugs = gefitinib",
        "drugs = gefitinib AND radiotherapy = wbrt",
        "armTreatments.drugs = gefitinib",
        "armTreatments.any(drugs = gefitinib AND NOT radiotherapy = wbrt)",
        "NOT armTreatments.any(drugs = gefitinib)"}) {
    EXPECT_EQ(Ask(may, row), RowMatch::kMay) << may;
  }
  EXPECT_EQ(Ask("armTreatments.any(arm = a)", row), RowMatch::kNo);
  // Nobody with metastases of the brain was let in.
  row.add_settings("non-metastatic");
  EXPECT_EQ(Ask("radiotherapy = wbrt", row), RowMatch::kNo);
  // Those of a group from outside are no arms of the trial.
  v1::EvidenceRow external;
  FillTreatment(TreatmentOf({}), /*arms_known=*/true, external);
  EXPECT_EQ(Ask("drugs = gefitinib", external), RowMatch::kNo);
}

TEST(RowMatcherTest, OneMatcherAnswersForManyRowsAsForEach) {
  const v1::EvidenceRow unknown = RowOfUnknownGroup();
  v1::EvidenceRow named;
  named.add_drugs("osimertinib");
  named.add_radiotherapy("wbrt");
  v1::EvidenceRow open;
  v1::Arm& arm = *open.add_arms();
  arm.add_drugs()->set_drug("egfr-tki");
  arm.add_radiotherapies()->set_target(v1::RADIOTHERAPY_TARGET_BRAIN);
  AddUnstated("drugs", open);
  AddUnstated("radiotherapy", open);
  const auto filter =
      *ParseEvidenceFilter("drugs = osimertinib OR radiotherapy = wbrt");
  const std::vector<const v1::EvidenceRow*> rows = {&unknown, &named, &open};
  RowMatcher matcher(filter.root());
  for (int round = 0; round < 2; ++round) {
    for (const v1::EvidenceRow* row : rows) {
      std::set<std::string> all;
      std::set<std::string> alone;
      EXPECT_EQ(matcher.Match(*row, all), MatchRow(filter, *row, alone));
      EXPECT_EQ(all, alone);
    }
  }
}

TEST(RowMatcherTest, WhatAnotherValueAnswersOtherwiseIsOpen) {
  v1::EvidenceRow row = Median(16.7, "mo");
  row.add_disputes()->set_path("estimates[a]");
  const v1::EvidenceRow other = Median(17.6, "mo");
  const RowVariants variants = {{&row, {{.row = &other}}}};
  const auto ask = [&](absl::string_view text, const RowVariants* known) {
    const Filter filter = *ParseEvidenceFilter(text);
    std::set<std::string> fields;
    const RowMatch match = RowMatcher(filter.root(), known).Match(row, fields);
    EXPECT_EQ(match == RowMatch::kMay, !fields.empty()) << text;
    return match;
  };
  EXPECT_EQ(ask("value = 17.6", &variants), RowMatch::kMay);
  EXPECT_EQ(ask("value = 16.7", &variants), RowMatch::kMay);
  EXPECT_EQ(ask("valueMonths > 17", &variants), RowMatch::kMay);
  EXPECT_EQ(ask("estimate.value > 17", &variants), RowMatch::kMay);
  EXPECT_EQ(ask("NOT value = 17.6", &variants), RowMatch::kMay);
  // Whichever it is.
  EXPECT_EQ(ask("value > 16", &variants), RowMatch::kYes);
  EXPECT_EQ(ask("value > 18", &variants), RowMatch::kNo);
  EXPECT_EQ(ask("value = 16.7", nullptr), RowMatch::kYes);
}

TEST(RowMatcherTest, ThatARowIsDisputedIsCertain) {
  v1::EvidenceRow row = Median(16.7, "mo");
  row.add_conflicts("estimates[a]");
  v1::Dispute& dispute = *row.add_disputes();
  dispute.set_path("estimates[a]");
  dispute.add_authors("anna");
  const v1::EvidenceRow other = Median(17.6, "mo");
  const RowVariants variants = {{&row, {{.row = &other}}}};
  for (const char* const text :
       {"disputes:*", "disputes.authors = anna", "conflicts:*",
        "disputes.any(authors = anna)", "doubt:anna OR conflicts:*"}) {
    const Filter filter = *ParseEvidenceFilter(text);
    std::set<std::string> fields;
    EXPECT_EQ(RowMatcher(filter.root(), &variants).Match(row, fields),
              RowMatch::kYes)
        << text;
  }
}

TEST(RowMatcherTest, AnotherReadingAddsWhatMayMatchAndTakesNothing) {
  v1::EvidenceRow row = Median(16.7, "mo");
  row.add_alternatives()->set_reading("17.6");
  const v1::EvidenceRow other = Median(17.6, "mo");
  const RowVariants variants = {{&row, {{.row = &other, .reading = true}}}};
  const auto ask = [&](absl::string_view text) {
    const Filter filter = *ParseEvidenceFilter(text);
    std::set<std::string> fields;
    return RowMatcher(filter.root(), &variants).Match(row, fields);
  };
  EXPECT_EQ(ask("value = 16.7"), RowMatch::kYes);
  EXPECT_EQ(ask("value = 17.6"), RowMatch::kMay);
  EXPECT_EQ(ask("value = 18"), RowMatch::kNo);
  EXPECT_EQ(ask("alternatives:*"), RowMatch::kYes);
}

// Rows of a trial whose arms were given that.
v1::EvidenceRow OfArms(const std::vector<std::vector<std::string>>& arms) {
  v1::EvidenceRow row;
  row.set_kind(v1::EVIDENCE_KIND_TRIAL);
  for (const std::vector<std::string>& components : arms) {
    v1::Arm& arm = *row.add_arms();
    for (const std::string& component : components) {
      if (component == "rt") {
        arm.add_radiotherapies()->set_technique(
            v1::RADIOTHERAPY_TECHNIQUE_SBRT);
      } else {
        arm.add_drugs()->set_drug(component);
      }
    }
    row.add_arm_treatments();
  }
  std::vector<const v1::Arm*> all;
  for (const v1::Arm& arm : row.arms()) all.push_back(&arm);
  FillTreatment(TreatmentOf(all), /*arms_known=*/true, row);
  return row;
}

TEST(RowMatcherTest, ATreatmentIsThatOfAnyArm) {
  const v1::EvidenceRow row =
      OfArms({{"erlotinib", "rt"}, {"erlotinib"}, {"cisplatin", "rt"}, {"rt"}});
  for (const char* const treatment :
       {"targeted-with-radiotherapy", "targeted-alone", "chemoradiotherapy",
        "radiotherapy-alone", "radiotherapy-without-target-drug"}) {
    const std::string filter = absl::StrCat("treatment = ", treatment);
    EXPECT_EQ(Ask(filter, row), RowMatch::kYes) << treatment;
    EXPECT_EQ(Ask(absl::StrCat("NOT ", filter), row), RowMatch::kNo);
  }
  EXPECT_EQ(Ask("treatment = other", row), RowMatch::kNo);
  // By one arm.
  EXPECT_EQ(Ask("treatment = targeted-alone AND drugClasses = egfr-tki", row),
            RowMatch::kYes);
  EXPECT_EQ(Ask("treatment = radiotherapy-alone AND drugs = cisplatin", row),
            RowMatch::kNo);
  EXPECT_EQ(Ask("treatment = radiotherapy-alone",
                OfArms({{"erlotinib", "rt"}, {"erlotinib"}})),
            RowMatch::kNo);
}

TEST(RowMatcherTest, AGroupOfUnknownPlaceMayBeAnArmByItsName) {
  v1::EvidenceRow row = OfArms({{"sotorasib"}, {"docetaxel"}});
  row.mutable_arms(0)->set_name("trials/t/arms/sotorasib");
  row.mutable_arms(0)->set_title("Sotorasib alone");
  row.mutable_arms(1)->set_name("trials/t/arms/docetaxel");
  row.set_group("group 1");
  AddUnstated("group", row);
  EXPECT_EQ(Ask("group = \"sotorasib alone\"", row), RowMatch::kMay);
  EXPECT_EQ(Ask("group:docetaxel", row), RowMatch::kMay);
  EXPECT_EQ(Ask("group = \"group 1\"", row), RowMatch::kYes);
  EXPECT_EQ(Ask("group = \"EGFR-TKI alone\"", row), RowMatch::kNo);
}

TEST(RowMatcherTest, AStudyIsFoundByItsReferenceNumber) {
  v1::EvidenceRow row;
  row.set_study("SINDAS");
  row.mutable_trial()->add_reports()->set_publication("a-review-ref-24");
  EXPECT_EQ(Ask("study = \"ref 24\"", row), RowMatch::kYes);
  EXPECT_EQ(Ask("study = \"Reference 24\"", row), RowMatch::kYes);
  EXPECT_EQ(Ask("study = SINDAS", row), RowMatch::kYes);
  EXPECT_EQ(Ask("study = \"ref 2\"", row), RowMatch::kNo);
  EXPECT_EQ(Ask("study = \"ref 4\"", row), RowMatch::kNo);
}

TEST(RowMatcherTest, TheLineAfterEarlierDrugsIsOpen) {
  v1::EvidenceRow row;
  AddUnstated("line", row);
  EXPECT_EQ(Ask("line >= 2", row), RowMatch::kMay);
  EXPECT_EQ(Ask("line = 1", row), RowMatch::kMay);
  v1::EligibilityTerm& prior = *row.mutable_trial()->add_eligibility();
  prior.mutable_criterion()->set_term("crizotinib");
  prior.mutable_criterion()->set_level("yes");
  prior.mutable_criterion()->set_kind(v1::TERM_KIND_PRIOR_TREATMENT);
  v1::EligibilityTerm& stage = *row.mutable_trial()->add_eligibility();
  stage.mutable_criterion()->set_term("stage");
  stage.mutable_criterion()->set_level("iv");
  EXPECT_EQ(Ask("line = 1", row), RowMatch::kNo);
  EXPECT_EQ(Ask("line >= 2", row), RowMatch::kYes);
  EXPECT_EQ(Ask("line > 1", row), RowMatch::kYes);
  EXPECT_EQ(Ask("line = 2", row), RowMatch::kMay);
  EXPECT_EQ(Ask("line <= 2", row), RowMatch::kMay);
  row.set_line(1);
  row.clear_unstated();
  EXPECT_EQ(Ask("line >= 2", row), RowMatch::kNo);
}

TEST(RowMatcherTest, AnOpenDesignIsWhatTheFactsDoNotDeny) {
  v1::EvidenceRow row;
  AddUnstated("design", row);
  EXPECT_EQ(Ask("design = randomized", row), RowMatch::kMay);
  EXPECT_EQ(Ask("design = preclinical", row), RowMatch::kNo);
  row.mutable_trial()->mutable_randomized()->set_answer(v1::ANSWER_NO);
  EXPECT_EQ(Ask("design = randomized", row), RowMatch::kNo);
  EXPECT_EQ(Ask("design = single-arm", row), RowMatch::kMay);
}

}  // namespace
}  // namespace consilium

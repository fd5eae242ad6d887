// Questions with units, and to numbers of which bounds alone are printed.
#include "server/evidence/evidence_filter.h"

#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/evidence/row_fields.h"
#include "server/evidence/row_matcher.h"
#include "server/evidence/study_facts.h"

namespace consilium {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

RowMatch Ask(absl::string_view filter, const v1::EvidenceRow& row) {
  const absl::StatusOr<Filter> parsed = ParseEvidenceFilter(filter);
  EXPECT_TRUE(parsed.ok()) << parsed.status();
  std::set<std::string> fields;
  const RowMatch match = MatchRow(*parsed, row, fields);
  EXPECT_EQ(match == RowMatch::kMay, !fields.empty()) << filter;
  return match;
}

v1::EvidenceRow Estimate(v1::Estimate estimate) {
  if (!estimate.has_statistic()) estimate.set_statistic(v1::STATISTIC_MEDIAN);
  v1::EvidenceRow row;
  FillEstimate(estimate, row);
  *row.mutable_estimate() = estimate;
  return row;
}

v1::EvidenceRow Median(double value, const std::string& unit,
                       v1::Comparator comparator = v1::COMPARATOR_EQUAL) {
  v1::Estimate estimate;
  estimate.set_value(value);
  estimate.set_unit(unit);
  estimate.set_comparator(comparator);
  return Estimate(estimate);
}

v1::EvidenceRow PValue(double value, v1::Comparator comparator) {
  v1::EvidenceRow row;
  row.set_p(value);
  row.set_p_comparator(comparator);
  return row;
}

TEST(EvidenceFilterTest, AQuestionInMonthsFindsTimesOfEveryUnit) {
  EXPECT_EQ(Ask("valueMonths > 12", Median(13, "mo")), RowMatch::kYes);
  EXPECT_EQ(Ask("valueMonths > 12", Median(508, "d")), RowMatch::kYes);
  EXPECT_EQ(Ask("valueMonths > 12", Median(60, "wk")), RowMatch::kYes);
  EXPECT_EQ(Ask("valueMonths > 12", Median(2, "a")), RowMatch::kYes);
  EXPECT_EQ(Ask("valueMonths > 12", Median(1, "a")), RowMatch::kNo);
  EXPECT_EQ(Ask("valueMonths > 12", Median(300, "d")), RowMatch::kNo);
  EXPECT_EQ(Ask("valueMonths > 12", Median(50, "Gy")), RowMatch::kNo);
}

TEST(EvidenceFilterTest, ANumberWithAUnitIsComparedInMonthsOrPercent) {
  EXPECT_EQ(ParseEvidenceFilter("value > \"1 year\"")->ToString(),
            "valueMonths > 12");
  EXPECT_EQ(ParseEvidenceFilter("value >= 18mo")->ToString(),
            "valueMonths >= 18");
  EXPECT_EQ(ParseEvidenceFilter("low > \"365.25 days\"")->ToString(),
            "lowMonths > 12");
  EXPECT_EQ(ParseEvidenceFilter("value >= 50%")->ToString(),
            "valuePercent >= 50");
  EXPECT_EQ(ParseEvidenceFilter("timeMonths = \"2 years\"")->ToString(),
            "timeMonths = 24");
  EXPECT_EQ(ParseEvidenceFilter("value > 12")->ToString(), "value > 12");
  EXPECT_FALSE(ParseEvidenceFilter("value > \"12 parsecs\"").ok());
  EXPECT_FALSE(ParseEvidenceFilter("p < 5%").ok());
  EXPECT_FALSE(ParseEvidenceFilter("value > \"1-2 years\"").ok());
}

std::string Refusal(absl::string_view filter) {
  const auto refused = ParseEvidenceFilter(filter);
  EXPECT_FALSE(refused.ok()) << filter;
  return std::string(refused.status().message());
}

TEST(EvidenceFilterTest, AUnitThatIsNoneOfTheFieldIsNamedWithThoseThatAre) {
  EXPECT_THAT(Refusal("value > \"12 moths\""),
              AllOf(HasSubstr("h, d, wk, mo or a"), HasSubstr("\"moths\""),
                    HasSubstr("did you mean \"12 months\"?")));
  EXPECT_THAT(Refusal("value > \"60 Gy\""),
              HasSubstr("write value > 60 AND unit = Gy"));
  EXPECT_THAT(Refusal("timeMonths = \"5 %\""), HasSubstr("not in \"%\""));
  EXPECT_THAT(Refusal("p < 5%"), HasSubstr("p is a number without a unit"));
  EXPECT_THAT(Refusal("value > 12 mo AND outcome = pfs"),
              HasSubstr("write value > \"12 mo\""));
}

TEST(EvidenceFilterTest, ATimeIsFoundByTheUnitThatItWasPrintedIn) {
  v1::Estimate estimate;
  estimate.mutable_time()->set_value(16);
  estimate.mutable_time()->set_unit("wk");
  const v1::EvidenceRow row = Estimate(estimate);
  EXPECT_EQ(Ask("timeMonths = \"16 weeks\"", row), RowMatch::kYes);
  EXPECT_EQ(Ask("timeMonths >= \"16 wk\"", row), RowMatch::kYes);
  EXPECT_EQ(Ask("timeMonths > \"112 d\"", row), RowMatch::kNo);
}

v1::EvidenceRow Graded(v1::GradeBandKind kind, int low = 0, int high = 0) {
  v1::AdverseEventCount count;
  count.mutable_grade()->set_kind(kind);
  if (low > 0) count.mutable_grade()->set_low(low);
  if (high > 0) count.mutable_grade()->set_high(high);
  v1::EvidenceRow row;
  FillCount(count, row);
  return row;
}

TEST(EvidenceFilterTest, AGradeIsComparedWithTheGradesThatWereCounted) {
  const v1::EvidenceRow at_least_2 = Graded(v1::GRADE_BAND_KIND_AT_LEAST, 2);
  const v1::EvidenceRow at_least_3 = Graded(v1::GRADE_BAND_KIND_AT_LEAST, 3);
  const v1::EvidenceRow range = Graded(v1::GRADE_BAND_KIND_RANGE, 3, 4);
  const v1::EvidenceRow exact = Graded(v1::GRADE_BAND_KIND_EXACT, 3);
  const v1::EvidenceRow mild = Graded(v1::GRADE_BAND_KIND_AT_MOST, 2);
  const v1::EvidenceRow severe = Graded(v1::GRADE_BAND_KIND_SEVERE);
  const v1::EvidenceRow not_stated = Graded(v1::GRADE_BAND_KIND_NOT_STATED);
  EXPECT_EQ(Ask("grade >= 3", at_least_2), RowMatch::kMay);
  EXPECT_EQ(Ask("grade >= 3", at_least_3), RowMatch::kYes);
  EXPECT_EQ(Ask("grade >= 3", range), RowMatch::kYes);
  EXPECT_EQ(Ask("grade >= 3", exact), RowMatch::kYes);
  EXPECT_EQ(Ask("grade >= 3", mild), RowMatch::kNo);
  EXPECT_EQ(Ask("grade >= 3", severe), RowMatch::kMay);
  EXPECT_EQ(Ask("grade >= 3", not_stated), RowMatch::kMay);
  EXPECT_EQ(Ask("grade >= 3", v1::EvidenceRow()), RowMatch::kNo);
  EXPECT_EQ(Ask("grade = 3", exact), RowMatch::kYes);
  EXPECT_EQ(Ask("grade = 3", range), RowMatch::kMay);
  EXPECT_EQ(Ask("grade = 5", range), RowMatch::kNo);
  EXPECT_EQ(Ask("grade <= 5", at_least_3), RowMatch::kYes);
  EXPECT_EQ(Ask("NOT grade >= 3", at_least_2), RowMatch::kMay);
  EXPECT_EQ(Ask("NOT grade >= 3", mild), RowMatch::kYes);
  // As printed.
  EXPECT_EQ(Ask("grade = severe", severe), RowMatch::kYes);
  EXPECT_EQ(Ask("grade = \">=2\"", at_least_2), RowMatch::kYes);
  EXPECT_EQ(ParseEvidenceFilter("grade >= 3")->ToString(), "grade >= 3");
  EXPECT_THAT(Refusal("grade >= severe"), HasSubstr("such as 3"));
}

TEST(EvidenceFilterTest, ABandThatIsOpenUpwardIsTheWholeAndNotItsParts) {
  const v1::EvidenceRow whole = Graded(v1::GRADE_BAND_KIND_AT_LEAST, 3);
  for (const char* const band :
       {"grade = \">= 3\"", "grade = \">=3\"", "grade = \"3+\"",
        "grade = \"3-5\"", "grade = \"3 or higher\"",
        "grade:\"grade \u2265 3\""}) {
    EXPECT_EQ(ParseEvidenceFilter(band)->ToString(), "grade = \">=3\"") << band;
    EXPECT_EQ(Ask(band, whole), RowMatch::kYes) << band;
  }
  const char* const kBand = "grade = \">= 3\"";
  EXPECT_EQ(Ask(kBand, Graded(v1::GRADE_BAND_KIND_RANGE, 3, 5)),
            RowMatch::kYes);
  // Parts, whose counts are lower bounds.
  for (const v1::EvidenceRow& part : {Graded(v1::GRADE_BAND_KIND_RANGE, 3, 4),
                                      Graded(v1::GRADE_BAND_KIND_EXACT, 3),
                                      Graded(v1::GRADE_BAND_KIND_EXACT, 5),
                                      Graded(v1::GRADE_BAND_KIND_AT_LEAST, 4),
                                      Graded(v1::GRADE_BAND_KIND_SEVERE),
                                      Graded(v1::GRADE_BAND_KIND_NOT_STATED)}) {
    EXPECT_EQ(Ask(kBand, part), RowMatch::kMay) << part.grade();
    EXPECT_EQ(Ask("NOT grade = \">= 3\"", part), RowMatch::kMay);
  }
  for (const v1::EvidenceRow& other : {Graded(v1::GRADE_BAND_KIND_AT_LEAST, 2),
                                       Graded(v1::GRADE_BAND_KIND_EXACT, 2),
                                       Graded(v1::GRADE_BAND_KIND_ANY)}) {
    EXPECT_EQ(Ask(kBand, other), RowMatch::kNo) << other.grade();
    EXPECT_EQ(Ask("grade != \">= 3\"", other), RowMatch::kYes);
  }
  EXPECT_EQ(Ask("grade = \">= 5\"", Graded(v1::GRADE_BAND_KIND_EXACT, 5)),
            RowMatch::kYes);
}

TEST(EvidenceFilterTest, OneWordMayMeanSeveralValues) {
  v1::EvidenceRow row;
  row.set_kind(v1::EVIDENCE_KIND_ADVERSE_EVENT_CONTRAST);
  row.set_reference_treatment(v1::TREATMENT_SETTING_CHEMORADIOTHERAPY);
  EXPECT_EQ(Ask("kind = comparison", row), RowMatch::kYes);
  EXPECT_EQ(Ask("kind:comparison", row), RowMatch::kYes);
  EXPECT_EQ(Ask("kind != comparison", row), RowMatch::kNo);
  EXPECT_EQ(Ask("NOT kind = comparison", row), RowMatch::kNo);
  EXPECT_EQ(Ask("kind = (comparison OR trial)", row), RowMatch::kYes);
  EXPECT_EQ(Ask("referenceTreatment = radiotherapy-without-target-drug", row),
            RowMatch::kYes);
  EXPECT_EQ(Ask("referenceTreatment = radiotherapy-alone", row), RowMatch::kNo);
  row.set_kind(v1::EVIDENCE_KIND_ESTIMATE);
  EXPECT_EQ(Ask("kind = comparison", row), RowMatch::kNo);
  EXPECT_EQ(ParseEvidenceFilter("p < 0.05 AND kind = comparison")->ToString(),
            "p < 0.05 AND (kind = contrast OR kind = adverse-event-contrast)");
}

TEST(EvidenceFilterTest, TextsHaveNoOrder) {
  EXPECT_THAT(Refusal("printed > 12"), HasSubstr("compare value"));
  EXPECT_THAT(Refusal("study >= 2019"), HasSubstr("compare year"));
  EXPECT_THAT(Refusal("adjustment > a"), HasSubstr("has no order"));
}

TEST(EvidenceFilterTest, WordsAboutSignificanceBoundAPThatIsNotPrinted) {
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

TEST(EvidenceFilterTest, WhatIsOngoingMayRecruit) {
  v1::EvidenceRow row;
  row.set_status(v1::TRIAL_STATUS_ONGOING);
  EXPECT_EQ(Ask("status = recruiting", row), RowMatch::kMay);
  EXPECT_EQ(Ask("status = completed", row), RowMatch::kNo);
  EXPECT_EQ(Ask("status = ongoing", row), RowMatch::kYes);
}

TEST(EvidenceFilterTest, RangesInArmsMayMatch) {
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

TEST(EvidenceFilterTest, UsualWordsForFieldsLeadToThem) {
  const struct {
    const char* filter;
    const char* meant;
  } kCases[] = {
      {"HR < 0.5", "write measure = hr AND value"},
      {"retrospective = yes", "write trial.timePerspective = retrospective"},
      {"dose > 5", "arms.drugs.dose.amount"},
      {"arms.drugs.route = oral", "'arms.drugs.dose.route'"},
      {"leadSponsor = x", "'trial.leadSponsor'"},
      {"nonsense = 3", "`consilium explain evidence-row`"},
  };
  for (const auto& each : kCases) {
    EXPECT_THAT(Refusal(each.filter), HasSubstr(each.meant));
  }
}

std::string Reading(absl::string_view filter) {
  const absl::StatusOr<Filter> parsed = ParseEvidenceFilter(filter);
  EXPECT_TRUE(parsed.ok()) << parsed.status();
  return parsed.ok() ? parsed->ToString() : "";
}

TEST(EvidenceFilterTest, AnotherWordForAFieldIsReadAsIt) {
  EXPECT_EQ(Reading("phase = 3"), "trial.phases = 3");
  EXPECT_EQ(Reading("country = \"South Korea\""), "trial.countries = KR");
  EXPECT_EQ(Reading("acronym = SINDAS"), "trial.acronym = SINDAS");
  EXPECT_EQ(Reading("time = 2y"), "timeMonths = 24");
  EXPECT_EQ(Reading("pValue < 0.05"), "p < 0.05");
  EXPECT_EQ(Reading("sampleSize > 100"), "participants > 100");
  EXPECT_EQ(Reading("trial = nct02893332"), "trialId = nct02893332");
  EXPECT_EQ(Reading("trial:acronym"), "trial.acronym:*");
  EXPECT_EQ(Reading("referenceDrugs = gefitinib"),
            "referenceArms.drugs.drug = gefitinib");
  EXPECT_EQ(Reading("phase = (1 OR 2)"),
            Reading("trial.phases = 1 OR trial.phases = 2"));
}

TEST(EvidenceFilterTest, AnOutcomeOfAPlaceIsAMeasureAndACompartment) {
  for (const char* const outcome :
       {"ipfs", "iPFS", "icPFS", "IC-PFS", "\"intracranial pfs\"",
        "\"pfs (intracranial)\"", "\"CNS PFS\"",
        "\"intracranial progression-free survival\"",
        "\"progression free survival of the brain\""}) {
    EXPECT_EQ(Reading(absl::StrCat("outcome = ", outcome)),
              "outcome = pfs AND compartment = intracranial")
        << outcome;
  }
  EXPECT_EQ(Reading("outcome = \"ORR of the central nervous system\""),
            "outcome = orr AND compartment = intracranial");
  EXPECT_EQ(Reading("outcome = \"time to intracranial progression\""),
            "outcome = ttp AND compartment = intracranial");
  EXPECT_EQ(Reading("outcome = \"extracranial DCR\""),
            "outcome = dcr AND compartment = extracranial");
  // These are outcomes of their own.
  EXPECT_EQ(Reading("outcome = \"local control\""), "outcome = control");
  EXPECT_EQ(Reading("outcome = \"distant metastasis-free survival\""),
            "outcome = dmfs");
  EXPECT_EQ(Reading("outcome = foo"), "outcome = foo");

  v1::EvidenceRow anywhere, intracranial, toxicity;
  anywhere.set_outcome("pfs");
  intracranial.set_outcome("pfs");
  intracranial.set_compartment(v1::COMPARTMENT_INTRACRANIAL);
  toxicity.set_adverse_event("rash");
  EXPECT_EQ(Ask("outcome = ipfs", anywhere), RowMatch::kNo);
  EXPECT_EQ(Ask("outcome = ipfs", intracranial), RowMatch::kYes);
  EXPECT_EQ(Ask("outcome = (os OR ipfs)", intracranial), RowMatch::kYes);
  EXPECT_EQ(Ask("NOT outcome = ipfs", intracranial), RowMatch::kNo);
  EXPECT_EQ(Ask("outcome != ipfs", intracranial), RowMatch::kNo);
  EXPECT_EQ(Ask("outcome != ipfs", anywhere), RowMatch::kYes);
  EXPECT_EQ(Ask("outcome != ipfs", toxicity), RowMatch::kNo);
}

TEST(EvidenceFilterTest, ACompartmentHasTheNamesThatReportsUse) {
  for (const char* const word :
       {"cns", "brain", "intracerebral", "\"central nervous system\""}) {
    EXPECT_EQ(Reading(absl::StrCat("compartment = ", word)),
              "compartment = intracranial")
        << word;
  }
  EXPECT_EQ(Reading("compartment = extracerebral"),
            "compartment = extracranial");
  EXPECT_THAT(Refusal("compartment = liver"), HasSubstr("intracranial"));
}

TEST(EvidenceFilterTest, StudiesAreCalledInAnyCaseAndNumbersInAnySpelling) {
  v1::EvidenceRow row;
  row.set_study("SINDAS");
  row.set_trial_id("nct02893332");
  row.add_registrations("ChiCTR1900027769");
  row.mutable_trial()->set_acronym("SINDAS");
  for (const char* const filter :
       {"study = sindas", "study = (a OR Sindas)", "acronym = sindas",
        "trial = NCT02893332", "registrations = \"ChiCTR 1900027769\"",
        "registrations = chictr-1900027769", "registrations:1900027769",
        "registrations = \"chictr*\"", "NOT study = sinda"}) {
    EXPECT_EQ(Ask(filter, row), RowMatch::kYes) << filter;
  }
  for (const char* const filter :
       {"study != sindas", "registrations = ChiCTR190002776",
        "study = \"sin das\"", "trial != NCT02893332"}) {
    EXPECT_EQ(Ask(filter, row), RowMatch::kNo) << filter;
  }
}

TEST(EvidenceFilterTest, ADoubtIsADisputeOrAnotherReading) {
  v1::EvidenceRow misprint, disputed;
  v1::Alternative& reading = *misprint.add_alternatives();
  reading.set_reading("125 mg three times daily");
  reading.set_reason("likely misprint");
  disputed.add_conflicts("estimates[a]");
  for (const v1::EvidenceRow* row : {&misprint, &disputed}) {
    EXPECT_EQ(Ask("doubt:*", *row), RowMatch::kYes);
  }
  EXPECT_EQ(Ask("doubt:misprint", misprint), RowMatch::kYes);
  EXPECT_EQ(Ask("doubt:\"125 mg\"", misprint), RowMatch::kYes);
  EXPECT_EQ(Ask("doubt:misprint", disputed), RowMatch::kNo);
  EXPECT_EQ(Ask("NOT doubt:*", v1::EvidenceRow()), RowMatch::kYes);
}

TEST(EvidenceFilterTest, ADoseIsComparedByTheDay) {
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

TEST(EvidenceFilterTest, AClassInThePlaceOfADrugLeadsToItsField) {
  EXPECT_THAT(Refusal("drugs = \"EGFR-TKI\""),
              HasSubstr("write drugClasses = egfr-tki"));
  EXPECT_THAT(Refusal("drugs = tki"),
              HasSubstr("write drugClasses = tyrosine-kinase-inhibitor"));
  EXPECT_EQ(Reading("drugs = Iressa"), "drugs = gefitinib");
}

TEST(EvidenceFilterTest, ANumberThatIsNotThereIsAskedForOtherwise) {
  EXPECT_THAT(Refusal("p = absent"), HasSubstr("NOT p:*"));
  EXPECT_THAT(Refusal("p != null"), HasSubstr("NOT p:*"));
  EXPECT_THAT(Refusal("p = small"), Not(HasSubstr("NOT p:*")));
}

TEST(EvidenceFilterTest, WordsForValuesAreReadOrLeadToThem) {
  v1::EvidenceRow row;
  row.set_design(v1::STUDY_DESIGN_RANDOMIZED);
  row.set_outcome("orr");
  row.mutable_trial()->add_countries("CN");
  row.mutable_trial()->add_phases(v1::PHASE_PHASE3);
  for (const char* const filter :
       {"design = RCT", "design = randomised", "outcome = \"response rate\"",
        "outcome = \"Overall response rate\"",
        "outcome = \"objective response rate\"", "trial.countries = China",
        "trial.phases = 3", "trial.phases = \"phase III\""}) {
    EXPECT_EQ(Ask(filter, row), RowMatch::kYes) << filter;
  }
  EXPECT_THAT(Refusal("design = retrospective"),
              HasSubstr("write trial.timePerspective = retrospective"));
  EXPECT_THAT(Refusal("settings = oligo"), HasSubstr("oligometastatic"));
  EXPECT_THAT(Refusal("settings = squamous"),
              HasSubstr("write histology = squamous"));
  EXPECT_THAT(Refusal("drugClasses = sabr"),
              HasSubstr("write radiotherapy = sbrt"));
  EXPECT_THAT(Refusal("alterations = exon19"), HasSubstr("egfr-19del"));
  EXPECT_THAT(Refusal("settings = brain metastases"),
              HasSubstr("write settings = \"brain metastases\""));
}

TEST(EvidenceFilterTest, AnOutcomeOfTheRowsIsMeantByANearMiss) {
  v1::EvidenceRow row;
  row.set_outcome("os");
  EXPECT_THAT(
      UnmetComparisons(*ParseEvidenceFilter("outcome = \"overall survial\""),
                       {&row}),
      ElementsAre("no row has outcome = \"overall survial\"; did you mean "
                  "\"os\"?"));
}

TEST(EvidenceFilterTest, AWordThatNoRowHasIsToldWithThoseThatTheyHave) {
  v1::EvidenceRow dcr, os, again, conclusion;
  dcr.set_outcome("dcr");
  dcr.add_adverse_event_terms("hematologic-toxicity");
  os.set_outcome("os");
  os.add_drugs("gefitinib");
  again.set_outcome("os");
  conclusion.set_kind(v1::EVIDENCE_KIND_CONCLUSION);
  conclusion.set_outcome("outlook");
  const auto unmet = [&](absl::string_view filter) {
    return UnmetComparisons(*ParseEvidenceFilter(filter),
                            {&dcr, &os, &again, &conclusion});
  };
  // Control of a place is no slip for control of the disease.
  EXPECT_THAT(unmet("outcome = \"local control\""),
              ElementsAre("no row has outcome = control (local control); those "
                          "that exist: os, dcr"));
  EXPECT_THAT(unmet("outcome = \"local recurrence\""),
              ElementsAre("no row has outcome = \"local recurrence\"; those "
                          "that exist: os, dcr"));
  EXPECT_THAT(unmet("drugs = foo"),
              ElementsAre("no row has drugs = foo; those that exist: "
                          "gefitinib"));
  EXPECT_THAT(unmet("adverseEvent = foo"),
              ElementsAre("no row has adverseEvent = foo; those that exist: "
                          "hematologic-toxicity"));
  EXPECT_THAT(unmet("adverseEvent = hematologicl"),
              ElementsAre("no row has adverseEvent = hematologicl; did you "
                          "mean \"hematologic-toxicity\"?"));
  EXPECT_THAT(unmet("outcome = survival"),
              ElementsAre("no row has outcome = survival; did you mean "
                          "\"os\"?"));
}

TEST(EvidenceFilterTest, AnUnmetQuestionAboutElementsIsToldAsAWhole) {
  v1::EvidenceRow row;
  row.add_arms()->add_drugs()->set_drug("gefitinib");
  EXPECT_THAT(
      UnmetComparisons(*ParseEvidenceFilter("arms.drugs.any(drug = cisplatin)"),
                       {&row}),
      ElementsAre("no row has arms.drugs.any(drug = cisplatin)"));
}

TEST(EvidenceFilterTest, APAboveItsQuestionForCertainIsNotFound) {
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

TEST(EvidenceFilterTest, APIsComparedByEveryOperator) {
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

TEST(EvidenceFilterTest, WhatMakesOneSideOfAnOrCertainLeavesNothingOpen) {
  const v1::EvidenceRow row = PValue(0.1, v1::COMPARATOR_LESS);
  EXPECT_EQ(Ask("p < 0.05 OR p < 0.5", row), RowMatch::kYes);
  EXPECT_EQ(Ask("p < 0.05 p < 0.5", row), RowMatch::kMay);
  EXPECT_EQ(Ask("p < 0.05 p > 0.5", row), RowMatch::kNo);
}

TEST(EvidenceFilterTest, AValueAboveABoundIsFoundInItsUnits) {
  const v1::EvidenceRow row = Median(1, "a", v1::COMPARATOR_GREATER);
  EXPECT_EQ(Ask("valueMonths > 12", row), RowMatch::kYes);
  EXPECT_EQ(Ask("valueMonths > 18", row), RowMatch::kMay);
  EXPECT_EQ(Ask("valueMonths <= 12", row), RowMatch::kNo);
  EXPECT_EQ(Ask("value > 0.5", row), RowMatch::kYes);
  EXPECT_EQ(Ask("value < 0.5", row), RowMatch::kNo);
}

TEST(EvidenceFilterTest, APrintedRangeMatchesWhenAllOfItDoes) {
  v1::Estimate range;
  range.set_unit("wk");
  range.set_value_low(60);
  range.set_value_high(80);
  const v1::EvidenceRow row = Estimate(range);
  EXPECT_EQ(Ask("valueMonths > 12", row), RowMatch::kYes);
  EXPECT_EQ(Ask("valueMonths > 15", row), RowMatch::kMay);
  EXPECT_EQ(Ask("valueMonths > 20", row), RowMatch::kNo);
}

TEST(EvidenceFilterTest, AMedianNotReachedMayBeLonger) {
  v1::Estimate estimate;
  estimate.set_status(v1::VALUE_STATUS_NOT_REACHED);
  EXPECT_EQ(Ask("valueMonths > 12", Estimate(estimate)), RowMatch::kMay);
  EXPECT_EQ(Ask("valueMonths > 0", Estimate(estimate)), RowMatch::kYes);
  estimate.set_status(v1::VALUE_STATUS_NOT_REPORTED);
  EXPECT_EQ(Ask("valueMonths > 12", Estimate(estimate)), RowMatch::kNo);
}

TEST(EvidenceFilterTest, ABoundedShareEndsAtAHundred) {
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

TEST(EvidenceFilterTest, WhatAllArmsHadAGroupOfUnknownPlaceHad) {
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
  FillTreatment(TreatmentOf({&row.arms(0), &row.arms(1)}), /*known=*/true, row);
  return row;
}

TEST(EvidenceFilterTest, WhatWasGivenIsAskedOfOneArm) {
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

TEST(EvidenceFilterTest, AGroupOfUnknownPlaceMayBeTheArmThatHasAll) {
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

TEST(EvidenceFilterTest, OneMatcherAnswersForManyRowsAsForEach) {
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

TEST(EvidenceFilterTest, WhatAnotherValueAnswersOtherwiseIsOpen) {
  v1::EvidenceRow row = Median(16.7, "mo");
  row.add_disputes()->set_path("estimates[a]");
  const v1::EvidenceRow other = Median(17.6, "mo");
  const RowVariants variants = {{&row, {&other}}};
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

TEST(EvidenceFilterTest, HistologiesHaveSynonyms) {
  v1::EvidenceRow row;
  row.add_histology("adenocarcinoma");
  row.add_histology("non-squamous");
  row.add_histology("nsclc");
  EXPECT_EQ(Ask("histology = \"lung adenocarcinoma\"", row), RowMatch::kYes);
  EXPECT_EQ(Ask("histology = nonsquamous", row), RowMatch::kYes);
  EXPECT_EQ(Ask("histology = squamous", row), RowMatch::kNo);
  EXPECT_FALSE(ParseEvidenceFilter("histology = squamos").ok());
}

TEST(EvidenceFilterTest, TheLineAfterEarlierDrugsIsOpen) {
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

TEST(EvidenceFilterTest, AnOpenDesignIsWhatTheFactsDoNotDeny) {
  v1::EvidenceRow row;
  AddUnstated("design", row);
  EXPECT_EQ(Ask("design = randomized", row), RowMatch::kMay);
  EXPECT_EQ(Ask("design = preclinical", row), RowMatch::kNo);
  row.mutable_trial()->mutable_randomized()->set_answer(v1::ANSWER_NO);
  EXPECT_EQ(Ask("design = randomized", row), RowMatch::kNo);
  EXPECT_EQ(Ask("design = single-arm", row), RowMatch::kMay);
}

TEST(EvidenceFilterTest, AWordThatNoVocabularyHasIsRefusedWithASuggestion) {
  const auto refused = ParseEvidenceFilter("radiotherapy = sbtr");
  EXPECT_FALSE(refused.ok());
  EXPECT_THAT(std::string(refused.status().message()),
              testing::HasSubstr("sbrt"));
  EXPECT_THAT(
      std::string(
          ParseEvidenceFilter("drugClasses = gefitinib").status().message()),
      testing::HasSubstr("drugs = gefitinib"));
}

TEST(EvidenceFilterTest, AHintTellsWhatNoRowSatisfiesForCertain) {
  const v1::EvidenceRow row = PValue(0.1, v1::COMPARATOR_LESS);
  EXPECT_THAT(UnmetComparisons(*ParseEvidenceFilter("p < 0.05"), {&row}),
              ElementsAre("no row has p < 0.05"));
  EXPECT_THAT(UnmetComparisons(*ParseEvidenceFilter("p < 0.2"), {&row}),
              IsEmpty());
  EXPECT_THAT(UnmetComparisons(*ParseEvidenceFilter("year > 2020"), {&row}),
              ElementsAre("no row has a value of year at all"));
}

}  // namespace
}  // namespace consilium

// Fields, terms and numbers of questions in the words that people use.
#include "server/evidence/evidence_filter.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/server/evidence/row_questions.h"

namespace consilium {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

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

TEST(EvidenceFilterTest, GradesMayBeWrittenInRomanNumerals) {
  for (const auto& [roman, digits] :
       {std::pair{"grade >= III", "grade >= 3"},
        {"grade > ii", "grade > 2"},
        {"grade = V", "grade = 5"},
        {"grade >= \"grade III\"", "grade >= 3"},
        {"grade = \"III-IV\"", "grade = \"3-4\""},
        {"grade = \"III or higher\"", "grade = \"3-5\""}}) {
    const auto read = ParseEvidenceFilter(roman);
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(read->ToString(), ParseEvidenceFilter(digits)->ToString());
  }
  EXPECT_THAT(Refusal("grade >= VI"), HasSubstr("ordered by their numbers"));
}

TEST(EvidenceFilterTest, AWordThatIsNoTreatmentIsToldWhereItIsAsked) {
  EXPECT_THAT(Refusal("treatment = Tagrisso"),
              HasSubstr("write drugs = osimertinib"));
  EXPECT_THAT(Refusal("referenceTreatment = osimertinib"),
              HasSubstr("write referenceDrugClasses = "));
  EXPECT_THAT(Refusal("treatment = egfr-tki"),
              HasSubstr("write drugClasses = egfr-tki"));
  EXPECT_THAT(Refusal("treatment = sbrt"), HasSubstr("write radiotherapy = "));
  EXPECT_THAT(Refusal("treatment = drug"),
              AllOf(HasSubstr("write drugs = NAME or drugClasses = CLASS"),
                    Not(HasSubstr("other-drug"))));
  EXPECT_THAT(Refusal("treatment = other-drug"),
              HasSubstr("radiotherapy-with-other-drug"));
  EXPECT_THAT(Refusal("treatment = radiotherapy"),
              HasSubstr("radiotherapy-alone"));
  for (const char* treatment : {"combination", "chemoradiotherapy", "other"}) {
    EXPECT_TRUE(
        ParseEvidenceFilter(absl::StrCat("treatment = ", treatment)).ok())
        << treatment;
  }
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

TEST(EvidenceFilterTest, AGradeIsComparedWithTheGradesThatWereCounted) {
  const v1::EvidenceRow at_least_2 = Graded(v1::GRADE_BAND_KIND_AT_LEAST, 2);
  const v1::EvidenceRow at_least_3 = Graded(v1::GRADE_BAND_KIND_AT_LEAST, 3);
  const v1::EvidenceRow range = Graded(v1::GRADE_BAND_KIND_RANGE, 3, 4);
  const v1::EvidenceRow exact = Graded(v1::GRADE_BAND_KIND_EXACT, 3);
  const v1::EvidenceRow mild = Graded(v1::GRADE_BAND_KIND_AT_MOST, 2);
  const v1::EvidenceRow severe = Graded(v1::GRADE_BAND_KIND_SEVERE);
  EXPECT_EQ(Ask("grade = 3", exact), RowMatch::kYes);
  EXPECT_EQ(Ask("grade = 3", range), RowMatch::kNo);
  EXPECT_EQ(Ask("grade = 5", range), RowMatch::kNo);
  EXPECT_EQ(Ask("grade != 3", exact), RowMatch::kNo);
  EXPECT_EQ(Ask("grade != 3", range), RowMatch::kYes);
  EXPECT_EQ(Ask("grade != 3", severe), RowMatch::kMay);
  EXPECT_EQ(Ask("grade != 3", mild), RowMatch::kYes);
  EXPECT_EQ(Ask("grade <= 2", mild), RowMatch::kYes);
  EXPECT_EQ(Ask("grade < 3", mild), RowMatch::kYes);
  EXPECT_EQ(Ask("grade <= 2", at_least_3), RowMatch::kNo);
  EXPECT_EQ(Ask("grade > 2", at_least_3), RowMatch::kYes);
  EXPECT_EQ(Ask("grade >= 1", Graded(v1::GRADE_BAND_KIND_ANY)), RowMatch::kYes);
  EXPECT_EQ(Ask("grade >= 1", at_least_3), RowMatch::kMay);
  EXPECT_EQ(Ask("NOT grade >= 3", exact), RowMatch::kMay);
  EXPECT_EQ(Ask("NOT grade >= 3", at_least_2), RowMatch::kYes);
  EXPECT_EQ(Ask("NOT grade >= 3", mild), RowMatch::kYes);
  // As printed.
  EXPECT_EQ(Ask("grade = severe", severe), RowMatch::kYes);
  EXPECT_EQ(Ask("grade = \">=2\"", at_least_2), RowMatch::kYes);
  EXPECT_EQ(ParseEvidenceFilter("grade >= 3")->ToString(), "grade >= 3");
  EXPECT_THAT(Refusal("grade >= severe"), HasSubstr("such as 3"));
}

TEST(EvidenceFilterTest, ANumberAsksForTheSameGradesAsTheBandInWords) {
  for (const char* const band :
       {"grade = \">= 3\"", "grade = \">=3\"", "grade = \"3+\"",
        "grade = \"3-5\"", "grade = \"3 or higher\"",
        "grade = \"grades 3 to 5\"", "grade:\"grade \u2265 3\""}) {
    EXPECT_EQ(ParseEvidenceFilter(band)->ToString(), "grade = \">=3\"") << band;
  }
  struct Case {
    v1::EvidenceRow row;
    RowMatch match;
  };
  const Case kCases[] = {
      {Graded(v1::GRADE_BAND_KIND_AT_LEAST, 3), RowMatch::kYes},
      {Graded(v1::GRADE_BAND_KIND_RANGE, 3, 5), RowMatch::kYes},
      // Parts, whose counts are lower bounds: of no event of grade 5 does not
      // follow that there was none of grade 3 or higher.
      {Graded(v1::GRADE_BAND_KIND_RANGE, 3, 4), RowMatch::kMay},
      {Graded(v1::GRADE_BAND_KIND_EXACT, 3), RowMatch::kMay},
      {Graded(v1::GRADE_BAND_KIND_EXACT, 5), RowMatch::kMay},
      {Graded(v1::GRADE_BAND_KIND_AT_LEAST, 4), RowMatch::kMay},
      // Without a grade that is named.
      {Graded(v1::GRADE_BAND_KIND_SEVERE), RowMatch::kMay},
      {Graded(v1::GRADE_BAND_KIND_NOT_STATED), RowMatch::kMay},
      // Others too are another count.
      {Graded(v1::GRADE_BAND_KIND_AT_LEAST, 2), RowMatch::kNo},
      {Graded(v1::GRADE_BAND_KIND_ANY), RowMatch::kNo},
      {Graded(v1::GRADE_BAND_KIND_RANGE, 2, 3), RowMatch::kNo},
      {Graded(v1::GRADE_BAND_KIND_EXACT, 2), RowMatch::kNo},
      {Graded(v1::GRADE_BAND_KIND_AT_MOST, 2), RowMatch::kNo},
      {v1::EvidenceRow(), RowMatch::kNo}};
  for (const auto& [row, match] : kCases) {
    for (const char* const filter :
         {"grade >= 3", "grade > 2", "grade = \">= 3\"", "grade:\"3+\""}) {
      EXPECT_EQ(Ask(filter, row), match) << filter << " of " << row.grade();
    }
    EXPECT_EQ(Ask("NOT grade >= 3", row), Ask("NOT grade = \"3+\"", row));
  }
  EXPECT_EQ(Ask("grade = \">= 5\"", Graded(v1::GRADE_BAND_KIND_EXACT, 5)),
            RowMatch::kYes);
  EXPECT_EQ(Ask("grade != \">= 3\"", Graded(v1::GRADE_BAND_KIND_EXACT, 2)),
            RowMatch::kYes);
}

TEST(EvidenceFilterTest, GradesThatAnAndComparesAreThoseBetween) {
  const v1::EvidenceRow range = Graded(v1::GRADE_BAND_KIND_RANGE, 3, 4);
  for (const char* const filter :
       {"grade >= 3 AND grade <= 4", "grade = \"3-4\"", "grade < 5 grade > 2",
        "participants:* OR (grade >= 3 AND grade <= 4)"}) {
    EXPECT_EQ(Ask(filter, range), RowMatch::kYes) << filter;
    EXPECT_EQ(Ask(filter, Graded(v1::GRADE_BAND_KIND_EXACT, 4)), RowMatch::kMay)
        << filter;
    EXPECT_EQ(Ask(filter, Graded(v1::GRADE_BAND_KIND_AT_LEAST, 3)),
              RowMatch::kNo)
        << filter;
    EXPECT_EQ(Ask(filter, Graded(v1::GRADE_BAND_KIND_EXACT, 5)), RowMatch::kNo)
        << filter;
  }
  EXPECT_EQ(Ask("NOT (grade >= 3 AND grade <= 4)", range), RowMatch::kNo);
  EXPECT_EQ(Ask("grade >= 3 AND grade <= 4 AND grade != 5", range),
            RowMatch::kYes);
  EXPECT_EQ(Ask("grade >= 4 AND grade <= 2", range), RowMatch::kNo);
  EXPECT_EQ(ParseEvidenceFilter("grade = \"<= 2\"")->ToString(), "grade = 1-2");
}

TEST(EvidenceFilterTest, AnInfusionIsIntoAVein) {
  const auto given = [](v1::Route route) {
    v1::EvidenceRow row;
    row.add_arms()->add_drugs()->mutable_dose()->set_route(route);
    return row;
  };
  const v1::EvidenceRow pump = given(v1::ROUTE_INTRAVENOUS_CONTINUOUS);
  for (const char* const filter :
       {"arms.drugs.dose.route = intravenous", "route = iv", "route:\"i.v.\"",
        "arms.drugs.any(dose.route = intravenous)"}) {
    EXPECT_EQ(Ask(filter, pump), RowMatch::kYes) << filter;
    EXPECT_EQ(Ask(filter, given(v1::ROUTE_INTRAVENOUS)), RowMatch::kYes);
    EXPECT_EQ(Ask(filter, given(v1::ROUTE_ORAL)), RowMatch::kNo) << filter;
    EXPECT_EQ(Reading(Reading(filter)), Reading(filter));
  }
  EXPECT_EQ(Ask("route != intravenous", pump), RowMatch::kNo);
  EXPECT_EQ(Ask("route = ROUTE_INTRAVENOUS", pump), RowMatch::kNo);
  EXPECT_EQ(Ask("route = po", given(v1::ROUTE_ORAL)), RowMatch::kYes);
}

TEST(EvidenceFilterTest, WordsOfReportsAreReadAsTheFieldsThatTheyFill) {
  for (const auto& [written, read] :
       {std::pair("outcome = \"median PFS\"",
                  "outcome = pfs AND statistic = median"),
        std::pair("outcome = \"2-year OS\"",
                  "outcome = os AND timeMonths = 24"),
        std::pair("outcome = \"intracranial PFS at 12 months\"",
                  "outcome = pfs AND compartment = intracranial AND "
                  "timeMonths = 12"),
        std::pair("outcome = \"1-year survival rate\"",
                  "outcome = os AND timeMonths = 12"),
        std::pair("line = second-line", "line = 2"),
        std::pair("line = 1st", "line = 1"),
        std::pair("treatment = \"TKI + RT\"",
                  "treatment = targeted-with-radiotherapy"),
        std::pair("treatment = \"RT alone\"", "treatment = radiotherapy-alone"),
        std::pair("kind = AE",
                  "kind = adverse-event-count OR kind = "
                  "adverse-event-contrast"),
        std::pair("phase = \"2/3\"",
                  "trial.phases = 2 AND trial.phases = 3")}) {
    EXPECT_EQ(Reading(written), read);
    EXPECT_EQ(Reading(read), read);
  }
  EXPECT_THAT(Refusal("design = \"phase III\""), HasSubstr("phase = 3"));
  EXPECT_THAT(Refusal("drugs = (a, b)"), HasSubstr("(A OR B)"));
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

}  // namespace
}  // namespace consilium

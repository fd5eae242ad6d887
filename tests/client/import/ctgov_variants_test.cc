// What a record of the registry may say otherwise, one change of a made record
// at a time.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "client/import/ctgov_study.h"
#include "consilium/v1/adverse_event.pb.h"
#include "consilium/v1/arm.pb.h"
#include "consilium/v1/endpoint.pb.h"
#include "consilium/v1/publication.pb.h"
#include "consilium/v1/trial.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/client/import/imported.h"

namespace consilium {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr char kPfs[] =
    "/resultsSection/outcomeMeasuresModule/outcomeMeasures/0";

Json Made() { return Json::parse(ReadTestFile("with-results.json")); }

// The made record with `value` at the JSON pointer `at`.
ImportedStudy With(const std::string& at, const Json& value) {
  Json json = Made();
  json[Json::json_pointer(at)] = value;
  return ReadCtgovStudy(json.dump());
}

std::string Pfs(const std::string& rest) { return kPfs + rest; }

TEST(CtgovVariantsTest, EveryWordOfTheApiIsTaken) {
  const std::vector<std::pair<std::string, std::vector<std::string>>> words = {
      {"/protocolSection/statusModule/overallStatus",
       {"ACTIVE_NOT_RECRUITING", "COMPLETED", "ENROLLING_BY_INVITATION",
        "NOT_YET_RECRUITING", "RECRUITING", "SUSPENDED", "TERMINATED",
        "WITHDRAWN", "AVAILABLE", "NO_LONGER_AVAILABLE",
        "TEMPORARILY_NOT_AVAILABLE", "APPROVED_FOR_MARKETING", "WITHHELD",
        "UNKNOWN"}},
      {"/protocolSection/designModule/studyType",
       {"EXPANDED_ACCESS", "INTERVENTIONAL", "OBSERVATIONAL"}},
      {"/protocolSection/designModule/phases/0",
       {"NA", "EARLY_PHASE1", "PHASE1", "PHASE2", "PHASE3", "PHASE4"}},
      {"/protocolSection/designModule/designInfo/allocation",
       {"RANDOMIZED", "NON_RANDOMIZED", "NA"}},
      {"/protocolSection/designModule/designInfo/interventionModel",
       {"SINGLE_GROUP", "PARALLEL", "CROSSOVER", "FACTORIAL", "SEQUENTIAL"}},
      {"/protocolSection/designModule/designInfo/primaryPurpose",
       {"TREATMENT", "PREVENTION", "DIAGNOSTIC", "ECT", "SUPPORTIVE_CARE",
        "SCREENING", "HEALTH_SERVICES_RESEARCH", "BASIC_SCIENCE",
        "DEVICE_FEASIBILITY", "OTHER"}},
      {"/protocolSection/designModule/designInfo/maskingInfo/masking",
       {"NONE", "SINGLE", "DOUBLE", "TRIPLE", "QUADRUPLE"}},
      {"/protocolSection/designModule/designInfo/maskingInfo/whoMasked",
       {"PARTICIPANT", "CARE_PROVIDER", "INVESTIGATOR", "OUTCOMES_ASSESSOR"}},
      {"/protocolSection/designModule/designInfo/observationalModel",
       {"COHORT", "CASE_CONTROL", "CASE_ONLY", "CASE_CROSSOVER",
        "ECOLOGIC_OR_COMMUNITY", "FAMILY_BASED", "DEFINED_POPULATION",
        "NATURAL_HISTORY", "OTHER"}},
      {"/protocolSection/designModule/designInfo/timePerspective",
       {"RETROSPECTIVE", "PROSPECTIVE", "CROSS_SECTIONAL", "OTHER"}},
      {"/protocolSection/sponsorCollaboratorsModule/leadSponsor/class",
       {"NIH", "FED", "OTHER_GOV", "INDIV", "INDUSTRY", "NETWORK", "AMBIG",
        "OTHER", "UNKNOWN"}},
      {"/protocolSection/eligibilityModule/sex", {"FEMALE", "MALE", "ALL"}},
      {"/protocolSection/contactsLocationsModule/locations/0/status",
       {"ACTIVE_NOT_RECRUITING", "COMPLETED", "ENROLLING_BY_INVITATION",
        "NOT_YET_RECRUITING", "RECRUITING", "SUSPENDED", "TERMINATED",
        "WITHDRAWN", "AVAILABLE"}},
      {"/protocolSection/armsInterventionsModule/armGroups/0/type",
       {"EXPERIMENTAL", "ACTIVE_COMPARATOR", "PLACEBO_COMPARATOR",
        "SHAM_COMPARATOR", "NO_INTERVENTION", "OTHER"}},
      {"/protocolSection/armsInterventionsModule/interventions/0/type",
       {"BEHAVIORAL", "BIOLOGICAL", "COMBINATION_PRODUCT", "DEVICE",
        "DIAGNOSTIC_TEST", "DIETARY_SUPPLEMENT", "DRUG", "GENETIC", "PROCEDURE",
        "RADIATION", "OTHER"}},
      {Pfs("/type"),
       {"PRIMARY", "SECONDARY", "OTHER_PRE_SPECIFIED", "POST_HOC"}},
      {Pfs("/paramType"),
       {"GEOMETRIC_MEAN", "GEOMETRIC_LEAST_SQUARES_MEAN", "LEAST_SQUARES_MEAN",
        "LOG_MEAN", "MEAN", "MEDIAN", "NUMBER", "COUNT_OF_UNITS"}},
      {Pfs("/analyses/0/nonInferiorityType"),
       {"SUPERIORITY", "NON_INFERIORITY", "EQUIVALENCE", "OTHER",
        "NON_INFERIORITY_OR_EQUIVALENCE", "SUPERIORITY_OR_OTHER",
        "NON_INFERIORITY_OR_EQUIVALENCE_LEGACY",
        "SUPERIORITY_OR_OTHER_LEGACY"}},
      {Pfs("/analyses/0/ciNumSides"), {"ONE_SIDED", "TWO_SIDED"}}};
  for (const auto& [at, values] : words) {
    for (const std::string& word : values) {
      const Json value = at.find("whoMasked") == std::string::npos
                             ? Json(word)
                             : Json::array({word});
      const ImportedStudy study = With(at, value);
      EXPECT_THAT(study.problems, IsEmpty())
          << at << " " << word << ": "
          << (study.problems.empty() ? "" : study.problems[0].wish);
    }
  }
}

TEST(CtgovVariantsTest, ValuesThatNoRecordMayHoldAreProblemsWithTheirPlace) {
  struct Case {
    std::string at;
    Json value;
    std::string place;
    std::string wish;
  };
  for (const Case& each : std::vector<Case>{
           {"/protocolSection/statusModule/overallStatus", "PAUSED",
            "protocolSection.statusModule.overallStatus", "recruiting"},
           {"/protocolSection/designModule/phases", "PHASE2",
            "protocolSection.designModule.phases", "want a list"},
           {"/protocolSection/identificationModule/briefTitle",
            Json::array({"a"}),
            "protocolSection.identificationModule.briefTitle", "want text"},
           {"/protocolSection/designModule/enrollmentInfo/count", "about 100",
            "protocolSection.designModule.enrollmentInfo.count",
            "want a whole number"},
           {Pfs("/classes/0/categories/0/measurements/0/groupId"), "OG009",
            "resultsSection.outcomeMeasuresModule.outcomeMeasures[0].classes[0]"
            ".categories[0].measurements[0].groupId",
            "no group of this list"},
           {"/resultsSection/adverseEventsModule/seriousEvents/0/stats/0/"
            "numAffected",
            61,
            "resultsSection.adverseEventsModule.seriousEvents[0].stats[0]."
            "numAffected",
            "at most numAtRisk, 60"},
           {Pfs("/paramType"), "Median",
            "resultsSection.outcomeMeasuresModule.outcomeMeasures[0].paramType",
            "MEDIAN"},
           {Pfs("/dispersionType"), "STD_ERR",
            "resultsSection.outcomeMeasuresModule.outcomeMeasures[0]."
            "dispersionType",
            "Standard Error"},
           {Pfs("/analyses/0/dispersionType"), "SEM",
            "resultsSection.outcomeMeasuresModule.outcomeMeasures[0].analyses"
            "[0].dispersionType",
            "STANDARD_ERROR_OF_MEAN"},
           {Pfs("/denoms/0/counts/0/value"), "one hundred",
            "resultsSection.outcomeMeasuresModule.outcomeMeasures[0].denoms[0]."
            "counts[0].value",
            "want a whole number"},
           {"/resultsSection/adverseEventsModule/frequencyThreshold", "105",
            "resultsSection.adverseEventsModule.frequencyThreshold",
            "0 to 100"}}) {
    const ImportedStudy study = With(each.at, each.value);
    ASSERT_THAT(study.problems, SizeIs(1)) << each.at;
    EXPECT_EQ(study.problems[0].place, each.place);
    EXPECT_THAT(study.problems[0].wish, HasSubstr(each.wish));
  }
}

// Whether a note of `study` says `wish`.
bool Notes(const ImportedStudy& study, const std::string& wish) {
  return std::any_of(study.warnings.begin(), study.warnings.end(),
                     [&](const ImportNote& note) {
                       return note.wish.find(wish) != std::string::npos;
                     });
}

TEST(CtgovVariantsTest, EveryWordForASpreadIsTaken) {
  for (const char* word :
       {"Standard Deviation", "Standard Error", "Inter-Quartile Range",
        "Full Range", "Geometric Coefficient of Variation",
        "95% Confidence Interval", "97.5% Confidence Interval",
        "95% Credible Interval"}) {
    EXPECT_THAT(With(Pfs("/dispersionType"), word).problems, IsEmpty()) << word;
  }
}

TEST(CtgovVariantsTest, ImpossibleNumbersAreNoted) {
  EXPECT_TRUE(Notes(With("/protocolSection/statusModule/startDateStruct",
                         {{"date", "2999-01-01"}, {"type", "ACTUAL"}}),
                    "lies ahead"));
  EXPECT_FALSE(Notes(With("/protocolSection/statusModule/startDateStruct",
                          {{"date", "2999-01-01"}, {"type", "ESTIMATED"}}),
                     "lies ahead"));
  EXPECT_TRUE(
      Notes(With(Pfs("/classes/0/categories/0/measurements/0/spread"), "-0.4"),
            "below zero"));
  Json json = Made();
  Json& outcome = json[Json::json_pointer(kPfs)];
  outcome["paramType"] = "NUMBER";
  outcome["unitOfMeasure"] = "percentage of participants";
  outcome["classes"][0]["categories"][0]["measurements"] =
      Json::array({{{"groupId", "OG000"}, {"value", "161.0"}}});
  EXPECT_TRUE(Notes(ReadCtgovStudy(json.dump()), "more than all of them"));
}

TEST(CtgovVariantsTest, NumbersThatContradictEachOtherAreNoted) {
  EXPECT_TRUE(Notes(
      With(Pfs("/classes/0/denoms"),
           Json::array({{{"units", "Participants"},
                         {"counts", Json::array({{{"groupId", "OG000"},
                                                  {"value", "198"}}})}}})),
      "that the group has as a whole"));
  Json json = Made();
  const auto achieved = [](const char* count) {
    return Json::array({{{"groupId", "FG000"}, {"numSubjects", count}}});
  };
  json["resultsSection"]["participantFlowModule"] = {
      {"groups",
       Json::array({{{"id", "FG000"}, {"title", "Standard of care"}}})},
      {"periods",
       Json::array({{{"milestones",
                      Json::array({{{"type", "STARTED"},
                                    {"achievements", achieved("100")}},
                                   {{"type", "COMPLETED"},
                                    {"achievements", achieved("130")}}})}}})}};
  EXPECT_TRUE(Notes(ReadCtgovStudy(json.dump()), "100 started"));
}

// The made study with a baseline of 40 and 60 participants, `total` of them in
// all and `women` of the first.
ImportedStudy WithBaseline(const char* total, const char* women) {
  Json json = Made();
  const auto counts = [](const std::vector<const char*>& values) {
    Json list = Json::array();
    for (size_t i = 0; i < values.size(); ++i) {
      list.push_back(
          {{"groupId", "BG00" + std::to_string(i)}, {"value", values[i]}});
    }
    return list;
  };
  json["resultsSection"]["baselineCharacteristicsModule"] = {
      {"groups",
       Json::array({{{"id", "BG000"}, {"title", "Standard of care"}},
                    {{"id", "BG001"}, {"title", "MD1234 plus radiotherapy"}},
                    {{"id", "BG002"}, {"title", "Total"}}})},
      {"denoms", Json::array({{{"units", "Participants"},
                               {"counts", counts({"40", "60", total})}}})},
      {"measures",
       Json::array(
           {{{"title", "Sex"},
             {"paramType", "COUNT_OF_PARTICIPANTS"},
             {"classes",
              Json::array(
                  {{{"categories", Json::array({{{"title", "Female"},
                                                 {"measurements",
                                                  counts({women})}}})}}})}}})}};
  return ReadCtgovStudy(json.dump());
}

TEST(CtgovVariantsTest, BaselineCountsAreOfThoseAnalyzed) {
  EXPECT_THAT(WithBaseline("100", "40").problems, IsEmpty());
  for (const char* women : {"41", "-1", "3.5"}) {
    const ImportedStudy study = WithBaseline("100", women);
    ASSERT_THAT(study.problems, SizeIs(1)) << women;
    EXPECT_EQ(study.problems[0].value, "\"" + std::string(women) + "\"");
  }
  EXPECT_FALSE(Notes(WithBaseline("100", "4"), "arms have 100 together"));
  EXPECT_TRUE(Notes(WithBaseline("150", "4"), "arms have 100 together"));
}

TEST(CtgovVariantsTest, UnitsThatAreNoParticipantsKeepTheirDenominators) {
  const auto with = [](const char* value) {
    Json json = Made();
    Json& outcome = json[Json::json_pointer(kPfs)];
    outcome["title"] = "Lesions With Response";
    outcome["paramType"] = "COUNT_OF_UNITS";
    outcome["unitOfMeasure"] = "Lesions";
    outcome["typeUnitsAnalyzed"] = "Lesions";
    outcome["denoms"].push_back(
        {{"units", "Lesions"},
         {"counts", Json::array({{{"groupId", "OG000"}, {"value", "588"}}})}});
    outcome["classes"][0]["categories"][0]["measurements"] =
        Json::array({{{"groupId", "OG000"}, {"value", value}}});
    outcome.erase("analyses");
    return ReadCtgovStudy(json.dump());
  };
  const ImportedStudy study = with("28");
  EXPECT_THAT(study.problems, IsEmpty());
  const auto& estimate =
      Get<v1::Endpoint>(study, "lesions-with-response").estimates(0);
  EXPECT_EQ(estimate.value(), 28);
  EXPECT_FALSE(estimate.has_participants());
  EXPECT_THAT(estimate.note(), HasSubstr("Of 588 Lesions of 60 participants."));
  EXPECT_THAT(with("589").problems, SizeIs(1));
}

TEST(CtgovVariantsTest, PrintedTextSaysWhatASpreadIs) {
  Json json = Made();
  Json& outcome = json[Json::json_pointer(kPfs)];
  outcome["paramType"] = "MEAN";
  outcome["dispersionType"] = "Standard Deviation";
  outcome["classes"][0]["categories"][0]["measurements"] = Json::array(
      {{{"groupId", "OG000"}, {"value", "4.5"}, {"spread", "1.2"}}});
  EXPECT_EQ(Get<v1::Endpoint>(ReadCtgovStudy(json.dump()), "pfs-inv")
                .estimates(0)
                .source()
                .text(),
            "4.5 (standard deviation 1.2)");
}

TEST(CtgovVariantsTest, CountsMayBeTextOrNumbers) {
  for (const Json& value : {Json(118), Json("118")}) {
    const ImportedStudy study =
        With("/protocolSection/designModule/enrollmentInfo/count", value);
    EXPECT_EQ(Get<v1::Trial>(study, "nct09000001").enrolled_participant_count(),
              118);
  }
}

TEST(CtgovVariantsTest, EffectIsOfTheExperimentalArmWhateverTheOrder) {
  const ImportedStudy study =
      With(Pfs("/analyses/0/groupIds"), Json::array({"OG001", "OG000"}));
  const auto& contrast = Get<v1::Endpoint>(study, "pfs-inv").contrasts(0);
  EXPECT_EQ(contrast.group().arms(0), "md1234-rt");
  EXPECT_EQ(contrast.reference().arms(0), "gefitinib");
  EXPECT_THAT(contrast.note(), HasSubstr("lists the comparator first"));
}

TEST(CtgovVariantsTest, RatioBelowZeroIsNoRatio) {
  Json json = Made();
  Json& analysis = json[Json::json_pointer(Pfs("/analyses/0"))];
  analysis["paramValue"] = "-0.478";
  analysis["ciLowerLimit"] = "-0.89";
  analysis["ciUpperLimit"] = "-0.06";
  const ImportedStudy study = ReadCtgovStudy(json.dump());
  EXPECT_THAT(study.problems, IsEmpty());
  const auto& contrast = Get<v1::Endpoint>(study, "pfs-inv").contrasts(0);
  EXPECT_EQ(contrast.measure(), v1::EFFECT_MEASURE_OTHER);
  EXPECT_EQ(contrast.value(), -0.478);
}

TEST(CtgovVariantsTest, MoreAnalysesOfOneKindAreAllKept) {
  Json json = Made();
  Json& analyses = json[Json::json_pointer(Pfs("/analyses"))];
  for (const char* about : {"Never smokers", "Never smokers", ""}) {
    Json again = analyses[0];
    again["groupDescription"] = about;
    analyses.push_back(again);
  }
  const ImportedStudy study = ReadCtgovStudy(json.dump());
  EXPECT_THAT(study.problems, IsEmpty());
  const auto& pfs = Get<v1::Endpoint>(study, "pfs-inv");
  ASSERT_EQ(pfs.contrasts_size(), 4);
  EXPECT_EQ(pfs.contrasts(0).measure_text(), "");
  EXPECT_EQ(pfs.contrasts(1).measure_text(), "Never smokers");
}

TEST(CtgovVariantsTest, AnOutcomeThatNamesTheMeasureAgainIsToldApart) {
  Json json = Made();
  Json& outcomes =
      json["resultsSection"]["outcomeMeasuresModule"]["outcomeMeasures"];
  Json again = outcomes[0];
  again["title"] = "Progression-Free Survival by Investigator, T790M positive";
  again["populationDescription"] = "Safety analysis set";
  outcomes.push_back(again);
  const ImportedStudy study = ReadCtgovStudy(json.dump());
  const auto& pfs = Get<v1::Endpoint>(study, "pfs-inv");
  ASSERT_EQ(pfs.estimates_size(), 8);
  EXPECT_EQ(pfs.estimates(0).group().subgroups_size(), 0);
  EXPECT_EQ(pfs.estimates(4).group().subgroups(0).term(), "t790m");
  EXPECT_EQ(pfs.contrasts(1).reference().subgroups(0).level(), "positive");
}

TEST(CtgovVariantsTest, ManyGroupsAtOnceAreOneComparison) {
  Json json = Made();
  Json& outcome = json[Json::json_pointer(kPfs)];
  Json ids = Json::array();
  for (int i = 0; i < 20; ++i) {
    const std::string id = "OG1" + std::to_string(10 + i);
    outcome["groups"].push_back(
        {{"id", id}, {"title", "Dose level " + std::to_string(i)}});
    ids.push_back(id);
  }
  outcome["analyses"][0]["groupIds"] = ids;
  const ImportedStudy study = ReadCtgovStudy(json.dump());
  EXPECT_THAT(study.problems, IsEmpty());
  const auto& contrast = Get<v1::Endpoint>(study, "pfs-inv").contrasts(0);
  EXPECT_EQ(contrast.group().scope(), v1::GROUP_SCOPE_ALL);
  EXPECT_THAT(contrast.note(), HasSubstr("Compares 20 groups"));
}

TEST(CtgovVariantsTest, TotalIsTheWholeStudyAndNoArm) {
  Json json = Made();
  Json& outcome = json[Json::json_pointer(kPfs)];
  outcome["groups"].push_back({{"id", "OG004"}, {"title", "Total"}});
  outcome["classes"][0]["categories"][0]["measurements"].push_back(
      {{"groupId", "OG004"}, {"value", "14"}});
  const ImportedStudy study = ReadCtgovStudy(json.dump());
  const auto& estimate = Get<v1::Endpoint>(study, "pfs-inv").estimates(4);
  EXPECT_EQ(estimate.group().scope(), v1::GROUP_SCOPE_ALL);
  EXPECT_EQ(estimate.group().arms_size(), 0);
}

TEST(CtgovVariantsTest, RateOfSurvivalHasItsTimeAndIsNoProportion) {
  Json json = Made();
  Json& outcome = json[Json::json_pointer(kPfs)];
  outcome["paramType"] = "NUMBER";
  outcome["unitOfMeasure"] = "percentage of participants";
  outcome["description"] = "Kaplan-Meier estimate";
  outcome["classes"][0]["title"] = "At 12 months";
  const ImportedStudy study = ReadCtgovStudy(json.dump());
  EXPECT_THAT(study.problems, IsEmpty());
  const auto& estimate = Get<v1::Endpoint>(study, "pfs-inv").estimates(0);
  EXPECT_EQ(estimate.statistic(), v1::STATISTIC_RATE);
  EXPECT_EQ(estimate.method(), v1::ESTIMATION_METHOD_KAPLAN_MEIER);
  EXPECT_EQ(estimate.time().value(), 12);
  EXPECT_EQ(estimate.time().unit(), "mo");
}

TEST(CtgovVariantsTest, PercentageBelowZeroIsNoShare) {
  Json json = Made();
  Json& outcome = json[Json::json_pointer(kPfs)];
  outcome["title"] = "Best percentage change in tumor size, depth of response";
  outcome["paramType"] = "NUMBER";
  outcome["unitOfMeasure"] = "Percent change";
  Json& value =
      outcome["classes"][0]["categories"][0]["measurements"][0]["value"];
  value = "-50.4";
  outcome.erase("analyses");
  const ImportedStudy study = ReadCtgovStudy(json.dump());
  EXPECT_THAT(study.problems, IsEmpty());
}

TEST(CtgovVariantsTest, WhatHasNoPlaceIsCounted) {
  const ImportedStudy study =
      With("/protocolSection/oversightModule/isFdaRegulatedDrug", true);
  EXPECT_EQ(
      study.left_out.at("protocolSection.oversightModule.isFdaRegulatedDrug"),
      1);
}

TEST(CtgovVariantsTest, TotalsAndDeathsOfGroupsAreEvents) {
  Json json = Made();
  Json& group = json["resultsSection"]["adverseEventsModule"]["eventGroups"][0];
  group["seriousNumAffected"] = 12;
  group["seriousNumAtRisk"] = 60;
  group["deathsNumAffected"] = 7;
  group["deathsNumAtRisk"] = 60;
  const ImportedStudy study = ReadCtgovStudy(json.dump());
  const auto& any = Get<v1::AdverseEvent>(study, "any");
  EXPECT_EQ(any.counts(0).affected(), 12);
  EXPECT_EQ(any.counts(0).grade().kind(), v1::GRADE_BAND_KIND_SERIOUS);
  EXPECT_EQ(
      Get<v1::AdverseEvent>(study, "all-cause-mortality").counts(0).affected(),
      7);
}

TEST(CtgovVariantsTest, PlannedOutcomesAreEndpointsUntilResultsArePosted) {
  Json json = Made();
  json.erase("resultsSection");
  json["protocolSection"]["outcomesModule"]["primaryOutcomes"] = Json::array(
      {{{"measure", "Overall survival"}, {"timeFrame", "5 years"}}});
  const ImportedStudy study = ReadCtgovStudy(json.dump());
  const auto& os = Get<v1::Endpoint>(study, "os");
  EXPECT_EQ(os.role(), v1::ENDPOINT_ROLE_PRIMARY);
  EXPECT_EQ(os.time_frame(), "5 years");
  EXPECT_EQ(os.estimates_size(), 0);
}

TEST(CtgovVariantsTest, ReferencesArePublicationsOfTheTrial) {
  const ImportedStudy study =
      With("/protocolSection/referencesModule/references",
           Json::array(
               {{{"pmid", "29151359"},
                 {"type", "RESULT"},
                 {"citation",
                  "Soria JC, Ohe Y, Vansteenkiste J. Osimertinib in Untreated "
                  "EGFR-Mutated Advanced Non-Small-Cell Lung Cancer. N Engl J "
                  "Med. 2018 Jan 11;378(2):113-125. doi: "
                  "10.1056/NEJMoa1713137. Epub 2017 Nov 18."}},
                {{"type", "BACKGROUND"}, {"citation", "A book."}}}));
  EXPECT_THAT(study.problems, IsEmpty());
  const auto& paper = Get<v1::Publication>(study, "pmid-29151359");
  EXPECT_EQ(paper.doi(), "10.1056/nejmoa1713137");
  EXPECT_EQ(paper.year(), 2018);
  EXPECT_EQ(paper.journal(), "N Engl J Med");
  EXPECT_EQ(paper.authors_size(), 3);
  EXPECT_EQ(paper.pages(), "113-125");
  EXPECT_THAT(paper.title(), HasSubstr("Osimertinib in Untreated"));
  const auto& trial = Get<v1::Trial>(study, "nct09000001");
  EXPECT_EQ(trial.reports(0).publication(), "pmid-29151359");
  EXPECT_EQ(trial.reports(0).role(), v1::REPORT_ROLE_RESULT);
}

TEST(CtgovVariantsTest, RadiotherapyIsReadFromItsName) {
  Json json = Made();
  Json& radiation =
      json["protocolSection"]["armsInterventionsModule"]["interventions"][1];
  radiation["name"] = "Stereotactic Body Radiation Therapy (SBRT)";
  radiation["description"] = "50 Gy in 5 fractions to all thoracic sites";
  const ImportedStudy study = ReadCtgovStudy(json.dump());
  const auto& arm = Get<v1::Arm>(study, "md1234-sbrt");
  ASSERT_EQ(arm.radiotherapies_size(), 1);
  EXPECT_EQ(arm.radiotherapies(0).technique(), v1::RADIOTHERAPY_TECHNIQUE_SBRT);
  EXPECT_EQ(arm.radiotherapies(0).target(), v1::RADIOTHERAPY_TARGET_CHEST);
  EXPECT_EQ(arm.radiotherapies(0).total_dose().value(), 50);
  EXPECT_EQ(arm.radiotherapies(0).fractions().value(), 5);
}

}  // namespace
}  // namespace consilium

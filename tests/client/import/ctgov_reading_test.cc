// What a record says of parts of its participants, of directions and of effects
// in words, each in the forms that the registry's records have.
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "client/import/ctgov_direction.h"
#include "client/import/ctgov_parts.h"
#include "client/import/ctgov_study.h"
#include "consilium/v1/adverse_event.pb.h"
#include "consilium/v1/arm.pb.h"
#include "consilium/v1/endpoint.pb.h"
#include "consilium/v1/trial.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/base/element_key.h"
#include "tests/client/import/imported.h"

namespace consilium {
namespace {

using Json = nlohmann::json;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Json Made() { return Json::parse(ReadTestFile("with-results.json")); }

Json& Outcomes(Json& json) {
  return json["resultsSection"]["outcomeMeasuresModule"]["outcomeMeasures"];
}

std::vector<std::string> KeysOf(const std::vector<v1::Subgroup>& terms) {
  std::vector<std::string> keys;
  for (const v1::Subgroup& term : terms) keys.push_back(BuildKey(term));
  return keys;
}

// The made study with its first outcome changed, read.
template <typename Change>
ImportedStudy Changed(Change change) {
  Json json = Made();
  change(Outcomes(json)[0]);
  return ReadCtgovStudy(json.dump());
}

const v1::Contrast& FirstContrast(const ImportedStudy& study) {
  return Get<v1::Endpoint>(study, "pfs-inv").contrasts(0);
}

TEST(CtgovReadingTest, TermsAreReadInTheFormsThatTitlesHave) {
  for (const auto& [text, key] :
       {std::pair{"Overall Survival, Squamous", "histology=squamous"},
        {"OS in non squamous NSCLC", "histology=non-squamous"},
        {"OS in PD-L1-positive participants", "pd-l1=positive"},
        {"PFS, EGFR mutation negative", "egfr=negative"},
        {"OS in Participants With a Programmed Cell Death-Ligand 1 (PD-L1) "
         "Tumor Proportion Score (TPS) of ≥50%",
         "pd-l1>=50"},
        {"Patients with CPS >= 10", "cps>=10"},
        {"ITT population age 65-80", "age=65-80a"},
        {"PFS in the Chinese subgroup", "region=china"}}) {
    EXPECT_THAT(KeysOf(TermsOf(text)), ElementsAre(key)) << text;
  }
  for (const char* text :
       {"Overall Survival", "Squamous and non-squamous NSCLC",
        "Participants aged >=18 years", "False Positive Rate",
        "PD-L1 TPS ≥1% and TPS ≥50%", "HIV positive and HIV negative"}) {
    EXPECT_THAT(TermsOf(text), IsEmpty()) << text;
  }
}

TEST(CtgovReadingTest, OutcomesOfPartsStandBesideThatOfAll) {
  Json json = Made();
  for (const auto& [title, value] :
       {std::pair{"Overall Survival, Squamous", "0.72"},
        {"Overall Survival, Non-squamous", "0.78"}}) {
    Json part = Outcomes(json)[3];
    part["title"] = title;
    part["analyses"][0]["paramValue"] = value;
    Outcomes(json).insert(Outcomes(json).begin(), part);
  }
  const ImportedStudy study = ReadCtgovStudy(json.dump());
  EXPECT_THAT(study.problems, IsEmpty());
  const auto& os = Get<v1::Endpoint>(study, "os");
  EXPECT_EQ(os.title(), "Overall Survival");
  ASSERT_EQ(os.contrasts_size(), 3);
  EXPECT_EQ(os.contrasts(0).group().subgroups(0).level(), "non-squamous");
  EXPECT_EQ(os.contrasts(1).reference().subgroups(0).level(), "squamous");
  EXPECT_EQ(os.contrasts(2).group().subgroups_size(), 0);
  EXPECT_EQ(os.contrasts(2).measure_text(), "");
}

TEST(CtgovReadingTest, WhatTheTrialIsAboutIsNoPartOfIt) {
  Json json = Made();
  json["protocolSection"]["identificationModule"]["officialTitle"] =
      "A Study in Squamous Lung Cancer";
  Outcomes(json)[0]["title"] = "PFS by Investigator, Squamous";
  const ImportedStudy study = ReadCtgovStudy(json.dump());
  EXPECT_EQ(FirstContrast(study).group().subgroups_size(), 0);
}

TEST(CtgovReadingTest, SecondSubsequentTherapyIsAnEndpointOfItsOwn) {
  Json json = Made();
  Json again = Outcomes(json)[0];
  Outcomes(json)[0]["title"] = "Time to First Subsequent Therapy (TFST)";
  again["title"] = "Time to Second Subsequent Therapy (TSST)";
  Outcomes(json).push_back(again);
  const ImportedStudy study = ReadCtgovStudy(json.dump());
  EXPECT_EQ(Get<v1::Endpoint>(study, "tst").contrasts_size(), 1);
  EXPECT_EQ(Get<v1::Endpoint>(study, "time-to-second-subsequent-therapy")
                .contrasts_size(),
            1);
}

TEST(CtgovReadingTest, OutcomesOfOneTitleAreToldApart) {
  Json json = Made();
  for (const char* cell : {"CD4", "CD8", "CD8"}) {
    Json outcome = Outcomes(json)[0];
    outcome["title"] = "T Cell Response";
    outcome["description"] = std::string(cell) + "+ cells that respond";
    Outcomes(json).push_back(outcome);
  }
  const ImportedStudy study = ReadCtgovStudy(json.dump());
  EXPECT_THAT(study.problems, IsEmpty());
  EXPECT_THAT(Get<v1::Endpoint>(study, "t-cell-response").description(),
              HasSubstr("CD4"));
  EXPECT_THAT(Get<v1::Endpoint>(study, "t-cell-response-cd8").description(),
              HasSubstr("CD8"));
  Get<v1::Endpoint>(study, "t-cell-response-3");
  EXPECT_THAT(study.warnings,
              Contains(Field(&ImportNote::wish, HasSubstr("told apart"))));
}

TEST(CtgovReadingTest, WordsOfAPopulationAreKeptWhereTheySayMore) {
  const auto study = Changed([](Json& outcome) {
    outcome["populationDescription"] =
        "Pre-planned analysis on ITT population age 65-80";
  });
  const auto& contrast = FirstContrast(study);
  EXPECT_EQ(contrast.population(), v1::ANALYSIS_POPULATION_INTENTION_TO_TREAT);
  EXPECT_EQ(contrast.group().subgroups(0).level(), "65-80");
  EXPECT_THAT(contrast.note(), HasSubstr("Pre-planned analysis on ITT"));
  const auto plain = Changed([](Json& outcome) {
    outcome["populationDescription"] =
        "Full analysis set (all randomized participants)";
  });
  EXPECT_THAT(FirstContrast(plain).note(),
              Not(HasSubstr("Population as printed")));
}

TEST(CtgovReadingTest, DescriptionsOfGroupsAreTakenOrCounted) {
  const ImportedStudy study = ReadCtgovStudy(Made().dump());
  EXPECT_EQ(Get<v1::Arm>(study, "gefitinib").description(),
            "Gefitinib once daily");
  EXPECT_GT(study.left_out.at(
                "resultsSection: description of a group that its arm has not"),
            0);
}

TEST(CtgovReadingTest, LevelsThatDifferInASignAreSeveral) {
  Json json = Made();
  const Json count = Json::array({{{"groupId", "BG000"}, {"value", "4"}}});
  Json categories = Json::array();
  for (const char* title : {"<65 years", ">=65 years", "65 years"}) {
    categories.push_back({{"title", title}, {"measurements", count}});
  }
  json["resultsSection"]["baselineCharacteristicsModule"] = {
      {"groups",
       Json::array({{{"id", "BG000"}, {"title", "Standard of care"}}})},
      {"measures",
       Json::array(
           {{{"title", "Age"},
             {"paramType", "COUNT_OF_PARTICIPANTS"},
             {"classes", Json::array({{{"categories", categories}}})}}})}};
  Outcomes(json)[0]["classes"] = Json::array();
  for (const char* title : {"PD-L1 <1%", "PD-L1 >=1%", "PD-L1 1%"}) {
    Outcomes(json)[0]["classes"].push_back(
        {{"title", title},
         {"categories",
          Json::array({{{"measurements", Json::array({{{"groupId", "OG000"},
                                                       {"value", "4"}}})}}})}});
  }
  const ImportedStudy study = ReadCtgovStudy(json.dump());
  EXPECT_THAT(study.problems, IsEmpty());
  const auto& baseline = Get<v1::Arm>(study, "gefitinib").baseline();
  ASSERT_EQ(baseline.size(), 3);
  EXPECT_EQ(baseline[0].characteristic().comparator(), v1::COMPARATOR_LESS);
  EXPECT_EQ(baseline[1].characteristic().comparator(),
            v1::COMPARATOR_GREATER_OR_EQUAL);
  EXPECT_FALSE(baseline[2].characteristic().has_comparator());
  const auto& pfs = Get<v1::Endpoint>(study, "pfs-inv");
  ASSERT_EQ(pfs.estimates_size(), 3);
  EXPECT_EQ(pfs.estimates(0).category(), "PD-L1 below 1%");
  EXPECT_EQ(pfs.estimates(1).category(), "PD-L1 ≥1%");
  EXPECT_EQ(pfs.estimates(2).category(), "PD-L1 1%");
}

TEST(CtgovReadingTest, PlainDifferencesAreOfWhatTheOutcomeIs) {
  for (const auto& [param, unit, measure] :
       {std::tuple{"LEAST_SQUARES_MEAN", "mmHg",
                   v1::EFFECT_MEASURE_MEAN_DIFFERENCE},
        {"MEDIAN", "Months", v1::EFFECT_MEASURE_MEDIAN_DIFFERENCE},
        {"NUMBER", "percentage of participants",
         v1::EFFECT_MEASURE_RISK_DIFFERENCE},
        {"NUMBER", "titer", v1::EFFECT_MEASURE_OTHER}}) {
    const auto study = Changed([&, param = param, unit = unit](Json& outcome) {
      outcome["paramType"] = param;
      outcome["unitOfMeasure"] = unit;
      outcome["analyses"][0]["paramType"] = "Estimated treatment difference";
    });
    EXPECT_EQ(FirstContrast(study).measure(), measure) << param << unit;
  }
}

TEST(CtgovReadingTest, LogarithmsOfRatiosAreRatios) {
  const auto study = Changed([](Json& outcome) {
    Json& analysis = outcome["analyses"][0];
    analysis["paramType"] = "Hazard Ratio, log";
    analysis["paramValue"] = "-0.36";
    analysis["ciLowerLimit"] = "-0.67";
    analysis["ciUpperLimit"] = "-0.04";
    analysis["dispersionType"] = "STANDARD_ERROR_OF_MEAN";
    analysis["dispersionValue"] = "0.16";
  });
  const auto& contrast = FirstContrast(study);
  EXPECT_EQ(contrast.measure(), v1::EFFECT_MEASURE_HAZARD_RATIO);
  EXPECT_NEAR(contrast.value(), 0.6977, 0.0001);
  EXPECT_NEAR(contrast.interval().low(), 0.5117, 0.0001);
  EXPECT_EQ(contrast.standard_error(), 0.16);
  EXPECT_EQ(contrast.derivations(0).path(), "value");
  const auto tens = Changed([](Json& outcome) {
    outcome["analyses"][0]["paramType"] = "Odds ratio, log10";
  });
  EXPECT_EQ(FirstContrast(tens).measure(), v1::EFFECT_MEASURE_OTHER);
}

TEST(CtgovReadingTest, NumbersOfParticipantsAreCounts) {
  const auto with = [](const char* value) {
    return Changed([value](Json& outcome) {
      outcome["paramType"] = "NUMBER";
      outcome["unitOfMeasure"] = "participants";
      outcome["classes"][0]["categories"][0]["measurements"] =
          Json::array({{{"groupId", "OG000"}, {"value", value}}});
    });
  };
  const ImportedStudy study = with("22");
  const auto& estimate = Get<v1::Endpoint>(study, "pfs-inv").estimates(0);
  EXPECT_EQ(estimate.statistic(), v1::STATISTIC_COUNT);
  EXPECT_EQ(estimate.events(), 22);
  for (const char* value : {"-22", "61", "2.5"}) {
    EXPECT_EQ(with(value).problems.size(), 1U) << value;
  }
}

TEST(CtgovReadingTest, DirectionIsWhatTheRecordSays) {
  const GroupNames drug{"Drug A 10 mg", ""};
  const GroupNames placebo{"Placebo", ""};
  for (const auto& [text, numerator] :
       {std::pair{"Placebo vs Drug A", Numerator::kSecond},
        {"Comparison of Drug A versus placebo", Numerator::kFirst},
        {"A hazard ratio \\<1 favors Drug A", Numerator::kFirst},
        {"HR >1 favours Drug A", Numerator::kSecond},
        {"HR < 1.0 in favour of placebo", Numerator::kSecond},
        {"Stratified by age", Numerator::kNotSaid},
        {"Drug A vs baseline", Numerator::kUnreadOfOne},
        {"Reference group: Placebo", Numerator::kFirst},
        {"Reference group: Drug A 10 mg", Numerator::kSecond},
        {"The reference arm is Drug A 10 mg.", Numerator::kSecond},
        {"Drug A 10 mg was the denominator", Numerator::kSecond},
        {"Drug A 10 mg was used as the reference", Numerator::kSecond},
        {"Numerator: Drug A; denominator: placebo", Numerator::kFirst},
        {"HR (Drug A 10 mg : Placebo)", Numerator::kFirst},
        {"Values <1 show benefit of Drug A", Numerator::kUnreadOfOne},
        {"Drug A was given daily", Numerator::kNotSaid},
        {"Placebo divided by Drug A", Numerator::kSecond},
        {"Placebo minus Drug A", Numerator::kSecond},
        {"Drug A minus Placebo", Numerator::kFirst},
        {"Placebo subtracted from Drug A", Numerator::kFirst},
        {"Placebo - Drug A", Numerator::kSecond},
        {"Placebo/Drug A", Numerator::kSecond},
        {"Placebo over Drug A", Numerator::kSecond},
        {"Ratio of Placebo to Drug A", Numerator::kSecond},
        {"Difference = Placebo minus Drug A", Numerator::kSecond},
        {"Calculated as Placebo group value minus Drug A group value",
         Numerator::kSecond},
        {"Comparison vs. Drug A", Numerator::kSecond},
        {"Comparison vs. Placebo [T/P]", Numerator::kFirst},
        {"Over 12.5 weeks", Numerator::kNotSaid},
        {"Drug A/Drug B", Numerator::kNotSaid},
        {"Difference between Drug A and Placebo", Numerator::kUnread},
        {"Stratified by Drug A/Placebo at entry", Numerator::kUnread}}) {
    EXPECT_EQ(ReadNumerator({text}, drug, placebo, true), numerator) << text;
  }
  EXPECT_EQ(ReadNumerator({"Drug A vs placebo", "HR > 1 favours Drug A"}, drug,
                          placebo, true),
            Numerator::kContradicted);
  EXPECT_EQ(ReadNumerator({"A ratio >1 favours Drug A"}, drug, placebo, false),
            Numerator::kUnreadOfOne);
}

TEST(CtgovReadingTest, AWordOfOneTitleIsThatGroupWhateverItsArmsAreCalled) {
  const GroupNames first{"Osimertinib 80 mg", "Osimertinib chemotherapy"};
  const GroupNames second{"Chemotherapy", "Platinum doublet chemotherapy"};
  EXPECT_EQ(ReadNumerator({"A hazard ratio <1 favours chemotherapy"}, first,
                          second, true),
            Numerator::kSecond);
  EXPECT_EQ(ReadNumerator({"HR <1 favours platinum"}, first, second, true),
            Numerator::kSecond);
}

TEST(CtgovReadingTest, ACodeNameThatNeitherGroupHasIsTheOtherOrUnread) {
  const GroupNames drug{"Osimertinib 80mg", ""};
  const GroupNames chemotherapy{"Chemotherapy", "Pemetrexed"};
  for (const auto& [text, numerator] :
       {std::pair{"Chemotherapy versus AZD9291", Numerator::kSecond},
        {"Hazard ratio for chemotherapy vs. AZD-9291 80 mg once daily",
         Numerator::kSecond},
        {"AZD9291 versus chemotherapy", Numerator::kFirst},
        {"Ratio of osimertinib to CO1686", Numerator::kFirst},
        {"Chemotherapy versus AZD9291 with pemetrexed",
         Numerator::kUnreadOfOne},
        {"Chemotherapy versus T790M", Numerator::kUnreadOfOne},
        {"Reference group: AZD9291", Numerator::kUnreadOfNone},
        {"HR > 1 favors AZD9291", Numerator::kUnreadOfNone},
        {"A hazard ratio <1 favours the study drug", Numerator::kUnreadOfNone},
        {"AZD9291 was the reference", Numerator::kUnreadOfNone},
        {"The denominator was the number at risk", Numerator::kNotSaid}}) {
    EXPECT_EQ(ReadNumerator({text}, drug, chemotherapy, true), numerator)
        << text;
  }
  EXPECT_EQ(ReadNumerator({"OR > 1 favors AZD9291"}, drug, chemotherapy, false),
            Numerator::kUnreadOfNone);
}

TEST(CtgovReadingTest, WhatIsDeniedIsNotRead) {
  const GroupNames drug{"Osimertinib 80mg", ""};
  const GroupNames chemotherapy{"Chemotherapy", ""};
  for (const char* text :
       {"a HR < 1 does not favour chemotherapy",
        "HR <1 doesn't favor chemotherapy",
        "A hazard ratio <1 indicates no benefit of chemotherapy",
        "The reference group is not chemotherapy"}) {
    EXPECT_EQ(ReadNumerator({text}, drug, chemotherapy, true),
              Numerator::kUnreadOfOne)
        << text;
  }
  EXPECT_EQ(ReadNumerator({"not chemotherapy versus osimertinib"}, drug,
                          chemotherapy, true),
            Numerator::kUnread);
  EXPECT_EQ(ReadNumerator({"HR <1 does not favour chemotherapy; HR <1 favours "
                           "osimertinib"},
                          drug, chemotherapy, true),
            Numerator::kFirst);
}

TEST(CtgovReadingTest, AComparatorIsTheGroupWhereTheRecordSaysSo) {
  const auto study = Changed([](Json& outcome) {
    outcome["analyses"][0]["groupDescription"] = "Gefitinib vs Solertinib";
    outcome["analyses"][0]["estimateComment"] = "HR >1 favours solertinib";
  });
  EXPECT_EQ(FirstContrast(study).group().arms(0), "gefitinib");
  EXPECT_EQ(FirstContrast(study).reference().arms(0), "md1234-rt");
}

TEST(CtgovReadingTest, ARemarkOnTheDirectionByUnknownNamesIsTold) {
  const auto study = Changed([](Json& outcome) {
    outcome["analyses"][0]["estimateComment"] = "HR > 1 favors AZD9291";
  });
  EXPECT_THAT(study.warnings,
              Contains(Field(&ImportNote::value, "a remark on the direction")));
}

TEST(CtgovReadingTest, ADirectionThatIsNotStatedIsNoted) {
  const ImportedStudy silent = Changed([](Json&) {});
  EXPECT_THAT(FirstContrast(silent).note(), HasSubstr("does not say"));
  EXPECT_THAT(silent.warnings,
              Contains(Field(&ImportNote::wish, HasSubstr("is not stated"))));
  const auto with = [](const char* remark) {
    return Changed([remark](Json& outcome) {
      outcome["analyses"][0]["estimateComment"] = remark;
    });
  };
  EXPECT_THAT(FirstContrast(with("Solertinib vs gefitinib")).note(), IsEmpty());
  EXPECT_THAT(with("Between solertinib and gefitinib").warnings,
              Contains(Field(&ImportNote::value,
                             HasSubstr("a remark that names both groups"))));
}

// A study of `labels`, experimental but for Placebo, with one outcome of
// `groups` that each have the number 4, and the analyses.
ImportedStudy WithGroups(const std::vector<std::string>& labels,
                         const std::vector<std::string>& groups,
                         const Json& analyses = Json::array()) {
  Json json = Made();
  Json arms = Json::array();
  for (const std::string& label : labels) {
    arms.push_back(
        {{"label", label},
         {"type", label == "Placebo" ? "PLACEBO_COMPARATOR" : "EXPERIMENTAL"}});
  }
  json["protocolSection"]["armsInterventionsModule"] = {{"armGroups", arms}};
  Json outcome = Outcomes(json)[0];
  outcome["groups"] = Json::array();
  Json& values = outcome["classes"][0]["categories"][0]["measurements"];
  values = Json::array();
  outcome["denoms"] = Json::array();
  for (size_t i = 0; i < groups.size(); ++i) {
    const std::string id = "OG00" + std::to_string(i);
    outcome["groups"].push_back({{"id", id}, {"title", groups[i]}});
    values.push_back({{"groupId", id}, {"value", "4"}});
  }
  outcome["analyses"] = analyses;
  json["resultsSection"] = {
      {"outcomeMeasuresModule", {{"outcomeMeasures", Json::array({outcome})}}}};
  return ReadCtgovStudy(json.dump());
}

TEST(CtgovReadingTest, AllDosesOfADrugAreTheirArmsTogether) {
  const ImportedStudy study = WithGroups(
      {"Empagliflozin low dose", "Empagliflozin high dose", "Placebo"},
      {"Placebo", "Empagliflozin low dose", "All Empagliflozin"},
      Json::array({{{"groupIds", {"OG000", "OG002"}},
                    {"paramType", "Hazard Ratio (HR)"},
                    {"paramValue", "0.86"},
                    {"estimateComment", "All Empagliflozin divided by Placebo"},
                    {"nonInferiorityType", "SUPERIORITY"}}}));
  EXPECT_THAT(study.problems, IsEmpty());
  const auto& pfs = Get<v1::Endpoint>(study, "pfs-inv");
  EXPECT_THAT(pfs.estimates(2).group().arms(),
              ElementsAre("empagliflozin-low-dose", "empagliflozin-high-dose"));
  EXPECT_EQ(pfs.contrasts(0).group().arms_size(), 2);
  EXPECT_THAT(pfs.contrasts(0).reference().arms(), ElementsAre("placebo"));
  EXPECT_THAT(pfs.contrasts(0).note(), IsEmpty());
}

TEST(CtgovReadingTest, PooledArmsAreExperimentalWhereAllOfThemAre) {
  const ImportedStudy study = WithGroups(
      {"Drug A 10 mg", "Drug A 20 mg", "Placebo"}, {"Placebo", "All Drug A"},
      Json::array({{{"groupIds", {"OG000", "OG001"}},
                    {"paramType", "Hazard Ratio (HR)"},
                    {"paramValue", "0.86"},
                    {"nonInferiorityType", "SUPERIORITY"}}}));
  const auto& contrast = FirstContrast(study);
  EXPECT_EQ(contrast.group().arms_size(), 2);
  EXPECT_THAT(contrast.note(), HasSubstr("lists the comparator first"));
}

TEST(CtgovReadingTest, DosesOfOneArmArePartsOfItAndTheirTotalIsTheStudy) {
  const ImportedStudy study =
      WithGroups({"Drug A"}, {"Drug A 10 mg", "Drug A 20 mg", "Total"});
  EXPECT_THAT(study.problems, IsEmpty());
  const auto& pfs = Get<v1::Endpoint>(study, "pfs-inv");
  ASSERT_EQ(pfs.estimates_size(), 3);
  EXPECT_EQ(pfs.estimates(0).group().subgroups(0).level(), "Drug A 10 mg");
  EXPECT_EQ(pfs.estimates(1).group().subgroups(0).level(), "Drug A 20 mg");
  EXPECT_EQ(pfs.estimates(1).group().arms(0), pfs.estimates(0).group().arms(0));
  EXPECT_EQ(pfs.estimates(2).group().scope(), v1::GROUP_SCOPE_ALL);
  const ImportedStudy alone = WithGroups({"Drug A"}, {"All participants"});
  const auto& only = Get<v1::Endpoint>(alone, "pfs-inv").estimates(0);
  EXPECT_EQ(only.group().arms_size(), 1);
}

// The first contrast with the first analysis of the made study as given.
ImportedStudy WithEffect(const char* type, const char* value, const char* low,
                         const char* high, const char* unit = "Months",
                         const char* first = "61", const char* second = "12") {
  return Changed([=](Json& outcome) {
    outcome["paramType"] = "NUMBER";
    outcome["unitOfMeasure"] = unit;
    outcome["dispersionType"] = "";
    outcome["classes"][0]["categories"][0]["measurements"] =
        Json::array({{{"groupId", "OG000"}, {"value", first}},
                     {{"groupId", "OG001"}, {"value", second}}});
    Json& analysis = outcome["analyses"][0];
    analysis["paramType"] = type;
    analysis["paramValue"] = value;
    analysis["ciLowerLimit"] = low;
    analysis["ciUpperLimit"] = high;
  });
}

TEST(CtgovReadingTest, RatiosInPercentAreRatios) {
  struct Case {
    const char *type, *value, *low, *high;
    v1::EffectMeasure measure;
    double ratio, from, to;
  };
  for (const Case& each :
       {Case{"Relative Risk Reduction (%)", "25", "10", "40",
             v1::EFFECT_MEASURE_RISK_RATIO, 0.75, 0.6, 0.9},
        Case{"Relative Risk Reduction", "0.25", "-0.1", "0.4",
             v1::EFFECT_MEASURE_RISK_RATIO, 0.75, 0.6, 1.1},
        Case{"Hazard Ratio, percent", "75", "60", "90",
             v1::EFFECT_MEASURE_HAZARD_RATIO, 0.75, 0.6, 0.9},
        Case{"Geometric Mean Ratio (%)", "103.8", "97.5", "110.6",
             v1::EFFECT_MEASURE_RATIO_OF_MEANS, 1.038, 0.975, 1.106},
        Case{"Odds Ratio (95% CI)", "0.75", "0.6", "0.9",
             v1::EFFECT_MEASURE_ODDS_RATIO, 0.75, 0.6, 0.9}}) {
    const ImportedStudy study =
        WithEffect(each.type, each.value, each.low, each.high);
    EXPECT_THAT(study.problems, IsEmpty()) << each.type;
    const auto& contrast = FirstContrast(study);
    EXPECT_EQ(contrast.measure(), each.measure) << each.type;
    EXPECT_EQ(contrast.value(), each.ratio) << each.type;
    EXPECT_EQ(contrast.interval().low(), each.from) << each.type;
    EXPECT_EQ(contrast.interval().high(), each.to) << each.type;
    EXPECT_EQ(contrast.derivations_size(),
              std::stod(each.value) == each.ratio ? 0 : 3)
        << each.type;
  }
}

TEST(CtgovReadingTest, WhatMayBeRatioOrPercentageIsNeither) {
  for (const auto& [type, value] :
       {std::pair{"Geometric Mean Ratio (%)", "1.04"},
        {"Relative Risk Reduction (%)", "0.25"},
        {"Relative Risk Reduction (%)", "140"}}) {
    const ImportedStudy study = WithEffect(type, value, "", "");
    EXPECT_EQ(FirstContrast(study).measure(), v1::EFFECT_MEASURE_OTHER)
        << value;
    EXPECT_EQ(FirstContrast(study).value(), std::stod(value));
    EXPECT_THAT(study.warnings,
                Contains(Field(&ImportNote::value, HasSubstr(value))));
  }
  const ImportedStudy large =
      WithEffect("Geometric Mean Ratio", "98.5", "94", "103.2");
  EXPECT_EQ(FirstContrast(large).alternatives(0).reading(), "a percentage");
}

TEST(CtgovReadingTest, DifferencesOfSharesHaveTheUnitThatTheSharesShow) {
  struct Case {
    const char *type, *value, *low, *high, *unit, *of;
  };
  constexpr char kPercent[] = "percentage of participants";
  for (const Case& each :
       {Case{"Risk Difference (RD)", "49.0", "37.1", "60.9", kPercent, "%"},
        Case{"Risk Difference (RD)", "0.49", "0.371", "0.609", kPercent, "1"},
        Case{"Difference in proportions", "0.49", "0.37", "0.61", kPercent,
             "1"},
        Case{"Difference in percentages", "49", "37", "61", "participants",
             "%"},
        Case{"Risk Difference (RD)", "0.49", "0.37", "0.61", "participants",
             "1"}}) {
    const ImportedStudy study =
        WithEffect(each.type, each.value, each.low, each.high, each.unit,
                   each.unit == kPercent ? "61" : "37",
                   each.unit == kPercent ? "12" : "7");
    EXPECT_THAT(study.problems, IsEmpty()) << each.value;
    EXPECT_EQ(FirstContrast(study).unit(), each.of)
        << each.type << each.value << each.unit;
    EXPECT_EQ(FirstContrast(study).value(), std::stod(each.value));
  }
  // Half a percent, as the shares tell.
  EXPECT_EQ(FirstContrast(WithEffect("Risk Difference (RD)", "0.9", "0.1",
                                     "1.0", kPercent, "12.9", "11"))
                .unit(),
            "%");
}

TEST(CtgovReadingTest, AnalysesKeepTheirLabelsAndTimesWhicheverComesFirst) {
  const ImportedStudy study = Changed([](Json& outcome) {
    outcome["title"] = "Change in Score";
    Json analysis = outcome["analyses"][0];
    analysis["paramType"] = "Mean Difference (Net)";
    outcome["analyses"] = Json::array();
    for (const char* week : {"Week 4", "Week 8", "Week 12"}) {
      analysis["groupDescription"] = week;
      outcome["analyses"].push_back(analysis);
    }
  });
  EXPECT_THAT(study.problems, IsEmpty());
  const auto& contrasts =
      Get<v1::Endpoint>(study, "change-in-score").contrasts();
  ASSERT_EQ(contrasts.size(), 3);
  EXPECT_EQ(contrasts[0].measure_text(), "Week 4");
  EXPECT_EQ(contrasts[0].time().value(), 4);
  EXPECT_EQ(contrasts[2].measure_text(), "Week 12");
  EXPECT_EQ(contrasts[2].time().unit(), "wk");
}

TEST(CtgovReadingTest, AnalysesThatDifferInTheirHypothesisAreKnownByIt) {
  const ImportedStudy study = Changed([](Json& outcome) {
    Json again = outcome["analyses"][0];
    again["nonInferiorityType"] = "NON_INFERIORITY";
    outcome["analyses"].push_back(again);
  });
  const auto& contrasts = Get<v1::Endpoint>(study, "pfs-inv").contrasts();
  EXPECT_EQ(contrasts[0].measure_text(), "superiority");
  EXPECT_EQ(contrasts[1].measure_text(), "non-inferiority");
}

TEST(CtgovReadingTest, ArmsOfTheSameDrugsAreCalledByTheirLabels) {
  Json json = Made();
  Json& module = json["protocolSection"]["armsInterventionsModule"];
  module["armGroups"] =
      Json::array({{{"label", "Gefitinib 10 mg"}, {"type", "EXPERIMENTAL"}},
                   {{"label", "Gefitinib 20 mg"}, {"type", "EXPERIMENTAL"}},
                   {{"label", "Osimertinib"}, {"type", "EXPERIMENTAL"}}});
  module["interventions"] =
      Json::array({{{"type", "DRUG"},
                    {"name", "Gefitinib"},
                    {"armGroupLabels", {"Gefitinib 10 mg", "Gefitinib 20 mg"}}},
                   {{"type", "DRUG"},
                    {"name", "Osimertinib"},
                    {"armGroupLabels", {"Osimertinib"}}},
                   {{"type", "DRUG"},
                    {"name", "Chemotherapy"},
                    {"armGroupLabels", {"Osimertinib"}}}});
  json.erase("resultsSection");
  const ImportedStudy study = ReadCtgovStudy(json.dump());
  for (const char* id : {"gefitinib-10-mg", "gefitinib-20-mg", "osimertinib"}) {
    Get<v1::Arm>(study, id);
  }
}

TEST(CtgovReadingTest, PooledDosesAreTheirArmsTogether) {
  Json json = Made();
  json["protocolSection"]["armsInterventionsModule"] = {
      {"armGroups",
       Json::array({{{"label", "Drug A 10 mg"}, {"type", "EXPERIMENTAL"}},
                    {{"label", "Drug A 20 mg"}, {"type", "EXPERIMENTAL"}},
                    {{"label", "Placebo"}, {"type", "PLACEBO_COMPARATOR"}}})}};
  json["resultsSection"].erase("participantFlowModule");
  json["resultsSection"].erase("adverseEventsModule");
  json["resultsSection"].erase("baselineCharacteristicsModule");
  Json outcome = Outcomes(json)[0];
  outcome["groups"] =
      Json::array({{{"id", "OG000"}, {"title", "Drug A 10 mg + 20 mg pooled"}},
                   {{"id", "OG001"}, {"title", "Placebo"}}});
  outcome["classes"][0]["categories"][0]["measurements"] =
      Json::array({{{"groupId", "OG000"}, {"value", "4"}}});
  Outcomes(json) = Json::array({outcome});
  const ImportedStudy study = ReadCtgovStudy(json.dump());
  EXPECT_THAT(study.problems, IsEmpty());
  EXPECT_THAT(Get<v1::Endpoint>(study, "pfs-inv").estimates(0).group().arms(),
              ElementsAre("drug-a-10-mg", "drug-a-20-mg"));
}

// The problems of the made study with `value` at the JSON pointer `at`.
std::vector<ImportNote> ProblemsWith(const std::string& at, const Json& value) {
  Json json = Made();
  json[Json::json_pointer(at)] = value;
  return ReadCtgovStudy(json.dump()).problems;
}

TEST(CtgovReadingTest, DaysThatNoCalendarHasAreProblems) {
  const std::string at = "/protocolSection/statusModule/startDateStruct/date";
  for (const char* date : {"2018-13", "2018-02-30", "October 2, 2018"}) {
    const auto problems = ProblemsWith(at, date);
    ASSERT_EQ(problems.size(), 1U) << date;
    EXPECT_EQ(problems[0].place,
              "protocolSection.statusModule.startDateStruct.date");
    EXPECT_THAT(problems[0].wish, HasSubstr("want a date"));
  }
  EXPECT_THAT(ProblemsWith(at, "2016-02-29"), IsEmpty());
}

TEST(CtgovReadingTest, NumbersOfTheRegistryMayStandInLowerCase) {
  Json json = Made();
  json["protocolSection"]["identificationModule"]["nctId"] = " nct09000001 ";
  const ImportedStudy study = ReadCtgovStudy(json.dump());
  EXPECT_THAT(study.problems, IsEmpty());
  EXPECT_EQ(study.number, "NCT09000001");
  EXPECT_EQ(Get<v1::Trial>(study, "nct09000001").registrations(0).number(),
            "NCT09000001");
}

TEST(CtgovReadingTest, ALevelThatIsAShareIsReadAsAPercentage) {
  for (const auto& [printed, level] :
       {std::pair{"0.95", 95.0}, {"0.975", 97.5}, {"20", 0.0}}) {
    const auto study = Changed([printed = printed](Json& outcome) {
      outcome["analyses"][0]["ciPctValue"] = printed;
    });
    EXPECT_EQ(FirstContrast(study).interval().level(), level) << printed;
    EXPECT_THAT(study.warnings,
                Contains(Field(&ImportNote::value, HasSubstr(printed))));
  }
}

TEST(CtgovReadingTest, ContradictionsOfEventsAndResultsAreNoted) {
  Json json = Made();
  json["hasResults"] = false;
  Json& events = json["resultsSection"]["adverseEventsModule"];
  events["eventGroups"][0]["seriousNumAffected"] = 0;
  events["eventGroups"][0]["seriousNumAtRisk"] = 60;
  const ImportedStudy study = ReadCtgovStudy(json.dump());
  EXPECT_THAT(study.problems, IsEmpty());
  EXPECT_THAT(study.warnings,
              Contains(Field(&ImportNote::wish,
                             HasSubstr("of the group with any such event"))));
  EXPECT_THAT(study.warnings,
              Contains(Field(&ImportNote::wish, HasSubstr("has results"))));
}

TEST(CtgovReadingTest, WhatIsNoJsonSaysWhere) {
  const ImportedStudy study =
      ReadCtgovStudy("{\"protocolSection\":\n {\"a\": NaN}}");
  ASSERT_EQ(study.problems.size(), 1U);
  EXPECT_THAT(study.problems[0].place, HasSubstr("2:"));
  EXPECT_THAT(ReadCtgovStudy("{\"FullStudiesResponse\": {}}").problems[0].wish,
              HasSubstr("API v1"));
}

}  // namespace
}  // namespace consilium

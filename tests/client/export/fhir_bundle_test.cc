#include "client/export/fhir_bundle.h"

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "client/export/fhir_names.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace consilium {
namespace {

using ::testing::MatchesRegex;
using Json = nlohmann::json;

constexpr char kRegistry[] = "registries/r/";

RegistryRows SmallRegistry() {
  RegistryRows read{.registry = "r", .registry_id = "ab12", .frontier = "f"};
  v1::Trial& trial = read.trials.emplace_back();
  trial.set_name(std::string(kRegistry) + "trials/t");
  trial.set_acronym("TEST");
  trial.add_phases(v1::PHASE_PHASE2);
  trial.add_phases(v1::PHASE_PHASE3);
  trial.set_status(v1::TRIAL_STATUS_RECRUITING);
  trial.set_start_date("2019-03");
  v1::Registration& number = *trial.add_registrations();
  number.set_number("NCT00000001");
  v1::TrialReport& report = *trial.add_reports();
  report.set_publication("paper");
  report.set_role(v1::REPORT_ROLE_RESULT);
  v1::TrialReport& lost = *trial.add_reports();
  lost.set_publication("not-there");
  lost.set_role(v1::REPORT_ROLE_RESULT);
  v1::Arm& arm = read.arms.emplace_back();
  arm.set_name(std::string(kRegistry) + "trials/t/arms/both");
  arm.add_drugs()->set_drug("gefitinib");
  v1::Endpoint& endpoint = read.endpoints.emplace_back();
  endpoint.set_name(std::string(kRegistry) + "trials/t/endpoints/os");
  endpoint.set_measure(v1::MEASURE_OVERALL_SURVIVAL);
  endpoint.set_role(v1::ENDPOINT_ROLE_PRIMARY);
  v1::Publication& paper = read.publications.emplace_back();
  paper.set_name(std::string(kRegistry) + "publications/paper");
  paper.set_title("  A paper\n");
  paper.set_pmid("1");
  paper.set_year(2020);
  v1::EvidenceRow& row = read.rows.emplace_back();
  row.set_id("trials/t/endpoints/os#contrasts[x]");
  row.set_kind(v1::EVIDENCE_KIND_CONTRAST);
  row.set_trial_id("t");
  row.set_record(std::string(kRegistry) + "trials/t/endpoints/os");
  row.set_study("TEST");
  row.set_outcome("os");
  row.set_report("paper");
  row.set_group("both, egfr=l858r");
  row.set_reference("control");
  row.set_measure(v1::EFFECT_MEASURE_HAZARD_RATIO);
  row.set_value(0.5);
  row.set_low(0.25);
  row.set_high(1);
  row.set_level(95);
  row.set_p(0.001);
  row.set_p_comparator(v1::COMPARATOR_LESS);
  read.rows.emplace_back().set_kind(v1::EVIDENCE_KIND_TRIAL);
  return read;
}

v1::ReviewResult SmallReview() {
  v1::ReviewResult result;
  result.mutable_stamp()->set_review("registries/r/reviews/made");
  v1::OutcomeResult& outcome = *result.add_outcomes();
  outcome.set_id("os");
  outcome.set_state(v1::OUTCOME_STATE_POOLED);
  outcome.set_design(v1::STUDY_DESIGN_RANDOMIZED);
  outcome.mutable_plan()->set_measure(v1::EFFECT_MEASURE_HAZARD_RATIO);
  outcome.add_studies()->set_row("trials/t/endpoints/os#contrasts[x]");
  v1::PooledEffect& pooled = *outcome.mutable_pooled();
  pooled.mutable_effect()->set_value(0.5);
  pooled.set_i2(0);
  v1::CertaintyStep& step = *outcome.mutable_certainty()->add_steps();
  step.set_domain(v1::CERTAINTY_DOMAIN_IMPRECISION);
  step.set_levels(-2);
  step.set_reason("few events");
  outcome.mutable_certainty()->set_level(v1::CERTAINTY_LEVEL_LOW);
  result.add_outcomes()->set_id("nothing-pooled");
  return result;
}

Json Parsed(const v1::ReviewResult* review = nullptr) {
  return Json::parse(MakeFhirBundle(SmallRegistry(), review).json);
}

// The only resource of `type` whose first identifier is `name`.
Json ResourceOf(const Json& bundle, const char* type, const char* name) {
  for (const Json& entry : bundle["entry"]) {
    const Json& resource = entry["resource"];
    if (resource["resourceType"] == type &&
        resource["identifier"][0]["value"] == name) {
      return resource;
    }
  }
  ADD_FAILURE() << "no " << type << " " << name;
  return {};
}

TEST(FhirBundleTest, TheSameInputGivesTheSameBytes) {
  const v1::ReviewResult review = SmallReview();
  const FhirBundle bundle = MakeFhirBundle(SmallRegistry(), &review);
  EXPECT_EQ(bundle.json, MakeFhirBundle(SmallRegistry(), &review).json);
  EXPECT_EQ(bundle.resources, Json::parse(bundle.json)["entry"].size());
}

TEST(FhirBundleTest, AStudyPointsToWhatTheBundleHolds) {
  const Json bundle = Parsed();
  const FhirNames names("ab12");
  const Json study = ResourceOf(bundle, "ResearchStudy", "trials/t");
  EXPECT_EQ(study["id"], names.IdOf("trials/t"));
  EXPECT_EQ(study["phase"]["coding"][0]["code"], "phase-2-phase-3");
  EXPECT_EQ(study["progressStatus"][0]["state"]["coding"][0]["code"],
            "recruiting");
  EXPECT_EQ(study["period"]["start"], "2019-03");
  EXPECT_EQ(study["identifier"][1]["value"], "NCT00000001");
  // The report that the registry does not hold is no result to point to.
  ASSERT_EQ(study["result"].size(), 1);
  EXPECT_EQ(study["result"][0]["reference"], names.UrnOf("publications/paper"));
  EXPECT_EQ(study["comparisonGroup"][0]["intendedExposure"][0]["reference"],
            names.UrnOf("trials/t/arms/both"));
  EXPECT_EQ(study["outcomeMeasure"][0]["type"][0]["coding"][0]["code"],
            "primary");
}

TEST(FhirBundleTest, AResultHasItsNumberIntervalAndP) {
  const Json bundle = Parsed();
  const FhirNames names("ab12");
  const Json evidence =
      ResourceOf(bundle, "Evidence", "trials/t/endpoints/os#contrasts[x]");
  EXPECT_EQ(evidence["citeAsReference"]["reference"],
            names.UrnOf("publications/paper"));
  const Json statistic = evidence["statistic"][0];
  EXPECT_EQ(statistic["statisticType"]["coding"][0]["code"], "C93150");
  EXPECT_EQ(statistic["quantity"], Json::parse(R"({"value": 0.5})"));
  const Json interval = statistic["attributeEstimate"][0];
  EXPECT_EQ(interval["level"], 0.95);
  EXPECT_EQ(interval["range"]["high"]["value"], 1);
  EXPECT_EQ(statistic["attributeEstimate"][1]["quantity"],
            Json::parse(R"({"value": 0.001, "comparator": "<"})"));
  EXPECT_FALSE(statistic.contains("sampleSize"));  // Not told, so not 0.
  // The group is one arm, with a subgroup; the reference is no arm held.
  const Json exposure = evidence["variableDefinition"][1];
  EXPECT_EQ(exposure["observed"]["reference"],
            names.UrnOf("trials/t/arms/both"));
  const Json reference = evidence["variableDefinition"][2];
  EXPECT_EQ(reference["description"], "control");
  EXPECT_FALSE(reference.contains("observed"));
}

TEST(FhirBundleTest, WhatAReviewPoolsHasItsStudiesAndCertainty) {
  const v1::ReviewResult review = SmallReview();
  const Json bundle = Parsed(&review);
  const Json pooled =
      ResourceOf(bundle, "Evidence", "reviews/made#os/randomized");
  EXPECT_EQ(pooled["synthesisType"]["coding"][0]["code"], "std-MA");
  EXPECT_EQ(pooled["relatedArtifact"][0]["resourceReference"]["reference"],
            FhirNames("ab12").UrnOf("trials/t/endpoints/os#contrasts[x]"));
  EXPECT_EQ(pooled["statistic"][0]["sampleSize"]["numberOfStudies"], 1);
  EXPECT_EQ(pooled["certainty"][0]["rating"]["coding"][0]["code"], "low");
  EXPECT_EQ(
      pooled["certainty"][0]["subcomponent"][0]["rating"]["coding"][0]["code"],
      "downcode2");
}

TEST(FhirBundleTest, AResultHasTheRiskOfBiasThatAReviewJudged) {
  constexpr char kResult[] = "trials/t/endpoints/os#contrasts[x]";
  v1::ReviewResult review = SmallReview();
  review.mutable_outcomes(0)->mutable_studies(0)->set_trial_id("t");
  v1::RiskOfBiasAssessment& whole = *review.add_risk_of_bias();
  whole.set_trial("t");
  whole.set_tool(v1::RISK_OF_BIAS_TOOL_ROB2);
  whole.set_overall(v1::RISK_OF_BIAS_JUDGEMENT_LOW);
  const Json of_all =
      ResourceOf(Parsed(&review), "Evidence", kResult)["certainty"][0];
  EXPECT_EQ(of_all["type"]["coding"][0]["code"], "RiskOfBias");
  EXPECT_EQ(of_all["rating"]["coding"][0]["code"], "no-concern");
  // What was judged for its outcome stands in the place of that.
  v1::RiskOfBiasAssessment& own = *review.add_risk_of_bias();
  own.set_trial("t");
  own.set_outcome("os");
  own.set_tool(v1::RISK_OF_BIAS_TOOL_ROB2);
  own.set_overall(v1::RISK_OF_BIAS_JUDGEMENT_SOME_CONCERNS);
  own.add_assessors("a");
  v1::DomainJudgement& domain = *own.add_domains();
  domain.set_domain(v1::RISK_OF_BIAS_DOMAIN_RANDOMIZATION);
  domain.set_judgement(v1::RISK_OF_BIAS_JUDGEMENT_SOME_CONCERNS);
  domain.set_reason("Not described");
  const Json certainty =
      ResourceOf(Parsed(&review), "Evidence", kResult)["certainty"];
  ASSERT_EQ(certainty.size(), 1);
  EXPECT_EQ(certainty[0]["description"], "Risk of bias by RoB 2");
  EXPECT_EQ(certainty[0]["rating"],
            Json::parse(R"({"text": "Some concerns"})"));
  EXPECT_EQ(certainty[0]["rater"], "a");
  EXPECT_EQ(certainty[0]["subcomponent"][0]["type"]["text"],
            "Randomization process");
  EXPECT_EQ(certainty[0]["subcomponent"][0]["description"], "Not described");
  EXPECT_FALSE(ResourceOf(Parsed(), "Evidence", kResult).contains("certainty"));
}

TEST(FhirBundleTest, OneStudyIsNoSynthesis) {
  v1::ReviewResult review = SmallReview();
  review.mutable_outcomes(0)->set_state(v1::OUTCOME_STATE_ONE_STUDY);
  const Json alone =
      ResourceOf(Parsed(&review), "Evidence", "reviews/made#os/randomized");
  EXPECT_FALSE(alone.contains("synthesisType"));
}

TEST(FhirBundleTest, TextsHaveNoSpaceAroundThem) {
  EXPECT_EQ(ResourceOf(Parsed(), "Citation", "publications/paper")["title"],
            "A paper");
}

TEST(FhirNamesTest, IdsAreUuidsOfTheNameInItsRegistry) {
  const FhirNames names("ab12");
  EXPECT_THAT(names.IdOf("trials/t"),
              MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab]"
                           "[0-9a-f]{3}-[0-9a-f]{12}"));
  EXPECT_EQ(names.IdOf("trials/t"), FhirNames("ab12").IdOf("trials/t"));
  EXPECT_NE(names.IdOf("trials/t"), names.IdOf("trials/u"));
  EXPECT_NE(names.IdOf("trials/t"), FhirNames("cd34").IdOf("trials/t"));
  EXPECT_TRUE(names.ReferenceTo("trials/t").is_null());
}

}  // namespace
}  // namespace consilium

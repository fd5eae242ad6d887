// Outcomes of a part of the participants, and what they are called.
#include "client/import/ctgov_parts.h"

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_join.h"
#include "client/import/ctgov_study.h"
#include "client/import/ctgov_values.h"
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
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

v1::Trial LungTrial() {
  v1::Trial trial;
  trial.set_official_title(
      "A Study of Drug A in Adults With Advanced Lung Cancer With or Without "
      "Brain Metastases");
  trial.add_conditions("NSCLC");
  trial.add_phases(v1::PHASE_PHASE3);
  return trial;
}

std::string PartsIn(const std::string& title) {
  return absl::StrJoin(PartsOf(title, "", LungTrial(), TitleWords::kAll), " ",
                       [](std::string* out, const v1::Subgroup& part) {
                         out->append(BuildKey(part));
                       });
}

TEST(CtgovPartsTest, TitlesSayOfWhomTheyAre) {
  for (const auto& [title, parts] :
       std::vector<std::pair<std::string, std::string>>{
           {"Overall Survival (Japan Only)", "region=japan"},
           {"PFS in Asian Participants", "region=asia"},
           {"PFS in Participants With Brain Metastases",
            "brain-metastases=yes"},
           {"PFS in Patients Without CNS Metastases", "brain-metastases=no"},
           {"PFS in Women", "sex=female"},
           {"OS in Male Participants", "sex=male"},
           {"OS in Participants With KRAS Mutation", "kras=positive"},
           {"PFS, EGFR T790M Mutation", "egfr=t790m"},
           {"PFS: EGFR Exon 19 Deletion", "egfr=exon-19-deletion"},
           {"OS in KRAS wild-type", "kras=negative"},
           {"Progression-Free Survival (Part 2)", "cohort=part-2"},
           {"Progression-Free Survival - Phase II Portion", "cohort=phase-ii"},
           {"PFS After Crossover", "cohort=after-crossover"},
           {"OS in the Open-label Extension Period",
            "cohort=open-label-extension-period"},
           {"OS in Participants With Liver Metastases at Baseline",
            "cohort=participants-with-liver-metastases-at-baseline"},
           {"PFS by BICR in Current Smokers per RECIST 1.1",
            "cohort=current-smokers"},
           {"PFS in Stage IIIB Participants", "cohort=stage-iiib-participants"},
           {"Overall Survival, Cohort A", "cohort=cohort-a"},
           {"OS in the ctDNA Population", "cohort=the-ctdna-population"},
           {"PFS by BICR in PD-L1 CPS >= 10 Participants (Part 2)",
            "pd-l1>=10 cohort=part-2"}}) {
    EXPECT_EQ(PartsIn(title), parts) << title;
  }
  for (const char* title :
       {"Overall Survival",
        "PFS by BICR per RECIST 1.1",
        "OS in the Safety Population",
        "PFS in the Intent-to-Treat Population",
        "OS in All Randomized Participants",
        "OS in Adults With Lung Cancer",
        "ORR in Participants With Measurable Disease at Baseline",
        "Duration of Response in Participants With Confirmed CR or PR",
        "Percentage of Participants With Objective Response",
        "Number of Participants Alive and Progression Free at 12 Months",
        "Progression-Free Survival (Phase 3)",
        "OS in Men and Women",
        "Overall Survival During the Double-blind Period",
        "CNS Objective Response in Participants With CNS Metastases",
        "OS in the Global Cohort",
        "Overall Survival by Cohort",
        "Overall Survival for up to 5 Years in All Participants",
        "ORR in Participants With Measurable Disease Assessed by BICR",
        "Response Within 12 Weeks of Treatment in All Patients",
        "Overall Survival During the Treatment Period",
        "Overall Survival Adjusted for Crossover",
        "Time From Randomization to Progression"}) {
    EXPECT_EQ(PartsIn(title), "") << title;
  }
}

// The made study with these outcomes of survival, each with its hazard ratio.
ImportedStudy WithOutcomes(
    const std::vector<std::pair<std::string, std::string>>& titles) {
  Json json = Json::parse(ReadTestFile("with-results.json"));
  Json& outcomes =
      json["resultsSection"]["outcomeMeasuresModule"]["outcomeMeasures"];
  const Json one = outcomes[3];
  outcomes = Json::array();
  for (const auto& [title, value] : titles) {
    Json outcome = one;
    outcome["title"] = title;
    outcome["analyses"][0]["paramValue"] = value;
    outcomes.push_back(outcome);
  }
  return ReadCtgovStudy(json.dump());
}

const v1::Contrast& WithValue(const v1::Endpoint& endpoint, double value) {
  for (const v1::Contrast& each : endpoint.contrasts()) {
    if (each.value() == value) return each;
  }
  ADD_FAILURE() << "no contrast " << value;
  return v1::Contrast::default_instance();
}

TEST(CtgovPartsTest, ThePlainOutcomeHasThePlainKeyInAnyOrder) {
  std::vector<std::pair<std::string, std::string>> titles = {
      {"Overall Survival in Women", "0.70"},
      {"Overall Survival, Sensitivity Analysis", "0.75"},
      {"Overall Survival, Final Analysis", "0.78"},
      {"Overall Survival", "0.80"}};
  for (int turn = 0; turn < 4; ++turn) {
    const ImportedStudy study = WithOutcomes(titles);
    EXPECT_THAT(study.problems, IsEmpty());
    const auto& os = Get<v1::Endpoint>(study, "os");
    EXPECT_EQ(os.title(), "Overall Survival");
    EXPECT_EQ(WithValue(os, 0.8).measure_text(), "");
    EXPECT_EQ(WithValue(os, 0.8).group().subgroups_size(), 0);
    EXPECT_EQ(BuildKey(WithValue(os, 0.7).group().subgroups(0)), "sex=female");
    EXPECT_EQ(WithValue(os, 0.75).measure_text(),
              "Overall Survival, Sensitivity Analysis");
    EXPECT_EQ(WithValue(os, 0.78).measure_text(),
              "Overall Survival, Final Analysis");
    titles.insert(titles.begin(), titles.back());
    titles.pop_back();
  }
}

TEST(CtgovPartsTest, AnOutcomeOfAPartAloneIsOfThatPartAndTold) {
  const ImportedStudy study =
      WithOutcomes({{"Overall Survival After Crossover", "0.70"}});
  EXPECT_EQ(
      Get<v1::Endpoint>(study, "os").contrasts(0).group().subgroups(0).level(),
      "After Crossover");
  EXPECT_THAT(study.warnings,
              Contains(Field(&ImportNote::wish,
                             HasSubstr("taken as cohort=after-crossover"))));
}

TEST(CtgovPartsTest, OtherResponsesAreMeasuresOfTheirOwn) {
  for (const char* title :
       {"Pathological Complete Response", "pCR Rate", "Best Overall Response",
        "Complete Molecular Response", "Pathologic Complete Response (pCR)"}) {
    EXPECT_EQ(MeasureOf(title), v1::MEASURE_OTHER) << title;
  }
  for (const char* title :
       {"Best Overall Response Rate", "Objective Response Rate (ORR)",
        "Participants With a Best Overall Response of CR or PR"}) {
    EXPECT_EQ(MeasureOf(title), v1::MEASURE_OBJECTIVE_RESPONSE) << title;
  }
  EXPECT_EQ(MeasureOf("Complete Response"), v1::MEASURE_COMPLETE_RESPONSE);
  const ImportedStudy study =
      WithOutcomes({{"Pathological Complete Response", "0.70"}});
  EXPECT_EQ(
      Get<v1::Endpoint>(study, "pathological-complete-response").measure_text(),
      "pathological-complete-response");
  EXPECT_THAT(study.warnings,
              Contains(Field(&ImportNote::wish, HasSubstr("another measure"))));
}

TEST(CtgovPartsTest, AssessorsAreReadInTheFormsOfTitles) {
  for (const char* title :
       {"PFS per Investigator",
        "Progression-Free Survival (PFS) per "
        "Investigator",
        "PFS (local assessment)", "PFS, Investigator",
        "PFS According to the Investigator", "PFS by Local Investigator",
        "PFS Based on Investigator's Assessment", "PFS (Investigator)"}) {
    EXPECT_EQ(AssessorOf(title), v1::ASSESSOR_INVESTIGATOR) << title;
  }
}

}  // namespace
}  // namespace consilium

// Whom trials studied.
#include "server/evidence/population.h"

#include <google/protobuf/text_format.h>

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace consilium {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;

template <typename Message>
Message Read(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message));
  return message;
}

TEST(PopulationTest, ConditionsOfEntryTellWhomATrialStudied) {
  const Population population = PopulationOf(Read<v1::Trial>(
      "eligibility { criterion { term: 'stage' level: 'iii' } } "
      "eligibility { criterion { term: 'egfr' level: 'l858r' } } "
      "eligibility { criterion { term: 'line' level: 'second' } } "
      "eligibility { role: ELIGIBILITY_ROLE_EXCLUSION "
      "  criterion { term: 'oligometastatic' level: 'yes' } }"));
  EXPECT_THAT(population.settings, Contains("locally-advanced"));
  EXPECT_THAT(population.settings, Not(Contains("oligometastatic")));
  EXPECT_THAT(population.alterations, Contains("egfr-l858r"));
  EXPECT_EQ(population.line, 2);
}

TEST(PopulationTest, EarlierTreatmentTellsTheLineOrLeavesItOpen) {
  const auto studied = [](const std::string& term, const std::string& level) {
    return PopulationOf(Read<v1::Trial>(
        "eligibility { criterion { term: '" + term + "' level: '" + level +
        "' kind: TERM_KIND_PRIOR_TREATMENT } }"));
  };
  EXPECT_EQ(studied("treated", "no").line, 1);
  EXPECT_EQ(studied("untreated", "yes").line, 1);
  const Population before =
      studied("chemotherapy-or-immune-checkpoint-inhibitor", "yes");
  EXPECT_EQ(before.line, std::nullopt);
  EXPECT_TRUE(before.treated_before);
  EXPECT_TRUE(studied("crizotinib", "yes").treated_before);
  // With advanced disease no drug against a target stands beside surgery.
  const auto advanced = [](const std::string& term) {
    return PopulationOf(Read<v1::Trial>(
        "eligibility { criterion { term: '" + term +
        "' level: 'yes' kind: TERM_KIND_PRIOR_TREATMENT } } "
        "eligibility { criterion { term: 'cns-progression' level: 'yes' } }"));
  };
  EXPECT_TRUE(advanced("crizotinib").after_first_line);
  EXPECT_TRUE(advanced("chemotherapy-and-immune-checkpoint-inhibitor")
                  .after_first_line);
  EXPECT_FALSE(
      advanced("chemotherapy-or-immune-checkpoint-inhibitor").after_first_line);
  EXPECT_FALSE(studied("crizotinib", "yes").after_first_line);
  // Radiotherapy is no line, and who had no crizotinib may have had others.
  EXPECT_FALSE(studied("radiotherapy", "yes").treated_before);
  EXPECT_EQ(studied("crizotinib", "no").line, std::nullopt);
}

TEST(PopulationTest, ProgressionInTheNervousSystemMayBeInTheBrain) {
  const Population population = PopulationOf(Read<v1::Trial>(
      "eligibility { criterion { term: 'cns-progression' level: 'yes' } }"));
  EXPECT_THAT(population.settings,
              ElementsAre("advanced", "cns-progression", "metastatic"));
  EXPECT_THAT(population.other_settings,
              ElementsAre("brain-metastases", "leptomeningeal"));
}

TEST(PopulationTest, HistologyIsThatOfConditionsAndEntry) {
  const Population squamous = PopulationOf(Read<v1::Trial>(
      "conditions: 'non-small cell lung cancer' "
      "eligibility { criterion { term: 'histology' level: 'squamous' } }"));
  EXPECT_THAT(squamous.histology, ElementsAre("nsclc", "squamous"));
  EXPECT_THAT(PopulationOf(Read<v1::Trial>("conditions: 'Lung Adenocarcinoma'"))
                  .histology,
              ElementsAre("adenocarcinoma", "non-squamous", "nsclc"));
  EXPECT_THAT(
      PopulationOf(Read<v1::Trial>(
                       "eligibility { criterion { term: 'squamous' level: 'no' "
                       "kind: TERM_KIND_HISTOLOGY } }"))
          .histology,
      ElementsAre("non-squamous", "nsclc"));
}

TEST(PopulationTest, NoMetastasisIsTreatedWhereNobodyHasOne) {
  const auto arm = Read<v1::Arm>("radiotherapies { }");
  const Treatment neither = TreatmentOf({&arm});
  const auto excluded = [](const std::string& eligibility) {
    const auto trial = Read<v1::Trial>(eligibility);
    const Population population = PopulationOf(trial);
    google::protobuf::RepeatedPtrField<std::string> settings(
        population.settings.begin(), population.settings.end());
    return ExcludedOf(population, settings);
  };
  const MetastasesExcluded local =
      excluded("eligibility { criterion { term: 'stage' level: 'iii' } }");
  EXPECT_EQ(local, MetastasesExcluded::kAll);
  for (const char* const id : {"brain-rt", "wbrt", "srs", "gamma-knife",
                               "metastasis-directed-rt", "bone-rt"}) {
    EXPECT_FALSE(MayBeRadiotherapy(neither, id, local)) << id;
  }
  EXPECT_TRUE(MayBeRadiotherapy(neither, "thoracic-rt", local));
  EXPECT_TRUE(MayBeRadiotherapy(neither, "sbrt", local));
  // Both stages were let in.
  EXPECT_EQ(
      excluded(
          "eligibility { criterion { term: 'stage' level: 'iii-or-iv' } }"),
      MetastasesExcluded::kNone);
  const MetastasesExcluded brain = excluded(
      "eligibility { criterion { term: 'stage' level: 'iv' } } "
      "eligibility { role: ELIGIBILITY_ROLE_EXCLUSION "
      "  criterion { term: 'brain-metastases' level: 'yes' } }");
  EXPECT_EQ(brain, MetastasesExcluded::kOfBrain);
  EXPECT_FALSE(MayBeRadiotherapy(neither, "wbrt", brain));
  EXPECT_TRUE(MayBeRadiotherapy(neither, "bone-rt", brain));
}

}  // namespace
}  // namespace consilium

// What arms were given, whom trials studied, and what contrasts compare.
#include "server/evidence/study_facts.h"

#include <google/protobuf/text_format.h>

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/evidence/row_fields.h"

namespace consilium {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

template <typename Message>
Message Read(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message));
  return message;
}

Treatment Given(const std::string& text) {
  const auto arm = Read<v1::Arm>(text);
  return TreatmentOf({&arm});
}

TEST(StudyFactsTest, ANamedDrugBringsItsClassesAndLeavesNothingOpen) {
  const Treatment arm = Given(
      "drugs { drug: 'Tagrisso' } radiotherapies { "
      "technique: RADIOTHERAPY_TECHNIQUE_SBRT }");
  EXPECT_THAT(arm.drugs, ElementsAre("osimertinib"));
  EXPECT_THAT(arm.drug_classes, Contains("egfr-tki-3g"));
  EXPECT_THAT(arm.drug_classes, Contains("targeted-therapy"));
  EXPECT_THAT(arm.radiotherapy, Contains("stereotactic"));
  EXPECT_THAT(arm.radiotherapy, Contains("radiotherapy"));
  EXPECT_EQ(arm.setting, v1::TREATMENT_SETTING_TARGETED_WITH_RADIOTHERAPY);
  EXPECT_FALSE(arm.drugs_open || arm.narrower_class_open);
  EXPECT_FALSE(MayBeDrug(arm, "gefitinib"));
  EXPECT_FALSE(MayBeClass(arm, "egfr-tki-1g"));
}

TEST(StudyFactsTest, AClassWithoutADrugMayBeAnyOfIts) {
  const Treatment arm = Given(
      "drugs { drug: 'egfr-tki' "
      "drug_class: DRUG_CLASS_TYROSINE_KINASE_INHIBITOR targets: 'EGFR' }");
  EXPECT_TRUE(arm.drugs_open);
  EXPECT_THAT(arm.drugs, IsEmpty());
  EXPECT_TRUE(MayBeDrug(arm, "gefitinib"));
  EXPECT_FALSE(MayBeDrug(arm, "sotorasib"));
  EXPECT_TRUE(MayBeClass(arm, "egfr-tki-1g"));
  EXPECT_FALSE(MayBeClass(arm, "alk-inhibitor"));
  EXPECT_FALSE(MayBeClass(arm, "egfr-tki"));  // That it is, for certain.
}

TEST(StudyFactsTest, AnArmOfWhichNothingIsCodedMayBeGivenAnything) {
  const Treatment titled = Given("title: 'Osimertinib'");
  EXPECT_TRUE(MayBeDrug(titled, "osimertinib"));
  EXPECT_TRUE(MayBeClass(titled, "egfr-tki-3g"));
  EXPECT_TRUE(MayBeRadiotherapy(titled, "sbrt", MetastasesExcluded::kNone));
  v1::EvidenceRow row;
  FillTreatment(titled, /*arms_known=*/true, row);
  EXPECT_THAT(row.unstated(),
              ElementsAre("drugs", "drugClasses", "radiotherapy", "treatment"));

  const Treatment nothing = Given("type: ARM_TYPE_NO_INTERVENTION");
  EXPECT_FALSE(MayBeDrug(nothing, "osimertinib"));
  v1::EvidenceRow control;
  FillTreatment(nothing, /*arms_known=*/true, control);
  EXPECT_THAT(control.unstated(), IsEmpty());
}

TEST(StudyFactsTest, AGenerationNarrowsTheClass) {
  const Treatment arm = Given(
      "drugs { drug: 'egfr-tki' generation: 1 "
      "drug_class: DRUG_CLASS_TYROSINE_KINASE_INHIBITOR targets: 'EGFR' }");
  EXPECT_THAT(arm.drug_classes, Contains("egfr-tki-1g"));
  EXPECT_FALSE(MayBeClass(arm, "egfr-tki-3g"));
  EXPECT_TRUE(MayBeDrug(arm, "icotinib"));
  EXPECT_FALSE(MayBeDrug(arm, "osimertinib"));
}

TEST(StudyFactsTest, RadiotherapyWithoutATechniqueMayBeWhatFitsItsTarget) {
  const Treatment brain =
      Given("radiotherapies { target: RADIOTHERAPY_TARGET_BRAIN }");
  EXPECT_TRUE(MayBeRadiotherapy(brain, "wbrt"));
  EXPECT_TRUE(MayBeRadiotherapy(brain, "srs"));
  EXPECT_FALSE(MayBeRadiotherapy(brain, "sbrt"));
  EXPECT_FALSE(MayBeRadiotherapy(brain, "thoracic-rt"));
  const Treatment chest =
      Given("radiotherapies { target: RADIOTHERAPY_TARGET_CHEST }");
  EXPECT_TRUE(MayBeRadiotherapy(chest, "sbrt"));
  EXPECT_FALSE(MayBeRadiotherapy(chest, "wbrt"));
  EXPECT_FALSE(MayBeRadiotherapy(Given("drugs { drug: 'erlotinib' }"), "sbrt"));
}

TEST(StudyFactsTest, RadiotherapyWithoutATargetMayBeOfWhatFitsItsTechnique) {
  const Treatment neither = Given("radiotherapies { }");
  for (const char* const id : {"thoracic-rt", "brain-rt", "wbrt", "sbrt", "srs",
                               "metastasis-directed-rt"}) {
    EXPECT_TRUE(MayBeRadiotherapy(neither, id)) << id;
  }
  EXPECT_FALSE(MayBeRadiotherapy(neither, "radiotherapy"));
  const Treatment body =
      Given("radiotherapies { technique: RADIOTHERAPY_TECHNIQUE_SBRT }");
  EXPECT_TRUE(MayBeRadiotherapy(body, "thoracic-rt"));
  EXPECT_FALSE(MayBeRadiotherapy(body, "brain-rt"));
  EXPECT_FALSE(MayBeRadiotherapy(body, "imrt"));
  const Treatment surgery =
      Given("radiotherapies { technique: RADIOTHERAPY_TECHNIQUE_SRS }");
  EXPECT_TRUE(MayBeRadiotherapy(surgery, "brain-rt"));
  EXPECT_FALSE(MayBeRadiotherapy(surgery, "thoracic-rt"));
  EXPECT_FALSE(MayBeRadiotherapy(
      Given("radiotherapies { technique: RADIOTHERAPY_TECHNIQUE_WHOLE_BRAIN }"),
      "thoracic-rt"));
}

TEST(StudyFactsTest, ATargetThatNoTermNamesIsNotOpen) {
  const Treatment model =
      Given("radiotherapies { target: RADIOTHERAPY_TARGET_MODEL_TUMOR }");
  EXPECT_FALSE(MayBeRadiotherapy(model, "thoracic-rt"));
  EXPECT_FALSE(MayBeRadiotherapy(model, "wbrt"));
  EXPECT_TRUE(MayBeRadiotherapy(model, "sbrt"));
}

TEST(StudyFactsTest, NoMetastasisIsTreatedWhereNobodyHasOne) {
  const Treatment neither = Given("radiotherapies { }");
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

TEST(StudyFactsTest, RadiotherapyAloneIsWithoutAnyDrug) {
  const auto setting = [](const std::string& drugs) {
    return Given(drugs + " radiotherapies { }").setting;
  };
  EXPECT_EQ(setting(""), v1::TREATMENT_SETTING_RADIOTHERAPY_ALONE);
  EXPECT_EQ(setting("drugs { drug: 'placebo' }"),
            v1::TREATMENT_SETTING_RADIOTHERAPY_ALONE);
  EXPECT_EQ(setting("drugs { drug: 'cisplatin' }"),
            v1::TREATMENT_SETTING_CHEMORADIOTHERAPY);
  EXPECT_EQ(setting("drugs { drug: 'chemotherapy' } drugs { drug: 'placebo' }"),
            v1::TREATMENT_SETTING_CHEMORADIOTHERAPY);
  EXPECT_EQ(setting("drugs { drug: 'durvalumab' }"),
            v1::TREATMENT_SETTING_RADIOTHERAPY_WITH_OTHER_DRUG);
  EXPECT_EQ(setting("drugs { drug: 'cisplatin' } drugs { drug: 'unknown-x' }"),
            v1::TREATMENT_SETTING_RADIOTHERAPY_WITH_OTHER_DRUG);
  EXPECT_EQ(setting("drugs { drug: 'cisplatin' } drugs { drug: 'erlotinib' }"),
            v1::TREATMENT_SETTING_TARGETED_WITH_RADIOTHERAPY);
}

TEST(StudyFactsTest, EveryRadiotherapyStandsInOneColumn) {
  const auto columns = [](const std::string& text) {
    return RadiotherapyColumns(Read<v1::Arm>(text));
  };
  EXPECT_THAT(columns("radiotherapies { technique: RADIOTHERAPY_TECHNIQUE_SRS "
                      "target: RADIOTHERAPY_TARGET_BRAIN }"),
              ElementsAre("srs"));
  EXPECT_THAT(columns("radiotherapies { target: RADIOTHERAPY_TARGET_BRAIN }"),
              ElementsAre("brain-rt"));
  EXPECT_THAT(columns("radiotherapies { }"), ElementsAre(""));
  EXPECT_THAT(columns("drugs { drug: 'erlotinib' }"), IsEmpty());
}

TEST(StudyFactsTest, OfSeveralArmsTheNearestToTheCombinationCounts) {
  const auto drug = Read<v1::Arm>("drugs { drug: 'erlotinib' }");
  const auto both = Read<v1::Arm>(
      "drugs { drug: 'erlotinib' } "
      "radiotherapies { technique: RADIOTHERAPY_TECHNIQUE_WHOLE_BRAIN }");
  const auto radiotherapy = Read<v1::Arm>(
      "radiotherapies { technique: RADIOTHERAPY_TECHNIQUE_WHOLE_BRAIN }");
  EXPECT_EQ(TreatmentOf({&drug, &radiotherapy}).setting,
            v1::TREATMENT_SETTING_TARGETED_ALONE);
  EXPECT_EQ(TreatmentOf({&radiotherapy, &both}).setting,
            v1::TREATMENT_SETTING_TARGETED_WITH_RADIOTHERAPY);
  EXPECT_EQ(TreatmentOf({}).setting, v1::TREATMENT_SETTING_UNSPECIFIED);
}

TEST(StudyFactsTest, ConditionsOfEntryTellWhomATrialStudied) {
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

TEST(StudyFactsTest, EarlierTreatmentTellsTheLineOrLeavesItOpen) {
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

TEST(StudyFactsTest, ProgressionInTheNervousSystemMayBeInTheBrain) {
  const Population population = PopulationOf(Read<v1::Trial>(
      "eligibility { criterion { term: 'cns-progression' level: 'yes' } }"));
  EXPECT_THAT(population.settings,
              ElementsAre("advanced", "cns-progression", "metastatic"));
  EXPECT_THAT(population.other_settings,
              ElementsAre("brain-metastases", "leptomeningeal"));
}

TEST(StudyFactsTest, HistologyIsThatOfConditionsAndEntry) {
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

TEST(StudyFactsTest, TheDesignIsThatOfTheFacts) {
  const auto design = [](const std::string& text, size_t arms) {
    return DesignOf(Read<v1::Trial>(text), arms);
  };
  EXPECT_EQ(design("randomized { answer: ANSWER_YES }", 2),
            v1::STUDY_DESIGN_RANDOMIZED);
  EXPECT_EQ(design("allocation: ALLOCATION_NA", 1),
            v1::STUDY_DESIGN_SINGLE_ARM);
  EXPECT_EQ(design("randomized { answer: ANSWER_NO }", 2),
            v1::STUDY_DESIGN_NON_RANDOMIZED);
  EXPECT_EQ(design("study_type: STUDY_TYPE_PRECLINICAL "
                   "randomized { answer: ANSWER_YES }",
                   2),
            v1::STUDY_DESIGN_PRECLINICAL);
  EXPECT_EQ(design("", 2), v1::STUDY_DESIGN_UNSPECIFIED);
}

TEST(StudyFactsTest, NobodyIsRandomizedToASubgroupOrFromOutside) {
  const auto compare = [](const std::string& group,
                          const std::string& reference) {
    return DesignOfContrast(v1::STUDY_DESIGN_RANDOMIZED, Read<v1::Group>(group),
                            Read<v1::Group>(reference));
  };
  EXPECT_EQ(compare("arms: 'a'", "arms: 'b'"), v1::STUDY_DESIGN_RANDOMIZED);
  EXPECT_EQ(compare("arms: 'a'", "external: 'historical controls'"),
            v1::STUDY_DESIGN_NON_RANDOMIZED);
  EXPECT_EQ(compare("arms: 'a' subgroups { term: 'egfr' level: 'l858r' }",
                    "arms: 'a' subgroups { term: 'egfr' level: '19del' }"),
            v1::STUDY_DESIGN_NON_RANDOMIZED);
  // Within a stratum the arms are still those of chance.
  EXPECT_EQ(compare("arms: 'a' subgroups { term: 'egfr' level: 'l858r' }",
                    "arms: 'b' subgroups { term: 'egfr' level: 'l858r' }"),
            v1::STUDY_DESIGN_RANDOMIZED);
}

}  // namespace
}  // namespace consilium

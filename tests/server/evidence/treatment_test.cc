// What arms were given, and what their reports leave open of it.
#include "server/evidence/treatment.h"

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

TEST(TreatmentTest, ANamedDrugBringsItsClassesAndLeavesNothingOpen) {
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

TEST(TreatmentTest, AClassWithoutADrugMayBeAnyOfIts) {
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

TEST(TreatmentTest, AnArmOfWhichNothingIsCodedMayBeGivenAnything) {
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

TEST(TreatmentTest, AGenerationNarrowsTheClass) {
  const Treatment arm = Given(
      "drugs { drug: 'egfr-tki' generation: 1 "
      "drug_class: DRUG_CLASS_TYROSINE_KINASE_INHIBITOR targets: 'EGFR' }");
  EXPECT_THAT(arm.drug_classes, Contains("egfr-tki-1g"));
  EXPECT_FALSE(MayBeClass(arm, "egfr-tki-3g"));
  EXPECT_TRUE(MayBeDrug(arm, "icotinib"));
  EXPECT_FALSE(MayBeDrug(arm, "osimertinib"));
}

TEST(TreatmentTest, RadiotherapyWithoutATechniqueMayBeWhatFitsItsTarget) {
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

TEST(TreatmentTest, RadiotherapyWithoutATargetMayBeOfWhatFitsItsTechnique) {
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

TEST(TreatmentTest, ATargetThatNoTermNamesIsNotOpen) {
  const Treatment model =
      Given("radiotherapies { target: RADIOTHERAPY_TARGET_MODEL_TUMOR }");
  EXPECT_FALSE(MayBeRadiotherapy(model, "thoracic-rt"));
  EXPECT_FALSE(MayBeRadiotherapy(model, "wbrt"));
  EXPECT_TRUE(MayBeRadiotherapy(model, "sbrt"));
}

TEST(TreatmentTest, RadiotherapyAloneIsWithoutAnyDrug) {
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

TEST(TreatmentTest, EveryRadiotherapyStandsInOneColumn) {
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

TEST(TreatmentTest, OfSeveralArmsTheNearestToTheCombinationCounts) {
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

}  // namespace
}  // namespace consilium

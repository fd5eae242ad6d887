#include "proto/base/words.h"

#include "client/export/result_text.h"
#include "client/export/study_text.h"
#include "client/export/value_words.h"
#include "gtest/gtest.h"
#include "proto/base/text_form.h"
#include "proto/base/treatment_words.h"

namespace consilium {
namespace {

template <typename Message>
Message FromYaml(const std::string& yaml) {
  Message message;
  const absl::Status status =
      ParseMessage("test.yaml", yaml + "\n", TextFormat::kYaml, message);
  EXPECT_TRUE(status.ok()) << status;
  return message;
}

TEST(Words, EnumValuesReadAsWords) {
  EXPECT_EQ(EnumWords(v1::EFFECT_MEASURE_HAZARD_RATIO), "hazard ratio");
  EXPECT_EQ(EnumWords(v1::RADIOTHERAPY_TECHNIQUE_SBRT), "SBRT");
  EXPECT_EQ(EnumWords(v1::MEASURE_PROGRESSION_FREE_SURVIVAL),
            "progression-free survival");
  EXPECT_EQ(EnumWords(v1::MEASURE_UNSPECIFIED), "");
}

TEST(Words, UnitsReadAsWords) {
  EXPECT_EQ(NumberWords(18.6, "mo"), "18.6 months");
  EXPECT_EQ(NumberWords(1, "mo"), "1 month");
  EXPECT_EQ(NumberWords(90, "%"), "90%");
  EXPECT_EQ(NumberWords(0.22, ""), "0.22");
  EXPECT_EQ(NumberWords(250, "mg/d"), "250 mg a day");
  EXPECT_EQ(NumberWords(75, "mg/m2"), "75 mg/m²");
}

TEST(Words, RangesKeepTheirOpenSide) {
  EXPECT_EQ(
      QuantityWords(FromYaml<v1::Quantity>("{low: 25, high: 40, unit: Gy}")),
      "25 to 40 Gy");
  EXPECT_EQ(QuantityWords(FromYaml<v1::Quantity>("{high: 34, unit: '%'}")),
            "≤ 34%");
}

TEST(Words, EstimateWithIntervalAndCounts) {
  EXPECT_EQ(ValueText(FromYaml<v1::Estimate>(
                "{value: 18.6, unit: mo, events: 40, participants: 68,"
                " interval: {level: 95, low: 15.2, highStatus: not-reached}}")),
            "18.6 months (95% CI 15.2 to not reached); 40 of 68");
  EXPECT_EQ(ValueText(FromYaml<v1::Estimate>("{status: not-reached}")),
            "not reached");
  EXPECT_EQ(ValueText(FromYaml<v1::Estimate>("{statement: good}")), "good");
  EXPECT_EQ(ValueText(v1::Estimate()), "no number printed");
}

TEST(Words, DispersionOfUnknownKindSaysSo) {
  EXPECT_EQ(ValueText(FromYaml<v1::Estimate>(
                "{value: 12.1, dispersion: {kind: not-stated, value: 2.4}}")),
            "12.1 ± 2.4 (kind not stated)");
}

TEST(Words, PValues) {
  EXPECT_EQ(PValueText(FromYaml<v1::PValue>("{comparator: '<', value: 0.001}")),
            "P < 0.001");
  EXPECT_EQ(PValueText(FromYaml<v1::PValue>("{value: 0.016}")), "P = 0.016");
  EXPECT_EQ(PValueText(FromYaml<v1::PValue>("{significance: not-significant}")),
            "“not significant”");
  EXPECT_EQ(PValueText(v1::PValue()), "");
}

TEST(Words, NoneObservedIsNotSilence) {
  EXPECT_EQ(
      ValueText(FromYaml<v1::AdverseEventCount>("{occurrence: none-observed}")),
      "none observed");
  EXPECT_EQ(ValueText(v1::AdverseEventCount()), "no number printed");
}

TEST(Words, Treatments) {
  EXPECT_EQ(
      ComponentText(FromYaml<v1::DrugComponent>(
          "{drug: icotinib, choice: egfr-tki,"
          " dose: {amount: 125 mg, times: 3, period: 1 d, route: oral}}")),
      "Icotinib 125 mg 3 times daily, oral, one choice of EGFR-TKI");
  EXPECT_EQ(ComponentText(FromYaml<v1::RadiotherapyComponent>(
                "{technique: sbrt, target: brain, totalDose: 25..40 Gy,"
                " fractions: {value: 5},"
                " timing: {relation: concurrent, to: erlotinib}}")),
            "SBRT to the brain, 25 to 40 Gy, in 5 fractions, concurrent with "
            "erlotinib");
  EXPECT_EQ(ComponentText(FromYaml<v1::RadiotherapyComponent>(
                "{technique: wbrt, target: brain, totalDose: 30 Gy}")),
            "Whole-brain radiotherapy, 30 Gy");
}

TEST(Words, DesignFactsInThreeStates) {
  EXPECT_EQ(FactText(FromYaml<v1::Fact>("{answer: yes, basis: stated}")),
            "Yes, stated");
  EXPECT_EQ(FactText(FromYaml<v1::Fact>(
                "{answer: no, basis: inferred, note: two groups}")),
            "No, inferred: two groups");
  EXPECT_EQ(FactText(FromYaml<v1::Fact>("{answer: not-stated}")), "Not stated");
}

TEST(Words, ValuesThatReadAlikeAreToldApart) {
  const std::vector<std::string> words = ValueWords(
      {"registries/r/trials/t/endpoints/pfs", "estimates[a/b/-/-/median/-]"},
      {R"({"value": 20.2, "unit": "mo", "note": "as printed"})",
       R"({"value": 20.2, "unit": "mo", "note": "table 2"})", ""},
      nullptr);
  EXPECT_EQ(words, (std::vector<std::string>{"20.2 months (note: as printed)",
                                             "20.2 months (note: table 2)",
                                             "removed"}));
}

TEST(Words, ValuesOfPlainFields) {
  EXPECT_EQ(ValueWords({"registries/r/trials/t", "status"},
                       {"\"TRIAL_STATUS_COMPLETED\"", "\"ongoing\""}, nullptr),
            (std::vector<std::string>{"completed", "ongoing"}));
  EXPECT_EQ(ValueWords({"registries/r/trials/t", "enrolledParticipantCount"},
                       {"133", "136"}, nullptr),
            (std::vector<std::string>{"133", "136"}));
  EXPECT_EQ(ValueWords({"registries/r/trials/t", "phases"},
                       {"[\"PHASE_PHASE2\", \"PHASE_PHASE3\"]"}, nullptr),
            (std::vector<std::string>{"phase 2, phase 3"}));
}

}  // namespace
}  // namespace consilium

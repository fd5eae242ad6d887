// Made records with what the registry's own records are known to hold.
#include "client/import/ctgov_study.h"

#include <string>
#include <vector>

#include "client/import/ctgov_files.h"
#include "client/import/import_text.h"
#include "consilium/v1/adverse_event.pb.h"
#include "consilium/v1/arm.pb.h"
#include "consilium/v1/endpoint.pb.h"
#include "consilium/v1/trial.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/base/errors.h"
#include "tests/client/import/imported.h"

namespace consilium {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

absl::StatusOr<std::vector<ImportedStudy>> Import(const std::string& name) {
  const std::string bytes = ReadTestFile(name);
  const auto text = CheckImportText(name, bytes);
  if (!text.ok()) return text.status();
  const auto studies = SplitStudies(name, *text);
  if (!studies.ok()) return studies.status();
  std::vector<ImportedStudy> imported;
  for (const StudyText& study : *studies) {
    imported.push_back(ReadCtgovStudy(study.text));
  }
  return imported;
}

class CtgovStudyTest : public testing::Test {
 protected:
  void SetUp() override {
    auto imported = Import("with-results.json");
    ASSERT_TRUE(imported.ok()) << imported.status();
    ASSERT_EQ(imported->size(), 1U);
    study_ = std::move(imported->front());
    ASSERT_THAT(study_.problems, IsEmpty());
  }

  template <typename Record>
  const Record& Get(const std::string& id) const {
    return consilium::Get<Record>(study_, id);
  }

  ImportedStudy study_;
};

TEST_F(CtgovStudyTest, NumberSaysWhoseItIs) {
  std::vector<v1::RegistrationAuthority> authorities;
  for (const auto& each : Get<v1::Trial>("nct09000001").registrations()) {
    authorities.push_back(each.authority());
  }
  EXPECT_THAT(authorities,
              ElementsAre(v1::REGISTRATION_AUTHORITY_CLINICAL_TRIALS_GOV,
                          v1::REGISTRATION_AUTHORITY_SPONSOR,
                          v1::REGISTRATION_AUTHORITY_UTN,
                          v1::REGISTRATION_AUTHORITY_EUDRACT,
                          v1::REGISTRATION_AUTHORITY_CTIS));
}

TEST_F(CtgovStudyTest, ArmsOfProtocolAndResultsAreOne) {
  const auto& arm = Get<v1::Arm>("md1234-rt");
  EXPECT_THAT(arm.labels(), ElementsAre("Solertinib 80 mg (Global Cohort)",
                                        "Solertinib 80 mg (China Cohort)"));
  EXPECT_EQ(arm.radiotherapies_size(), 1);
  ASSERT_EQ(arm.participant_counts_size(), 2);
  EXPECT_EQ(arm.participant_counts(1).subgroups(0).level(), "China Cohort");
  EXPECT_EQ(Get<v1::Arm>("gefitinib").labels_size(), 2);
}

TEST_F(CtgovStudyTest, GlobalCohortIsTheTrialAndChinaIsPartOfIt) {
  const auto& counts = Get<v1::Arm>("md1234-rt").participant_counts();
  EXPECT_EQ(counts[0].subgroups_size(), 0);
  EXPECT_EQ(counts[0].count(), 60);
  const auto& pfs = Get<v1::Endpoint>("pfs-inv");
  EXPECT_EQ(pfs.estimates(0).group().subgroups_size(), 0);
  EXPECT_EQ(pfs.estimates(2).group().subgroups(0).level(), "China Cohort");
  EXPECT_EQ(pfs.contrasts(0).group().subgroups_size(), 0);
}

TEST_F(CtgovStudyTest, AssessorsHaveEndpointsOfTheirOwn) {
  const auto& investigator = Get<v1::Endpoint>("pfs-inv");
  EXPECT_EQ(investigator.role(), v1::ENDPOINT_ROLE_PRIMARY);
  EXPECT_EQ(investigator.estimates(0).value(), 18.9);
  EXPECT_EQ(Get<v1::Endpoint>("pfs-bicr").estimates(0).value(), 17.7);
}

TEST_F(CtgovStudyTest, NotReachedIsNoNumberAndNotMissing) {
  const auto& pfs = Get<v1::Endpoint>("pfs-inv");
  EXPECT_EQ(pfs.estimates(0).interval().low(), 15.2);
  EXPECT_FALSE(pfs.estimates(0).interval().has_high());
  EXPECT_EQ(pfs.estimates(0).interval().high_status(),
            v1::VALUE_STATUS_NOT_ESTIMABLE);
  EXPECT_FALSE(pfs.estimates(1).has_value());
  EXPECT_EQ(pfs.estimates(1).status(), v1::VALUE_STATUS_NOT_REACHED);
}

TEST_F(CtgovStudyTest, ContrastKeepsLevelAndBoundOfP) {
  const auto& contrast = Get<v1::Endpoint>("pfs-inv").contrasts(0);
  EXPECT_EQ(contrast.measure(), v1::EFFECT_MEASURE_HAZARD_RATIO);
  EXPECT_EQ(contrast.interval().level(), 95.03);
  EXPECT_EQ(contrast.p_value().comparator(), v1::COMPARATOR_LESS);
  EXPECT_EQ(contrast.p_value().value(), 0.0001);
}

TEST_F(CtgovStudyTest, LimitsOfAnotherRowAreNoInterval) {
  const auto& estimate = Get<v1::Endpoint>("dcr").estimates(0);
  EXPECT_EQ(estimate.value(), 93.2);
  EXPECT_FALSE(estimate.has_interval());
  EXPECT_EQ(estimate.alternatives(0).reading(),
            "limits 8.3 to 11.6 as printed");
}

TEST_F(CtgovStudyTest, OneGroupOfTwoIsReadAgainstTheOtherWithADoubt) {
  const auto& contrast = Get<v1::Endpoint>("os").contrasts(0);
  EXPECT_EQ(contrast.group().arms(0), "md1234-rt");
  EXPECT_EQ(contrast.reference().arms(0), "gefitinib");
  EXPECT_EQ(contrast.reference().subgroups_size(), 0);
  EXPECT_THAT(contrast.alternatives(0).reason(), HasSubstr("names one group"));
}

TEST_F(CtgovStudyTest, RatioCalledDifferenceIsDoubted) {
  const auto& contrast = Get<v1::Endpoint>("dor").contrasts(0);
  EXPECT_EQ(contrast.measure(), v1::EFFECT_MEASURE_MEAN_DIFFERENCE);
  EXPECT_EQ(contrast.alternatives(0).reading(), "a ratio");
}

TEST_F(CtgovStudyTest, EventsAreSeriousOrNotAndHaveNoGrade) {
  const auto& event = Get<v1::AdverseEvent>("pneumonitis");
  EXPECT_EQ(event.vocabulary(), "MedDRA19.0");
  EXPECT_EQ(event.frequency_threshold(), 5);
  ASSERT_EQ(event.counts_size(), 5);
  EXPECT_EQ(event.counts(0).grade().kind(), v1::GRADE_BAND_KIND_SERIOUS);
  EXPECT_EQ(event.counts(4).grade().kind(), v1::GRADE_BAND_KIND_NOT_SERIOUS);
  EXPECT_EQ(event.counts(4).event_count(), 11);
}

TEST(CtgovPartialTest, SaysWhatIsAbsent) {
  const auto imported = Import("partial.json");
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_THAT(imported->front().problems, IsEmpty());
  EXPECT_THAT(imported->front().absent_modules,
              testing::Contains("statusModule"));
}

TEST(CtgovBadInputTest, ByteOrderMarkIsPassedOver) {
  const auto imported = Import("byte-order-mark.json");
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_EQ(imported->front().number, "NCT09000002");
}

TEST(CtgovBadInputTest, UnknownEnumeratorSaysWhereAndWhatIsWanted) {
  const auto imported = Import("unknown-enumerator.json");
  ASSERT_TRUE(imported.ok()) << imported.status();
  ASSERT_EQ(imported->front().problems.size(), 1U);
  const ImportNote& note = imported->front().problems.front();
  EXPECT_EQ(note.place, "protocolSection.statusModule.overallStatus");
  EXPECT_EQ(note.value, "\"PAUSED\"");
  EXPECT_THAT(note.wish, HasSubstr("recruiting"));
}

TEST(CtgovBadInputTest, DepthAndEmptinessAreNamed) {
  const std::string deep(100'000, '[');
  for (const auto& [text, reason, message] :
       {std::tuple("{\"protocolSection\":" + deep, "INVALID_TEXT",
                   "nests deeper than 64"),
        std::tuple(std::string("[]"), "WRONG_FORMAT", "holds no study"),
        std::tuple(std::string("{\"studies\": []}"), "WRONG_FORMAT",
                   "holds no study")}) {
    const auto studies = SplitStudies("a.json", text);
    EXPECT_EQ(GetErrorReason(studies.status()), reason);
    EXPECT_THAT(std::string(studies.status().message()), HasSubstr(message));
  }
}

TEST(CtgovBadInputTest, WrongFilesAreRefusedWhole) {
  for (const auto& [name, reason, message] :
       {std::tuple("truncated.json", "INVALID_TEXT", "ends inside a study"),
        std::tuple("utf-16.json", "WRONG_ENCODING", "iconv -f UTF-16"),
        std::tuple("citations.ris", "WRONG_FORMAT", "RIS citations")}) {
    const auto imported = Import(name);
    EXPECT_EQ(GetErrorReason(imported.status()), reason) << name;
    EXPECT_THAT(std::string(imported.status().message()), HasSubstr(message));
  }
}

}  // namespace
}  // namespace consilium

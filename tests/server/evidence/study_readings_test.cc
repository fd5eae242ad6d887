// What arms and eligibility may be otherwise stands beside the rows of a study.
#include "server/evidence/study_readings.h"

#include <google/protobuf/text_format.h>

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace consilium {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

v1::EvidenceRow Read(const std::string& text) {
  v1::EvidenceRow row;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &row))
      << text;
  AddStudyReadings(row);
  return row;
}

std::vector<std::string> Readings(const v1::EvidenceRow& row) {
  std::vector<std::string> readings;
  for (const v1::Alternative& each : row.alternatives()) {
    readings.push_back(each.reading());
  }
  return readings;
}

constexpr char kIcotinib[] =
    "drugs { key: 'icotinib' drug: 'icotinib' alternatives {"
    "  reading: '125 mg three times daily' reason: 'likely misprint'"
    "  values { path: 'dose.amount.value' value: '125' } } } ";

std::string WithArms(const std::string& row) {
  return row + " arms { name: 'registries/r/trials/t/arms/a' " + kIcotinib +
         "} arms { name: 'registries/r/trials/t/arms/b' " + kIcotinib +
         "  radiotherapies { key: '-/-/-' alternatives {"
         "    reading: 'of the chest' values { path: 'target' } } } }";
}

TEST(StudyReadingsTest, ATrialTellsEveryDoubtOfItsArmsOnce) {
  const v1::EvidenceRow row = Read(WithArms("kind: EVIDENCE_KIND_TRIAL"));
  EXPECT_THAT(Readings(row), ElementsAre("icotinib: 125 mg three times daily",
                                         "radiotherapy: of the chest"));
  EXPECT_EQ(row.alternatives(0).reason(), "likely misprint");
  EXPECT_EQ(row.alternatives(0).values(0).path(),
            "arms[a].drugs[icotinib].dose.amount.value");
  EXPECT_EQ(row.alternatives(0).values(0).value(), "125");
}

TEST(StudyReadingsTest, AResultTellsThoseThatItsColumnsDependOnBehindItsOwn) {
  const v1::EvidenceRow row =
      Read(WithArms("kind: EVIDENCE_KIND_ESTIMATE "
                    "estimate { alternatives { reading: 'median' } } "
                    "alternatives { reading: 'median' }"));
  EXPECT_THAT(Readings(row),
              ElementsAre("median", "radiotherapy: of the chest"));
  EXPECT_EQ(OwnReadings(row), 1);
}

TEST(StudyReadingsTest, AReadingInWordsAloneIsOfTheTreatment) {
  const v1::EvidenceRow row = Read(
      "kind: EVIDENCE_KIND_CONTRAST reference_arms {"
      "  name: 'registries/r/trials/t/arms/a' drugs { drug: 'egfr-tki'"
      "  alternatives { reading: 'no EGFR-TKI' reason: 'inferred' } } }");
  EXPECT_THAT(Readings(row), ElementsAre("no EGFR-TKI"));
  EXPECT_EQ(OwnReadings(row), 0);
}

constexpr char kEligibility[] =
    "trial { eligibility { key: 'metastases' criterion { term: 'metastases' "
    "  level: 'minimal' } alternatives { reading: 'oligometastatic' "
    "  values { path: 'criterion.level' } } } } ";

TEST(StudyReadingsTest, WhoWasLetInIsReadOtherwiseWhereColumnsAreOpen) {
  const std::string estimate = "kind: EVIDENCE_KIND_ESTIMATE ";
  EXPECT_THAT(Readings(Read(estimate + kEligibility)), IsEmpty());
  const v1::EvidenceRow open =
      Read(estimate + "unstated: 'settings' " + kEligibility);
  EXPECT_THAT(Readings(open), ElementsAre("metastases: oligometastatic"));
  EXPECT_EQ(open.alternatives(0).values(0).path(),
            "eligibility[metastases].criterion.level");
  EXPECT_THAT(
      Readings(Read(std::string("kind: EVIDENCE_KIND_TRIAL ") + kEligibility)),
      ElementsAre("metastases: oligometastatic"));
}

}  // namespace
}  // namespace consilium

// What an answer leaves out because reports say nothing of it.
#include "server/evidence/silent_rows.h"

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/evidence/evidence_filter.h"
#include "server/evidence/row_matcher.h"

namespace consilium {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class SilentRowsTest : public testing::Test {
 protected:
  v1::EvidenceRow& AddTrial() {
    v1::EvidenceRow& row = *rows_.emplace_back(new v1::EvidenceRow);
    row.set_kind(v1::EVIDENCE_KIND_TRIAL);
    return row;
  }

  std::vector<std::string> Notices(absl::string_view text) {
    const absl::StatusOr<Filter> filter = ParseEvidenceFilter(text);
    EXPECT_TRUE(filter.ok()) << filter.status();
    std::vector<const v1::EvidenceRow*> rows;
    for (const auto& row : rows_) rows.push_back(row.get());
    RowMatcher matcher(filter->root());
    SilentRows silent(*filter);
    std::set<std::string> fields;
    bool none_matches = true;
    for (const v1::EvidenceRow* row : rows) {
      const RowMatch match = matcher.Match(*row, fields);
      none_matches &= match != RowMatch::kYes;
      if (match == RowMatch::kNo) silent.Add(*row, matcher.silent());
      if (match == RowMatch::kYes) silent.AddUnsaid(matcher.unsaid());
    }
    return silent.Notices(rows, none_matches);
  }

 private:
  std::vector<std::unique_ptr<v1::EvidenceRow>> rows_;
};

TEST_F(SilentRowsTest, RowsWithoutAValueAreCountedOnce) {
  AddTrial().set_enrolled(150);
  AddTrial();
  AddTrial();
  EXPECT_THAT(Notices("enrolled > 100 AND enrolled < 200"),
              ElementsAre("2 rows have no enrolled; they are not among these"));
  EXPECT_THAT(Notices("NOT enrolled > 100"), IsEmpty());
  EXPECT_THAT(Notices("enrolled:*"), IsEmpty());
}

TEST_F(SilentRowsTest, RowsThatFailForAnotherReasonAreNotCounted) {
  v1::EvidenceRow& answered = AddTrial();
  answered.set_study("first");
  answered.set_enrolled(150);
  AddTrial().set_study("SINDAS");
  AddTrial().set_study("other");
  EXPECT_THAT(Notices("study = SINDAS AND enrolled > 100"),
              ElementsAre("1 row has no enrolled; it is not among these"));
  EXPECT_THAT(Notices("study = SINDAS OR enrolled > 100"),
              ElementsAre("1 row has no enrolled; it is not among these"));
}

TEST_F(SilentRowsTest, AListWithoutTermsIsAnAnswer) {
  AddTrial().add_drugs("gefitinib");
  AddTrial();
  EXPECT_THAT(Notices("drugs = gefitinib"), IsEmpty());
}

TEST_F(SilentRowsTest, RowsThatSayNothingAreCountedWhereNotFindsThem) {
  for (const char* const alteration : {"egfr-mutation", "alk-fusion"}) {
    v1::EvidenceRow& row = AddTrial();
    row.add_alterations(alteration);
    row.set_study(alteration);
  }
  v1::EvidenceRow& silent = AddTrial();
  silent.set_study("silent");
  silent.add_histology("nsclc");
  EXPECT_THAT(Notices("NOT alterations = egfr"),
              ElementsAre("1 row says nothing of alterations; NOT takes that "
                          "for no"));
  EXPECT_THAT(Notices("NOT settings = metastatic"),
              ElementsAre("3 rows say nothing of settings; NOT takes that for "
                          "no"));
  // The disease alone says nothing of its kinds.
  EXPECT_THAT(Notices("study = silent AND NOT histology = squamous"),
              ElementsAre("1 row says nothing of histology; NOT takes that for "
                          "no"));
  EXPECT_THAT(Notices("NOT histology = nsclc"),
              ElementsAre("2 rows say nothing of histology; NOT takes that for "
                          "no"));
  // What matches for another reason does not rest on it.
  EXPECT_THAT(Notices("kind = trial OR NOT alterations = egfr"), IsEmpty());
  EXPECT_THAT(Notices("study = none AND NOT alterations = egfr"), IsEmpty());
  EXPECT_THAT(Notices("NOT (NOT alterations = egfr)"), IsEmpty());
  EXPECT_THAT(Notices("alterations = egfr"),
              ElementsAre("1 row says nothing of this in alterations; it is "
                          "not among these"));
}

TEST_F(SilentRowsTest, RowsWhoseTermsAreBroaderSayNothingOfWhatIsAsked) {
  AddTrial().add_settings("stage-iii");
  AddTrial().add_settings("locally-advanced");
  AddTrial().add_settings("unresectable");
  AddTrial().add_settings("early-stage");
  AddTrial();
  EXPECT_THAT(Notices("settings = \"stage III\""),
              ElementsAre("3 rows say nothing of this in settings; they are "
                          "not among these"));
  EXPECT_THAT(Notices("settings = unresectable"),
              ElementsAre("4 rows say nothing of this in settings; they are "
                          "not among these"));
}

TEST_F(SilentRowsTest, RowsThatHaveItInSeveralArmsAreCounted) {
  v1::EvidenceRow& row = AddTrial();
  for (const char* const drug : {"gefitinib", "cisplatin"}) {
    row.add_drugs(drug);
    row.add_arms()->add_drugs()->set_drug(drug);
  }
  EXPECT_THAT(
      Notices("drugs = gefitinib AND drugs = cisplatin"),
      ElementsAre("1 row has drugs = gefitinib and drugs = cisplatin in "
                  "different arms; it is not among these"));
  EXPECT_THAT(Notices("armTreatments.any(drugs = gefitinib) AND "
                      "armTreatments.any(drugs = cisplatin)"),
              IsEmpty());
}

TEST_F(SilentRowsTest, KindsThatNeverHaveTheFieldAreToldOfAnEmptyAnswer) {
  AddTrial();
  v1::EvidenceRow& contrast = AddTrial();
  contrast.set_kind(v1::EVIDENCE_KIND_CONTRAST);
  contrast.set_p(0.01);
  EXPECT_THAT(Notices("p < 0.05"), IsEmpty());
  EXPECT_THAT(Notices("kind = trial AND p < 0.05"),
              ElementsAre("no row of kind trial has a value of p"));
}

TEST_F(SilentRowsTest, ANumberInAnotherUnitIsNoSilence) {
  v1::EvidenceRow& rate = AddTrial();
  rate.set_value(64);
  rate.set_unit("%");
  v1::EvidenceRow& median = AddTrial();
  median.set_value(14);
  median.set_unit("mo");
  median.set_value_months(14);
  AddTrial();
  EXPECT_THAT(Notices("value > \"12 mo\""),
              ElementsAre("1 row has no value; it is not among these"));
}

TEST_F(SilentRowsTest, DosesInAnotherUnitAreNamed) {
  for (const char* const unit : {"mg", "mg/d"}) {
    v1::DrugComponent& drug = *AddTrial().add_arms()->add_drugs();
    drug.set_drug("gefitinib");
    drug.mutable_dose()->mutable_amount()->set_value(250);
    drug.mutable_dose()->mutable_amount()->set_unit(unit);
  }
  EXPECT_THAT(
      Notices("arms.drugs.any(drug = gefitinib AND dose.amount = \"250 mg\")"),
      ElementsAre("1 row has arms.drugs.dose.amount in mg/d; it is not "
                  "compared with mg"));
}

}  // namespace
}  // namespace consilium

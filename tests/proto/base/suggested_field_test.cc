#include "proto/base/suggested_field.h"

#include <set>
#include <string>

#include "absl/strings/str_split.h"
#include "consilium/v1/arm.pb.h"
#include "consilium/v1/evidence.pb.h"
#include "consilium/v1/trial.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/base/field_name.h"

namespace consilium {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(SuggestedFieldTest, FieldsBelowAreFoundByTheirNames) {
  const auto& row = *v1::EvidenceRow::descriptor();
  EXPECT_THAT(SuggestFields(row, "leadSponsor"),
              ElementsAre("trial.leadSponsor"));
  EXPECT_THAT(SuggestFields(row, "lead_sponsor"),
              ElementsAre("trial.lead_sponsor"));
  EXPECT_THAT(SuggestFields(row, "total dose"),
              ElementsAre("arms.radiotherapies.totalDose"));
  EXPECT_THAT(SuggestFields(*v1::Trial::descriptor(), "country"),
              ElementsAre("countries", "locations.country"));
  EXPECT_THAT(SuggestFields(*v1::Arm::descriptor(), "participants"),
              ElementsAre("participantCounts", "drugs.participants",
                          "radiotherapies.participants"));
  EXPECT_THAT(SuggestFields(row, "vlaue"), ElementsAre("value"));
  EXPECT_THAT(SuggestFields(row, "leadSponsr"),
              ElementsAre("trial.leadSponsor"));
  EXPECT_THAT(SuggestFields(row, "nonsense words"), IsEmpty());
  EXPECT_THAT(SuggestFields(*v1::Trial::descriptor(), "registr", {"registry"}),
              ElementsAre("registry"));
}

// Every path of `text`, "low,high", is one of evidence rows.
void ExpectFields(absl::string_view text) {
  for (const absl::string_view path : absl::StrSplit(text, ',')) {
    const google::protobuf::Descriptor* scope = v1::EvidenceRow::descriptor();
    for (const absl::string_view name : absl::StrSplit(path, '.')) {
      ASSERT_NE(scope, nullptr) << path;
      const auto* const field = FieldCalled(*scope, name);
      ASSERT_NE(field, nullptr) << path;
      scope = field->message_type();
    }
  }
}

TEST(SuggestedFieldTest, UsualWordsLeadToFieldsThatExist) {
  for (const char* const word :
       {"HR", "pValue", "sample size", "n", "phase", "dose", "route",
        "countries", "enrolment", "referenceDrugs", "retrospective", "author",
        "followUp", "stage", "subgroup", "arm"}) {
    const RowFieldWord* const found = FindRowFieldWord(word);
    ASSERT_NE(found, nullptr) << word;
    ExpectFields(found->field);
  }
  EXPECT_EQ(FindRowFieldWord("outcome"), nullptr);
}

TEST(SuggestedFieldTest, AWordThatSaysNoMoreThanAFieldIsAnotherNameOfIt) {
  EXPECT_EQ(RowFieldCalled("phase"), "trial.phases");
  EXPECT_EQ(RowFieldCalled("Acronym"), "trial.acronym");
  EXPECT_EQ(RowFieldCalled("HR"), "");
  EXPECT_EQ(RowFieldCalled("dose"), "");
  EXPECT_EQ(RowFieldCalled("outcome"), "");
}

}  // namespace
}  // namespace consilium

#include "client/cli/record_patch.h"

#include <string>

#include "consilium/v1/endpoint.pb.h"
#include "consilium/v1/trial.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

v1::Endpoint TwoEstimates() {
  v1::Endpoint endpoint;
  endpoint.set_title("PFS");
  endpoint.add_estimates()->set_key("pmid-1/a/-/-/median/-");
  endpoint.add_estimates()->set_key("pmid-1/b/-/24mo,p<=0.05/rate/-");
  return endpoint;
}

struct SettingCase {
  const char* name;
  std::string text;
  std::string path;
  std::string value;
};

class FieldSettingTest : public testing::TestWithParam<SettingCase> {};

TEST_P(FieldSettingTest, TakesPathAndValueApart) {
  ASSERT_OK_AND_ASSIGN(const FieldSetting setting,
                       ParseFieldSetting(GetParam().text, TwoEstimates()));
  EXPECT_EQ(setting.path, GetParam().path);
  EXPECT_EQ(setting.value, GetParam().value);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, FieldSettingTest,
    testing::Values(
        SettingCase{"Plain", "title=A title", "title", "A title"},
        SettingCase{"ValueWithEqualsSigns", "title=p = 0.05", "title",
                    "p = 0.05"},
        SettingCase{"ValueWithBrackets", "title=[a]=b", "title", "[a]=b"},
        SettingCase{"Empty", "title=", "title", ""},
        SettingCase{"Nested", "randomized.answer=yes", "randomized.answer",
                    "yes"},
        SettingCase{"Index", "estimates[1].value=3", "estimates[1].value", "3"},
        SettingCase{"Key", "estimates[pmid-1/a/-/-/median/-].value=3",
                    "estimates[0].value", "3"},
        SettingCase{"KeyWithSigns",
                    "estimates[pmid-1/b/-/24mo,p<=0.05/rate/-].value=3",
                    "estimates[1].value", "3"}),
    [](const auto& test) { return test.param.name; });

TEST(FieldSettingTest, WantsAnEqualsSign) {
  EXPECT_THAT(ParseFieldSetting("title", TwoEstimates()),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("want PATH=VALUE")));
}

TEST(FieldSettingTest, WhatTheServerWritesCannotBeSet) {
  for (const char* text : {"name=x", "etag=x", "lifecycle=retracted",
                           "conflicts[0]=x", "update_time=x"}) {
    EXPECT_THAT(ParseFieldSetting(text, TwoEstimates()),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr("cannot be set")))
        << text;
  }
}

TEST(FieldSettingTest, AnUnknownKeyIsNoElement) {
  EXPECT_THAT(ParseFieldSetting("estimates[pmid-1/a/-/-/mean/-].value=3",
                                TwoEstimates()),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("did you mean \"pmid-1/a/-/-/median/-\"?")));
}

const RecordTraits& TrialTraits() {
  return *RecordTraitsTable::Get().FindByWord("trial");
}

TEST(ChangedFieldsTest, NamesTheFieldsThatDiffer) {
  v1::Trial before;
  before.set_title("A");
  before.set_acronym("X");
  v1::Trial after = before;
  after.set_title("B");
  after.clear_acronym();
  after.add_conditions("cancer");
  EXPECT_THAT(ChangedFields(TrialTraits(), before, after),
              ElementsAre("title", "acronym", "conditions"));
}

TEST(ChangedFieldsTest, WhatTheServerComputesIsNoChange) {
  v1::Trial before;
  before.set_title("A");
  before.set_etag("\"1\"");
  before.add_registrations()->set_number("NCT1");
  before.mutable_registrations(0)->set_key("nct1");
  v1::Trial after = before;
  after.clear_etag();
  after.mutable_registrations(0)->clear_key();
  EXPECT_THAT(ChangedFields(TrialTraits(), before, after), IsEmpty());
}

}  // namespace
}  // namespace consilium

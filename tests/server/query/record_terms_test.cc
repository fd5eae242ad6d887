// Index terms: whatever a filter means has the terms it wants.
#include "server/query/record_terms.h"

#include <memory>
#include <string>
#include <vector>

#include "consilium/v1/arm.pb.h"
#include "consilium/v1/publication.pb.h"
#include "consilium/v1/trial.pb.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "proto/base/element_key.h"
#include "proto/base/record_codec.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using testing::Contains;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

struct Case {
  std::string filter;
  std::string record;  // A Trial, as text.
};

const RecordTraits& TrialTraits() {
  return *RecordTraitsTable::Get().FindByDescriptor(v1::Trial::descriptor());
}

// All terms of a trial, as its values are stored.
std::vector<std::string> TermsOf(const v1::Trial& trial) {
  std::vector<std::string> terms;
  const auto values = Split(trial, TrialTraits());
  EXPECT_OK(values);
  for (const FieldValue& value : *values) {
    std::vector<std::string> more;
    RecordTerms().AddTerms("trials", value.path, value.value, more);
    terms.insert(terms.end(), more.begin(), more.end());
  }
  return terms;
}

std::vector<std::string> Required(const std::string& filter) {
  return RequiredTermsOf(*Filter::Parse(filter, *v1::Trial::descriptor()),
                         TrialTraits());
}

TEST(RecordTermsTest, AMatchHasEveryTermThatTheFilterWants) {
  const std::string long_text(500, 'x');
  for (const Case& each : std::vector<Case>{
           {"acronym = ABC", "acronym: 'ABC'"},
           {"acronym = " + long_text, "acronym: '" + long_text + "'"},
           {"status = recruiting", "status: TRIAL_STATUS_RECRUITING"},
           {"status:recruiting", "status: TRIAL_STATUS_RECRUITING"},
           {"countries = FR AND title = X",
            "title: 'X' countries: ['CN', 'FR']"},
           {"countries = France", "countries: ['CN', 'FR']"},
           {"registrations.number = NCT01887795",
            "registrations { number: 'NCT01887795' authority: "
            "REGISTRATION_AUTHORITY_CLINICAL_TRIALS_GOV }"},
           {"registrations.any(number = NCT01887795)",
            "registrations { number: 'NCT01887795' authority: "
            "REGISTRATION_AUTHORITY_CLINICAL_TRIALS_GOV }"},
           {"reports.publication = p AND conditions = c",
            "reports { publication: 'p' } conditions: 'c'"}}) {
    v1::Trial trial;
    ASSERT_TRUE(
        google::protobuf::TextFormat::ParseFromString(each.record, &trial));
    ASSERT_THAT(BuildKeys(trial), IsEmpty());
    ASSERT_TRUE(
        Filter::Parse(each.filter, *v1::Trial::descriptor())->Matches(trial))
        << each.filter;
    const std::vector<std::string> required = Required(each.filter);
    EXPECT_THAT(required, Not(IsEmpty())) << each.filter;
    const std::vector<std::string> terms = TermsOf(trial);
    for (const std::string& term : required) {
      EXPECT_THAT(terms, Contains(term)) << each.filter;
    }
  }
}

TEST(RecordTermsTest, WhatMatchesWithoutATermWantsNone) {
  for (const char* const filter :
       {"", "title = x", "acronym:ABC", "acronym = \"A*\"", "acronym != ABC",
        "startDate > 2020", "acronym:*", "NOT acronym = ABC",
        "acronym = ABC OR title = x", "id = a", "ABC",
        "registrations.all(number = NCT1)", "status != recruiting"}) {
    EXPECT_THAT(Required(filter), IsEmpty()) << filter;
  }
  EXPECT_THAT(Required("acronym = A AND (status = recruiting) AND title = x"),
              SizeIs(2));
}

TEST(RecordTermsTest, EqualTextInAnotherFieldIsAnotherTerm) {
  v1::Trial a, b;
  a.set_acronym("x");
  b.add_conditions("x");
  EXPECT_NE(TermsOf(a), TermsOf(b));
  EXPECT_THAT(TermsOf(a), SizeIs(1));
}

TEST(RecordTermsTest, KindsAndValuesThatAreNotKnownHaveNoTerms) {
  std::vector<std::string> terms;
  RecordTerms().AddTerms("comets", {3, MergeKind::kRegister, ""}, "x", terms);
  RecordTerms().AddTerms(
      "trials", {v1::Trial::kAcronymFieldNumber, MergeKind::kRegister, ""},
      "\xff\xff", terms);
  RecordTerms().AddTerms("trials", {900, MergeKind::kRegister, ""}, "", terms);
  EXPECT_THAT(terms, IsEmpty());
}

}  // namespace
}  // namespace consilium

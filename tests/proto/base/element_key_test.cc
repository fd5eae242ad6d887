#include "proto/base/element_key.h"

#include <google/protobuf/util/message_differencer.h>

#include "consilium/v1/adverse_event.pb.h"
#include "consilium/v1/arm.pb.h"
#include "consilium/v1/endpoint.pb.h"
#include "consilium/v1/publication.pb.h"
#include "consilium/v1/trial.pb.h"
#include "proto/base/text_form.h"
#include "tests/support/random_record.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using google::protobuf::util::MessageDifferencer;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

template <typename T>
T FromYaml(const std::string& yaml) {
  T message;
  EXPECT_OK(ParseMessage("test", yaml + "\n", TextFormat::kYaml, message));
  return message;
}

struct KeyCase {
  const char* name;
  const char* yaml;
  const char* key;
};

template <typename T>
void ExpectKeys(std::initializer_list<KeyCase> cases) {
  for (const KeyCase& test : cases) {
    EXPECT_EQ(BuildKey(FromYaml<T>(test.yaml)), test.key) << test.name;
  }
}

TEST(ElementKeyTest, Estimates) {
  ExpectKeys<v1::Estimate>({
      {"nothing stated", "{}", "-/-/-/-/-/-"},
      {"a rate at a landmark",
       "{report: pmid-1, group: {arms: [gefitinib-rt]}, time: 24 mo,"
       " statistic: rate, method: wilson}",
       "pmid-1/gefitinib-rt/-/24mo/rate/wilson"},
      {"years read as months", "{report: pmid-1, time: 2 a, statistic: rate}",
       "pmid-1/-/-/24mo/rate/-"},
      {"half a year", "{time: 0.5 a}", "-/-/-/6mo/-/-"},
      {"weeks stay weeks", "{time: 12 wk}", "-/-/-/12wk/-/-"},
      {"a range of time", "{time: 6..12 mo}", "-/-/-/6..12mo/-/-"},
      {"a time open above", "{time: \">= 3 mo\"}", "-/-/-/3..mo/-/-"},
      {"a time open below", "{time: \"<= 3 mo\"}", "-/-/-/..3mo/-/-"},
      {"a fraction of a month", "{time: 7.5 mo}", "-/-/-/7.5mo/-/-"},
      {"a registry record", "{registration: NCT02893332}",
       "nct02893332/-/-/-/-/-"},
      {"a population by its token", "{population: intention-to-treat}",
       "-/-/itt/-/-/-"},
      {"a category behind the rest", "{category: \"Class A / male\"}",
       "-/-/-/-/-/-/class-a-male"},
  });
}

TEST(ElementKeyTest, Groups) {
  const auto key = [](const std::string& group) {
    const std::string whole =
        BuildKey(FromYaml<v1::Estimate>("{group: " + group + "}"));
    // "-/GROUP/-/-/-/-"
    return whole.substr(2, whole.size() - 10);
  };
  EXPECT_EQ(key("{arms: [a]}"), "a");
  EXPECT_EQ(key("{arms: [b, a]}"), "a+b");
  EXPECT_EQ(key("{arms: [trials/t/arms/a]}"), "t.a");
  EXPECT_EQ(key("{external: \"Erlotinib alone, literature\"}"),
            "~erlotinib-alone-literature");
  EXPECT_EQ(key("{printedNumber: 2}"), "group-2");
  EXPECT_EQ(key("{scope: each}"), "@each");
  EXPECT_EQ(key("{arms: [a], scope: each}"), "a@each");
  EXPECT_EQ(key("{arms: [a], subgroups: [{term: egfr, level: L858R}]}"),
            "a,egfr=l858r");
  EXPECT_EQ(key("{arms: [a], subgroups: [{term: score, comparator: "
                "greater-or-equal, level: '3'}, {term: egfr, level: l858r}]}"),
            "a,egfr=l858r+score>=3");
  EXPECT_EQ(key("{subgroups: [{term: cohort-b, level: yes}]}"), "cohort-b=yes");
  EXPECT_EQ(key("{subgroups: [{term: size, level: '3', unit: cm}]}"),
            "size=3cm");
  EXPECT_EQ(key("{}"), "-");
}

TEST(ElementKeyTest, EqualSaidOrNotIsOneKey) {
  const std::string said =
      "{criterion: {term: egfr, comparator: \"=\", level: l858r}}";
  const std::string unsaid = "{criterion: {term: egfr, level: l858r}}";
  EXPECT_EQ(BuildKey(FromYaml<v1::EligibilityTerm>(said)),
            BuildKey(FromYaml<v1::EligibilityTerm>(unsaid)));
}

TEST(ElementKeyTest, Contrasts) {
  ExpectKeys<v1::Contrast>({
      {"two groups",
       "{report: pmid-1, group: {arms: [rt]}, reference: {arms: [tki]},"
       " measure: hr}",
       "pmid-1/rt:tki/-/-/hr/-"},
      {"no reference", "{report: pmid-1, group: {arms: [rt]}, measure: test}",
       "pmid-1/rt/-/-/test/-"},
      {"three groups, sorted",
       "{report: pmid-1, among: [{arms: [c]}, {arms: [a]}, {arms: [b]}],"
       " measure: test}",
       "pmid-1/a:b:c/-/-/test/-"},
      {"adjusted for two things",
       "{report: pmid-1, group: {arms: [a]}, measure: hr,"
       " adjustment: {kind: adjusted, variables: [sex, age]}}",
       "pmid-1/a/-/-/hr/adjusted,age+sex"},
  });
}

TEST(ElementKeyTest, AdverseEventCounts) {
  ExpectKeys<v1::AdverseEventCount>({
      {"at least grade 3",
       "{report: pmid-1, group: {scope: all}, grade: {kind: at-least, low: 3}}",
       "pmid-1/@all/-/at-least-3/-"},
      {"exactly grade 5", "{grade: {kind: exact, low: 5}}", "-/-/-/exact-5/-"},
      {"a range", "{grade: {kind: range, low: 1, high: 2}}",
       "-/-/-/range-1-2/-"},
      {"severe, late", "{grade: {kind: severe}, period: late}",
       "-/-/-/severe/late"},
      {"at a time", "{grade: {kind: any}, time: 1 a}", "-/-/-/any/-/12mo"},
  });
}

TEST(ElementKeyTest, OtherElements) {
  EXPECT_EQ(BuildKey(FromYaml<v1::DrugComponent>("{drug: gefitinib}")),
            "gefitinib");
  EXPECT_EQ(BuildKey(FromYaml<v1::RadiotherapyComponent>(
                "{technique: 3d-crt, target: chest}")),
            "3d-crt/chest/-");
  EXPECT_EQ(BuildKey(FromYaml<v1::Citation>("{publication: r, number: 15}")),
            "r/15");
  EXPECT_EQ(BuildKey(FromYaml<v1::Location>("{country: CN, city: 上海}")),
            "cn/上海/-");
  EXPECT_EQ(BuildKey(FromYaml<v1::Registration>("{number: 'CTRI/2019/04/1'}")),
            "ctri-2019-04-1");
}

TEST(ElementKeyTest, BringsTheRecordIntoItsForm) {
  auto endpoint = FromYaml<v1::Endpoint>(R"(
estimates:
  - report: pmid-2
    group: {arms: [b, a, b]}
    time: 2 a
    medianFollowUp: 2 a
  - report: pmid-1
    group: {arms: [a]}
)");
  ASSERT_THAT(BuildKeys(endpoint), IsEmpty());
  EXPECT_EQ(endpoint.estimates(0).key(), "pmid-1/a/-/-/-/-");
  EXPECT_EQ(endpoint.estimates(1).key(), "pmid-2/a+b/-/24mo/-/-");
  EXPECT_THAT(endpoint.estimates(1).group().arms(), ElementsAre("a", "b"));
  EXPECT_EQ(endpoint.estimates(1).time().value(), 24);
  EXPECT_EQ(endpoint.estimates(1).time().unit(), "mo");
  // Only where the schema says so.
  EXPECT_EQ(endpoint.estimates(1).median_follow_up().unit(), "a");
}

TEST(ElementKeyTest, WhatAPersonTypesAsKeyIsReplaced) {
  auto trial = FromYaml<v1::Trial>(
      "{registrations: [{key: mine, number: NCT02893332}]}");
  ASSERT_THAT(BuildKeys(trial), IsEmpty());
  EXPECT_EQ(trial.registrations(0).key(), "nct02893332");
}

TEST(ElementKeyTest, TwoElementsOfOneKeyAreBothNamed) {
  auto endpoint = FromYaml<v1::Endpoint>(R"(
estimates:
  - {report: pmid-2, statistic: median, value: 1}
  - {report: pmid-1, statistic: median, value: 2}
  - {report: pmid-2, statistic: median, value: 3}
)");
  const auto violations = BuildKeys(endpoint, "endpoint");
  ASSERT_THAT(violations, SizeIs(1));
  EXPECT_EQ(violations[0].field, "endpoint.estimates[2]");
  EXPECT_THAT(violations[0].description,
              HasSubstr("the same key as endpoint.estimates[0], "
                        "\"pmid-2/-/-/-/median/-\""));
}

TEST(ElementKeyTest, AKeyBeyondItsLimitIsRefused) {
  v1::Endpoint endpoint;
  endpoint.add_estimates()->set_category(std::string(2000, 'x'));
  const auto violations = BuildKeys(endpoint);
  ASSERT_THAT(violations, SizeIs(1));
  EXPECT_THAT(violations[0].description, HasSubstr("bytes; want at most "));
}

TEST(ElementKeyTest, DoingItTwiceChangesNothing) {
  for (const RecordTraits* traits : RecordTraitsTable::Get().all()) {
    for (int seed = 0; seed < 30; ++seed) {
      std::mt19937_64 random(seed);
      const auto record = RandomRecord(*traits, random, true);
      BuildKeys(*record);
      const auto again = traits->New();
      again->CopyFrom(*record);
      EXPECT_THAT(BuildKeys(*again), IsEmpty());
      EXPECT_TRUE(MessageDifferencer::Equals(*record, *again))
          << traits->singular << ", seed " << seed;
    }
  }
}

TEST(ElementKeyTest, EnumTokens) {
  EXPECT_EQ(EnumToken(*v1::Phase_descriptor()->FindValueByNumber(4)), "phase2");
  EXPECT_EQ(EnumToken(*v1::Measure_descriptor()->FindValueByNumber(1)), "pfs");
  EXPECT_EQ(EnumToken(*v1::GroupScope_descriptor()->FindValueByNumber(3)),
            "not-stated");
}

}  // namespace
}  // namespace consilium

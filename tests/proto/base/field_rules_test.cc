#include "proto/base/field_rules.h"

#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "consilium/v1/adverse_event.pb.h"
#include "consilium/v1/arm.pb.h"
#include "consilium/v1/certainty.pb.h"
#include "consilium/v1/endpoint.pb.h"
#include "consilium/v1/link.pb.h"
#include "consilium/v1/member.pb.h"
#include "consilium/v1/publication.pb.h"
#include "consilium/v1/risk_of_bias_assessment.pb.h"
#include "consilium/v1/trial.pb.h"
#include "proto/base/text_form.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// "path: description" of every violation.
std::vector<std::string> Faults(const google::protobuf::Message& message,
                                const ValidateOptions& options = {}) {
  std::vector<std::string> faults;
  for (const FieldViolation& violation : Validate(message, options)) {
    faults.push_back(
        absl::StrCat(violation.field, ": ", violation.description));
  }
  return faults;
}

template <typename T>
std::vector<std::string> FaultsOf(const std::string& yaml) {
  T message;
  EXPECT_OK(ParseMessage("test", yaml + "\n", TextFormat::kYaml, message));
  return Faults(message);
}

struct RuleCase {
  const char* name;
  const char* yaml;
  const char* fault;  // "" when the message is valid.
};

template <typename T>
void ExpectFaults(std::initializer_list<RuleCase> cases) {
  for (const RuleCase& test : cases) {
    const auto faults = FaultsOf<T>(test.yaml);
    if (test.fault[0] == '\0') {
      EXPECT_THAT(faults, IsEmpty()) << test.name;
    } else {
      EXPECT_THAT(faults, ElementsAre(HasSubstr(test.fault))) << test.name;
    }
  }
}

TEST(FieldRulesTest, SimpleRules) {
  ExpectFaults<v1::Publication>({
      {"nothing is required", "{}", ""},
      {"in range", "{year: 2023}", ""},
      {"too small", "{year: 1700}",
       "year: 1700 is too small; want at least 1800"},
      {"too large", "{year: 2300}",
       "year: 2300 is too large; want at most 2200"},
      {"of its form", "{pmid: '31335695'}", ""},
      {"not of its form", "{pmid: PMID1}",
       "pmid: \"PMID1\" does not have the form [1-9][0-9]{0,8}, for example "
       "\"31335695\""},
      {"empty text", "{title: ''}", "title: is empty; want text"},
      {"a form is checked in lists", "{citedIn: [{publication: A}]}",
       "citedIn[0].publication: \"A\" does"},
      {"what the server computes is not looked at", "{etag: '', name: ''}", ""},
  });
}

TEST(FieldRulesTest, RequiredFields) {
  EXPECT_THAT(FaultsOf<v1::Link>("{kind: duplicate}"),
              ElementsAre("reason: is missing; it is required"));
  EXPECT_THAT(FaultsOf<v1::Trial>("{randomized: {}}"),
              ElementsAre("randomized.answer: is missing; it is required"));
  v1::Link link;
  EXPECT_THAT(Faults(link, {.require_required = false}), IsEmpty());
}

TEST(FieldRulesTest, PathsStartWithThePrefix) {
  v1::Link link;
  link.set_kind(v1::LINK_KIND_DUPLICATE);
  EXPECT_THAT(Faults(link, {.prefix = "link"}),
              ElementsAre(HasSubstr("link.reason: ")));
}

TEST(FieldRulesTest, Sizes) {
  v1::Trial trial;
  trial.set_study_type(v1::STUDY_TYPE_INTERVENTIONAL);
  trial.set_acronym(std::string(101, 'a'));
  for (int i = 0; i < 5; ++i) trial.add_phases(v1::PHASE_PHASE2);
  EXPECT_THAT(Faults(trial),
              ElementsAre("acronym: has 101 bytes; want at most 100",
                          "phases: has 5 elements; want at most 4"));
}

TEST(FieldRulesTest, WhatAChangeCanCarry) {
  v1::Endpoint endpoint;
  endpoint.set_measure(v1::MEASURE_OVERALL_SURVIVAL);
  auto* estimate = endpoint.add_estimates();
  estimate->set_report("pmid-1");
  estimate->mutable_group()->set_scope(v1::GROUP_SCOPE_ALL);
  estimate->set_statistic(v1::STATISTIC_MEDIAN);
  for (int i = 0; i < 40; ++i) {
    estimate->mutable_source()->set_report("pmid-1");
    estimate->set_category(std::string(300, 'c'));
  }
  EXPECT_THAT(Faults(endpoint), IsEmpty());
  for (int i = 0; i < 40; ++i) {
    v1::Estimate* copy = endpoint.add_estimates();
    *copy = *estimate;
    copy->set_note(std::string(4000, 'n'));
    copy->set_statement(std::string(2000, 's'));
    copy->mutable_source()->set_text(std::string(1000, 't'));
  }
  EXPECT_THAT(Faults(endpoint),
              ElementsAre(HasSubstr("bytes; want at most 262144")));

  v1::Trial trial;
  trial.set_study_type(v1::STUDY_TYPE_INTERVENTIONAL);
  trial.add_keywords(std::string(513, 'k'));
  trial.set_title(std::string(70000, 't'));
  EXPECT_THAT(Faults(trial),
              ElementsAre("keywords[0]: has 513 bytes; want at most 512",
                          "title: has 70000 bytes; want at most 2000"));
  trial.set_title("T");
  trial.set_keywords(0, std::string(512, 'k'));
  EXPECT_THAT(Faults(trial), IsEmpty());
}

TEST(FieldRulesTest, NumbersAreFinite) {
  for (const double value : {std::nan(""), HUGE_VAL, -HUGE_VAL}) {
    v1::Dispersion dispersion;
    dispersion.set_kind(v1::DISPERSION_KIND_NOT_STATED);
    dispersion.set_low(value);
    EXPECT_THAT(Faults(dispersion),
                ElementsAre("low: is not a finite number; want one, or no such "
                            "field"));
  }
}

TEST(FieldRulesTest, TextIsUtf8) {
  v1::Publication publication;
  publication.set_title("\xFFx");
  EXPECT_THAT(Faults(publication),
              ElementsAre("title: \"\\xffx\" is not UTF-8; want UTF-8"));
}

TEST(FieldRulesTest, TextHoldsNoControlCharacters) {
  v1::Publication publication;
  publication.set_title("Two lines,\r\n\tone indented");
  EXPECT_THAT(Faults(publication), IsEmpty());
  for (const std::string& text :
       {std::string("a\0b", 3), std::string("\x1b[31mred"),
        std::string("a\x7f")}) {
    publication.set_title(text);
    EXPECT_THAT(Faults(publication),
                ElementsAre(AllOf(HasSubstr("title: "),
                                  HasSubstr("holds a control character; want "
                                            "none but tabs and ends of "
                                            "lines"))));
  }
}

TEST(FieldRulesTest, TextOfWhiteSpaceAloneIsAsEmptyAsNone) {
  v1::Publication publication;
  publication.set_title(" x ");
  EXPECT_THAT(Faults(publication), IsEmpty());
  // The last three: no-break space, ideographic space, line separator.
  for (const char* text : {" ", " \t ", "\r\n", "\u00a0", "\u3000", "\u2028"}) {
    publication.set_title(text);
    EXPECT_THAT(Faults(publication),
                ElementsAre("title: is white space alone; want text, or no "
                            "such field"));
  }
}

TEST(FieldRulesTest, EnumValuesAreKnownAndSaySomething) {
  v1::Trial trial;
  trial.set_study_type(static_cast<v1::StudyType>(99));
  trial.set_status(v1::TRIAL_STATUS_UNSPECIFIED);
  EXPECT_THAT(Faults(trial),
              ElementsAre("studyType: 99 is no value of StudyType that this "
                          "release knows",
                          "status: TRIAL_STATUS_UNSPECIFIED states nothing; "
                          "leave the field out"));
}

TEST(FieldRulesTest, Quantities) {
  ExpectFaults<v1::Dose>({
      {"its unit", "{amount: 250 mg}", ""},
      {"another unit", "{amount: 250 stone}",
       "amount.unit: \"stone\" is not its unit; want one of mg, g, ug"},
      {"another case", "{amount: 250 MG}", "\"MG\" is not its unit"},
      {"no unit", "{amount: 250}", "amount.unit: has no unit; want one of mg"},
      {"a range", "{amount: 150..250 mg}", ""},
      {"no number", "{amount: {unit: mg}}",
       "amount: holds no number; want value, or low and high"},
      {"value and range", "{amount: {value: 1, low: 1, unit: mg}}",
       "amount.value: stands beside a range; want a value or a range"},
      {"a range backwards", "{amount: 250..150 mg}",
       "amount.low: 250 is above 150, its high"},
  });
}

// The level of a certainty is what GRADE's steps come to.
TEST(FieldRulesTest, CertaintyFollowsFromItsSteps) {
  const auto certainty = [](const char* initial, const char* level,
                            const char* steps) {
    return absl::StrCat("{outcome: os, initial: ", initial, ", level: ", level,
                        ", steps: [", steps, "]}");
  };
  constexpr char kTwoSteps[] =
      "{domain: imprecision, levels: -1, reason: wide}, "
      "{domain: risk-of-bias, levels: -1, reason: not blind}";
  constexpr char kOneUp[] = "{domain: large-effect, levels: 1, reason: large}";
  const std::string follows = certainty("high", "low", kTwoSteps);
  const std::string lowest = certainty("low", "very-low", kTwoSteps);
  const std::string raised = certainty("low", "moderate", kOneUp);
  const std::string unchanged = certainty("high", "high", "");
  const std::string too_low = certainty("high", "very-low", kTwoSteps);
  const std::string no_reason = certainty("high", "moderate", "");
  ExpectFaults<v1::Certainty>({
      {"two steps down", follows.c_str(), ""},
      {"no lower than very low", lowest.c_str(), ""},
      {"a step up", raised.c_str(), ""},
      {"no step", unchanged.c_str(), ""},
      {"lower than its steps", too_low.c_str(),
       "level: very-low does not follow from high and steps that come to -2; "
       "want low"},
      {"a step without reason", no_reason.c_str(),
       "level: moderate does not follow from high and steps that come to 0; "
       "want high, or a step with its reason"},
  });
}

TEST(FieldRulesTest, JudgementsAreThoseOfTheirTool) {
  const auto judged = [](const char* tool, const char* overall,
                         const char* domain, const char* judgement) {
    return absl::StrCat("{trial: t, tool: ", tool, ", overall: ", overall,
                        ", domains: [{domain: ", domain,
                        ", judgement: ", judgement, ", reason: r}]}");
  };
  const std::string rob2 = judged("rob2", "high", "reporting", "some-concerns");
  const std::string robins =
      judged("robins-i", "serious", "confounding", "serious");
  const std::string other = judged("other", "low", "confounding", "high");
  const std::string domain = judged("rob2", "high", "confounding", "high");
  const std::string judgement =
      judged("robins-i", "serious", "selection", "some-concerns");
  const std::string better = judged("rob2", "low", "randomization", "high");
  ExpectFaults<v1::RiskOfBiasAssessment>({
      {"RoB 2", rob2.c_str(), ""},
      {"ROBINS-I", robins.c_str(), ""},
      {"another tool", other.c_str(), ""},
      {"a domain of another", domain.c_str(),
       "domains[0].domain: is none of RoB 2; want one of randomization, "
       "deviations, missing-data, measurement, reporting"},
      {"a judgement of another", judgement.c_str(),
       "domains[0].judgement: is none of ROBINS-I; want one of low, moderate, "
       "serious, critical, no-information"},
      {"better than a domain", better.c_str(),
       "overall: is better than its worst domain"},
  });
}

TEST(FieldRulesTest, TimesAreTimes) {
  v1::Member member;
  member.mutable_join_time()->set_seconds(std::numeric_limits<int64_t>::max());
  EXPECT_THAT(Faults(member),
              ElementsAre("joinTime: is no time; want years 1 to 9999"));
}

// An estimate without faults, but for `more`.
std::string Estimate(const std::string& more) {
  return absl::StrCat(
      "{measure: os, estimates: [{report: pmid-1, group: "
      "{arms: [a]}, ",
      more, "}]}");
}

TEST(FieldRulesTest, Estimates) {
  const RuleCase kCases[] = {
      {"plain", "statistic: median, value: 18.6, unit: mo", ""},
      {"in its interval",
       "statistic: median, value: 2, interval: {low: 1, high: 2}", ""},
      {"below its interval",
       "statistic: median, value: 0.5, interval: {low: 1, high: 2}",
       "estimates[0].value: 0.5 lies outside its interval 1 to 2"},
      {"above an interval open below",
       "statistic: median, value: 3, interval: {high: 2}",
       "3 lies outside its interval  to 2"},
      {"interval backwards", "statistic: median, interval: {low: 2, high: 1}",
       "estimates[0].interval.low: 2 is above 1, its high"},
      {"percentage above 100", "statistic: rate, value: 101, unit: '%'",
       "estimates[0].value: 101 % is no percentage; want 0 to 100"},
      {"a change may exceed 100 %", "statistic: mean, value: 150, unit: '%'",
       ""},
      {"an unknown unit", "statistic: median, value: 1, unit: fortnight",
       "estimates[0].unit: \"fortnight\" is not its unit"},
      {"more events than participants",
       "statistic: rate, events: 3, participants: 2",
       "estimates[0].events: 3 is more than 2, its participants"},
      {"events in a person-time may recur",
       "statistic: count, events: 3, participants: 2, personTime: 4 a", ""},
      {"an incidence rate counts events that may recur",
       "statistic: incidence-rate, events: 3, participants: 2", ""},
      {"person-time is a time", "statistic: count, events: 3, personTime: 4 kg",
       "estimates[0].personTime"},
      {"negative count", "statistic: rate, events: -1",
       "estimates[0].events: -1 is too small; want at least 0"},
      {"statistic missing", "value: 1",
       "estimates[0].statistic: is missing; it is required"},
      {"both belongings", "statistic: median, registration: NCT02893332",
       "estimates[0].report: stands beside a registration"},
      {"value and range", "statistic: median, value: 1, valueHigh: 2",
       "estimates[0].value: stands beside a range"},
  };
  for (const RuleCase& test : kCases) {
    const auto faults = FaultsOf<v1::Endpoint>(Estimate(test.yaml));
    if (test.fault[0] == '\0') {
      EXPECT_THAT(faults, IsEmpty()) << test.name;
    } else {
      EXPECT_THAT(faults, ElementsAre(HasSubstr(test.fault))) << test.name;
    }
  }
}

TEST(FieldRulesTest, Groups) {
  ExpectFaults<v1::Group>({
      {"arms", "{arms: [a, b]}", ""},
      {"arms and scope", "{arms: [a], scope: each}", ""},
      {"subgroups alone", "{subgroups: [{term: egfr, level: wt}]}", ""},
      {"nothing", "{}", "names no group"},
      {"arms and external", "{arms: [a], external: others}",
       "names more than one group"},
      {"scope and number", "{scope: all, printedNumber: 1}",
       "names more than one group"},
      {"an arm of another form", "{arms: [A]}", "arms[0]: \"A\" does not"},
  });
}

TEST(FieldRulesTest, Contrasts) {
  ExpectFaults<v1::Contrast>({
      {"two groups",
       "{report: p, measure: hr, group: {arms: [a]}, reference: {arms: [b]}}",
       ""},
      {"no reference", "{report: p, measure: test, group: {arms: [a]}}", ""},
      {"no group", "{report: p, measure: test}", "group: is missing"},
      {"three at once",
       "{report: p, measure: test, among: [{arms: [a]}, {arms: [b]}, "
       "{arms: [c]}]}",
       ""},
      {"two at once",
       "{report: p, measure: test, among: [{arms: [a]}, {arms: [b]}]}",
       "among: names 2 groups"},
      {"a ratio of nothing",
       "{report: p, measure: hr, group: {arms: [a]}, value: 0}",
       "value: 0 is no ratio; want more than 0"},
      {"a difference of nothing",
       "{report: p, measure: md, group: {arms: [a]}, value: 0}", ""},
      {"P without a comparator",
       "{report: p, measure: test, group: {arms: [a]}, pValue: {value: 0.01}}",
       "pValue.comparator: is missing beside a value"},
      {"P without a number",
       "{report: p, measure: test, group: {arms: [a]}, pValue: {comparator: "
       "'<'}}",
       "pValue.value: is missing beside a comparator"},
      {"P above 1",
       "{report: p, measure: test, group: {arms: [a]}, pValue: {comparator: "
       "'=', value: 1.5}}",
       "pValue.value: 1.5 is too large; want at most 1"},
  });
}

TEST(FieldRulesTest, Grades) {
  ExpectFaults<v1::GradeBand>({
      {"exact", "{kind: exact, low: 3}", ""},
      {"any", "{kind: any}", ""},
      {"outside 1 to 5", "{kind: exact, low: 6}",
       "low: 6 is too large; want at most 5"},
      {"exact without a grade", "{kind: exact}", "wants its grade in low"},
      {"at least, with an end", "{kind: at-least, low: 3, high: 4}",
       "wants its grade in low, and no high"},
      {"range", "{kind: range, low: 1, high: 2}", ""},
      {"range backwards", "{kind: range, low: 2, high: 1}",
       "wants low, and a high above it"},
      {"severe with a grade", "{kind: severe, low: 3}",
       "wants neither low nor high"},
  });
}

TEST(FieldRulesTest, RegistryNumbers) {
  ExpectFaults<v1::Registration>({
      {"NCT", "{number: NCT02893332, authority: clinical-trials-gov}", ""},
      {"NCT too short", "{number: NCT0289333, authority: clinical-trials-gov}",
       "number: \"NCT0289333\" is no number of that registry"},
      {"EudraCT", "{number: 2014-002694-11, authority: eudract}", ""},
      {"ChiCTR", "{number: ChiCTR-OIC-17013323, authority: chictr}", ""},
      {"a sponsor's own", "{number: anything, authority: sponsor}", ""},
      {"authority not stated", "{number: anything}", ""},
  });
}

TEST(FieldRulesTest, AllFaultsAtOnce) {
  EXPECT_THAT(FaultsOf<v1::Publication>(
                  "{year: 1, pmid: x, doi: y, language: ENGLISH}"),
              testing::SizeIs(4));
}

TEST(FieldRulesTest, CheckValidCarriesTheViolations) {
  v1::Link link;
  link.set_kind(v1::LINK_KIND_DUPLICATE);
  const absl::Status status = CheckValid(link, {.prefix = "link"});
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument,
                               HasSubstr("link.reason: is missing")));
  EXPECT_EQ(GetErrorReason(status), "INVALID_FIELD");
  EXPECT_THAT(GetFieldViolations(status), testing::SizeIs(1));
}

TEST(FieldRulesTest, DescribesRules) {
  const auto* field = v1::Publication::descriptor()->FindFieldByName("year");
  EXPECT_THAT(DescribeRules(*field),
              ElementsAre("at least 1800", "at most 2200"));
  const auto* set = v1::Trial::descriptor()->FindFieldByName("conditions");
  EXPECT_THAT(DescribeRules(*set),
              ElementsAre("at most 300 elements", "each at most 512 bytes"));
}

}  // namespace
}  // namespace consilium

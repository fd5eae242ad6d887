#include "server/query/filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "consilium/v1/trial.pb.h"
#include "proto/base/errors.h"
#include "server/query/errors.h"
#include "server/query/filter_matcher.h"
#include "server/query/limits.h"
#include "tests/server/query/filter_schema.h"

namespace consilium {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kArm[] = R"pb(
  name: "registries/nsclc/trials/nct02893332/arms/tki-rt"
  title: "Osimertinib with Radiotherapy"
  participant_count: 68
  serial: 18446744073709551615
  weight: 0.1
  blinded: false
  main_measure: EFFECT_MEASURE_HAZARD_RATIO
  start_time { seconds: 1717315200 }  # 2024-06-02T08:00:00Z
  follow_up { seconds: 90 nanos: 500000000 }
  dose { value: 60 unit: "Gy" }
  labels: "EGFR"
  labels: "oligometastatic"
  sizes: 3
  sizes: 9007199254740993
  contrasts {
    key: "pfs"
    measure: EFFECT_MEASURE_HAZARD_RATIO
    value: 0.62
    p_value { value: 0.001 }
    groups: "tki-rt"
    groups: "tki"
  }
  contrasts { key: "orr" measure: EFFECT_MEASURE_RISK_RATIO value: 1.4 }
  design {
    phase: "3"
    inner { phase: "inner" }
  }
  digest: "\001\253"
  measures: EFFECT_MEASURE_RISK_RATIO
  doses { value: 8 unit: "Gy" }
  doses { low: 25 high: 40 unit: "Gy" }
  start_date: "2021-05"
  fractions { low: 27 high: 30 }
  phases: PHASE_PHASE3
  total_dose { value: 5400 unit: "cGy" }
  countries: "KR"
)pb";

Filter ParseValid(const std::string& text) {
  auto filter = Filter::Parse(text, *test::Arm::descriptor());
  EXPECT_TRUE(filter.ok()) << text << ": " << filter.status();
  return filter.ok() ? *std::move(filter) : Filter(*test::Arm::descriptor());
}

bool Matches(const std::string& text, const std::string& arm = kArm) {
  return ParseValid(text).Matches(MakeArm(arm));
}

struct MatchCase {
  std::string filter;
  bool matches;
};

class FilterMatchTest : public testing::TestWithParam<MatchCase> {};

TEST_P(FilterMatchTest, AgreesWithTheLanguage) {
  EXPECT_EQ(Matches(GetParam().filter), GetParam().matches)
      << GetParam().filter;
}

INSTANTIATE_TEST_SUITE_P(
    Junctions, FilterMatchTest,
    testing::ValuesIn(std::vector<MatchCase>{
        {"", true},
        {"  \t\n ", true},
        {"participantCount = 68 AND blinded = false", true},
        {"participantCount = 68 AND blinded = true", false},
        {"participantCount = 1 OR blinded = false", true},
        {"participantCount = 68 blinded = false", true},
        {"participantCount = 68 blinded = true", false},
        {"NOT blinded = true", true},
        {"-blinded = true", true},
        {"- (blinded = true)", true},
        {"NOT (participantCount = 68 AND blinded = false)", false},
        // OR binds tighter than AND: false AND (true OR true).
        {"blinded = true AND title:rad OR title:osi", false},
        {"(blinded = true AND title:rad) OR title:osi", true},
        {"title:osi OR title:rad AND blinded = true", false},
        // A sequence is an AND.
        {"title:osi OR title:none blinded = true", false},
        {"((((blinded = false))))", true},
        {"(title:osi)(title:rad)", true},
    }));

INSTANTIATE_TEST_SUITE_P(Numbers, FilterMatchTest,
                         testing::ValuesIn(std::vector<MatchCase>{
                             {"participantCount = 68", true},
                             {"participant_count = 68", true},
                             {"participantCount=68", true},
                             {"participantCount = \"68\"", true},
                             {"participantCount = 68.0", true},
                             {"participantCount != 68", false},
                             {"participantCount > 67", true},
                             {"participantCount > 68", false},
                             {"participantCount >= 68", true},
                             {"participantCount < 68.5", true},
                             {"participantCount <= 6.8e1", true},
                             {"participantCount > -10", true},
                             {"participantCount:68", true},
                             {"serial = 18446744073709551615", true},
                             {"serial > 18446744073709551614", true},
                             {"weight = 0.1", true},
                             {"weight > 0.1", false},
                             {"plainCount = 0", true},
                             {"plainCount:*", false},
                             {"sizes = 3", true},
                             {"sizes:3", true},
                             {"sizes:4", false},
                             {"sizes = 9007199254740993", true},
                             {"sizes = 9007199254740992", false},
                             {"sizes != 3", true},
                             {"NOT sizes = 3", false},
                             {"participantCount = (1 OR 68)", true},
                             {"participantCount:(1 OR -68)", false},
                             {"participantCount:(NOT 1 AND NOT 2)", true},
                         }));

INSTANTIATE_TEST_SUITE_P(
    Text, FilterMatchTest,
    testing::ValuesIn(std::vector<MatchCase>{
        {"title = \"Osimertinib with Radiotherapy\"", true},
        {"title = 'Osimertinib with Radiotherapy'", true},
        {"title = \"osimertinib with radiotherapy\"", false},
        {"title = Osimertinib", false},
        {"title = Osimertinib*", true},
        {"title = \"*Radiotherapy\"", true},
        {"title = \"*with*\"", true},
        {"title = \"Osi*with*apy\"", true},
        {"title = \"Osi*without*apy\"", false},
        {"title = \"*\"", true},
        {"title != Osimertinib*", false},
        {"title = \"Osimertinib with Radiotherapy\\*\"", false},
        {"title:osimertinib", true},
        {"title:\"WITH RADIO\"", true},
        {"title:osi*radio", true},
        {"title:radio*osi", false},
        {"title:chemotherapy", false},
        {"startDate >= 2021", true},
        {"startDate < 2021-05", false},
        {"trial > nct0", true},
        {"name < registries/z", true},
        {"countries = KR", true},
        {"countries = kr", true},
        {"countries = \"South Korea\"", true},
        {"countries:korea*", false},
        {"countries = Japan", false},
        {"labels = EGFR", true},
        {"labels:egfr", true},
        {"labels = ALK", false},
        {"labels != EGFR", true},
        {"digest = 01ab", true},
        {"osimertinib", true},
        {"OSIMERTINIB oligometastatic", true},
        {"osimertinib blinded = false", true},
        {"blinded = false \"with radio\"", true},
        {"blinded = false AND osimertinib", true},
        {"blinded = false -chemotherapy", true},
        {"\"with radio\"", true},
        {"-chemotherapy", true},
        {"NOT osimertinib", false},
        {"orr", true},
        {"osi*therapy", true},
        {"nct02893332", true},
        {"tki-rt", true},
        {"title:\"\"", true},
    }));

INSTANTIATE_TEST_SUITE_P(
    OtherTypes, FilterMatchTest,
    testing::ValuesIn(std::vector<MatchCase>{
        {"blinded = false", true},
        {"blinded != false", false},
        {"blinded:false", true},
        {"blinded = No", true},
        {"blinded = yes", false},
        {"mainMeasure = hazard-ratio", true},
        {"mainMeasure = hazard_ratio", true},
        {"mainMeasure = HAZARD_RATIO", true},
        {"mainMeasure = EFFECT_MEASURE_HAZARD_RATIO", true},
        {"mainMeasure = rr", false},
        {"mainMeasure != rr", true},
        {"measures:rr", true},
        {"measures = risk-ratio OR measures = EFFECT_MEASURE_RISK_RATIO", true},
        {"startTime = 2024-06-02T08:00:00Z", true},
        {"startTime = \"2024-06-02T10:00:00+02:00\"", true},
        {"startTime > 2024-06-02", true},
        {"startTime < 2024-06-02", false},
        {"startTime < \"2024-06-02T08:00:00.5Z\"", true},
        {"followUp = 90.5s", true},
        {"followUp > 1m", true},
        {"followUp > 91s", false},
        {"dose = 60", true},
        {"dose >= \"60 Gy\"", true},
        {"dose >= \"60 cGy\"", true},
        {"dose = \"6000 cGy\"", true},
        {"dose > \"6000 cGy\"", false},
        {"dose = \"60 Grays\"", true},
        {"dose >= 60gy", true},
        {"dose >= \"60 mg\"", false},
        {"totalDose = \"54 Gy\"", true},
        {"totalDose = \"54 gy\"", true},
        {"totalDose > \"54 Gy\"", false},
        {"fractions >= 5", true},
        {"fractions > 27", false},
        {"fractions.low = 27", true},
        {"phases = 3", true},
        {"phase = 3", true},
        {"phase:*", true},
        {"country = KR", true},
        {"phases = \"phase III\"", true},
        {"phases = \"Phase 3\"", true},
        {"phases = 1", false},
        {"phases = III", true},
        {"phases = I", false},
        {"phases = \"I/III\"", false},
        {"phases:3/phase3", true},
        {"mainMeasure = \"hazard ratio\"", true},
        {"dose.unit = Gy AND dose.value < 61", true},
        {"dose:*", true},
        {"doses = 8", true},
        {"doses >= 25", true},
        {"doses > 25", false},
        {"doses > 24.9", true},
        {"doses > 30", false},
        {"doses = 30", false},
        {"doses.all(low:* OR value:*)", true},
    }));

INSTANTIATE_TEST_SUITE_P(
    Paths, FilterMatchTest,
    testing::ValuesIn(std::vector<MatchCase>{
        {"design.phase = 3", true},
        {"design.inner.phase = inner", true},
        {"design.inner.inner.phase:*", false},
        {"design.inner.inner.phase != x", false},
        {"design.randomised = true", false},
        {"design.randomised != true", false},
        {"NOT design.randomised = true", true},
        {"design:*", true},
        {"design:phase", true},
        {"design:randomised", false},
        {"design.inner.inner:*", false},
        {"contrasts.value < 0.7", true},
        {"contrasts.pValue.value <= 0.001", true},
        {"contrasts.p_value:*", true},
        {"contrasts:pValue", true},
        {"contrasts.groups = tki", true},
        {"contrasts.groups = rt", false},
        {"contrasts:*", true},
        {"labels:*", true},
        // Two comparisons may be met by two elements, any(...) by one only.
        {"contrasts.measure = rr AND contrasts.value < 0.7", true},
        {"contrasts.any(measure = rr AND value < 0.7)", false},
        {"contrasts.any(measure = hazard-ratio AND value < 0.7)", true},
        {"contrasts.any(orr)", true},
        {"contrasts.any(groups = tki pValue.any(value < 0.01))", true},
        {"contrasts.all(value < 0.7)", false},
        {"contrasts.all(value > 0.5)", true},
        {"NOT contrasts.any(value > 2)", true},
        {"design.any(phase = 3 AND NOT randomised:*)", true},
        {"design.inner.inner.all(phase = 3)", false},
        {"id = tki-rt", true},
        {"arm = tki-rt", true},
        {"trial = nct02893332", true},
        {"trial = nct0*", true},
        {"trial:2893", true},
        {"registry = nsclc", true},
        {"registry:*", true},
        {"name = registries/nsclc/trials/nct02893332/arms/tki-rt", true},
        {"name:trials/nct02893332", true},
        {"trial = nct1", false},
    }));

TEST(FilterTest, AnUnsetFieldMatchesNoComparison) {
  for (const std::string filter :
       {"title = x", "title != x", "title:x", "title:*", "participantCount < 9",
        "dose = 1", "contrasts.value != 3", "design.phase != 1", "trial = x",
        "trial != x", "trial:*", "labels != x", "contrasts.all(value > 0)",
        "x"}) {
    EXPECT_FALSE(Matches(filter, "")) << filter;
    EXPECT_TRUE(Matches(absl::StrCat("NOT ", filter), "")) << filter;
  }
}

TEST(FilterTest, ARangeMatchesWhenAllOfItDoes) {
  const std::string half_open = "dose { low: 25 high: 40 high_excluded: true }";
  EXPECT_TRUE(Matches("dose < 40", half_open));
  EXPECT_FALSE(Matches("dose < 39", half_open));
  EXPECT_TRUE(Matches("dose != 40", half_open));
  EXPECT_FALSE(Matches("dose != 25", half_open));
  EXPECT_TRUE(Matches("dose <= 34", "dose { high: 34 }"));
  EXPECT_FALSE(Matches("dose >= 0", "dose { high: 34 }"));
}

TEST(FilterTest, ARangeMayMatchWhenPartOfItDoes) {
  struct Case {
    std::string filter;
    FilterMatch match;
  };
  for (const Case& each : std::vector<Case>{
           {"fractions >= 27", FilterMatch::kYes},
           {"fractions > 27", FilterMatch::kMay},
           {"fractions = 28", FilterMatch::kMay},
           {"fractions > 30", FilterMatch::kNo},
           {"NOT fractions > 27", FilterMatch::kMay},
           {"NOT fractions > 30", FilterMatch::kYes},
           {"fractions > 27 AND blinded = true", FilterMatch::kNo},
           {"fractions > 27 OR blinded = false", FilterMatch::kYes},
           {"doses.any(low = 25)", FilterMatch::kYes},
           {"doses > 30", FilterMatch::kMay},
           {"doses.all(value = 8)", FilterMatch::kSilent}}) {
    std::vector<const FilterNode*> silent;
    const Filter filter = ParseValid(each.filter);
    EXPECT_EQ(MatchFilter(filter.root(), MakeArm(kArm), silent), each.match)
        << each.filter;
    EXPECT_EQ(
        filter.Matches(MakeArm(kArm)),
        each.match == FilterMatch::kYes || each.filter == "NOT fractions > 27")
        << each.filter;
  }
}

TEST(FilterTest, AComparisonWithoutAValueIsSilent) {
  struct Case {
    std::string filter;
    std::string arm;
    std::vector<std::string> silent;
  };
  for (const Case& each : std::vector<Case>{
           {"participantCount > 9", "", {"participantCount > 9"}},
           {"title = a AND participantCount > 9",
            "title: 'a'",
            {"participantCount > 9"}},
           {"title = b AND participantCount > 9", "title: 'a'", {}},
           {"title = a OR participantCount > 9", "title: 'a'", {}},
           {"title = b OR participantCount > 9",
            "title: 'a'",
            {"participantCount > 9"}},
           {"NOT participantCount > 9", "", {}},
           {"contrasts.value > 9",
            "contrasts { key: 'a' }",
            {"contrasts.value > 9"}},
           // One that has a value answers.
           {"contrasts.value > 9", "contrasts { value: 1 } contrasts {}", {}},
           {"contrasts.any(key = a AND value > 9)",
            "contrasts { key: 'a' } contrasts { key: 'b' value: 1 }",
            {"value > 9"}},
           {"dose > \"9 mg\"",
            "dose { value: 10 unit: 'mg/d' }",
            {"dose > \"9 mg\""}}}) {
    std::vector<const FilterNode*> silent;
    const Filter filter = ParseValid(each.filter);
    EXPECT_EQ(MatchFilter(filter.root(), MakeArm(each.arm), silent) ==
                  FilterMatch::kSilent,
              !each.silent.empty())
        << each.filter;
    std::vector<std::string> texts;
    for (const FilterNode* node : silent) texts.push_back(node->ToString());
    EXPECT_EQ(texts, each.silent) << each.filter;
  }
}

struct ErrorCase {
  std::string filter;
  std::string reason;
  std::string message;
};

class FilterErrorTest : public testing::TestWithParam<ErrorCase> {};

TEST_P(FilterErrorTest, NamesPlaceTextAndWish) {
  const ErrorCase& expected = GetParam();
  const absl::Status status =
      Filter::Parse(expected.filter, *test::Arm::descriptor()).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument)
      << expected.filter;
  EXPECT_EQ(GetErrorReason(status), expected.reason) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr(expected.message));
  ASSERT_EQ(GetFieldViolations(status).size(), 1);
  EXPECT_EQ(GetFieldViolations(status).front().field, "filter");
}

INSTANTIATE_TEST_SUITE_P(
    Syntax, FilterErrorTest,
    testing::ValuesIn(std::vector<ErrorCase>{
        {"title =", "FILTER_SYNTAX", "character 8, at the end"},
        {"title = AND", "FILTER_SYNTAX", "at 'AND': a value is missing"},
        {"title = a AND", "FILTER_SYNTAX", "at the end"},
        {"title = a OR OR title = b", "FILTER_SYNTAX", "character 14"},
        {"AND title = a", "FILTER_SYNTAX", "character 1, at 'AND'"},
        {"NOT", "FILTER_SYNTAX", "character 4, at the end"},
        {"NOT NOT title = a", "FILTER_SYNTAX", "NOT"},
        {"-", "FILTER_SYNTAX", "at the end"},
        {"(title = a", "FILTER_SYNTAX", "character 1, at '('"},
        {"title = a)", "FILTER_SYNTAX", "no ( for this )"},
        {"()", "FILTER_SYNTAX", "nothing between"},
        {"title = \"a", "FILTER_SYNTAX", "character 9, at '\"a'"},
        {"title:O'Brien", "FILTER_SYNTAX", "apostrophe"},
        {"title = \"\\q\"", "FILTER_SYNTAX", "stands before"},
        {"title = \"\\", "FILTER_SYNTAX", "stands before"},
        {"title == a", "FILTER_SYNTAX", "write one ="},
        {"title <> a", "FILTER_SYNTAX", "write !="},
        {"title !a", "FILTER_SYNTAX", "NOT"},
        {"title = a = b", "FILTER_SYNTAX", "character 11"},
        {"title = a, b", "FILTER_SYNTAX", "character 10, at ','"},
        {"title = a and blinded = true", "FILTER_SYNTAX",
         "character 11, at 'and': write AND, in capitals"},
        {"title = (a or b)", "FILTER_SYNTAX", "write OR"},
        {"title = a && blinded = true", "FILTER_SYNTAX", "write AND"},
        {"\"title\" = a", "FILTER_SYNTAX", "without quotes"},
        {"\"\"", "FILTER_SYNTAX", "empty text"},
        {"foo(title = a)", "FILTER_SYNTAX", "the functions are"},
        {"contrasts.count(value = 1)", "FILTER_SYNTAX", "the functions are"},
        {"contrasts.any()", "FILTER_SYNTAX", "nothing between"},
        {"contrasts.any(value = 1", "FILTER_SYNTAX", "never closed"},
        {"a..b = 1", "FILTER_UNKNOWN_FIELD", "no such field"},
        {"design..b = 1", "FILTER_SYNTAX", "missing beside a '.'"},
        {"participantCount > 12 mo AND title = a", "FILTER_SYNTAX",
         "character 20, at '12 mo': quote a value of several words; write "
         "participantCount > \"12 mo\"; to look for \"mo\" in all texts, write "
         "AND before it"},
        {"participantCount >= 50 %", "FILTER_SYNTAX", "\"50 %\""},
        {"labels = brain metastases", "FILTER_SYNTAX",
         "write labels = \"brain metastases\""},
        {"labels = (brain metastases OR lung)", "FILTER_SYNTAX",
         "\"brain metastases\""},
        {"title = 'b c' d", "FILTER_SYNTAX", "write title = \"b c d\""},
        {"title = a b and c", "FILTER_SYNTAX", "write title = \"a b\""},
        {"contrasts.any(key = a b)", "FILTER_SYNTAX", "write key = \"a b\""},
        {"title = \x01", "FILTER_SYNTAX", "byte 1"},
        {"title = \xff", "FILTER_SYNTAX", "UTF-8"},
    }));

INSTANTIATE_TEST_SUITE_P(
    Fields, FilterErrorTest,
    testing::ValuesIn(std::vector<ErrorCase>{
        {"blinded = true AND titel = a", "FILTER_UNKNOWN_FIELD",
         "character 20, at 'titel': Arm has no such field; did you mean "
         "'title'?"},
        {"participant_cont = 1", "FILTER_UNKNOWN_FIELD",
         "did you mean 'participant_count'?"},
        {"participantCont = 1", "FILTER_UNKNOWN_FIELD",
         "did you mean 'participantCount'?"},
        {"trail = x", "FILTER_UNKNOWN_FIELD", "did you mean 'trial'?"},
        {"contrasts.measur = rr", "FILTER_UNKNOWN_FIELD", "Contrast"},
        {"contrasts.trial = rr", "FILTER_UNKNOWN_FIELD", "Contrast"},
        {"contrasts.0.value = 1", "FILTER_UNKNOWN_FIELD", "by position"},
        {"contrasts.any(titel = 1)", "FILTER_UNKNOWN_FIELD", "Contrast"},
        {"design:phas", "FILTER_UNKNOWN_FIELD", "did you mean 'phase'?"},
        {"title.x = 1", "FILTER_UNKNOWN_FIELD", "title is text"},
        {"randomised = true", "FILTER_UNKNOWN_FIELD",
         "did you mean 'design.randomised'?"},
        {"contrast = 1", "FILTER_UNKNOWN_FIELD", "did you mean 'contrasts'?"},
        {"low = 3", "FILTER_UNKNOWN_FIELD", "did you mean 'dose.low' or '"},
        {"zzz = 1", "FILTER_UNKNOWN_FIELD", "countries, id, registry, trial"},
        {"design.inner.inner.inner.inner.inner.inner.inner.inner.inner.inner."
         "inner.inner.inner.inner.inner.phase = 1",
         "FILTER_UNKNOWN_FIELD", "at most 16"},
        {"é titel = a", "FILTER_UNKNOWN_FIELD", "character 3, "},
    }));

INSTANTIATE_TEST_SUITE_P(
    Types, FilterErrorTest,
    testing::ValuesIn(std::vector<ErrorCase>{
        {"participantCount = many", "FILTER_TYPE_MISMATCH",
         "character 20, at 'many': participantCount is a number"},
        {"participantCount = nan", "FILTER_TYPE_MISMATCH", "is a number"},
        {"participantCount = inf", "FILTER_TYPE_MISMATCH", "is a number"},
        {"participantCount = 0x10", "FILTER_TYPE_MISMATCH", "is a number"},
        {"participantCount = \"\"", "FILTER_TYPE_MISMATCH", "is a number"},
        {"participantCount = 6*", "FILTER_TYPE_MISMATCH", "participantCount:*"},
        {"blinded = maybe", "FILTER_TYPE_MISMATCH", "true or false"},
        {"blinded > false", "FILTER_TYPE_MISMATCH", "no order"},
        {"mainMeasure = hazard-ration", "FILTER_TYPE_MISMATCH",
         "did you mean 'hazard-ratio'?"},
        {"mainMeasure = x", "FILTER_TYPE_MISMATCH",
         "it is one of hazard-ratio, rr"},
        {"mainMeasure < rr", "FILTER_TYPE_MISMATCH", "no order"},
        {"startTime > yesterday", "FILTER_TYPE_MISMATCH", "is a time"},
        {"startTime > infinite-future", "FILTER_TYPE_MISMATCH", "is a time"},
        {"followUp > 3", "FILTER_TYPE_MISMATCH", "is a duration"},
        {"followUp > inf", "FILTER_TYPE_MISMATCH", "is a duration"},
        {"dose > much", "FILTER_TYPE_MISMATCH", "is a quantity"},
        {"participantCount > \"5 Gy\"", "FILTER_TYPE_MISMATCH",
         "without a unit; write 5"},
        {"fractions > \"5 Gy\"", "FILTER_TYPE_MISMATCH", "number of things"},
        {"totalDose > \"54 mg\"", "FILTER_TYPE_MISMATCH",
         "totalDose is measured in Gy, cGy, not in \"mg\""},
        {"totalDose > \"54 Grey\"", "FILTER_TYPE_MISMATCH",
         "did you mean \"gray\"?"},
        {"countries = Koria", "FILTER_TYPE_MISMATCH", "ISO 3166"},
        {"title > A", "FILTER_TYPE_MISMATCH", "title is text and has no order"},
        {"contrasts = 3", "FILTER_TYPE_MISMATCH",
         "contrasts is a message; compare one of its fields"},
        {"startDate > 2*", "FILTER_TYPE_MISMATCH", "* works with"},
        {"title.any(x = 1)", "FILTER_TYPE_MISMATCH", "title is text"},
        {"digest = 01*", "FILTER_TYPE_MISMATCH", "digest is bytes"},
        {"labels.any(x)", "FILTER_TYPE_MISMATCH", "labels is text"},
    }));

TEST(FilterTest, RefusesWhatExceedsALimit) {
  const auto reason_of = [](const std::string& text) {
    const absl::Status status =
        Filter::Parse(text, *test::Arm::descriptor()).status();
    EXPECT_LT(status.message().size(), 300);
    return GetErrorReason(status);
  };
  std::string terms = "title = a";
  for (int i = 0; i < kFilterTermsMax; ++i) terms += " OR title = a";
  EXPECT_EQ(reason_of(terms), kFilterTooLarge);
  EXPECT_EQ(reason_of(std::string(kFilterSizeMax + 1, 'a')), kFilterTooLarge);
  EXPECT_EQ(reason_of(std::string(kFilterSizeMax, '(')), kFilterTooLarge);
  std::string million = "id = (a";
  for (int i = 0; i < 1000000; ++i) million += " OR a";
  EXPECT_EQ(reason_of(million + ")"), kFilterTooLarge);
  const std::string deep(kFilterDepthMax, '(');
  const std::string closing(kFilterDepthMax, ')');
  EXPECT_EQ(reason_of(deep + "a" + closing), "");
  EXPECT_EQ(reason_of("(" + deep + "a" + closing + ")"), kFilterTooLarge);
}

TEST(FilterTest, AllNamesAndValuesAtFaultAreTold) {
  const absl::Status status =
      Filter::Parse("titel = x AND (nmae = (3 OR 4) OR title = y) AND",
                    *test::Arm::descriptor())
          .status();
  const std::vector<FieldViolation> violations = GetFieldViolations(status);
  ASSERT_EQ(violations.size(), 3) << status;
  EXPECT_THAT(violations[0].description, HasSubstr("at 'titel'"));
  EXPECT_THAT(violations[1].description, HasSubstr("at 'nmae'"));
  EXPECT_THAT(violations[2].description, HasSubstr("at the end"));
  // The first is the error's own.
  EXPECT_EQ(std::string(status.message()), violations[0].description);
}

TEST(FilterTest, AnErrorRepeatsOnlyTheStartOfALongText) {
  const absl::Status status =
      Filter::Parse(std::string(5000, 'x') + " = 1", *test::Arm::descriptor())
          .status();
  EXPECT_LT(GetErrorInfo(status)->metadata().at("text").size(), 100);
  EXPECT_LT(status.message().size(), 500);
}

TEST(FilterTest, RequiredTermsAreWhatEveryMatchSatisfies) {
  const Filter filter = ParseValid(
      "trial = nct1 (title:a OR title:b) NOT blinded = true "
      "contrasts.any(measure = rr AND (value > 1 OR value < 0)) "
      "contrasts.all(value > 0)");
  std::vector<std::string> terms;
  for (const RequiredTerm& term : filter.RequiredTerms()) {
    terms.push_back(absl::StrCat(term.path, FilterOpText(term.comparison->op),
                                 term.comparison->text.front()));
  }
  EXPECT_THAT(terms, ElementsAre("trial=nct1", "contrasts.measure=rr"));
}

TEST(FilterTest, EqualFiltersPrintAlike) {
  EXPECT_EQ(ParseValid("a  title=\"b\" AND(blinded : true)").ToString(),
            ParseValid("\"a\" AND title = b AND blinded:true").ToString());
  EXPECT_EQ(ParseValid("title:(a OR \"b c\")").ToString(),
            "title : a OR title : \"b c\"");
  EXPECT_TRUE(ParseValid(" ").MatchesAll());
  EXPECT_FALSE(ParseValid("a").MatchesAll());
}

TEST(FilterTextTest, AWordBehindNonIsAnother) {
  const auto finds = [](absl::string_view word, const std::string& text) {
    v1::Trial trial;
    trial.set_title(text);
    return Filter::Parse(word, *v1::Trial::descriptor())->Matches(trial);
  };
  EXPECT_FALSE(finds("squamous", "Advanced non-squamous NSCLC"));
  EXPECT_FALSE(finds("squamous", "Non-squamous"));
  EXPECT_FALSE(finds("\"squamous*lung\"", "Non-squamous cancer of the lung"));
  EXPECT_TRUE(finds("squamous", "Non-squamous and squamous carcinoma"));
  EXPECT_TRUE(finds("non-squamous", "Advanced non-squamous NSCLC"));
  EXPECT_TRUE(finds("squamous", "Adenosquamous, or anon-squamous"));
  EXPECT_TRUE(finds("small", "A small non-small cell study"));
}

}  // namespace
}  // namespace consilium

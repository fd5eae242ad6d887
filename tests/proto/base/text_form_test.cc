#include "proto/base/text_form.h"

#include <google/protobuf/util/message_differencer.h>

#include "absl/strings/str_cat.h"
#include "consilium/v1/endpoint.pb.h"
#include "consilium/v1/member.pb.h"
#include "consilium/v1/publication.pb.h"
#include "consilium/v1/trial.pb.h"
#include "proto/base/field_rules.h"
#include "tests/support/random_record.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using google::protobuf::Message;
using google::protobuf::util::MessageDifferencer;
using testing::HasSubstr;
using testing::SizeIs;

absl::Status Read(const std::string& yaml, Message& message) {
  return ParseMessage("f.yaml", yaml, TextFormat::kYaml, message);
}

TEST(TextFormTest, ReadsARecord) {
  v1::Trial trial;
  ASSERT_OK(Read(R"(
title: "SINDAS: a trial"
studyType: interventional
phases: [phase2, PHASE_PHASE3]
enrolled_participant_count: 133
conditions:
  - NSCLC
randomized: {answer: yes, basis: stated}
minimumAge: 18 a
note: |
  Two
  lines.
acronym: null
)",
                 trial));
  EXPECT_EQ(trial.title(), "SINDAS: a trial");
  EXPECT_EQ(trial.phases(1), v1::PHASE_PHASE3);
  EXPECT_EQ(trial.enrolled_participant_count(), 133);
  EXPECT_EQ(trial.randomized().answer(), v1::ANSWER_YES);
  EXPECT_EQ(trial.minimum_age().value(), 18);
  EXPECT_EQ(trial.minimum_age().unit(), "a");
  EXPECT_EQ(trial.note(), "Two\nlines.\n");
  EXPECT_FALSE(trial.has_acronym());
}

TEST(TextFormTest, NamesEveryFaultWithItsPlace) {
  const struct {
    const char* name;
    const char* yaml;
    const char* complaint;
  } kCases[] = {
      {"unknown field", "title: T\nacronim: A\n",
       "f.yaml:2:1: \"acronim\" is no field of Trial; did you mean "
       "\"acronym\"?"},
      {"unknown field deep down", "randomized:\n  answr: yes\n",
       "f.yaml:2:3: randomized: \"answr\" is no field of Fact; did you mean "
       "\"answer\"?"},
      {"text for a number", "enrolledParticipantCount: many\n",
       "f.yaml:1:27: enrolledParticipantCount: \"many\" is no whole number"},
      {"a fraction for a whole number", "enrolledParticipantCount: 1.5\n",
       "\"1.5\" is no whole number; want one from -2147483648 to 2147483647"},
      {"too large a number", "enrolledParticipantCount: 3000000000\n",
       "is no whole number"},
      {"an enum that is none", "studyType: randomised\n",
       "\"randomised\" is no StudyType; want one of interventional"},
      {"a slip in an enum", "studyType: intervential\n",
       "did you mean \"interventional\"?"},
      {"a mapping for text", "title: {a: b}\n",
       "f.yaml:1:8: title: a mapping stands where one value is wanted"},
      {"text for a list", "conditions: NSCLC\n",
       "conditions: \"NSCLC\" is no list; want one"},
      {"text for a message", "randomized: yes\n",
       "\"yes\" stands where the fields of Fact are wanted"},
      {"nothing in a list", "conditions: [NSCLC, null]\n",
       "conditions[1]: nothing stands where one value is wanted"},
      {"a quantity that is none", "minimumAge: old\n",
       "minimumAge: \"old\" is no quantity"},
      {"one field by two names", "studyType: comparison\nstudy_type: other\n",
       "f.yaml:2:1: study_type: is given twice, as study_type and as "
       "studyType"},
      {"a list as record", "- title: T\n",
       "f.yaml:1:1: a list stands where the fields of Trial are wanted"},
      {"no document", "# nothing\n", "holds 0 documents; want one Trial"},
      {"a NUL", "title: \"a\\0b\"\n", "a string holds \\0; want text"},
      {"two documents", "title: A\n---\ntitle: B\n", "holds 2 documents"},
  };
  for (const auto& test : kCases) {
    v1::Trial trial;
    EXPECT_THAT(
        Read(test.yaml, trial),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(test.complaint)))
        << test.name;
  }
}

TEST(TextFormTest, ReportsAllFaultsAtOnce) {
  v1::Trial trial;
  const absl::Status status =
      Read("tite: T\nstudyType: x\nminimumAge: y\nconditions: z\n", trial);
  EXPECT_THAT(GetFieldViolations(status), SizeIs(4));
}

TEST(TextFormTest, Numbers) {
  const struct {
    const char* text;
    bool ok;
    double value;
  } kCases[] = {
      {"18.6", true, 18.6},   {"\"18.6\"", true, 18.6}, {"-1e3", true, -1000},
      {".5", true, 0.5},      {"+2", true, 2},          {".nan", false, 0},
      {"NaN", false, 0},      {".inf", false, 0},       {"inf", false, 0},
      {"1e999", false, 0},    {"18,6", false, 0},       {"0x10", false, 0},
      {"1_000", false, 0},    {"12 mo", false, 0},      {"true", false, 0},
      {"infinity", false, 0}, {"-", false, 0},
  };
  for (const auto& test : kCases) {
    v1::Estimate estimate;
    const absl::Status status =
        Read(absl::StrCat("value: ", test.text, "\n"), estimate);
    EXPECT_EQ(status.ok(), test.ok) << test.text << status;
    EXPECT_EQ(estimate.value(), test.value) << test.text;
  }
}

TEST(TextFormTest, OtherScalars) {
  v1::Group group;
  EXPECT_OK(Read("printedNumber: 2.0\n", group));
  EXPECT_EQ(group.printed_number(), 2);
  v1::Quantity quantity;
  EXPECT_OK(Read("{low: 1, lowExcluded: true}\n", quantity));
  for (const char* text : {"\"true\"", "yes", "1", "True"}) {
    EXPECT_THAT(Read(absl::StrCat("lowExcluded: ", text, "\n"), quantity),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr("is no truth value; want true or false")))
        << text;
  }
  v1::Member member;
  EXPECT_OK(Read("publicKey: aGk=\njoinTime: 2023-05-01T12:00:00Z\n", member));
  EXPECT_EQ(member.public_key(), "hi");
  EXPECT_EQ(member.join_time().seconds(), 1682942400);
  EXPECT_OK(Read("joinTime: 2023-05-01\n", member));
  EXPECT_THAT(Read("joinTime: May\n", member),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("\"May\" is no time")));
  EXPECT_THAT(
      Read("publicKey: '*'\n", member),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("is no base64")));
}

TEST(TextFormTest, WhatLooksLikeAnotherTypeIsTextWhereTextIsWanted) {
  v1::Publication publication;
  ASSERT_OK(Read("title: true\nvolume: 012\nissue: 1.0\n", publication));
  EXPECT_EQ(publication.title(), "true");
  EXPECT_EQ(publication.volume(), "012");
  EXPECT_EQ(publication.issue(), "1.0");
}

// What differs between two messages; empty when nothing does.
std::string Differences(const Message& a, const Message& b) {
  std::string differences;
  MessageDifferencer differencer;
  differencer.ReportDifferencesToString(&differences);
  return differencer.Compare(a, b) ? "" : differences;
}

// Both forms read back what they write, for records of every kind.
TEST(TextFormTest, ReadsBackWhatItWrites) {
  for (const RecordTraits* traits : RecordTraitsTable::Get().all()) {
    for (int seed = 0; seed < 40; ++seed) {
      std::mt19937_64 random(seed);
      const auto record = RandomRecord(*traits, random, false);
      const std::string yaml = ToYaml(*record);
      const auto from_yaml = traits->New();
      ASSERT_OK(ParseMessage("f", yaml, TextFormat::kYaml, *from_yaml)) << yaml;
      EXPECT_EQ(Differences(*record, *from_yaml), "") << yaml;
      for (const bool indent : {false, true}) {
        const std::string json = ToJson(*record, indent);
        const auto from_json = traits->New();
        ASSERT_OK(ParseMessage("f", json, TextFormat::kJson, *from_json))
            << json;
        EXPECT_EQ(Differences(*record, *from_json), "") << json;
      }
      if (HasFailure()) return;
    }
  }
}

TEST(TextFormTest, WritesYamlForPeople) {
  v1::Endpoint endpoint;
  ASSERT_OK(
      Read("{measure: pfs, estimates: [{report: pmid-1, group: {arms: "
           "[egfr-tki-rt]}, time: 24 mo, statistic: rate, value: 90, "
           "unit: '%', comparator: '>=', note: \"Two\\nlines\"}]}\n",
           endpoint));
  EXPECT_EQ(ToYaml(endpoint), R"(measure: pfs
estimates:
  - report: pmid-1
    group:
      arms:
        - egfr-tki-rt
    time: 24 mo
    statistic: rate
    value: 90
    unit: "%"
    comparator: ">="
    note: |-
      Two
      lines
)");
  EXPECT_EQ(ToYaml(v1::Endpoint()), "{}\n");
}

TEST(TextFormTest, WritesProtoJson) {
  v1::Trial trial;
  trial.set_study_type(v1::STUDY_TYPE_INTERVENTIONAL);
  trial.set_enrolled_participant_count(133);
  EXPECT_EQ(ToJson(trial),
            "{\"studyType\":\"STUDY_TYPE_INTERVENTIONAL\","
            "\"enrolledParticipantCount\":133}");
}

TEST(TextFormTest, SetsOneField) {
  v1::Endpoint endpoint;
  endpoint.add_estimates();
  EXPECT_OK(SetFieldFromText("title", "PFS: the \"first\"", endpoint));
  EXPECT_OK(SetFieldFromText("measure", "pfs", endpoint));
  EXPECT_OK(SetFieldFromText("estimates[0].value", "18.6", endpoint));
  EXPECT_OK(SetFieldFromText("estimates[0].time", "24 mo", endpoint));
  EXPECT_OK(SetFieldFromText("estimates[0].group", "{arms: [a]}", endpoint));
  EXPECT_OK(SetFieldFromText("estimates[0].group.arms", "[a, b]", endpoint));
  EXPECT_EQ(endpoint.title(), "PFS: the \"first\"");
  EXPECT_EQ(endpoint.measure(), v1::MEASURE_PROGRESSION_FREE_SURVIVAL);
  EXPECT_EQ(endpoint.estimates(0).value(), 18.6);
  EXPECT_EQ(endpoint.estimates(0).time().value(), 24);
  EXPECT_THAT(endpoint.estimates(0).group().arms(), SizeIs(2));
  EXPECT_OK(SetFieldFromText("title", "null", endpoint));
  EXPECT_FALSE(endpoint.has_title());
}

TEST(TextFormTest, RefusesToSetWhatIsNotThere) {
  const struct {
    const char* path;
    const char* text;
    const char* complaint;
  } kCases[] = {
      {"tite", "T", "did you mean \"title\"?"},
      {"title.x", "T", "\"title\" has no fields"},
      {"estimates.value", "1", "is a list; want an index, as in [0]"},
      {"estimates[3].value", "1",
       "\"estimates[3]\" is no element; estimates "
       "has 1"},
      {"estimates[0]", "{}", "is an element; want one of its fields"},
      {"estimates[0].value", "many",
       "estimates[0].value: \"many\" is no "
       "number"},
      {"", "x", "\"\" is no field"},
  };
  for (const auto& test : kCases) {
    v1::Endpoint endpoint;
    endpoint.add_estimates();
    EXPECT_THAT(
        SetFieldFromText(test.path, test.text, endpoint),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(test.complaint)))
        << test.path;
  }
}

TEST(TextFormTest, PutsViolationsWhereTheyStand) {
  v1::Endpoint endpoint;
  TextPositions positions;
  ASSERT_OK(ParseMessage("f", R"(measure: os
estimates:
  - report: pmid-1
    group: {arms: [a]}
    statistic: rate
    value: 101
    unit: "%"
  - report: pmid-1
    group: {arms: [a]}
)",
                         TextFormat::kYaml, endpoint, &positions));
  const auto problems = LocateViolations(Validate(endpoint), positions);
  ASSERT_THAT(problems, SizeIs(2));
  EXPECT_EQ(problems[0].path, "estimates[0].value");
  EXPECT_EQ(problems[0].position.line, 6);
  // The statistic that is missing has no place; its element has.
  EXPECT_EQ(problems[1].path, "estimates[1].statistic");
  EXPECT_EQ(problems[1].position.line, 8);
}

TEST(TextFormTest, FindsUnknownFieldsAtEveryDepth) {
  v1::Endpoint endpoint;
  endpoint.add_estimates()->mutable_group();
  EXPECT_FALSE(HasUnknownFields(endpoint));
  v1::Group& group = *endpoint.mutable_estimates(0)->mutable_group();
  group.GetReflection()->MutableUnknownFields(&group)->AddVarint(900, 1);
  EXPECT_TRUE(HasUnknownFields(endpoint));
}

}  // namespace
}  // namespace consilium

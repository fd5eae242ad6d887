#include "proto/base/value_text.h"

#include "consilium/v1/endpoint.pb.h"
#include "consilium/v1/member.pb.h"
#include "consilium/v1/trial.pb.h"
#include "tests/support/random_record.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using testing::HasSubstr;

const RecordTraits& Traits(const char* word) {
  return *RecordTraitsTable::Get().FindByWord(word);
}

FieldPath Path(const char* word, const char* text) {
  return *FieldPath::Parse(text, Traits(word).descriptor);
}

TEST(ValueTextTest, JsonAndBack) {
  const struct {
    const char* kind;
    const char* path;
    const char* text;
    const char* json;
  } kCases[] = {
      {"trial", "title", "\"T: x\"", "\"T: x\""},
      {"trial", "title", "plain text", "\"plain text\""},
      {"trial", "title", "12", "\"12\""},
      {"trial", "enrolledParticipantCount", "133", "133"},
      {"trial", "studyType", "interventional", "\"STUDY_TYPE_INTERVENTIONAL\""},
      {"trial", "studyType", "\"STUDY_TYPE_INTERVENTIONAL\"",
       "\"STUDY_TYPE_INTERVENTIONAL\""},
      {"trial", "phases", "[\"phase2\"]", "[\"PHASE_PHASE2\"]"},
      {"trial", "randomized", "{\"answer\": \"no\"}",
       "{\"answer\":\"ANSWER_NO\"}"},
      {"trial", "minimumAge", "\"18 a\"", "{\"value\":18,\"unit\":\"a\"}"},
      {"trial", "keywords[lung]", "lung", "\"lung\""},
      {"member", "roles[curator]", "curator", "\"MEMBER_ROLE_CURATOR\""},
      {"trial", "registrations[nct02893332]", "{\"number\": \"NCT02893332\"}",
       "{\"key\":\"nct02893332\",\"number\":\"NCT02893332\"}"},
  };
  for (const auto& test : kCases) {
    SCOPED_TRACE(test.path);
    const FieldPath path = Path(test.kind, test.path);
    ASSERT_OK_AND_ASSIGN(const FieldValue value,
                         ValueFromJson(path, test.text, Traits(test.kind)));
    EXPECT_EQ(value.path, path);
    EXPECT_THAT(ValueToJson(path, value.value, Traits(test.kind)),
                IsOkAndHolds(test.json));
  }
}

TEST(ValueTextTest, RefusesWhatDoesNotFitThePath) {
  const struct {
    const char* kind;
    const char* path;
    const char* text;
    const char* complaint;
  } kCases[] = {
      {"trial", "enrolledParticipantCount", "many", "is no whole number"},
      {"trial", "enrolledParticipantCount", "-1", "want at least 0"},
      {"trial", "keywords[lung]", "brain",
       "states keywords[brain]; want keywords[lung]"},
      {"trial", "registrations[nct02893332]", "{\"number\": \"NCT1\"}",
       "states registrations[nct1]; want registrations[nct02893332]"},
      {"trial", "randomized", "{\"answr\": 1}", "did you mean \"answer\"?"},
      {"trial", "randomized", "{", "is it truncated?"},
      {"trial", "title", "null", "states no value"},
      {"trial", "etag", "x", "cannot be written"},
      {"trial", "900", "x", "cannot be written"},
  };
  for (const auto& test : kCases) {
    const FieldPath path = Path(test.kind, test.path);
    EXPECT_THAT(
        ValueFromJson(path, test.text, Traits(test.kind)),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(test.complaint)))
        << test.path;
  }
}

TEST(ValueTextTest, AnElementsSourceIsTakenOut) {
  const FieldPath path = Path("trial", "registrations[nct02893332]");
  ASSERT_OK_AND_ASSIGN(
      const FieldValue value,
      ValueFromJson(path,
                    "{\"number\": \"NCT02893332\", \"source\": {\"report\": "
                    "\"pmid-1\"}}",
                    Traits("trial")));
  EXPECT_THAT(SourceToJson(value.source),
              IsOkAndHolds("{\"report\":\"pmid-1\"}"));
  EXPECT_THAT(SourceFromJson("{\"report\": \"pmid-1\"}"),
              IsOkAndHolds(value.source));
  EXPECT_THAT(SourceFromJson("{\"report\": \"PMID\"}"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("source.report: \"PMID\" does not have")));
  EXPECT_THAT(SourceToJson(""), IsOkAndHolds(""));
  EXPECT_THAT(SourceToJson("\xFF"), StatusIs(absl::StatusCode::kDataLoss));
}

TEST(ValueTextTest, WhatThisReleaseDoesNotKnowIsShownAsBytes) {
  EXPECT_THAT(
      ValueToJson({900, MergeKind::kRegister, ""}, "hi", Traits("trial")),
      IsOkAndHolds("{\"unknownField\": 900, \"base64\": \"aGk=\"}"));
}

TEST(ValueTextTest, EveryRandomValueHasAText) {
  for (const RecordTraits* traits : RecordTraitsTable::Get().all()) {
    for (int seed = 0; seed < 20; ++seed) {
      std::mt19937_64 random(seed);
      const auto record = RandomRecord(*traits, random, true);
      ASSERT_OK_AND_ASSIGN(const auto values, Split(*record, *traits));
      for (const FieldValue& value : values) {
        EXPECT_THAT(ValueToJson(value.path, value.value, *traits),
                    IsOkAndHolds(testing::Not("null")));
        EXPECT_OK(SourceToJson(value.source));
      }
    }
  }
}

}  // namespace
}  // namespace consilium

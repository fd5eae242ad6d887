#include "proto/base/record_codec.h"

#include <google/protobuf/util/message_differencer.h>

#include "absl/strings/str_cat.h"
#include "consilium/v1/endpoint.pb.h"
#include "consilium/v1/member.pb.h"
#include "consilium/v1/trial.pb.h"
#include "proto/base/element_key.h"
#include "proto/base/errors.h"
#include "tests/support/random_record.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using google::protobuf::Message;
using google::protobuf::util::MessageDifferencer;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr int kSeeds = 40;  // For each kind of record.

const RecordTraits& TraitsOf(const Message& record) {
  return *RecordTraitsTable::Get().FindByDescriptor(record.GetDescriptor());
}

std::vector<FieldValue> MustSplit(const Message& record) {
  auto values = Split(record, TraitsOf(record));
  EXPECT_OK(values);
  return values.ok() ? *std::move(values) : std::vector<FieldValue>();
}

// Runs `law` on random records of every kind.
template <typename Law>
void ForRandomRecords(bool unknown, Law law) {
  for (const RecordTraits* traits : RecordTraitsTable::Get().all()) {
    for (int seed = 0; seed < kSeeds; ++seed) {
      SCOPED_TRACE(absl::StrCat(traits->singular, ", seed ", seed));
      std::mt19937_64 random(seed);
      const auto record = RandomRecord(*traits, random, unknown);
      law(*record, *traits);
      if (testing::Test::HasFailure()) return;
    }
  }
}

MATCHER(SameFieldValue, "") {
  const auto& [a, b] = arg;
  return a.path == b.path && a.value == b.value && a.source == b.source;
}

TEST(RecordCodecTest, AssemblingWhatWasSplitGivesTheRecord) {
  ForRandomRecords(false, [](const Message& record,
                             const RecordTraits& traits) {
    const auto values = MustSplit(record);
    ASSERT_OK_AND_ASSIGN(const auto again,
                         AssembleMessage(values, traits, Sources::kInclude));
    EXPECT_THAT(MustSplit(*again),
                testing::Pointwise(SameFieldValue(), values));
    EXPECT_TRUE(MessageDifferencer::Equals(*again, record));
  });
}

TEST(RecordCodecTest, UnknownFieldsSurviveByteForByte) {
  ForRandomRecords(true, [](const Message& record, const RecordTraits& traits) {
    const auto values = MustSplit(record);
    ASSERT_OK_AND_ASSIGN(const auto again,
                         AssembleMessage(values, traits, Sources::kInclude));
    EXPECT_EQ(Encode(*again), Encode(record));
  });
}

TEST(RecordCodecTest, JoinedValuesAreTheRecordWithoutItsSources) {
  ForRandomRecords(true, [](const Message& record, const RecordTraits& traits) {
    const auto values = MustSplit(record);
    ASSERT_OK_AND_ASSIGN(const auto plain,
                         AssembleMessage(values, traits, Sources::kOmit));
    const auto parsed = traits.New();
    ASSERT_TRUE(
        parsed->ParseFromString(AssembleBytes(values, traits.descriptor)));
    EXPECT_EQ(Encode(*parsed), Encode(*plain));
    for (const FieldValue& value : values) {
      EXPECT_OK(CheckValueShape(value.path, value.value));
      EXPECT_THAT(CanonicalValue(value.value, traits),
                  IsOkAndHolds(value.value));
    }
  });
}

TEST(RecordCodecTest, ValuesOfAKindNobodyKnowsAreJoinedInOrder) {
  const std::vector<FieldValue> values = {{{2, MergeKind::kRegister, ""}, "b"},
                                          {{7, MergeKind::kKeyed, "k"}, "c"}};
  EXPECT_EQ(AssembleBytes(values, nullptr), "bc");
}

TEST(RecordCodecTest, UnknownFieldsStandBehindKnownOnes) {
  v1::Trial trial;
  trial.set_ethics_review("yes");  // A high number.
  const std::string known = Encode(trial);
  const std::vector<FieldValue> values = {
      {{49, MergeKind::kRegister, ""}, "unknown"},
      {{66, MergeKind::kRegister, ""}, known}};
  EXPECT_EQ(AssembleBytes(values, v1::Trial::descriptor()),
            absl::StrCat(known, "unknown"));
}

TEST(RecordCodecTest, OnlyContentIsAssigned) {
  v1::Trial trial;
  trial.set_name("registries/r/trials/t");
  trial.set_title("T");
  trial.set_etag("\"e\"");
  trial.set_revision("7");
  trial.add_conflicts("title");
  trial.mutable_update_time()->set_seconds(1);
  trial.set_lifecycle(v1::LIFECYCLE_RETRACTED);
  trial.set_retraction_reason("why");
  std::vector<int> fields;
  for (const FieldValue& value : MustSplit(trial)) {
    fields.push_back(value.path.field);
  }
  EXPECT_THAT(fields, ElementsAre(2, kLifecycleField, kRetractionReasonField));
}

TEST(RecordCodecTest, SetMembersAreNamedByTheirText) {
  v1::Member member;
  member.add_roles(v1::MEMBER_ROLE_CURATOR);
  member.add_addresses("north:1");
  const auto values = MustSplit(member);
  ASSERT_THAT(values, SizeIs(2));
  EXPECT_EQ(values[0].path, (FieldPath{5, MergeKind::kSet, "3"}));
  EXPECT_EQ(values[1].path, (FieldPath{8, MergeKind::kSet, "north:1"}));
}

TEST(RecordCodecTest, AMemberGivenTwiceIsRefused) {
  v1::Trial trial;
  trial.add_keywords("lung");
  trial.add_keywords("lung");
  EXPECT_THAT(Split(trial, TraitsOf(trial)),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("keywords[lung]: occurs twice")));
}

TEST(RecordCodecTest, AnElementWithoutAKeyIsRefused) {
  v1::Endpoint endpoint;
  endpoint.add_estimates()->set_value(1);
  EXPECT_THAT(
      Split(endpoint, TraitsOf(endpoint)),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("has no key")));
}

// An endpoint of two estimates, of which the second has a source of its own.
v1::Endpoint SourcedEndpoint() {
  v1::Endpoint endpoint;
  endpoint.set_title("PFS");
  endpoint.mutable_source()->set_report("pmid-1");
  auto* first = endpoint.add_estimates();
  first->set_report("a");
  auto* second = endpoint.add_estimates();
  second->set_report("b");
  second->mutable_source()->set_report("pmid-2");
  EXPECT_THAT(BuildKeys(endpoint), IsEmpty());
  return endpoint;
}

std::string SourceBytes(const std::string& report) {
  v1::Source source;
  source.set_report(report);
  return Encode(source);
}

TEST(RecordCodecTest, TheRecordsSourceServesWhatHasNone) {
  const auto values = MustSplit(SourcedEndpoint());
  ASSERT_THAT(values, SizeIs(3));
  EXPECT_EQ(values[0].source, SourceBytes("pmid-1"));
  EXPECT_EQ(values[1].source, SourceBytes("pmid-1"));
  EXPECT_EQ(values[2].source, SourceBytes("pmid-2"));
}

TEST(RecordCodecTest, SourcesAreNoPartOfValues) {
  v1::Endpoint other = SourcedEndpoint();
  other.clear_source();
  other.mutable_estimates(1)->mutable_source()->set_report("pmid-3");
  const auto values = MustSplit(SourcedEndpoint());
  const auto others = MustSplit(other);
  ASSERT_EQ(values.size(), others.size());
  for (size_t i = 0; i < values.size(); ++i) {
    EXPECT_EQ(values[i].value, others[i].value);
  }
}

TEST(RecordCodecTest, SourcesComeBackWhereTheyStood) {
  const v1::Endpoint endpoint = SourcedEndpoint();
  ASSERT_OK_AND_ASSIGN(const auto again,
                       AssembleMessage(MustSplit(endpoint), TraitsOf(endpoint),
                                       Sources::kInclude));
  EXPECT_TRUE(MessageDifferencer::Equals(*again, endpoint))
      << again->DebugString();
}

TEST(RecordCodecTest, AValueThatDoesNotParseIsNamedOrLeftOut) {
  v1::Trial trial;
  trial.set_title("T");
  auto values = MustSplit(trial);
  // Not UTF-8.
  values.push_back({{3, MergeKind::kRegister, ""}, "\x1A\x01\xFF"});
  EXPECT_THAT(AssembleMessage(values, TraitsOf(trial), Sources::kOmit),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("acronym")));
  std::vector<FieldPath> unreadable;
  ASSERT_OK_AND_ASSIGN(
      const auto read,
      AssembleMessage(values, TraitsOf(trial), Sources::kOmit, &unreadable));
  EXPECT_TRUE(MessageDifferencer::Equals(*read, trial));
  EXPECT_THAT(unreadable, ElementsAre(FieldPath{3, MergeKind::kRegister, ""}));
}

TEST(RecordCodecTest, AValueOfAnotherFieldIsRefused) {
  v1::Trial trial;
  trial.set_title("T");
  trial.set_acronym("A");
  const std::string both = Encode(trial);
  const std::string title = MustSplit(trial)[0].value;
  const struct {
    const char* name;
    FieldPath path;
    std::string value;
    bool ok;
  } kCases[] = {
      {"its own", {2, MergeKind::kRegister, ""}, title, true},
      {"absent", {2, MergeKind::kRegister, ""}, "", true},
      {"another", {3, MergeKind::kRegister, ""}, title, false},
      {"two fields", {2, MergeKind::kRegister, ""}, both, false},
      {"two elements", {2, MergeKind::kKeyed, "k"}, title + title, false},
      {"a list as one register",
       {2, MergeKind::kRegister, ""},
       title + title,
       true},
      {"truncated",
       {2, MergeKind::kRegister, ""},
       title.substr(0, title.size() - 1),
       false},
      {"a number as an element",
       {2, MergeKind::kKeyed, "k"},
       "\x10\x01",
       false},
      {"a number as a member", {2, MergeKind::kSet, "1"}, "\x10\x01", true},
      {"no tag", {2, MergeKind::kRegister, ""}, std::string(1, '\0'), false},
      {"a group that ends nothing",
       {2, MergeKind::kRegister, ""},
       "\x14",
       false},
  };
  for (const auto& test : kCases) {
    EXPECT_EQ(CheckValueShape(test.path, test.value).ok(), test.ok)
        << test.name;
  }
}

TEST(RecordCodecTest, OutputOnlyFieldsAreEmptiedAtEveryDepth) {
  v1::Endpoint endpoint = SourcedEndpoint();
  endpoint.set_etag("\"e\"");
  ClearOutputOnly(endpoint);
  EXPECT_FALSE(endpoint.has_etag());
  EXPECT_FALSE(endpoint.estimates(0).has_key());
  EXPECT_EQ(endpoint.estimates(0).report(), "a");
}

}  // namespace
}  // namespace consilium

#include "storage/change/change.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/escaping.h"
#include "proto/base/errors.h"
#include "storage/change/change_hash.h"
#include "tests/storage/change/sample_changes.h"
#include "tests/storage/digest/vectors.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using testing::HasSubstr;

constexpr auto kDamage = absl::StatusCode::kDataLoss;

std::vector<Dot> ReadDots(const Vector& dots) {
  std::vector<Dot> read;
  for (const Vector& dot : dots.list()) {
    read.push_back({*ReplicaId::FromBytes(dot["replica"].bytes()),
                    dot["sequence"].number()});
  }
  return read;
}

ChangeDraft ReadDraft(const Vector& written) {
  ChangeDraft draft;
  draft.registry_id = written["registry"].bytes();
  draft.dot = {*ReplicaId::FromBytes(written["replica"].bytes()),
               written["sequence"].number()};
  draft.previous_hash = written["previous"].bytes();
  for (const Vector& entry : written["dependencies"].list()) {
    draft.dependencies.Advance(*ReplicaId::FromBytes(entry["replica"].bytes()),
                               entry["sequence"].number(),
                               entry["hash"].bytes());
  }
  draft.logical_clock = written["logical_clock"].number();
  draft.claimed_time =
      absl::FromUnixMicros(written["claimed_time_us"].number());
  draft.author = written["author"].text();
  draft.message = written["message"].text();
  draft.mode = static_cast<stored::v1::ChangeMode>(written["mode"].number());
  for (const Vector& record : written["records"].list()) {
    RecordDraft& added = draft.records.emplace_back();
    added.name = record["name"].text();
    added.covered = ReadDots(record["covered"]);
    for (const Vector& a : record["assignments"].list()) {
      added.assignments.push_back(
          {{static_cast<int32_t>(a["field"].number()),
            static_cast<MergeKind>(a["kind"].number()), a["key"].text()},
           a["value"].bytes(),
           a["source"].bytes(),
           ReadDots(a["superseded"])});
    }
  }
  return draft;
}

TEST(Change, HasThePublishedBytesAndHashes) {
  const auto cases = ReadVectors()["changes"].list();
  ASSERT_FALSE(cases.empty());
  for (const Vector& expected : cases) {
    const BuiltChange built = BuildChange(ReadDraft(expected["draft"]),
                                          expected["draft"]["salt"].bytes());
    EXPECT_EQ(absl::BytesToHexString(built.bytes.header()),
              expected["header"].text());
    EXPECT_EQ(absl::BytesToHexString(built.bytes.outline()),
              expected["outline"].text());
    EXPECT_EQ(absl::BytesToHexString(built.bytes.values()),
              expected["values"].text());
    EXPECT_EQ(absl::BytesToHexString(built.commitments),
              expected["commitments"].text());
    EXPECT_EQ(absl::BytesToHexString(built.hash),
              expected["header_hash"].text());
    const ParsedChange parsed = MustParse(built.bytes);
    EXPECT_OK(parsed.admissibility());
    EXPECT_EQ(parsed.hash(), built.hash);
    EXPECT_EQ(absl::BytesToHexString(parsed.header().skeleton_hash()),
              expected["skeleton_hash"].text());
  }
}

// One assignment among `index` empty ones.
TEST(Change, CommitsToValuesAsPublished) {
  for (const Vector& expected : ReadVectors()["commitments"].list()) {
    const auto index = static_cast<size_t>(expected["index"].number());
    ChangeDraft draft = SampleDraft(2);
    draft.records = {{"r", std::vector<AssignmentDraft>(index + 1), {}}};
    for (size_t i = 0; i <= index; ++i) {
      draft.records[0].assignments[i].path.field = static_cast<int32_t>(i + 1);
    }
    draft.records[0].assignments[index].value = expected["value"].bytes();
    draft.records[0].assignments[index].source = expected["source"].bytes();
    const BuiltChange built = BuildChange(draft, expected["salt"].bytes());
    EXPECT_EQ(absl::BytesToHexString(built.commitments.substr(32 * index, 32)),
              expected["commitment"].text());
  }
}

TEST(Change, ReadsBackWhatWasWritten) {
  const ChangeDraft draft = SampleDraft(2);
  const BuiltChange built = Build(draft);
  const ParsedChange parsed = MustParse(built.bytes);
  ASSERT_OK(parsed.admissibility());
  EXPECT_EQ(parsed.dot(), draft.dot);
  EXPECT_EQ(parsed.hash(), built.hash);
  EXPECT_EQ(parsed.commitments(), built.commitments);
  EXPECT_EQ(parsed.dependencies(), draft.dependencies);
  EXPECT_FALSE(parsed.withheld());
  EXPECT_EQ(parsed.header().author(), draft.author);
  EXPECT_EQ(parsed.header().claimed_time().seconds(), 1'700'000'000);
  ASSERT_EQ(parsed.records().size(), draft.records.size());
  size_t index = 0;
  for (size_t r = 0; r < draft.records.size(); ++r) {
    const RecordDraft& wanted = draft.records[r];
    const ParsedRecord& record = parsed.records()[r];
    EXPECT_EQ(record.name, wanted.name);
    EXPECT_EQ(record.covered, wanted.covered);
    ASSERT_EQ(record.assignments.size(), wanted.assignments.size());
    for (size_t a = 0; a < wanted.assignments.size(); ++a, ++index) {
      const ParsedAssignment& assignment = record.assignments[a];
      EXPECT_EQ(assignment.path, wanted.assignments[a].path);
      EXPECT_EQ(assignment.value, wanted.assignments[a].value);
      EXPECT_EQ(assignment.source, wanted.assignments[a].source);
      EXPECT_EQ(assignment.superseded, wanted.assignments[a].superseded);
      EXPECT_EQ(assignment.commitment,
                built.commitments.substr(32 * index, 32));
      EXPECT_FALSE(assignment.withheld);
    }
  }
}

TEST(Change, ViewsSurviveAMove) {
  ParsedChange parsed = MustParse(Build(SampleDraft(2)).bytes);
  const ParsedChange moved = std::move(parsed);
  EXPECT_EQ(moved.records()[0].name, "trials/a");
  EXPECT_EQ(moved.records()[0].assignments[0].value, "value one");
}

TEST(Change, TakesAnotherSaltEachTime) {
  const ChangeDraft draft = SampleDraft(2);
  const BuiltChange a = BuildChange(draft);
  const BuiltChange b = BuildChange(draft);
  EXPECT_NE(a.commitments, b.commitments);
  EXPECT_NE(a.hash, b.hash);
  EXPECT_EQ(a.bytes.outline(), b.bytes.outline());
}

TEST(Change, IsTheSameWithItsValuesWithheld) {
  const BuiltChange built = Build(SampleDraft(2));
  const ParsedChange parsed = MustParse(Withhold(built));
  ASSERT_OK(parsed.admissibility());
  EXPECT_TRUE(parsed.withheld());
  EXPECT_EQ(parsed.hash(), built.hash);
  EXPECT_EQ(parsed.commitments(), built.commitments);
  const ParsedAssignment& assignment = parsed.records()[0].assignments[0];
  EXPECT_TRUE(assignment.withheld);
  EXPECT_EQ(assignment.value, "");
  EXPECT_EQ(assignment.commitment, built.commitments.substr(0, 32));
}

TEST(Change, RefusesOtherFormatVersions) {
  for (const int32_t version : {0, 2, -1}) {
    BuiltChange built = Build(SampleDraft(2));
    stored::v1::ChangeHeader header;
    ASSERT_TRUE(header.ParseFromString(built.bytes.header()));
    header.set_format_version(version);
    built.bytes.set_header(header.SerializeAsString());
    const auto parsed = ParsedChange::Parse(built.bytes);
    EXPECT_THAT(parsed, StatusIs(absl::StatusCode::kFailedPrecondition,
                                 HasSubstr(std::to_string(version))));
    EXPECT_EQ(GetErrorReason(parsed.status()), "FORMAT_VERSION_UNSUPPORTED");
  }
}

// A later minor release may add fields; they are part of what is hashed.
TEST(Change, IgnoresButKeepsFieldsItDoesNotKnow) {
  const std::string unknown("\xfa\x3e\x03new", 6);  // 1007: "new"
  BuiltChange built = Build(SampleDraft(2));
  stored::v1::Outline outline;
  ASSERT_TRUE(outline.ParseFromString(built.bytes.outline()));
  const auto add = [&](google::protobuf::Message* message) {
    ASSERT_TRUE(message->MergeFromString(unknown));
  };
  add(&outline);
  add(outline.mutable_records(0));
  add(outline.mutable_records(0)->mutable_assignments(0));
  add(outline.mutable_records(0)->mutable_assignments(0)->mutable_superseded(
      0));
  built.bytes.set_outline(outline.SerializeAsString());

  // What the author's newer release would have written.
  stored::v1::Change withheld = Withhold(built);
  stored::v1::ChangeHeader header;
  ASSERT_TRUE(header.ParseFromString(built.bytes.header()));
  EXPECT_THAT(ParsedChange::Parse(withheld), StatusIs(kDamage));
  add(&header);
  header.set_skeleton_hash(
      SkeletonHash(built.bytes.outline(), built.commitments));
  withheld.set_header(header.SerializeAsString());
  const ParsedChange parsed = MustParse(withheld);
  EXPECT_OK(parsed.admissibility());
  EXPECT_EQ(parsed.records()[0].assignments[0].superseded,
            SampleDraft(2).records[0].assignments[0].superseded);
  EXPECT_NE(parsed.hash(), built.hash);
}

TEST(Change, GenesisNamesItsRegistry) {
  const GenesisSample sample;
  const BuiltChange built = Build(sample.draft);
  const ParsedChange parsed = MustParse(built.bytes);
  ASSERT_OK(parsed.admissibility());
  EXPECT_EQ(RegistryIdOf(built.hash), built.hash);
  EXPECT_OK(VerifyOpening(parsed.header().opening(),
                          parsed.header().genesis().nonce(),
                          parsed.dot().replica));
}

TEST(VerifyOpening, AcceptsOnlyWhatTheInstitutionSigned) {
  const auto opening =
      MakeOpening(SampleRegistry(), "north", KeyOf('i'), SampleKey());
  EXPECT_OK(VerifyOpening(opening, SampleRegistry(), SampleReplica()));

  using Opening = stored::v1::ReplicaOpening;
  struct Case {
    const char* name;
    void (*spoil)(Opening&);
  };
  const Case cases[] = {
      {"other institution", [](Opening& o) { o.set_institution("south"); }},
      {"no institution", [](Opening& o) { o.clear_institution(); }},
      {"other replica key",
       [](Opening& o) { o.set_replica_key(KeyOf('z').public_key()); }},
      {"other institution key",
       [](Opening& o) { o.set_institution_key(KeyOf('z').public_key()); }},
      {"short key", [](Opening& o) { o.mutable_replica_key()->pop_back(); }},
      {"no certificate", [](Opening& o) { o.clear_certificate(); }},
      {"changed certificate",
       [](Opening& o) { (*o.mutable_certificate())[9] ^= 1; }},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    Opening spoiled = opening;
    c.spoil(spoiled);
    const absl::Status status =
        VerifyOpening(spoiled, SampleRegistry(), SampleReplica());
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument));
    EXPECT_EQ(GetErrorReason(status), "REPLICA_NOT_CERTIFIED");
  }
  EXPECT_FALSE(
      VerifyOpening(opening, std::string(32, 'X'), SampleReplica()).ok());
  EXPECT_FALSE(VerifyOpening(opening, SampleRegistry(), Replica('x')).ok());
}

}  // namespace
}  // namespace consilium

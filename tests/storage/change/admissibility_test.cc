// The rules that the content of a change must keep to.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "absl/strings/str_cat.h"
#include "proto/base/errors.h"
#include "proto/base/limits.h"
#include "storage/change/change.h"
#include "storage/change/change_hash.h"
#include "storage/change/limits.h"
#include "tests/storage/change/sample_changes.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using testing::HasSubstr;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

absl::Status Judge(const ChangeDraft& draft) {
  const ParsedChange parsed = MustParse(Build(draft).bytes);
  if (!parsed.admissibility().ok()) {
    EXPECT_TRUE(parsed.records().empty());
    EXPECT_TRUE(parsed.dependencies().empty());
    EXPECT_EQ(parsed.dot(), draft.dot);
    EXPECT_EQ(GetErrorReason(parsed.admissibility()), "CHANGE_INADMISSIBLE");
  }
  return parsed.admissibility();
}

AssignmentDraft Register(int32_t field, std::string value = "v") {
  return {{field, MergeKind::kRegister, ""}, std::move(value), "", {}};
}

struct DraftCase {
  std::string name;
  std::function<void(ChangeDraft&)> spoil;
  std::string message;

  friend std::ostream& operator<<(std::ostream& out, const DraftCase& c) {
    return out << c.name;
  }
};

class InadmissibleDraft : public testing::TestWithParam<DraftCase> {};

// The author's check refuses it as every receiver does.
TEST_P(InadmissibleDraft, IsRefused) {
  ChangeDraft draft = SampleDraft(5);
  ASSERT_OK(Judge(draft));
  ASSERT_OK(CheckDraft(draft));
  GetParam().spoil(draft);
  EXPECT_THAT(Judge(draft), StatusIs(kInvalid, HasSubstr(GetParam().message)));
  EXPECT_THAT(CheckDraft(draft),
              StatusIs(kInvalid, HasSubstr(GetParam().message)));
  EXPECT_EQ(GetErrorReason(CheckDraft(draft)), "CHANGE_INADMISSIBLE");
}

std::vector<Dot> Dots(size_t count) {
  std::vector<Dot> dots;
  for (size_t i = 1; i <= count; ++i) {
    dots.push_back({Replica('d'), static_cast<int64_t>(i)});
  }
  return dots;
}

FieldPath& FirstPath(ChangeDraft& d) {
  return d.records[0].assignments[0].path;
}

INSTANTIATE_TEST_SUITE_P(
    Records, InadmissibleDraft,
    testing::ValuesIn(std::vector<DraftCase>{
        {"RecordsOutOfOrder",
         [](auto& d) { std::swap(d.records[0], d.records[1]); }, "names"},
        {"RecordTwice", [](auto& d) { d.records[1].name = d.records[0].name; },
         "names"},
        {"RecordUnnamed", [](auto& d) { d.records[0].name = ""; }, "empty"},
        {"NameNoUtf8", [](auto& d) { d.records[0].name = "a\xff"; }, "UTF-8"},
        {"NameTooLong",
         [](auto& d) {
           d.records[0].name = std::string(kRecordNameSizeMax + 1, 'a');
         },
         "record name size in bytes"},
        {"RecordWithoutAssignment",
         [](auto& d) { d.records[0].assignments.clear(); },
         "without an assignment"},
        {"PathsOutOfOrder",
         [](auto& d) {
           std::swap(d.records[0].assignments[0], d.records[0].assignments[1]);
         },
         "paths"},
        {"PathTwice",
         [](auto& d) {
           d.records[0].assignments[1].path = d.records[0].assignments[0].path;
         },
         "paths"},
        {"FieldZero", [](auto& d) { FirstPath(d).field = 0; }, "number"},
        {"FieldTooHigh", [](auto& d) { FirstPath(d).field = 1 << 29; },
         "number"},
        {"RegisterWithKey", [](auto& d) { FirstPath(d).key = "k"; },
         "register has a key"},
        {"KeyedWithoutKey",
         [](auto& d) { FirstPath(d).kind = MergeKind::kKeyed; }, "no key"},
        {"KeyTooLong",
         [](auto& d) {
           FirstPath(d) = {2, MergeKind::kSet,
                           std::string(kElementKeySizeMax + 1, 'k')};
         },
         "key size in bytes"},
        {"ValueTooLong",
         [](auto& d) {
           d.records[0].assignments[0].value.assign(kValueSizeMax + 1, 'v');
         },
         absl::StrCat("value size in bytes is ", kValueSizeMax + 1,
                      ", and at most ", kValueSizeMax)},
        {"SourceTooLong",
         [](auto& d) {
           d.records[0].assignments[0].source.assign(kValueSizeMax + 1, 'v');
         },
         "source size in bytes"},
        {"DotsOutOfOrder",
         [](auto& d) {
           auto& dots = d.records[0].assignments[0].superseded;
           std::swap(dots[0], dots[1]);
         },
         "dots are not in ascending order"},
        {"DotTwice",
         [](auto& d) {
           auto& dots = d.records[0].assignments[0].superseded;
           dots[1] = dots[0];
         },
         "dots are not in ascending order"},
        {"DotWithSequenceZero",
         [](auto& d) { d.records[1].covered[0].sequence = 0; }, "below 1"},
        {"SupersedesItself",
         [](auto& d) { d.records[0].assignments[0].superseded = {d.dot}; },
         "the change itself"},
        {"CoversItsFuture",
         [](auto& d) {
           d.records[1].covered = {{d.dot.replica, d.dot.sequence + 1}};
         },
         "the change itself"},
        {"TooManySuperseded",
         [](auto& d) {
           d.records[0].assignments[0].superseded =
               Dots(kSupersededPerAssignmentMax + 1);
         },
         "superseded dots of an assignment is 10001, and at most 10000"},
        {"TooManyCovered",
         [](auto& d) { d.records[0].covered = Dots(kCoveredPerRecordMax + 1); },
         "covered dots of a record is 50001, and at most 50000"},
        {"AuthorTooLong",
         [](auto& d) { d.author.assign(kAuthorSizeMax + 1, 'a'); },
         "author size"},
        {"MessageTooLong",
         [](auto& d) { d.message.assign(kChangeMessageSizeMax + 1, 'a'); },
         "message size"},
    }),
    [](const auto& info) { return info.param.name; });

TEST(Admissibility, CountsDotsOverTheWholeChange) {
  ChangeDraft draft = SampleDraft(5);
  draft.records = {{"r", {}, {}}};
  for (int32_t field = 1; field <= 51; ++field) {
    draft.records[0].assignments.push_back(Register(field));
    draft.records[0].assignments.back().superseded = Dots(10'000);
  }
  EXPECT_THAT(Judge(draft), StatusIs(kInvalid, HasSubstr("500000")));
  draft.records[0].assignments.pop_back();
  EXPECT_OK(Judge(draft));
}

TEST(Admissibility, AllowsEverythingUpToItsLimit) {
  ChangeDraft draft = SampleDraft(5);
  draft.author.assign(kAuthorSizeMax, 'a');
  draft.message.assign(kChangeMessageSizeMax, 'm');
  draft.records = {{std::string(kRecordNameSizeMax, 'r'), {}, {}}};
  auto& assignments = draft.records[0].assignments;
  for (int32_t field = 1; field < 50'000; ++field) {
    assignments.push_back(Register(field));
  }
  assignments.push_back(
      {{50'000, MergeKind::kKeyed, std::string(kElementKeySizeMax, 'k')},
       std::string(kValueSizeMax, 'v'),
       std::string(kValueSizeMax, 's'),
       Dots(kSupersededPerAssignmentMax)});
  EXPECT_OK(CheckDraft(draft));
  EXPECT_OK(Judge(draft));
  assignments.push_back(Register(50'001));
  EXPECT_THAT(CheckDraft(draft), StatusIs(kInvalid, HasSubstr("50000")));
  // More than a change may hold is not even read.
  EXPECT_THAT(ParsedChange::Parse(Build(draft).bytes),
              StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(ParsedChange::Parse(Withhold(Build(draft))),
              StatusIs(absl::StatusCode::kDataLoss));
}

TEST(Admissibility, AllowsAnEmptyChange) {
  ChangeDraft draft = SampleDraft(5);
  draft.records.clear();
  EXPECT_OK(Judge(draft));
}

TEST(Admissibility, AllowsAnEmptyMemberOfASet) {
  ChangeDraft draft = SampleDraft(5);
  FirstPath(draft) = {2, MergeKind::kSet, ""};
  EXPECT_OK(Judge(draft));
}

struct HeaderCase {
  std::string name;
  std::function<void(stored::v1::ChangeHeader&)> spoil;

  friend std::ostream& operator<<(std::ostream& out, const HeaderCase& c) {
    return out << c.name;
  }
};

class InadmissibleHeader : public testing::TestWithParam<HeaderCase> {};

TEST_P(InadmissibleHeader, IsRefused) {
  stored::v1::Change change = Build(SampleDraft(5)).bytes;
  stored::v1::ChangeHeader header;
  ASSERT_TRUE(header.ParseFromString(change.header()));
  GetParam().spoil(header);
  change.set_header(header.SerializeAsString());
  const ParsedChange parsed = MustParse(change);
  EXPECT_THAT(parsed.admissibility(), StatusIs(kInvalid));
  EXPECT_EQ(GetErrorReason(parsed.admissibility()), "CHANGE_INADMISSIBLE");
  EXPECT_TRUE(parsed.records().empty());
}

void OpenAsFirst(stored::v1::ChangeHeader& header) {
  header.set_sequence(1);
  header.clear_previous();
  *header.mutable_opening() = GenesisSample().opening;
}

void FoundRegistry(stored::v1::ChangeHeader& header) {
  OpenAsFirst(header);
  header.clear_registry();
  header.clear_dependencies();
  *header.mutable_genesis() = GenesisSample().genesis;
}

INSTANTIATE_TEST_SUITE_P(
    Headers, InadmissibleHeader,
    testing::ValuesIn(std::vector<HeaderCase>{
        {"NoRegistry", [](auto& h) { h.clear_registry(); }},
        {"ShortRegistry", [](auto& h) { h.set_registry("abc"); }},
        {"NoPrevious", [](auto& h) { h.clear_previous(); }},
        {"ShortPrevious", [](auto& h) { h.set_previous("abc"); }},
        {"PreviousOfTheFirst",
         [](auto& h) {
           OpenAsFirst(h);
           h.set_previous(std::string(32, 'p'));
         }},
        {"OpensLate",
         [](auto& h) { *h.mutable_opening() = GenesisSample().opening; }},
        {"OpensNever",
         [](auto& h) {
           OpenAsFirst(h);
           h.clear_opening();
         }},
        {"OpensNameless",
         [](auto& h) {
           OpenAsFirst(h);
           h.mutable_opening()->clear_institution();
         }},
        {"OpensLongName",
         [](auto& h) {
           OpenAsFirst(h);
           h.mutable_opening()->set_institution(std::string(101, 'i'));
         }},
        {"OpensWithShortKey",
         [](auto& h) {
           OpenAsFirst(h);
           h.mutable_opening()->set_institution_key("abc");
         }},
        {"OpensWithoutCertificate",
         [](auto& h) {
           OpenAsFirst(h);
           h.mutable_opening()->clear_certificate();
         }},
        {"FoundsLate",
         [](auto& h) {
           h.clear_registry();
           *h.mutable_genesis() = GenesisSample().genesis;
         }},
        {"FoundsWithDependencies",
         [](auto& h) {
           const auto dependencies = h.dependencies();
           FoundRegistry(h);
           *h.mutable_dependencies() = dependencies;
         }},
        {"FoundsInAnotherRegistry",
         [](auto& h) {
           FoundRegistry(h);
           h.set_registry(std::string(32, 'r'));
         }},
        {"FoundsWithShortNonce",
         [](auto& h) {
           FoundRegistry(h);
           h.mutable_genesis()->set_nonce("abc");
         }},
        {"FoundsNameless",
         [](auto& h) {
           FoundRegistry(h);
           h.mutable_genesis()->clear_registry();
         }},
        {"DependsOnItself",
         [](auto& h) { h.mutable_dependencies(0)->set_replica(h.replica()); }},
        {"DependencyTwice",
         [](auto& h) {
           const auto entry = h.dependencies(0);
           *h.add_dependencies() = entry;
         }},
        {"DependencyMalformed",
         [](auto& h) { h.mutable_dependencies(0)->clear_hash(); }},
        {"ClockBelowSequence", [](auto& h) { h.set_logical_clock(4); }},
        {"ClockNegative", [](auto& h) { h.set_logical_clock(-1); }},
        {"TimeTooLate",
         [](auto& h) {
           h.mutable_claimed_time()->set_seconds(253'402'300'800);
         }},
        {"NanosTooMany",
         [](auto& h) { h.mutable_claimed_time()->set_nanos(1'000'000'000); }},
        {"NoMode", [](auto& h) { h.clear_mode(); }},
        {"UnknownMode",
         [](auto& h) { h.set_mode(static_cast<stored::v1::ChangeMode>(9)); }},
    }),
    [](const auto& info) { return info.param.name; });

TEST(Admissibility, AllowsFirstChangesAndGenesis) {
  for (auto* const make : {&OpenAsFirst, &FoundRegistry}) {
    stored::v1::Change change = Build(SampleDraft(5)).bytes;
    stored::v1::ChangeHeader header;
    ASSERT_TRUE(header.ParseFromString(change.header()));
    make(header);
    change.set_header(header.SerializeAsString());
    EXPECT_OK(MustParse(change).admissibility());
  }
}

// Outlines that no draft gives, under hashes that fit.
absl::Status JudgeOutline(std::function<void(stored::v1::Outline&)> spoil) {
  const BuiltChange built = Build(SampleDraft(5));
  stored::v1::Outline outline;
  outline.ParseFromString(built.bytes.outline());
  spoil(outline);
  stored::v1::Change change = built.bytes;
  change.set_outline(outline.SerializeAsString());
  stored::v1::ChangeHeader header;
  header.ParseFromString(change.header());
  header.set_skeleton_hash(SkeletonHash(change.outline(), built.commitments));
  change.set_header(header.SerializeAsString());
  return MustParse(change).admissibility();
}

TEST(Admissibility, RefusesOutlinesThatDoNotHoldTogether) {
  using Outline = stored::v1::Outline;
  ASSERT_OK(JudgeOutline([](Outline&) {}));
  const std::function<void(Outline&)> cases[] = {
      [](auto& o) { o.set_replicas(0, "short"); },
      [](auto& o) { o.mutable_replicas()->SwapElements(0, 1); },
      [](auto& o) { o.set_replicas(1, o.replicas(0)); },
      [](auto& o) { o.clear_replicas(); },
      [](auto& o) { o.mutable_replicas()->RemoveLast(); },
      [](auto& o) {
        o.mutable_records(0)
            ->mutable_assignments(0)
            ->mutable_superseded(0)
            ->set_replica(2);
      },
      [](auto& o) {
        o.mutable_records(0)
            ->mutable_assignments(0)
            ->mutable_superseded(0)
            ->set_replica(-1);
      },
      [](auto& o) {
        o.mutable_records(0)->mutable_assignments(0)->clear_kind();
      },
      [](auto& o) {
        o.mutable_records(0)->mutable_assignments(0)->set_kind(4);
      },
      [](auto& o) {
        o.mutable_records(0)->mutable_assignments(0)->set_field(-1);
      },
      [](auto& o) { o.mutable_records()->RemoveLast(); },
      [](auto& o) {
        auto& record = *o.mutable_records(1);
        *record.add_assignments() = record.assignments(0);
        record.mutable_assignments(1)->set_field(9);
      },
      [](auto& o) { o.add_records()->set_name("z"); },
      [](auto& o) { o.Clear(); },
  };
  int number = 0;
  for (const auto& spoil : cases) {
    SCOPED_TRACE(number++);
    const absl::Status status = JudgeOutline(spoil);
    EXPECT_THAT(status, StatusIs(kInvalid));
    EXPECT_EQ(GetErrorReason(status), "CHANGE_INADMISSIBLE");
  }
}

TEST(Admissibility, RefusesAnOutlineThatIsNoMessage) {
  const BuiltChange built = Build(SampleDraft(5));
  for (const std::string& outline :
       {std::string("\xff"),
        std::string("\x12\x05"
                    "abc"),
        built.bytes.outline() + "\x0b",
        built.bytes.outline().substr(0, built.bytes.outline().size() - 1)}) {
    stored::v1::Change change = built.bytes;
    change.set_outline(outline);
    stored::v1::ChangeHeader header;
    ASSERT_TRUE(header.ParseFromString(change.header()));
    header.set_skeleton_hash(SkeletonHash(outline, built.commitments));
    change.set_header(header.SerializeAsString());
    EXPECT_THAT(MustParse(change).admissibility(), StatusIs(kInvalid));
  }
}

// Every dot of `lists`, as protobuf reads them.
std::vector<Dot> DotsOf(
    const google::protobuf::RepeatedPtrField<stored::v1::DotList>& lists,
    const stored::v1::Outline& outline) {
  std::vector<Dot> dots;
  for (const auto& list : lists) {
    for (const int64_t sequence : list.sequences()) {
      dots.push_back(
          {*ReplicaId::FromBytes(outline.replicas(list.replica())), sequence});
    }
  }
  return dots;
}

// Expects that `parsed` says what protobuf reads in `encoded`.
void ExpectSameAsProtobuf(const ParsedChange& parsed,
                          const std::string& encoded) {
  stored::v1::Outline outline;
  ASSERT_TRUE(outline.ParseFromString(encoded));
  ASSERT_EQ(parsed.records().size(),
            static_cast<size_t>(outline.records_size()));
  for (int r = 0; r < outline.records_size(); ++r) {
    const ParsedRecord& record = parsed.records()[r];
    const auto& expected = outline.records(r);
    EXPECT_EQ(record.name, expected.name());
    EXPECT_EQ(record.covered, DotsOf(expected.covered(), outline));
    ASSERT_EQ(record.assignments.size(),
              static_cast<size_t>(expected.assignments_size()));
    for (int a = 0; a < expected.assignments_size(); ++a) {
      const ParsedAssignment& assignment = record.assignments[a];
      EXPECT_EQ(assignment.path.field, expected.assignments(a).field());
      EXPECT_EQ(static_cast<int>(assignment.path.kind),
                expected.assignments(a).kind());
      EXPECT_EQ(assignment.path.key, expected.assignments(a).key());
      EXPECT_EQ(assignment.superseded,
                DotsOf(expected.assignments(a).superseded(), outline));
    }
  }
}

// An author may sign anything at all.
TEST(Admissibility, ReadsBrokenOutlinesAsProtobufDoesOrRefusesThem) {
  const BuiltChange built = Build(SampleDraft(5));
  std::mt19937 random(11);
  int admitted = 0;
  for (int i = 0; i < 30'000; ++i) {
    SCOPED_TRACE(i);
    std::string outline = built.bytes.outline();
    for (unsigned n = 0; n <= i % 3u; ++n) {
      const size_t at = random() % outline.size();
      switch (random() % 3) {
        case 0:
          outline[at] = static_cast<char>(random());
          break;
        case 1:
          outline.insert(at, 1, static_cast<char>(random()));
          break;
        default:
          outline.erase(at, 1 + random() % 3);
      }
    }
    stored::v1::Change change = built.bytes;
    change.set_outline(outline);
    stored::v1::ChangeHeader header;
    ASSERT_TRUE(header.ParseFromString(change.header()));
    header.set_skeleton_hash(SkeletonHash(outline, built.commitments));
    change.set_header(header.SerializeAsString());
    const ParsedChange parsed = MustParse(change);
    if (!parsed.admissibility().ok()) continue;
    ++admitted;
    ExpectSameAsProtobuf(parsed, outline);
    if (testing::Test::HasFailure()) return;
  }
  EXPECT_GT(admitted, 100);
}

}  // namespace
}  // namespace consilium

#include "client/cli/evidence.h"

#include <string>
#include <utility>
#include <vector>

#include "client/cli/apply_plan.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/base/errors.h"
#include "proto/base/record_traits.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct NamedText {
  std::string file;
  std::string text;
};

struct ReadResult {
  Evidence evidence;
  TextProblems problems;

  std::string Message() const {
    return std::string(problems.ToStatus("problems:").message());
  }
  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const EvidenceRecord& record : evidence.records()) {
      names.push_back(record.RelativeName());
    }
    return names;
  }
};

ReadResult Read(const std::vector<NamedText>& files) {
  ReadResult result;
  for (const NamedText& file : files) {
    result.evidence.AddFile(file.file, file.text, result.problems);
  }
  result.evidence.CheckNames(result.problems);
  return result;
}

TEST(EvidenceTest, ReadsAStudyParentsFirst) {
  const ReadResult result = Read({{"a.yaml", R"(arms:
  - id: drug
    title: Drug
trial:
  id: nct1
  title: A trial
publications:
  - id: pmid-1
    title: A paper
)"}});
  ASSERT_TRUE(result.problems.empty()) << result.Message();
  EXPECT_THAT(result.Names(), ElementsAre("publications/pmid-1", "trials/nct1",
                                          "trials/nct1/arms/drug"));
}

TEST(EvidenceTest, ReadsJsonAndTheNamesThatGetPrints) {
  const ReadResult result = Read({{"a.json", R"({
    "trials": [{"name": "registries/r/trials/nct1", "title": "A",
                "etag": "\"x\""}],
    "arms": [{"name": "trials/nct2/arms/b", "title": "B"}]})"}});
  ASSERT_TRUE(result.problems.empty()) << result.Message();
  EXPECT_THAT(result.Names(), ElementsAre("trials/nct1", "trials/nct2/arms/b"));
}

TEST(EvidenceTest, ChildrenNameTheirTrialWhereThereAreSeveral) {
  const std::string text = R"(trials:
  - {id: t1, title: One}
  - {id: t2, title: Two}
arms:
  - {id: a, trial: t2, title: A}
  - {id: b, title: B}
)";
  const ReadResult result = Read({{"a.yaml", text}});
  EXPECT_EQ(result.problems.count(), 1u);
  EXPECT_THAT(result.Message(),
              HasSubstr("a.yaml:6:5: arms[1]: says not of which trial it is, "
                        "and the file has 2; want `trial: ID`"));
}

TEST(EvidenceTest, AChildMayStandUnderATrialOfAnotherFile) {
  const ReadResult result =
      Read({{"a.yaml", "arms:\n  - {id: a, trial: t9, title: A}\n"}});
  ASSERT_TRUE(result.problems.empty()) << result.Message();
  EXPECT_THAT(result.Names(), ElementsAre("trials/t9/arms/a"));
}

TEST(EvidenceTest, AParentWithoutAnIdIsRemembered) {
  const ReadResult result = Read({{"a.yaml", R"(trial: {title: A}
arms:
  - {id: a, title: A}
)"}});
  ASSERT_TRUE(result.problems.empty()) << result.Message();
  EXPECT_EQ(result.evidence.records()[1].parent_index, 0u);
}

TEST(EvidenceTest, ReportsEverythingOfAllFilesAtOnce) {
  const ReadResult result = Read({{"a.yaml", R"(trial:
  id: t1
  titel: A
adverseEvents:
  - id: rash
    term: rash
    counts:
      - report: pmid-1
        group: {arms: [a]}
        grade: {kind: at-least, low: 7}
        percentage: 130
)"},
                                  {"b.yaml", R"(endpoints:
  - id: pfs
    trial: t1
    measure: progression-free-survival
    estimates:
      - report: pmid-1
        group: {arms: [a]}
        statistic: median
        value: .nan
        unit: mo
      - report: pmid-1
        group: {arms: [b]}
        statistic: median
        value: 3
        unit: parsec
        interval: {level: 95, low: 4, high: 6}
)"}});
  EXPECT_EQ(result.problems.count(), 6u) << result.Message();
  EXPECT_THAT(
      result.Message(),
      AllOf(HasSubstr("a.yaml:3:3: trial: \"titel\" is no field of Trial; did "
                      "you mean \"title\"?"),
            HasSubstr("a.yaml:10:38: adverseEvents[0].counts[0].grade.low: 7"),
            HasSubstr("a.yaml:11:21: adverseEvents[0].counts[0].percentage: "
                      "130"),
            HasSubstr("b.yaml:9:16: endpoints[0].estimates[0].value: \".nan\""),
            HasSubstr("b.yaml:14:16: endpoints[0].estimates[1].value: 3 lies "
                      "outside its interval 4 to 6"),
            HasSubstr("b.yaml:15:15: endpoints[0].estimates[1].unit: "
                      "\"parsec\"")));
}

TEST(EvidenceTest, TheSameRecordTwiceNamesBothPlaces) {
  const NamedText a = {"a.yaml", "\ntrial: {id: t1, title: A}\n"};
  const NamedText b = {"b.yaml", "trial: {id: t1, title: B}\n"};
  const ReadResult result = Read({a, b});
  EXPECT_THAT(result.Message(),
              HasSubstr("b.yaml:1:8: trial: \"trials/t1\" is stated twice, "
                        "first at a.yaml:2; want it once"));
}

struct BadText {
  const char* name;
  std::string text;
  std::string want;
};

class BadTextTest : public testing::TestWithParam<BadText> {};

TEST_P(BadTextTest, SaysWhatAndWhere) {
  const ReadResult result = Read({{"f.yaml", GetParam().text}});
  ASSERT_FALSE(result.problems.empty());
  EXPECT_THAT(result.Message(), HasSubstr(GetParam().want));
}

INSTANTIATE_TEST_SUITE_P(
    Texts, BadTextTest,
    testing::Values(
        BadText{"UnknownKind", "trail: {id: a}\n",
                "f.yaml:1:1: \"trail\" is no kind of record; did you mean "
                "\"trial\"?"},
        BadText{"ServerMadeKind", "snapshots: []\n",
                "\"snapshots\" is no kind of record"},
        BadText{"OneRecord", "id: t\ntitle: A\n",
                "f.yaml:1:1: holds no records; want them under the keys "
                "adverseEvents, arms,"},
        BadText{"NoMapping", "- a\n", "holds no mapping"},
        BadText{"Empty", "# nothing\n", "is empty"},
        BadText{"Truncated", "trial:\n  title: A",
                "f.yaml:2:11: the text does not end with a line break"},
        BadText{"NoUtf8", "trial: {title: \"\xff\"}\n", "is not UTF-8"},
        BadText{"CollectionOfOne", "trials: {id: a, title: A}\n",
                "trials: is no list"},
        BadText{"BadId", "trial: {id: NCT 1, title: A}\n",
                "trial.id: \"NCT 1\" is no id"},
        BadText{"IdIsAList", "trial: {id: [a], title: A}\n",
                "trial.id: is no text; want an id"},
        BadText{"NameOfAnotherKind",
                "trial: {name: publications/a, title: A}\n",
                "\"publications/a\" names no trial"}),
    [](const auto& test) { return test.param.name; });

TEST(EvidenceTest, WorkEndsWithManyProblems) {
  std::string text = "publications:\n";
  for (int i = 0; i < 5000; ++i) text += "  - {titel: A}\n";
  const ReadResult result = Read({{"f.yaml", text}});
  EXPECT_EQ(result.problems.count(), 5000u);
  EXPECT_THAT(result.Message(), HasSubstr("and 4800 more problems"));
}

TEST(ApplyPlanTest, EverythingIsOneChangeWhenItFits) {
  const ReadResult result = Read({{"a.yaml", "trial: {id: t1, title: A}\n"},
                                  {"b.yaml", "trial: {id: t2, title: B}\n"}});
  const auto plan = PlanApply(result.evidence);
  ASSERT_EQ(plan.size(), 1u);
  EXPECT_EQ(plan.front().size(), 2u);
}

TEST(ApplyPlanTest, TooMuchForOneChangeGoesFileByFile) {
  std::vector<NamedText> files;
  for (int i = 0; i < 3; ++i) {
    std::string text = "publications:\n";
    for (int j = 0; j < 100; ++j) {
      text += "  - {id: p" + std::to_string(i) + "-" + std::to_string(j) +
              ", abstract: \"" + std::string(15000, 'x') + "\"}\n";
    }
    files.push_back({"f" + std::to_string(i) + ".yaml", text});
  }
  const ReadResult result = Read(files);
  ASSERT_TRUE(result.problems.empty()) << result.Message();
  EXPECT_EQ(PlanApply(result.evidence).size(), 3u);
}

TEST(ApplyPlanTest, NoChangeHasMoreRecordsThanServersTake) {
  Evidence evidence;
  for (int i = 0; i < 11; ++i) {
    std::vector<EvidenceRecord> records(1000);
    for (size_t j = 0; j < records.size(); ++j) {
      records[j].traits =
          RecordTraitsTable::Get().FindByCollection("publications");
      records[j].message = records[j].traits->New();
      records[j].id = "p" + std::to_string(i) + "-" + std::to_string(j);
    }
    evidence.AddRecords("f" + std::to_string(i), std::move(records));
  }
  size_t count = 0;
  const auto plan = PlanApply(evidence);
  EXPECT_GT(plan.size(), 1u);
  for (const ApplyGroup& group : plan) {
    EXPECT_LE(group.size(), 10'000u);
    count += group.size();
  }
  EXPECT_EQ(count, 11'000u);
}

TEST(ApplyPlanTest, SmallFilesGoTogetherWhereNotAllFit) {
  std::vector<NamedText> files;
  for (int i = 0; i < 40; ++i) {
    std::string text = "publications:\n";
    for (int j = 0; j < 10; ++j) {
      text += "  - {id: p" + std::to_string(i) + "-" + std::to_string(j) +
              ", abstract: \"" + std::string(15000, 'x') + "\"}\n";
    }
    files.push_back({"f" + std::to_string(10 + i) + ".yaml", text});
  }
  const ReadResult result = Read(files);
  ASSERT_TRUE(result.problems.empty()) << result.Message();
  const auto plan = PlanApply(result.evidence);
  ASSERT_EQ(plan.size(), 8u);
  std::vector<std::string> in_order;
  for (const ApplyGroup& group : plan) {
    EXPECT_EQ(group.size(), 50u) << "whole files of 150 kB";
    for (const EvidenceRecord* record : group) {
      if (in_order.empty() || in_order.back() != record->file) {
        in_order.push_back(record->file);
      }
    }
  }
  EXPECT_EQ(in_order, result.evidence.UnitsInOrderOfUse());
}

TEST(ApplyPlanTest, FilesThatReferToEachOtherGoInTheOrderGiven) {
  const ReadResult result =
      Read({{"a.yaml",
             "publications:\n  - {id: a, title: A, citedIn: "
             "[{publication: b}]}\n"},
            {"b.yaml",
             "publications:\n  - {id: b, title: B, citedIn: "
             "[{publication: a}]}\n"},
            {"c.yaml", "publications:\n  - {id: c, title: C}\n"}});
  ASSERT_TRUE(result.problems.empty()) << result.Message();
  EXPECT_THAT(result.evidence.UnitsInOrderOfUse(),
              ElementsAre("c.yaml", "a.yaml", "b.yaml"));
}

TEST(ApplyPlanTest, FilesFollowThoseTheyReferTo) {
  const ReadResult result = Read(
      {{"a.yaml", "arms:\n  - {id: a, trial: t1, title: A}\n"},
       {"b.yaml",
        "trial:\n  id: t1\n  title: A\n  reports: [{publication: p1, role: "
        "result}]\n"},
       {"c.yaml", "publications:\n  - {id: p1, title: P}\n"}});
  ASSERT_TRUE(result.problems.empty()) << result.Message();
  EXPECT_THAT(result.evidence.UnitsInOrderOfUse(),
              ElementsAre("c.yaml", "b.yaml", "a.yaml"));
}

TEST(StatementTest, HoldsWhatTheServerNeeds) {
  const ReadResult result = Read({{"a.yaml", R"(trial: {id: t1, title: A}
arms:
  - {id: a, title: B}
)"}});
  ASSERT_OK_AND_ASSIGN(const RegistryName registry,
                       RegistryName::FromId("nsclc"));
  const v1::RecordStatement statement =
      StatementOf(result.evidence.records()[1], registry, /*prune=*/true);
  EXPECT_EQ(statement.parent(), "registries/nsclc/trials/t1");
  EXPECT_EQ(statement.id(), "a");
  EXPECT_EQ(statement.arm().title(), "B");
  EXPECT_TRUE(statement.prune());
  EXPECT_EQ(statement.origin(), "a.yaml:3 arms[0]");
}

TEST(LocateServerErrorTest, FieldsGetTheirPlaceInTheFile) {
  const ReadResult result = Read({{"a.yaml", R"(trial: {id: t1, title: A}
endpoints:
  - id: pfs
    measure: progression-free-survival
    estimates:
      - report: pmid-1
        group:
          arms: [nope]
        statistic: median
        value: 3
        unit: mo
)"}});
  ASSERT_TRUE(result.problems.empty()) << result.Message();
  const EvidenceRecord& endpoint = result.evidence.records()[1];
  const absl::Status refused =
      InvalidFields({{endpoint.Origin() + ".estimates[0].group.arms[0]",
                      "there is no record \"trials/t1/arms/nope\""},
                     {"changeMessage", "is too long"}});
  const absl::Status located =
      LocateServerError(refused, {&result.evidence.records()[0], &endpoint});
  EXPECT_THAT(
      located,
      StatusIs(absl::StatusCode::kInvalidArgument,
               AllOf(HasSubstr("a.yaml:8:18: "
                               "endpoints[0].estimates[0].group.arms[0]: "
                               "there is no record"),
                     HasSubstr("changeMessage: is too long"))));
}

TEST(LocateServerErrorTest, AConflictIsNamedByItsRecord) {
  const ReadResult result = Read({{"a.yaml", "\ntrial: {id: t1, title: A}\n"}});
  const absl::Status refused =
      MakeError(absl::StatusCode::kFailedPrecondition, "FIELD_IN_CONFLICT",
                "title is in conflict", {{"record", "trials/t1"}});
  const absl::Status located =
      LocateServerError(refused, {&result.evidence.records()[0]});
  EXPECT_THAT(located, StatusIs(absl::StatusCode::kFailedPrecondition,
                                HasSubstr("a.yaml:2: trial")));
  EXPECT_EQ(GetErrorReason(located), "FIELD_IN_CONFLICT");
}

TEST(LocateServerErrorTest, EveryRefusalGetsItsPlaceAndKeepsTheCode) {
  const ReadResult result =
      Read({{"a.yaml",
             "trials:\n  - {id: t1, title: A}\n  - id: t2\n    title: B\n"}});
  ASSERT_TRUE(result.problems.empty()) << result.Message();
  const EvidenceRecord& first = result.evidence.records()[0];
  const EvidenceRecord& second = result.evidence.records()[1];
  const absl::Status refused =
      WithViolations(MakeError(absl::StatusCode::kFailedPrecondition,
                               "RECORDS_REFUSED", "both"),
                     {{first.Origin(), "is retracted; undelete it first"},
                      {second.Origin() + ".title", "is in conflict"}});
  const absl::Status located = LocateServerError(refused, {&first, &second});
  EXPECT_THAT(located,
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr("a.yaml:2:5: trials[0]: is retracted"),
                             HasSubstr("a.yaml:4:12: trials[1].title: is in "
                                       "conflict"))));
  EXPECT_EQ(GetErrorReason(located), "RECORDS_REFUSED");
}

}  // namespace
}  // namespace consilium

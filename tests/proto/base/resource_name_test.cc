#include "proto/base/resource_name.h"

#include <algorithm>

#include "proto/base/errors.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

RecordName Name(const std::string& relative) {
  auto name = RecordName::Parse(relative);
  EXPECT_OK(name);
  return name.ok() ? *name : RecordName();
}

RegistryName Registry() { return *RegistryName::FromId("nsclc"); }

TEST(ResourceNameTest, ReadsTheNamesOfEveryKind) {
  const struct {
    const char* text;
    const char* kind;
    const char* id;
  } kCases[] = {
      {"publications/pmid-1", "publication", "pmid-1"},
      {"trials/nct02893332", "trial", "nct02893332"},
      {"trials/t/arms/a", "arm", "a"},
      {"trials/t/endpoints/pfs-intracranial-bicr", "endpoint",
       "pfs-intracranial-bicr"},
      {"trials/t/adverseEvents/rash", "adverseEvent", "rash"},
      {"reviews/w", "review", "w"},
      {"snapshots/s1", "snapshot", "s1"},
      {"members/north", "member", "north"},
      {"links/l", "link", "l"},
      {"registry", "registry", ""},
  };
  for (const auto& test : kCases) {
    const RecordName name = Name(test.text);
    ASSERT_NE(name.traits(), nullptr) << test.text;
    EXPECT_EQ(name.traits()->singular, test.kind);
    EXPECT_EQ(name.id(), test.id);
    EXPECT_EQ(name.relative(), test.text);
  }
}

TEST(ResourceNameTest, TellsItsParts) {
  const RecordName arm = Name("trials/t/arms/a");
  EXPECT_THAT(arm.ids(), ElementsAre("t", "a"));
  EXPECT_EQ(arm.collection(), "arms");
  EXPECT_EQ(arm.Parent(), Name("trials/t"));
  EXPECT_EQ(arm.Parent()->traits()->singular, "trial");
  EXPECT_EQ(arm.Parent()->Parent(), std::nullopt);
  EXPECT_TRUE(arm.IsDescendantOf(Name("trials/t")));
  EXPECT_FALSE(Name("trials/t2/arms/a").IsDescendantOf(Name("trials/t")));
  EXPECT_EQ(arm.Full(Registry()), "registries/nsclc/trials/t/arms/a");
  EXPECT_EQ(Name("registry").Full(Registry()), "registries/nsclc");
}

TEST(ResourceNameTest, RefusesWhatIsNoName) {
  const struct {
    const char* text;
    const char* complaint;
  } kCases[] = {
      {"", "is no name of a record"},
      {"trials", "is no name of a record"},
      {"trails/t", "did you mean \"trials\"?"},
      {"trials/t/arm/a", "did you mean \"arms\"?"},
      {"arms/a", "is no name of a record"},
      {"trials/", "is no name of a record"},
      {"trials/T",
       "\"T\" is no id; want lower-case letters, digits and single "
       "hyphens, a letter first, at most 100 bytes, for example "
       "\"t\""},
      {"trials/1a", "a letter first"},
      {"trials/a-", "is no id"},
      {"trials/a--b", "is no id"},
      {"trials/a b", "for example \"ab\""},
      {"trials/\xFF", "\"\\xff\" is no id"},
      {"registries/r/trials/t", "want the part after it"},
  };
  for (const auto& test : kCases) {
    EXPECT_THAT(
        RecordName::Parse(test.text, "parent"),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(test.complaint)))
        << test.text;
    EXPECT_EQ(
        GetFieldViolations(RecordName::Parse(test.text, "parent").status())[0]
            .field,
        "parent");
  }
}

TEST(ResourceNameTest, SnapshotsMayStartWithADigitAndAreNoNumbers) {
  for (const char* name : {"snapshots/2026-q4", "snapshots/2026-11-28",
                           "snapshots/release-1", "snapshots/4th"}) {
    EXPECT_OK(RecordName::Parse(name)) << name;
  }
  for (const char* name :
       {"snapshots/2026", "snapshots/-q4", "snapshots/2026-", "snapshots/Q4",
        "snapshots/2026--q4", "snapshots/"}) {
    EXPECT_FALSE(RecordName::Parse(name).ok()) << name;
  }
}

TEST(ResourceNameTest, LimitsIds) {
  EXPECT_OK(CheckRecordId("id", std::string(100, 'a')));
  EXPECT_THAT(CheckRecordId("id", std::string(101, 'a')),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("at most 100 bytes")));
  EXPECT_OK(RegistryName::FromId(std::string(63, 'a')));
  EXPECT_THAT(RegistryName::FromId(std::string(64, 'a')),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("at most 63 bytes")));
}

TEST(ResourceNameTest, KeepsNamesOfKindsFromLaterReleases) {
  ASSERT_OK_AND_ASSIGN(const RecordName name,
                       RecordName::ParseAny("protocols/p/sections/s"));
  EXPECT_EQ(name.traits(), nullptr);
  EXPECT_EQ(name.id(), "s");
  EXPECT_EQ(name.Parent()->relative(), "protocols/p");
  EXPECT_THAT(RecordName::ParseAny("protocols/P"),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(RecordName::ParseAny("protocols/p/sections"),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(RecordName::ParseAny("trials/t\nx/y"),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(ResourceNameTest, ChildrenFollowTheirParent) {
  std::vector<RecordName> names = {Name("trials/a-b"),
                                   Name("trials/ab"),
                                   Name("trials/a/endpoints/pfs"),
                                   Name("trials/a"),
                                   Name("trials/a/arms/x"),
                                   Name("trials/a0")};
  std::sort(names.begin(), names.end());
  EXPECT_THAT(names,
              ElementsAre(Name("trials/a"), Name("trials/a/arms/x"),
                          Name("trials/a/endpoints/pfs"), Name("trials/a-b"),
                          Name("trials/a0"), Name("trials/ab")));
  for (size_t i = 1; i < names.size(); ++i) {
    EXPECT_LT(names[i - 1].SortKey(), names[i].SortKey());
    EXPECT_THAT(RecordName::FromSortKey(names[i].SortKey()),
                IsOkAndHolds(names[i]));
  }
}

TEST(ResourceNameTest, MakesNamesUnderTheirParents) {
  const auto& table = RecordTraitsTable::Get();
  const RecordName trial = Name("trials/t");
  EXPECT_THAT(RecordName::Make(*table.FindByCollection("arms"), &trial, "a"),
              IsOkAndHolds(Name("trials/t/arms/a")));
  EXPECT_THAT(RecordName::Make(*table.FindByCollection("trials"), nullptr, "t"),
              IsOkAndHolds(trial));
  EXPECT_THAT(RecordName::Make(*table.FindByCollection("arms"), nullptr, "a"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("cannot stand under the registry")));
}

TEST(ResourceNameTest, ReadsFullNames) {
  ASSERT_OK_AND_ASSIGN(const FullRecordName name,
                       FullRecordName::Parse("registries/nsclc/trials/t"));
  EXPECT_EQ(name.registry, Registry());
  EXPECT_EQ(name.record, Name("trials/t"));
  EXPECT_EQ(name.Full(), "registries/nsclc/trials/t");
  ASSERT_OK_AND_ASSIGN(const FullRecordName registry,
                       FullRecordName::Parse("registries/nsclc"));
  EXPECT_EQ(registry.record, Name("registry"));
  for (const char* text : {"trials/t", "registries/N/trials/t", "registries/",
                           "registries/n/trials", ""}) {
    EXPECT_THAT(FullRecordName::Parse(text),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << text;
  }
}

TEST(ResourceNameTest, ReadsParents) {
  const auto& table = RecordTraitsTable::Get();
  const RecordTraits& arms = *table.FindByCollection("arms");
  const RecordTraits& trials = *table.FindByCollection("trials");
  ASSERT_OK_AND_ASSIGN(const ParentName top,
                       ParentName::Parse("registries/nsclc", trials));
  EXPECT_EQ(top.registry, Registry());
  EXPECT_EQ(top.record, std::nullopt);
  ASSERT_OK_AND_ASSIGN(const ParentName one,
                       ParentName::Parse("registries/nsclc/trials/t", arms));
  EXPECT_EQ(one.record, Name("trials/t"));
  ASSERT_OK_AND_ASSIGN(const ParentName any,
                       ParentName::Parse("registries/nsclc/trials/-", arms));
  EXPECT_TRUE(any.any);
  EXPECT_THAT(ParentName::Parse("registries/nsclc", arms),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("want registries/{registry}/trials/{trial}")));
  EXPECT_THAT(ParentName::Parse("registries/nsclc/trials/t", trials),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ParentName::Parse("registries/nsclc/reviews/t", arms),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ParentName::Parse("registries/nsclc/trials/t/arms/a", arms),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(ResourceNameTest, ProposesIds) {
  const struct {
    const char* text;
    const char* id;
  } kCases[] = {{"NCT 0289 3332", "nct02893332"},
                {"CTRI/2019/04/018653", "ctri-2019-04-018653"},
                {"(SINDAS)", "sindas"},
                {"a -- b", "a-b"},
                // Letters with accents are letters, and Greek ones have names.
                {"Müller-Łoś", "muller-los"},
                {"Strauß 2019", "strauss2019"},
                {"Sjögren’s", "sjogren-s"},
                {"TNF-α", "tnf-alpha"},
                {"肺癌", ""},
                {"...", ""}};
  for (const auto& test : kCases) {
    EXPECT_EQ(ProposeRecordId(test.text), test.id);
  }
}

}  // namespace
}  // namespace consilium

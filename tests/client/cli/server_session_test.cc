#include "client/cli/server_session.h"

#include <string>

#include "client/cli/errors.h"
#include "client/cli/exit_code.h"
#include "consilium/v1/registry_service.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/base/errors.h"
#include "tests/support/fake_caller.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using testing::HasSubstr;

constexpr char kListRegistries[] =
    "consilium.v1.RegistryService.ListRegistries";

class ServerSessionTest : public testing::Test {
 protected:
  void HasRegistries(const std::vector<std::string>& ids) {
    caller_.Handle<v1::ListRegistriesRequest, v1::ListRegistriesResponse>(
        kListRegistries, [ids](const auto&, auto& response) {
          for (const std::string& id : ids) {
            response.add_registries()->set_name("registries/" + id);
          }
          return absl::OkStatus();
        });
  }

  static const RecordTraits& Kind(const char* word) {
    return *RecordTraitsTable::Get().FindByWord(word);
  }

  FakeCaller caller_;
  Settings settings_;
  ServerSession session_{settings_, caller_};
};

TEST_F(ServerSessionTest, TheOnlyRegistryNeedNotBeNamed) {
  HasRegistries({"nsclc"});
  ASSERT_OK_AND_ASSIGN(const RegistryName name, session_.Registry());
  EXPECT_EQ(name.id(), "nsclc");
  ASSERT_OK(session_.Registry());
  EXPECT_EQ(caller_.calls().size(), 1u);
}

TEST_F(ServerSessionTest, OfSeveralOneMustBeNamed) {
  HasRegistries({"nsclc", "sclc"});
  const auto name = session_.Registry();
  EXPECT_THAT(name, StatusIs(absl::StatusCode::kInvalidArgument,
                             HasSubstr("nsclc, sclc")));
  EXPECT_EQ(ExitCodeOf(name.status()), ExitCode::kUsage);
}

TEST_F(ServerSessionTest, AServerWithoutRegistriesSaysHowToGetOne) {
  HasRegistries({});
  const auto name = session_.Registry();
  EXPECT_THAT(name, StatusIs(absl::StatusCode::kFailedPrecondition,
                             HasSubstr("has no registry")));
  EXPECT_THAT(NextCommands(name.status(), {"consilium trial list"}).front(),
              HasSubstr("registry create"));
}

TEST_F(ServerSessionTest, TheSettingIsAnIdOrAFullName) {
  for (const char* text : {"nsclc", "registries/nsclc"}) {
    Settings settings;
    settings.registry = text;
    ServerSession session(settings, caller_);
    ASSERT_OK_AND_ASSIGN(const RegistryName name, session.Registry());
    EXPECT_EQ(name.Full(), "registries/nsclc");
  }
  EXPECT_TRUE(caller_.calls().empty());
}

struct NameCase {
  const char* kind;
  const char* text;
  const char* relative;
};

TEST_F(ServerSessionTest, RecordsHaveShortAndLongNames) {
  HasRegistries({"nsclc"});
  for (const NameCase& each : {
           NameCase{"trial", "nct1", "trials/nct1"},
           NameCase{"trial", "trials/nct1", "trials/nct1"},
           NameCase{"trial", "registries/nsclc/trials/nct1", "trials/nct1"},
           NameCase{"arm", "nct1/a", "trials/nct1/arms/a"},
           NameCase{"arm", "trials/nct1/arms/a", "trials/nct1/arms/a"},
           NameCase{"ae", "nct1/rash", "trials/nct1/adverseEvents/rash"},
           NameCase{"publication", "pmid-1", "publications/pmid-1"},
       }) {
    ASSERT_OK_AND_ASSIGN(
        const FullRecordName name,
        session_.ResolveRecord(&Kind(each.kind), each.text, "NAME"));
    EXPECT_EQ(name.record.relative(), each.relative);
    EXPECT_EQ(name.registry.id(), "nsclc");
  }
}

TEST_F(ServerSessionTest, WhatNamesNothingSaysWhatWould) {
  HasRegistries({"nsclc"});
  EXPECT_THAT(
      session_.ResolveRecord(&Kind("arm"), "a", "NAME"),
      StatusIs(absl::StatusCode::kInvalidArgument,
               HasSubstr("want TRIAL/ARM or trials/{trial}/arms/{arm}")));
  EXPECT_THAT(session_.ResolveRecord(&Kind("trial"), "NCT 1", "NAME"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("names no trial")));
  EXPECT_THAT(session_.ResolveRecord(&Kind("trial"), "publications/a", "NAME"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("names no trial")));
}

TEST_F(ServerSessionTest, WithoutAKindTheCollectionIsNeeded) {
  HasRegistries({"nsclc"});
  ASSERT_OK_AND_ASSIGN(
      const FullRecordName name,
      session_.ResolveRecord(nullptr, "trials/t/endpoints/pfs", "RECORD"));
  EXPECT_EQ(name.Full(), "registries/nsclc/trials/t/endpoints/pfs");
  EXPECT_THAT(session_.ResolveRecord(nullptr, "t", "RECORD"),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(ServerSessionTest, TheRecordOfARegistryHasTheRegistrysName) {
  for (const char* text : {"nsclc", "registries/nsclc"}) {
    ASSERT_OK_AND_ASSIGN(
        const FullRecordName name,
        session_.ResolveRecord(&Kind("registry"), text, "REGISTRY"));
    EXPECT_EQ(name.Full(), "registries/nsclc");
  }
}

TEST_F(ServerSessionTest, AFullNameOfAnotherRegistryContradictsTheFlag) {
  Settings settings;
  settings.registry = "nsclc";
  ServerSession session(settings, caller_);
  EXPECT_THAT(
      session.ResolveRecord(&Kind("trial"), "registries/sclc/trials/a", "NAME"),
      StatusIs(absl::StatusCode::kInvalidArgument,
               HasSubstr("is not of registry nsclc")));
}

TEST_F(ServerSessionTest, ChildrenAreListedOfOneParentOrOfAll) {
  HasRegistries({"nsclc"});
  EXPECT_THAT(session_.ResolveParent(Kind("arm"), ""),
              IsOkAndHolds("registries/nsclc/trials/-"));
  EXPECT_THAT(session_.ResolveParent(Kind("arm"), "nct1"),
              IsOkAndHolds("registries/nsclc/trials/nct1"));
  EXPECT_THAT(session_.ResolveParent(Kind("trial"), ""),
              IsOkAndHolds("registries/nsclc"));
}

TEST(NextCommandTest, RepeatsTheFlagsThatWereTyped) {
  Settings settings;
  settings.server = "localhost:7700";
  settings.registry = "nsclc";
  settings.origins = {{"server", "--server"},
                      {"registry", "CONSILIUM_REGISTRY"}};
  EXPECT_EQ(NextCommand(settings, "trial get a"),
            "consilium --server localhost:7700 trial get a");
}

TEST(ShellWordTest, QuotesWhatAShellWouldReadOtherwise) {
  EXPECT_EQ(ShellWord("trials/a:b"), "trials/a:b");
  EXPECT_EQ(ShellWord("estimates[a b]"), "'estimates[a b]'");
  EXPECT_EQ(ShellWord("it's"), "'it'\\''s'");
  EXPECT_EQ(ShellWord(""), "''");
}

}  // namespace
}  // namespace consilium

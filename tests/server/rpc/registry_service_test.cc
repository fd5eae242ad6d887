// Founding, joining and describing registries.
#include "server/rpc/registry_service.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "consilium/v1/member_service.grpc.pb.h"
#include "consilium/v1/publication_service.grpc.pb.h"
#include "consilium/v1/registry_service.grpc.pb.h"
#include "consilium/v1/trial_service.grpc.pb.h"
#include "tests/server/rpc/test_server.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

using Registries = v1::RegistryService::Stub;

constexpr char kUuid[] = "3f2b8c1e-9d4a-4c6b-8f1e-2a7d5b9c0e13";

class RegistryServiceTest : public testing::Test {
 protected:
  absl::StatusOr<v1::Registry> Create(
      const v1::CreateRegistryRequest& request) {
    return Call(*registries_, &Registries::CreateRegistry, request);
  }
  static v1::CreateRegistryRequest CreateRequest(const std::string& id) {
    v1::CreateRegistryRequest request;
    request.set_registry_id(id);
    request.mutable_registry()->set_title("NSCLC");
    return request;
  }

  TestServer north_{"north"};
  std::unique_ptr<Registries> registries_ =
      v1::RegistryService::NewStub(north_.channel());
};

TEST_F(RegistryServiceTest, FounderBecomesTheFirstMember) {
  ASSERT_OK_AND_ASSIGN(const v1::Registry registry,
                       Create(CreateRequest("nsclc")));
  EXPECT_EQ(registry.name(), "registries/nsclc");
  EXPECT_EQ(registry.title(), "NSCLC");
  EXPECT_EQ(registry.founder(), "north");
  EXPECT_THAT(registry.registry_id(), SizeIs(64));
  const auto members = v1::MemberService::NewStub(north_.channel());
  v1::GetMemberRequest request;
  request.set_name("registries/nsclc/members/north");
  ASSERT_OK_AND_ASSIGN(
      const v1::Member member,
      Call(*members, &v1::MemberService::Stub::GetMember, request));
  EXPECT_EQ(member.institution(), "north");
  EXPECT_THAT(member.public_key(), SizeIs(32));
}

TEST_F(RegistryServiceTest, FoundsANameOnceAndAnswersARetry) {
  v1::CreateRegistryRequest request = CreateRequest("nsclc");
  request.set_request_id(kUuid);
  ASSERT_OK_AND_ASSIGN(const v1::Registry first, Create(request));
  ASSERT_OK_AND_ASSIGN(const v1::Registry again, Create(request));
  EXPECT_EQ(again.SerializeAsString(), first.SerializeAsString());
  EXPECT_EQ(Summary(Create(CreateRequest("nsclc"))),
            "ALREADY_EXISTS REGISTRY_EXISTS");
  EXPECT_EQ(Summary(Create(CreateRequest("NSCLC"))),
            "INVALID_ARGUMENT INVALID_FIELD registryId");
  request = CreateRequest("other");
  request.mutable_registry()->set_title("");
  EXPECT_EQ(Summary(Create(request)),
            "INVALID_ARGUMENT INVALID_FIELD registry.title");
  request = CreateRequest("other");
  request.set_validate_only(true);
  ASSERT_OK(Create(request));
  v1::GetRegistryRequest get;
  get.set_name("registries/other");
  EXPECT_EQ(Summary(Call(*registries_, &Registries::GetRegistry, get)),
            "NOT_FOUND REGISTRY_NOT_FOUND");
}

TEST_F(RegistryServiceTest, ListsByPages) {
  for (const char* id : {"c", "a", "b"}) ASSERT_OK(Create(CreateRequest(id)));
  v1::ListRegistriesRequest request;
  request.set_page_size(2);
  ASSERT_OK_AND_ASSIGN(
      const v1::ListRegistriesResponse first,
      Call(*registries_, &Registries::ListRegistries, request));
  ASSERT_EQ(first.registries_size(), 2);
  EXPECT_EQ(first.registries(1).name(), "registries/b");
  request.set_page_token(first.next_page_token());
  ASSERT_OK_AND_ASSIGN(
      const v1::ListRegistriesResponse second,
      Call(*registries_, &Registries::ListRegistries, request));
  ASSERT_EQ(second.registries_size(), 1);
  EXPECT_EQ(second.registries(0).name(), "registries/c");
  EXPECT_EQ(second.next_page_token(), "");
}

TEST_F(RegistryServiceTest, TitleIsUpdatedUnderItsEtag) {
  ASSERT_OK_AND_ASSIGN(const v1::Registry registry,
                       Create(CreateRequest("nsclc")));
  v1::UpdateRegistryRequest request;
  request.mutable_registry()->set_name("registries/nsclc");
  request.mutable_registry()->set_etag(registry.etag());
  request.mutable_registry()->set_title("renamed");
  ASSERT_OK_AND_ASSIGN(
      const v1::Registry renamed,
      Call(*registries_, &Registries::UpdateRegistry, request));
  EXPECT_EQ(renamed.title(), "renamed");
  EXPECT_EQ(renamed.registry_id(), registry.registry_id());
  EXPECT_EQ(Summary(Call(*registries_, &Registries::UpdateRegistry, request)),
            "ABORTED STALE_ETAG");
}

TEST_F(RegistryServiceTest, JoinedReplicaHasTheSameIdentityAndContent) {
  north_.Found("nsclc");
  TestServer south("south");
  south.Join("nsclc", north_);
  ASSERT_OK(SyncOneWay(south, north_, "nsclc"));
  v1::GetRegistryStatusRequest request;
  request.set_name("registries/nsclc");
  const auto souths = v1::RegistryService::NewStub(south.channel());
  ASSERT_OK_AND_ASSIGN(
      const v1::GetRegistryStatusResponse a,
      Call(*registries_, &Registries::GetRegistryStatus, request));
  ASSERT_OK_AND_ASSIGN(const v1::GetRegistryStatusResponse b,
                       Call(*souths, &Registries::GetRegistryStatus, request));
  EXPECT_EQ(a.registry_hash(), b.registry_hash());
  EXPECT_EQ(a.frontier(), b.frontier());
  EXPECT_EQ(a.digest(), b.digest());
  EXPECT_NE(a.replica(), b.replica());
  EXPECT_EQ(a.institution(), "north");
  EXPECT_EQ(b.institution(), "south");
  EXPECT_EQ(b.replicas_size(), 2);
  int64_t members = 0;
  for (const auto& count : b.counts()) {
    if (count.kind() == "member") members = count.count();
  }
  EXPECT_EQ(members, 2);

  // Enrolling again does nothing.
  v1::EnrollMemberRequest enrol;
  enrol.set_name("registries/nsclc");
  ASSERT_OK_AND_ASSIGN(const v1::EnrollMemberResponse again,
                       Call(*souths, &Registries::EnrollMember, enrol));
  EXPECT_EQ(again.member(), "registries/nsclc/members/south");
  EXPECT_FALSE(again.written());
}

TEST_F(RegistryServiceTest, JoinNeedsAGenesis) {
  v1::JoinRegistryRequest request;
  request.set_registry_id("nsclc");
  EXPECT_EQ(Summary(Call(*registries_, &Registries::JoinRegistry, request)),
            "INVALID_ARGUMENT INVALID_FIELD genesis");
  request.mutable_genesis();
  EXPECT_FALSE(Call(*registries_, &Registries::JoinRegistry, request).ok());
}

// A merge may leave a reference that leads nowhere. It is a finding, and no
// reason to refuse later edits of other fields.
TEST_F(RegistryServiceTest, DanglingReferenceOfAMergeDoesNotBlockEdits) {
  north_.Found("nsclc");
  TestServer south("south");
  south.Join("nsclc", north_);
  const auto publications = v1::PublicationService::NewStub(north_.channel());
  v1::CreatePublicationRequest publication;
  publication.set_parent("registries/nsclc");
  publication.mutable_publication()->set_pmid("1");
  ASSERT_OK(Call(*publications,
                 &v1::PublicationService::Stub::CreatePublication,
                 publication));
  ASSERT_OK(SyncOneWay(north_, south, "nsclc"));
  v1::DeletePublicationRequest retract;
  retract.set_name("registries/nsclc/publications/pmid-1");
  retract.set_reason("a duplicate");
  ASSERT_OK(Call(*publications,
                 &v1::PublicationService::Stub::DeletePublication, retract));
  const auto trials = v1::TrialService::NewStub(south.channel());
  v1::CreateTrialRequest trial;
  trial.set_parent("registries/nsclc");
  trial.set_trial_id("t");
  trial.mutable_trial()->add_reports()->set_publication("pmid-1");
  ASSERT_OK_AND_ASSIGN(
      v1::Trial created,
      Call(*trials, &v1::TrialService::Stub::CreateTrial, trial));
  ASSERT_OK(SyncOneWay(north_, south, "nsclc"));

  v1::UpdateTrialRequest update;
  *update.mutable_trial() = created;
  update.mutable_trial()->clear_etag();
  update.mutable_trial()->set_title("whole record, one field changed");
  EXPECT_OK(Call(*trials, &v1::TrialService::Stub::UpdateTrial, update));
  update.mutable_trial()->add_reports()->set_publication("pmid-2");
  EXPECT_EQ(
      Summary(Call(*trials, &v1::TrialService::Stub::UpdateTrial, update)),
      "INVALID_ARGUMENT INVALID_FIELD trial.reports[1].publication");
}

}  // namespace
}  // namespace consilium

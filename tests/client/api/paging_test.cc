#include <string>
#include <vector>

#include "client/api/caller.h"
#include "consilium/v1/conflict_service.pb.h"
#include "consilium/v1/trial_service.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/base/errors.h"
#include "tests/support/fake_caller.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

using testing::ElementsAre;

constexpr char kListTrials[] = "consilium.v1.TrialService.ListTrials";

// Serves trials "0" to "4", two a page.
void ServeFiveTrials(FakeCaller& caller, std::vector<int>& page_sizes) {
  caller.Handle<v1::ListTrialsRequest, v1::ListTrialsResponse>(
      kListTrials, [&page_sizes](const auto& request, auto& response) {
        page_sizes.push_back(request.page_size());
        EXPECT_EQ(request.filter(), "phase = \"3\"");
        const int start =
            request.page_token().empty() ? 0 : std::stoi(request.page_token());
        for (int i = start; i < start + 2 && i < 5; ++i) {
          response.add_trials()->set_name(std::to_string(i));
        }
        if (start + 2 < 5) {
          response.set_next_page_token(std::to_string(start + 2));
        }
        return absl::OkStatus();
      });
}

v1::ListTrialsRequest Request() {
  v1::ListTrialsRequest request;
  request.set_parent("registries/r");
  request.set_filter("phase = \"3\"");
  return request;
}

TEST(ListPagesTest, VisitsTheResourcesOfEveryPage) {
  FakeCaller caller;
  std::vector<int> page_sizes;
  ServeFiveTrials(caller, page_sizes);
  std::vector<std::string> names;
  EXPECT_OK(ListPages(
      caller, kListTrials, Request(), [&](google::protobuf::Message& resource) {
        names.push_back(dynamic_cast<v1::Trial&>(resource).name());
        return true;
      }));
  EXPECT_THAT(names, ElementsAre("0", "1", "2", "3", "4"));
  EXPECT_THAT(page_sizes, ElementsAre(kPageSize, kPageSize, kPageSize));
}

TEST(ListPagesTest, StopsWhenTheVisitorHasEnough) {
  FakeCaller caller;
  std::vector<int> page_sizes;
  ServeFiveTrials(caller, page_sizes);
  int visited = 0;
  EXPECT_OK(
      ListPages(caller, kListTrials, Request(),
                [&](google::protobuf::Message&) { return ++visited < 3; }));
  EXPECT_EQ(visited, 3);
  EXPECT_EQ(caller.calls().size(), 2u);
}

TEST(ListPagesTest, KeepsThePageSizeThatWasAskedFor) {
  FakeCaller caller;
  std::vector<int> page_sizes;
  ServeFiveTrials(caller, page_sizes);
  v1::ListTrialsRequest request = Request();
  request.set_page_size(2);
  EXPECT_OK(ListPages(caller, kListTrials, request,
                      [](google::protobuf::Message&) { return true; }));
  EXPECT_THAT(page_sizes, ElementsAre(2, 2, 2));
}

TEST(ListPagesTest, DoesNotFollowATokenThatComesBack) {
  FakeCaller caller;
  caller.Handle<v1::ListTrialsRequest, v1::ListTrialsResponse>(
      kListTrials, [](const auto&, auto& response) {
        response.set_next_page_token("same");
        return absl::OkStatus();
      });
  const absl::Status status =
      ListPages(caller, kListTrials, Request(),
                [](google::protobuf::Message&) { return true; });
  EXPECT_EQ(GetErrorReason(status), "PAGE_TOKEN_REPEATED");
}

TEST(ListPagesTest, ReturnsTheErrorOfALaterPage) {
  FakeCaller caller;
  caller.Handle<v1::ListTrialsRequest, v1::ListTrialsResponse>(
      kListTrials, [](const auto& request, auto& response) -> absl::Status {
        if (!request.page_token().empty()) return absl::AbortedError("gone");
        response.set_next_page_token("2");
        return absl::OkStatus();
      });
  EXPECT_THAT(ListPages(caller, kListTrials, Request(),
                        [](google::protobuf::Message&) { return true; }),
              StatusIs(absl::StatusCode::kAborted, "gone"));
}

TEST(ListPagesTest, RefusesMethodsThatAreNoLists) {
  FakeCaller caller;
  for (const char* method :
       {"consilium.v1.TrialService.GetTrial", "consilium.v1.No.Such",
        "consilium.v1.ConflictService.ListConflicts"}) {
    EXPECT_THAT(ListPages(caller, method, Request(),
                          [](google::protobuf::Message&) { return true; }),
                StatusIs(absl::StatusCode::kInternal))
        << method;
  }
}

}  // namespace
}  // namespace consilium

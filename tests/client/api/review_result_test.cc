#include "client/api/review_result.h"

#include <string>

#include "gtest/gtest.h"
#include "tests/support/fake_caller.h"
#include "tests/support/status_matchers.h"

namespace consilium {
namespace {

constexpr char kRenderReview[] =
    "consilium.v1.ReviewResultService.RenderReview";

void Answer(FakeCaller& caller, const std::string& bytes) {
  caller.Handle<v1::RenderReviewRequest, v1::RenderReviewResponse>(
      kRenderReview, [bytes](const auto& request, auto& response) {
        EXPECT_EQ(request.name(), "registries/r/reviews/w");
        EXPECT_EQ(request.format(), v1::RENDER_FORMAT_MESSAGE);
        response.set_data(bytes);
        return absl::OkStatus();
      });
}

v1::RenderReviewRequest Request() {
  v1::RenderReviewRequest request;
  request.set_name("registries/r/reviews/w");
  return request;
}

TEST(ReadReviewResultTest, PutsThePartsTogether) {
  FakeCaller caller;
  v1::ReviewResult result;
  result.add_included_trials("nct1");
  Answer(caller, result.SerializeAsString());
  ASSERT_OK_AND_ASSIGN(const v1::ReviewResult read,
                       ReadReviewResult(caller, Request(), {}));
  EXPECT_EQ(read.SerializeAsString(), result.SerializeAsString());
}

TEST(ReadReviewResultTest, RefusesWhatIsNoResult) {
  FakeCaller caller;
  Answer(caller, "<html>");
  EXPECT_THAT(ReadReviewResult(caller, Request(), {}).status(),
              StatusIs(absl::StatusCode::kDataLoss));
}

}  // namespace
}  // namespace consilium

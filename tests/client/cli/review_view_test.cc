// What a terminal tells of a review's result.
#include "client/cli/review_view.h"

#include <google/protobuf/text_format.h>

#include <string>

#include "gtest/gtest.h"

namespace consilium {
namespace {

template <typename Message>
Message Read(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message));
  return message;
}

TEST(ReviewViewTest, EveryRowThatIsNotPooledIsListed) {
  EXPECT_EQ(
      ExcludedText(Read<v1::OutcomeResult>(
          "excluded { study: 'SINDAS' explanation: 'a median' group: 'a' } "
          "excluded { study: 'SINDAS' explanation: 'a median' group: 'b' "
          "  reference: 'c' } "
          "excluded { study: 'ENTER' explanation: 'a median' group: 'd' }")),
      "  not pooled: 3 rows\n"
      "    because of :\n"
      "      SINDAS, a: a median\n"
      "      SINDAS, b : c: a median\n"
      "      ENTER: a median\n");
}

TEST(ReviewViewTest, ConflictsAreToldWithWhatTheyChange) {
  EXPECT_EQ(ConflictsText(v1::ReviewResult()), "");
  const std::string conflict =
      "conflicts { record: 'trials/t' path: 'randomized' study: 'SINDAS' "
      "  outcomes: 'os' disputes { institutions: 'north' "
      "    fields { field: 'design' } } } ";
  EXPECT_EQ(ConflictsText(Read<v1::ReviewResult>(conflict)),
            "in conflict: 1 input; consilium conflict list\n"
            "  SINDAS, randomized of trials/t: design not known by north; "
            "listed in os\n"
            "no pooled effect changes over the values in dispute\n");
  EXPECT_EQ(
      ConflictsText(Read<v1::ReviewResult>(
          conflict + "outcomes { id: 'os' design: STUDY_DESIGN_RANDOMIZED "
                     "  disputed { pooled { effect { value: 0.4 } } } "
                     "  disputed { pooled { effect { value: 0.6 } } } } "
                     "outcomes { id: 'pfs' "
                     "  disputed { pooled { effect { value: 0.4 } } } "
                     "  disputed { pooled { effect { value: 0.4 } } } }")),
      "in conflict: 1 input; consilium conflict list\n"
      "  SINDAS, randomized of trials/t: design not known by north; "
      "listed in os\n"
      "pooled effects over the values in dispute, lowest and highest:\n"
      "  os (randomized): 0.40 or 0.60\n");
}

}  // namespace
}  // namespace consilium
